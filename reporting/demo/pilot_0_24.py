"""The demo's nine sub-projects of Pilot 0-24, made by the same rules as real ones, on the days of their time.

What the source does not say is either left out (the jury's points, the stopped ones' amounts) or plainly the demo's own:
the collaboration goal that each review is held against, and the days within a month.
"""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from grants.domain.award_letter import create_letter, offer_letter, sign_on_paper, update_letter
from grants.domain.call import close_call, create_call, decide_call, open_call
from grants.domain.closing import save_closing_report
from grants.domain.letter_content import Goal as AwardGoal
from grants.domain.outcome import record_outcome
from grants.domain.recurring import approve_recurring, pay_recurring, propose_recurring
from grants.domain.review import conclude_review, result_goals, save_review
from grants.domain.spending import approve, propose_payment
from grants.domain.sub_project import create_sub_project
from grants.domain.sub_project_state import end_sub_project
from grants.models import (
    AwardLetter,
    Call,
    Decision,
    OutcomeKind,
    PartnerRole,
    SpendingUse,
    SubProject,
    SubProjectState,
    Verdict,
)
from measures.domain.goal import create_goal
from measures.domain.log import add_log_entry
from measures.domain.measure import create_measure, update_target
from measures.domain.measure_state import change_state
from measures.domain.plan import adopt_plan, close_plan, create_plan
from measures.models import Goal, GoalKind, Measure, MeasureState, Plan, PlanKind, Target
from organisation.models import Notice, User
from organisation.periods import HalfYear
from reporting.demo.organisation import Town
from reporting.demo.reading import read

DECIDED = datetime.date(2021, 5, 20)  # the day the jury met
REVIEWS = (
    datetime.date(2022, 6, 15),
    datetime.date(2022, 12, 15),
    datetime.date(2023, 6, 15),
    datetime.date(2023, 12, 15),
)
END = datetime.date(2023, 12, 31)
SOURCE = "Sluttrapporten for Pilot 0-24"
COLLABORATION = "Samarbeidet på tvers er i gang"
PARTNERS_COUNTED = "partnere som er med"
Facts = Mapping[str, Any]


def load(town: Town, leader: User) -> list[SubProject]:
    """The pilot's plan, its call, and what became of each sub-project. `leader` proposes what the coordinator approves."""
    facts = read("pilot-0-24.yaml")
    plan, goals = _plan(town, facts)
    call = _call(town, facts["call"])
    found = []
    for row in facts["sub_projects"]:
        measure = _measure(town, plan, goals[row["goal"]], row)
        sub_project = _sub_project(town, None if row.get("outside_call") else call, measure, row)
        _agree(town, sub_project, row)
        _count_partners(town, measure, row)
        _pay(town, leader, sub_project, row)
        _review(town, sub_project, row)
        _end(town, sub_project, measure, row)
        found.append(sub_project)
    plan.refresh_from_db()
    close_plan(plan=plan, version=plan.version, by=town.coordinator)
    Notice.objects.all().delete()  # nobody needs to be told today of what was to be done then
    return found


def noon(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(12), timezone.get_current_timezone())


def _plan(town: Town, facts: Facts) -> tuple[Plan, dict[str, Goal]]:
    plan = create_plan(
        municipality=town.municipality, by=town.coordinator, kind=PlanKind.ACTION_PLAN,
        adopted_on=facts["plan"]["starts_on"], **facts["plan"],
    )  # fmt: skip
    goals = {
        row["number"]: create_goal(
            plan=plan, kind=GoalKind.GOAL, number=row["number"], title=row["title"], by=town.coordinator
        )
        for row in facts["goals"]
    }
    return adopt_plan(plan=plan, version=plan.version, by=town.coordinator), goals


def _call(town: Town, facts: dict[str, Any]) -> Call:
    """Without applications and jury: the points are not in the source, so the outcome stands on its reason alone."""
    decision, zone = facts.pop("decision"), timezone.get_current_timezone()
    times = {name: facts.pop(name).replace(tzinfo=zone) for name in ("opens_at", "closes_at")}
    criteria = [(text, 1) for text in facts.pop("criteria")]
    amount = Decimal(facts.pop("amount_per_half_year"))
    by = town.coordinator
    call = create_call(
        municipality=town.municipality, by=by, criteria=criteria, amount_per_half_year=amount, **times, **facts
    )
    call = open_call(call=call, version=call.version, by=by, at=times["opens_at"])
    call = close_call(call=call, version=call.version, by=by, at=times["closes_at"] + datetime.timedelta(hours=12))
    return decide_call(call=call, chosen=[], reason=decision, version=call.version, by=by, at=noon(DECIDED))


