"""Saved views: made on a page, found on it and on the first page, renamed, removed and taken back. Nobody sees another's."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from organisation.domain.errors import DomainError
from organisation.models import Role
from reporting.domain.saved_view import (
    MOST,
    cleaned_query,
    own_address,
    remove_view,
    rename_view,
    restore_view,
    save_view,
)
from reporting.models import SavedView
from tests.factories import UserFactory
from tests.pages.world import make_world

pytestmark = pytest.mark.django_db


def test_a_view_is_saved_from_a_page_and_found_there(client_for: Any) -> None:
    world = make_world(timezone.localdate())
    user = world.users[Role.CASEWORKER]
    client = client_for(user)
    sent = {"name": "Stille  hos oss", "path": "/tiltak/", "query": "stille=on&side=3&sok="}
    answer = client.post(reverse("saved-view-new"), sent, follow=True)
    view = SavedView.objects.get(user=user)
    assert (view.name, view.url) == ("Stille hos oss", "/tiltak/?stille=on")
    assert answer.redirect_chain[-1][0] == view.url
    text = answer.content.decode()
    assert f'href="{view.url}">Stille hos oss</a>' in text
    assert reverse("saved-view-remove", args=[view.public_id]) in text
    assert "Stille hos oss" not in client.get(reverse("overview")).content.decode()
    other = client_for(world.users[Role.UNIT_LEADER]).get("/tiltak/").content.decode()
    assert "Stille hos oss" not in other


def test_it_is_renamed_removed_and_taken_back(client_for: Any) -> None:
    world = make_world(timezone.localdate())
    user = world.users[Role.CASEWORKER]
    view = save_view(name="Mine", path="/tiltak/", query="", by=user)
    client = client_for(user)
    new = {"name": "Våre", "version": view.version}
    assert client.post(reverse("saved-view-rename", args=[view.public_id]), new).status_code == 302
    view.refresh_from_db()
    assert view.name == "Våre"
    answer = client.post(reverse("saved-view-remove", args=[view.public_id]), follow=True).content.decode()
    assert "Våre" not in answer
    assert reverse("saved-view-restore", args=[view.public_id]) in answer
    assert "Våre" in client.post(reverse("saved-view-restore", args=[view.public_id]), follow=True).content.decode()


def test_another_persons_view_is_not_there(client_for: Any) -> None:
    world = make_world(timezone.localdate())
    view = save_view(name="Mine", path="/tiltak/", query="", by=world.users[Role.CASEWORKER])
    client = client_for(world.users[Role.UNIT_LEADER])
    for name in ("saved-view-rename", "saved-view-remove", "saved-view-restore"):
        assert client.post(reverse(name, args=[view.public_id]), {"name": "Stjålet"}).status_code == 404
    view.refresh_from_db()
    assert (view.name, view.removed) == ("Mine", False)


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "//example.org/tiltak/", "https://example.org/tiltak/", "/tiltak/?a=b", "/tiltak", "/familier/", "\0",
        "/api/tiltak/", "/logg-ut/", "javascript:alert(1)", "/tiltak/" + "a" * 300, "/tiltak/#x",
    ],
)  # fmt: skip
def test_only_the_products_own_dashboards_and_lists_are_saved(path: str, client_for: Any) -> None:
    with pytest.raises(DomainError):
        own_address(path)
    user = make_world(timezone.localdate()).users[Role.CASEWORKER]
    answer = client_for(user).post(reverse("saved-view-new"), {"name": "Feil", "path": path, "query": "a=b"})
    assert answer["Location"] == reverse("home")
    assert not SavedView.objects.filter(user=user).exists()


def test_what_is_no_choice_is_not_saved() -> None:
    assert cleaned_query("enhet=abc&side=2&format=csv&sok=&periode=2026-1") == "enhet=abc&periode=2026-1"
    with pytest.raises(DomainError):
        cleaned_query("sok=" + "å" * 1000)
    with pytest.raises(DomainError):
        cleaned_query("sok=%00")


def test_names_are_unique_among_the_views_that_one_keeps() -> None:
    user = UserFactory()
    view = save_view(name="Mine", path="/tiltak/", query="", by=user)
    save_view(name="Mine", path="/tiltak/", query="", by=UserFactory())
    with pytest.raises(DomainError, match="allerede"):
        save_view(name="Mine", path="/oversikt/", query="", by=user)
    remove_view(view=view, by=user)
    again = save_view(name="Mine", path="/oversikt/", query="", by=user)
    with pytest.raises(DomainError, match="allerede"):
        restore_view(view=view, by=user)
    rename_view(view=again, name="Andre", version=again.version, by=user)
    assert not restore_view(view=view, by=user).removed


@pytest.mark.parametrize("name", ["", "  ", "a" * 81])
def test_a_view_has_a_name_that_can_be_read(name: str) -> None:
    with pytest.raises(DomainError):
        save_view(name=name, path="/tiltak/", query="", by=UserFactory())


def test_there_is_an_end_to_how_many_one_keeps() -> None:
    user = UserFactory()
    SavedView.objects.bulk_create(SavedView(user=user, name=str(n), path="/tiltak/") for n in range(MOST))
    with pytest.raises(DomainError, match="mange"):
        save_view(name="En til", path="/tiltak/", query="", by=user)


def test_a_removed_one_comes_back_only_where_there_is_room_and_none_is_left_out(client_for: Any) -> None:
    user = make_world(timezone.localdate()).users[Role.CASEWORKER]
    removed = save_view(name="Fjernet", path="/tiltak/", query="", by=user)
    remove_view(view=removed, by=user)
    SavedView.objects.bulk_create(SavedView(user=user, name=f"Visning {n}", path="/tiltak/") for n in range(MOST))
    with pytest.raises(DomainError, match="mange"):
        restore_view(view=removed, by=user)
    kept = SavedView.objects.get(name="Visning 0")
    restore_view(view=kept, by=user)  # it is there already
    SavedView.objects.create(user=user, name="Den nyeste", path="/tiltak/")  # as older data may have it
    assert "Den nyeste" in client_for(user).get("/tiltak/").content.decode()


def test_every_list_that_can_be_saved_has_the_form(client_for: Any) -> None:
    world = make_world(timezone.localdate())
    client = client_for(world.users[Role.COORDINATOR])
    for name in ("all-measures", "measure-list", "sub-project-list", "grant-list", "report-list", "application-list"):
        url = reverse(name, kwargs=world.ids.get(name))
        text = client.get(f"{url}?sok=leksehjelp&tilstand=&side=2").content.decode()
        assert f'name="path" value="{url}"' in text, name
        assert 'name="query" value="sok=leksehjelp' in text, name
