"""Whether the result goals of an award letter count persons."""

import pytest

from grants.domain.counted_goals import count_in_log
from measures.models import Target
from tests.factories import MeasureFactory, SubProjectFactory, UserFactory, make_draft

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("indicator", "people"),
    [
        ("familier", True), ("familier i varige boliger", True), ("ungdommer i skole eller arbeid", True), ("noe nytt", True),
        ("felles møter", False), ("Kurs", False), ("boliger", False),
    ],
)  # fmt: skip
def test_a_goal_counts_people_unless_its_words_are_of_things(indicator: str, people: bool) -> None:
    letter = make_draft(SubProjectFactory())
    goal = letter.goals.filter(kind="result").first()
    assert goal is not None
    letter.goals.filter(pk=goal.pk).update(indicator=indicator)
    measure = MeasureFactory(plan__municipality=letter.sub_project.municipality)
    count_in_log(letter=letter, measure=measure, by=UserFactory())
    assert Target.objects.get(measure=measure, name=indicator).counts_people == people
