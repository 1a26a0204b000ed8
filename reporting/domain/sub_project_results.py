"""The results of sub-projects as counts that may be printed: results by sub-project with totals, and each goal's result.

No database and no clock. Counts of persons and families are protected as one system, with their totals and with everything
reports have told before (suppression.py). A key names the same quantity in every report: `target:ID` is counted in the log,
`outcome:KIND:SUBPROJECT` was recorded, `outcome:KIND:total:OF` is the sum over all sub-projects that have begun. When another
sub-project starts counting it is of more, and another quantity: what it is of is in its key.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from grants.domain.goal_results import GoalResult
from grants.domain.outcome import StandingOutcome, totals
from grants.models import AwardGoal, OutcomeKind, SubProject
from reporting.domain.free_texts import hash_of
from reporting.domain.suppression import Count, Earlier, Shown, Sum, as_json, protect
from reporting.domain.suppression_told import counts_still_known, sums_still_known

Json = dict[str, Any]

# Of whom or what these are counts, nobody is known by.
NOT_PEOPLE = (OutcomeKind.EVENTS,)
# Families that have reached something are some of the families: what is left over is as telling as they are.
PART_OF_FAMILIES = (OutcomeKind.HOUSING, OutcomeKind.OWN_HOME)
# No counts: a share of some, an amount. They are told in words, which somebody reads before they go out.
NOT_COUNTED_IN = ("%", "prosent", "prosentpoeng", "kr", "kroner")
NOUGHT = Decimal(0)
TOTAL_WEIGHT, FAMILIES_WEIGHT = 3, 2


@dataclass(frozen=True)
class Results:
    """`cells` by key, as they are printed; `sources` by key, what each was counted from; `totals` the key of each kind's."""

    cells: dict[str, Json]
    kinds: list[str]
    keys: dict[tuple[int, str], str]
    totals: dict[str, str]
    counts: list[Json]
    sums: list[list[str]]
    sources: dict[str, Json]

    def of_kind(self, sub_project: SubProject, kind: str) -> Json | None:
        """None where nothing has been counted."""
        key = self.keys.get((sub_project.pk, kind))
        return self.cells[key] if key else None

    def total(self, kind: str) -> Json:
        return self.cells[self.totals[kind]]


class _Desk:
    """Everything that is counted, on its way to the engine."""

    def __init__(self) -> None:
        self.counts: dict[str, Count] = {}
        self.sums: list[Sum] = []
        self.open: dict[str, Json] = {}
        self.at_least: set[str] = set()
        self.sources: dict[str, Json] = {}

    def add(self, key: str, value: Decimal, *, people: bool, at_least: bool, source: Json, weight: int = 1) -> None:
        """A count of people goes to the engine. One that is no count, such as a half, is not shown at all."""
        self.sources[key] = source
        if at_least:
            self.at_least.add(key)
        if not people:
            self.open[key] = {"key": key, "shown": Shown.NUMBER.value, "value": plain(value), "on": None}
        elif is_count(value):
            self.counts.setdefault(key, Count(key, int(value), weight))
        else:
            self.open[key] = {"key": key, "shown": Shown.TOO_FEW.value, "value": None, "on": None}


def results_of(
    *,
    sub_projects: Sequence[SubProject],
    standing: Sequence[StandingOutcome],
    goals: Sequence[GoalResult],
    earlier: Sequence[Earlier] = (),
    logged: Mapping[str, list[str]] = MappingProxyType({}),
    told_sums: Sequence[Sequence[str]] = (),
) -> Results:
    """What may be printed of the results of all sub-projects that have begun, and of the goals of those reported on.

    `logged` are the log entries behind each target, by its public id; `told_sums` the sums that reports have told.
    """
    ids = {row.pk: row.public_id for row in sub_projects}
    rows = [row for row in standing if row.kind != OutcomeKind.OTHER]
    keys = {(row.sub_project_id, row.kind): key_of(row, ids[row.sub_project_id]) for row in rows}
    in_log = [goal for goal in goals if goal.is_logged]
    people = _of_people(rows, in_log, keys)
    desk = _Desk()
    for row in standing:
        if row.kind != OutcomeKind.OTHER or not is_told_in_words(row):
            key = key_of(row, ids[row.sub_project_id])
            desk.add(
                key, row.value, people=row.kind == OutcomeKind.OTHER or key in people, at_least=row.is_at_least,
                source=_source(row, logged), weight=FAMILIES_WEIGHT if row.kind == OutcomeKind.FAMILIES else 1,
            )  # fmt: skip
    for goal in in_log:
        key = target_key(goal.goal)
        source = _of_log(key, logged)
        desk.add(key, goal.value or NOUGHT, people=key in people, at_least=False, source=source)
    total_keys = _add_totals(desk, rows, keys, people)
    _add_rests(desk, keys)
    _add_told(desk, told_sums)
    known = {key for one in desk.sums for key in one.keys} | set(desk.counts)
    told = [row for row in earlier if row.key in known]
    counts = list(desk.counts.values())
    protected = protect(counts=counts, sums=desk.sums, earlier=told) if counts else {}
    cells = desk.open | {key: as_json(row) for key, row in protected.items()}
    return Results(
        {key: cell | {"at_least": key in desk.at_least and _is_today(cell)} for key, cell in cells.items()},
        list(dict.fromkeys(row.kind for row in rows)),
        keys,
        total_keys,
        [as_json(row) for row in protected.values()],
        [list(one.keys) for one in desk.sums],
        desk.sources,
    )


