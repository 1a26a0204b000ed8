"""The demo's running plan, "God hjelp til familier": today's work, an open round, things overdue and things to confirm."""

import datetime
from decimal import Decimal
from typing import Any

from measures.domain.goal import create_goal
from measures.domain.indicators import add_indicator, add_observation, create_table
from measures.domain.log import add_log_entry
from measures.domain.measure import create_measure, set_target
from measures.domain.plan import adopt_plan, create_plan
from measures.models import Goal, GoalKind, LogKind, Measure, Plan, PlanKind, Target
from organisation.models import LivingConditionZone, User
from organisation.periods import HalfYear
from reporting.demo import running_reports
from reporting.demo.organisation import Town
from reporting.demo.reading import read
from reporting.domain.contribution import save_contribution, standings
from reporting.domain.round import open_round


def load(town: Town, reviewer: User, today: datetime.date) -> Plan:
    facts = read("god-hjelp-til-familier.yaml")
    halves = running_reports.halves_before(today)
    start = datetime.date(halves[0].year, 1, 1)
    zones = {
        name: LivingConditionZone.objects.create(municipality=town.municipality, name=name) for name in facts["zones"]
    }
    plan = create_plan(
        municipality=town.municipality, by=town.coordinator, kind=PlanKind.THEMATIC_PLAN, starts_on=start,
        ends_on=datetime.date(today.year + 2, 12, 31), adopted_on=start, zones=zones.values(),
        main_aims=[aim[0].upper() + aim[1:] for aim in facts["main_aims"]],
        life_areas=[area[0].upper() + area[1:] for area in facts["life_areas"]], **facts["plan"],
    )  # fmt: skip
    goals = _load_goals(plan, facts["focus_areas"], town)
    measures = {row["title"]: _load_measure(plan, goals, zones, row, town, today) for row in facts["measures"]}
    plan = adopt_plan(plan=plan, version=plan.version, by=town.coordinator)
    _load_indicators(plan, facts["indicators"], town, today)
    running_reports.load(plan, measures, facts, town, reviewer, today)
    _open_round(plan, town, today)
    return plan


def _load_goals(plan: Plan, areas: list[dict[str, Any]], town: Town) -> dict[str, Goal]:
    goals: dict[str, Goal] = {}
    for area in areas:
        number = area["number"]
        goals[number] = parent = create_goal(
            plan=plan, kind=GoalKind.FOCUS_AREA, number=number, title=area["title"],
            challenges=area.get("challenges", ""), by=town.coordinator,
        )  # fmt: skip
        for letter, title in zip("abcd", area.get("parts", ()), strict=False):
            goals[f"{number} {letter}"] = create_goal(
                plan=plan, kind=GoalKind.SUB_AIM, number=f"{number} {letter}", title=title, parent=parent,
                by=town.coordinator,
            )  # fmt: skip
    return goals


def _load_measure(
    plan: Plan,
    goals: dict[str, Goal],
    zones: dict[str, LivingConditionZone],
    facts: dict[str, Any],
    town: Town,
    today: datetime.date,
) -> Measure:
    by = town.coordinator
    within, due = facts.get("evaluate_within"), facts.get("due")
    measure = create_measure(
        plan=plan, goals=[goals[number] for number in facts["goals"]], by=by, on=plan.starts_on or today, title=facts["title"],
        state=facts.get("states", [facts["state"]])[0], state_reason="" if "states" in facts else facts.get("reason", ""),
        responsible_unit=town.unit(facts["unit"]),
        partners=[town.unit(name) for name in facts.get("partners", ())], approach=facts["approach"],
        zones=[zones[name] for name in facts.get("zones", ())],
        life_areas=plan.life_areas.filter(number__in=facts.get("life_areas", ())),
        evaluation_cadence=facts.get("cadence", ""), evaluation_by=facts.get("evaluate_by", ""),
        evaluation_due_on=today + datetime.timedelta(days=within) if within else None,
        due_on=today + datetime.timedelta(days=due) if due else None, starts_on=plan.starts_on,
    )  # fmt: skip
    targets: dict[str, Target] = {}
    for row in facts.get("targets", ()):
        targets[row["name"]] = set_target(
            measure=measure, name=row["name"], value=Decimal(row["value"]), counting=row.get("counting", "sum"), by=by
        )
    for entry in sorted(facts["log"], key=lambda row: -row["days"]):
        add_log_entry(
            measure=measure, text=entry["text"], happened_on=today - datetime.timedelta(days=entry["days"]), by=by,
            today=today, kind=entry.get("kind", LogKind.ACTIVITY), is_evaluation=entry.get("evaluation", False),
            figures={targets[name]: Decimal(value) for name, value in entry.get("figures", {}).items()},
        )  # fmt: skip
    running_reports.load_earlier_log(measure, targets, facts.get("earlier", ()), by, today)
    return measure


def _load_indicators(plan: Plan, facts: list[dict[str, Any]], town: Town, today: datetime.date) -> None:
    for facts_of_table in facts:
        table = create_table(
            plan=plan, title=facts_of_table["title"], note=facts_of_table["note"],
            total_label=facts_of_table["total_label"], by=town.coordinator,
        )  # fmt: skip
        for row in facts_of_table["rows"]:
            indicator = add_indicator(table=table, name=row["name"], measured_in=row["unit"], by=town.coordinator)
            for o in row["observations"]:
                year = str(today.year - o["back"])
                add_observation(indicator=indicator, period=year, value=Decimal(o["value"]), by=town.coordinator)


def _open_round(plan: Plan, town: Town, today: datetime.date) -> None:
    """The last half-year's round is nearly ready: most have confirmed, some wait, and it can be closed."""
    round = open_round(
        plan=plan, period=HalfYear.of(today).previous(), deadline=today + datetime.timedelta(days=7),
        by=town.coordinator, on=today,
    )  # fmt: skip
    for standing in standings(round):
        waits = standing.measure.responsible_unit.name in ("NAV Lerkendal", "BFT Lerkendal", "Barnevernet")
        text = standing.text or "Ingen aktivitet i perioden."
        if not waits:
            save_contribution(
                round=round, measure=standing.measure, text=text, confirm=True, version=0, by=town.coordinator
            )
