"""A sub-project's whole story in a real browser: call, jury, letter, money, review, stop. Each person sees her own pages.

Time passes in two places only, where people would wait: the deadline of the call, and nothing else.
"""

import datetime
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from grants.models import Application, AwardLetter, Call, LedgerEntry, PaymentProposal, ScoreSheet, SubProject
from organisation.models import Municipality, Role, Unit, UnitKind, User
from organisation.periods import HalfYear
from tests.factories import MunicipalityFactory, UnitFactory, make_member

pytestmark = [
    pytest.mark.browser,
    pytest.mark.worker,
    pytest.mark.django_db(transaction=True),
    pytest.mark.console_error("422"),
]

TITLES = ("Nabokjøkkenet", "Leksehjelp med middag", "Ferie for flere", "Trygg hjem")
GROUPS, JURORS, PLACES = 4, 21, 2
# What each juror thinks on every criterion, by application: 5 for the first, 3 and 3 for the others on average.
POINTS = ((5, 3, 2), (4, 2, 3))


@dataclass
class Town:
    municipality: Municipality = field(default_factory=MunicipalityFactory)
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    jurors: list[User] = field(default_factory=list)


@pytest.fixture
def town(transactional_db: None) -> Town:
    town = Town()
    root = UnitFactory(municipality=town.municipality, name="Prøvekommunen")
    for name, kind in (
        ("Oppvekst", UnitKind.MUNICIPAL), ("Skolen", UnitKind.MUNICIPAL), ("Frivilligheten", UnitKind.VOLUNTARY)
    ):  # fmt: skip
        parent = root if kind == UnitKind.MUNICIPAL else None
        town.units[name] = UnitFactory(municipality=town.municipality, name=name, kind=kind, parent=parent)
    town.people = {
        "leader": make_member(Role.PROJECT_LEAD, root),
        "caseworker": make_member(Role.CASEWORKER, town.units["Oppvekst"]),
        "unit leader": make_member(Role.UNIT_LEADER, town.units["Oppvekst"]),
        "school": make_member(Role.UNIT_LEADER, town.units["Skolen"]),
        "volunteers": make_member(Role.PARTNER, town.units["Frivilligheten"]),
    }
    panel = UnitFactory(municipality=town.municipality, name="Innbyggerpanelet", kind=UnitKind.VOLUNTARY)
    town.jurors = [make_member(Role.JUROR, panel) for _ in range(JURORS)]
    return town


class Story:
    """The browser, and who sits at it."""

    def __init__(self, page: Page, server: Any, town: Town) -> None:
        self.page, self.server, self.town = page, server, town

    def sit_down(self, user: User | str, path: str = "/") -> None:
        """Another person at the browser. The log-in itself has tests of its own."""
        user = self.town.people[user] if isinstance(user, str) else user
        client = Client()
        client.force_login(user, backend="organisation.sign_in.RolesBackend")
        self.page.context.clear_cookies()
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
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

    def fill(self, **fields: str) -> None:
        """By the field's name, where labels are shared by several (dates and times, rows)."""
        for name, value in fields.items():
            self.page.locator(f"[name='{name.replace('__', '-')}']").fill(value)

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()


def test_from_the_call_to_the_stop(town: Town, worker_process: Any, live_server: Any, page: Page) -> None:
    story = Story(page, live_server, town)
    call = announce(story)
    apply_four_times(story, call)
    appoint_the_jury(story, call)
    judge(story, call)
    decide(story, call)
    sub_project = agree(story)
    pay_the_first_instalment(story, sub_project)
    stop_at_review(story, sub_project)
    try_to_pay_after_the_stop(story, sub_project)


def announce(story: Story) -> Call:
    story.sit_down("leader", "/utlysninger/ny/")
    page, today = story.page, timezone.localdate()
    page.get_by_label("Tittel").fill("Sammen i nabolaget")
    page.get_by_label("Tekst").fill("Hvem vil dere gjøre noe for, og hvordan?")
    story.fill(opens_at_0=today.isoformat(), opens_at_1="00:00")
    story.fill(closes_at_0=(today + datetime.timedelta(days=2)).isoformat(), closes_at_1="12:00")
    page.get_by_label("Plasser").fill(str(PLACES))
    page.get_by_label("Kroner per halvår til hver").fill("500 000")
    page.get_by_label("Vilkår").fill("Alle deltar i følgeforskningen.")
    story.press("Lagre")
    story.link("Åpne utlysningen")
    story.press("Åpne utlysningen")
    story.sees("Utlysningen er åpen.")
    call = Call.objects.get()
    assert call.criteria.count() == 8
    return call


