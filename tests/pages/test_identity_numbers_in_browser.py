"""A national identity number typed into a search or a log entry, in a real browser."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from measures.models import LogEntry
from organisation.models import Role
from tests.identity_numbers import grouped, made_up
from tests.pages.test_chain import log_in
from tests.pages.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NUMBER = made_up(7)


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world(timezone.localdate())


def test_a_search_while_typing_says_why_it_finds_nothing_and_leaves_no_trace(
    world: World, live_server: Any, page: Page
) -> None:
    log_in(page, live_server, world.users[Role.CASEWORKER])
    url = live_server.url + reverse("measure-list", args=[world.plan.public_id])
    page.goto(url)
    page.locator("#filter-sok").press_sequentially(NUMBER)
    expect(page.get_by_text("Slike finnes ikke her")).to_be_visible()
    history = page.evaluate("navigation.entries().map(entry => entry.url)")
    assert url in history
    assert NUMBER not in str(history)
    expect(page.locator("#filter-sok")).to_have_value("")


@pytest.mark.console_error("422")
def test_a_log_entry_keeps_its_text_until_the_number_is_gone(world: World, live_server: Any, page: Page) -> None:
    log_in(page, live_server, world.users[Role.CASEWORKER])
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name=f"Loggfør på {world.measure.title}").click()
    text = page.get_by_label("Hva ble gjort?")
    text.fill(f"Traff moren, {grouped(NUMBER, '6 5')}, i dag.")
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_text("ser ut til å inneholde et fødselsnummer").first).to_be_visible()
    expect(text).to_have_value(f"Traff moren, {grouped(NUMBER, '6 5')}, i dag.")
    text.fill("Traff moren i dag.")
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_text("ser ut til å inneholde et fødselsnummer")).to_have_count(0)
    assert LogEntry.objects.filter(text="Traff moren i dag.").count() == 1
