"""Numbers from the vault: made once, frozen, through the gate, recorded as results, and never more than that."""

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from families.models import Participation
from grants.domain.outcome import record_outcome, standing_outcomes
from grants.models import Outcome, SubProject
from organisation.domain.errors import DomainError
from organisation.models import Role, User
from reporting.domain.family_release import DAYS_BETWEEN, SOURCE, answers_for_report, make_release, possible_days
from reporting.models import FamilyFigure, FamilyRelease
from tests.factories import SubProjectFactory, TargetFactory, UnitFactory, make_funded, make_member
from tests.factories.families import inside
from tests.factories.family_releases import answer, join, reach
from tests.factories.grants_results import count_in_log

pytestmark = pytest.mark.django_db
FIRST = datetime.date(2025, 9, 1)
LATER = FIRST + datetime.timedelta(days=DAYS_BETWEEN)


@pytest.fixture
def sub_project() -> SubProject:
    return SubProjectFactory()


def lead(sub_project: SubProject) -> User:
    return make_member(Role.PROJECT_LEAD, UnitFactory(municipality=sub_project.municipality))


def release(sub_project: SubProject, until: datetime.date = FIRST, by: User | None = None) -> FamilyRelease:
    at = datetime.datetime.combine(until, datetime.time(9), datetime.UTC)
    return make_release(municipality=sub_project.municipality, until=until, by=by or lead(sub_project), at=at, on=until)


def figures(made: FamilyRelease, sub_project: SubProject) -> dict[str, Any]:
    return {
        cell["figure"]: cell["value"] if cell["shown"] == "number" else cell["shown"]
        for cell in made.figures_of(sub_project)
    }


def recorded(sub_project: SubProject) -> list[tuple[str, int, str, datetime.date]]:
    rows = Outcome.objects.current().filter(sub_project=sub_project).order_by("id")
    return [(row.kind, int(row.value), row.source, row.counted_on) for row in rows]


def test_what_is_counted_is_published_and_recorded_as_results(sub_project: SubProject) -> None:
    families = join(sub_project, 12, children=2)
    reach(families[:6], "housing", sub_project)
    reach(families[:3], "own_home", sub_project)
    reach(families[:5], "driving_licences", sub_project)
    reach(families[:2], "driving_licences", sub_project)
    reach(families[:9], "leisure", sub_project)
    made = release(sub_project)
    assert figures(made, sub_project) == {
        "families": 12, "children": 24, "housing": 6, "own_home": "under", "driving_licences": 7,
        "work_or_education": "under", "leisure": 9,
    }  # fmt: skip
    assert recorded(sub_project) == [
        (kind, value, SOURCE, FIRST)
        for kind, value in (("families", 12), ("children", 24), ("housing", 6), ("driving_licences", 7))
    ]
    assert made.content["recorded"] == 4 and made.content["left"] == []
    assert {row.kind for row in standing_outcomes([sub_project], LATER)} == {
        "families", "children", "housing", "driving_licences",
    }  # fmt: skip


def test_a_twelfth_family_joins_and_nothing_of_it_is_shown_or_recorded(sub_project: SubProject) -> None:
    join(sub_project, 11)
    release(sub_project)
    join(sub_project, 1)
    second = release(sub_project, LATER)
    cell = second.figures_of(sub_project)[0]
    assert (cell["value"], cell["on"]) == (11, FIRST.isoformat())
    assert [row[1] for row in recorded(sub_project) if row[0] == "families"] == [11]
    join(sub_project, 4)
    third = release(sub_project, LATER + datetime.timedelta(days=DAYS_BETWEEN))
    assert third.figures_of(sub_project)[0]["value"] == 16
    assert [row[1] for row in recorded(sub_project) if row[0] == "families"] == [11, 16]


def test_a_sub_project_without_families_looks_like_one_with_four(sub_project: SubProject) -> None:
    four = SubProjectFactory(municipality=sub_project.municipality)
    join(four, 4, children=3)
    made = release(sub_project)
    assert figures(made, sub_project) == figures(made, four)
    assert set(figures(made, four).values()) == {"under", "too_few"}
    assert recorded(four) == []


def test_a_number_written_by_a_person_the_same_day_stands(sub_project: SubProject) -> None:
    join(sub_project, 6)
    by = lead(sub_project)
    record_outcome(
        sub_project=sub_project, kind="families", value=Decimal(14), counted_on=FIRST, source="telling", by=by,
        at=timezone.now(), today=FIRST,
    )  # fmt: skip
    made = release(sub_project, by=by)
    assert made.content["left"] == [{"sub_project": sub_project.title, "figure": "families", "why": "same_day"}]
    assert [row[:3] for row in recorded(sub_project)] == [("families", 14, "telling"), ("children", 6, SOURCE)]


def test_what_the_log_counts_is_not_recorded_twice() -> None:
    sub_project = make_funded(("2025-1", 1000))
    target = TargetFactory(measure__plan__municipality=sub_project.municipality)
    count_in_log(sub_project, target, "families")
    join(sub_project, 6)
    made = release(sub_project)
    assert made.content["left"] == [{"sub_project": sub_project.title, "figure": "families", "why": "log"}]
    assert figures(made, sub_project)["families"] == 6
    assert [row[0] for row in recorded(sub_project)] == ["children"]


