"""The first page of each role: what is on it, how much it costs, and that it tells nobody what is not hers."""

import datetime
import re
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from measures.models import LogEntry
from organisation.models import AuditEntry, Role, User
from organisation.periods import HalfYear
from tests.factories import (
    CallFactory,
    ContributionFactory,
    LogEntryFactory,
    LogFigureFactory,
    MeasureFactory,
    MembershipFactory,
    NoticeFactory,
    PlanFactory,
    ReportVersionFactory,
    RoundFactory,
    TargetFactory,
    UnitFactory,
    UserFactory,
    make_member,
)
from tests.pages.test_chain import log_in
from tests.pages.test_look import become, look
from tests.pages.world import World, make_world

MOST = 13  # one of them asks for saved views
OF_A_BOARD = 9  # who leads sub-projects has their dashboard
HOME = "/"


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world(timezone.localdate())


@pytest.fixture
def town(db: None) -> World:
    return make_world(timezone.localdate())


def page_of(client: Client) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(HOME).content.decode()))


def count(client: Client) -> int:
    """What is asked; where a transaction begins and ends is not."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(HOME).status_code == 200
    return len([row for row in queries if not row["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def more_of_it(town: World, times: int) -> None:
    day = HalfYear.of(timezone.localdate()).previous().first_day
    for number in range(times):
        plan = PlanFactory(municipality=town.municipality)
        RoundFactory(plan=plan, opened_by=town.users[Role.COORDINATOR])
        for measure in MeasureFactory.create_batch(4, plan=plan, responsible_unit=town.unit):
            LogFigureFactory(
                target=TargetFactory(measure=measure), entry=LogEntryFactory(measure=measure, happened_on=day)
            )
        ReportVersionFactory(
            report__round__plan=town.plan, report__round__year=2000 + 10 * times + number, state="published"
        )
        call = CallFactory(municipality=town.municipality, state="closed")
        call.jury.create(user=town.users[Role.JUROR], number=1)
        for user in town.users.values():
            NoticeFactory(user=user)


def test_it_takes_few_queries_however_much_is_on_it(town: World, client_for: Any) -> None:
    clients = {role: client_for(user) for role, user in town.users.items()}
    entry = LogEntryFactory(measure=town.measure, happened_on=HalfYear.of(timezone.localdate()).previous().first_day)
    LogFigureFactory(target=town.measure.targets.get(), entry=entry)
    more_of_it(town, 1)  # one of each first: what is looked up for none costs nothing
    few = {role: count(client) for role, client in clients.items()}
    more_of_it(town, 4)
    many = {role: count(client) for role, client in clients.items()}
    assert many == few
    most = dict.fromkeys(many, MOST) | {Role.PROJECT_LEAD: MOST + OF_A_BOARD}
    assert {role: number for role, number in many.items() if number > most[role]} == {}


def test_whoever_has_every_role_pays_no_more_than_the_parts_cost(town: World, client_for: Any) -> None:
    user = town.users[Role.CASEWORKER]
    for role in Role:
        if role not in (Role.CASEWORKER, Role.ANALYST):
            MembershipFactory(user=user, unit=town.unit, role=role)
    client = client_for(user)
    assert count(client) <= 25 + OF_A_BOARD
    answer = client.get(HOME)
    keys = [part.key for part in answer.context["parts"]]
    assert keys[0] == "confirm" and keys.index("mine") < keys.index("rounds") < keys.index("reports")
    page = answer.content.decode()
    for key in keys:
        assert f'href="#{key}"' in page and f'id="{key}"' in page


def test_who_has_two_parts_needs_no_list_of_them(town: World, client_for: Any) -> None:
    assert client_for(town.users[Role.BOARD_MEMBER]).get(HOME).context["jumps"] == []


def test_a_coordinator_sees_who_has_not_confirmed_and_is_led_to_them(town: World, client_for: Any) -> None:
    slow = UnitFactory(municipality=town.municipality, name="Sendrektig enhet")
    for measure in MeasureFactory.create_batch(2, plan=town.plan, responsible_unit=slow):
        ContributionFactory(round=town.round, measure=measure)
    done = MeasureFactory(
        plan=town.plan, responsible_unit=UnitFactory(municipality=town.municipality, name="Rask enhet")
    )
    by = town.users[Role.UNIT_LEADER]
    ContributionFactory(round=town.round, measure=done, confirmed_at=timezone.now(), confirmed_by=by)
    client = client_for(town.users[Role.COORDINATOR])
    page = page_of(client)
    assert "Sendrektig enhet (2)" in page and "Rask enhet" not in page
    address = f"{reverse('round', args=[town.round.public_id])}?enhet={slow.public_id}"
    assert f'href="{address}#waiting"' in client.get(HOME).content.decode()
    answer = client.get(address)
    assert {row.measure.responsible_unit for row in answer.context["waiting"]} == {slow}
    assert answer.context["confirmed_count"] == 1
    assert len(client.get(address.replace(slow.public_id, "x" * 10)).context["waiting"]) == 4
    assert "Sendrektig" not in page_of(client_for(make_member(Role.COORDINATOR)))


def test_a_coordinator_sees_how_much_is_late_in_each_plan(town: World, client_for: Any) -> None:
    plan = PlanFactory(municipality=town.municipality, title="Planen som henger etter")
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    MeasureFactory.create_batch(3, plan=plan, due_on=yesterday, state="in_progress")
    client = client_for(town.users[Role.COORDINATOR])
    page = page_of(client)
    assert "Planen som henger etter 3 tiltak er ikke evaluert" in page
    listed = client.get(f"{reverse('measure-list', args=[plan.public_id])}?forfalt=true")
    assert listed.context["page_obj"].paginator.count == 3
    assert "henger etter" not in page_of(client_for(make_member(Role.COORDINATOR)))


def test_a_unit_leader_confirms_in_every_round_that_is_open(town: World, client_for: Any) -> None:
    client = client_for(town.users[Role.UNIT_LEADER])
    before = {(row.round.pk, row.standing.measure.pk) for row in client.get(HOME).context["to_confirm"]}
    assert (town.round.pk, town.measure.pk) in before
    plan = PlanFactory(municipality=town.municipality)
    round = RoundFactory(plan=plan, opened_by=town.users[Role.COORDINATOR])
    mine = MeasureFactory(plan=plan, responsible_unit=town.unit, title="Nok et tiltak")
    MeasureFactory(plan=plan, title="En annens tiltak", responsible_unit=UnitFactory(municipality=town.municipality))
    LogEntryFactory(measure=mine, happened_on=round.period.first_day, text="Dette ble gjort.")
    found = {(row.round.pk, row.standing.measure.pk): row for row in client.get(HOME).context["to_confirm"]}
    assert set(found) - before == {(round.pk, mine.pk)}
    assert found[round.pk, mine.pk].standing.text == "Dette ble gjort."
    page = client.get(HOME).content.decode()
    address = reverse("contribution", args=[round.public_id, mine.public_id])
    sent = {"text": "Dette ble gjort.", "version": 0, "seen": found[round.pk, mine.pk].standing.seen, "from": "home"}
    assert f'action="{address}"' in page
    answer = client.post(address, {**sent, "action": "confirm"}, follow=True)
    assert answer.redirect_chain[-1][0] == HOME
    assert (round.pk, mine.pk) not in {(row.round.pk, row.standing.measure.pk) for row in answer.context["to_confirm"]}


def test_pages_of_ones_measures_and_addresses_that_make_no_sense(town: World, client_for: Any) -> None:
    MeasureFactory.create_batch(12, plan=town.plan, responsible_unit=town.unit, state="in_progress")
    client = client_for(town.users[Role.CASEWORKER])
    first = client.get(HOME).context["page_obj"]
    second = client.get(HOME, {"side": 2}).context["page_obj"]
    assert (len(first.object_list), first.paginator.count, second.number) == (10, 15, 2)
    assert not {row.pk for row in first} & {row.pk for row in second} and len(second.object_list) == 5
    for odd in ("0", "-1", "99", "x", "²", "9" * 40, ""):
        assert client.get(HOME, {"side": odd}).context["page_obj"].number == 1, odd


def test_an_administrator_sees_what_needs_her_and_only_of_her_own(town: World, client_for: Any) -> None:
    user = town.users[Role.ADMINISTRATOR]
    client = client_for(user)
    found = client.get(HOME).context["administration"]
    listed = client.get(f"{reverse('user-list')}?tilgang=rolle").context["page_obj"].paginator.count
    assert (found.people, found.without_logo, found.without_administrator) == (listed, 0, 1)
    assert found.failed_mails == 1 and "Se på e-posten som ikke kom fram" in page_of(client)
    other = make_member(Role.ADMINISTRATOR)
    elsewhere = client_for(other).get(HOME).context["administration"]
    assert (elsewhere.people, elsewhere.units, elsewhere.failed_mails, elsewhere.without_logo) == (1, 1, 0, 1)
    MembershipFactory(user=UserFactory(), unit=town.unit, role=Role.ADMINISTRATOR)
    MembershipFactory(
        unit=town.unit, valid_from=datetime.date(2020, 1, 1), valid_to=datetime.date(2020, 2, 1)
    )  # fmt: skip
    again = client.get(HOME).context["administration"]
    assert (again.people, again.without_role, again.without_administrator) == (listed + 1, 1, 0)


def test_an_analyst_chooses_the_year_in_place(town: World, client_for: Any) -> None:
    client = client_for(town.users[Role.ANALYST])
    answer = client.get(HOME)
    choice = answer.context["choice"]
    assert (
        choice.year
        and f"{reverse('grant-table-list')}?{choice.address().replace('&', '&amp;')}" in answer.content.decode()
    )
    assert client.get(HOME, {"ar": "1066", "region": "Utenfor", "ordning": "x"}).context["choice"].year == choice.year


def test_the_introduction_is_closed_for_good(town: World, client_for: Any) -> None:
    user = town.users[Role.CASEWORKER]
    client = client_for(user)
    assert "Er du ny her?" in page_of(client)
    assert f'href="{reverse("help-tour")}"' in client.get(HOME).content.decode(), "it leads to the tour"
    assert client.post(reverse("hint-close"))["Location"] == HOME
    assert "Er du ny her?" not in page_of(client)
    closed = User.objects.get(pk=user.pk).hint_closed_at
    client.post(reverse("hint-close"))
    assert User.objects.get(pk=user.pk).hint_closed_at == closed
    assert AuditEntry.objects.filter(action="user.hint").count() == 1
    assert "Er du ny her?" in page_of(client_for(town.users[Role.UNIT_LEADER]))


def test_nobody_without_a_role_is_shown_anything(client_for: Any, db: None) -> None:
    assert "Du har ingen rolle ennå" in page_of(client_for(UserFactory()))


def test_nothing_of_another_municipality_is_on_it(town: World, client_for: Any) -> None:
    from tests.pages.world import SECRET

    for role in Role:
        if role != Role.ANALYST:
            assert SECRET not in client_for(make_member(role)).get(HOME).content.decode(), role


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_role_has_one_that_is_accessible_and_fits(
    width: int, scheme: Any, world: World, live_server: Any, browser: Browser
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, bypass_csp=True, locale="nb-NO", color_scheme=scheme
    )
    page = context.new_page()
    problems = []
    for role, user in world.users.items():
        become(page, live_server, user)
        page.goto(live_server.url)
        problems += [f"{role}: {problem}" for problem in look(page, width)]
    context.close()
    assert not problems, "\n".join(problems)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_entry_is_logged_on_a_phone_in_three_interactions_and_fifteen_seconds(
    world: World, live_server: Any, browser: Browser
) -> None:
    """One to open the form, one to write, one to save. No scrolling sideways, and the form stands under its measure."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="nb-NO"
    )
    page = context.new_page()
    log_in(page, live_server, world.users[Role.CASEWORKER])
    started, interactions = time.monotonic(), 0
    page.goto(live_server.url)
    page.get_by_role("link", name=f"Loggfør på {world.measure.title}").tap()
    interactions += 1
    expect(page.get_by_label("Hva ble gjort?")).to_be_focused()
    page.keyboard.type("Vi møtte tolv familier.")
    interactions += 1
    page.get_by_role("button", name="Lagre").tap()
    interactions += 1
    expect(page.get_by_text("Lagret på")).to_be_visible()
    assert interactions <= 3
    assert time.monotonic() - started < 15
    entry = LogEntry.objects.get(text="Vi møtte tolv familier.")
    assert (entry.measure, entry.happened_on) == (world.measure, timezone.localdate())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
