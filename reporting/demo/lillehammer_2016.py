"""Lillehammer's action plan against child poverty: a matrix of strategies, measures, units and evaluations.

The plan's facts are real; the log entries that evaluate some of the measures are made up and say so.
"""

import datetime
from decimal import Decimal
from typing import Any

from measures.domain.goal import create_goal
from measures.domain.indicators import add_indicator, add_observation, create_table
from measures.domain.log import add_log_entry
from measures.domain.measure import create_measure, set_target
from measures.domain.plan import adopt_plan, create_plan
from measures.models import EvaluationCadence, Goal, GoalKind, Measure, MeasureState, Plan, PlanKind
from reporting.demo.organisation import Town
from reporting.demo.reading import read

RECURRING: dict[str, str] = {
    EvaluationCadence.CONTINUOUS: "Fulgt opp fortløpende.",
    EvaluationCadence.HALF_YEARLY: "Evaluert for halvåret.",
    EvaluationCadence.YEARLY: "Evaluert for året.",
    EvaluationCadence.EVERY_THIRD_YEAR: "Funnene er tatt inn i planen.",
}
ROW_LABELS = {"ethnic_norwegian": "Barn, etnisk norske", "others": "Barn, andre", "families": "Familier"}


def load(town: Town, today: datetime.date) -> Plan:
    facts = read("lillehammer-2016.yaml")
    adopted = datetime.date.fromisoformat(facts["plan"]["strategies_adopted"]["date"])
    by = town.coordinator
    plan = create_plan(
        municipality=town.municipality, by=by, title=facts["plan"]["title"], kind=PlanKind.ACTION_PLAN,
        starts_on=adopted, adopted_on=adopted, case_number=facts["plan"]["strategies_adopted"]["case_number"],
        description="Fem strategier ble vedtatt i K-sak 23/15. Den sjette, om kompetanse, kom til senere. "
        "Evalueringene i loggen er oppdiktet for demoen.",
    )  # fmt: skip
    for aim in facts["sub_aims"]:
        create_goal(
            plan=plan, kind=GoalKind.SUB_AIM, number=str(aim["number"]), title=_title(aim["title"]), by=by,
            horizon=aim["horizon"],
        )  # fmt: skip
    measures: list[Measure] = []
    for strategy in facts["strategies"]:
        goal = create_goal(
            plan=plan, kind=GoalKind.STRATEGY, number=strategy["number"], title=_title(strategy["title"]), by=by
        )
        measures += [_load_measure(plan, goal, row, town, adopted) for row in strategy["measures"]]
    plan = adopt_plan(plan=plan, version=plan.version, by=by)
    _load_evaluations(measures, town, today)
    _load_indicators(plan, facts["indicators"], town)
    return plan


def _load_measure(plan: Plan, goal: Goal, facts: dict[str, Any], town: Town, adopted: datetime.date) -> Measure:
    evaluation = facts["evaluation"]
    cadence = evaluation.get("cadence", "")
    due = evaluation.get("due")
    once = cadence in (EvaluationCadence.BY_DATE, EvaluationCadence.ON_COMPLETION)
    measure = create_measure(
        plan=plan, goals=[goal], by=town.coordinator, on=adopted, title=facts["title"],
        state=MeasureState.IN_PROGRESS if once else MeasureState.IN_OPERATION,
        responsible_unit=town.unit(facts["unit"]), partners=[town.unit(name) for name in facts.get("partners", ())],
        evaluation_cadence=cadence, evaluation_by=evaluation.get("indicator", ""),
        evaluation_due_on=datetime.date.fromisoformat(due) if due else None,
    )  # fmt: skip
    for row in facts.get("targets", ()):
        set_target(measure=measure, name=row["name"], value=Decimal(row["value"]), by=town.coordinator)
    return measure


def _load_evaluations(measures: list[Measure], town: Town, today: datetime.date) -> None:
    """Two of three recurring measures have been evaluated lately, so that the list has both kinds."""
    recurring = [row for row in measures if row.evaluation_cadence in RECURRING]
    for index, measure in enumerate(recurring):
        if index % 3 == 2:
            continue
        day = today - datetime.timedelta(days=20 + index * 7)
        add_log_entry(
            measure=measure, text=f"Oppdiktet demotekst: {RECURRING[measure.evaluation_cadence]}", happened_on=day,
            by=town.coordinator, today=today, is_evaluation=True,
        )  # fmt: skip


def _load_indicators(plan: Plan, facts: list[dict[str, Any]], town: Town) -> None:
    by = town.coordinator
    for row in facts:
        counted = "families" in row["observations"][0]
        table = create_table(
            plan=plan,
            title=row["name"],
            note=_title(row.get("note", "")),
            by=by,
            total_label="Barn i alt" if counted else "",
        )
        if counted:
            _load_counts(table, row["observations"], by)
        else:
            _load_single(table, row["observations"][0], by)


def _load_counts(table: Any, observations: list[dict[str, Any]], by: Any) -> None:
    for key, label in ROW_LABELS.items():
        indicator = add_indicator(table=table, name=label, by=by, in_total=key != "families")
        for o in observations:
            add_observation(
                indicator=indicator, period=str(o["year"]), value=Decimal(o[key]), by=by,
                basis=f"kommunens tellemåte i {o['year']}",
            )  # fmt: skip


def _load_single(table: Any, o: dict[str, Any], by: Any) -> None:
    period = str(o.get("period") or o["year"])
    labels = {
        "percent": ("Andel", "prosent"),
        "max": ("Høyeste måned", "familier"),
        "min": ("Laveste måned", "familier"),
    }
    for key, (label, measured_in) in labels.items():
        if key in o:
            indicator = add_indicator(table=table, name=label, measured_in=measured_in, by=by)
            add_observation(indicator=indicator, period=period, value=Decimal(str(o[key])), by=by)


def _title(text: str) -> str:
    return text[:1].upper() + text[1:]
