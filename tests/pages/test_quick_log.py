"""Logging when things go wrong: a double click, a session that ended, a second thought; in a real browser."""

import datetime
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from playwright.sync_api import Page, expect

from measures.domain.log import correct_log_entry, withdraw_log_entry
from measures.models import LogEntry
from organisation.models import DocumentJob, JobState, Role
from tests.at_once import at_once
from tests.factories import PASSWORD
from tests.pages.test_chain import log_in
from tests.pages.world import World, make_world

TEXT = "Tolv familier fikk hjelp på Møllenberg."
in_browser = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world(timezone.localdate())


def entries(text: str = TEXT) -> Any:
    return LogEntry.objects.filter(text=text)


def open_quick_form(page: Page, server: Any, world: World) -> None:
    log_in(page, server, world.users[Role.CASEWORKER])
    page.get_by_role("link", name=f"Loggfør på {world.measure.title}").click()
    expect(page.get_by_label("Hva ble gjort?")).to_be_focused()


def open_full_form(page: Page, server: Any, world: World) -> None:
    log_in(page, server, world.users[Role.CASEWORKER])
    page.goto(server.url + reverse("log-new", args=[world.measure.public_id]))


def log_in_elsewhere(page: Page, server: Any, world: World, role: Role = Role.CASEWORKER) -> None:
    """In another tab of the same browser."""
    tab = page.context.new_page()
    tab.goto(server.url + "/logg-inn/")
    fill_log_in(tab, world, role)
    tab.close()


def fill_log_in(page: Page, world: World, role: Role = Role.CASEWORKER) -> None:
    page.get_by_label("E-postadresse").fill(world.users[role].email)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Logg inn").click()
    expect(page.locator(".user-menu")).to_be_visible()


def drafts_in(page: Page) -> int:
    return int(page.evaluate("sessionStorage.length"))


class TestOnce:
    pytestmark = in_browser

    def test_a_double_click_in_the_quick_form(self, world: World, live_server: Any, page: Page) -> None:
        open_quick_form(page, live_server, world)
        page.get_by_label("Hva ble gjort?").fill(TEXT)
        sent = []
        page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
        page.get_by_role("button", name="Lagre").dblclick()
        expect(page.get_by_text("Lagret på")).to_be_visible()
        page.wait_for_timeout(300)
        assert len(sent) == 1
        assert entries().count() == 1

    def test_a_double_click_without_javascript(self, world: World, live_server: Any, browser: Any) -> None:
        context = browser.new_context(java_script_enabled=False, locale="nb-NO")
        page = context.new_page()
        open_full_form(page, live_server, world)
        page.get_by_label("Hva ble gjort?").fill(TEXT)
        page.get_by_role("button", name="Lagre").dblclick()
        expect(page.get_by_text("Loggføringen er lagret.").first).to_be_visible()
        assert entries().count() == 1
        context.close()

    @pytest.mark.console_error("422")
    def test_back_and_another_text_is_neither_dropped_nor_doubled(
        self, world: World, live_server: Any, page: Page
    ) -> None:
        open_full_form(page, live_server, world)
        page.get_by_label("Hva ble gjort?").fill(TEXT)
        page.get_by_role("button", name="Lagre").click()
        expect(page.get_by_text("Loggføringen er lagret.")).to_be_visible()
        page.go_back()
        page.get_by_label("Hva ble gjort?").fill("Enda et møte.")
        form_key = page.locator("[name$=form_key]").input_value()
        page.get_by_role("button", name="Lagre").click()
        if LogEntry.objects.get(text=TEXT).form_key == form_key:  # the browser kept the page as it was
            expect(page.get_by_text("Dette skjemaet er lagret før.")).to_be_visible()
            page.get_by_role("button", name="Lagre").click()
        expect(page.get_by_text("Loggføringen er lagret.")).to_be_visible()
        assert (entries().count(), entries("Enda et møte.").count()) == (1, 1)


def fields_for(world: World, page: str, **changes: Any) -> dict[str, Any]:
    """What the form on a page sends, with its key."""
    prefix = world.measure.public_id
    key = re.search(r'name="[^"]*form_key" value="([^"]+)"', page)
    assert key, "the form has no key"
    fields = {"text": TEXT, "happened_on": timezone.localdate().isoformat(), "kind": "activity", "form_key": key[1]}
    return {f"{prefix}-{name}": value for name, value in (fields | changes).items()}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "quick"])
