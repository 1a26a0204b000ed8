"""Emergency access on its pages, and what its leader sees."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from families.models import EmergencyAccess, Family
from organisation.models import Role, User
from tests.factories import make_member
from tests.factories.families import inside, make_family, make_family_member
from tests.factories.organisation import ZoneFactory
from tests.identity_numbers import made_up

pytestmark = pytest.mark.django_db
NEW, CONTROL = reverse("family-emergency"), reverse("family-emergency-list")
REASON = "Familien har møtt opp uten avtale"


@pytest.fixture
def family() -> Family:
    family = make_family()
    with inside(family):
        make_family_member(family)
    return family


@pytest.fixture
def helper(family: Family) -> User:
    return make_member(Role.CASEWORKER, family.unit)


@pytest.fixture
def client(helper: User, client_for: Any) -> Client:
    client: Client = client_for(helper)
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_it_opens_the_family_with_a_bar_and_nothing_to_change(client: Client, family: Family) -> None:
    url = reverse("family", args=[family.public_id])
    assert client.get(url).status_code == 404
    answer = client.post(NEW, {"reference": f" {family.reference.upper()} ", "reason": REASON})
    assert answer["Location"] == url
    body = text(client.get(url))
    assert "Testine" in body
    assert "emergency-bar" in body
    assert "Tilgangen varer til" in body
    for name in ("family-member-new", "family-participation-new", "family-edit", "family-close", "family-team-new"):
        there = reverse(name, args=[family.public_id])
        assert there not in body, name
        assert client.get(there).status_code == 403, name
    assert family.reference not in text(client.get(reverse("family-list")))
    assert family.reference in text(client.get(NEW)), "the way back to it"
    client.post(reverse("family-emergency-end", args=[family.public_id]))
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("reference", ["2222222222", "x", "' OR 1=1 --", ""])
def test_a_wrong_reference_keeps_what_was_typed_and_says_nothing(
    reference: str, client: Client, family: Family
) -> None:
    answer = client.post(NEW, {"reference": reference, "reason": REASON})
    assert answer.status_code == 422
    assert REASON in text(answer)
    assert family.reference not in text(answer)


def test_a_foreign_family_is_refused_with_the_same_page_and_logged(client: Client, helper: User) -> None:
    from organisation.models import ReadEntry

    foreign = make_family()
    said = []
    for reference in (foreign.public_id, "2222222222"):
        answer = client.post(NEW, {"reference": reference, "reason": REASON})
        assert answer.status_code == 422
        said.append(dict(answer.context["form"].errors))
    assert said[0] == said[1]
    with inside(foreign):
        assert ReadEntry.objects.filter(reader=helper, basis="denied", page="emergency").count() == 1


def test_the_reason_holds_no_identity_number(client: Client, family: Family) -> None:
    answer = client.post(NEW, {"reference": family.public_id, "reason": f"{REASON} {made_up()}"})
    assert answer.status_code == 422
    with inside(family):
        assert not EmergencyAccess.objects.exists()


def test_the_leader_sees_who_why_and_which_pages_and_marks_it_as_seen(
    client: Client, family: Family, client_for: Any, helper: User
) -> None:
    leader = client_for(make_member(Role.UNIT_LEADER, family.unit))
    assert "Ingen har brukt nødtilgang" in text(leader.get(CONTROL))
    client.post(NEW, {"reference": family.public_id, "reason": REASON})
    for _ in range(2):
        client.get(reverse("family", args=[family.public_id]))
    body = text(leader.get(CONTROL))
    for shown in (helper.name, family.reference, REASON, "Oversikten over familien (2 ganger)"):
        assert shown in body, shown
    assert "Testine" not in body
    assert reverse("family", args=[family.public_id]) not in body, "the leader is not in the team"
    with inside(family):
        access = EmergencyAccess.objects.get()
    seen = reverse("family-emergency-seen", args=[access.public_id])
    foreign = client_for(make_member(Role.UNIT_LEADER))
    assert foreign.post(seen).status_code == 404
    assert REASON not in text(foreign.get(CONTROL))
    assert leader.post(seen).status_code == 302
    assert "Sett av" in text(leader.get(CONTROL))


def test_a_leader_does_not_control_her_own(family: Family, client_for: Any) -> None:
    leader = client_for(make_member(Role.UNIT_LEADER, family.unit))
    leader.post(NEW, {"reference": family.public_id, "reason": REASON})
    body = text(leader.get(CONTROL))
    assert "En annen leder ser på din egen" in body
    with inside(family):
        access = EmergencyAccess.objects.get()
    assert "Merk som sett" not in body
    leader.post(reverse("family-emergency-seen", args=[access.public_id]))
    with inside(family):
        access.refresh_from_db()
        assert access.seen_at is None


def test_the_leader_takes_over_a_case_that_nobody_has(family: Family, client_for: Any) -> None:
    user = make_member(Role.UNIT_LEADER, family.unit)
    leader = client_for(user)
    leader.post(NEW, {"reference": family.public_id, "reason": REASON})
    url, take = (reverse(name, args=[family.public_id]) for name in ("family", "family-take-over"))
    assert take not in text(leader.get(url))
    family.case_holder.is_active = False
    family.case_holder.save()
    assert take in text(leader.get(url))
    assert leader.post(take).status_code == 302
    body = text(leader.get(url))
    assert "emergency-bar" not in body
    assert reverse("family-close", args=[family.public_id]) in body


def test_the_zone_of_a_protected_family_shows_nowhere(client_for: Any) -> None:
    holder = make_member(Role.CASEWORKER)
    unit = holder.current_memberships[0].unit
    zone = ZoneFactory(municipality=unit.municipality, name="Prøvehaugen")
    family = make_family(by=holder, unit=unit, zone=zone)
    client = client_for(holder)
    pages = [reverse("family", args=[family.public_id]), reverse("api-family", args=[family.public_id])]
    pages += [reverse("api-family-list")]
    assert all("Prøvehaugen" in text(client.get(url)) for url in pages)
    sent = {"protected": "on", "zone": zone.pk, "version": "1"}
    assert client.post(reverse("family-edit", args=[family.public_id]), sent).status_code == 302
    assert not [url for url in pages if "Prøvehaugen" in text(client.get(url))]
    assert "Skjermet adresse" in text(client.get(pages[0]))
