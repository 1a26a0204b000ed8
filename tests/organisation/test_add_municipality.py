"""The first municipality and its administrator, from a shell."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from organisation.models import Municipality, Role, User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def add(monkeypatch: pytest.MonkeyPatch, password: str = PASSWORD, **options: Any) -> None:
    monkeypatch.setattr("organisation.management.commands.add_municipality.getpass", lambda prompt: password)
    values = {"number": "0501", "email": "admin@b.example", "administrator": "Prøve Administrator", **options}
    call_command("add_municipality", "Prøvevik", verbosity=0, stdout=open("/dev/null", "w"), **values)  # noqa: SIM115


def test_the_administrator_can_log_in_and_make_users(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    add(monkeypatch)
    user = User.objects.get(email="admin@b.example")
    assert user.memberships.get().role == Role.ADMINISTRATOR
    assert user.memberships.get().unit.municipality.name == "Prøvevik"
    client.post(reverse("login"), {"username": user.email, "password": PASSWORD})
    assert client.get(reverse("user-create")).status_code == 200


def test_a_refusal_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="short"):
        add(monkeypatch, password="kort")
    assert not Municipality.objects.exists()
    assert not User.objects.exists()