def key_of(row: StandingOutcome, sub_project: str) -> str:
    if row.log_target:
        return f"target:{row.log_target.public_id}"
    # Not the label itself: keys stand in the frozen copy and in addresses, and nobody has read the label yet.
    label = f":{hash_of(row.label)[:12]}" if row.kind == OutcomeKind.OTHER else ""
    return f"outcome:{row.kind}:{sub_project}{label}"


def total_key(kind: str, parts: Iterable[str], people: bool) -> str:
    """Only what counts people is remembered, so only there a total has to say what it is of."""
    of = f":{hashlib.sha256(' '.join(sorted(parts)).encode()).hexdigest()[:8]}" if people else ""
    return f"outcome:{kind}:total{of}"


def target_key(goal: AwardGoal) -> str:
    return f"target:{goal.log_target.public_id}" if goal.log_target else ""


def counts_people(goal: AwardGoal) -> bool:
    """Whether a goal's number counts persons or families: its target says so, as in the plan's report, or its kind does."""
    by_kind = bool(goal.outcome_kind) and goal.outcome_kind not in (*NOT_PEOPLE, OutcomeKind.OTHER)
    return by_kind or (goal.log_target is not None and goal.log_target.counts_people)


def is_told_in_words(row: StandingOutcome) -> bool:
    """Whether "something else" is no count: a share, an amount, something below nought."""
    unit = row.outcome.measured_in.casefold() if row.outcome else ""
    return unit in NOT_COUNTED_IN or not is_count(row.value)


def is_count(value: Decimal) -> bool:
    return value >= 0 and value == value.to_integral_value()


def plain(value: Decimal) -> int | float:
    """A JSON number: whole where it is whole. Two decimals are held exactly enough by a float."""
    return int(value) if value == value.to_integral_value() else float(value)


def _is_today(cell: Json) -> bool:
    return bool(cell["shown"] == Shown.NUMBER and cell["on"] is None)


def _of_people(
    rows: Iterable[StandingOutcome], goals: Iterable[GoalResult], keys: Mapping[tuple[int, str], str]
) -> set[str]:
    """The keys that count persons or families; with one of a kind all of it, since its total would tell of that one."""
    found = {target_key(goal.goal) for goal in goals if counts_people(goal.goal)}
    found |= {
        keys[row.sub_project_id, row.kind]
        for row in rows
        if row.kind not in NOT_PEOPLE or (row.log_target and row.log_target.counts_people)
    }
    kinds = {kind for (_owner, kind), key in keys.items() if key in found}
    return found | {key for (_owner, kind), key in keys.items() if kind in kinds}


def _of_log(key: str, logged: Mapping[str, list[str]]) -> Json:
    return {"kind": "log", "ids": logged.get(key.removeprefix("target:"), [])}


def _source(row: StandingOutcome, logged: Mapping[str, list[str]]) -> Json:
    if row.log_target:
        return {"kind": "log", "ids": logged.get(row.log_target.public_id, [])}
    return {"kind": "outcomes", "ids": [row.outcome.public_id] if row.outcome else []}


def _add_totals(
    desk: _Desk, rows: list[StandingOutcome], keys: Mapping[tuple[int, str], str], people: set[str]
) -> dict[str, str]:
    """The total of each kind, and the key of each. Whoever reads the table adds its columns up."""
    found = {}
    for total in totals(rows):
        parts = [keys[row.sub_project_id, row.kind] for row in total.parts]
        source, of_people = {"kind": "results", "ids": parts}, parts[0] in people
        key = found[total.kind] = total_key(total.kind, parts, of_people)
        # With a part that is no count, the total is none either, and is not shown.
        value = total.value if not of_people or desk.counts.keys() >= set(parts) else Decimal("0.5")
        desk.add(key, value, people=of_people, at_least=total.is_at_least, source=source, weight=TOTAL_WEIGHT)
        if key in desk.counts:
            desk.sums.append(Sum(key, tuple(parts)))
    return found


def _add_told(desk: _Desk, told_sums: Sequence[Sequence[str]]) -> None:
    """A total of before another sub-project started counting: nobody prints it today, but whoever has the report knows it."""
    sums = sums_still_known(desk.counts.keys(), told_sums)
    desk.counts |= counts_still_known(desk.counts, sums)
    desk.sums += sums


def _add_rests(desk: _Desk, keys: Mapping[tuple[int, str], str]) -> None:
    """Families that have not got a home: nobody prints how many, but it follows."""
    for (owner, kind), part in keys.items():
        whole = keys.get((owner, OutcomeKind.FAMILIES))
        if whole is None or whole == part or kind not in PART_OF_FAMILIES or not {whole, part} <= desk.counts.keys():
            continue
        rest = desk.counts[whole].value - desk.counts[part].value
        if rest >= 0:
            key = f"rest:{part}"
            desk.counts[key] = Count(key, rest, shown=False)
            desk.sums.append(Sum(whole, (part, key)))


def without_counts(content: Json) -> Json:
    """A content as if no protected count stood in it: what has not gone out is not compared with."""
    five = [{**row, "cell": None} if row.get("cell") else row for row in content.get("five", ())]
    sub_projects = [
        {**row, "goals": [{**goal, "cell": None} for goal in row["goals"]]} for row in content.get("sub_projects", ())
    ]
    return {**content, "five": five, "sub_projects": sub_projects, "counts": []}
