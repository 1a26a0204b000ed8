"""Many measures at once, as pages: choose, see, do, take back; and nobody else's measures."""

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from measures.models import Measure, MeasureState, Plan, PlanState
from organisation.models import Role, Unit
from tests.factories import MeasureFactory, PlanFactory, UnitFactory, make_member

pytestmark = pytest.mark.django_db


class Place:
    def __init__(self, client_for: Any) -> None:
        self.root: Unit = UnitFactory()
        self.town = self.root.municipality
        self.old: Unit = UnitFactory(municipality=self.town, parent=self.root)
        self.new: Unit = UnitFactory(municipality=self.town, parent=self.root)
        self.plan: Plan = PlanFactory(municipality=self.town, state=PlanState.ADOPTED)
        self.one, self.two = (
            MeasureFactory(plan=self.plan, responsible_unit=self.old, title=title)
            for title in ("Leksehjelp", "Ferieleir")
        )
        self.coordinator = make_member(Role.COORDINATOR, self.root)
        self.client: Client = client_for(self.coordinator)

    def url(self, name: str) -> str:
        return reverse(name, args=[self.plan.public_id])

    def units(self) -> list[Unit]:
        return [row.responsible_unit for row in Measure.objects.filter(plan=self.plan).order_by("pk")]


@pytest.fixture
def place(client_for: Any) -> Place:
    return Place(client_for)


def looked(*measures: Measure) -> str:
    return " ".join(f"{row.public_id}:{row.version}" for row in measures)


def test_the_list_lets_the_coordinator_choose_and_nobody_else(place: Place, client_for: Any) -> None:
    assert 'name="valgt"' in place.client.get(place.url("measure-list")).content.decode()
    worker = client_for(make_member(Role.CASEWORKER, place.old))
    assert 'name="valgt"' not in worker.get(place.url("measure-list")).content.decode()


def test_nothing_is_done_before_it_has_been_shown(place: Place) -> None:
    address = f"{place.url('measures-move')}?valgt={place.one.public_id}&til={place.new.public_id}"
    page = place.client.get(address)
    assert page.context["outlook"].changes == [place.one]
    assert "Flytt 1 tiltak" in page.content.decode()
    assert place.units() == [place.old, place.old]


def test_all_that_the_filter_finds(place: Place) -> None:
    address = f"{place.url('measures-move')}?alle=1&sok=Ferie&til={place.new.public_id}"
    page = place.client.get(address)
    assert page.context["outlook"].changes == [place.two]
    assert page.context["chosen_rows"] == looked(place.two)


def test_more_measures_than_an_address_has_room_for(place: Place) -> None:
    """gunicorn takes 4094 bytes of an address."""
    MeasureFactory.create_batch(300, plan=place.plan, responsible_unit=place.old)
    page = place.client.get(place.url("measures-move"), {"alle": "1"})
    assert in_addresses(page) == []
    sent = {"se": "1", "til": place.new.public_id, "rader": page.context["chosen_rows"]}
    shown = place.client.post(place.url("measures-move"), sent)
    assert (shown.status_code, len(shown.context["outlook"].changes)) == (200, 302)
    assert in_addresses(shown) == []
    assert set(place.units()) == {place.old}, "it is only shown"
    Measure.objects.filter(pk=place.two.pk).update(version=5)
    del sent["se"]
    refused = place.client.post(place.url("measures-move"), sent | {"rader": shown.context["looked"]})
    assert (refused.status_code, in_addresses(refused)) == (422, [])
    assert set(place.units()) == {place.old}


def in_addresses(page: Any) -> list[str]:
    """What the forms of the page's content put into an address."""
    content = page.content.decode().partition("<main")[2].partition("</main>")[0]
    forms = re.findall(r"<form ([^>]*)>(.*?)</form>", content, re.DOTALL)
    assert forms
    fields = [
        name for head, body in forms if 'method="post"' not in head for name in re.findall(r' name="(\w+)"', body)
    ]
    return fields + [head for head, _body in forms if "?" in head]