def test_the_same_form_from_two_connections_at_once(headers: dict[str, str], world: World, client_for: Any) -> None:
    clients: list[Client] = [client_for(world.users[Role.CASEWORKER]) for _ in range(2)]
    url = reverse("log-new", args=[world.measure.public_id])
    fields = fields_for(world, clients[0].get(url, headers=headers).content.decode())
    answers = at_once(*(lambda c=c: c.post(url, fields, headers=headers) for c in clients))
    assert [answer.status_code for answer in answers] == ([200, 200] if headers else [302, 302])
    assert entries().count() == 1
    if headers:
        assert all("Lagret på" in answer.content.decode() for answer in answers)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["kort", "a" * 21, "A" * 12, "a" * 12 + "\n", "' OR 1=1 --abc"])
def test_a_key_that_is_none(key: str, world: World, client_for: Any) -> None:
    client = client_for(world.users[Role.CASEWORKER])
    url = reverse("log-new", args=[world.measure.public_id])
    answer = client.post(url, fields_for(world, client.get(url).content.decode(), form_key=key))
    assert answer.status_code == 422
    assert "Skjemaet kom ikke helt fram." in answer.content.decode()
    assert not entries().exists()


class TestTheSessionEnded:
    pytestmark = [*in_browser, pytest.mark.console_error("401")]

    def test_the_quick_form_stays_and_can_be_saved_after_a_log_in_in_another_tab(
        self, world: World, live_server: Any, page: Page
    ) -> None:
        open_quick_form(page, live_server, world)
        page.get_by_label("Hva ble gjort?").fill(TEXT)
        Session.objects.all().delete()
        page.get_by_role("button", name="Lagre").click()
        notice = page.get_by_role("alert").filter(has_text="Du er logget ut.")
        expect(notice).to_contain_text("Det du skrev, står fortsatt her.")
        expect(notice).to_be_focused()
        expect(page.get_by_label("Passord")).to_have_count(0)
        expect(page.get_by_label("Hva ble gjort?")).to_have_value(TEXT)
        assert notice.get_by_role("link", name="Logg inn").get_attribute("target") == "_blank"
        page.get_by_role("button", name="Lagre").click()
        expect(page.locator("[data-logged-out]")).to_have_count(1)
        log_in_elsewhere(page, live_server, world)
        page.get_by_role("button", name="Lagre").click()
        expect(page.get_by_text("Lagret på")).to_be_visible()
        expect(page.locator("[data-logged-out]")).to_have_count(0)
        assert entries().count() == 1

    def test_the_full_form_is_offered_again_after_a_log_in_in_the_same_tab(
        self, world: World, live_server: Any, page: Page
    ) -> None:
        open_full_form(page, live_server, world)
        page.get_by_label("Hva ble gjort?").fill(TEXT)
        Session.objects.all().delete()
        with page.expect_response(lambda answer: answer.status == 401):
            page.get_by_role("button", name="Lagre").click()
        expect(page.get_by_text("vi tok vare på det du skrev")).to_be_visible()
        expect(page.get_by_text("Ingenting er lagret. Går du tilbake")).to_be_hidden()
        page.get_by_role("main").get_by_role("link", name="Logg inn").click()
        fill_log_in(page, world)
        expect(page.get_by_label("Hva ble gjort?")).to_have_value("")
        expect(page.locator("[data-draft]")).to_be_focused()
        page.get_by_role("button", name="Bruk").click()
        expect(page.get_by_label("Hva ble gjort?")).to_have_value(TEXT)
        expect(page.get_by_label("Hva ble gjort?")).to_be_focused()
        page.get_by_role("button", name="Lagre").click()
        expect(page.get_by_text("Loggføringen er lagret.")).to_be_visible()
        assert entries().count() == 1
        assert drafts_in(page) == 0

    def test_what_was_kept_can_be_thrown_away(self, world: World, live_server: Any, page: Page) -> None:
        self.lose(page, live_server, world)
        page.get_by_role("main").get_by_role("link", name="Logg inn").click()
        fill_log_in(page, world)
        page.get_by_role("button", name="Forkast").click()
        expect(page.locator("[data-draft]")).to_have_count(0)
        assert drafts_in(page) == 0
        page.reload()
        expect(page.locator("[data-draft]")).to_have_count(0)

    def test_another_user_never_sees_it(self, world: World, live_server: Any, page: Page) -> None:
        self.lose(page, live_server, world)
        page.get_by_role("main").get_by_role("link", name="Logg inn").click()
        fill_log_in(page, world, Role.UNIT_LEADER)
        expect(page.get_by_label("Hva ble gjort?")).to_be_visible()
        expect(page.locator("[data-draft]")).to_have_count(0)
        assert drafts_in(page) == 0

    def test_it_is_gone_after_logging_out(self, world: World, live_server: Any, page: Page) -> None:
        self.lose(page, live_server, world)
        page.goto(live_server.url + "/logg-inn/")
        fill_log_in(page, world)
        assert drafts_in(page) == 1
        page.locator(".user-menu summary").click()
        page.get_by_role("button", name="Logg ut").click()
        expect(page.get_by_role("heading", name="Logg inn")).to_be_visible()
        assert drafts_in(page) == 0

    def test_a_log_out_in_another_tab_clears_this_one(self, world: World, live_server: Any, page: Page) -> None:
        self.lose(page, live_server, world)
        log_in_elsewhere(page, live_server, world)
        tab = page.context.new_page()
        tab.goto(live_server.url)
        tab.locator(".user-menu summary").click()
        tab.get_by_role("button", name="Logg ut").click()
        expect(tab.get_by_role("heading", name="Logg inn")).to_be_visible()
        page.wait_for_function("sessionStorage.length === 0")

    def test_going_back_and_saving_works_after_a_log_in_in_another_tab(
        self, world: World, live_server: Any, page: Page
    ) -> None:
        self.lose(page, live_server, world)
        log_in_elsewhere(page, live_server, world)
        page.go_back()
        text = page.get_by_label("Hva ble gjort?")
        expect(text).to_be_visible()
        if page.get_by_role("button", name="Bruk").count():  # the browser didn't keep the page
            page.get_by_role("button", name="Bruk").click()
        expect(text).to_have_value(TEXT)
        page.get_by_role("button", name="Lagre").click()
        expect(page.get_by_text("Loggføringen er lagret.")).to_be_visible()
        assert entries().count() == 1

    def test_opening_the_quick_form_says_so(self, world: World, live_server: Any, page: Page) -> None:
        log_in(page, live_server, world.users[Role.CASEWORKER])
        Session.objects.all().delete()
        page.get_by_role("link", name=f"Loggfør på {world.measure.title}").click()
        notice = page.get_by_role("alert").filter(has_text="Du er logget ut.")
        expect(notice).to_be_visible()
        expect(notice).not_to_contain_text("Det du skrev")

    def lose(self, page: Page, server: Any, world: World) -> None:
        open_full_form(page, server, world)
        page.get_by_label("Hva ble gjort?").fill(TEXT)
        Session.objects.all().delete()
        page.get_by_role("button", name="Lagre").click()
        expect(page.get_by_role("heading", name="Du er logget ut")).to_be_visible()
        assert drafts_in(page) == 1


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.console_error("403")
def test_a_form_without_a_valid_token_is_offered_again(world: World, live_server: Any, page: Page) -> None:
    open_full_form(page, live_server, world)
    page.get_by_label("Hva ble gjort?").fill(TEXT)
    page.context.clear_cookies(name="csrftoken")
    page.get_by_role("button", name="Lagre").click()
    expect(page.get_by_role("heading", name="Siden var åpen for lenge")).to_be_visible()
    page.get_by_role("link", name="Åpne skjemaet på nytt").click()
    page.get_by_role("button", name="Bruk").click()
    expect(page.get_by_label("Hva ble gjort?")).to_have_value(TEXT)


