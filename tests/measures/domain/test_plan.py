"""Plans: made, adopted, closed and opened again; days that have been reported are shut."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.domain.plan import adopt_plan, check_day_is_open, close_period, close_plan, create_plan, update_plan
from measures.models import Plan, PlanState
from organisation.domain.errors import DomainError
from tests.database import undone
from tests.factories import (
    ClosedPeriodFactory,
    MeasureFactory,
    MunicipalityFactory,
    PlanFactory,
    UserFactory,
    ZoneFactory,
)

pytestmark = pytest.mark.django_db
TEXTS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20), max_size=5, unique=True
)


def update(plan: Plan, **fields: object) -> Plan:
    plan.refresh_from_db()
    return update_plan(plan=plan, version=plan.version, by=UserFactory(), **fields)


def test_a_new_plan_is_a_draft_with_its_lists_in_order() -> None:
    zone = ZoneFactory()
    plan = create_plan(
        municipality=zone.municipality, by=UserFactory(), title="Ny plan", main_aims=["b", "a"], life_areas=["hjem"],
        zones=[zone],
    )  # fmt: skip
    assert plan.state == PlanState.DRAFT
    assert list(plan.main_aims.values_list("number", "text")) == [(1, "b"), (2, "a")]
    assert [area.text for area in plan.life_areas.all()] == ["hjem"]
    assert list(plan.zones.all()) == [zone]


@given(before=TEXTS, after=TEXTS)
def test_the_lists_are_those_last_written(before: list[str], after: list[str]) -> None:
    with undone():
        plan = create_plan(municipality=MunicipalityFactory(), by=UserFactory(), title="Plan", main_aims=before)
        update(plan, main_aims=after, life_areas=after)
        assert [aim.text for aim in plan.main_aims.all()] == after
        assert [area.text for area in plan.life_areas.all()] == after


def test_lists_that_are_not_mentioned_stay() -> None:
    plan = create_plan(
        municipality=MunicipalityFactory(), by=UserFactory(), title="Plan", main_aims=["mål"], life_areas=["hjem"]
    )
    update(plan, title="Ny tittel")
    assert plan.main_aims.count() == plan.life_areas.count() == 1


def test_measures_keep_a_life_area_whose_words_change() -> None:
    plan = create_plan(municipality=MunicipalityFactory(), by=UserFactory(), title="Plan", life_areas=["hjem", "skole"])
    measure = MeasureFactory(plan=plan)
    measure.life_areas.set(plan.life_areas.filter(number=2))
    update(plan, life_areas=["hjemmet", "skolen"])
    assert [area.text for area in measure.life_areas.all()] == ["skolen"]


def test_measures_follow_a_life_area_to_its_new_place() -> None:
    plan = create_plan(municipality=MunicipalityFactory(), by=UserFactory(), title="Plan", life_areas=["hjem", "skole"])
    measure = MeasureFactory(plan=plan)
    measure.life_areas.set(plan.life_areas.filter(text="skole"))
    update(plan, life_areas=["fritid", "skole", "hjem"])
    update(plan, life_areas=["skole", "hjem"])
    assert [(area.number, area.text) for area in measure.life_areas.all()] == [(1, "skole")]


def test_a_life_area_that_stands_on_a_measure_is_not_taken_away() -> None:
    plan = create_plan(municipality=MunicipalityFactory(), by=UserFactory(), title="Plan", life_areas=["hjem", "skole"])
    measure = MeasureFactory(plan=plan)
    measure.life_areas.set(plan.life_areas.filter(text="skole"))
    with pytest.raises(DomainError, match="skole") as refusal:
        update(plan, life_areas=["hjem"])
    assert refusal.value.field == "life_areas"
    assert [area.text for area in plan.life_areas.all()] == ["hjem", "skole"]


def test_a_closed_plan_stays_as_it_was() -> None:
    plan = PlanFactory(state=PlanState.CLOSED, title="Slik den var")
    with pytest.raises(DomainError, match="avsluttet"):
        update(plan, title="Ny tittel")
    plan.refresh_from_db()
    assert plan.title == "Slik den var"


@pytest.mark.parametrize("step", ["create", "update", "update the end only"])
def test_a_plan_does_not_end_before_it_begins(step: str) -> None:
    days = {"starts_on": datetime.date(2024, 1, 1), "ends_on": datetime.date(2023, 12, 31)}
    with pytest.raises(DomainError) as refusal:
        if step == "create":
            create_plan(municipality=MunicipalityFactory(), by=UserFactory(), title="Plan", **days)
        elif step == "update":
            update(PlanFactory(), **days)
        else:
            update(PlanFactory(starts_on=days["starts_on"]), ends_on=days["ends_on"])
    assert refusal.value.field == "ends_on"


@pytest.mark.parametrize("days", [{"adopted_on": datetime.date(2024, 1, 1)}, {"adopted_as_printed": "høsten 2008"}])
def test_a_plan_that_says_when_is_adopted_closed_and_opened_again(days: dict[str, object]) -> None:
    plan, by = PlanFactory(**{"state": PlanState.DRAFT, "adopted_on": None, **days}), UserFactory()
    plan = adopt_plan(plan=plan, version=plan.version, by=by)
    assert plan.state == PlanState.ADOPTED
    plan = close_plan(plan=plan, version=plan.version, by=by)
    assert plan.state == PlanState.CLOSED
    assert adopt_plan(plan=plan, version=plan.version, by=by).state == PlanState.ADOPTED


def test_a_plan_that_does_not_say_when_stays_a_draft() -> None:
    plan = PlanFactory(state=PlanState.DRAFT, adopted_on=None)
    with pytest.raises(DomainError) as refusal:
        adopt_plan(plan=plan, version=plan.version, by=UserFactory())
    assert refusal.value.field == "adopted_on"


def test_an_adopted_plan_goes_on_saying_when() -> None:
    with pytest.raises(DomainError) as refusal:
        update(PlanFactory(), adopted_on=None)
    assert refusal.value.field == "adopted_on"
    assert update(PlanFactory(), adopted_on=None, adopted_as_printed="høsten 2008").adopted_on is None


def test_a_plan_adopted_at_a_printed_time_can_be_renamed() -> None:
    plan = PlanFactory(adopted_on=None, adopted_as_printed="høsten 2008")
    assert update(plan, title="Ny tittel").title == "Ny tittel"


@pytest.mark.parametrize(
    ("state", "step"), [(PlanState.DRAFT, close_plan), (PlanState.ADOPTED, adopt_plan), (PlanState.CLOSED, close_plan)]
)
def test_other_steps_are_refused(state: PlanState, step: object) -> None:
    plan = PlanFactory(state=state)
    with pytest.raises(DomainError):
        step(plan=plan, version=plan.version, by=UserFactory())  # type: ignore[operator]
    plan.refresh_from_db()
    assert plan.state == state


@given(st.dates(datetime.date(2023, 12, 1), datetime.date(2024, 8, 1)))
def test_a_closed_period_shuts_its_own_days_and_no_others(day: datetime.date) -> None:
    with undone():
        period = ClosedPeriodFactory(first_day=datetime.date(2024, 1, 1), last_day=datetime.date(2024, 6, 30))
        check_day_is_open(PlanFactory(), day)
        if period.first_day <= day <= period.last_day:
            with pytest.raises(DomainError) as refusal:
                check_day_is_open(period.plan, day)
            assert "1. januar 2024 – 30. juni 2024" in str(refusal.value.message)
        else:
            check_day_is_open(period.plan, day)


def test_closing_a_period_is_logged_with_its_person() -> None:
    plan, by = PlanFactory(), UserFactory()
    period = close_period(plan=plan, first_day=datetime.date(2024, 1, 1), last_day=datetime.date(2024, 6, 30), by=by)
    assert list(plan.closed_periods.all()) == [period]
