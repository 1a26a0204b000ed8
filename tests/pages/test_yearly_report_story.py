"""A yearly report's whole story in a real browser: filled in on a phone, sent, returned, put right, accepted, and in a table.

One entry in the log of a measure is what the number of children is taken from.
"""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from grants.domain.tables import make_table
from grants.models import MeasureReport, ReportState, YearlyReport
from measures.domain.log import add_log_entry
from measures.models import Target
from organisation.models import User
from tests.factories import MeasureFactory, TargetFactory
from tests.pages.report_place import MEASURE_ANSWERS, UNIT_ANSWERS, YEAR, ReportPlace, make_place

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.console_error("422"),
    pytest.mark.console_error("409"),
]

REASON = "To søsken kom til etter at loggen var ført."


@pytest.fixture
def place(transactional_db: None) -> ReportPlace:
    """The measure is one of a plan, and what was logged on it in the year is 38 children."""
    place = make_place()
    measure = MeasureFactory(plan__municipality=place.municipality, responsible_unit=place.unit)
    target: Target = TargetFactory(measure=measure, name="barn og unge")
    day = datetime.date(YEAR, 7, 10)
    add_log_entry(
        measure=measure, text="Ferieleir for familier.", happened_on=day, by=place.caseworker, today=day,
        figures={target: Decimal(38)},
    )  # fmt: skip
    place.funded.measure, place.funded.children_target = measure, target
    place.funded.save()
    return place


