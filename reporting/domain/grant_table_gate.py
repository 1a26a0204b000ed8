"""Which counts of children and young people the 41 tables may tell, by region and answer. No database, no clock."""

import datetime
from collections.abc import Collection, Mapping, Sequence

from reporting.domain.suppression import Count, Earlier, Shown, Sum, protect
from reporting.domain.suppression_tables import GRAND_TOTAL_WEIGHT, TOTAL, TOTAL_WEIGHT

THEN, TODAY = "then", "today"  # as grants/domain/table_list.py has them
Atom = tuple[str, str, str]  # a region as it was, the region it is in today, and an answer
Place = tuple[str, str, str]  # THEN or TODAY, a region and an answer; TOTAL in the place of either of the last two
Memory = Mapping[str, int | None]


def tellable(values: Mapping[Atom, int], before: Sequence[Memory] = ()) -> Collection[Place]:
    """The regions and answers whose number may be told, totals too (TOTAL in the place of either).

    Only places that somebody has answered for: that there is nobody in the others, a reader sees by their N. The regions as they
    were and as they are today are one system, made of what they have in common. `before` is what was told of the country by
    answer, the oldest first: what doesn't stand there had no answers, and None is what was not shown.
    """
    if not values:
        return set()
    answers = {option for told in before for option in told if option != TOTAL}
    # An answer that was told of and that nobody gives any more is nought; it is in no region of its own.
    values = {**values, **{_nobody(option): 0 for option in answers - {atom[2] for atom in values}}}
    system = _System(values)
    earlier = [row for number, told in enumerate(before, 1) for row in system.earlier(told, number)]
    protected = protect(counts=system.counts, sums=system.sums, earlier=earlier)
    return {
        place
        for place, atoms in system.places.items()
        if (found := protected[system.keys[atoms]]).shown == Shown.NUMBER and found.on is None
    }


class _System:
    """Every place with the atoms it is made of. Places that are made of the same are one count."""

    def __init__(self, values: Mapping[Atom, int]) -> None:
        self.places: dict[Place, frozenset[Atom]] = {}
        self.answers = list(dict.fromkeys(atom[2] for atom in values))
        for atom in values:
            for number, division in enumerate((THEN, TODAY)):
                for region in (atom[number], TOTAL):
                    for option in (atom[2], TOTAL):
                        place = (division, region, option)
                        self.places[place] = self.places.get(place, frozenset()) | {atom}
        self.keys: dict[frozenset[Atom], str] = {}
        weights: dict[str, int] = {}
        for place, atoms in self.places.items():
            key = self.keys.setdefault(atoms, _key(place))
            weights[key] = max(weights.get(key, 1), _weight(place))
        self.counts = [
            Count(key, sum(values[atom] for atom in atoms), weights[key]) for atoms, key in self.keys.items()
        ]
        self._add_what_regions_have_in_common(values)
        self.sums = list(dict.fromkeys(sum_ for place in self.places for sum_ in self._sums_of(place)))

    def _add_what_regions_have_in_common(self, values: Mapping[Atom, int]) -> None:
        """No table has it, but where a region of then is in two of today's, it is what links them."""
        for atom, value in values.items():
            if frozenset({atom}) not in self.keys:
                key = self.keys[frozenset({atom})] = "\t".join(("both", *atom))
                self.counts.append(Count(key, value, shown=False))

    def _sums_of(self, place: Place) -> list[Sum]:
        """A total over its regions and over its answers; a single cell over what it is made of."""
        division, region, option = place
        number = 0 if division == THEN else 1
        atoms = self.places[place]
        splits = []
        if region == TOTAL:
            splits.append({self.places[division, atom[number], option] for atom in atoms})
        if option == TOTAL:
            splits.append({self.places[division, region, atom[2]] for atom in atoms})
        if TOTAL not in (region, option):
            splits.append({frozenset({atom}) for atom in atoms})
        return [
            Sum(self.keys[atoms], tuple(sorted(self.keys[part] for part in parts)))
            for parts in splits
            if len(parts) > 1
        ]

    def earlier(self, told: Memory, number: int) -> list[Earlier]:
        """What was told once. No day is printed of it, so its place in the row is day enough, and no two share one."""
        on = datetime.date.fromordinal(number)
        rows: dict[str, Earlier] = {}
        for option in (*self.answers, TOTAL):
            key = self.keys[self.places[THEN, TOTAL, option]]
            value = told.get(option, 0)
            rows[key] = Earlier(key, value, Shown.TOO_FEW if value is None else Shown.NUMBER, on)
        return list(rows.values())


def _nobody(option: str) -> Atom:
    return ("\n", "\n", option)


def _weight(place: Place) -> int:
    if place[1:] == (TOTAL, TOTAL):
        return GRAND_TOTAL_WEIGHT
    return TOTAL_WEIGHT if TOTAL in place[1:] else 1


def _key(place: Place) -> str:
    return "\t".join(place)
