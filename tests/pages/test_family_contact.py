"""The caseworker on her phone, in a real browser: a home visit is logged in under half a minute, and nothing is lost."""

import time
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from families.models import Contact, Family
from organisation.models import ReadEntry
from tests.factories.families import inside, make_family, make_family_member, make_row
from tests.pages.test_chain import log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = "Prøvetekst: vi snakket om skolestart."
STEP = "Ringe skolen om skolestart"
PHONE = {"width": 390, "height": 844}
# What a quick thumb writes in a second on a phone: about 40 words of five letters in a minute.
LETTERS_A_SECOND = 3.5


@pytest.fixture
def family(transactional_db: None) -> Family:
    """With something to do already, so that the first page has it."""
    family = make_family()
    with inside(family):
        make_family_member(family)
        make_row(Contact, family, happened_on=timezone.localdate(), next_step="Noe som er avtalt før")
    return family


def logged(family: Family, text: str = TEXT) -> list[Contact]:
    with inside(family):
        return list(Contact.objects.standing().filter(text=text))


def lines(family: Family) -> list[str]:
    """The pages on which the caseworker has read the family, oldest first."""
    with inside(family):
        found = ReadEntry.objects.filter(family=family.pk, reader=family.case_holder).exclude(page="test")
        return list(found.order_by("id").values_list("page", flat=True))


def open_form(page: Page, server: Any, family: Family) -> None:
    page.set_viewport_size(PHONE)
    log_in(page, server, family.case_holder)
    page.goto(server.url + reverse("family-contacts", args=[family.public_id]))


def test_a_home_visit_is_logged_on_a_phone_in_under_half_a_minute(family: Family, live_server: Any, page: Page) -> None:
    page.set_viewport_size(PHONE)
    log_in(page, live_server, family.case_holder)
    before = len(lines(family))
    button = page.get_by_role("link", name=f"Loggfør kontakt med familie {family.reference}").first
    expect(button).to_be_visible()
    began = time.monotonic()
    button.click()  # 1
    expect(page.get_by_label("Hva skjedde?")).to_be_focused()
    expect(page.get_by_role("radio", name="Hjemmebesøk")).to_be_checked()
    expect(page.get_by_role("radio", name="I dag")).to_be_checked()
    page.get_by_label("Hva skjedde?").fill(TEXT)  # 2
    page.get_by_role("textbox", name="Neste steg").fill(STEP)  # 3
    page.get_by_role("button", name="Lagre").click()  # 4
    expect(page.get_by_text("Lagret: Hjemmebesøk")).to_be_visible()
    waited = time.monotonic() - began
    typing = (len(TEXT) + len(STEP)) / LETTERS_A_SECOND
    # A tap takes a person about a second and a half to find and to hit.
    taken = waited + typing + 4 * 1.5
    assert taken < 30, f"{waited:.1f} s of the product, {typing:.1f} s of typing"
    (row,) = logged(family)
    assert (row.kind, row.happened_on, row.next_step) == ("home_visit", timezone.localdate(), STEP)
    page.goto(live_server.url)
    expect(page.get_by_text(STEP)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert lines(family)[before:].count("family-contact-new") == 2, "the form and its answer"
    assert "home" in lines(family)[before:]


def test_the_form_is_the_first_thing_on_the_page(family: Family, live_server: Any, page: Page) -> None:
    open_form(page, live_server, family)
    for field in (page.get_by_text("Hjemmebesøk").first, page.get_by_label("Hva skjedde?")):
        box = field.bounding_box()
        assert box and box["y"] + box["height"] < PHONE["height"], "not on the first screen"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for choice in page.locator(".big-choice-row label").all():
        box = choice.bounding_box()
        assert box and box["height"] >= 44


def test_on_the_log_the_entry_stands_below_at_once_and_can_be_undone(
    family: Family, live_server: Any, page: Page
) -> None:
    open_form(page, live_server, family)
    page.get_by_label("Hva skjedde?").fill(TEXT)
    page.get_by_role("textbox", name="Neste steg").fill(STEP)
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.get_by_role("button", name="Lagre").dblclick()
    expect(page.locator(".logged")).to_be_focused()
    expect(page.locator(".timeline").get_by_text(TEXT)).to_be_visible()
    expect(page.locator(".work-list strong").get_by_text(STEP)).to_be_visible()
    page.wait_for_timeout(300)
    assert len(sent) == 1 and len(logged(family)) == 1
    page.get_by_role("button", name="Angre").click()
    expect(page.get_by_text("Kontakten er fjernet.")).to_be_visible()
    expect(page.get_by_text(TEXT)).to_have_count(0)
    assert logged(family) == []


def test_the_date_field_comes_with_another_day(family: Family, live_server: Any, page: Page) -> None:
    open_form(page, live_server, family)
    date = page.get_by_label("Dato", exact=True)
    expect(date).to_be_hidden()
    page.get_by_role("radio", name="Annen dag").check()
    expect(date).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("radio", name="I går")).to_be_checked()
    expect(date).to_be_hidden()


@pytest.mark.console_error("401")
def test_what_was_typed_stays_when_the_session_is_out(family: Family, live_server: Any, page: Page) -> None:
    open_form(page, live_server, family)
    page.get_by_label("Hva skjedde?").fill(TEXT)
    Session.objects.all().delete()
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_role("alert").filter(has_text="Du er logget ut.")).to_be_focused()
    expect(page.get_by_label("Hva skjedde?")).to_have_value(TEXT)
    tab = page.context.new_page()
    log_in(tab, live_server, family.case_holder)
    tab.close()
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_text("Lagret: Hjemmebesøk")).to_be_visible()
    assert len(logged(family)) == 1


def test_without_scripts_it_is_logged_undone_and_ticked_off(family: Family, live_server: Any, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, locale="nb-NO", viewport=PHONE)
    page = context.new_page()
    log_in(page, live_server, family.case_holder)
    page.goto(live_server.url + reverse("family-contacts", args=[family.public_id]))
    page.get_by_label("Hva skjedde?").fill(TEXT)
    page.get_by_role("textbox", name="Neste steg").fill(STEP)
    page.get_by_role("button", name="Lagre").dblclick()
    expect(page.get_by_text("Kontakten er lagret.").first).to_be_visible()
    assert len(logged(family)) == 1
    page.get_by_role("button", name=f"Gjort {STEP}").click()
    expect(page.get_by_text("Neste steg er gjort.")).to_be_visible()
    page.get_by_role("button", name="Angre").click()
    expect(page.get_by_role("button", name=f"Gjort {STEP}")).to_be_visible()
    context.close()


@pytest.mark.console_error("422")
def test_a_refusal_is_told_on_top_and_at_the_field(family: Family, live_server: Any, page: Page) -> None:
    open_form(page, live_server, family)
    page.get_by_label("Hva skjedde?").fill(TEXT)
    page.get_by_role("radio", name="Annen dag").check()
    page.get_by_role("button", name="Lagre").click()
    expect(page.locator(".ds-error-summary")).to_be_focused()
    page.locator(".ds-error-summary").get_by_role("link", name="Velg datoen.").click()
    expect(page.get_by_label("Dato", exact=True)).to_be_focused()
    expect(page.get_by_label("Hva skjedde?")).to_have_value(TEXT)
