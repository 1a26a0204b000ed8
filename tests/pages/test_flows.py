"""The main tasks, each done in three ways: with the keyboard alone, without scripts, and on a phone."""

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from grants.models import PaymentProposal, ScoreSheet
from grants.models.spending import ProposalState
from measures.models import LogEntry
from organisation.models import Role, User
from reporting.models import Contribution, ReportVersion, VersionState
from tests.factories import PASSWORD
from tests.pages.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SENTENCE = "Fritidsklubben holdt åpent to kvelder i uka."
PHONE = {"width": 390, "height": 844}
# More presses than any page has stops: whoever needs them all sits in a trap.
MOST_STOPS = 150
HAS_FOCUS = "node => document.activeElement === node"
# A date shows the focus on the day, the month or the year, which are its own parts.
UNSEEN = """() => {
  const node = document.activeElement;
  return node === document.body || node.matches(":focus-visible, [type=date]") ? "" : node.outerHTML.slice(0, 160);
}"""


class Hand:
    """How somebody uses a page: this one points and presses, and needs no scripts."""

    options: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": False}

    def __init__(self, browser: Browser, server: Any) -> None:
        self.context = browser.new_context(locale="nb-NO", **self.options)
        self.page: Page = self.context.new_page()
        self.url = server.url

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def use(self, place: Locator) -> None:
        place.click()

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(label).fill(text)

    def choose(self, group: Locator, value: str) -> None:
        group.get_by_role("radio", name=value, exact=True).check()

    def link(self, name: str) -> None:
        self.use(self.page.get_by_role("link", name=name).first)

    def button(self, name: str, within: Locator | None = None) -> None:
        self.use((within or self.page).get_by_role("button", name=name).first)

    def sees(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()


class Phone(Hand):
    """Touches a small screen, which no page is wider than."""

    options = {"viewport": PHONE, "has_touch": True, "is_mobile": True}

    def use(self, place: Locator) -> None:
        expect(place).to_be_visible()
        self.page.wait_for_load_state()
        assert self.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], self.page.url
        place.tap()


class Keyboard(Hand):
    """Tab, Enter, Space and arrows, and letters; never a pointer. Each stop on the way shows that it has the focus."""

    options = {"viewport": {"width": 1280, "height": 900}}

    def reach(self, place: Locator) -> None:
        expect(place).to_be_visible()
        for _stop in range(MOST_STOPS):
            if place.evaluate(HAS_FOCUS):
                return
            self.page.keyboard.press("Tab")
            assert self.page.evaluate(UNSEEN) == "", self.page.url
        raise AssertionError(f"{place} is not reached by Tab on {self.page.url}")

    def use(self, place: Locator) -> None:
        self.page.wait_for_load_state()
        self.reach(place)
        self.page.keyboard.press("Enter")

    def write(self, label: str, text: str) -> None:
        self.reach(self.page.get_by_label(label))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, group: Locator, value: str) -> None:
        """Space takes the first of the group, arrows go on from there."""
        radios = group.get_by_role("radio")
        self.reach(radios.first)
        self.page.keyboard.press("Space")
        for _step in range(radios.count()):
            if group.get_by_role("radio", name=value, exact=True).is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} is not reached by the arrows")


@pytest.fixture(params=[Keyboard, Hand, Phone], ids=["by keyboard", "without scripts", "on a phone"])
def hand(request: pytest.FixtureRequest, browser: Browser, live_server: Any, transactional_db: None) -> Any:
    made = request.param(browser, live_server)
    yield made
    made.context.close()


def test_the_main_tasks(hand: Hand) -> None:
    world = make_world(timezone.localdate())
    log(hand, world)
    confirm(hand, world)
    score(hand, world)
    approve_a_payment(hand, world)
    send_a_report_to_review(hand, world)
    read_help(hand)


def log_in(hand: Hand, user: User) -> None:
    hand.context.clear_cookies()
    hand.go("/logg-inn/")
    hand.write("E-postadresse", user.email)
    hand.write("Passord", PASSWORD)
    hand.button("Logg inn")
    expect(hand.page.locator(".user-menu")).to_be_visible()


def log(hand: Hand, world: World) -> None:
    """From the first page: press, write, save."""
    log_in(hand, world.users[Role.CASEWORKER])
    hand.link(f"Loggfør på {world.measure.title}")
    hand.write("Hva ble gjort?", SENTENCE)
    hand.button("Lagre")
    hand.sees(re.compile("Lagret på|Loggføringen er lagret"))
    assert LogEntry.objects.get(text=SENTENCE).measure == world.measure


