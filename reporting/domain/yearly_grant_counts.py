"""How many children and young people the grants reached, as counts that may be printed. No database and no clock.

One system: each measure's form, the sum of each grant and of the year, and the sums behind the means of table 34. A form is
of one year, so its key names the same quantity in every version of the report. The same child may be counted in several.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from grants.models import MeasureReport
from grants.models.answers import Targeting
from reporting.domain.suppression import Count, Earlier, Protected, Sum, as_json, protect
from reporting.domain.suppression_told import sums_still_known
from reporting.domain.yearly_grant_facts import Told

Json = dict[str, Any]
GRANT_WEIGHT, YEAR_WEIGHT = 2, 4
ALL = ""  # in the place of an option: those that gave any


@dataclass(frozen=True)
class Children:
    """`protected` by key; `names` the key of each sum, which holds what it is of; `over` how many measures that is.

    `sources` by key: what each was counted from.
    """

    protected: dict[str, Protected]
    sums: list[Sum]
    names: dict[str, str]
    over: dict[str, int]
    sources: dict[str, Json]

    def key(self, name: str) -> str:
        return self.names.get(name, name)

    def cell(self, name: str) -> Json | None:
        """As it is printed; None where nobody has answered."""
        found = self.protected.get(self.key(name))
        return as_json(found) if found else None

    def mean_of(self, name: str) -> Decimal | None:
        """The mean over measures; None where it isn't told: with how many they are it would give the sum away."""
        total = self.protected.get(self.key(name))
        if total is None or total.value is None or not total.is_new:
            return None
        # Measures are no persons: the sum is what has to be tellable.
        return (Decimal(total.value) / self.over[name]).quantize(Decimal(1), ROUND_HALF_UP)

    @property
    def counts(self) -> list[Json]:
        return [as_json(row) for row in self.protected.values()]

    @property
    def count_sums(self) -> list[list[str]]:
        return [list(one.keys) for one in self.sums]


def form_key(form: MeasureReport) -> str:
    return f"children:{form.public_id}"


def grant_key(told: Told) -> str:
    return f"children:grant:{told.id}"


def year_key(year: int) -> str:
    return f"children:year:{year}"


def targeting_key(scheme: str, year: int, option: str) -> str:
    return f"children:targeting:{scheme}:{year}:{option}"


def children_of(
    *, told: Sequence[Told], year: int, earlier: Sequence[Earlier] = (), told_sums: Sequence[Sequence[str]] = ()
) -> Children:
    """What may be printed, beside everything that reports have told before; `told_sums` are the sums they printed."""
    desk = _Desk()
    grants = []
    for one in told:
        answered = [form for form in one.forms if form.children_reached is not None]
        for form in answered:
            desk.values[form_key(form)] = form.children_reached or 0
        if answered:
            grants.append(desk.add(grant_key(one), [form_key(form) for form in answered], GRANT_WEIGHT))
    for name, parts in _by_targeting(told, year).items():
        desk.add(name, parts, 1)
    if grants:
        desk.add(year_key(year), grants, YEAR_WEIGHT)
    desk.add_told(told_sums)
    known = [row for row in earlier if row.key in desk.values]
    counts = [
        Count(key, value, desk.weights.get(key, 1), shown=key not in desk.only_then)
        for key, value in desk.values.items()
    ]
    protected = protect(counts=counts, sums=desk.sums, earlier=known) if counts else {}
    return Children(protected, desk.sums, desk.names, desk.over, _sources(told, desk.sums))


class _Desk:
    """Everything that is counted, on its way to the engine."""

    def __init__(self) -> None:
        self.values: dict[str, int] = {}
        self.weights: dict[str, int] = {}
        self.sums: list[Sum] = []
        self.names: dict[str, str] = {}
        self.over: dict[str, int] = {}
        self.only_then: set[str] = set()

    def add(self, name: str, parts: Sequence[str], weight: int) -> str:
        """A sum. When another report has come in it is of more, and another quantity: what it is of is in its key."""
        key = f"{name}:{hashlib.sha256(' '.join(sorted(parts)).encode()).hexdigest()[:8]}"
        self.names[name], self.weights[key] = key, weight
        self.values[key] = sum(self.values[part] for part in parts)
        self.over[name] = sum(self._measures(part) for part in parts)
        self.sums.append(Sum(key, tuple(parts)))
        return key

    def add_told(self, told_sums: Sequence[Sequence[str]]) -> None:
        """Sums of before, of what is only a part now: nobody prints them today, but whoever has the report knows them."""
        for one in sums_still_known(self.values.keys(), told_sums):
            self.values[one.whole] = sum(self.values[part] for part in one.parts)
            self.only_then.add(one.whole)
            self.sums.append(one)

    def _measures(self, part: str) -> int:
        return next((self.over[name] for name, key in self.names.items() if key == part), 1)


def _by_targeting(told: Sequence[Told], year: int) -> dict[str, list[str]]:
    """The forms behind each mean of table 34, in the schemes that have one."""
    found: dict[str, list[str]] = {}
    for one in told:
        for form in one.forms:
            if form.children_reached is not None and form.targeting and one.grant.scheme.reported_here:
                for option in (form.targeting, ALL):
                    name = targeting_key(one.grant.scheme.public_id, year, option)
                    found.setdefault(name, []).append(form_key(form))
    return found


def options_of_table(children: Children, scheme: str, year: int) -> dict[str, Decimal | None]:
    """The means of table 34 by option, ALL for the total; those that may not be told are None."""
    names = {option: targeting_key(scheme, year, option) for option in (*Targeting.values, ALL)}
    return {option: children.mean_of(name) for option, name in names.items() if name in children.names}


def _sources(told: Sequence[Told], sums: Sequence[Sum]) -> dict[str, Json]:
    forms = {form_key(form): form.public_id for one in told for form in one.forms if form.children_reached is not None}
    sources = {key: {"kind": "measure_reports", "ids": [id]} for key, id in forms.items()}
    return sources | {one.whole: {"kind": "sum", "ids": list(one.parts)} for one in sums}
