"""The pages of relational capacity: a form per service and half-year, and a matrix without persons."""

import datetime
import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from grants.domain.relational import FEWEST, GRACE, rate
from grants.models import Dimension, RelationalRating
from organisation.models import Role
from organisation.periods import HalfYear
from tests.factories import MembershipFactory, UserFactory
from tests.factories.grants_results import make_partners
from tests.pages.place import Place, make_place

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> Place:
    return make_place()


def page_of(place: Place) -> str:
    return reverse("sub-project-relations", args=[place.sub_project.public_id])


def form_of(place: Place) -> str:
    return reverse("relations-rate", args=[place.sub_project.public_id])


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_helper_answers_and_the_matrix_shows_her_service(place: Place, client_for: Any) -> None:
    client = client_for(place.caseworker)
    form = client.get(form_of(place))
    assert form.content.decode().count("<select") == 6, "her own service is not among those to be rated"
    other = place.other.public_id
    answer = client.post(
        form_of(place), {f"{other}-respects": "5", f"{other}-innovates": "4", f"{other}-contributes": ""}, follow=True
    )
    assert "Svarene er lagret" in text_of(answer)
    assert "1 person har svart for 1 tjeneste" in text_of(answer)
    assert "for få svar til å vises" in text_of(answer)
    assert not re.search(r"[1-5],\d", text_of(answer)), "her answers alone are no mean"
    for _ in range(2):
        rate_all(place, HalfYear.of(timezone.localdate()), 2, timezone.localdate())
    shown = client.get(page_of(place))
    assert "3 personer har svart for 1 tjeneste" in text_of(shown)
    assert "2,8 middels" in text_of(shown), "the mean of 3,0 and 2,7, which three have answered"
    assert place.caseworker.name not in answer.content.decode().split("<main")[1]
    client.post(form_of(place), {f"{other}-respects": "2"})
    kept = RelationalRating.objects.filter(by=place.caseworker)
    assert list(kept.values_list("dimension", "strength")) == [("respects", 2)]
    again = client.get(form_of(place)).content.decode()
    assert '<option value="2" selected>' in again and "1 av 6 besvart" in again


def test_a_partners_helper_answers_for_her_organisation(place: Place, client_for: Any) -> None:
    client_for(place.partner).post(form_of(place), {f"{place.own.public_id}-respects": "3"})
    assert RelationalRating.objects.get().rater == place.other


def test_what_is_not_on_the_scale_stands_at_its_field(place: Place, client_for: Any) -> None:
    name = f"{place.other.public_id}-respects"
    answer = client_for(place.caseworker).post(form_of(place), {name: "6"})
    assert answer.status_code == 422
    assert name in answer.context["form"].errors
    assert f'id="id_{name}_error"' in answer.content.decode()
    assert not RelationalRating.objects.exists()


def test_whoever_works_in_several_services_chooses_one(place: Place, client_for: Any) -> None:
    second = make_partners(place.sub_project, 1)[0]
    MembershipFactory(user=place.caseworker, unit=second.unit, role=Role.CASEWORKER)
    client = client_for(place.caseworker)
    choice = client.get(form_of(place))
    for partner in (place.own, second):
        assert f"?tjeneste={partner.public_id}" in choice.content.decode()
    assert f"?tjeneste={place.other.public_id}" not in choice.content.decode()
    for foreign in (place.other.public_id, "2222222222", "x\0"):
        assert client.get(form_of(place), {"tjeneste": foreign}).status_code == 404
    client.post(f"{form_of(place)}?tjeneste={second.public_id}", {f"{place.own.public_id}-respects": "3"})
    assert RelationalRating.objects.get().rater == second