def _measure(town: Town, plan: Plan, goal: Goal, facts: Facts) -> Measure:
    measure = create_measure(
        plan=plan, goals=[goal], by=town.coordinator, on=facts["starts_on"], title=facts["title"],
        state=MeasureState.IN_PROGRESS, responsible_unit=town.unit(facts["responsible"]),
        partners=[town.unit(name) for name in facts["partners"]], note=facts["target_group"],
        starts_on=facts["starts_on"], ends_on=facts["ends_on"],
    )  # fmt: skip
    _log(town, measure, facts["starts_on"], "Delprosjektet startet.")
    return measure


def _log(
    town: Town, measure: Measure, day: datetime.date, text: str, figures: dict[Target, Decimal] | None = None
) -> None:
    add_log_entry(measure=measure, text=text, happened_on=day, by=town.coordinator, today=day, figures=figures or {})


def _sub_project(town: Town, call: Call | None, measure: Measure, facts: Facts) -> SubProject:
    partners = [(town.unit(facts["responsible"]), PartnerRole.RESPONSIBLE)]
    partners += [(town.unit(name), PartnerRole.PARTNER) for name in facts["partners"]]
    return create_sub_project(
        municipality=town.municipality, title=facts["title"], partners=partners, starts_on=facts["starts_on"],
        ends_on=facts["ends_on"], by=town.coordinator, on=DECIDED if call else facts["starts_on"], call=call,
        target_group=facts["target_group"], measure=measure,
    )  # fmt: skip


def _agree(town: Town, sub_project: SubProject, facts: Facts) -> AwardLetter:
    """A letter that every partner has signed on the day it starts."""
    by, day = town.coordinator, facts["starts_on"]
    effects = facts.get("effect_goals") or [{"about": "collaboration", "text": COLLABORATION}]
    goals = [AwardGoal(kind="effect", about=goal["about"], text=goal["text"]) for goal in effects]
    if goal := facts.get("result_goal"):
        goals.append(
            AwardGoal(
                kind="result", about="residents", text=goal["text"], indicator=goal["indicator"],
                target_value=Decimal(goal["target_value"]), due_on=END, outcome_kind=goal["kind"],
            )
        )  # fmt: skip
    goals.append(
        AwardGoal(
            kind="result", about="collaboration", text=COLLABORATION, indicator=PARTNERS_COUNTED,
            target_value=Decimal(1 + len(facts["partners"])), due_on=min(day + datetime.timedelta(days=300), END),
        )
    )  # fmt: skip
    instalments = {HalfYear.parse(code): Decimal(kroner) for code, kroner in facts.get("instalments", {}).items()}
    letter = create_letter(sub_project=sub_project, by=by)
    letter = update_letter(letter=letter, version=letter.version, by=by, goals=goals, instalments=instalments)
    letter = offer_letter(letter=letter, version=letter.version, by=by, on=day)
    for signature in letter.signatures.all():
        letter = sign_on_paper(signature=signature, reference="Pilot 0-24", by=by, at=noon(day))
    return letter


def _count_partners(town: Town, measure: Measure, facts: Facts) -> None:
    """Everybody is in it once the letter is signed. Of those that were stopped the source says that it came to nothing."""
    if "stopped" not in facts:
        target = measure.targets.get(name=PARTNERS_COUNTED)
        target = update_target(
            target=target, name=target.name, value=target.value, counting=target.counting, counts_people=False,
            version=target.version, by=town.coordinator,
        )  # fmt: skip
        text = "Alle partnerne har underskrevet tildelingsbrevet."
        _log(town, measure, facts["starts_on"], text, {target: Decimal(1 + len(facts["partners"]))})


def _pay(town: Town, leader: User, sub_project: SubProject, facts: Facts) -> None:
    """Each half-year's amount to the residents, or the basic income month by month."""
    if agreed := facts.get("recurring"):
        recurring = propose_recurring(
            sub_project=sub_project, amount_each=Decimal(agreed["amount_each"]), receivers=agreed["receivers"],
            first_month=agreed["first_month"], last_month=agreed["last_month"], purpose="1 600 kroner per barn per måned",
            mode=facts["mode"], use=SpendingUse.RESIDENTS, day_of_month=15, voucher_prefix="BL", by=leader,
            at=noon(facts["starts_on"]),
        )  # fmt: skip
        recurring = approve_recurring(
            recurring=recurring, version=recurring.version, by=town.coordinator, at=noon(facts["starts_on"])
        )
        pay_recurring(recurring_id=recurring.pk, on=END, at=noon(END))
        return
    for code, kroner in facts.get("instalments", {}).items():
        half = HalfYear.parse(code)
        day = max(half.first_day, sub_project.starts_on) + datetime.timedelta(days=14)
        proposal = propose_payment(
            sub_project=sub_project, amount=Decimal(kroner), mode=facts["mode"], use=SpendingUse.RESIDENTS,
            purpose=f"Til deltakerne, {half.label}", pay_on=day, voucher=f"P024-{code}", by=leader, at=noon(day),
        )  # fmt: skip
        approve(proposal=proposal, version=proposal.version, by=town.coordinator, at=noon(day))