def confirm(hand: Hand, world: World) -> None:
    """One contribution from its own page, with a text of the leader's."""
    log_in(hand, world.users[Role.UNIT_LEADER])
    hand.link("Skriv tekst")
    hand.write("Tekst til rapporten", SENTENCE)
    hand.use(hand.page.get_by_role("button", name="Bekreft", exact=True))
    hand.sees("Bidraget er bekreftet.")
    assert Contribution.objects.get(text=SENTENCE).confirmed_by == world.users[Role.UNIT_LEADER]


def score(hand: Hand, world: World) -> None:
    """From the first page to the first application on the juror's list that is hers to judge."""
    log_in(hand, world.users[Role.JUROR])
    hand.use(hand.page.get_by_role("link", name=re.compile("^Vurder ")).first)
    waiting = hand.page.get_by_role("listitem").filter(has_text="Ikke begynt")
    hand.use(waiting.first.get_by_role("link").first)
    groups = hand.page.locator("fieldset")
    expect(groups.first).to_be_visible()
    hand.page.wait_for_load_state()
    for number in range(groups.count()):
        hand.choose(groups.nth(number), "3")
    hand.button("Lever")
    hand.sees("Vurderingen er levert.")
    sheet = ScoreSheet.objects.filter(member__user=world.users[Role.JUROR]).latest("pk")
    assert {row.points for row in sheet.scores.all()} == {3}


def approve_a_payment(hand: Hand, world: World) -> None:
    log_in(hand, world.users[Role.COORDINATOR])
    hand.go("/utbetalinger/")
    row = hand.page.get_by_role("listitem").filter(has_text="bilag B-9")
    hand.use(row.get_by_role("button", name="Godkjenn"))
    hand.sees(re.compile(r"Utbetalingen på .* er godkjent"))
    assert PaymentProposal.objects.get(voucher="B-9").state == ProposalState.APPROVED


def send_a_report_to_review(hand: Hand, world: World) -> None:
    """The round is closed, what nobody has confirmed is read and confirmed, and somebody else gets the report."""
    log_in(hand, world.users[Role.COORDINATOR])
    hand.go(f"/runder/{world.round.public_id}/")
    hand.link("Lukk runden")
    hand.button("Lukk runden og lag rapporten")
    hand.link("Les og bekreft")
    hand.button("Bekreft alle")
    hand.sees("Alle tekstene er bekreftet.")
    hand.link("Til rapporten")
    hand.link("Send til gjennomgang")
    hand.button("Send til gjennomgang")
    hand.sees("Rapporten er sendt til gjennomgang.")
    assert ReportVersion.objects.get(report__round=world.round).state == VersionState.IN_REVIEW


def read_help(hand: Hand) -> None:
    """From the menu with one's name to the tour, and through it."""
    hand.use(hand.page.locator(".user-menu summary"))
    hand.use(hand.page.locator(".user-menu").get_by_role("link", name="Hjelp"))
    hand.link("Ta omvisningen")
    hand.link("Begynn")
    hand.link("Neste")
    expect(hand.page.get_by_role("heading", level=1)).not_to_have_text("Finn det som venter på deg")


@pytest.mark.parametrize("path", ["/", "/planer/", "/hjelp/"])
def test_tab_goes_round_a_page_and_out_of_it(
    path: str, browser: Browser, live_server: Any, transactional_db: None
) -> None:
    world = make_world(timezone.localdate())
    hand = Keyboard(browser, live_server)
    log_in(hand, world.users[Role.COORDINATOR])
    hand.go(path)
    skip = hand.page.locator(".ds-skip-link")
    hand.page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    for _stop in range(MOST_STOPS):
        hand.page.keyboard.press("Tab")
        if hand.page.evaluate("document.activeElement === document.body") or skip.evaluate(HAS_FOCUS):
            break
    else:
        raise AssertionError("the focus never leaves the page")
    hand.go(path)
    hand.page.keyboard.press("Tab")
    hand.page.keyboard.press("Enter")
    expect(hand.page.locator("main")).to_be_focused()
    hand.page.keyboard.press("Tab")
    assert hand.page.evaluate("document.querySelector('main').contains(document.activeElement)")
    hand.context.close()
