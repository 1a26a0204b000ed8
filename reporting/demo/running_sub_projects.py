"""The demo's work of today with calls and sub-projects, in Lillehammer. All of it is made up, and its titles say so."""

import datetime
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from grants.domain.application import create_application, submit_application
from grants.domain.award_letter import create_letter, offer_letter, sign_on_paper, update_letter
from grants.domain.call import close_call, create_call, open_call
from grants.domain.jury import appoint, deliver_sheet
from grants.domain.lesson import add_lesson
from grants.domain.letter_content import Goal as AwardGoal
from grants.domain.outcome import record_outcome
from grants.domain.relational import rate
from grants.domain.spending import approve, propose_payment
from grants.domain.sub_project import create_sub_project
from grants.models import Application, AwardLetter, Call, Dimension, PartnerRole, SubProject
from measures.domain.goal import create_goal
from measures.domain.log import add_log_entry
from measures.domain.measure import create_measure
from measures.domain.plan import adopt_plan, create_plan
from measures.models import GoalKind, LogKind, Measure, MeasureState, PlanKind
from organisation.domain.users import create_user, grant_role
from organisation.models import Notice, Role, User
from organisation.periods import HalfYear
from reporting.demo.organisation import LONG_AGO, PASSWORD, Town
from reporting.demo.reading import read

SUBMITTER = "saksbehandler@lillehammer.example"
LEADER = "prosjektleder@lillehammer.example"
PARTNER = "partner@lillehammer.example"
JUROR = "jury@lillehammer.example"
OTHER_JURORS = 4
AGES = (17, 34, 60, 45, 29)
BACKGROUNDS = ("elev", "forelder", "pensjonist", "frivillig", "nyinnflyttet")
Facts = Mapping[str, Any]


def load(town: Town, people: dict[str, User], today: datetime.date) -> None:
    facts = read("running-sub-projects.yaml")
    leader, writer = people[LEADER], people[SUBMITTER]
    measure = _measure(town, facts, today)
    running = _running(town, leader, measure, facts["running"], today)
    _work(town, leader, writer, running, measure, facts["running"], today)
    _rate(running, [writer, leader, people[PARTNER]], facts["running"], today)
    _offered(town, leader, facts["offered"], today)
    _judged(town, leader, writer, people[JUROR], facts, today)
    _open(town, leader, writer, facts, today)
    Notice.objects.exclude(kind="letter_offered").delete()


def noon(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(12), timezone.get_current_timezone())


def _measure(town: Town, facts: Facts, today: datetime.date) -> Measure:
    start = datetime.date(today.year - 1, 1, 1)
    plan = create_plan(
        municipality=town.municipality, by=town.coordinator, kind=PlanKind.ACTION_PLAN, starts_on=start,
        adopted_on=start, ends_on=datetime.date(today.year + 2, 12, 31), **facts["plan"],
    )  # fmt: skip
    goal = create_goal(plan=plan, kind=GoalKind.GOAL, number="1", title=facts["goal"], by=town.coordinator)
    adopt_plan(plan=plan, version=plan.version, by=town.coordinator)
    began = today - datetime.timedelta(days=facts["running"]["began"])
    return create_measure(
        plan=plan, goals=[goal], by=town.coordinator, on=began, title=facts["running"]["title"],
        state=MeasureState.IN_PROGRESS, responsible_unit=town.unit(facts["running"]["responsible"]), starts_on=began,
    )  # fmt: skip


def _sub_project(town: Town, by: User, start: datetime.date, days: int, facts: Facts, **fields: Any) -> SubProject:
    partners = [(town.unit(facts["responsible"]), PartnerRole.RESPONSIBLE)]
    partners += [(town.unit(name), PartnerRole.PARTNER) for name in facts["partners"]]
    return create_sub_project(
        municipality=town.municipality, title=facts["title"], partners=partners, starts_on=start,
        ends_on=start + datetime.timedelta(days=days), by=by, on=start, target_group=facts["target_group"], **fields,
    )  # fmt: skip