@pytest.mark.django_db
class TestStrangers:
    def test_htmx_gets_a_bare_401(self, world: World, client: Client) -> None:
        for send in (client.get, client.post):
            answer = send(reverse("log-new", args=[world.measure.public_id]), headers={"HX-Request": "true"})
            assert (answer.status_code, answer.content) == (401, b"")

    def test_a_form_gets_a_page_with_the_way_back(self, world: World, client: Client) -> None:
        url = reverse("log-new", args=[world.measure.public_id])
        answer = client.post(url, {"text": TEXT}, headers={"Referer": f"http://testserver{url}?a=b"})
        page = answer.content.decode()
        assert answer.status_code == 401
        assert "Du er logget ut" in page and TEXT not in page
        assert answer.context["login_url"] == f"/logg-inn/?next={url.replace('/', '%2F')}%3Fa%3Db"

    @pytest.mark.parametrize("referer", ["", "https://evil.example/x", "//evil.example/", "javascript:alert(1)"])
    def test_the_way_back_never_leads_away(self, referer: str, world: World, client: Client) -> None:
        url = reverse("log-new", args=[world.measure.public_id])
        answer = client.post(url, {}, headers={"Referer": referer} if referer else {})
        assert answer.context["login_url"] == "/logg-inn/?next=%2F"