def test_asked_twice_it_is_made_once(sub_project: SubProject) -> None:
    join(sub_project, 6)
    by = lead(sub_project)
    assert release(sub_project, by=by) == release(sub_project, by=by)
    assert FamilyRelease.objects.count() == 1
    assert len(recorded(sub_project)) == 2


def test_four_weeks_pass_between_two(sub_project: SubProject) -> None:
    release(sub_project)
    for days in (0, 1, DAYS_BETWEEN - 1):
        with pytest.raises(DomainError):
            release(sub_project, FIRST + datetime.timedelta(days=days))
    release(sub_project, LATER)
    other = SubProjectFactory()
    assert release(other, LATER).municipality == other.municipality


def test_numbers_are_made_for_today_or_the_end_of_the_half_year_before(sub_project: SubProject) -> None:
    municipality, half = sub_project.municipality, datetime.date(2025, 6, 30)
    assert possible_days(municipality=municipality, on=FIRST) == [FIRST, half]
    for day in (FIRST - datetime.timedelta(days=1), FIRST + datetime.timedelta(days=1)):
        with pytest.raises(DomainError):
            make_release(municipality=municipality, until=day, by=lead(sub_project), at=timezone.now(), on=FIRST)
    make_release(municipality=municipality, until=half, by=lead(sub_project), at=timezone.now(), on=FIRST)
    assert possible_days(municipality=municipality, on=FIRST) == [FIRST]


def test_only_what_had_happened_by_the_day_counts(sub_project: SubProject) -> None:
    families = join(sub_project, 10)
    reach(families[:5], "housing", sub_project, on=FIRST + datetime.timedelta(days=1))
    assert figures(release(sub_project), sub_project)["housing"] == "under"


def test_a_participation_removed_as_a_mistake_does_not_show(sub_project: SubProject) -> None:
    families = join(sub_project, 6)
    release(sub_project)
    with inside(families[0]):
        Participation.objects.filter(family=families[0]).update(removed_at=timezone.now())
    assert figures(release(sub_project, LATER), sub_project)["families"] == 6


def test_families_with_a_protected_address_are_counted_like_others(sub_project: SubProject) -> None:
    """Who knows that they are six would see by a five that one of them is protected."""
    join(sub_project, 5)
    join(sub_project, 1, protected=True)
    assert figures(release(sub_project), sub_project)["families"] == 6


def test_answers_are_counted_by_family_and_nobody_remembers_whose_they_were(sub_project: SubProject) -> None:
    families, today = join(sub_project, 9), timezone.localdate()
    answer(families[:6], "yes")
    answer(families[6:], "no")
    made = release(sub_project, today)
    assert [(cell["figure"], cell["shown"], cell["value"]) for cell in made.content["voice"]] == [
        ("voice_yes", "number", 6), ("voice_partly", "under", None), ("voice_no", "under", None),
        ("voice_unsure", "under", None),
    ]  # fmt: skip
    row = FamilyFigure.objects.get(figure="voice_yes")
    assert (row.value, row.families, row.sub_project) == (6, None, None)
    assert answers_for_report(sub_project.municipality, today - datetime.timedelta(days=1)) == []
    assert answers_for_report(sub_project.municipality, today)[:2] == [
        {"label": "Ja", "shown": "number", "value": 6, "on": today.isoformat(), "until": today.isoformat()},
        {"label": "Litt", "shown": "under", "value": None, "on": None, "until": today.isoformat()},
    ]


def test_a_report_says_nothing_of_answers_when_no_number_of_them_is_shown(sub_project: SubProject) -> None:
    join(sub_project, 9)
    release(sub_project)
    assert answers_for_report(sub_project.municipality, FIRST) == []


def test_what_pages_show_holds_no_family(sub_project: SubProject) -> None:
    families = join(sub_project, 6)
    content = json.dumps(release(sub_project).content)
    assert not any(family.public_id in content for family in families)
    assert 'families": [' not in content
    remembered = FamilyFigure.objects.get(figure="families")
    assert remembered.families == sorted(family.pk for family in families)


def test_what_is_withheld_is_remembered_without_a_number(sub_project: SubProject) -> None:
    families = join(sub_project, 9)
    reach(families[:7], "housing", sub_project)
    assert figures(release(sub_project), sub_project)["housing"] == "withheld"
    row = FamilyFigure.objects.get(figure="housing")
    assert (row.value, row.families) == (None, None)


def test_another_municipality_is_not_counted(sub_project: SubProject) -> None:
    join(SubProjectFactory(), 5)
    made = release(sub_project)
    assert [row["id"] for row in made.content["sub_projects"]] == [sub_project.public_id]


@pytest.mark.parametrize("table", ["reporting_familyrelease", "reporting_familyfigure"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_is_published_stays(table: str, statement: str, sub_project: SubProject) -> None:
    join(sub_project, 6)
    release(sub_project)
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))