def test_a_unit_that_was_not_chosen_is_asked_for_and_the_choice_of_measures_stands(place: Place) -> None:
    sent = {"se": "1", "til": "", "rader": looked(place.one, place.two)}
    page = place.client.post(place.url("measures-move"), sent)
    assert (page.status_code, page.context["outlook"]) == (422, None)
    assert page.context["chosen_rows"] == sent["rader"]


@pytest.mark.parametrize("name", ["measures-move", "measures-state"])
def test_what_no_id_can_be_is_no_choice(place: Place, name: str) -> None:
    assert place.client.get(f"{place.url(name)}?valgt=%00").status_code == 302
    page = place.client.get(f"{place.url(name)}?valgt=%00&valgt={place.one.public_id}")
    assert page.context["chosen"] == [place.one]


def test_without_a_choice_the_list_says_so(place: Place) -> None:
    answer = place.client.get(place.url("measures-move"), follow=True)
    assert "Velg tiltakene først." in answer.content.decode()


def test_moved_and_taken_back_with_one_click(place: Place) -> None:
    sent = {"til": place.new.public_id, "rader": looked(place.one, place.two)}
    answer = place.client.post(place.url("measures-move"), sent, follow=True)
    assert "2 tiltak er flyttet til" in answer.content.decode()
    assert place.units() == [place.new, place.new]
    (message,) = answer.context["messages"]
    back = place.client.post(message.extra_tags, follow=True)
    assert "2 tiltak står som før." in back.content.decode()
    assert place.units() == [place.old, place.old]
    again = place.client.post(message.extra_tags, follow=True)
    assert "kan ikke angres lenger" in again.content.decode()


def test_nobody_else_takes_it_back(place: Place, client_for: Any) -> None:
    sent = {"til": place.new.public_id, "rader": looked(place.one)}
    (message,) = place.client.post(place.url("measures-move"), sent, follow=True).context["messages"]
    other = client_for(make_member(Role.COORDINATOR, place.root))
    other.post(message.extra_tags)
    assert place.units() == [place.new, place.old]


def test_what_was_changed_meanwhile_is_told_and_left_and_the_rest_is_asked_about_anew(place: Place) -> None:
    sent = {"til": place.new.public_id, "rader": looked(place.one, place.two)}
    Measure.objects.filter(pk=place.two.pk).update(version=5)
    answer = place.client.post(place.url("measures-move"), sent)
    assert answer.status_code == 422
    outlook = answer.context["outlook"]
    assert (outlook.changes, [row for row, _why in outlook.stays]) == ([place.one], [place.two])
    assert place.units() == [place.old, place.old]
    again = sent | {"rader": answer.context["looked"]}
    assert place.client.post(place.url("measures-move"), again).status_code == 302
    assert place.units() == [place.new, place.old]


def test_neither_another_municipalitys_measures_nor_its_units(place: Place, client_for: Any) -> None:
    foreign: Measure = MeasureFactory()
    sent = {"til": place.new.public_id, "rader": looked(place.one, foreign)}
    assert place.client.post(place.url("measures-move"), sent).status_code == 302
    assert Measure.objects.get(pk=foreign.pk).responsible_unit == foreign.responsible_unit
    sent = {"til": foreign.responsible_unit.public_id, "rader": looked(place.two)}
    assert place.client.post(place.url("measures-move"), sent).status_code == 422
    page = place.client.get(
        f"{reverse('unit-move')}?fra={foreign.responsible_unit.public_id}&til={place.new.public_id}"
    )
    assert foreign.title not in page.content.decode()
    assert page.context["outlook"] is None


@pytest.mark.parametrize("rows", ["", "tull", "abc:x", "abc:-1", "2222222222:1"])
def test_rows_that_are_none_move_nothing(place: Place, rows: str) -> None:
    answer = place.client.post(place.url("measures-move"), {"til": place.new.public_id, "rader": rows})
    assert answer.status_code in (302, 422)
    assert place.units() == [place.old, place.old]


def test_a_closed_plan_stays_as_it_was(place: Place) -> None:
    Plan.objects.filter(pk=place.plan.pk).update(state=PlanState.CLOSED)
    assert 'name="valgt"' not in place.client.get(place.url("measure-list")).content.decode()
    sent = {"til": place.new.public_id, "rader": looked(place.one)}
    assert place.client.post(place.url("measures-move"), sent).status_code == 403
    page = place.client.get(f"{reverse('unit-move')}?fra={place.old.public_id}&til={place.new.public_id}")
    assert len(page.context["outlook"].stays) == 2