class TestCard:
    """What the card of the measure tells on the first page, once something has been logged on it."""

    pytestmark = in_browser

    def told(self, day: datetime.date) -> str:
        return f"sist loggført {date_format(day)}"

    def test_in_place(self, world: World, live_server: Any, page: Page) -> None:
        open_quick_form(page, live_server, world)
        card = page.locator(".work-item").filter(has=page.locator(".quick-log"))
        expect(card).to_contain_text("Skulle vært evaluert")
        expect(card).not_to_contain_text(self.told(timezone.localdate()))
        page.get_by_label("Hva ble gjort?").fill(TEXT)
        page.get_by_text("Evaluering og vedlegg").click()
        page.get_by_label("Dette er evalueringen av tiltaket").check()
        page.get_by_role("button", name="Lagre").click()
        card = page.locator(".work-item").filter(has=page.locator(".logged"))
        expect(card).to_contain_text(self.told(timezone.localdate()))
        expect(card).not_to_contain_text("Skulle vært evaluert")
        expect(page.locator(".logged")).to_be_focused()
        assert card.locator("p", has_text="sist loggført").count() == 1

    def test_without_javascript(self, world: World, live_server: Any, browser: Any) -> None:
        context = browser.new_context(java_script_enabled=False, locale="nb-NO")
        page = context.new_page()
        log_in(page, live_server, world.users[Role.CASEWORKER])
        page.get_by_role("link", name=f"Loggfør på {world.measure.title}").click()
        page.get_by_label("Hva ble gjort?").fill(TEXT)
        page.get_by_role("button", name="Lagre").click()
        expect(page.get_by_text("Loggføringen er lagret.").first).to_be_visible()
        page.goto(live_server.url)
        card = page.locator(".work-item").filter(has_text=world.measure.title)
        expect(card).to_contain_text(self.told(timezone.localdate()))
        context.close()


class TestFocus:
    pytestmark = in_browser

    def test_after_saving_it_is_on_what_was_saved(self, world: World, live_server: Any, page: Page) -> None:
        open_quick_form(page, live_server, world)
        page.get_by_label("Hva ble gjort?").fill(TEXT)
        page.get_by_role("button", name="Lagre").click()
        expect(page.locator(".logged")).to_be_focused()

    @pytest.mark.console_error("422")
    def test_after_an_error_it_is_on_the_summary_which_leads_to_the_field(
        self, world: World, live_server: Any, page: Page
    ) -> None:
        open_quick_form(page, live_server, world)
        page.get_by_label("Dato").fill("")
        page.get_by_role("button", name="Lagre").click()
        summary = page.locator(".ds-error-summary")
        expect(summary).to_be_focused()
        expect(summary.get_by_role("heading", name="Noe må rettes før du kan lagre")).to_be_visible()
        expect(summary.get_by_role("link")).to_have_text(["Skriv hva som ble gjort.", re.compile("^Dato: ")])
        summary.get_by_role("link", name="Skriv hva som ble gjort.").click()
        expect(page.get_by_label("Hva ble gjort?")).to_be_focused()

    def test_pressing_the_button_again_leads_back_to_the_open_form(
        self, world: World, live_server: Any, page: Page
    ) -> None:
        open_quick_form(page, live_server, world)
        page.get_by_label("Hva ble gjort?").fill(TEXT)
        page.get_by_role("link", name=f"Loggfør på {world.measure.title}").click()
        page.wait_for_timeout(300)
        expect(page.get_by_label("Hva ble gjort?")).to_have_value(TEXT)
        expect(page.get_by_label("Hva ble gjort?")).to_be_focused()

    @pytest.mark.parametrize("place", ["home", "measure"])
    def test_cancel_closes_the_form_where_it_is(self, place: str, world: World, live_server: Any, page: Page) -> None:
        dialogs = []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.accept()))
        log_in(page, live_server, world.users[Role.CASEWORKER])
        if place == "measure":
            page.goto(live_server.url + reverse("measure", args=[world.measure.public_id]))
        address = page.url
        opener = page.get_by_role("link", name="Loggfør").first
        opener.click()
        page.get_by_label("Hva ble gjort?").press_sequentially("Noe")
        page.get_by_role("link", name="Avbryt").click()
        expect(page.locator(".quick-log")).to_have_count(0)
        expect(opener).to_be_focused()
        assert page.url == address
        page.reload()
        assert dialogs == []

    def test_leaving_the_page_with_typed_text_asks(self, world: World, live_server: Any, page: Page) -> None:
        dialogs = []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.type), dialog.accept()))
        open_quick_form(page, live_server, world)
        page.get_by_label("Hva ble gjort?").press_sequentially("Noe")
        page.reload()
        assert dialogs == ["beforeunload"]


