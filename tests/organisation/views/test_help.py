"""Help: one's own role first, the administrators of one's own municipality, and pages that anybody may read."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from organisation.help import statement
from organisation.models import Role
from tests.factories import MunicipalityFactory, UnitFactory, UserFactory, make_member

pytestmark = pytest.mark.django_db


def test_ones_own_tasks_come_before_those_of_others(client_for: Any) -> None:
    text = client_for(make_member(Role.JUROR)).get(reverse("help")).content.decode()
    assert (
        text.index("Vurder søknader i juryen") < text.index("Det andre gjør") < text.index("Loggfør det du har gjort")
    )


def test_the_administrators_named_are_those_of_ones_own_municipality(client_for: Any) -> None:
    here, elsewhere = (UnitFactory(municipality=MunicipalityFactory()) for _ in range(2))
    make_member(Role.ADMINISTRATOR, here, name="Aksel Administrator")
    make_member(Role.ADMINISTRATOR, elsewhere, name="Nina Naboadministrator")
    text = client_for(make_member(Role.CASEWORKER, here)).get(reverse("help")).content.decode()
    assert "Aksel Administrator" in text
    assert "Naboadministrator" not in text


def test_who_has_no_role_is_told_whom_to_ask(client_for: Any) -> None:
    client = client_for(UserFactory())
    for name in ("help", "help-tour"):
        assert "Du har ingen rolle nå" in client.get(reverse(name)).content.decode()


def test_the_tour_leads_from_step_to_step_and_out_again(client_for: Any) -> None:
    client, seen = client_for(make_member(Role.UNIT_LEADER)), []
    url = client.get(reverse("help-tour")).context["steps"][0].slug
    while url:
        answer = client.get(reverse("help-tour-step", args=[url]))
        seen.append(url)
        url = answer.context["after"].slug if answer.context["after"] else ""
    assert seen[:2] == ["min-side", "loggfor"]
    assert "bekreft" in seen
    assert "Det var alt" in answer.content.decode()


def test_a_step_of_another_role_has_no_link_to_a_page_one_may_not_open(client_for: Any) -> None:
    answer = client_for(make_member(Role.JUROR)).get(reverse("help-tour-step", args=["slettefrister"]))
    assert reverse("retention-list") not in answer.content.decode()
    assert "Dette gjør andre enn deg" in answer.content.decode()


def test_an_unknown_step_is_not_found(client_for: Any) -> None:
    assert client_for(make_member(Role.JUROR)).get("/hjelp/omvisning/finnes-ikke/").status_code == 404


def test_anybody_reads_words_privacy_and_the_statement(client: Client) -> None:
    for name in ("help-glossary", "help-privacy", "accessibility"):
        answer = client.get(reverse(name))
        assert answer.status_code == 200
        assert reverse("accessibility") in answer.content.decode()


def test_the_statement_says_what_is_missing_and_whom_to_tell(client: Client, settings: Any) -> None:
    settings.CONTACT = "tilgjengelig@kommunen.example"
    text = client.get(reverse("accessibility")).content.decode()
    assert "mailto:tilgjengelig@kommunen.example" in text
    assert all(str(line) in text for line in statement.MISSING)
    settings.CONTACT = ""
    assert "si fra til kommunen" in client.get(reverse("accessibility")).content.decode()
