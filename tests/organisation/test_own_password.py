"""Changing one's own password: the old one is asked for, the session goes on, the log tells."""

from typing import Any

import pytest
from django.urls import reverse

from organisation.models import AuditEntry, Role
from tests.factories import PASSWORD, make_member

pytestmark = pytest.mark.django_db

NEW = "et ganske langt passord"


def change(client: Any, current: str, password: str) -> Any:
    return client.post(reverse("my-settings"), {"current": current, "password": password})


def test_a_new_password_keeps_the_session_and_stands_in_the_log(client_for: Any) -> None:
    user = make_member(Role.CASEWORKER)
    client = client_for(user)
    assert change(client, PASSWORD, NEW).status_code == 302
    assert client.get(reverse("home")).status_code == 200
    user.refresh_from_db()
    assert user.check_password(NEW)
    entry = AuditEntry.objects.filter(action="user.own_password").latest("id")
    assert entry.actor_id == entry.row_id == user.pk
    assert NEW not in str(entry.after)


@pytest.mark.parametrize(
    ("current", "password", "field"),
    [
        ("feil passord nå", NEW, "current"),
        (PASSWORD, "kort", "password"),
        (PASSWORD, "password12345", "password"),
        (PASSWORD, "736201948572", "password"),
    ],
)
def test_a_password_that_is_refused(current: str, password: str, field: str, client_for: Any) -> None:
    user = make_member(Role.CASEWORKER)
    answer = change(client_for(user), current, password)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
