"""Mentioning somebody in a real browser: by keyboard with the list, and without scripts."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from organisation.models import Comment, Notice, Role
from tests.factories import MeasureFactory, UnitFactory, make_member
from tests.pages.test_look import AXE, RULES, become

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def room() -> dict[str, Any]:
    measure = MeasureFactory()
    unit = UnitFactory(municipality=measure.plan.municipality)
    make_member(Role.UNIT_LEADER, unit, name="Ola Nord")
    make_member(Role.COORDINATOR, unit, name="Ola Nord Prøve")
    writer = make_member(Role.CASEWORKER, unit, name="Siri Skriver")
    return {"url": reverse("measure-comments", args=[measure.public_id]), "writer": writer}


def test_a_name_is_chosen_from_the_list_by_keyboard(room: dict[str, Any], live_server: Any, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900}, bypass_csp=True, locale="nb-NO")
    page = context.new_page()
    become(page, live_server, room["writer"])
    page.goto(live_server.url + room["url"])
    field = page.get_by_label("Kommentar", exact=True)
    field.focus()
    page.keyboard.type("Hei @prø")
    expect(page.get_by_role("option")).to_have_count(1)
    page.evaluate(AXE)
    assert page.evaluate(f"axe.run({{runOnly: {RULES}}})")["violations"] == []
    for _ in "prø":
        page.keyboard.press("Backspace")
    page.keyboard.type("ola")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("Hei @Ola Nord Prøve ")
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(field).to_have_value("Hei @Ola Nord Prøve \n")
    page.get_by_role("button", name="Send kommentaren").press("Enter")
    expect(page.get_by_text("Kommentaren er lagret.")).to_be_visible()
    assert [row.user.name for row in Notice.objects.select_related("user")] == ["Ola Nord Prøve"]
    context.close()


def test_everything_works_without_scripts(room: dict[str, Any], live_server: Any, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, locale="nb-NO")
    page = context.new_page()
    become(page, live_server, room["writer"])
    page.goto(live_server.url + room["url"])
    page.get_by_label("Kommentar", exact=True).fill("Se her.")
    page.get_by_text("Si fra til noen", exact=True).click()
    page.get_by_label("Ola Nord", exact=True).check()
    page.get_by_role("button", name="Send kommentaren").click()
    expect(page.get_by_text("Sagt fra til")).to_contain_text("Ola Nord")
    page.get_by_role("link", name="Svar").click()
    page.get_by_label("Kommentar", exact=True).fill("Og her.")
    page.get_by_role("button", name="Send svaret").click()
    expect(page.get_by_text("Kommentaren er lagret.")).to_be_visible()
    assert Comment.objects.filter(answers__isnull=False).count() == 1
    context.close()
