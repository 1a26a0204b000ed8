"""The pages of needs: written down in the family's words, answered on a phone, drawn over time."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import Page

from families.models import Family, HowIsIt, Need, NeedRating
from families.views.need_chart import LONGEST, need_chart
from organisation.models import Role
from organisation.periods import HalfYear
from tests.factories import UnitFactory, make_member
from tests.factories.families import inside, join_team, make_family, make_family_member, make_row
from tests.pages.test_look import become

TODAY = timezone.localdate()
VALUES = {"need": "housing", "life_area": "housing", "said_on": TODAY}


def url(name: str, family: Family, *row: Any) -> str:
    return reverse(name, args=[family.public_id, *(one.public_id for one in row)])


@pytest.mark.django_db
def test_a_need_is_written_down_rated_and_shown_in_its_place_in_the_model(client_for: Any) -> None:
    family = make_family()
    client = client_for(family.case_holder)
    typed = {
        "words": "Hvert sitt rom",
        "need": "housing",
        "life_area": "housing",
        "said_on": TODAY.isoformat(),
        "value": "2",
    }
    assert client.post(url("family-need-new", family), typed).status_code == 302
    page = client.get(url("family-needs", family))
    placed = next(need for level in page.context["model"] for need in level["needs"] if need["items"])
    assert placed["label"] == "Bolig"
    assert placed["items"][0]["newest"].value == HowIsIt.HARD
    assert "<strong>2</strong> vanskelig" in page.content.decode()


@pytest.mark.django_db
def test_what_was_typed_is_kept_when_a_need_is_refused(client_for: Any) -> None:
    family = make_family()
    typed = {"words": "Hvert sitt rom", "need": "", "life_area": "housing", "said_on": TODAY.isoformat(), "value": "2"}
    answer = client_for(family.case_holder).post(url("family-need-new", family), typed)
    assert answer.status_code == 422
    assert "Hvert sitt rom" in answer.content.decode()


@pytest.mark.django_db
def test_only_what_waits_is_asked_and_an_empty_answer_saves_nothing(client_for: Any) -> None:
    family = make_family()
    client = client_for(family.case_holder)
    with inside(family):
        first, second = (make_row(Need, family, words=words, **VALUES) for words in ("Det ene", "Det andre"))
    address = url("family-need-rate", family)
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {first.public_id: "9"}).status_code == 422
    assert client.post(address, {first.public_id: "3"}).status_code == 302
    page = client.get(address).content.decode()
    assert "Det andre" in page
    assert "Det ene" not in page
    assert "1 behov er ikke vurdert" in client.get(url("family-needs", family)).content.decode()
    assert "1 behov venter på familiens vurdering" in client.get(url("family", family)).content.decode()
    client.post(address, {second.public_id: "5"})
    assert client.get(address).status_code == 302, "there is nothing left to ask"


@pytest.mark.django_db
def test_only_this_half_years_answer_is_corrected(client_for: Any) -> None:
    family, now = make_family(), HalfYear.of(TODAY)
    client = client_for(family.case_holder)
    with inside(family):
        need = make_row(Need, family, words="Ord", **VALUES)
        this, before = rate(need, now, 1), rate(need, now.previous(), 1)
    assert client.get(url("family-rating-correct", family, before)).status_code == 403
    assert client.post(url("family-rating-correct", family, this), {"value": "4", "version": "1"}).status_code == 302
    stale = client.post(url("family-rating-correct", family, this), {"value": "5", "version": "1"})
    assert stale.status_code == 422
    assert "Dette har dere endret" in stale.content.decode()


def rate(need: Need, half: HalfYear, value: int) -> NeedRating:
    return NeedRating.objects.create(
        family=need.family, need=need, year=half.year, half=half.half, value=value, rated_on=half.first_day,
        written_by=need.written_by, written_at=need.written_at,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_need_of_another_service_is_nowhere_without_consent_nor_counted(client_for: Any) -> None:
    family = make_family()
    other = UnitFactory(municipality=family.municipality)
    colleague = make_member(Role.CASEWORKER, other)
    with inside(family):
        join_team(family, colleague, other)
        need = make_row(Need, family, words="Hemmelige ord", met_on=TODAY, **VALUES)
        make_row(Need, family, words="Hemmelige ord", **VALUES)
    client = client_for(colleague)
    page = client.get(url("family-needs", family)).content.decode()
    assert "Hemmelige ord" not in page
    assert "Tidligere" not in page
    assert "vises når familien har samtykket" in page
    assert "behov venter" not in client.get(url("family", family)).content.decode()
    assert client.get(url("family-need-rate", family)).status_code == 302
    assert client.get(url("family-need-edit", family, need)).status_code == 404


@pytest.mark.django_db
def test_the_queries_do_not_grow_with_the_needs(client_for: Any) -> None:
    family, now = make_family(), HalfYear.of(TODAY)
    client = client_for(family.case_holder)

    def count(name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(name, family)).status_code == 200
        return len(queries)

    def more() -> None:
        with inside(family):
            child = make_family_member(family, "child")
            rate(make_row(Need, family, words="Ord", subject=child, **VALUES), now.previous(), 3)

    more()
    names = ("family-needs", "family-need-rate", "family-need-new", "family")
    few = {name: count(name) for name in names}
    for _ in range(5):
        more()
    assert {name: count(name) for name in names} == few
    assert few["family-needs"] <= 20


def rated(*values: int | None) -> list[Any]:
    """Ratings of the half-years up to the second of 2026; None where the family wasn't asked."""
    half, found = HalfYear(2026, 2), []
    for value in reversed(values):
        if value:
            found.insert(0, SimpleNamespace(year=half.year, half=half.half, value=value))
        half = half.previous()
    return found


