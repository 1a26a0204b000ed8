"""Sub-projects and those who take part."""

import datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.domain.sub_project import (
    add_partner,
    create_from_application,
    create_measure_for,
    create_sub_project,
    link_measure,
    period_is_agreed,
    update_partner,
    update_sub_project,
)
from grants.models import (
    Application,
    ApplicationPartner,
    ApplicationState,
    Call,
    CallState,
    PartnerRole,
    SubProject,
    SubProjectPartner,
    SubProjectState,
)
from measures.models import Measure, Target
from organisation.domain.errors import DomainError
from organisation.models import Municipality, Unit, UnitKind
from tests.at_once import at_once
from tests.database import undone
from tests.factories import (
    GoalFactory,
    LogEntryFactory,
    LogFigureFactory,
    MeasureFactory,
    MunicipalityFactory,
    SubProjectFactory,
    UnitFactory,
    UserFactory,
    ZoneFactory,
    make_agreed,
    make_offered,
)

pytestmark = pytest.mark.django_db
START, END, TODAY = datetime.date(2025, 1, 1), datetime.date(2026, 12, 31), datetime.date(2025, 2, 1)
R = PartnerRole


def create(municipality: Municipality, *roles: str, **fields: Any) -> SubProject:
    partners = [(UnitFactory(municipality=municipality), role) for role in roles]
    return create_sub_project(
        **{
            "municipality": municipality, "title": "Sammen", "partners": partners, "starts_on": START, "ends_on": END,
            "by": UserFactory(), "on": TODAY, **fields,
        }
    )  # fmt: skip


def active_roles(sub_project: SubProject) -> list[str]:
    return sorted(sub_project.partners.active(TODAY).values_list("role", flat=True))


def test_a_new_one_is_planned_with_its_partners_zones_and_first_step() -> None:
    town = MunicipalityFactory()
    zone = ZoneFactory(municipality=town)
    sub_project = create(town, R.RESPONSIBLE, R.PARTNER, R.REFERENCE, zones=[zone], target_group="Ungdom")
    assert (sub_project.state, sub_project.state_since) == (SubProjectState.PLANNED, TODAY)
    assert active_roles(sub_project) == ["partner", "reference", "responsible"]
    assert list(sub_project.zones.all()) == [zone]
    assert [(row.before, row.after) for row in sub_project.state_changes.all()] == [("", "planned")]


@pytest.mark.parametrize("roles", [(), (R.PARTNER, R.PARTNER), (R.RESPONSIBLE, R.RESPONSIBLE)])
def test_exactly_one_partner_is_responsible(roles: tuple[str, ...]) -> None:
    with pytest.raises(DomainError, match="hovedansvarlig"):
        create(MunicipalityFactory(), *roles)


def test_the_same_unit_does_not_take_part_twice() -> None:
    unit = UnitFactory()
    with pytest.raises(DomainError, match="to ganger"):
        create(unit.municipality, partners=[(unit, R.RESPONSIBLE), (unit, R.PARTNER)])


def test_what_belongs_to_another_municipality_is_refused() -> None:
    town, elsewhere = MunicipalityFactory(), MeasureFactory()
    with pytest.raises(DomainError):
        create(town, partners=[(elsewhere.responsible_unit, R.RESPONSIBLE)])
    with pytest.raises(DomainError) as refusal:
        create(town, R.RESPONSIBLE, measure=elsewhere)
    assert refusal.value.field == "measure"


@pytest.mark.parametrize("ends_on", [START, START - datetime.timedelta(days=1)])
def test_it_ends_after_it_starts(ends_on: datetime.date) -> None:
    with pytest.raises(DomainError) as refusal:
        create(MunicipalityFactory(), R.RESPONSIBLE, ends_on=ends_on)
    assert refusal.value.field == "ends_on"


def test_two_in_a_municipality_do_not_share_a_name() -> None:
    town = MunicipalityFactory()
    create(town, R.RESPONSIBLE)
    with pytest.raises(DomainError) as refusal:
        create(town, R.RESPONSIBLE)
    assert refusal.value.field == "title"


def awarded(**fields: Any) -> Application:
    unit = fields.pop("unit", None) or UnitFactory()
    call, _made = Call.objects.get_or_create(
        municipality=unit.municipality, title="Utlysning",
        defaults={
            "state": CallState.CLOSED, "places": 2, "amount_per_half_year": 500_000, "text": "Søk!",
            "opens_at": datetime.datetime(2024, 10, 1, tzinfo=datetime.UTC),
            "closes_at": datetime.datetime(2024, 11, 1, tzinfo=datetime.UTC),
        },
    )  # fmt: skip
    someone = UserFactory()
    return Application.objects.create(
        **{
            "call": call, "title": "Sammen om ungdom", "responsible_unit": unit, "target_group": "Ungdom",
            "written_by": someone, "state": ApplicationState.AWARDED, "submitted_by": someone,
            "submitted_at": call.opens_at, **fields,
        }
    )  # fmt: skip


