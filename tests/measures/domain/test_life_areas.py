"""Measures keep the life area they were given, however the plan's list is edited."""

import pytest

from measures.domain.plan import update_plan
from measures.models import LifeArea, Measure, Plan
from organisation.domain.errors import DomainError
from tests.factories import MeasureFactory, PlanFactory, UserFactory

pytestmark = pytest.mark.django_db
AREAS = ["Økonomi", "Bolig", "Arbeid"]


def plan_with_measure() -> tuple[Plan, Measure]:
    plan = PlanFactory()
    for number, text in enumerate(AREAS, start=1):
        LifeArea.objects.create(plan=plan, number=number, text=text)
    measure = MeasureFactory(plan=plan)
    measure.life_areas.set(plan.life_areas.filter(text="Bolig"))
    return plan, measure


@pytest.mark.parametrize(
    "after",
    [
        ["Bolig", "Arbeid"],
        ["Helse", *AREAS],
        ["Arbeid", "Bolig", "Økonomi"],
        ["Bolig"],
        ["Ny", "Bolig", "Ny 2", "Ny 3"],
    ],
)
def test_a_measure_stays_with_its_words(after: list[str]) -> None:
    plan, measure = plan_with_measure()
    update_plan(plan=plan, version=1, by=UserFactory(), life_areas=after)
    assert [area.text for area in plan.life_areas.all()] == after
    assert [area.text for area in measure.life_areas.all()] == ["Bolig"]


def test_a_line_that_is_reworded_takes_its_measures_along() -> None:
    plan, measure = plan_with_measure()
    update_plan(plan=plan, version=1, by=UserFactory(), life_areas=["Økonomi", "Trygg bolig", "Arbeid"])
    assert [area.text for area in measure.life_areas.all()] == ["Trygg bolig"]


def test_a_line_in_use_is_not_taken_away() -> None:
    plan, measure = plan_with_measure()
    with pytest.raises(DomainError, match="Bolig") as refusal:
        update_plan(plan=plan, version=1, by=UserFactory(), life_areas=["Økonomi", "Arbeid"])
    assert refusal.value.field == "life_areas"
    assert measure.life_areas.get().text == "Bolig"