def _letter(sub_project: SubProject, by: User, facts: Facts, amount: int, today: datetime.date) -> AwardLetter:
    goals = [AwardGoal(kind="effect", about=goal["about"], text=goal["text"]) for goal in facts["effect_goals"]]
    goals += [
        AwardGoal(
            kind="result", about=goal["about"], text=goal["text"], indicator=goal["indicator"],
            target_value=Decimal(goal["target_value"]), due_on=today - datetime.timedelta(days=goal["due"]),
            outcome_kind=goal.get("kind", ""),
        )
        for goal in facts["result_goals"]
    ]  # fmt: skip
    half = HalfYear.of(sub_project.starts_on)
    instalments: dict[HalfYear, Decimal] = {}
    while half.first_day <= sub_project.ends_on and len(instalments) < 4:
        instalments[half] = Decimal(amount)
        half = HalfYear.of(half.last_day + datetime.timedelta(days=1))
    letter = create_letter(sub_project=sub_project, by=by)
    letter = update_letter(letter=letter, version=letter.version, by=by, goals=goals, instalments=instalments)
    return offer_letter(letter=letter, version=letter.version, by=by, on=sub_project.starts_on)


def _running(town: Town, leader: User, measure: Measure, facts: Facts, today: datetime.date) -> SubProject:
    start = today - datetime.timedelta(days=facts["began"])
    sub_project = _sub_project(town, leader, start, facts["lasts"], facts, measure=measure)
    letter = _letter(sub_project, leader, facts, 200_000, today)
    for signature in letter.signatures.all():
        sign_on_paper(signature=signature, reference="eksempel", by=leader, at=noon(start))
    sub_project.refresh_from_db()
    return sub_project


def _work(
    town: Town,
    leader: User,
    writer: User,
    sub_project: SubProject,
    measure: Measure,
    facts: Facts,
    today: datetime.date,
) -> None:
    """Logged, paid and counted so far; one payment waits for somebody's approval."""
    targets = {target.name: target for target in measure.targets.all()}
    for row in facts["log"]:
        figures = {targets[name]: Decimal(value) for name, value in row.get("figures", {}).items()}
        add_log_entry(
            measure=measure, text=row["text"], happened_on=today - datetime.timedelta(days=row["days"]), by=writer,
            today=today, kind=row.get("kind", LogKind.ACTIVITY), figures=figures,
        )  # fmt: skip
    for row in [*facts["payments"], facts["waiting"]]:
        day = today - datetime.timedelta(days=row["days"])
        fields = {name: row[name] for name in ("use", "mode", "purpose", "voucher")}
        proposal = propose_payment(
            sub_project=sub_project, amount=Decimal(row["amount"]), pay_on=day, by=writer, at=noon(day), **fields
        )
        if row is not facts["waiting"]:
            approve(proposal=proposal, version=proposal.version, by=leader, at=noon(day))
    for kind, value in facts["outcomes"].items():
        record_outcome(
            sub_project=sub_project, kind=kind, value=Decimal(value), counted_on=today, source="Opptelling (eksempel)",
            by=writer, at=noon(today), today=today,
        )  # fmt: skip
    add_lesson(sub_project=sub_project, text=facts["lesson"], by=writer, on=today)


def _rate(sub_project: SubProject, helpers: Collection[User], facts: Facts, today: datetime.date) -> None:
    """As many for each service as it takes to show its numbers; they lend their names to all three."""
    partners = list(sub_project.partners.all())
    for days, strengths in facts["strengths"].items():
        day = today - datetime.timedelta(days=days)
        for rater, strength in zip(partners, strengths, strict=True):
            said = {
                (other, dimension): strength for other in partners if other != rater for dimension in Dimension.values
            }
            for by in helpers:
                rate(sub_project=sub_project, rater=rater, strengths=said, half=HalfYear.of(day), by=by, on=day)


