"""What has been reported on the running plan before today: two half-years, and a resolution of the board between them.

Like the plan's measures, all of it is made up. The reports wait for the worker as the one on Trondheim 2011 does.
"""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from measures.domain.log import add_log_entry
from measures.domain.measure_state import change_state
from measures.models import LogKind, Measure, Plan, Target
from organisation.models import User
from organisation.periods import HalfYear
from reporting.demo.organisation import Town
from reporting.domain.contribution import save_contribution, standings
from reporting.domain.report import approve, send_for_review
from reporting.domain.report_texts import clear_texts, standing_texts
from reporting.domain.resolution import close_point, note_point, register_resolution, update_point
from reporting.domain.round import close_round, open_round, update_round

DAYS_TO_CLOSE = 45


def halves_before(today: datetime.date) -> tuple[HalfYear, HalfYear]:
    """The two half-years before the one that the open round is about."""
    second = HalfYear.of(today).previous().previous()
    return second.previous(), second


def load_earlier_log(
    measure: Measure, targets: dict[str, Target], entries: Iterable[dict[str, Any]], by: User, today: datetime.date
) -> None:
    """Entries of the half-years that are reported on, by the day in the half-year."""
    for entry in entries:
        half = halves_before(today)[entry["half"] - 1]
        add_log_entry(
            measure=measure, text=entry["text"], happened_on=half.first_day + datetime.timedelta(days=entry["day"]),
            by=by, today=today, kind=entry.get("kind", LogKind.ACTIVITY),
            figures={targets[name]: Decimal(value) for name, value in entry.get("figures", {}).items()},
        )  # fmt: skip


def load(
    plan: Plan, measures: dict[str, Measure], facts: dict[str, Any], town: Town, reviewer: User, today: datetime.date
) -> None:
    first, second = halves_before(today)
    _report(plan, first, facts["reports"][0], town, reviewer)
    _resolution(plan, facts["resolution"], _closing_day(first), town)
    for row in facts["measures"]:
        if "states" in row:
            _change(measures[row["title"]], row, second, town.coordinator)
    _report(plan, second, facts["reports"][1], town, reviewer)


def _closing_day(half: HalfYear) -> datetime.date:
    return half.last_day + datetime.timedelta(days=DAYS_TO_CLOSE)


def _change(measure: Measure, facts: dict[str, Any], half: HalfYear, by: User) -> None:
    """What became of a measure in the second half-year."""
    on = half.first_day + datetime.timedelta(days=75)
    change_state(
        measure=measure, to=facts["states"][1], reason=facts.get("reason", ""), version=None, by=by, on=on, today=on
    )


def _report(plan: Plan, half: HalfYear, facts: dict[str, Any], town: Town, reviewer: User) -> None:
    by, day = town.coordinator, _closing_day(half)
    at = datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
    round = open_round(
        plan=plan, period=half, deadline=half.last_day, by=by, on=half.last_day - datetime.timedelta(days=30),
        case_number=facts["case_number"].format(year=day.year),
    )  # fmt: skip
    for standing in standings(round):
        text = standing.text or "Ingen aktivitet i perioden."
        save_contribution(round=round, measure=standing.measure, text=text, confirm=True, version=0, by=by)
    round = update_round(round=round, version=round.version, by=by, summary=facts["summary"])
    draft = close_round(round=round, version=round.version, by=by, on=day, at=at)
    clear_texts(draft=draft, read={row.came.key: row.sha256 for row in standing_texts(draft)}, by=by, at=at)
    sent = send_for_review(draft=draft, version=draft.version, by=by, at=at)
    approve(reviewed=sent, version=sent.version, by=reviewer, at=at)


def _resolution(plan: Plan, facts: dict[str, Any], reported: datetime.date, town: Town) -> None:
    """Decided two weeks after the first report, and followed up until the second."""
    by, day = town.coordinator, reported + datetime.timedelta(days=14)
    points = [row["text"] for row in facts["points"]]
    made = register_resolution(plan=plan, text=facts["text"], points=points, decided_on=day, by=by, on=day)
    later = day + datetime.timedelta(days=60)
    for point, row in zip(made.points.all(), facts["points"], strict=True):
        due = day + datetime.timedelta(days=row["due"]) if "due" in row else None
        point = update_point(
            point=point, text=row["text"], responsible_unit=town.unit(row["unit"]), due_on=due, version=point.version,
            by=by,
        )  # fmt: skip
        for note in row.get("notes", ()):
            point = note_point(point=point, text=note, happened_on=later, version=point.version, by=by, on=later)
        if "closed" in row:
            close_point(point=point, text=row["closed"], version=point.version, by=by, on=later)