class Desk:
    """The browser, and who sits at it."""

    def __init__(self, page: Page, server: Any, place: ReportPlace) -> None:
        self.page, self.server, self.place = page, server, place
        self.report = f"/tilskudd/arsrapporter/{place.report.public_id}/"

    def sit_down(self, user: User, path: str) -> None:
        """The log-in itself has tests of its own."""
        client = Client()
        client.force_login(user, backend="organisation.sign_in.RolesBackend")
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.clear_cookies()
        self.page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.server.url}]
        )
        self.go(path)

    def go(self, path: str) -> None:
        self.page.goto(self.server.url + path)

    def link(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def saved(self) -> None:
        expect(self.page.locator("[data-saved]")).to_be_visible()

    def answer(self, answers: dict[str, Any]) -> None:
        """By the column's name. What is known already is left as it is."""
        for name, value in answers.items():
            if self.question(name).get_attribute("data-known"):
                continue
            if isinstance(value, str | list):
                for code in [value] if isinstance(value, str) else value:
                    self.page.locator(f"[name='{name}'][value='{code}']").check()
            else:
                self.page.locator(f"[name='{name}']").fill(str(value))

    def question(self, name: str) -> Any:
        return self.page.locator(f"#question-{name}")


def test_from_a_log_entry_to_a_table(place: ReportPlace, live_server: Any, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    desk = Desk(page, live_server, place)
    fill_in(desk)
    send(desk)
    return_with_a_remark(desk)
    put_right_and_send_again(desk)
    accept(desk)
    find_it_in_a_table(desk)


def fill_in(desk: Desk) -> None:
    """From the list to the unit's form and on to the measure's, where the log's number is overridden with a reason."""
    page, place = desk.page, desk.place
    desk.sit_down(place.project_lead, "/tilskudd/arsrapporter/")
    expect(page.locator("tbody tr td[data-label='Besvart']")).to_contain_text(" av 2")
    page.get_by_role("link", name="Fortsett").click()
    desk.link("Fyll ut")
    expect(page.locator("[name='amount_received_nok']")).to_have_value("400\xa0000")
    desk.answer(UNIT_ANSWERS | {"reason_not_reached": "time"})  # 38 of 50 are not all
    desk.press("Lagre og gå videre")
    expect(page.locator("[name='children_reached']")).to_have_value("38")
    expect(desk.question("children_reached")).to_contain_text(f"Kilde: Loggen på tiltaket, 1 føring i {YEAR}.")
    desk.answer(MEASURE_ANSWERS)
    desk.saved()
    reason = page.locator("[name='why-children_reached']")
    expect(reason).to_be_hidden()
    page.locator("[name='children_reached']").fill("40")
    expect(reason).to_be_visible()
    reason.fill(REASON)
    desk.press("Lagre og se rapporten")
    form = MeasureReport.objects.get(pk=place.form.pk)
    assert form.children_reached == 40
    assert form.explanations == {"children_reached": REASON}


def send(desk: Desk) -> None:
    desk.sees("Alt er besvart.")
    desk.link("Send inn")
    desk.press("Send inn")
    desk.sees("Årsrapporten er sendt inn.")
    desk.sees(REASON)
    assert YearlyReport.objects.get(pk=desk.place.report.pk).state == ReportState.SUBMITTED


def return_with_a_remark(desk: Desk) -> None:
    page, place = desk.page, desk.place
    desk.sit_down(place.analyst, "/tilskudd/arsrapporter/")
    page.get_by_role("row").get_by_role("link", name=place.reporting_unit.name).click()
    desk.sees(REASON)
    desk.link("Send tilbake")
    page.get_by_label("Hva må de rette?", exact=True).fill("Tell barna en gang til.")
    page.get_by_label(f"Om «{place.form.title}»").fill("Er søsknene med i begge tallene?")
    desk.press("Send tilbake")
    desk.sees("Årsrapporten er sendt tilbake.")
    expect(page.get_by_text(REASON)).to_have_count(0)


def put_right_and_send_again(desk: Desk) -> None:
    page, place = desk.page, desk.place
    desk.sit_down(place.project_lead, desk.report)
    desk.sees("Er søsknene med i begge tallene?")
    page.get_by_role("link", name=f"Endre {place.form.title}").click()
    desk.sees("Er søsknene med i begge tallene?")
    page.locator("[name='children_reached']").fill("39")
    desk.saved()
    desk.press("Lagre og se rapporten")
    desk.link("Send inn")
    desk.press("Send inn")
    desk.sees("Årsrapporten er sendt inn.")


def accept(desk: Desk) -> None:
    desk.sit_down(desk.place.analyst, desk.report)
    desk.link("Godkjenn")
    desk.press("Godkjenn")
    desk.sees("Rapporten er godkjent og kan ikke endres.")
    desk.sit_down(desk.place.project_lead, desk.report)
    expect(desk.page.get_by_role("link", name="Endre", exact=False)).to_have_count(0)
    assert YearlyReport.objects.get(pk=desk.place.report.pk).state == ReportState.ACCEPTED


def find_it_in_a_table(desk: Desk) -> None:
    """Table 34: children and young people reached, by whom the measure is for."""
    table = make_table(34, scheme=desk.place.scheme, year=YEAR)
    (some,) = [row for row in table.rows if row.code == "some"]
    assert (some.values[0], some.base or table.n) == (39, 1)
    desk.sit_down(desk.place.analyst, f"/tilskudd/tabeller/34/?ar={YEAR}")
    row = desk.page.get_by_role("row").filter(has_text="rettet mot enkelte barn/unge/familier")
    expect(row).to_contain_text("39")


# Saved as one goes


def test_what_is_typed_is_saved_without_a_button(place: ReportPlace, live_server: Any, page: Page) -> None:
    desk = Desk(page, live_server, place)
    desk.sit_down(place.project_lead, f"{desk.report}tiltak/{place.form.public_id}/")
    desk.answer({"targeting": "all"})
    desk.saved()
    page.locator("[name='description']").fill("Leir i fjæra.")
    expect(page.locator("[name='version']")).to_have_value("3")
    form = MeasureReport.objects.get(pk=place.form.pk)
    assert (form.targeting, form.description) == ("all", "Leir i fjæra.")
    desk.link("Til rapporten")  # and nothing asks whether to leave what has been saved
    desk.sees("Leir i fjæra.")


def test_the_size_of_the_grant_follows_as_the_budget_is_typed(place: ReportPlace, live_server: Any, page: Page) -> None:
    desk = Desk(page, live_server, place)
    desk.sit_down(place.project_lead, f"{desk.report}tiltak/{place.form.public_id}/")
    expect(page.locator("[name='budget_class'][value='medium']")).to_be_checked()
    page.locator("[name='budget_nok']").fill("100 001")
    expect(page.locator("[name='budget_class'][value='large']")).to_be_checked()


def test_a_refused_saving_says_why_and_loses_nothing(place: ReportPlace, live_server: Any, page: Page) -> None:
    desk = Desk(page, live_server, place)
    desk.sit_down(place.project_lead, f"{desk.report}tiltak/{place.form.public_id}/")
    desk.answer({"targeting": "all"})
    page.locator("[name='children_reached']").fill("mange")
    expect(page.locator("#autosave")).to_contain_text("Ikke lagret ennå.")
    expect(page.locator("[name='children_reached']")).to_have_value("mange")
    assert MeasureReport.objects.get(pk=place.form.pk).children_reached is None
    page.locator("[name='children_reached']").fill("12")
    desk.saved()
    form = MeasureReport.objects.get(pk=place.form.pk)
    assert (form.targeting, form.children_reached) == ("all", 12)


def test_two_who_write_at_once_see_each_others_answers(place: ReportPlace, live_server: Any, page: Page) -> None:
    desk = Desk(page, live_server, place)
    desk.sit_down(place.project_lead, f"{desk.report}tiltak/{place.form.public_id}/")
    MeasureReport.objects.filter(pk=place.form.pk).update(targeting="all", version=place.form.version + 1)
    desk.answer({"targeting": "some"})
    expect(page.locator("#autosave")).to_contain_text("Noen andre har lagret")
    assert MeasureReport.objects.get(pk=place.form.pk).targeting == "all"
    desk.press("Lagre")
    desk.sees("Dette har dere endret")
    desk.sees("åpent for alle")
    page.get_by_label("Mitt, slik det står i feltet under").check()
    desk.press("Lagre")
    desk.sees("Svarene er lagret.")
    assert MeasureReport.objects.get(pk=place.form.pk).targeting == "some"


def test_a_button_waits_for_the_saving_that_is_under_way(place: ReportPlace, live_server: Any, page: Page) -> None:
    """Otherwise her own saving would stand against her as somebody else's."""
    desk = Desk(page, live_server, place)
    desk.sit_down(place.project_lead, f"{desk.report}tiltak/{place.form.public_id}/")
    held: list[Any] = []
    page.route("**/tiltak/**", lambda route: held.append(route) if not held else route.continue_())
    desk.answer({"targeting": "all"})
    page.wait_for_timeout(1_200)
    assert held, "nothing was being saved"
    desk.press("Lagre")
    held[0].continue_()
    desk.sees("Svarene er lagret.")
    expect(page.get_by_text("Dette har dere endret")).to_have_count(0)


@pytest.mark.console_error("401")
def test_a_session_that_has_ended_loses_nothing(place: ReportPlace, live_server: Any, page: Page) -> None:
    desk = Desk(page, live_server, place)
    form_path = f"{desk.report}tiltak/{place.form.public_id}/"
    desk.sit_down(place.project_lead, form_path)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("[name='description']").fill("Leir i fjæra.")
    expect(page.locator("#autosave")).to_contain_text("Du er logget ut.")
    desk.press("Lagre")
    desk.sees("vi tok vare på det du skrev")
    desk.sit_down(place.project_lead, form_path)
    desk.press("Bruk")
    expect(page.locator("[name='description']")).to_have_value("Leir i fjæra.")


@pytest.mark.console_error("Failed to load resource")
@pytest.mark.console_error("Failed to fetch")
def test_a_saving_that_reaches_nobody_says_so(place: ReportPlace, live_server: Any, page: Page) -> None:
    """Without a network, and where the server refuses without a word of its own; then all is well again."""
    desk = Desk(page, live_server, place)
    desk.sit_down(place.project_lead, f"{desk.report}tiltak/{place.form.public_id}/")
    text, status = page.locator("[name='description']"), page.locator("#autosave")
    page.context.set_offline(True)
    text.fill("Leir i")
    expect(status).to_contain_text("Ikke lagret. Vi fikk ikke kontakt.")
    page.context.set_offline(False)
    text.fill("Leir i fjæra")
    expect(status).to_contain_text("Lagret kl.")
    page.route("**/tiltak/**", lambda route: route.fulfill(status=403, body="Nei."))
    text.fill("Leir i fjæra.")
    expect(status).to_contain_text("Ikke lagret.")
    expect(text).to_have_value("Leir i fjæra.")
    assert MeasureReport.objects.get(pk=place.form.pk).description == "Leir i fjæra"


def test_the_forms_work_without_scripts(place: ReportPlace, live_server: Any, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, locale="nb-NO", viewport={"width": 390, "height": 844})
    page = context.new_page()
    desk = Desk(page, live_server, place)
    desk.sit_down(place.project_lead, f"{desk.report}tiltak/{place.form.public_id}/")
    page.locator("[name='children_reached']").fill("40")
    desk.question("children_reached").locator("summary").click()
    page.locator("[name='why-children_reached']").fill(REASON)
    desk.press("Lagre")
    desk.sees("Svarene er lagret.")
    assert MeasureReport.objects.get(pk=place.form.pk).explanations == {"children_reached": REASON}
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