@pytest.mark.django_db
class TestCorrecting:
    def entry(self, world: World) -> LogEntry:
        from measures.domain.log import add_log_entry

        today = timezone.localdate()
        by = world.users[Role.CASEWORKER]
        return add_log_entry(measure=world.measure, text="Opprinnelig.", happened_on=today, by=by, today=today)

    def fields(self, text: str = TEXT, day: datetime.date | None = None) -> dict[str, str]:
        return {"text": text, "happened_on": (day or timezone.localdate()).isoformat(), "kind": "activity"}

    def test_sent_twice_it_is_answered_twice_and_written_once(self, world: World, client_for: Any) -> None:
        client, entry = client_for(world.users[Role.CASEWORKER]), self.entry(world)
        url = reverse("log-correct", args=[entry.public_id])
        assert [client.post(url, self.fields()).status_code for _ in range(2)] == [302, 302]
        assert entries().count() == 1

    def test_another_text_after_a_correction_is_refused_with_the_way_to_all_versions(
        self, world: World, client_for: Any
    ) -> None:
        client, entry = client_for(world.users[Role.CASEWORKER]), self.entry(world)
        url = reverse("log-correct", args=[entry.public_id])
        client.post(url, self.fields("Rettet."))
        answer = client.post(url, self.fields())
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Loggføringen er rettet i mellomtiden" in page and "Noen andre" not in page
        assert f'href="{reverse("log-versions", args=[entry.thread])}"' in page
        assert TEXT in page and "Trekk tilbake" not in page

    def test_an_entry_that_is_no_longer_current_has_no_form(self, world: World, client_for: Any) -> None:
        client, entry = client_for(world.users[Role.CASEWORKER]), self.entry(world)
        today, by = timezone.localdate(), world.users[Role.CASEWORKER]
        newer = correct_log_entry(entry=entry, text="Rettet.", happened_on=today, by=by, today=today, kind="activity")
        answer = client.get(reverse("log-correct", args=[entry.public_id]), follow=True)
        assert answer.redirect_chain == [(reverse("measure", args=[world.measure.public_id]), 302)]
        assert "Loggføringen er rettet i mellomtiden." in answer.content.decode()
        withdrawn = withdraw_log_entry(entry=newer, by=by)
        for gone in (newer, withdrawn):
            answer = client.get(reverse("log-correct", args=[gone.public_id]), follow=True)
            assert "Loggføringen er trukket tilbake og kan ikke rettes." in answer.content.decode()
        assert client.get(reverse("log-correct", args=[self.entry(world).public_id])).status_code == 200


class TestProgress:
    @pytest.mark.django_db
    def test_the_page_is_fetched_anew_when_the_job_is_over(self, world: World, client_for: Any) -> None:
        client = client_for(world.users[Role.COORDINATOR])
        url = reverse("report-progress", args=[world.report.public_id])
        assert client.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
        assert "HX-Refresh" not in client.get(url)
        DocumentJob.objects.filter(document__report_version__report=world.report).update(
            state=JobState.QUEUED, finished_at=None
        )
        answer = client.get(url, headers={"HX-Request": "true"})
        assert "HX-Refresh" not in answer
        assert 'hx-trigger="every 1s"' in answer.content.decode()

    @pytest.mark.browser
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.console_error("503")
    def test_a_failed_poll_does_not_stop_it(self, world: World, live_server: Any, page: Page) -> None:
        job = DocumentJob.objects.filter(document__report_version__report=world.report)
        finished = job.get().finished_at
        job.update(state=JobState.QUEUED, finished_at=None)
        log_in(page, live_server, world.users[Role.COORDINATOR])
        polls = []
        url = re.compile(re.escape(reverse("report-progress", args=[world.report.public_id])))
        page.route(
            url, lambda route: (polls.append(1), route.fulfill(status=503) if len(polls) == 1 else route.continue_())
        )
        page.goto(live_server.url + reverse("report", args=[world.report.public_id]))
        download = page.get_by_role("link", name="Last ned PDF")
        expect(page.get_by_role("progressbar")).to_be_visible()
        expect(download).to_have_count(0)
        page.wait_for_timeout(2500)
        assert len(polls) >= 2
        job.update(state=JobState.DONE, finished_at=finished)
        expect(download).to_be_visible()
        expect(page.get_by_role("progressbar")).to_have_count(0)
