"""A unit's sub-projects and grants are moved on a page: seen, done, taken back; and nobody else's."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from grants.domain import unit_move
from grants.models import Grant, PartnerRole, SubProjectPartner, SubProjectState
from organisation.models import Role, Unit
from tests.factories import (
    GrantFactory,
    PartnerAnswerFactory,
    ReportingUnitFactory,
    ReviewFactory,
    SubProjectFactory,
    SubProjectPartnerFactory,
    UnitFactory,
    make_member,
)

pytestmark = pytest.mark.django_db
URL = "/delprosjekter/flytt-enhet/"


class Place:
    def __init__(self, client_for: Any) -> None:
        self.root: Unit = UnitFactory()
        self.town = self.root.municipality
        self.old, self.new = (UnitFactory(municipality=self.town, parent=self.root) for _ in range(2))
        self.partner = SubProjectPartnerFactory(
            sub_project=SubProjectFactory(municipality=self.town, state=SubProjectState.RUNNING, title="Ferieleir"),
            unit=self.old, role=PartnerRole.RESPONSIBLE,
        )  # fmt: skip
        self.grant = GrantFactory(
            reporting_unit=ReportingUnitFactory(municipality=self.town), responsible_unit=self.old
        )
        self.client: Client = client_for(make_member(Role.PROJECT_LEAD, self.root))
        self.query = {"fra": self.old.public_id, "til": self.new.public_id}

    def units(self) -> list[Any]:
        partner, grant = SubProjectPartner.objects.get(pk=self.partner.pk), Grant.objects.get(pk=self.grant.pk)
        return [partner.unit, grant.responsible_unit]


@pytest.fixture
def place(client_for: Any) -> Place:
    return Place(client_for)


def test_it_is_seen_done_and_taken_back(place: Place) -> None:
    assert reverse("grants-unit-move") == URL
    assert URL in place.client.get(reverse("sub-project-list")).content.decode()
    page = place.client.get(URL, place.query)
    assert [row["name"] for row in page.context["changes"]] == ["Ferieleir", str(place.grant)]
    assert place.units() == [place.old] * 2
    answer = place.client.post(URL, place.query | {"rader": page.context["looked"]}, follow=True)
    assert "2 rader er flyttet til" in answer.content.decode()
    assert place.units() == [place.new] * 2
    (message,) = answer.context["messages"]
    back = place.client.post(message.extra_tags, follow=True)
    assert "2 rader er flyttet tilbake." in back.content.decode()
    assert place.units() == [place.old] * 2
    assert "kan ikke angres lenger" in place.client.post(message.extra_tags, follow=True).content.decode()


def test_what_was_changed_meanwhile_is_told_and_the_rest_is_asked_about_anew(place: Place) -> None:
    page = place.client.get(URL, place.query)
    Grant.objects.filter(pk=place.grant.pk).update(version=5)
    answer = place.client.post(URL, place.query | {"rader": page.context["looked"]})
    assert (answer.status_code, len(answer.context["changes"]), len(answer.context["stays"])) == (422, 1, 1)
    assert place.units() == [place.old] * 2
    again = place.client.post(URL, place.query | {"rader": answer.context["looked"]})
    assert again.status_code == 302
    assert place.units() == [place.new, place.old]


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.UNIT_LEADER, Role.ADMINISTRATOR, Role.PARTNER])
def test_nobody_but_the_leadership_moves_anything(place: Place, client_for: Any, role: str) -> None:
    """The leader of the unit that has the grant writes it, but moves it to nobody."""
    client = client_for(make_member(role, place.old))
    looked = place.client.get(URL, place.query).context["looked"]
    assert client.get(URL, place.query).status_code == 403
    assert client.post(URL, place.query | {"rader": looked}).status_code == 403
    assert client.post(f"{URL}angre/").status_code == 403
    assert URL not in client.get(reverse("sub-project-list")).content.decode()
    assert place.units() == [place.old] * 2


def test_neither_another_municipalitys_rows_nor_its_units(place: Place, client_for: Any) -> None:
    foreign = Place(client_for)
    looked = foreign.client.get(URL, foreign.query).context["looked"]
    assert place.client.post(URL, foreign.query | {"rader": looked}).status_code == 422
    assert place.client.post(URL, place.query | {"rader": looked}).status_code == 422  # no row of hers
    assert foreign.units() == [foreign.old] * 2
    page = place.client.get(URL, foreign.query)
    assert page.context["outlook"] is None
    assert foreign.old.name not in page.content.decode()


def move(place: Place) -> str:
    """Moves all, and tells where it is taken back."""
    looked = place.client.get(URL, place.query).context["looked"]
    (message,) = place.client.post(URL, place.query | {"rader": looked}, follow=True).context["messages"]
    return str(message.extra_tags)


def test_what_stays_moved_is_told_as_such(place: Place) -> None:
    undo = move(place)
    SubProjectPartnerFactory(sub_project=place.partner.sub_project, unit=place.old)
    Grant.objects.filter(pk=place.grant.pk).update(version=9)
    told = [(one.level_tag, str(one)) for one in place.client.post(undo, follow=True).context["messages"]]
    assert told == [
        ("info", "Ingenting er flyttet tilbake."),
        ("warning", "Disse ble ikke flyttet tilbake, fordi de er endret siden, er over, eller hørte til en enhet som ikke "
        f"lenger er i bruk: Ferieleir, {place.grant}"),
    ]  # fmt: skip
    assert place.units() == [place.new] * 2


def test_what_is_no_longer_hers_is_told_and_not_taken_back(place: Place) -> None:
    undo = move(place)
    SubProjectPartner.objects.filter(pk=place.partner.pk).delete()
    told = [(one.level_tag, str(one)) for one in place.client.post(undo, follow=True).context["messages"]]
    assert told == [
        ("success", "1 rad er flyttet tilbake."),
        ("warning", "1 rad ble ikke flyttet tilbake, fordi den er borte, eller fordi du ikke lenger kan endre den."),
    ]


def test_one_who_comes_back_at_the_same_moment_gives_a_message_and_it_can_be_tried_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    undo = move(place)
    back = SubProjectPartnerFactory(sub_project=place.partner.sub_project, unit=place.old)
    with monkeypatch.context() as patched:
        patched.setattr(unit_move, "_not_back", lambda *_: None)
        (message,) = place.client.post(undo, follow=True).context["messages"]
    assert (message.level_tag, message.extra_tags) == ("warning", undo)
    assert place.units() == [place.new] * 2
    back.delete()
    place.client.post(message.extra_tags)
    assert place.units() == [place.old] * 2


def test_one_on_its_way_out_is_named_among_what_stays(place: Place) -> None:
    SubProjectPartnerFactory(
        sub_project=SubProjectFactory(municipality=place.town, title="Leksehjelp"), unit=place.old,
        left_on=datetime.date(2090, 2, 1),
    )  # fmt: skip
    page = place.client.get(URL, place.query)
    assert [(row["name"], str(row["why"])) for row in page.context["stays"]] == [
        ("Leksehjelp", "Går ut 1. februar 2090.")
    ]


def test_one_who_has_answered_is_told_to_leave(place: Place) -> None:
    PartnerAnswerFactory(review=ReviewFactory(sub_project=place.partner.sub_project), partner=place.partner)
    assert "Blir med og overtar rollen. Den andre går ut" in place.client.get(URL, place.query).content.decode()


def test_nobody_else_takes_it_back(place: Place, client_for: Any) -> None:
    looked = place.client.get(URL, place.query).context["looked"]
    (message,) = place.client.post(URL, place.query | {"rader": looked}, follow=True).context["messages"]
    client_for(make_member(Role.PROJECT_LEAD, place.root)).post(message.extra_tags)
    assert place.units() == [place.new] * 2


@pytest.mark.parametrize("rows", ["", "tull", "del-abc:x", "enhet-2222222222:1", "abc:1", "del-:1"])
def test_rows_that_are_none_move_nothing(place: Place, rows: str) -> None:
    assert place.client.post(URL, place.query | {"rader": rows}).status_code in (302, 422)
    assert place.units() == [place.old] * 2


def test_a_unit_does_not_move_to_itself(place: Place) -> None:
    page = place.client.get(URL, {"fra": place.old.public_id, "til": place.old.public_id})
    assert "Velg en annen enhet" in page.content.decode()


def test_the_page_asks_as_often_for_many_as_for_few(place: Place, django_assert_max_num_queries: Any) -> None:
    for _ in range(8):
        SubProjectPartnerFactory(sub_project=SubProjectFactory(municipality=place.town), unit=place.old)
    with django_assert_max_num_queries(12):
        assert len(place.client.get(URL, place.query).context["changes"]) == 10