def from_application(application: Application, title: str | None = None) -> SubProject:
    return create_from_application(
        application=application, starts_on=START, ends_on=END, by=UserFactory(), on=TODAY, title=title
    )


def test_an_application_becomes_a_sub_project_and_new_partners_become_units() -> None:
    application = awarded()
    known = UnitFactory(municipality=application.call.municipality)
    ApplicationPartner.objects.create(application=application, unit=known, name=known.name, kind=known.kind)
    ApplicationPartner.objects.create(application=application, name="Prøvelaget", kind=UnitKind.VOLUNTARY)
    sub_project = from_application(application)
    newcomer = Unit.objects.get(name="Prøvelaget")
    assert (newcomer.kind, newcomer.municipality) == (UnitKind.VOLUNTARY, application.call.municipality)
    assert {(row.unit, row.role) for row in sub_project.partners.all()} == {
        (application.responsible_unit, "responsible"),
        (known, "partner"),
        (newcomer, "partner"),
    }
    assert (sub_project.call, sub_project.target_group) == (application.call, "Ungdom")


def test_a_partner_named_in_two_applications_becomes_one_unit() -> None:
    first = awarded()
    second = awarded(unit=first.responsible_unit, title="Et annet")
    for application, name in ((first, "Prøvelaget"), (second, "prøvelaget ")):
        ApplicationPartner.objects.create(application=application, name=name, kind=UnitKind.VOLUNTARY)
        from_application(application)
    assert Unit.objects.filter(name__iexact="prøvelaget").count() == 1


def test_an_application_whose_name_is_taken_gets_another_one() -> None:
    application = awarded()
    SubProjectFactory(municipality=application.call.municipality, title=application.title)
    with pytest.raises(DomainError) as refusal:
        from_application(application)
    assert refusal.value.field == "title"
    made = from_application(application, title="Runde to")
    assert (made.title, made.application) == ("Runde to", application)


def test_only_an_application_with_a_place_becomes_a_sub_project() -> None:
    with pytest.raises(DomainError, match="plass"):
        from_application(awarded(state=ApplicationState.SUBMITTED))


@pytest.mark.django_db(transaction=True)
def test_an_application_becomes_one_sub_project_however_many_try() -> None:
    application = awarded()
    outcomes = at_once(*[partial(from_application, application)] * 3)
    assert sum(isinstance(outcome, SubProject) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, DomainError) for outcome in outcomes) == 2


def test_the_period_follows_the_letter_once_it_is_offered() -> None:
    sub_project = SubProjectFactory(partners=2)
    change = partial(update_sub_project, sub_project=sub_project, by=UserFactory())
    assert not period_is_agreed(sub_project)
    assert change(version=1, ends_on=datetime.date(2026, 6, 30)).ends_on == datetime.date(2026, 6, 30)
    make_offered(sub_project)
    assert period_is_agreed(sub_project)
    with pytest.raises(DomainError) as refusal:
        change(version=2, ends_on=datetime.date(2027, 6, 30))
    assert refusal.value.field == "ends_on"
    assert change(version=2, title="Nytt navn").title == "Nytt navn"


def test_what_is_over_is_not_changed() -> None:
    sub_project = SubProjectFactory(state=SubProjectState.ENDED, partners=1)
    with pytest.raises(DomainError, match="over"):
        update_sub_project(sub_project=sub_project, version=1, by=UserFactory(), title="Nytt")
    with pytest.raises(DomainError, match="over"):
        add_partner(
            sub_project=sub_project, unit=UnitFactory(municipality=sub_project.municipality), role=R.PARTNER,
            by=UserFactory(),
        )  # fmt: skip


def join(sub_project: SubProject, role: str) -> SubProjectPartner:
    unit = UnitFactory(municipality=sub_project.municipality)
    return add_partner(sub_project=sub_project, unit=unit, role=role, by=UserFactory())


def put(partner: SubProjectPartner, role: str, left_on: datetime.date | None = None) -> SubProjectPartner:
    return update_partner(partner=partner, role=role, left_on=left_on, version=partner.version, by=UserFactory())


def test_a_new_responsible_takes_over_from_the_one_who_was() -> None:
    sub_project = SubProjectFactory(partners=2)
    former = sub_project.partners.get(role=R.RESPONSIBLE)
    new = join(sub_project, R.RESPONSIBLE)
    assert sub_project.partners.get(role=R.RESPONSIBLE) == new
    former.refresh_from_db()
    assert (former.role, former.version) == (R.PARTNER, 2)


@pytest.mark.parametrize("change", [{"role": R.PARTNER}, {"role": R.RESPONSIBLE, "left_on": TODAY}])
def test_the_responsible_one_hands_over_before_leaving(change: dict[str, Any]) -> None:
    sub_project = SubProjectFactory(partners=2)
    with pytest.raises(DomainError, match="hovedansvarlig"):
        put(sub_project.partners.get(role=R.RESPONSIBLE), **change)


