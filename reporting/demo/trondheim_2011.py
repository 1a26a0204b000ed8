"""Trondheim's action plan 2008-2011 and its status in 2011, taken through the whole chain: log, contributions, round, report."""

import datetime
from decimal import Decimal
from typing import Any

from measures.domain.goal import create_goal
from measures.domain.indicators import add_indicator, add_observation, create_table
from measures.domain.log import add_log_entry
from measures.domain.measure import create_measure, set_target
from measures.domain.plan import adopt_plan, close_plan, create_plan
from measures.models import Goal, LogKind, Measure, MeasureState, Plan, PlanKind, Target
from organisation.models import User
from organisation.periods import HalfYear
from reporting.demo.organisation import Town
from reporting.demo.reading import read
from reporting.domain.contribution import save_contribution, standings
from reporting.domain.report import approve, publish, send_for_review
from reporting.domain.report_texts import clear_texts, standing_texts
from reporting.domain.round import close_round, open_round, update_round, write_goal_summary
from reporting.models import ReportVersion

OPENED = datetime.date(2011, 6, 1)
LOGGED = datetime.date(2011, 6, 15)
DEADLINE = datetime.date(2011, 8, 15)
CLOSED = datetime.date(2011, 8, 22)
CLOSED_AT = datetime.datetime(2011, 8, 22, 12, tzinfo=datetime.UTC)
PERIOD = HalfYear(2011, 1)
# What the plan's own words for a deadline mean as a day.
DUE = {"andre halvår 2011": datetime.date(2011, 12, 31), "våren 2011": datetime.date(2011, 6, 30)}
SENTENCES = {
    MeasureState.IN_OPERATION: "Tiltaket er i ordinær drift.",
    MeasureState.IN_PROGRESS: "Arbeidet er i gang.",
    MeasureState.PLANNED: "Tiltaket er planlagt.",
    MeasureState.COMPLETED: "Tiltaket er gjennomført.",
    MeasureState.NOT_FEASIBLE: "Det arbeides ikke videre med tiltaket.",
    MeasureState.OVERTAKEN: "Det arbeides ikke videre med tiltaket.",
}


def load(town: Town, reviewer: User) -> ReportVersion:
    facts, texts = read("trondheim-2011.yaml"), read("trondheim-2011-texts.yaml")
    by = town.coordinator
    plan = create_plan(
        municipality=town.municipality, by=by, main_aims=[_sentence(aim) for aim in facts["main_aims"]],
        title=facts["plan"]["title"], short_title=facts["plan"]["short_title"], kind=PlanKind.ACTION_PLAN,
        starts_on=datetime.date(2008, 1, 1), ends_on=datetime.date(2011, 12, 31),
        adopted_as_printed=facts["plan"]["adopted"], description=texts["description"],
        proposed_decision=texts["proposed_decision"],
    )  # fmt: skip
    for goal_facts in facts["goals"]:
        _load_goal(plan, goal_facts, texts["measures"], town)
    plan = adopt_plan(plan=plan, version=plan.version, by=by)
    version = _report(plan, texts, facts["status_reports"][-1]["case_number"], by, reviewer)
    plan.refresh_from_db()
    close_plan(plan=plan, version=plan.version, by=by)
    return version


def _load_goal(plan: Plan, facts: dict[str, Any], notes: dict[str, str], town: Town) -> None:
    by = town.coordinator
    goal = create_goal(
        plan=plan, number=facts["number"], title=facts["title"], aim=_sentence(facts.get("aim", "")), by=by
    )
    for measure_facts in facts["measures"]:
        _load_measure(plan, goal, measure_facts, notes.get(measure_facts["title"], ""), town)
    if "indicators" in facts:
        table = create_table(
            plan=plan,
            goal=goal,
            by=by,
            title="Hvor mange får sosialhjelp eller deltar i programmet",
            total_label="I alt",
        )
        for row in facts["indicators"]:
            indicator = add_indicator(table=table, name=row["name"], measured_in=row["unit"], by=by)
            for o in row["observations"]:
                value = None if o["value"] is None else Decimal(o["value"])
                add_observation(
                    indicator=indicator, period=str(o["year"]), value=value, by=by,
                    basis=o.get("basis", ""), remark=o.get("remark", ""),
                )  # fmt: skip


def _load_measure(plan: Plan, goal: Goal, facts: dict[str, Any], note: str, town: Town) -> Measure:
    by, state = town.coordinator, facts["state"]
    first, last = facts.get("period", (None, None))
    ended = state in (MeasureState.NOT_FEASIBLE, MeasureState.OVERTAKEN)
    measure = create_measure(
        plan=plan, goals=[goal], by=by, on=LOGGED, title=facts["title"], state=state,
        state_reason=note if ended else "",
        responsible_unit=town.unit(facts["unit"]), partners=[town.unit(name) for name in facts.get("partners", ())],
        approach=facts["approach"], funding=facts.get("funding", ""),
        case_references=facts.get("case_refs", []),
        starts_on=datetime.date(first, 1, 1) if first else None, ends_on=datetime.date(last, 12, 31) if last else None,
        due_on=DUE.get(facts.get("due", "")), due_as_printed=facts.get("due", ""),
    )  # fmt: skip
    figures: dict[Target, Decimal] = {}
    for row in facts.get("results", ()):
        target = set_target(measure=measure, name=row["name"], counts_people=_counts_people(row["name"]), by=by)
        figures[target] = Decimal(row["value"])
    for row in facts.get("targets", ()):
        set_target(
            measure=measure, name=row["name"], value=Decimal(row["value"]), counts_people=_counts_people(row["name"]),
            by=by,
        )  # fmt: skip
    add_log_entry(
        measure=measure, text=f"{SENTENCES[state]} {'' if ended else note}".strip(), happened_on=LOGGED, by=by, today=LOGGED,
        kind=LogKind.RESULT if figures else LogKind.ACTIVITY, figures=figures,
    )  # fmt: skip
    return measure


def _report(plan: Plan, texts: dict[str, Any], case_number: str, by: User, reviewer: User) -> ReportVersion:
    round = open_round(plan=plan, period=PERIOD, deadline=DEADLINE, by=by, on=OPENED, case_number=case_number)
    for standing in standings(round):
        save_contribution(round=round, measure=standing.measure, text=standing.text, confirm=True, version=0, by=by)
    for goal in plan.goals.all():
        write_goal_summary(round=round, goal=goal, text=texts["goals"][goal.number], version=0, by=by)
    round = update_round(round=round, version=round.version, by=by, summary=texts["summary"])
    draft = close_round(round=round, version=round.version, by=by, on=CLOSED, at=CLOSED_AT)
    read = {row.came.key: row.sha256 for row in standing_texts(draft)}
    clear_texts(draft=draft, read=read, by=by, at=CLOSED_AT)
    sent = send_for_review(draft=draft, version=draft.version, by=by, at=CLOSED_AT)
    return approve(reviewed=sent, version=sent.version, by=reviewer, at=CLOSED_AT)


def publish_when_made(version: ReportVersion, by: User, at: datetime.datetime) -> None:
    """The board of the demo has something to read as soon as the worker has made it."""
    version.refresh_from_db()
    if not version.is_published:
        publish(approved=version, version=version.version, by=by, at=at)


def _counts_people(name: str) -> bool:
    """Dwellings and centres are no persons; staff and users are."""
    return not any(word in name for word in ("boliger", "sentraler"))


def _sentence(text: str) -> str:
    """The reference writes keywords; people read sentences."""
    text = text.strip()
    return (text[0].upper() + text[1:] + ("" if text.endswith(".") else ".")) if text else ""
