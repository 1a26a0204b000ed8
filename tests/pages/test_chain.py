"""The product's chain in a real browser, with a real worker: log, confirm, close, send, approve, publish, read the words."""

import datetime
import io
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from organisation.models import Document, DocumentJob, JobState, Role, User
from organisation.periods import HalfYear
from reporting.domain.report import send_for_review
from reporting.domain.round import close_round
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
    confirm_and_send(page)
    approve_as_project_lead(page, live_server, world)
    # The worker makes the report while the page shows how far it has come.
    expect(page.get_by_role("link", name="Last ned PDF")).to_be_visible(timeout=90_000)
    log_in(page, live_server, world.users[Role.COORDINATOR])
    page.goto(f"{live_server.url}{report_address(world)}")
    page.get_by_role("link", name="Publiser", exact=True).click()
    page.get_by_role("button", name="Publiser", exact=True).click()
    expect(page.get_by_text("Formannskapet kan lese den nå.")).to_be_visible()
    read_as_board(page, live_server, world, tmp_path / "rapport.pdf")
    version = ReportVersion.objects.get(report__round=world.round)
    assert version.document.job.state == JobState.DONE
    assert version.document.job.attempts == 1
    assert (version.sent_by, version.approved_by) == (world.users[Role.COORDINATOR], world.users[Role.PROJECT_LEAD])


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
    expect(page.get_by_text("Utkast", exact=True)).to_be_visible()
    expect(page.get_by_text(SENTENCE).first).to_be_visible()


def report_address(world: World) -> str:
    return f"/rapporter/{ReportVersion.objects.get(report__round=world.round).report.public_id}/"


def confirm_and_send(page: Page) -> None:
    """What nobody has confirmed yet is read and confirmed, and the report goes to somebody else."""
    page.get_by_role("link", name="Les og bekreft").click()
    page.get_by_role("button", name="Bekreft alle").click()
    expect(page.get_by_text("Alle tekstene er bekreftet.")).to_be_visible()
    page.get_by_role("link", name="Til rapporten").click()
    page.get_by_role("link", name="Send til gjennomgang").click()
    page.get_by_role("button", name="Send til gjennomgang").click()
    expect(page.get_by_text("Rapporten er sendt til gjennomgang.")).to_be_visible()


def approve_as_project_lead(page: Page, server: Any, world: World) -> None:
    """From her notice to the report, and on."""
    log_in(page, server, world.users[Role.PROJECT_LEAD])
    page.goto(f"{server.url}/varsler/")
    expect(page.get_by_text("er sendt til gjennomgang").first).to_be_visible()
    page.goto(f"{server.url}{report_address(world)}")
    page.get_by_role("link", name="Godkjenn").click()
    page.get_by_role("button", name="Godkjenn").click()
    expect(page.get_by_text("Rapporten er godkjent.")).to_be_visible()


def read_as_board(page: Page, server: Any, world: World, path: Any) -> None:
    """The words on the page are those in the file."""
    log_in(page, server, world.users[Role.BOARD_MEMBER])
    page.goto(f"{server.url}/rapporter/")
    page.get_by_role("link", name=ReportVersion.objects.get(report__round=world.round).report.title, exact=True).click()
    expect(page.get_by_text(SENTENCE).first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Last ned PDF").click()
    download.value.save_as(path)
    text = " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(path.read_bytes())).pages).split())
    assert SENTENCE in text


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
    Document.objects.filter(report_version__report=report).update(file="")
    jobs = DocumentJob.objects.filter(document__report_version__report=report)
    jobs.update(state=JobState.FAILED, error="Det var ikke nok minne.")
    log_in(page, live_server, world.users[Role.COORDINATOR])
    page.goto(f"{live_server.url}/rapporter/{report.public_id}/")
    expect(page.get_by_text("Det var ikke nok minne.")).to_be_visible()
    start_worker()
    page.get_by_role("button", name="Prøv igjen").click()
    expect(page.get_by_role("link", name="Last ned PDF")).to_be_visible(timeout=90_000)
    page.get_by_role("link", name="Publiser", exact=True).click()
    page.get_by_role("button", name="Publiser", exact=True).click()
    expect(page.get_by_text("Rapporten er publisert.")).to_be_visible()


def test_a_report_is_returned_on_a_phone_put_right_and_approved(world: World, live_server: Any, page: Page) -> None:
    """The reviewer reads it on her phone, says what is wrong beside a section, and sends it back; the author puts it right."""
    page.set_viewport_size({"width": 390, "height": 844})
    by = world.users[Role.COORDINATOR]
    draft = close_round(
        round=world.round, version=world.round.version, by=by, on=timezone.localdate(), at=timezone.now()
    )
    send_for_review(draft=draft, version=draft.version, by=by, at=timezone.now())
    address = f"{live_server.url}{report_address(world)}"
    log_in(page, live_server, world.users[Role.PROJECT_LEAD])
    page.goto(address)
    fits(page)
    page.get_by_role("link", name="Kommenter «Status i tall»").click()
    page.get_by_label("Kommentar").fill("Tallet på tiltak stemmer ikke.")
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_text("Tallet på tiltak stemmer ikke.")).to_be_visible()
    page.get_by_role("link", name="Send tilbake").click()
    fits(page)
    page.get_by_label("Hva må endres?").fill("Skriv et sammendrag.")
    page.get_by_role("button", name="Send tilbake").click()
    expect(page.get_by_text("Rapporten er et utkast igjen.")).to_be_visible()
    log_in(page, live_server, by)
    page.goto(address)
    fits(page)
    expect(page.get_by_text("Skriv et sammendrag.")).to_be_visible()
    page.get_by_role("button", name="Merk som ferdig").click()
    expect(page.get_by_text("Kommentaren er merket som ferdig.")).to_be_visible()
    page.goto(f"{address}tekster/?vis=alle")
    fits(page)
    page.get_by_role("link", name="Skriv tekst Sammendrag", exact=True).click()
    page.get_by_label("Tekst", exact=False).fill("Halvåret gikk som planlagt.")
    page.get_by_role("button", name="Lagre").click()
    page.get_by_role("button", name="Bekreft alle").click()
    page.goto(f"{address}send/")
    page.get_by_role("button", name="Send til gjennomgang").click()
    log_in(page, live_server, world.users[Role.PROJECT_LEAD])
    page.goto(address)
    expect(page.get_by_text("Halvåret gikk som planlagt.")).to_be_visible()
    page.get_by_role("link", name="Godkjenn").click()
    page.get_by_role("button", name="Godkjenn").click()
    expect(page.get_by_text("Rapporten er godkjent.")).to_be_visible()
    assert ReportVersion.objects.get(pk=draft.pk).approved_by == world.users[Role.PROJECT_LEAD]


def fits(page: Page) -> None:
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, page.url
