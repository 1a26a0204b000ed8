"""Reading is an act: every page, file and address of the API that shows something of a family leaves a line in the read log."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from families.models import TEAM_ROLES
from organisation.access import walk
from organisation.models import ReadEntry, Role, User
from tests.factories import UnitFactory, make_member
from tests.factories.families import inside
from tests.pages.test_urls import MAY, POST_ONLY, PUBLIC
from tests.pages.world import SECRET, World, make_world
from tests.pages.world_families import FAMILY_SECRET

pytestmark = pytest.mark.django_db
# Addresses with a family in them: those that take a case reference.
OF_A_FAMILY = sorted(str(pattern.name) for route, pattern in walk() if "reference>" in route)


def lines(world: World, user: User) -> list[tuple[str, str]]:
    """The read log of the world's family for one reader, newest first, but for the test's own reads."""
    with inside(world.family):
        found = ReadEntry.objects.filter(family=world.family.pk, reader=user).exclude(page="test")
        return [(row.page, row.basis) for row in found]


def ask(client: Client, world: World, name: str) -> Any:
    url = reverse(name, kwargs=world.ids.get(name))
    return client.post(url) if name in POST_ONLY else client.get(url)


def test_there_are_pages_of_families() -> None:
    assert len(OF_A_FAMILY) > 5
    assert {"family", "api-family"} <= set(OF_A_FAMILY)


@pytest.mark.parametrize("name", OF_A_FAMILY)
def test_each_address_of_a_family_logs_the_read_before_anything_leaves(name: str, client_for: Any) -> None:
    world = make_world(timezone.localdate())
    holder = world.users[Role.CASEWORKER]
    before = len(lines(world, holder))
    answer = ask(client_for(holder), world, name)
    assert answer.status_code < 400, answer.status_code
    new = lines(world, holder)[: len(lines(world, holder)) - before]
    assert (name, "team") in new or (name, "insight") in new, new


@pytest.mark.parametrize("name", OF_A_FAMILY)
def test_each_miss_is_404_and_logged_as_refused(name: str, client_for: Any) -> None:
    world = make_world(timezone.localdate())
    stranger = make_member(Role.CASEWORKER, world.unit)
    assert ask(client_for(stranger), world, name).status_code == 404
    assert lines(world, stranger)[0] == (name, "denied")


def test_whatever_shows_a_family_anywhere_has_logged_it(client_for: Any) -> None:
    """Every address there is, whether it is said to be about families or not. Each asks once, under its own name."""
    world = make_world(timezone.localdate())
    signs = (world.family.reference, f"/familier/{world.family.public_id}", FAMILY_SECRET)
    for role in Role:
        user = world.users[role]
        client, showed = client_for(user), set()
        for name in set(MAY) - POST_ONLY | (PUBLIC - {"logout"}):
            answer = ask(client, world, name)
            if answer.status_code == 200:
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                if any(sign.encode() in body for sign in signs):
                    showed.add(name)
        logged = {page for page, basis in lines(world, user) if basis != "denied"}
        # Otherwise the walk would prove nothing.
        assert ("family" in showed) == (role in TEAM_ROLES)
        assert showed <= logged, f"{role} was shown a family, and no line says so: {showed - logged}"


def test_without_the_line_there_is_no_read(client_for: Any, monkeypatch: Any) -> None:
    """The log can't be written (here: the function that writes it is not asked): then there is nothing to see."""
    world = make_world(timezone.localdate())
    monkeypatch.setattr("families.domain.reading._ask", lambda *args: [])
    other = client_for(world.users[Role.PARTNER])
    assert ask(other, world, "family").status_code == 404
    assert SECRET.encode() not in ask(other, world, "family-list").content


def test_a_foreign_town_has_no_way_in(client_for: Any) -> None:
    world = make_world(timezone.localdate())
    stranger = make_member(Role.CASEWORKER, UnitFactory())
    for name in OF_A_FAMILY:
        answer = ask(client_for(stranger), world, name)
        assert answer.status_code == 404
        assert SECRET.encode() not in answer.content
