"""Which counts of children and young people the 41 tables may tell, by region and answer. No database, no clock."""

from collections.abc import Collection, Mapping

from reporting.domain.suppression import Count, Shown, Sum, protect
from reporting.domain.suppression_tables import GRAND_TOTAL_WEIGHT, TOTAL, TOTAL_WEIGHT

Place = tuple[str, str]


def tellable(values: Mapping[Place, int]) -> Collection[Place]:
    """The regions and answers whose number may be told, totals too (TOTAL in the place of either).

    Only places that somebody has answered for: that there is nobody in the others, a reader sees by their N.
    """
    if not values:
        return set()
    rows, columns = (list(dict.fromkeys(place[n] for place in values)) for n in (0, 1))
    totals = {(row, TOTAL): [place for place in values if place[0] == row] for row in rows}
    totals |= {(TOTAL, column): [place for place in values if place[1] == column] for column in columns}
    sums = [_sum(whole, parts) for whole, parts in totals.items()]
    sums += [_sum((TOTAL, TOTAL), [(row, TOTAL) for row in rows]), _sum((TOTAL, TOTAL), [(TOTAL, c) for c in columns])]
    counts = [Count(_key(place), value) for place, value in values.items()]
    counts += [Count(_key(whole), sum(values[part] for part in parts), TOTAL_WEIGHT) for whole, parts in totals.items()]
    counts.append(Count(_key((TOTAL, TOTAL)), sum(values.values()), GRAND_TOTAL_WEIGHT))
    protected = protect(counts=counts, sums=sums)
    return {
        place for place in (*values, *totals, (TOTAL, TOTAL)) if protected[_key(place)].shown == Shown.NUMBER
    }  # fmt: skip


def _sum(whole: Place, parts: Collection[Place]) -> Sum:
    return Sum(_key(whole), tuple(_key(part) for part in parts))


def _key(place: Place) -> str:
    return "\t".join(place)
