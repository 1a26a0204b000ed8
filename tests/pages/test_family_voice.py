"""A family answers on a phone, in Arabic, in bokmål, and without JavaScript; its team hears it. In a real browser."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from families.domain.voice import make_link
from families.models import Family, VoiceAnswer
from tests.factories.families import inside, make_family
from tests.pages.test_look import become, look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
WORDS = "غرفة هادئة للأطفال"  # a quiet room for the children


@pytest.fixture
def family() -> Family:
    return make_family()


def phone(browser: Browser, **options: Any) -> BrowserContext:
    # axe is injected, which the pages' own policy rightly forbids.
    return browser.new_context(
        viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True, bypass_csp=True, **options
    )  # fmt: skip


def link(family: Family, language: str) -> str:
    with inside(family) as vault:
        token = make_link(vault=vault, language=language, days=14, by=vault.user, at=timezone.now())[1]
    return reverse("own-form", args=[token])


def answers(family: Family) -> list[VoiceAnswer]:
    with inside(family) as vault:
        return list(vault.rows(VoiceAnswer))


def fine(page: Page) -> None:
    """No accessibility violation, and nothing that sticks out on the phone."""
    assert look(page, PHONE["width"]) == []


def side_of(page: Page, inner: str, outer: str) -> str:
    """On which side of its frame something stands."""
    small, large = page.locator(inner).first.bounding_box(), page.locator(outer).first.bounding_box()
    assert small
    assert large
    return "left" if small["x"] + small["width"] / 2 < large["x"] + large["width"] / 2 else "right"


def test_a_family_answers_in_arabic_on_a_phone(browser: Browser, live_server: Any, family: Family) -> None:
    address = live_server.url + link(family, "ar")
    context = phone(browser, locale="ar")
    page = context.new_page()
    page.goto(address)
    assert page.evaluate("getComputedStyle(document.documentElement).direction") == "rtl"
    assert page.evaluate("getComputedStyle(document.querySelector('textarea')).direction") == "rtl"
    assert side_of(page, ".answers input", ".answers label") == "right", "the circle stands where the reading begins"
    fine(page)
    # Nothing is answered yet: said in Arabic, at the question, with what was typed.
    page.get_by_label("ما أهم شيء بالنسبة لكم الآن؟").fill(WORDS)
    page.get_by_role("button", name="إرسال الإجابة").tap()
    expect(page.get_by_role("alert")).to_contain_text("لم تُرسَل الإجابة بعد")
    expect(page.get_by_label("ما أهم شيء بالنسبة لكم الآن؟")).to_have_value(WORDS)
    fine(page)
    page.get_by_text("قليلًا").tap()
    page.get_by_text("نعم، تواصلوا معنا").tap()
    page.get_by_role("button", name="إرسال الإجابة").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("شكرًا على إجابتكم!")
    fine(page)
    assert context.cookies() == []
    (row,) = answers(family)
    assert (row.helpful, row.matters, row.wants_contact, row.language) == ("partly", WORDS, True, "ar")

    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("لقد أجبتم من قبل. شكرًا لكم!")
    assert page.locator("form").count() == 0
    fine(page)
    context.close()
    the_team_hears(browser, live_server, family)


def the_team_hears(browser: Browser, live_server: Any, family: Family) -> None:
    context = browser.new_context(viewport=PHONE, bypass_csp=True, locale="nb-NO")
    page = context.new_page()
    become(page, live_server, family.case_holder)
    page.goto(live_server.url + reverse("notice-list"))
    page.get_by_role("link", name="En familie du arbeider med, vil snakke med noen.").or_(
        page.get_by_role("button", name="En familie du arbeider med, vil snakke med noen.")
    ).first.click()
    page.wait_for_url(live_server.url + reverse("family-voice", args=[family.public_id]))
    expect(page.locator("blockquote")).to_have_text(WORDS)
    expect(page.get_by_text("Vil snakke med noen")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('blockquote')).direction") == "rtl"
    fine(page)
    context.close()


@pytest.mark.parametrize("java_script", [True, False], ids=["with scripts", "without scripts"])
def test_a_family_answers_in_bokmal(
    java_script: bool, browser: Browser, live_server: Any, family: Family, tmp_path: Path
) -> None:
    context = phone(browser, locale="nb-NO", java_script_enabled=java_script)
    page = context.new_page()
    page.goto(live_server.url + link(family, "nb"))
    page.get_by_role("radio", name="Ja", exact=True).check()
    page.get_by_label("Hva er viktigst for dere nå?").fill("At vi får bo her")
    page.get_by_role("radio", name="Nei").last.check()
    page.get_by_role("button", name="Send svaret").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Takk for svaret!")
    (row,) = answers(family)
    assert (row.helpful, row.matters, row.wants_contact) == ("yes", "At vi får bo her", False)
    # Back and once more, as one does: the browser has kept nothing to send twice.
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dere har allerede svart. Takk!")
    assert len(answers(family)) == 1
    context.close()


def test_another_language_is_one_tap_away(browser: Browser, live_server: Any, family: Family) -> None:
    context = phone(browser)
    page = context.new_page()
    page.goto(live_server.url + link(family, "nb"))
    for name, heading, direction in (
        ("العربية", "ما المهم بالنسبة لكم؟", "rtl"), ("Українська", "Що для вас важливо?", "ltr"),
        ("Polski", "Co jest dla Was ważne?", "ltr"), ("Nynorsk", "Kva er viktig for dykk?", "ltr"),
    ):  # fmt: skip
        page.get_by_role("link", name=name).tap()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        assert page.evaluate("document.documentElement.dir") == direction
        fine(page)
    context.close()


def test_by_keyboard_alone(page: Page, live_server: Any, family: Family) -> None:
    page.goto(live_server.url + link(family, "nb"))
    page.locator(".languages a").last.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Litt")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Ro")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Takk for svaret!")
    assert [(row.helpful, row.matters) for row in answers(family)] == [("partly", "Ro")]


def test_two_presses_are_one_answer(page: Page, live_server: Any, family: Family) -> None:
    page.goto(live_server.url + link(family, "nb"))
    page.get_by_role("radio", name="Ja", exact=True).check()
    page.get_by_role("button", name="Send svaret").dblclick()
    # The second press may have come after the first one's answer: then it says that there is one.
    expect(page.get_by_role("heading", level=1)).to_contain_text("Takk")
    assert len(answers(family)) == 1


def test_the_team_makes_a_link_and_the_sheet_prints_on_one_page(
    page: Page, live_server: Any, family: Family, tmp_path: Path
) -> None:
    from pypdf import PdfReader

    become(page, live_server, family.case_holder)
    page.goto(live_server.url + reverse("family-voice", args=[family.public_id]))
    page.get_by_role("link", name="Ny lenke til familien").click()
    page.get_by_label("Språk").select_option("ar")
    page.get_by_role("button", name="Lag lenke").click()
    address = page.get_by_label("Adressen").input_value()
    assert address.startswith(f"{live_server.url}/stemme/")
    assert "/stemme/ny/" in page.url
    assert address.rsplit("/", 2)[1] not in page.url
    assert page.locator(".sheet svg").bounding_box()
    assert page.evaluate("getComputedStyle(document.querySelector('.sheet')).direction") == "rtl"
    expect(page.get_by_role("button", name="Skriv ut arket")).to_be_visible()
    paper = tmp_path / "ark.pdf"
    page.pdf(path=paper, format="A4", prefer_css_page_size=True)
    pages = PdfReader(paper).pages
    assert len(pages) == 1
    assert family.reference not in pages[0].extract_text()
    page.get_by_role("link", name="Ferdig").click()
    expect(page.get_by_role("cell", name="Ikke brukt")).to_be_visible()
    page.get_by_role("button", name="Trekk tilbake").click()
    expect(page.get_by_text("Lenken er trukket tilbake og virker ikke lenger.")).to_be_visible()
    page.goto(live_server.url + reverse("family-voice-links", args=[family.public_id]))
    expect(page.get_by_role("cell", name="Trukket tilbake")).to_be_visible()