def test_only_helpers_of_the_partners_rate(place: Place, client_for: Any) -> None:
    for user in (place.outsider, place.coordinator):
        client = client_for(user)
        assert client.get(form_of(place)).status_code == 403
        assert client.post(form_of(place), {f"{place.other.public_id}-respects": "5"}).status_code == 403
        assert form_of(place) not in client.get(page_of(place)).content.decode()
    elsewhere = client_for(make_place().caseworker)
    assert elsewhere.get(form_of(place)).status_code == elsewhere.get(page_of(place)).status_code == 404
    assert not RelationalRating.objects.exists()


def test_a_service_that_has_left_is_not_asked(place: Place, client_for: Any) -> None:
    place.own.left_on = timezone.localdate()
    place.own.save()
    assert client_for(place.caseworker).get(form_of(place)).status_code == 403


def test_before_it_has_begun_there_is_nothing_to_rate(client_for: Any) -> None:
    place = make_place(state="planned")
    client = client_for(place.caseworker)
    answer = client.get(form_of(place), follow=True)
    assert answer.redirect_chain == [(page_of(place), 302)]
    assert "når delprosjektet er i gang" in text_of(answer)
    assert form_of(place) not in answer.content.decode()


def test_one_that_has_ended_says_so_and_asks_nobody(client_for: Any) -> None:
    long_ago = datetime.date(2020, 1, 1)
    place = make_place(state="ended", state_since=long_ago)
    client = client_for(place.caseworker)
    page = client.get(page_of(place))
    assert "Ingen vurderte samarbeidet mens delprosjektet pågikk." in text_of(page)
    assert form_of(place) not in page.content.decode()
    answer = client.get(form_of(place), follow=True)
    assert answer.redirect_chain == [(page_of(place), 302)]
    assert "Delprosjektet pågår ikke lenger" in text_of(answer)


def test_the_half_year_just_ended_can_be_chosen_while_it_is_open(place: Place, client_for: Any) -> None:
    half = HalfYear.of(timezone.localdate())
    client = client_for(place.caseworker)
    url = f"{form_of(place)}?halvar={half.previous().code}"
    client.post(url, {f"{place.other.public_id}-respects": "3"})
    row = RelationalRating.objects.get()
    is_open = timezone.localdate() <= half.previous().last_day + GRACE
    assert HalfYear(row.year, row.half) == (half.previous() if is_open else half)


def rate_all(place: Place, half: HalfYear, strength: int, on: datetime.date) -> None:
    strengths = {(place.other, dimension): strength for dimension in Dimension.values}
    rate(sub_project=place.sub_project, rater=place.own, strengths=strengths, half=half, by=UserFactory(), on=on)


def test_the_change_from_the_half_year_before_is_shown(place: Place, client_for: Any) -> None:
    half = HalfYear.of(timezone.localdate())
    for _ in range(FEWEST):
        rate_all(place, half.previous(), 2, half.previous().last_day)
        rate_all(place, half, 5, half.first_day)
    client = client_for(place.coordinator)
    page = client.get(page_of(place))
    assert "5,0 sterk ▲ opp 3,0" in text_of(page)
    assert "<polyline" in page.content.decode()
    assert re.search(r'points="[0-9. ]+,[0-9. ]+,[0-9.]+"', page.content.decode()), "coordinates with Norwegian commas"
    earlier = client.get(page_of(place), {"halvar": half.previous().code})
    assert f"Hver tjeneste vurdert av de andre, {half.previous().label}" in text_of(earlier)
    assert client.get(page_of(place), {"halvar": "tull"}).status_code == 200


def test_many_services_are_numbered_and_named_for_screen_readers(place: Place, client_for: Any) -> None:
    make_partners(place.sub_project, 12)
    rate_all(place, HalfYear.of(timezone.localdate()), 4, timezone.localdate())
    html = client_for(place.coordinator).get(page_of(place)).content.decode()
    assert f'<span aria-hidden="true">2</span><span class="ds-sr-only">{place.other.unit.name}</span>' in html
    form = client_for(place.caseworker).get(form_of(place)).content.decode()
    assert form.count("<details") - form.count('class="user-menu"') == 13
    assert form.count("<select") == 78