def _offered(town: Town, leader: User, facts: Facts, today: datetime.date) -> None:
    """A letter that waits for the partners: one has signed."""
    sub_project = _sub_project(town, leader, today, 540, facts)
    letter = _letter(sub_project, leader, facts, 150_000, today)
    first = letter.signatures.select_related("partner").get(partner__role=PartnerRole.RESPONSIBLE)
    sign_on_paper(signature=first, reference="eksempel", by=leader, at=noon(today))


def _call(town: Town, by: User, facts: Facts, title: str, opens: datetime.date, days: int) -> Call:
    call = create_call(
        municipality=town.municipality, by=by, criteria=[(text, 1) for text in facts["criteria"]], title=title,
        text="Oppdiktet utlysning, for å vise hvordan det virker.", opens_at=noon(opens),
        closes_at=noon(opens + datetime.timedelta(days=days)), places=2, amount_per_half_year=Decimal(100_000),
        half_years=2, terms="Alle deler erfaringene sine med de andre.",
    )  # fmt: skip
    return open_call(call=call, version=call.version, by=by, at=noon(opens))


def _apply(town: Town, call: Call, writer: User, row: Facts, at: datetime.datetime) -> Application:
    units = [town.unit(name) for name in row["partners"] if not name.endswith("(eksempel)")]
    others = [(name, "voluntary") for name in row["partners"] if name.endswith("(eksempel)")]
    budget = row.get("budget", [["Aktiviteter", "activity", 150_000], ["Utstyr", "equipment", 40_000]])
    return create_application(
        call=call, title=row["title"], responsible_unit=town.unit(row["responsible"]), by=writer, at=at, units=units,
        others=others, budget=[(text, use, Decimal(amount)) for text, use, amount in budget],
        target_group=row["target_group"], text="Oppdiktet søknad.", accepts_terms=True,
    )  # fmt: skip


def _judged(town: Town, leader: User, writer: User, juror: User, facts: Facts, today: datetime.date) -> None:
    """Four have scored; the one who can log in has not."""
    opens = today - datetime.timedelta(days=40)
    call = _call(town, leader, facts, facts["judged"]["title"], opens, 30)
    applications = []
    for row in facts["judged"]["applications"]:
        application = _apply(town, call, writer, row, noon(opens))
        submit_application(application=application, version=application.version, by=writer, at=noon(opens))
        applications.append(application)
    call.refresh_from_db()
    call = close_call(call=call, version=call.version, by=leader, at=noon(today - datetime.timedelta(days=9)))
    users = [_juror(town, number) for number in range(1, OTHER_JURORS + 1)] + [juror]
    members = [
        appoint(call=call, user=user, by=leader, on=today, age=age, background=background, group=1 + number % 2)
        for number, (user, age, background) in enumerate(zip(users, AGES, BACKGROUNDS, strict=True))
    ]
    criteria = list(call.criteria.all())
    at = noon(today - datetime.timedelta(days=1))
    for member, row in zip(members, facts["judged"]["points"], strict=False):
        for application, points in zip(applications, row, strict=True):
            application.refresh_from_db()
            deliver_sheet(
                member=member, application=application, points=dict.fromkeys(criteria, points), version=0,
                by=member.user, at=at, on=today,
            )  # fmt: skip


def _juror(town: Town, number: int) -> User:
    user = create_user(
        name=f"Jurymedlem {number}", email=f"jury{number}@lillehammer.example", password=PASSWORD, by=None
    )
    grant_role(user=user, unit=town.root, role=Role.JUROR, by=None, valid_from=LONG_AGO)
    return user


def _open(town: Town, leader: User, writer: User, facts: Facts, today: datetime.date) -> None:
    """A call that can be applied for, and a draft that breaks two of its rules."""
    opens = today - datetime.timedelta(days=5)
    call = _call(town, leader, facts, facts["open"]["title"], opens, 25)
    _apply(town, call, writer, facts["open"]["draft"], noon(opens))