def apply_four_times(story: Story, call: Call) -> None:
    """Three that follow the rules; the fourth has too few partners and wants to pay a position: both are named."""
    for title in TITLES:
        story.sit_down("caseworker", f"/utlysninger/{call.public_id}/")
        story.link("Søk")
        page, breaks = story.page, title == TITLES[3]
        page.get_by_label("Navn på delprosjektet").fill(title)
        page.get_by_label("Hovedansvarlig enhet").select_option(label="Oppvekst")
        page.get_by_label("Skolen").check()
        if not breaks:
            page.get_by_label("Frivilligheten").check()
        page.get_by_label("Målgruppe").fill("Familier i nabolaget")
        page.get_by_label("Kort om deltakerne og hva dere vil").fill("Vi lager mat sammen en gang i uka.")
        story.fill(budget__0__text="Ansatt kokk" if breaks else "Mat", budget__0__amount="100 000")
        page.locator("[name='budget-0-use']").select_option("pay" if breaks else "activity")
        page.get_by_label("Alle partnerne godtar reglene og vilkårene").check()
        story.press("Lagre utkast")
        story.link("Send inn")
        story.press("Send inn")
        if breaks:
            story.sees("Minst 3 ulike partnere må være med, medregnet den hovedansvarlige. Dere er 2.")
            story.sees("Pengene kan ikke brukes til stillinger eller lønn. Det gjelder: Ansatt kokk.")
    states = dict(Application.objects.values_list("title", "state"))
    assert states == {**dict.fromkeys(TITLES[:3], "submitted"), TITLES[3]: "draft"}


def appoint_the_jury(story: Story, call: Call) -> None:
    story.sit_down("leader")
    for number, user in enumerate(story.town.jurors):
        story.go(f"/utlysninger/{call.public_id}/jury/ny/")
        story.page.get_by_label("Person").select_option(label=user.name)
        story.page.get_by_label("Alder").fill(str(17 + 2 * number))
        story.page.get_by_label("Gruppe").fill(str(1 + number % GROUPS))
        story.press("Lagre")
        story.sees("Medlemmet er oppnevnt.")
    assert call.jury.count() == JURORS
    assert {member.group for member in call.jury.all()} == {1, 2, 3, 4}


def judge(story: Story, call: Call) -> None:
    """The deadline passes; 21 residents give points on three applications, and see nobody's before their own."""
    past = timezone.now() - datetime.timedelta(minutes=1)
    Call.objects.filter(pk=call.pk).update(opens_at=past - datetime.timedelta(days=1), closes_at=past)
    story.sit_down("leader", f"/utlysninger/{call.public_id}/")
    story.link("Lukk utlysningen")
    story.press("Lukk utlysningen")
    applications = {row.title: row.public_id for row in Application.objects.filter(state="submitted")}
    for number, user in enumerate(story.town.jurors):
        story.sit_down(user, "/jury/")
        for title, points in zip(TITLES, POINTS[number % 2], strict=False):
            story.go(f"/jury/{applications[title]}/")
            expect(story.page.get_by_role("heading", name="De andre i juryen")).to_have_count(0)
            for criterion in range(1, 9):
                story.page.locator(f"[name='criterion_{criterion}'][value='{points}']").check()
            story.press("Lever")
            story.sees("Vurderingen er levert.")
    assert ScoreSheet.objects.filter(delivered_at__isnull=False).count() == 3 * JURORS


def decide(story: Story, call: Call) -> None:
    """11 jurors gave 5, 3, 2 and 10 gave 4, 2, 3: 95/21, 53/21 and 52/21."""
    story.sit_down("leader", f"/utlysninger/{call.public_id}/jury/")
    story.link("Lukk vurderingen")
    story.press("Lukk vurderingen")
    rows = story.page.locator("table").first.locator("tbody tr")
    expect(rows).to_have_count(3)
    for row, (title, total) in zip(rows.all(), zip(TITLES, ("95/21", "53/21", "52/21"), strict=False), strict=True):
        expect(row).to_contain_text(title)
        expect(row).to_contain_text(total)
    story.link("Avgjør")
    expect(story.page.get_by_role("checkbox", checked=True)).to_have_count(PLACES)
    story.page.get_by_label("Begrunnelse").fill("Vi følger juryens rekkefølge.")
    story.press("Avgjør utlysningen")
    expect(story.page.get_by_role("link", name="Last ned PDF")).to_be_visible(timeout=60_000)
    states = dict(Application.objects.exclude(state="draft").values_list("title", "state"))
    assert states == {TITLES[0]: "awarded", TITLES[1]: "awarded", TITLES[2]: "not_awarded"}


