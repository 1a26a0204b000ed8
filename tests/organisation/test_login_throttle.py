"""Guessing passwords is stopped: also the right one is refused while an address is shut out."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from organisation.models import Role
from tests.factories import PASSWORD, make_member

pytestmark = pytest.mark.django_db


def attempt(email: str, password: str, client: Client) -> int:
    return int(client.post(reverse("login"), {"username": email, "password": password}).status_code)


def test_the_right_password_is_refused_after_many_wrong_ones(client: Client) -> None:
    user = make_member(Role.CASEWORKER)
    assert [attempt(user.email, f"gjetting {n}", client) for n in range(7)] == [200] * 7
    assert attempt(user.email, "gjetting 8", client) == 429
    assert attempt(user.email, PASSWORD, client) == 429
    assert "sessionid" not in client.cookies


def test_spelling_the_address_in_another_way_is_no_way_round(client: Client) -> None:
    user = make_member(Role.CASEWORKER)
    spellings = [user.email.upper(), f" {user.email}", user.email.title(), user.email] * 2
    for n, email in enumerate(spellings):
        attempt(email, f"gjetting {n}", client)
    assert attempt(user.email, PASSWORD, client) == 429


def test_others_at_the_same_address_are_not_shut_out(client: Client) -> None:
    guessed, other = make_member(Role.CASEWORKER), make_member(Role.CASEWORKER)
    for n in range(9):
        attempt(guessed.email, f"gjetting {n}", client)
    assert attempt(other.email, PASSWORD, client) == 302


def test_the_attempts_are_kept_without_passwords(client: Client) -> None:
    from axes.models import AccessAttempt

    user = make_member(Role.CASEWORKER)
    attempt(user.email, "et hemmelig gjett", client)
    rows: list[Any] = list(AccessAttempt.objects.values())
    assert rows and rows[0]["username"] == user.email
    assert "hemmelig" not in str(rows)