def test_everything_of_a_unit_goes_to_another_one(place: Place) -> None:
    place.one.partners.set([place.new])
    partner = MeasureFactory(plan=PlanFactory(municipality=place.town), responsible_unit=place.root)
    partner.partners.set([place.old])
    query = {"fra": place.old.public_id, "til": place.new.public_id}
    page = place.client.get(reverse("unit-move"), query)
    assert set(page.context["outlook"].changes) == {place.one, place.two, partner}
    answer = place.client.post(reverse("unit-move"), query | {"rader": page.context["looked"]})
    assert answer.status_code == 302
    assert place.units() == [place.new, place.new]
    assert list(partner.partners.all()) == [place.new]
    assert not place.one.partners.exists()


def test_a_unit_does_not_move_to_itself(place: Place) -> None:
    page = place.client.get(reverse("unit-move"), {"fra": place.old.public_id, "til": place.old.public_id})
    assert "Velg en annen enhet" in page.content.decode()


def test_one_state_for_many_is_shown_before_it_is_done(place: Place) -> None:
    Measure.objects.filter(pk=place.two.pk).update(state=MeasureState.STOPPED, state_reason="Ingen deltakere")
    page = place.client.get(place.url("measures-state"), {"valgt": [place.one.public_id, place.two.public_id]})
    sent = {
        "to": "stopped", "on": page.context["form"]["on"].value().isoformat(), "reason": "Planen er slutt",
        "rader": page.context["form"]["rader"].value(),
    }  # fmt: skip
    shown = place.client.post(place.url("measures-state"), sent)
    assert (shown.status_code, shown.context["outlook"].changes) == (200, [place.one])
    assert not Measure.objects.filter(state_reason="Planen er slutt").exists()
    other_state = place.client.post(place.url("measures-state"), sent | {"utfor": "1", "vist": "completed 2020-01-01"})
    assert other_state.status_code == 200  # another state than the one that was shown: it is shown first
    done = sent | {"utfor": "1", "vist": shown.context["shown"], "rader": shown.context["form"].data["rader"]}
    assert place.client.post(place.url("measures-state"), done).status_code == 302
    assert list(Measure.objects.filter(state_reason="Planen er slutt")) == [place.one]


def test_a_reason_that_is_missing_is_asked_for_beside_its_field(place: Place) -> None:
    page = place.client.get(place.url("measures-state"), {"alle": "1"})
    sent = {"to": "stopped", "on": page.context["form"]["on"].value().isoformat(), "rader": looked(place.one)}
    for more in ({}, {"utfor": "1", "vist": f"stopped {sent['on']}"}):
        answer = place.client.post(place.url("measures-state"), sent | more)
        assert (answer.status_code, answer.context["outlook"]) == (422, None)
        assert "reason" in answer.context["form"].errors
        assert answer.context["form"].data["rader"] == sent["rader"]


def test_a_day_to_come_is_refused_before_anything_is_shown(place: Place) -> None:
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    sent = {"to": "stopped", "on": tomorrow.isoformat(), "reason": "Slutt", "rader": looked(place.one)}
    answer = place.client.post(place.url("measures-state"), sent)
    assert (answer.status_code, answer.context["outlook"]) == (422, None)
    assert "on" in answer.context["form"].errors


def test_the_pages_ask_the_database_as_often_for_many_as_for_few(
    place: Place, django_assert_max_num_queries: Any
) -> None:
    MeasureFactory.create_batch(60, plan=place.plan, responsible_unit=place.old)
    with django_assert_max_num_queries(12):
        place.client.get(f"{place.url('measures-move')}?alle=1&til={place.new.public_id}")
    with django_assert_max_num_queries(12):
        place.client.get(place.url("measure-list"))
    with django_assert_max_num_queries(12):
        place.client.get(reverse("unit-move"), {"fra": place.old.public_id, "til": place.new.public_id})
