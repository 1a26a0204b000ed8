"""The jury's pages: blind until one has delivered, without names, and nothing else for whoever is only a juror."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from grants.models import Application, Call, CallState, ConflictOfInterest, JuryMember, ScoreSheet
from organisation.models import Municipality, Role, User
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    JuryMemberFactory,
    MembershipFactory,
    UnitFactory,
    UserFactory,
    make_member,
    make_sheet,
)
from tests.pages.test_call_pages import DAY, text_of, to
from tests.pages.test_look import become
from tests.pages.world import SECRET, make_world

pytestmark = pytest.mark.django_db


@dataclass
class Room:
    call: Call
    rows: list[Application]
    members: list[JuryMember]

    @property
    def municipality(self) -> Municipality:
        return self.call.municipality

    @property
    def juror(self) -> User:
        return self.members[0].user


@pytest.fixture
def room() -> Room:
    """A closed call with two applications, before a jury of three that has not begun."""
    now = timezone.now()
    call = CallFactory(state=CallState.CLOSED, opens_at=now - 9 * DAY, closes_at=now - DAY, title="Utlysningen vår")
    unit = UnitFactory(municipality=call.municipality)
    writer = UserFactory(name="Vilde Skribent")
    rows = [
        ApplicationFactory(
            call=call, state="submitted", title=f"Søknad {n}", responsible_unit=unit, written_by=writer,
            text="Vi møtes på torsdager.", film_url="https://film.example/1",
        )
        for n in (1, 2)
    ]  # fmt: skip
    names = ("Ola Oppdiktet", "Kari Konstruert", "Per Påfunn")
    juries = UnitFactory(municipality=call.municipality)
    members = [JuryMemberFactory(call=call, user=make_member(Role.JUROR, juries, name=name)) for name in names]
    return Room(call, rows, members)


def typed(*answers: str, version: int = 0, action: str = "draft", comment: str = "") -> dict[str, Any]:
    points = {f"criterion_{number}": answer for number, answer in enumerate(answers, 1) if answer}
    return points | {"version": version, "action": action, "comment": comment}


# --- The juror ----------------------------------------------------------------------------------------------


def test_a_juror_begins_at_what_is_left_to_score(room: Room, client_for: Any) -> None:
    client = client_for(room.juror)
    assert "2 av 2 søknader gjenstår" in text_of(client.get(reverse("home")))
    make_sheet(room.members[0], room.rows[0], 4, 4)
    assert "1 av 2 søknader gjenstår" in text_of(client.get(reverse("home")))
    text = text_of(client.get(reverse("jury-list")))
    assert "Du har levert 1 av 2." in text
    assert text.index("Søknad 2") < text.index("Søknad 1"), "what is left stands first"


def test_a_juror_reads_the_application_without_the_names_of_people(room: Room, client_for: Any) -> None:
    page = client_for(room.juror).get(to("jury-application", room.rows[0])).content.decode()
    assert "Vi møtes på torsdager." in page and "https://film.example/1" in page and "Barnefamilier" in page
    assert "Vilde Skribent" not in page
    assert not any(member.user.name in page for member in room.members[1:])


def test_a_sheet_is_saved_resumed_and_delivered(room: Room, client_for: Any) -> None:
    client, url = client_for(room.juror), to("jury-application", room.rows[0])
    answer = client.post(url, typed("4", "", comment="Foreløpig"), follow=True)
    assert "Det er ikke levert ennå" in text_of(answer)
    page = answer.content.decode()
    assert len(re.findall(r'type="radio"[^>]*checked', page)) == 1 and "Foreløpig" in page
    version = ScoreSheet.objects.get().version
    answer = client.post(url, typed("4", "", version=version, action="deliver"))
    assert answer.status_code == 422
    assert "Svar på alle kriteriene" in text_of(answer)
    answer = client.post(url, typed("4", "-", version=version, action="deliver", comment="Ferdig"), follow=True)
    assert "Vurderingen er levert." in text_of(answer)
    sheet = ScoreSheet.objects.get()
    assert [row.points for row in sheet.scores.all()] == [4, None]
    text = text_of(client.get(url))
    assert "Kan ikke vurdere" in text and "Ferdig" in text and "Lagre utkast" not in text
    client.post(url, typed("1", "1", version=sheet.version, action="deliver"))
    assert [row.points for row in sheet.scores.all()] == [4, None]


def test_a_cannot_judge_that_was_saved_is_still_chosen(room: Room, client_for: Any) -> None:
    client, url = client_for(room.juror), to("jury-application", room.rows[0])
    page = client.post(url, typed("-", ""), follow=True).content.decode()
    assert re.search(r'name="criterion_1" value="-"[^>]*checked', page)


@pytest.mark.parametrize("answer", ["0", "6", "fem", "1.5"])
def test_points_off_the_scale_are_refused_at_their_criterion(answer: str, room: Room, client_for: Any) -> None:
    client = client_for(room.juror)
    sent = client.post(to("jury-application", room.rows[0]), typed(answer, "3", comment="Behold meg"))
    assert sent.status_code == 422
    assert "criterion_1" in sent.context["form"].errors
    assert "Behold meg" in sent.content.decode()


def test_a_sheet_saved_in_another_window_is_not_written_over(room: Room, client_for: Any) -> None:
    client, url = client_for(room.juror), to("jury-application", room.rows[0])
    make_sheet(room.members[0], room.rows[0], 2, 2, delivered=False, comment="Fra det andre vinduet")
    answer = client.post(url, typed("5", "5", comment="Mitt"))
    assert answer.status_code == 422
    assert "Fra det andre vinduet" in text_of(answer) and "Mitt" in answer.content.decode()


def test_the_others_points_are_seen_after_delivering_and_never_their_names(room: Room, client_for: Any) -> None:
    make_sheet(room.members[1], room.rows[0], 1, 5, comment="Ord fra en annen")
    make_sheet(room.members[2], room.rows[0], 2, 2, delivered=False, comment="Ikke levert ennå")
    client, url = client_for(room.juror), to("jury-application", room.rows[0])
    for send in (None, typed("3", "3")):
        page = (client.post(url, send, follow=True) if send else client.get(url)).content.decode()
        assert "Ord fra en annen" not in page and "Medlem 2" not in page
    client.post(url, typed("3", "3", version=ScoreSheet.objects.get(comment="").version, action="deliver"))
    page = client.get(url).content.decode()
    assert "Ord fra en annen" in page and "Medlem 2" in page
    assert "Ikke levert ennå" not in page
    assert not any(member.user.name in page for member in room.members[1:])
    assert "Ord fra en annen" not in client.get(to("jury-application", room.rows[1])).content.decode()


def test_a_juror_declares_that_she_is_inhabil_and_takes_it_back(room: Room, client_for: Any) -> None:
    client, row = client_for(room.juror), room.rows[0]
    assert client.post(to("jury-conflict", row), {"reason": ""}).status_code == 422
    client.post(to("jury-conflict", row), {"reason": "Jeg er tante til lederen"})
    assert ConflictOfInterest.objects.get().declared_by == room.juror
    assert "Inhabil" in text_of(client.get(reverse("jury-list")))
    text = text_of(client.get(to("jury-application", row)))
    assert "meldt deg inhabil" in text and "Lagre utkast" not in text
    client.post(to("jury-application", row), typed("5", "5", action="deliver"))
    assert not ScoreSheet.objects.exists()
    client.post(to("jury-conflict-withdraw", row))
    assert not ConflictOfInterest.objects.exists()
    assert "Lagre utkast" in text_of(client.get(to("jury-application", row)))


def test_whoever_is_inhabil_after_delivering_sees_no_more_of_the_others_and_does_not_take_it_back(
    room: Room, client_for: Any
) -> None:
    client, row = client_for(room.juror), room.rows[0]
    make_sheet(room.members[0], row, 3, 3)
    make_sheet(room.members[1], row, 1, 5, comment="Ord fra en annen")
    page = to("jury-application", row)
    assert "Ord fra en annen" in text_of(client.get(page))
    assert "kan ikke trekke det tilbake" in text_of(client.get(to("jury-conflict", row)))
    client.post(to("jury-conflict", row), {"reason": "Jeg er tante til lederen"})
    answer = client.get(page)
    text = text_of(answer)
    assert "Vurderingen du leverte, teller ikke." in text
    assert "Ord fra en annen" not in text and "De andre i juryen" not in text
    assert to("jury-conflict-withdraw", row) not in answer.content.decode()
    sent = client.post(to("jury-conflict-withdraw", row))
    assert sent.status_code == 422
    assert "Inhabiliteten kan ikke trekkes tilbake." in text_of(sent)
    assert ConflictOfInterest.objects.exists()


def test_whoever_is_inhabil_without_delivering_is_offered_to_take_it_back(room: Room, client_for: Any) -> None:
    client, row = client_for(room.juror), room.rows[0]
    assert "kan ikke trekke det tilbake" not in text_of(client.get(to("jury-conflict", row)))
    client.post(to("jury-conflict", row), {"reason": "Jeg er tante til lederen"})
    assert to("jury-conflict-withdraw", row) in client.get(to("jury-application", row)).content.decode()


@pytest.mark.parametrize(
    ("role", "reason"),
    [
        (Role.PARTNER, "Grunnen: Du hører til en søker eller partner."),
        (Role.COORDINATOR, "Grunnen: Du hører til prosjektledelsen."),
        (Role.STEERING_GROUP, "Grunnen: Du sitter i styringsgruppa."),
    ],
)
def test_an_excluded_juror_reads_the_reason_as_a_sentence(role: Role, reason: str, room: Room, client_for: Any) -> None:
    MembershipFactory(user=room.juror, unit=room.rows[1].responsible_unit, role=role)
    text = text_of(client_for(room.juror).get(reverse("jury-list")))
    assert f"Du deltar ikke i vurderingen av denne utlysningen. {reason}" in text


def test_an_excluded_juror_is_told_why_and_does_not_read_her_competitors(room: Room, client_for: Any) -> None:
    make_sheet(room.members[0], room.rows[0], 4, 4)
    MembershipFactory(user=room.juror, unit=room.rows[1].responsible_unit, role=Role.PARTNER)
    client = client_for(room.juror)
    answer = client.get(reverse("jury-list"))
    assert "hører til en søker eller partner" in text_of(answer)
    assert "Søknad 1" not in answer.content.decode()
    for name in ("jury-application", "jury-conflict"):
        assert client.get(to(name, room.rows[0])).status_code == 403
        assert client.post(to(name, room.rows[0]), typed("5", "5", action="deliver")).status_code == 403


def test_a_juror_of_another_call_or_without_a_seat_finds_nothing(room: Room, client_for: Any) -> None:
    unit = UnitFactory(municipality=room.municipality)
    other_call = CallFactory(municipality=room.municipality, state=CallState.CLOSED)
    for user in (make_member(Role.JUROR, unit), JuryMemberFactory(call=other_call).user, make_member(Role.JUROR)):
        client = client_for(user)
        assert client.get(to("jury-application", room.rows[0])).status_code == 404
        assert "Søknad 1" not in client.get(reverse("jury-list")).content.decode()


def test_nothing_is_read_before_the_deadline(room: Room, client_for: Any) -> None:
    Call.objects.update(state=CallState.OPEN, closes_at=timezone.now() + DAY)
    client = client_for(room.juror)
    answer = client.get(reverse("jury-list"))
    assert "Etter den kan du begynne å vurdere." in text_of(answer)
    assert "Søknad 1" not in answer.content.decode()
    assert client.get(to("jury-application", room.rows[0])).status_code == 404


def test_whoever_is_only_a_juror_gets_her_own_pages_and_sees_nothing_else(client_for: Any) -> None:
    """In a municipality where every text has the secret in it; hers are the applications before her jury."""
    world = make_world(timezone.localdate())
    client = client_for(world.users[Role.JUROR])
    menu = client.get(reverse("jury-list")).content.decode().split("</nav>")[0]
    assert re.findall(r'<li><a href="([^"]+)"', menu) == ["/", "/jury/"]
    for name in ("my-settings", "notice-list"):
        assert client.get(reverse(name)).status_code == 200
    assert client.post(reverse("set-language"), {"language": "en", "next": "/jury/"}).status_code == 302
    for name in ("call-list", "application-list", "plan-list", "report-list", "result-totals", "user-list"):
        answer = client.get(reverse(name))
        assert answer.status_code == 403, name
        assert SECRET not in answer.content.decode()
    for name in ("call", "call-jury", "call-ranking", "application", "application-edit", "plan", "report", "measure"):
        answer = client.get(reverse(name, kwargs=world.ids[name]))
        assert answer.status_code == 403, name
        assert SECRET not in answer.content.decode()


# --- The leadership -----------------------------------------------------------------------------------------


@pytest.fixture
def leader(room: Room, client_for: Any) -> Client:
    return client_for(make_member(Role.COORDINATOR, UnitFactory(municipality=room.municipality)))


def test_the_leadership_sees_how_many_have_delivered_and_no_points(room: Room, leader: Client) -> None:
    make_sheet(room.members[0], room.rows[0], 5, 3, comment="Bare for juryen")
    make_sheet(room.members[1], room.rows[0], 5, 3, delivered=False, comment="Bare for meg")
    answer = leader.get(to("call-jury", room.call))
    assert "1 av 3" in text_of(answer) and "Trenger minst 2" in text_of(answer)
    pages = [answer, *(leader.get(to(name, room.call)) for name in ("call", "scoring-close", "call-decide"))]
    pages += [leader.get(to("application", room.rows[0])), leader.get(to("call-ranking", room.call))]
    for page in pages:
        assert "Bare for" not in page.content.decode()
    assert pages[-1].status_code == 404
    assert leader.get(to("jury-application", room.rows[0])).status_code == 403


def test_a_member_is_appointed_changed_and_removed(room: Room, leader: Client) -> None:
    unit = UnitFactory(municipality=room.municipality, name="Frivilligsentralen")
    user = make_member(Role.JUROR, unit, name="Nina Nyvalgt")
    sent = {"user": user.pk, "age": "17", "background": "Elev", "group": "2", "connected_units": [unit.pk]}
    answer = leader.post(to("jury-member-new", room.call), sent, follow=True)
    assert "Nina Nyvalgt" in text_of(answer) and "17 år, Elev" in text_of(answer)
    member = JuryMember.objects.get(user=user)
    assert (member.number, member.group) == (4, 2)
    leader.post(to("jury-member-edit", member), {"age": "18", "group": "3", "version": member.version})
    member.refresh_from_db()
    assert (member.age, member.background, member.group, member.connected_units.count()) == (18, "", 3, 0)
    assert "Nina Nyvalgt" in text_of(leader.get(to("jury-member-remove", member)))
    leader.post(to("jury-member-remove", member))
    assert not JuryMember.objects.filter(pk=member.pk).exists()


def test_only_those_who_can_sit_on_the_jury_are_offered(room: Room, leader: Client) -> None:
    unit = UnitFactory(municipality=room.municipality)
    fit = make_member(Role.JUROR, unit)
    steering = make_member(Role.JUROR, unit)
    MembershipFactory(user=steering, unit=unit, role=Role.STEERING_GROUP)
    make_member(Role.JUROR), make_member(Role.CASEWORKER, unit)
    form = leader.get(to("jury-member-new", room.call)).context["form"]
    assert list(form.fields["user"].queryset) == [fit]
    answer = leader.post(to("jury-member-new", room.call), {"user": steering.pk, "group": "1"})
    assert answer.status_code == 422


def test_the_reason_for_an_exclusion_and_a_conflict_stands_with_the_member(room: Room, leader: Client) -> None:
    MembershipFactory(user=room.members[1].user, unit=room.rows[0].responsible_unit, role=Role.CASEWORKER)
    ConflictOfInterest.objects.create(
        member=room.members[0], application=room.rows[0], reason="Vi er søsken", declared_at=timezone.now(),
        declared_by=room.juror,
    )  # fmt: skip
    text = text_of(leader.get(to("call-jury", room.call)))
    assert "Vurderer ikke" in text and "Hører til en søker eller partner" in text
    assert "Inhabil i «Søknad 1»: Vi er søsken" in text
    assert "0 av 1" in text and "0 av 2" in text


def test_the_steering_group_reads_the_ranking_and_changes_nothing(room: Room, client_for: Any, leader: Client) -> None:
    for member in room.members:
        for row in room.rows:
            make_sheet(member, row, 4, 4, comment="Til protokollen")
    steering = client_for(make_member(Role.STEERING_GROUP, UnitFactory(municipality=room.municipality)))
    assert steering.get(to("call-ranking", room.call)).status_code == 404
    leader.post(to("scoring-close", room.call), {"version": room.call.version})
    text = text_of(steering.get(to("call-ranking", room.call)))
    assert "Til protokollen" in text and "Medlem 1" in text and "Avgjør" not in text
    assert room.juror.name not in text
    assert steering.post(to("call-decide", room.call), {"reason": "x"}).status_code == 403


def test_pages_of_the_jury_take_the_same_queries_for_many(room: Room, leader: Client, client_for: Any) -> None:
    closed = CallFactory(state=CallState.CLOSED, municipality=room.municipality, title="Den andre")
    first = ApplicationFactory(call=closed, state="submitted")
    make_sheet(JuryMemberFactory(call=closed), first, 4, 4)
    leader.post(to("scoring-close", closed), {"version": 1})
    closed.refresh_from_db()
    juror = client_for(room.juror)
    pages = [
        (leader, to("call-jury", room.call)), (leader, to("call-ranking", closed)), (juror, reverse("jury-list")),
        (juror, to("jury-application", room.rows[0])), (leader, to("scoring-close", room.call)),
    ]  # fmt: skip

    def counts() -> list[int]:
        found = []
        for client, url in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        return found

    make_sheet(room.members[0], room.rows[0], 4, 4)
    make_sheet(room.members[1], room.rows[0], 4, 4)
    JuryMemberFactory(call=room.call, connected_units=[UnitFactory(municipality=room.municipality)])
    few = counts()
    for _ in range(5):
        unit = UnitFactory(municipality=room.municipality)
        member = JuryMemberFactory(call=room.call, connected_units=[unit])
        row = ApplicationFactory(call=room.call, state="submitted")
        make_sheet(member, room.rows[0], 3, 3)
        make_sheet(room.members[1], row, 3, 3)
        make_sheet(JuryMemberFactory(call=closed), first, 2, 5)
    assert counts() == few
    assert max(few) <= 22, few


# --- In a browser -------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1280, 390])
def test_an_application_is_scored_with_the_keyboard_alone(width: int, live_server: Any, page: Page) -> None:
    now = timezone.now()
    call = CallFactory(state=CallState.CLOSED, opens_at=now - 9 * DAY, closes_at=now - DAY)
    row = ApplicationFactory(call=call, state="submitted")
    member = JuryMemberFactory(call=call)
    page.set_viewport_size({"width": width, "height": 800})
    become(page, live_server, member.user)
    page.goto(live_server.url + to("jury-application", row))
    page.get_by_role("radio", name="1").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Lever", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Vurderingen er levert.")).to_be_visible()
    assert [score.points for score in ScoreSheet.objects.get().scores.all()] == [4, 1]
