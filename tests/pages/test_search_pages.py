"""The search box and its page, as people meet them."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from families.models import Family
from measures.models import Plan
from organisation.models import ReadEntry, Role, Unit
from reporting.domain.reading_room import make_searchable
from reporting.models import SearchKind
from tests.factories import (
    FundedMeasureFactory,
    GoalFactory,
    LogEntryFactory,
    MeasureFactory,
    PlanFactory,
    ReportFactory,
    ReportVersionFactory,
    RoundFactory,
    SubProjectFactory,
    UnitFactory,
    make_member,
)
from tests.factories.families import inside, make_family
from tests.identity_numbers import made_up
from tests.pages.test_look import become, look
from tests.reporting.frozen_content import make_content

pytestmark = pytest.mark.django_db
SEARCH = "/sok/"


@pytest.fixture
def unit() -> Unit:
    row: Unit = UnitFactory(name="Enheten")
    return row


@pytest.fixture
def plan(unit: Unit) -> Plan:
    row: Plan = PlanFactory(municipality=unit.municipality, title="Plan mot fattigdom", short_title="Planen")
    return row


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def groups(answer: Any) -> dict[SearchKind, int]:
    return {group.kind: group.count for group in answer.context["groups"]}


def publish(plan: Plan, text: str, state: str = "published", year: int = 2024) -> None:
    report = ReportFactory(round=RoundFactory(plan=plan, year=year, closed=True), title=f"Statusrapport {year}")
    figures = {**make_content(summary=text), "schema": 2}
    version = ReportVersionFactory(
        report=report,
        state=state,
        figures=figures,
        published_at=timezone.now() if state in ("published", "withdrawn") else None,
    )
    make_searchable(published=version, by=None)


def something_of_each(plan: Plan, word: str, number: int = 1) -> None:
    for n in range(number):
        measure = MeasureFactory(plan=plan, title=f"{word} tiltak {n}", goals=[], note=f"Her er {word} igjen.")
        GoalFactory(plan=plan, title=f"{word} mål")
        PlanFactory(municipality=plan.municipality, title=f"{word} plan")
        SubProjectFactory(municipality=plan.municipality, title=f"{word} delprosjekt {n}")
        FundedMeasureFactory(reporting_unit__municipality=plan.municipality, title=f"{word} tilskudd")
        LogEntryFactory(measure=measure, text=f"Vi så {word}.")
        publish(plan, f"Om {word}.", year=2000 + n + 20 * (word != "solsikke"))


def test_what_is_found_is_grouped_by_kind_with_the_words_marked(plan: Plan, unit: Unit, client_for: Any) -> None:
    something_of_each(plan, "solsikke")
    answer = client_for(make_member(Role.COORDINATOR, unit)).get(SEARCH, {"q": "solsikken"})
    kinds = ["plan", "mal", "tiltak", "delprosjekt", "tilskuddstiltak", "logg", "rapport"]
    assert groups(answer) == {SearchKind(kind): 1 for kind in kinds}
    page = answer.content.decode()
    assert "7 treff på «solsikken»" in text_of(answer)
    assert "Her er <mark>solsikke</mark> igjen." in page
    assert "<mark>solsikke</mark> plan" in page
    assert 'value="solsikken"' in page
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_a_kind_is_chosen_in_the_address_and_has_pages(plan: Plan, unit: Unit, client_for: Any) -> None:
    for n in range(25):
        MeasureFactory(plan=plan, title=f"Solsikke {n}", goals=[])
    GoalFactory(plan=plan, title="Solsikke")
    client = client_for(make_member(Role.COORDINATOR, unit))
    few = client.get(SEARCH, {"q": "solsikke"})
    assert [len(group.rows) for group in few.context["shown"]] == [1, 5]
    assert "Vis alle treff i tiltak" in text_of(few)
    first = client.get(SEARCH, {"q": "solsikke", "type": "tiltak"})
    second = client.get(SEARCH, {"q": "solsikke", "type": "tiltak", "side": "2"})
    titles = [hit.title for answer in (first, second) for hit in answer.context["shown"][0].rows]
    assert len(titles) == len(set(titles)) == 25
    assert "Side 2 av 2" in text_of(second)
    assert groups(first) == {SearchKind.GOAL: 1, SearchKind.MEASURE: 25}, "the other kinds keep their counts"
    assert "Ingen treff av denne typen." in text_of(client.get(SEARCH, {"q": "solsikke", "type": "logg"}))
    assert client.get(SEARCH, {"q": "solsikke", "type": "tull", "side": "x"}).status_code == 200


def test_more_than_people_look_through_is_said_and_not_counted(
    plan: Plan, unit: Unit, client_for: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("reporting.domain.search.MOST", 3)
    for n in range(5):
        MeasureFactory(plan=plan, title=f"Solsikke {n}", goals=[])
    answer = client_for(make_member(Role.COORDINATOR, unit)).get(SEARCH, {"q": "solsikke", "type": "tiltak"})
    assert "Mer enn 3 treff på «solsikke»" in text_of(answer)
    assert "De 3 beste vises." in text_of(answer)


def test_a_report_is_one_hit_with_a_sentence_of_it_and_the_way_to_its_other_places(
    plan: Plan, unit: Unit, client_for: Any
) -> None:
    publish(plan, "Vi kan mer nå. Tiltak 1 og tiltak 2 går godt, og naboene hjelper til.")
    publish(plan, "Noe annet.", year=2025)
    answer = client_for(make_member(Role.COORDINATOR, unit)).get(SEARCH, {"q": "tiltak", "type": "rapport"})
    (group,) = answer.context["shown"]
    assert group.count == len(group.rows) == 2, "every report has the word in many places"
    row = next(row for row in group.rows if row["version"].report.title == "Statusrapport 2024")
    assert row["places"] > 1 and f"og {row['places']} steder til" in text_of(answer)
    assert [url for _title, url in row["others"]] == sorted(
        {url for _title, url in row["others"]}, key=[url for _title, url in row["others"]].index
    )
    assert row["url"] not in [url for _title, url in row["others"]]
    for told in (row["excerpt"] for row in group.rows if row["excerpt"]):
        assert not any(sign in piece for piece, _found in told.pieces for sign in "\t\n")
        assert told.is_of_table or any(is_found for _piece, is_found in told.pieces)


def test_of_a_report_a_whole_sentence_is_shown_and_no_table(plan: Plan, unit: Unit, client_for: Any) -> None:
    publish(plan, "Kommunen har fått et badeland. Det er åpent hver dag.")
    answer = client_for(make_member(Role.COORDINATOR, unit)).get(SEARCH, {"q": "badeland"})
    (row,) = answer.context["shown"][0].rows
    assert "".join(piece for piece, _found in row["excerpt"].pieces) == (
        "Kommunen har fått et badeland. Det er åpent hver dag."
    )
    assert (row["places"], row["others"], row["title"]) == (0, [], "Sammendrag")
    assert "til</summary>" not in answer.content.decode()


def test_reports_that_are_called_so_come_first_and_then_the_newest(plan: Plan, unit: Unit, client_for: Any) -> None:
    publish(plan, "Statusrapport er et ord.", year=2031)
    publish(plan, "Se 2031.", year=2033)
    publish(plan, "Se 2031 igjen.", year=2032)
    answer = client_for(make_member(Role.COORDINATOR, unit)).get(SEARCH, {"q": "2031", "type": "rapport"})
    (group,) = answer.context["shown"]
    titles = [row["version"].report.title for row in group.rows]
    assert titles == ["Statusrapport 2031", "Statusrapport 2032", "Statusrapport 2033"]


def test_a_report_that_has_the_words_in_its_title_only_is_shown_without_a_text(
    plan: Plan, unit: Unit, client_for: Any
) -> None:
    publish(plan, "Noe.", year=2031)
    answer = client_for(make_member(Role.COORDINATOR, unit)).get(SEARCH, {"q": "statusrapport 2031", "type": "rapport"})
    (row,) = answer.context["shown"][0].rows
    assert (row["excerpt"], row["places"], "#" in row["url"]) == (None, 0, False)


def test_a_report_that_is_not_published_is_not_found(plan: Plan, unit: Unit, client_for: Any) -> None:
    for n, state in enumerate(("draft", "in_review", "withdrawn")):
        publish(plan, "solsikke", state, year=2010 + n)
    for role in (Role.COORDINATOR, Role.BOARD_MEMBER, Role.STEERING_GROUP):
        assert groups(client_for(make_member(role, unit)).get(SEARCH, {"q": "solsikke"})) == {}
    publish(plan, "solsikke")
    assert groups(client_for(make_member(Role.BOARD_MEMBER, unit)).get(SEARCH, {"q": "solsikke"})) == {
        SearchKind.REPORT: 1
    }


@pytest.mark.parametrize("role", list(Role))
def test_nobody_finds_anything_of_another_municipality(role: Role, plan: Plan, client_for: Any) -> None:
    """But for an analyst, who reads what all have published."""
    something_of_each(plan, "solsikke")
    user = make_member(role) if role == Role.ANALYST else make_member(role, UnitFactory())
    client = client_for(user)
    assert groups(client.get(SEARCH, {"q": "solsikke"})) == ({SearchKind.REPORT: 1} if role == Role.ANALYST else {})
    assert "solsikke p" not in client.get("/sok/forslag/", {"q": "solsikke"}).content.decode()


def test_a_family_is_found_by_its_team_by_its_reference_and_the_read_is_logged(unit: Unit, client_for: Any) -> None:
    holder = make_member(Role.CASEWORKER, unit)
    family: Family = make_family(by=holder, unit=unit)
    answer = client_for(holder).get(SEARCH, {"q": family.reference})
    assert groups(answer) == {SearchKind.FAMILY: 1}
    assert reverse("family", args=[family.public_id]) in answer.content.decode()
    stranger = make_member(Role.CASEWORKER, unit)
    assert groups(client_for(stranger).get(SEARCH, {"q": family.reference})) == {}
    with inside(family):
        read = ReadEntry.objects.filter(family=family.pk, page="search")
        assert [row.reader_id for row in read] == [holder.pk]


def test_no_family_is_opened_where_another_kind_is_chosen(unit: Unit, client_for: Any) -> None:
    holder = make_member(Role.CASEWORKER, unit)
    family: Family = make_family(by=holder, unit=unit)
    client = client_for(holder)
    assert groups(client.get(SEARCH, {"q": family.reference, "type": "tiltak"})) == {}
    with inside(family):
        assert not ReadEntry.objects.filter(family=family.pk, page="search").exists()
    assert groups(client.get(SEARCH, {"q": family.reference, "type": "familie"})) == {SearchKind.FAMILY: 1}


def test_an_administrator_finds_the_users_she_answers_for(unit: Unit, client_for: Any) -> None:
    colleague, stranger = make_member(Role.JUROR, unit), make_member(Role.JUROR, UnitFactory())
    for user in (colleague, stranger):
        type(user).objects.filter(pk=user.pk).update(name="Testine Solsikke")
    answer = client_for(make_member(Role.ADMINISTRATOR, unit)).get(SEARCH, {"q": "solsikke"})
    assert groups(answer) == {SearchKind.USER: 1}
    assert colleague.public_id in answer.content.decode()
    assert groups(client_for(make_member(Role.COORDINATOR, unit)).get(SEARCH, {"q": "solsikke"})) == {}


def test_hostile_words_are_only_words(plan: Plan, unit: Unit, client_for: Any) -> None:
    client = client_for(make_member(Role.COORDINATOR, unit))
    answer = client.get(SEARCH, {"q": '"><script>alert(1)</script>\x02'})
    assert b"<script>alert" not in answer.content
    for words in ("it's", "a'b''c\\d", "\x00", "&|!():*<->", "'", '"', "-", "%s", "$$", "x" * 201, "å " * 100):
        for url in (SEARCH, "/sok/forslag/"):
            assert client.get(url, {"q": words}).status_code == 200, words


def test_an_endless_search_is_not_done_and_said(unit: Unit, client_for: Any) -> None:
    client = client_for(make_member(Role.COORDINATOR, unit))
    answer = client.get(SEARCH, {"q": "x" * 10_000})
    assert answer.status_code == 200
    assert "Søket er for langt. Skriv noen få ord." in text_of(answer)
    assert client.get("/sok/forslag/", {"q": "x" * 10_000}).status_code == 200


def test_an_empty_search_says_what_can_be_found_and_a_vain_one_what_to_do(unit: Unit, client_for: Any) -> None:
    client = client_for(make_member(Role.COORDINATOR, unit))
    for query in ({}, {"q": ""}, {"q": "   "}):
        assert "Du kan finne: planer, mål, tiltak" in text_of(client.get(SEARCH, query))
    answer = client.get(SEARCH, {"q": "finnesikke"})
    assert "Ingenting av det du har tilgang til, har disse ordene." in text_of(answer)
    assert "Prøv færre ord" in text_of(answer)


def test_a_juror_has_no_box(unit: Unit, client_for: Any) -> None:
    client = client_for(make_member(Role.JUROR, unit))
    assert b"site-search" not in client.get("/", follow=True).content
    assert "Rollen din har ikke noe å søke i." in text_of(client.get(SEARCH, {"q": "solsikke"}))
    assert b'id="site-search"' in client_for(make_member(Role.ANALYST)).get("/", follow=True).content


def test_a_search_for_an_identity_number_is_refused(unit: Unit, client_for: Any) -> None:
    number = made_up()
    for url in (SEARCH, "/sok/forslag/"):
        answer = client_for(make_member(Role.COORDINATOR, unit)).get(url, {"q": number})
        assert answer.status_code == 302 and number not in answer["Location"]


def test_suggestions_are_titles_the_best_of_each_kind_first(plan: Plan, unit: Unit, client_for: Any) -> None:
    for n in range(9):
        MeasureFactory(plan=plan, title=f"Solsikke {n}", goals=[])
    GoalFactory(plan=plan, title="Solsikke")
    MeasureFactory(plan=plan, title="Annet", note="Solsikke", goals=[])
    client = client_for(make_member(Role.COORDINATOR, unit))
    hits = client.get("/sok/forslag/", {"q": "sols"}).context["hits"]
    assert [hit.kind for hit in hits] == [SearchKind.GOAL] + [SearchKind.MEASURE] * 4
    assert "Annet" not in {hit.title for hit in hits}
    assert client.get("/sok/forslag/", {"q": ""}).content.strip() == b""


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CASEWORKER, Role.ADMINISTRATOR])
@pytest.mark.parametrize("url", [SEARCH, "/sok/forslag/"])
def test_the_number_of_queries_does_not_grow(url: str, role: Role, plan: Plan, unit: Unit, client_for: Any) -> None:
    client = client_for(make_member(role, unit))
    something_of_each(plan, "solsikke")
    few = count(client, url, "solsikke")
    something_of_each(plan, "solsikken", 12)
    assert count(client, url, "solsikke") == few <= 12


def count(client: Client, url: str, words: str) -> int:
    with CaptureQueriesContext(connection) as counted:
        assert client.get(url, {"q": words}).status_code == 200
    return len(counted)


@pytest.fixture
def found_page(plan: Plan, unit: Unit) -> Any:
    something_of_each(plan, "solsikke", 6)
    return make_member(Role.COORDINATOR, unit)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_found_is_accessible_and_fits(
    width: int, scheme: Any, found_page: Any, live_server: Any, browser: Browser
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, bypass_csp=True, locale="nb-NO", color_scheme=scheme
    )
    page = context.new_page()
    become(page, live_server, found_page)
    problems = []
    for query in ("q=solsikke", "q=solsikke&type=logg", "q=finnesikke", ""):
        page.goto(f"{live_server.url}{SEARCH}?{query}")
        problems += [f"{query}: {problem}" for problem in look(page, width)]
    context.close()
    assert problems == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_box_by_keyboard(found_page: Any, live_server: Any, page: Page) -> None:
    become(page, live_server, found_page)
    page.goto(live_server.url + "/planer/")
    page.keyboard.press("/")
    box = page.locator("#site-search")
    expect(box).to_be_focused()
    page.keyboard.type("solsik")
    found = page.locator("#site-search-found a")
    expect(found).to_have_count(9)
    expect(page.locator("#site-search-said")).to_have_text("8 forslag")
    page.keyboard.press("ArrowDown")
    expect(found.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(found).to_have_count(0)
    expect(box).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}{SEARCH}?q=solsik")
    expect(page.get_by_role("heading", name="Tiltak (6)", exact=True)).to_be_visible()