def test_a_partner_who_leaves_keeps_its_history_and_may_come_back() -> None:
    sub_project = SubProjectFactory(partners=2)
    partner = put(sub_project.partners.get(role=R.PARTNER), R.PARTNER, left_on=TODAY)
    assert partner not in sub_project.partners.active(TODAY)
    assert partner in sub_project.partners.all()
    with pytest.raises(DomainError, match="har vært med"):
        add_partner(sub_project=sub_project, unit=partner.unit, role=R.PARTNER, by=UserFactory())
    assert put(partner, R.PARTNER) in sub_project.partners.active(TODAY)


def test_who_takes_part_stands_while_the_letter_lies_before_them() -> None:
    sub_project = SubProjectFactory(partners=2)
    make_offered(sub_project)
    with pytest.raises(DomainError, match="godkjenning"):
        join(sub_project, R.PARTNER)
    with pytest.raises(DomainError, match="godkjenning"):
        put(sub_project.partners.get(role=R.PARTNER), R.PARTNER, left_on=TODAY)


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(list(R)), st.booleans()), max_size=8))
def test_whatever_changes_there_is_one_responsible(steps: list[tuple[int, R, bool]]) -> None:
    with undone():
        sub_project = SubProjectFactory(partners=4)
        for index, role, leaves in steps:
            partner = sub_project.partners.order_by("id")[index]
            try:
                put(partner, role, TODAY if leaves else None)
            except DomainError:
                continue
            assert active_roles(sub_project).count(R.RESPONSIBLE) == 1
            assert sub_project.partners.count() == 4


def link(sub_project: SubProject, measure: Measure | None) -> SubProject:
    sub_project.refresh_from_db()
    return link_measure(sub_project=sub_project, measure=measure, version=sub_project.version, by=UserFactory())


def test_a_measure_serves_one_sub_project_of_its_own_municipality() -> None:
    sub_project = SubProjectFactory()
    measure = MeasureFactory(plan__municipality=sub_project.municipality)
    assert link(sub_project, measure).measure == measure
    with pytest.raises(DomainError, match="annet delprosjekt"):
        link(SubProjectFactory(municipality=sub_project.municipality), measure)
    with pytest.raises(DomainError, match="egne planer"):
        link(sub_project, MeasureFactory())
    assert link(sub_project, None).measure is None


def test_a_measure_tied_later_counts_the_goals_of_the_letter_in_force() -> None:
    sub_project = make_agreed()
    measure = MeasureFactory(plan__municipality=sub_project.municipality)
    link(sub_project, measure)
    assert [(row.name, row.value) for row in measure.targets.all()] == [("familier", 40), ("møter", 20)]
    other = MeasureFactory(plan__municipality=sub_project.municipality)
    link(sub_project, other)
    assert set(sub_project.letters.get().goals.filter(kind="result").values_list("log_target__measure", flat=True)) == {
        other.pk
    }


def test_what_has_been_counted_keeps_its_measure() -> None:
    sub_project = make_agreed()
    measure = MeasureFactory(plan__municipality=sub_project.municipality)
    link(sub_project, measure)
    LogFigureFactory(target=measure.targets.get(name="familier"))
    with pytest.raises(DomainError, match="telt"):
        link(sub_project, None)


def test_numbers_taken_back_do_not_hold_it() -> None:
    sub_project = make_agreed()
    measure = MeasureFactory(plan__municipality=sub_project.municipality)
    link(sub_project, measure)
    figure = LogFigureFactory(target=measure.targets.get(name="familier"))
    LogEntryFactory(measure=measure, corrects=figure.entry, withdrawn=True, thread=figure.entry.thread)
    assert link(sub_project, None).measure is None


def test_it_can_be_made_a_new_measure_of_a_plan_in_one_step() -> None:
    sub_project = SubProjectFactory(partners=3, note="Vi møtes.")
    goal = GoalFactory(plan__municipality=sub_project.municipality)
    zone = ZoneFactory(municipality=sub_project.municipality)
    sub_project.zones.set([zone])
    made = create_measure_for(
        sub_project=sub_project, plan=goal.plan, goals=[goal], version=1, by=UserFactory(), on=TODAY
    ).measure
    assert made is not None
    responsible = sub_project.partners.get(role=R.RESPONSIBLE).unit
    assert (made.title, made.responsible_unit, made.starts_on) == (sub_project.title, responsible, START)
    assert made.partners.count() == 2
    assert list(made.zones.all()) == [zone]


def test_a_new_measure_comes_into_a_plan_of_the_same_municipality() -> None:
    goal = GoalFactory()
    with pytest.raises(DomainError) as refusal:
        create_measure_for(
            sub_project=SubProjectFactory(partners=1),
            plan=goal.plan,
            goals=[goal],
            version=1,
            by=UserFactory(),
            on=TODAY,
        )
    assert refusal.value.field == "plan"
    assert not Measure.objects.exists()


def test_a_closed_plan_counts_nothing_more() -> None:
    sub_project = make_agreed()
    measure = MeasureFactory(plan__municipality=sub_project.municipality, plan__state="closed")
    link(sub_project, measure)
    assert not Target.objects.exists()