def drawn(*values: int | None) -> dict[str, Any] | None:
    with translation.override("nb"):
        return need_chart(rated(*values), HalfYear(2026, 2), key="abc", label="Bolig")


def test_a_half_year_without_an_answer_is_a_gap_in_the_line() -> None:
    chart = drawn(1, 2, None, 4, 5, None)
    assert chart is not None
    (panel,) = chart["panels"]
    assert [len(line.split()) for line in panel["lines"]] == [2, 2]
    assert [point["text"] for point in panel["points"]] == ["1", "2", "4", "5"]
    assert chart["table"]["rows"][2] == ["1. h. 25", "ikke vurdert"]
    assert chart["title"] == "Bolig: slik familien har vurdert det"


def test_one_answer_is_a_dot_without_a_line_and_none_is_no_chart() -> None:
    chart = drawn(3)
    assert chart is not None
    (panel,) = chart["panels"]
    assert (panel["lines"], len(panel["points"])) == ([], 1)
    assert drawn() is None


def test_the_chart_never_grows_too_long() -> None:
    chart = drawn(*[1, 5] * 10)
    assert chart is not None
    assert len(chart["panels"][0]["points"]) == len(chart["table"]["rows"]) == LONGEST


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_family_answers_with_thumb_or_keyboard(page: Page, live_server: Any) -> None:
    family = make_family(on=TODAY - datetime.timedelta(days=40))
    with inside(family):
        for words in ("Det ene", "Det andre"):
            make_row(Need, family, words=words, **VALUES)
    become(page, live_server, family.case_holder)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + url("family-needs", family))
    page.get_by_role("link", name="Vurder nå").click()
    scale = page.get_by_role("group", name="Det ene")
    button = scale.locator("label").nth(3)
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    button.click()
    second = page.get_by_role("group", name="Det andre").get_by_role("radio").first
    second.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Lagre").click()
    page.wait_for_url(f"**{url('family-needs', family)}")
    with inside(family):
        assert dict(NeedRating.objects.values_list("need__words", "value")) == {"Det ene": 4, "Det andre": 2}


@pytest.mark.django_db
def test_the_page_says_who_took_an_answer_and_only_she_may_correct_it(client_for: Any) -> None:
    family = make_family()
    colleague = make_member(Role.CASEWORKER, family.unit)
    with inside(family):
        join_team(family, colleague, family.unit)
        rating = rate(make_row(Need, family, words="Ord", **VALUES), HalfYear.of(TODAY), 2)
    correct = url("family-rating-correct", family, rating)
    page = client_for(colleague).get(url("family-needs", family)).content.decode()
    assert f"tatt opp av {family.case_holder.name}" in page
    assert correct not in page
    assert client_for(colleague).get(correct).status_code == 403
    assert correct in client_for(family.case_holder).get(url("family-needs", family)).content.decode()
