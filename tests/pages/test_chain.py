"""The product's chain in a real browser, with a real worker: log, confirm, close, make the PDF, find the words in it."""

import datetime
import io
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from organisation.models import Document, DocumentJob, JobState, Role, User
from organisation.periods import HalfYear
from reporting.models import ReportVersion
from tests.factories import PASSWORD
from tests.pages.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]

SENTENCE = "Tolv familier fikk hjelp til å søke om bostøtte på Møllenberg."


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world(timezone.localdate())


def log_in(page: Page, server: Any, user: User) -> None:
    page.context.clear_cookies()
    page.goto(server.url + "/logg-inn/")
    page.get_by_label("E-postadresse").fill(user.email)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Logg inn").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_from_a_log_entry_to_the_words_in_the_pdf(
    world: World, worker_process: Any, live_server: Any, page: Page, tmp_path: Any
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    half = HalfYear.of(timezone.localdate()).previous()
    log_on_a_phone(page, live_server, world, half.last_day)
    confirm_as_leader(page, live_server, world)
    close_as_coordinator(page, live_server, world)
    path = tmp_path / "rapport.pdf"
    # The worker makes the report while the page shows how far it has come.
    link = page.get_by_role("link", name="Last ned PDF")
    expect(link).to_be_visible(timeout=90_000)
    with page.expect_download() as download:
        link.click()
    download.value.save_as(path)
    text = " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(path.read_bytes())).pages).split())
    assert SENTENCE in text
    version = ReportVersion.objects.get(report__round=world.round)
    assert version.document.job.state == JobState.DONE
    assert version.document.job.attempts == 1


def log_on_a_phone(page: Page, server: Any, world: World, day: datetime.date) -> None:
    """Three interactions from the first page: Loggfør, write, Lagre. (The date is moved: the round is on last half-year.)"""
    log_in(page, server, world.users[Role.CASEWORKER])
    page.get_by_role("link", name=f"Loggfør på {world.measure.title}").click()
    text = page.get_by_label("Hva ble gjort?")
    expect(text).to_be_focused()
    page.keyboard.type(SENTENCE)
    page.get_by_label("Dato").fill(day.isoformat())
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_text("Lagret på")).to_be_visible()
    assert world.measure.log_entries.filter(text=SENTENCE, happened_on=day).count() == 1


def confirm_as_leader(page: Page, server: Any, world: World) -> None:
    """One button for what is already filled in."""
    log_in(page, server, world.users[Role.UNIT_LEADER])
    waiting = page.get_by_role("listitem").filter(has_text=SENTENCE)
    waiting.get_by_role("button", name="Bekreft").click()
    expect(page.get_by_text("Bidraget er bekreftet.")).to_be_visible()


def close_as_coordinator(page: Page, server: Any, world: World) -> None:
    log_in(page, server, world.users[Role.COORDINATOR])
    page.get_by_role("link", name=world.round.period.label).first.click()
    page.get_by_role("link", name="Lukk runden").click()
    expect(page.get_by_text("1 tiltak er ikke bekreftet")).to_be_visible()
    page.get_by_role("button", name="Lukk runden og lag rapporten").click()
    expect(page.get_by_role("progressbar").or_(page.get_by_role("link", name="Last ned PDF"))).to_be_visible()
    assert SENTENCE in page.content()


def test_the_same_chain_without_javascript(world: World, live_server: Any, browser: Any) -> None:
    """Logging, undoing and confirming work with scripts switched off."""
    context = browser.new_context(java_script_enabled=False, locale="nb-NO")
    page = context.new_page()
    log_in(page, live_server, world.users[Role.CASEWORKER])
    page.get_by_role("link", name=f"Loggfør på {world.measure.title}").click()
    page.get_by_label("Hva ble gjort?").fill(SENTENCE)
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_text("Loggføringen er lagret.")).to_be_visible()
    expect(page.get_by_text(SENTENCE)).to_be_visible()
    page.get_by_role("button", name="Angre").click()
    expect(page.get_by_text("Loggføringen er trukket tilbake.")).to_be_visible()
    expect(page.get_by_text(SENTENCE)).to_have_count(0)
    log_in(page, live_server, world.users[Role.UNIT_LEADER])
    page.get_by_role("link", name="Skriv", exact=False).first.click()
    page.get_by_label("Tekst til rapporten").fill(SENTENCE)
    page.get_by_role("button", name="Bekreft", exact=True).click()
    expect(page.get_by_text("Bidraget er bekreftet.")).to_be_visible()
    context.close()


@pytest.mark.console_error("422")
def test_a_refused_entry_keeps_what_was_typed(world: World, live_server: Any, page: Page) -> None:
    """In place, on the first page: the message stands at the field, the text in the box."""
    log_in(page, live_server, world.users[Role.CASEWORKER])
    page.get_by_role("link", name=f"Loggfør på {world.measure.title}").click()
    page.get_by_label("Hva ble gjort?").fill(SENTENCE)
    closed = HalfYear.of(timezone.localdate()).previous().previous().last_day
    page.get_by_label("Dato").fill(closed.isoformat())
    page.get_by_role("button", name="Lagre").click()
    expect(page.locator(".ds-validation-message").filter(has_text="rapportert og lukket")).to_be_visible()
    expect(page.get_by_label("Hva ble gjort?")).to_have_value(SENTENCE)
    assert not world.measure.log_entries.filter(text=SENTENCE).exists()


def test_the_quick_form_fits_a_phone(world: World, live_server: Any, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, live_server, world.users[Role.CASEWORKER])
    page.get_by_role("link", name=f"Loggfør på {world.measure.title}").click()
    expect(page.get_by_label("Hva ble gjort?")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="Avbryt").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_failed_report_says_why_and_can_be_tried_again(
    world: World, live_server: Any, page: Page, start_worker: Any
) -> None:
    report = world.report
    Document.objects.filter(report=report).update(file="")
    DocumentJob.objects.filter(document__report=report).update(state=JobState.FAILED, error="Det var ikke nok minne.")
    log_in(page, live_server, world.users[Role.COORDINATOR])
    page.goto(f"{live_server.url}/rapporter/{report.public_id}/")
    expect(page.get_by_text("Det var ikke nok minne.")).to_be_visible()
    start_worker()
    page.get_by_role("button", name="Prøv igjen").click()
    expect(page.get_by_role("link", name="Last ned PDF")).to_be_visible(timeout=90_000)
    page.get_by_role("button", name="Publiser for formannskapet").click()
    expect(page.get_by_text("Rapporten er publisert.")).to_be_visible()
