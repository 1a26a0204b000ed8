"""Which measures a user sees, logs on and changes; and what the database refuses whoever writes."""

import datetime
from dataclasses import dataclass

import pytest
from django.db import IntegrityError, transaction

from measures.models import Measure, MeasureFate, MeasureState
from organisation.models import CASE_ROLES, LOGGING_ROLES, Role, Unit, User
from tests.database import undone
from tests.factories import GoalFactory, MeasureFactory, MembershipFactory, PlanFactory, UnitFactory, make_member

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 1, 1)


@dataclass
class Town:
    """District over office, a voluntary partner beside them, each with a measure; and a foreign town with the same."""

    district: Unit
    office: Unit
    partner: Unit
    of_district: Measure
    of_office: Measure
    of_office_with_partner: Measure

    @classmethod
    def make(cls) -> "Town":
        plan = PlanFactory()
        root = UnitFactory(municipality=plan.municipality)
        district, partner = UnitFactory(parent=root), UnitFactory(municipality=plan.municipality, kind="voluntary")
        office = UnitFactory(parent=district)
        return cls(
            district,
            office,
            partner,
            MeasureFactory(plan=plan, responsible_unit=district),
            MeasureFactory(plan=plan, responsible_unit=office),
            MeasureFactory(plan=plan, responsible_unit=office, partners=[partner]),
        )

    @property
    def all(self) -> set[Measure]:
        return {self.of_district, self.of_office, self.of_office_with_partner}


@pytest.fixture
def town() -> Town:
    Town.make()  # the foreign one, which must never be seen
    return Town.make()


def sets(user: User) -> dict[str, set[Measure]]:
    measures = Measure.objects
    return {
        "seen": set(measures.visible_to(user)),
        "logged on": set(measures.loggable_by(user)),
        "changed": set(measures.changeable_by(user)),
        "led": set(measures.led_by(user)),
        "edited": set(measures.editable_by(user)),
    }


@pytest.mark.parametrize("role", [role for role in Role if role not in CASE_ROLES])
def test_roles_without_case_data_see_no_measure(role: Role, town: Town) -> None:
    unit = UnitFactory(municipality=None) if role == Role.ANALYST else town.office
    assert not any(sets(make_member(role, unit)).values())


def test_a_coordinator_may_everything_in_her_own_municipality(town: Town) -> None:
    found = sets(make_member(Role.COORDINATOR, town.partner))
    assert found.pop("led") == set()
    assert all(measures == town.all for measures in found.values())


@pytest.mark.parametrize("role", LOGGING_ROLES)
def test_a_unit_logs_on_its_own_measures_and_those_below_it(role: Role, town: Town) -> None:
    found = sets(make_member(role, town.office))
    assert found["seen"] == town.all
    assert found["logged on"] == {town.of_office, town.of_office_with_partner}
    assert sets(make_member(role, town.district))["logged on"] == town.all


@pytest.mark.parametrize("role", LOGGING_ROLES)
def test_a_partner_logs_on_what_it_takes_part_in_and_changes_nothing(role: Role, town: Town) -> None:
    found = sets(make_member(role, town.partner))
    assert found["logged on"] == {town.of_office_with_partner}
    assert found["changed"] == found["led"] == found["edited"] == set()


def test_a_unit_above_the_partner_takes_part_too(town: Town) -> None:
    below = UnitFactory(parent=town.partner)
    measure = MeasureFactory(plan=town.of_office.plan, responsible_unit=town.office, partners=[below])
    assert measure in sets(make_member(Role.CASEWORKER, town.partner))["logged on"]


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.PROJECT_LEAD])
def test_only_a_leader_changes_the_state(role: Role, town: Town) -> None:
    found = sets(make_member(role, town.office))
    assert found["changed"] == found["led"] == found["edited"] == set()


def test_a_leader_changes_the_state_of_her_units_measures(town: Town) -> None:
    found = sets(make_member(Role.UNIT_LEADER, town.office))
    assert found["changed"] == found["led"] == {town.of_office, town.of_office_with_partner}
    assert found["edited"] == set()
    assert sets(make_member(Role.UNIT_LEADER, town.district))["led"] == town.all


def test_a_role_in_one_municipality_gives_nothing_in_another(town: Town) -> None:
    """Coordinator in one, caseworker in the other: each measure by the role held there."""
    other = Town.make()
    user = make_member(Role.COORDINATOR, town.office)
    MembershipFactory(user=user, unit=other.office, role=Role.CASEWORKER)
    found = sets(user)
    assert found["seen"] == town.all | other.all
    assert found["edited"] == found["changed"] == town.all
    assert found["logged on"] == town.all | {other.of_office, other.of_office_with_partner}


def test_a_partner_from_another_municipality_is_not_let_in(town: Town) -> None:
    """The domain refuses such a partner, and the database at the transaction's end; until then the row opens nothing."""
    foreign = UnitFactory()
    with undone():
        town.of_office.partners.add(foreign)
        assert not any(sets(make_member(Role.CASEWORKER, foreign)).values())


def test_an_ended_membership_opens_nothing(town: Town) -> None:
    user = MembershipFactory(unit=town.office, role=Role.UNIT_LEADER, valid_to=datetime.date(2020, 1, 1)).user
    assert not any(sets(user).values())


def test_a_partner_unit_twice_over_lists_a_measure_once(town: Town) -> None:
    second = UnitFactory(parent=town.partner)
    town.of_office_with_partner.partners.add(second)
    user = make_member(Role.CASEWORKER, town.partner)
    assert list(Measure.objects.loggable_by(user)) == [town.of_office_with_partner]


@pytest.mark.parametrize(
    "columns",
    [
        {"starts_on": DAY, "ends_on": datetime.date(2024, 12, 31)},
        {"state": MeasureState.STOPPED},
        {"state": MeasureState.NOT_FEASIBLE},
        {"state": MeasureState.OVERTAKEN},
        {"evaluation_cadence": "by_date"},
    ],
    ids=str,
)
def test_the_database_refuses_what_contradicts_itself(columns: dict[str, object]) -> None:
    measure = MeasureFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(**columns)


@pytest.mark.parametrize(
    ("kind", "has_successor", "reason"),
    [("ended", True, "slutt"), ("carried_over", False, ""), ("changed", False, "nytt"), ("changed", True, "")],
)
def test_the_database_refuses_a_fate_that_contradicts_itself(kind: str, has_successor: bool, reason: str) -> None:
    successor = MeasureFactory() if has_successor else None
    with pytest.raises(IntegrityError), transaction.atomic():
        MeasureFate.objects.create(measure=MeasureFactory(), kind=kind, successor=successor, reason=reason)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "label"),
    [
        (datetime.date(2010, 1, 1), datetime.date(2013, 12, 31), "2010–2013"),
        (datetime.date(2010, 1, 1), datetime.date(2010, 12, 31), "2010"),
        (datetime.date(2008, 1, 1), None, "fra 2008"),
        (None, datetime.date(2011, 12, 31), "til 2011"),
        (None, None, ""),
    ],
)
def test_the_period_as_people_write_it(
    starts_on: datetime.date | None, ends_on: datetime.date | None, label: str
) -> None:
    assert Measure(starts_on=starts_on, ends_on=ends_on).period_label == label


def test_a_measure_under_two_goals_is_seen_once() -> None:
    plan = PlanFactory()
    measure = MeasureFactory(plan=plan, goals=[GoalFactory(plan=plan), GoalFactory(plan=plan)])
    user = make_member(Role.CASEWORKER, UnitFactory(municipality=plan.municipality))
    assert list(Measure.objects.visible_to(user)) == [measure]