def agree(story: Story) -> SubProject:
    """The letter is offered, and three partners accept it; the last one puts it into force."""
    half, page = HalfYear.of(timezone.localdate()), story.page
    application = Application.objects.get(title=TITLES[0])
    story.sit_down("leader", f"/soknader/{application.public_id}/")
    story.link("Lag delprosjekt")
    page.get_by_label("Starter").fill(half.first_day.isoformat())
    page.get_by_label("Slutter").fill(half.last_day.replace(year=half.year + 1).isoformat())
    page.locator("main form button[type=submit]").click()
    story.link("Tildelingsbrev")
    story.press("Lag tildelingsbrevet")
    story.fill(effect__0__text="Familiene har flere å støtte seg på")
    page.locator("[name='effect-0-about']").select_option("residents")
    story.fill(result__0__text="Tjue familier er med", result__0__indicator="familier", result__0__target_value="20")
    story.fill(result__0__due_on=half.last_day.isoformat())
    page.locator("[name='result-0-about']").select_option("residents")
    story.press("Lagre utkastet")
    story.link("Send til godkjenning")
    story.press("Send til godkjenning")
    letter = AwardLetter.objects.get()
    for person in ("unit leader", "school", "volunteers"):
        assert SubProject.objects.get().state == "planned"
        story.sit_down(person, f"/tildelingsbrev/{letter.public_id}/")
        page.get_by_role("button", name="Godkjenn for").click()
        story.sees("Brevet er godkjent.")
    story.sees("Alle partnerne har godkjent det, så det gjelder fra nå.")
    expect(page.get_by_role("link", name="Last ned PDF")).to_be_visible(timeout=60_000)
    sub_project = SubProject.objects.get()
    assert sub_project.state == "running"
    assert sub_project.reviews.count() == 1
    return sub_project


def propose(story: Story, purpose: str, amount: str, voucher: str) -> None:
    page = story.page
    page.get_by_label("Beløp i kroner").fill(amount)
    page.get_by_label("Kollektiv budsjettering").check()
    page.get_by_label("Aktiviteter og møteplasser").check()
    page.get_by_label("Formål").fill(purpose)
    page.get_by_label("Utbetalingsdato").fill(timezone.localdate().isoformat())
    page.get_by_label("Bilagsnummer").fill(voucher)
    page.locator("main form button[type=submit]").first.click()


def pay_the_first_instalment(story: Story, sub_project: SubProject) -> None:
    """The caseworker proposes, the project lead approves; more than the half-year's amount is refused."""
    money = f"/delprosjekter/{sub_project.public_id}/okonomi/"
    story.sit_down("caseworker", money)
    story.link("Ny utbetaling")
    propose(story, "Første halvår", "500 001", "1")
    expect(story.page.locator(".ds-validation-message").filter(has_text="for stor")).to_be_visible()
    propose(story, "Første halvår", "300 000", "1")
    story.sees("Du foreslo dette. En annen må godkjenne.")
    story.sit_down("leader", "/utbetalinger/")
    story.page.get_by_role("button", name="Godkjenn").first.click()
    expect(story.page.get_by_text("Første halvår")).to_have_count(0)
    assert LedgerEntry.objects.get().amount == 300_000
    story.sit_down("caseworker", money)
    story.link("Ny utbetaling")
    propose(story, "Bord og benker", "20 000", "2")  # waits when the stop comes


def stop_at_review(story: Story, sub_project: SubProject) -> None:
    review, page = sub_project.reviews.get(), story.page
    partner = sub_project.partners.get(unit=story.town.units["Frivilligheten"])
    story.sit_down("volunteers", f"/stoppunkter/{review.public_id}/sporreskjema/{partner.public_id}/")
    for name in ("works_together", "listens", "anchored", "reaches_goals"):
        page.locator(f"[name='{name}'][value='2']").check()
    story.press("Lagre")
    story.sit_down("leader", f"/stoppunkter/{review.public_id}/")
    story.sees("Frivilligheten")
    page.get_by_label("Ikke nådd").check()
    page.get_by_label("Oppsummering av samtalen").fill("Vi kom ikke i gang sammen.")
    story.press("Lagre vurderingene")
    story.link("Avgjør stoppunktet")
    page.get_by_label("Stoppes", exact=True).check()
    page.get_by_label("Begrunnelse").fill("Samarbeidet på tvers kom ikke i gang.")
    page.get_by_label("Samtalen ble holdt").fill(timezone.localdate().isoformat())
    page.get_by_label("Vi har lest hva som følger").check()
    page.locator("main form button[type=submit]").first.click()
    story.sees("Samarbeidet på tvers kom ikke i gang.")
    sub_project.refresh_from_db()
    assert sub_project.state == "stopped"
    assert sub_project.closing_report.due_on > timezone.localdate()


def try_to_pay_after_the_stop(story: Story, sub_project: SubProject) -> None:
    """What waited is refused, no more can be proposed, and a form that was open before the stop is refused too."""
    money = f"/delprosjekter/{sub_project.public_id}/okonomi/"
    story.sit_down("caseworker", money)
    story.sees("Det kan ikke betales ut mer.")
    expect(story.page.get_by_role("link", name="Ny utbetaling")).to_have_count(0)
    assert PaymentProposal.objects.get(purpose="Bord og benker").state == "refused"
    story.go(money + "ny/")
    if story.page.get_by_label("Beløp i kroner").count():
        propose(story, "Etter stoppet", "1 000", "3")
    story.sees("stoppet")
    assert LedgerEntry.objects.total() == 300_000
    assert not PaymentProposal.objects.filter(purpose="Etter stoppet").exists()
