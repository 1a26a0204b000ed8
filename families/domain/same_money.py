"""Whether two services have recorded the same benefit. Told from the rows it is given: those that one reader may see."""

from collections import defaultdict
from collections.abc import Iterable

from families.models import Decision, DecisionKind, Rhythm, Scheme


def told_before(rows: Iterable[Decision]) -> dict[int, list[Decision]]:
    """For each row that says the same as another service's earlier one, those it repeats.

    The same is the scheme, for the same person, as much and as often, in periods that overlap. What one service has
    recorded twice is meant so (for two children, say): its first row is held against the other's first, its second against
    the other's second. Sums leave a row out where one that it repeats holds (Money.told).
    """
    found: dict[int, list[Decision]] = {}
    earlier: dict[tuple[object, ...], list[tuple[Decision, int]]] = defaultdict(list)
    for row in _about_money(rows):
        alike = [(other, place) for other, place in earlier[_amount(row)] if _overlap(row, other)]
        own = sum(other.unit_id == row.unit_id for other, _place in alike)
        same = [other for other, place in alike if other.unit_id != row.unit_id and place == own]
        if same:
            found[row.pk] = same
        earlier[_amount(row)].append((row, own))
    return found


def perhaps_same(rows: Iterable[Decision]) -> dict[int, Decision]:
    """For each row that may be what another service has recorded with another amount or rhythm, that one. Both count."""
    rows = list(rows)
    repeated = told_before(rows)
    by_what: dict[tuple[object, ...], list[Decision]] = defaultdict(list)
    for row in _about_money(rows):
        if row.pk not in repeated:
            by_what[_what(row)].append(row)
    found: dict[int, Decision] = {}
    for beside in by_what.values():
        for row in beside:
            others = (one for one in beside if one.unit_id != row.unit_id and _amount(one) != _amount(row))
            other = next((one for one in others if _overlap(row, one)), None)
            if other:
                found[row.pk] = other
    return found


def _about_money(rows: Iterable[Decision]) -> list[Decision]:
    return sorted((row for row in rows if row.rhythm != Rhythm.NONE), key=lambda row: row.pk)


def _what(row: Decision) -> tuple[object, ...]:
    """What is saved is no money in; and of what has no scheme of its own, only its name tells."""
    name = row.title.strip().casefold() if row.scheme == Scheme.OTHER else ""
    return (row.scheme, name, row.subject_id, row.kind == DecisionKind.REDUCTION)


def _amount(row: Decision) -> tuple[object, ...]:
    return (*_what(row), row.amount, row.rhythm)


def _overlap(row: Decision, other: Decision) -> bool:
    """What is paid once is paid on its day."""
    if Rhythm.ONCE in (row.rhythm, other.rhythm):
        return row.starts_on == other.starts_on
    return not (row.ends_on and row.ends_on < other.starts_on) and not (other.ends_on and other.ends_on < row.starts_on)
