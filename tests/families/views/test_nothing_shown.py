"""What a service is told of a family of which it sees nothing: that it sees nothing, not that there is nothing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from families.models import Contact, Family, FamilyOutcome, Need, Support
from organisation.models import Role, User
from tests.factories import UnitFactory, make_member
from tests.factories.families import inside, join_team, make_consent, make_family, make_family_member, make_row
from tests.families.views.test_decision import make_decision
from tests.pages.test_look import become

NOTHING_SHOWN = "Tjenesten din har ikke registrert noe, og ingenting er delt med den."
# How often the sentence stands on each page: in each of its lists.
LISTS = {
    "family": 2,
    "family-needs": 1,
    "family-contacts": 1,
    "family-support": 2,
    "family-economy": 1,
    "family-decisions": 1,
}
FALSE = ("Ingen behov er skrevet ned", "Ingen kontakt er loggført ennå", "Hva er viktig for dere?", "det første")
TODAY = timezone.localdate()


def colleague_of(family: Family) -> User:
    """Somebody of another service in the team."""
    other = UnitFactory(municipality=family.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    with inside(family):
        join_team(family, colleague, other)
    return colleague


def record(family: Family) -> None:
    with inside(family):
        need = {"need": "housing", "life_area": "housing", "said_on": TODAY}
        make_row(Need, family, words="Hvert sitt rom", **need)
        make_row(Contact, family, happened_on=TODAY, text="Prøvetekst")
        make_row(Support, family, given_on=TODAY, kind="other", what="Prøvestøtte")
        make_row(FamilyOutcome, family, kind="home", happened_on=TODAY)
        make_decision(family, ends_on=None, pay_day=15)


def shown(client: Client, name: str, family: Family, query: str = "") -> str:
    return client.get(reverse(name, args=[family.public_id]) + query).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("name", LISTS)
def test_one_with_whom_nothing_is_shared_is_told_so_whether_there_is_something_or_not(
    name: str, recorded: bool, client_for: Any
) -> None:
    family = make_family()
    client = client_for(colleague_of(family))
    if recorded:
        record(family)
    page = shown(client, name, family)
    assert page.count(NOTHING_SHOWN) == LISTS[name]
    assert reverse("family-consent-overview", args=[family.public_id]) in page
    assert not [words for words in FALSE if words in page]


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_a_service_that_works_alone_is_asked_to_begin(name: str, client_for: Any) -> None:
    family = make_family()
    assert NOTHING_SHOWN not in shown(client_for(family.case_holder), name, family)


@pytest.mark.django_db
def test_what_ended_with_others_is_not_said_to_be_nothing(client_for: Any) -> None:
    family = make_family()
    client = client_for(colleague_of(family))
    for name in ("family-needs", "family-decisions"):
        assert NOTHING_SHOWN in shown(client, name, family, "?vis=tidligere"), name
    chosen = shown(client, "family-decisions", family, "?vis=tidligere&hvem=familien")
    assert NOTHING_SHOWN not in chosen and "for den du har valgt" in chosen, "it may have recorded for others"


@pytest.mark.django_db
def test_the_empty_places_of_the_model_are_not_said_to_be_empty(client_for: Any) -> None:
    family = make_family()
    client = client_for(family.case_holder)
    record(family)
    assert "ingen behov<" in shown(client, "family-needs", family)
    colleague_of(family)
    page = shown(client, "family-needs", family)
    assert "ingen vist<" in page and "ngen behov" not in page


@pytest.mark.django_db
def test_one_in_a_team_finds_her_families_where_nothing_is_agreed_with_her_service(client_for: Any) -> None:
    family = make_family()
    colleague = colleague_of(family)
    client = client_for(colleague)
    page = client.get(reverse("home")).content.decode()
    assert "Du er i teamet til 1 familie." in page and reverse("family-list") in page
    with inside(family):
        Family.objects.filter(pk=family.pk).update(closed_on=TODAY, closed_reason="done")
    assert "Du er i teamet" not in client.get(reverse("home")).content.decode(), "the case is closed"
    stranger = client_for(make_member(Role.CASEWORKER, family.unit))
    assert "Du er i teamet" not in stranger.get(reverse("home")).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [320, 390])
def test_a_long_name_of_a_service_does_not_widen_the_page(page: Page, live_server: Any, width: int) -> None:
    family = make_family()
    family.unit.name = "Helse- og velferdskontoret Lerkendal med enda litt til"
    family.unit.save()
    colleague = colleague_of(family)
    with inside(family):
        other = colleague.current_memberships[0].unit
        make_consent(make_family_member(family), [family.unit, other], ["decisions"])
        make_decision(family, ends_on=None)
    become(page, live_server, colleague)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(live_server.url + reverse("family-decisions", args=[family.public_id]))
    assert page.get_by_text("Delt av Helse-").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
