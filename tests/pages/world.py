"""A small municipality with one of everything, made by the domain's own functions, for tests that visit every page."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from families.models import Family
from measures.domain.goal import create_goal
from measures.domain.indicators import add_indicator, add_observation, create_table
from measures.domain.log import add_log_entry
from measures.domain.measure import create_measure, set_target
from measures.domain.plan import adopt_plan, create_plan
from measures.models import GoalKind, Measure, MeasureState, Plan
from organisation.domain.notices import mark_read, notify
from organisation.models import DocumentJob, JobState, Municipality, Notice, Role, Unit, User
from organisation.periods import HalfYear
from reporting.domain.contribution import save_contribution
from reporting.domain.report import approve, send_for_review
from reporting.domain.round import close_round, open_round, write_goal_summary
from reporting.models import Report, ReportRound
from tests.factories import (
    LogoFactory,
    MembershipFactory,
    MunicipalityFactory,
    UnitFactory,
    UserFactory,
    ZoneFactory,
    make_member,
)
from tests.pages import may_help, may_reading_room
from tests.pages.world_boards import saved_views
from tests.pages.world_calls import calls_and_jury
from tests.pages.world_comments import comments
from tests.pages.world_families import families
from tests.pages.world_grants import grants_received
from tests.pages.world_mail import failed_mail
from tests.pages.world_money import social_investments
from tests.pages.world_reading_room import traced_report
from tests.pages.world_reports import reports_at_work
from tests.pages.world_resolutions import resolutions
from tests.pages.world_results import results_and_money
from tests.pages.world_sub_projects import sub_projects

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
SECRET = "Setningen som bare kommunens egne skal lese"


@dataclass
class World:
    """Everything that a URL may stand for, and one user per role. `secret` stands in every text of the municipality."""

    municipality: Municipality
    unit: Unit
    users: dict[Role, User]
    plan: Plan
    measure: Measure
    round: ReportRound
    report: Report
    family: Family | None = None
    ids: dict[str, dict[str, Any]] = field(default_factory=dict)


def make_world(today: datetime.date, secret: str = SECRET) -> World:
    municipality = MunicipalityFactory()
    root = UnitFactory(municipality=municipality, name="Kommunen")
    unit = UnitFactory(municipality=municipality, parent=root, name="Enheten")
    users = {
        role: make_member(role, root if role == Role.COORDINATOR else unit) for role in Role if role != Role.ANALYST
    }
    users[Role.ANALYST] = make_member(Role.ANALYST)
    plan, measure = _plan(municipality, unit, users[Role.COORDINATOR], today, secret)
    opened, report = _rounds(plan, measure, users, today, secret)
    world = World(municipality, unit, users, plan, measure, opened, report)
    colleague = UserFactory()
    membership = MembershipFactory(user=colleague, unit=unit)
    notice = _notices(users[Role.COORDINATOR], secret)
    failed_mail(membership, secret, today)
    world.ids = _ids(world, {"user": colleague, "membership": membership, "notice": notice})
    world.ids |= may_help.IDS
    world.ids |= may_reading_room.ids(report, traced_report(municipality, measure, secret))
    world.ids |= reports_at_work(plan, report, users, secret)
    world.ids |= resolutions(plan, report, unit, users, today, secret)
    world.ids |= calls_and_jury(municipality, unit, users, secret)
    world.ids |= results_and_money(municipality, unit, users, today, secret)
    world.ids |= sub_projects(municipality, unit, users, today, secret)
    world.ids |= social_investments(world.ids["sub-project"]["public_id"], users, secret)
    world.ids |= grants_received(municipality, unit, measure, users, today, secret)
    world.ids |= comments(measure, world.ids, users, secret)
    world.family, ids = families(municipality, unit, users, today, secret)
    world.ids |= ids
    world.ids |= saved_views(plan, users[Role.COORDINATOR], secret)
    LogoFactory(municipality=municipality)
    return world


def _notices(user: User, secret: str) -> Notice:
    """One that has been read, and one that has not."""
    (read,) = notify(users=[user], kind="review", key="1", text="En påminnelse som er lest.", url_path="/planer/")
    mark_read(notice=read, by=user)
    return notify(users=[user], kind="review", key="2", text=f"En ulest påminnelse. {secret}", url_path="/planer/")[0]


def _plan(municipality: Municipality, unit: Unit, by: User, today: datetime.date, secret: str) -> tuple[Plan, Measure]:
    start = datetime.date(today.year - 2, 1, 1)
    plan = create_plan(
        municipality=municipality, by=by, title=f"Plan. {secret}", starts_on=start, adopted_on=start,
        ends_on=datetime.date(today.year + 2, 12, 31), main_aims=[secret], life_areas=["Bolig"],
        zones=[ZoneFactory(municipality=municipality)], description=secret,
    )  # fmt: skip
    goal = create_goal(plan=plan, title=f"Mål. {secret}", number="1", by=by)
    below = create_goal(plan=plan, title="Delmål", number="1 a", kind=GoalKind.SUB_AIM, parent=goal, by=by)
    measure = create_measure(
        plan=plan, goals=[goal, below], by=by, on=start, title=f"Tiltak. {secret}", responsible_unit=unit,
        state=MeasureState.IN_PROGRESS, evaluation_cadence="yearly", case_references=["10/1"], note=secret,
    )  # fmt: skip
    create_measure(plan=plan, goals=[below], by=by, on=start, title="Et tiltak til", responsible_unit=unit)
    target = set_target(measure=measure, name="deltakere", value=Decimal(50), by=by)
    day = HalfYear.of(today).previous().previous().first_day
    add_log_entry(
        measure=measure, text=secret, happened_on=day, by=by, today=today, figures={target: Decimal("2.5")},
        file=SimpleUploadedFile("notat.pdf", PDF),
    )  # fmt: skip
    table = create_table(plan=plan, goal=goal, title=f"Tabell. {secret}", total_label="I alt", by=by)
    indicator = add_indicator(table=table, name="Mottakere", by=by)
    add_observation(indicator=indicator, period="2024", value=Decimal(1448), basis="måned 1-4", by=by)
    return adopt_plan(plan=plan, version=plan.version, by=by), measure


def _rounds(
    plan: Plan, measure: Measure, users: dict[Role, User], today: datetime.date, secret: str
) -> tuple[ReportRound, Report]:
    """One half-year closed and reported, the next one open and ready to be closed."""
    by, half = users[Role.COORDINATOR], HalfYear.of(today).previous()
    closed = open_round(plan=plan, period=half.previous(), deadline=today, by=by, on=today, proposed_decision=secret)
    leader = users[Role.UNIT_LEADER]
    save_contribution(round=closed, measure=measure, text=secret, confirm=True, version=0, by=leader)
    write_goal_summary(round=closed, goal=measure.goals.all()[0], text=secret, version=0, by=by)
    at = datetime.datetime.now(datetime.UTC)
    draft = close_round(round=closed, version=closed.version, by=by, on=today, at=at)
    sent = send_for_review(draft=draft, version=draft.version, by=by, at=at)
    sent.document.file.save("ferdig.pdf", ContentFile(PDF), save=False)
    sent.document.save(update_fields=["file"])
    DocumentJob.objects.filter(document=sent.document).update(
        state=JobState.DONE, percent=100, finished_at=datetime.datetime.now(datetime.UTC)
    )
    approve(reviewed=sent, version=sent.version, by=users[Role.PROJECT_LEAD], at=at)
    opened = open_round(plan=plan, period=half, deadline=today, by=by, on=today)
    return opened, draft.report


def _ids(world: World, people: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The arguments of every URL that has some, by its name. A new URL must be added here; a test says so."""

    def row(row: Any) -> dict[str, str]:
        return {"public_id": row.public_id}

    plan, measure, round, report = world.plan, world.measure, world.round, world.report
    goal, table, entry = measure.goals.all()[0], plan.indicator_tables.get(), measure.log_entries.get()
    indicator = table.indicators.get()
    ids: dict[str, dict[str, str]] = {}
    for rows, names in (
        (plan, "plan plan-edit plan-revise plan-adopt plan-close measure-list measure-new goal-new"),
        (plan, "indicator-table-new round-list round-new plan-dashboard measures-move measures-state"),
        (goal, "goal goal-edit goal-dashboard"),
        (measure, "measure measure-edit measure-state target-new log-new api-measure api-log"),
        (entry, "log-correct log-withdraw log-attachment"),
        (table, "indicator-table indicator-table-edit indicator-new"),
        (indicator, "observation-new indicator-edit"),
        (measure.targets.get(), "target-edit"),
        (indicator.observations.get(), "observation-edit"),
        (round, "round round-edit round-close"),
        (report, "report report-progress report-pdf report-retry report-publish"),
        (people["user"], "user-detail user-edit user-password role-grant"),
        (world.unit, "unit-edit"),
        (world.municipality, "municipality-logo municipality-logo-remove municipality-accent"),
        (people["user"], "failed-mail-again"),
        (people["notice"], "notice-read notice-read-all"),
    ):
        ids |= dict.fromkeys(names.split(), row(rows))
    return ids | {
        "log-versions": {"thread": entry.thread},
        "contribution": row(round) | {"measure_id": measure.public_id},
        "goal-summary": row(round) | {"goal_id": goal.public_id},
        "role-end": row(people["user"]) | {"membership_id": people["membership"].public_id},
    }