def _review(town: Town, sub_project: SubProject, facts: Facts) -> None:
    stopped: Facts = facts.get("stopped", {})
    for day in REVIEWS:
        review = sub_project.reviews.open().first()
        if review is None or day < review.starts_on + datetime.timedelta(days=90):
            continue
        stops = stopped.get("day") == day
        letter = sub_project.letters.get(state="in_force")
        verdict = Verdict.NOT_REACHED if stopped else Verdict.REACHED
        # What is counted of a result goal is counted at the end, and reaches it.
        of_residents = Verdict.REACHED if day == REVIEWS[-1] else Verdict.PARTLY
        judged = {
            goal: (verdict if goal.about == "collaboration" else of_residents, "") for goal in result_goals(letter)
        }
        review = save_review(review=review, judgements=judged, summary="", version=review.version, by=town.coordinator)
        conclude_review(
            review=review, decision=Decision.STOP if stops else Decision.CONTINUE,
            reason=stopped["reason"] if stops else "Delprosjektet gikk videre. Begrunnelsen står ikke i kilden.",
            conditions="", held_on=day, version=review.version, by=town.coordinator, on=day, at=noon(day),
        )  # fmt: skip
        if stops:
            return


def _end(town: Town, sub_project: SubProject, measure: Measure, facts: Facts) -> None:
    sub_project.refresh_from_db()
    last_day = facts["stopped"]["day"] if "stopped" in facts else END
    if "stopped" not in facts:
        _results(town, sub_project, measure, facts)
        end_sub_project(
            sub_project=sub_project, to=SubProjectState(facts["outcome"]), reason="Prosjektperioden var over.",
            version=sub_project.version, by=town.coordinator, on=END, at=noon(END),
        )  # fmt: skip
    _close(town, sub_project, facts, last_day)
    ended = {"in_line": MeasureState.IN_OPERATION, "ended": MeasureState.COMPLETED}
    state = ended.get(facts.get("outcome", ""), MeasureState.STOPPED)
    measure.refresh_from_db()
    change_state(
        measure=measure, to=state, reason=facts.get("stopped", {}).get("reason", ""), version=measure.version,
        by=town.coordinator, on=last_day, today=last_day,
    )  # fmt: skip


def _results(town: Town, sub_project: SubProject, measure: Measure, facts: Facts) -> None:
    """What was counted, each in one place: the families of a result goal in the log, the rest as outcomes."""
    goal = facts.get("result_goal", {})
    for kind, counted in facts["outcomes"].items():
        value, at_least = counted if isinstance(counted, list) else (counted, False)
        if kind == goal.get("kind"):
            target = measure.targets.get(name=goal["indicator"])
            text = f"{value} {goal['indicator']} har vært med i delprosjektet."
            _log(town, measure, END, text, {target: Decimal(value)})
        else:
            _outcome(town, sub_project, END, kind=kind, value=value, is_at_least=at_least)
    for row in facts.get("other", ()):
        _outcome(town, sub_project, END, kind=OutcomeKind.OTHER, **row)
    if series := facts.get("series"):
        named = {"kind": OutcomeKind.OTHER, "label": series["label"], "measured_in": series["measured_in"]}
        for year, value in series["values"].items():
            note = series["estimate"]["note"] if year == series["estimate"]["year"] else ""
            _outcome(town, sub_project, datetime.date(year, 12, 31), value=value, note=note, **named)


def _outcome(town: Town, sub_project: SubProject, day: datetime.date, *, value: int, **fields: Any) -> None:
    record_outcome(
        sub_project=sub_project, value=Decimal(value), counted_on=day, source=SOURCE, by=town.coordinator, today=END,
        at=noon(END), **fields,
    )  # fmt: skip


def _close(town: Town, sub_project: SubProject, facts: Facts, day: datetime.date) -> None:
    report = sub_project.closing_report
    achieved = report.achieved or "Ingen resultater står i kilden."
    learnt = facts.get("stopped", {}).get("reason") or "Tildelingsbrevet ga noe å vurdere arbeidet ut fra."
    save_closing_report(
        report=report, achieved=achieved, learnt=learnt, carried_on=report.carried_on, remaining=report.remaining,
        submit=True, version=report.version, by=town.coordinator, at=noon(day),
    )  # fmt: skip
