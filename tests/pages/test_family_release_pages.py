"""Project leads see counts of families, and nothing else of them, on any page."""

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from families.models import Contact, FamilyOutcome, Need
from grants.models import SubProject
from organisation.access import walk
from organisation.models import Role, User
from reporting.domain.family_release import DAYS_BETWEEN
from reporting.models import FamilyRelease
from tests.factories import SubProjectFactory, UnitFactory, make_member
from tests.factories.families import inside, make_family_member, make_row
from tests.factories.family_releases import FamilyReleaseFactory, join, reach
from tests.pages.test_urls import MAY, POST_ONLY, ask
from tests.pages.world import make_world

pytestmark = pytest.mark.django_db
COUNTS_ONLY = (
    Role.PROJECT_LEAD, Role.COORDINATOR, Role.ADMINISTRATOR, Role.ANALYST, Role.BOARD_MEMBER, Role.STEERING_GROUP,
)  # fmt: skip
WORDS = ("Ordetbarefamilien", "noebarefamiliensa", "samtalenbareteamet", "resultatetbareteamet")


@pytest.fixture
def sub_project() -> SubProject:
    return SubProjectFactory(title="Prøvehjelpen")


def somebody(sub_project: SubProject, role: Role) -> User:
    return make_member(role, UnitFactory(municipality=sub_project.municipality))


def make(client: Any, until: datetime.date) -> Any:
    return client.post(reverse("family-release-new"), {"until": until.isoformat()}, follow=True)


def test_a_project_lead_makes_numbers_and_reads_them_where_the_work_is(
    sub_project: SubProject, client_for: Any
) -> None:
    families = join(sub_project, 10, children=2)
    reach(families[:3], "housing", sub_project)
    client, today = client_for(somebody(sub_project, Role.PROJECT_LEAD)), timezone.localdate()
    listed = client.get(reverse("family-release-list")).content.decode()
    assert reverse("family-release-new") in listed
    assert reverse("family-release-list") in client.get(reverse("report-list")).content.decode()
    made = make(client, today)
    assert made.status_code == 200
    of_it = client.get(reverse("sub-project-families", args=[sub_project.public_id]))
    for answer in (made, of_it):
        page = answer.content.decode()
        assert all(re.search(rf">\s*{shown}\s*<", page) for shown in ("10", "20", "&lt;5"))
        assert not any(family.reference in page or family.public_id in page for family in families)
    tabs = client.get(reverse("sub-project", args=[sub_project.public_id])).content.decode()
    assert reverse("sub-project-families", args=[sub_project.public_id]) in tabs
    results = client.get(reverse("sub-project-results", args=[sub_project.public_id])).content.decode()
    assert "Familiemodulen" in results


def test_a_live_count_is_never_shown(sub_project: SubProject, client_for: Any) -> None:
    join(sub_project, 6)
    client = client_for(somebody(sub_project, Role.COORDINATOR))
    make(client, timezone.localdate())
    join(sub_project, 6)
    answer = client.get(reverse("sub-project-families", args=[sub_project.public_id]))
    assert [cell["value"] for cell in answer.context["figures"]][:2] == [6, 6]


def test_the_page_says_when_the_next_can_be_made(sub_project: SubProject, client_for: Any) -> None:
    client, today = client_for(somebody(sub_project, Role.COORDINATOR)), timezone.localdate()
    make(client, today)
    page = client.get(reverse("family-release-new"))
    assert page.context["next_day"] == today + datetime.timedelta(days=DAYS_BETWEEN)
    assert make(client, today).status_code == 422
    assert FamilyRelease.objects.count() == 1


def test_another_municipalitys_numbers_are_not_found_and_not_made(sub_project: SubProject, client_for: Any) -> None:
    foreign = FamilyReleaseFactory()
    client = client_for(somebody(sub_project, Role.COORDINATOR))
    assert client.get(reverse("family-release", args=[foreign.public_id])).status_code == 404
    url = reverse("family-release-new") + f"?kommune={foreign.municipality.public_id}"
    assert client.post(url, {"until": timezone.localdate().isoformat()}).status_code == 404
    assert str(foreign.municipality) not in client.get(reverse("family-release-list")).content.decode()


@pytest.mark.parametrize("role", COUNTS_ONLY)
def test_whoever_is_no_helper_sees_no_family_on_any_page(role: Role, client_for: Any) -> None:
    world = make_world(timezone.localdate())
    assert world.family
    with inside(world.family) as vault:
        mother, today = make_family_member(world.family, first_name=WORDS[0]), vault.on
        make_row(Need, world.family, words=WORDS[1], need="housing", life_area="housing", said_on=today)
        make_row(Contact, world.family, text=WORDS[2], happened_on=today, subject=mother)
        make_row(FamilyOutcome, world.family, kind="housing", note=WORDS[3], happened_on=today, subject=mother)
    client = client_for(world.users[role])
    of_families = {pattern.name for _route, pattern in walk() if pattern.callback.__module__.startswith("families.")}
    assert len(of_families) > 10
    seen = 0
    for name in {pattern.name for _route, pattern in walk()} & (MAY.keys() - POST_ONLY):
        answer = ask(client, world, str(name))
        if name in of_families and role not in MAY[name]:
            assert answer.status_code in (403, 404), name
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        for word in (*WORDS, world.family.reference, world.family.public_id):
            # The address that was asked for may stand on a page that refuses it.
            assert word.encode() not in body or (answer.status_code >= 400 and word not in WORDS), f"{name}: {word}"
        seen += answer.status_code == 200
    assert seen > 3


def test_the_queries_do_not_grow(sub_project: SubProject, client_for: Any) -> None:
    client = client_for(somebody(sub_project, Role.COORDINATOR))
    make(client, timezone.localdate())
    release = FamilyRelease.objects.get()

    def count() -> list[int]:
        numbers = []
        for name, args in (
            ("family-release-list", []),
            ("family-release", [release.public_id]),
            ("sub-project-families", [sub_project.public_id]),
            ("family-release-new", []),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(name, args=args)).status_code == 200
            numbers.append(len(queries))
        return numbers

    few = count()
    for month in range(1, 6):
        FamilyReleaseFactory(municipality=sub_project.municipality, until=datetime.date(2024, month, 1))
        SubProjectFactory(municipality=sub_project.municipality)
    assert count() == few
    assert max(few) <= 8


def test_making_numbers_takes_the_same_queries_for_many_sub_projects_without_news(client_for: Any) -> None:
    def count(others: int) -> int:
        first = SubProjectFactory()
        for _ in range(others):
            SubProjectFactory(municipality=first.municipality)
        client = client_for(somebody(first, Role.COORDINATOR))
        with CaptureQueriesContext(connection) as queries:
            make(client, timezone.localdate())
        return len(queries)

    assert count(1) == count(6)
