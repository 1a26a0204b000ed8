"""Calls and applications on their pages: what is typed is kept, what is refused says why, and who reads what."""

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from grants.domain.call import USUAL_CRITERIA
from grants.models import Application, ApplicationState, BudgetLine, Call, CallState, Placement, SubProject
from organisation.models import JobState, Municipality, Role, Unit, UnitKind
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    JuryMemberFactory,
    MunicipalityFactory,
    UnitFactory,
    make_member,
    make_sheet,
)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory()


@pytest.fixture
def unit(town: Municipality) -> Unit:
    return UnitFactory(municipality=town, name="NAV Prøvevik")


@pytest.fixture
def leader(unit: Unit, client_for: Any) -> Client:
    return client_for(make_member(Role.COORDINATOR, unit))


@pytest.fixture
def worker(unit: Unit, client_for: Any) -> Client:
    return client_for(make_member(Role.CASEWORKER, unit))


def open_call(town: Municipality, **fields: Any) -> Call:
    now = timezone.now()
    return CallFactory(**{"municipality": town, "opens_at": now - DAY, "closes_at": now + DAY} | fields)


def to(name: str, row: Any) -> str:
    return reverse(name, args=[row.public_id])


def text_of(answer: Any) -> str:
    main = answer.content.decode().split('<main id="innhold"')[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


# --- Making a call ----------------------------------------------------------------------------------------


def typed_call(**changes: str) -> dict[str, str]:
    soon = timezone.localtime() + 2 * DAY
    return {
        "title": "Sammen 2026", "text": "Søk nå.", "opens_at_0": "2026-01-02", "opens_at_1": "08:00",
        "closes_at_0": f"{soon:%Y-%m-%d}", "closes_at_1": "12:00", "places": "8", "amount_per_half_year": "500 000",
        "half_years": "4", "min_partners": "3", "responsible_is_municipal": "on", "terms": "Følgeforskning",
        "criteria-rows": "3", "criteria-0-text": "Samarbeid", "criteria-0-weight": "2", "criteria-1-text": "Mot",
        "criteria-1-weight": "1", "criteria-2-text": "", "criteria-2-weight": "1",
    } | changes  # fmt: skip


def test_a_new_call_is_offered_the_usual_criteria(leader: Client) -> None:
    page = leader.get(reverse("call-new")).content.decode()
    assert len(USUAL_CRITERIA) == 8
    assert all(f'value="{text}"' in page for text in USUAL_CRITERIA)


def test_a_call_is_made_read_and_opened(leader: Client) -> None:
    answer = leader.post(reverse("call-new"), typed_call())
    call = Call.objects.get()
    assert answer["Location"] == to("call", call)
    assert [(row.text, row.weight) for row in call.criteria.all()] == [("Samarbeid", 2), ("Mot", 1)]
    assert (call.amount_per_half_year, call.opens_at.hour, call.state) == (500_000, 7, CallState.DRAFT)
    assert "Åpne utlysningen" in text_of(leader.get(to("call", call)))
    assert "kan ikke gjøres om til utkast" in text_of(leader.get(to("call-open", call)))
    leader.post(to("call-open", call), {"version": call.version})
    call.refresh_from_db()
    assert call.state == CallState.OPEN
    assert "Fristen går ut om" in text_of(leader.get(to("call", call)))


def test_more_lines_come_without_scripts_and_keep_what_was_typed(leader: Client) -> None:
    answer = leader.post(reverse("call-new"), typed_call(more="criteria", title="", places="mange"))
    assert answer.status_code == 200
    assert not Call.objects.exists()
    page = answer.content.decode()
    assert 'name="criteria-rows" value="6"' in page
    assert 'value="Samarbeid"' in page and 'value="mange"' in page
    assert "Noe må rettes" not in page


def test_a_line_that_is_wrong_is_named_and_everything_is_kept(leader: Client) -> None:
    answer = leader.post(reverse("call-new"), typed_call(**{"criteria-1-weight": "0"}))
    assert answer.status_code == 422
    assert "Linje 2, Vekt:" in text_of(answer)
    page = answer.content.decode()
    assert re.search(r'name="criteria-1-weight"[^>]*aria-invalid="true"', page)
    assert 'value="Samarbeid"' in page and "Søk nå." in page


@pytest.mark.parametrize(("day", "time"), [("2026-03-29", "02:30"), ("2026-10-25", "02:30")])
def test_a_time_that_is_not_there_or_there_twice_is_refused(day: str, time: str, leader: Client) -> None:
    answer = leader.post(reverse("call-new"), typed_call(opens_at_0=day, opens_at_1=time))
    assert answer.status_code == 422
    assert "Klokka stilles" in text_of(answer)


@pytest.mark.parametrize("month", [1, 7])
def test_times_are_typed_and_shown_in_norwegian_time(month: int, leader: Client) -> None:
    leader.post(reverse("call-new"), typed_call(closes_at_0=f"2099-{month:02}-15", closes_at_1="12:00"))
    call = Call.objects.get()
    assert call.closes_at.astimezone(datetime.UTC).hour == (11 if month == 1 else 10)
    page = leader.get(to("call-edit", call)).content.decode()
    assert f'value="2099-{month:02}-15"' in page and 'value="12:00"' in page
    assert "kl. 12.00" in text_of(leader.get(to("call", call)))


def test_editing_over_somebody_elses_change_shows_what_stands_there_now(town: Municipality, leader: Client) -> None:
    call = open_call(town, state=CallState.DRAFT)
    Call.objects.update(version=5, title="Den andres tittel", closes_at=timezone.now() + 9 * DAY)
    answer = leader.post(to("call-edit", call), typed_call(version="1"))
    assert answer.status_code == 422
    assert "Den andres tittel" in text_of(answer)
    assert 'value="Sammen 2026"' in answer.content.decode()


def test_what_stands_once_applications_have_come_in_is_not_in_the_form(town: Municipality, leader: Client) -> None:
    call = open_call(town)
    assert set(leader.get(to("call-edit", call)).context["form"].fields) >= {"places", "criteria", "terms"}
    ApplicationFactory(call=call, state="submitted")
    answer = leader.get(to("call-edit", call))
    assert set(answer.context["form"].fields) == {"title", "text", "version"}
    assert "bare tittel og tekst" in text_of(answer)


def test_the_deadline_is_moved_on_its_own_page(town: Municipality, leader: Client) -> None:
    call = open_call(town)
    later = timezone.localtime(call.closes_at) + 3 * DAY
    sent = {"closes_at_0": f"{later:%Y-%m-%d}", "closes_at_1": "12:00", "version": str(call.version)}
    assert leader.post(to("call-extend", call), sent).status_code == 302
    call.refresh_from_db()
    assert f"{timezone.localtime(call.closes_at):%Y-%m-%d %H:%M}" == f"{later:%Y-%m-%d} 12:00"
    earlier = sent | {"closes_at_0": "2026-01-01", "version": str(call.version)}
    answer = leader.post(to("call-extend", call), earlier)
    assert answer.status_code == 422 and "senere" in text_of(answer)


def test_an_empty_list_says_what_belongs_there(leader: Client, worker: Client) -> None:
    assert "Lag den første utlysningen" in text_of(leader.get(reverse("call-list")))
    assert "Lag den første" not in text_of(worker.get(reverse("call-list")))
    assert "Her kommer søknadene" in text_of(worker.get(reverse("application-list")))


# --- Applying ---------------------------------------------------------------------------------------------


def typed_application(unit: Unit, **changes: Any) -> dict[str, Any]:
    return {
        "title": "Sammen på Lademoen", "responsible_unit": str(unit.pk), "others-rows": "3", "others-0-name": "Laget",
        "others-0-kind": UnitKind.VOLUNTARY, "others-1-name": "Politiet", "others-1-kind": UnitKind.STATE,
        "others-2-name": "", "others-2-kind": UnitKind.VOLUNTARY, "target_group": "Familier", "text": "Vi vil.",
        "film_url": "", "budget-rows": "2", "budget-0-text": "Turer", "budget-0-use": "activity",
        "budget-0-amount": "1 600,50", "budget-1-text": "", "budget-1-use": "residents", "budget-1-amount": "",
        "accepts_terms": "on",
    } | changes  # fmt: skip


def test_an_application_is_begun_with_a_title_only_and_says_what_it_lacks(
    town: Municipality, unit: Unit, worker: Client
) -> None:
    call = open_call(town)
    answer = worker.post(to("application-new", call), {"title": "Sammen", "responsible_unit": str(unit.pk)})
    row = Application.objects.get()
    assert answer["Location"] == to("application", row)
    text = text_of(worker.get(to("application", row)))
    assert "5 ting mangler eller bryter med reglene" in text
    assert "Budsjettet mangler." in text
    assert "Budsjettet mangler." in text_of(worker.get(to("application-edit", row)))


def test_an_application_is_written_saved_and_sent(town: Municipality, unit: Unit, worker: Client) -> None:
    call = open_call(town)
    worker.post(to("application-new", call), typed_application(unit))
    row = Application.objects.get()
    assert [partner.name for partner in row.partners.all()] == ["Laget", "Politiet"]
    assert [(line.text, str(line.amount)) for line in row.budget.all()] == [("Turer", "1600.50")]
    assert "komplett" in text_of(worker.get(to("application", row)))
    worker.post(to("application-edit", row), typed_application(unit, text="Bedre", version=str(row.version)))
    row.refresh_from_db()
    assert row.text == "Bedre"
    answer = worker.post(to("application-send", row), {"version": row.version}, follow=True)
    assert "Søknaden er sendt inn" in text_of(answer)
    row.refresh_from_db()
    assert row.state == ApplicationState.SUBMITTED
    assert "Trekk søknaden" in text_of(answer)
    worker.post(to("application-withdraw", row), {"version": row.version})
    row.refresh_from_db()
    assert row.state == ApplicationState.DRAFT


def test_what_breaks_rules_is_not_sent_and_each_breach_is_shown(town: Municipality, unit: Unit, worker: Client) -> None:
    row = ApplicationFactory(
        call=open_call(town), responsible_unit=unit, partners=["Laget"], budget=[("Prosjektleder", "pay", 100)]
    )
    answer = worker.post(to("application-send", row), {"version": row.version})
    assert answer.status_code == 422
    text = text_of(answer)
    assert "Minst 3 ulike partnere" in text and "stillinger eller lønn. Det gjelder: Prosjektleder" in text
    row.refresh_from_db()
    assert (row.state, row.partners.count(), row.budget.count()) == (ApplicationState.DRAFT, 1, 1)


def test_more_budget_lines_keep_what_was_typed_and_save_nothing(town: Municipality, unit: Unit, worker: Client) -> None:
    answer = worker.post(to("application-new", open_call(town)), typed_application(unit, more="budget"))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'name="budget-rows" value="5"' in page and 'name="others-rows" value="3"' in page
    assert 'value="1 600,50"' in page and "Vi vil." in page and 'value="Laget"' in page
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"responsible_unit": "0"}, "responsible_unit"),
        ({"film_url": "javascript:alert(1)"}, "film_url"),
        ({"film_url": "ftp://film.example/1"}, "film_url"),
        ({"budget-0-amount": "-5"}, "budget"),
        ({"budget-0-amount": "mye"}, "budget"),
        ({"budget-0-use": "gull"}, "budget"),
        ({"budget-0-text": ""}, "budget"),
        ({"others-0-name": "x" * 151}, "others"),
        ({"others-1-name": "laget"}, "others"),
        ({"units": ["0"]}, "units"),
        ({"budget-rows": "99999999999"}, None),
        ({"budget-rows": "-1"}, None),
    ],
)
def test_bad_input_is_refused_at_its_field_and_kept(
    changes: dict[str, Any], field: str | None, town: Municipality, unit: Unit, worker: Client
) -> None:
    answer = worker.post(to("application-new", open_call(town)), typed_application(unit, **changes))
    if field is None:
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "Vi vil." in answer.content.decode()
    assert not BudgetLine.objects.exists()


def test_units_of_another_municipality_can_not_be_chosen(town: Municipality, unit: Unit, worker: Client) -> None:
    foreign = UnitFactory()
    for changes in ({"responsible_unit": str(foreign.pk)}, {"units": [str(foreign.pk)]}):
        answer = worker.post(to("application-new", open_call(town)), typed_application(unit, **changes))
        assert answer.status_code == 422
        assert foreign.name not in answer.content.decode()


def test_what_was_typed_is_kept_when_the_deadline_passes_meanwhile(
    town: Municipality, unit: Unit, worker: Client
) -> None:
    call = open_call(town)
    row = ApplicationFactory(call=call, responsible_unit=unit)
    Call.objects.update(closes_at=timezone.now() - datetime.timedelta(seconds=5))
    answer = worker.post(to("application-edit", row), typed_application(unit, text="Tre timers arbeid", version="1"))
    assert answer.status_code == 422
    assert "Søknadsfristen har gått ut." in text_of(answer)
    assert "Tre timers arbeid" in answer.content.decode()
    assert worker.post(to("application-send", row), {"version": 1}).status_code == 422


def test_editing_a_draft_over_somebody_elses_change_shows_both(town: Municipality, unit: Unit, worker: Client) -> None:
    row = ApplicationFactory(call=open_call(town), responsible_unit=unit, text="Den andres tekst", version=4)
    answer = worker.post(to("application-edit", row), typed_application(unit, version="3"))
    assert answer.status_code == 422
    text = text_of(answer)
    assert "Dette har dere endret" in text and "Den andres tekst" in text and "Vinterklær" in text
    assert 'value="1 600,50"' in answer.content.decode()
    form = answer.context["form"]
    chosen = {row.input_name: "mine" for row in form.merge.rows if row.asks}
    again = typed_application(unit, version=form.data["version"]) | chosen
    assert worker.post(to("application-edit", row), again).status_code == 302


def test_a_sent_application_is_not_opened_for_editing(town: Municipality, unit: Unit, worker: Client) -> None:
    row = ApplicationFactory(call=open_call(town), responsible_unit=unit, state="submitted")
    answer = worker.get(to("application-edit", row), follow=True)
    assert answer.redirect_chain[0][0] == to("application", row)
    assert "kan ikke endres" in text_of(answer)


def test_nobody_applies_to_a_call_that_is_not_open(town: Municipality, unit: Unit, worker: Client) -> None:
    call = open_call(town, state=CallState.CLOSED)
    assert worker.get(to("application-new", call)).status_code == 302
    assert worker.post(to("application-new", call), typed_application(unit)).status_code == 422
    assert "Søk" not in [
        link.strip() for link in re.findall(r">([^<]+)</a>", worker.get(to("call", call)).content.decode())
    ]


def test_a_partner_reads_the_application_and_changes_nothing(town: Municipality, unit: Unit, client_for: Any) -> None:
    other = UnitFactory(municipality=town, kind=UnitKind.VOLUNTARY)
    row = ApplicationFactory(call=open_call(town), responsible_unit=unit, partners=[other], text="Hemmelig plan")
    partner = client_for(make_member(Role.PARTNER, other))
    answer = partner.get(to("application", row))
    assert "Hemmelig plan" in text_of(answer)
    assert "Fortsett på søknaden" not in text_of(answer)
    assert partner.post(to("application-send", row), {"version": 1}).status_code == 403
    leader_of_partner = client_for(make_member(Role.UNIT_LEADER, other))
    assert leader_of_partner.get(to("application", row)).status_code == 200
    for name in ("application-edit", "application-send", "application-withdraw"):
        assert leader_of_partner.get(to(name, row)).status_code == 403
        assert leader_of_partner.post(to(name, row), typed_application(unit, version="1")).status_code == 403
    row.refresh_from_db()
    assert (row.text, row.state) == ("Hemmelig plan", ApplicationState.DRAFT)


def test_drafts_of_others_are_nowhere_to_be_found(town: Municipality, leader: Client, client_for: Any) -> None:
    """Not by those who decide, nor by the neighbours who apply to the same call."""
    call = open_call(town)
    row = ApplicationFactory(call=call, title="Vårt hemmelige utkast")
    neighbour = client_for(make_member(Role.CASEWORKER, UnitFactory(municipality=town)))
    for client in (leader, neighbour):
        assert client.get(to("application", row)).status_code == 404
        for url in (to("call", call), reverse("application-list"), reverse("call-list")):
            assert "Vårt hemmelige utkast" not in client.get(url).content.decode()


# --- Closing and deciding ---------------------------------------------------------------------------------


def test_a_call_is_closed_after_its_deadline_only(town: Municipality, leader: Client) -> None:
    call = open_call(town)
    assert leader.post(to("call-close", call), {"version": 1}).status_code == 422
    Call.objects.update(closes_at=timezone.now() - DAY / 2)
    assert "Lukk utlysningen" in text_of(leader.get(to("call", call)))
    assert leader.post(to("call-close", call), {"version": 1}).status_code == 302
    call.refresh_from_db()
    assert call.state == CallState.CLOSED


def judged(town: Municipality, *points: int) -> tuple[Call, list[Application]]:
    """A call with two places whose jury of two gave each application these points."""
    call = open_call(town, state=CallState.CLOSED, closes_at=timezone.now() - DAY / 2)
    rows = [ApplicationFactory(call=call, state="submitted", title=f"Søknad {n}") for n in range(len(points))]
    members = [JuryMemberFactory(call=call) for _ in range(2)]
    for row, value in zip(rows, points, strict=True):
        for member in members:
            make_sheet(member, row, value, value, comment=f"Kommentar til {row.title}")
    return call, rows


def test_the_ranking_is_ticked_beforehand_when_there_is_no_tie_and_people_decide(
    town: Municipality, leader: Client
) -> None:
    call, rows = judged(town, 2, 5, 3)
    assert "Juryen er ikke ferdig" in text_of(leader.get(to("call-decide", call)))
    assert leader.post(to("call-decide", call), {"version": 1, "reason": "Fordi"}).status_code == 422
    assert "Poengene vises først" in text_of(leader.get(to("call-jury", call)))
    assert leader.get(to("call-ranking", call)).status_code == 404
    answer = leader.post(to("scoring-close", call), {"version": 1}, follow=True)
    assert "Søknad 1" in text_of(answer) and "Kommentar til Søknad 1" in text_of(answer)
    page = leader.get(to("call-decide", call))
    assert set(page.context["form"].initial["chosen"]) == {rows[1].pk, rows[2].pk}
    answer = leader.post(to("call-decide", call), {"version": 2, "chosen": [rows[0].pk], "reason": ""})
    assert answer.status_code == 422
    ticked = re.findall(r'value="(\d+)"[^>]*checked', answer.content.decode())
    assert ticked == [str(rows[0].pk)], "what was chosen is kept"
    answer = leader.post(
        to("call-decide", call), {"version": 2, "chosen": [rows[0].pk], "reason": "Når flest barn"}, follow=True
    )
    text = text_of(answer)
    assert "Når flest barn" in text and "PDF-en venter" in text
    states = dict(Application.objects.values_list("title", "state"))
    assert states == {"Søknad 0": "awarded", "Søknad 1": "not_awarded", "Søknad 2": "not_awarded"}


def test_a_tie_at_the_last_place_is_shown_and_not_decided_by_the_program(town: Municipality, leader: Client) -> None:
    call, rows = judged(town, 5, 3, 3)
    leader.post(to("scoring-close", call), {"version": 1})
    assert "plassene rekker ikke til alle" in text_of(leader.get(to("call-ranking", call)))
    page = leader.get(to("call-decide", call))
    assert "plassene rekker ikke til alle" in text_of(page)
    assert page.context["form"].initial["chosen"] == [rows[0].pk], "only who is inside for certain"
    too_many = leader.post(
        to("call-decide", call), {"version": 2, "chosen": [row.pk for row in rows], "reason": "Alle"}
    )
    assert too_many.status_code == 422
    assert "3 søknader, men utlysningen har 2 plasser" in text_of(too_many)


def test_scoring_without_a_quorum_is_not_closed_and_says_where(town: Municipality, leader: Client) -> None:
    call, _rows = judged(town, 5)
    ApplicationFactory(call=call, state="submitted", title="Den glemte")
    assert "Trenger minst 2" in text_of(leader.get(to("scoring-close", call)))
    answer = leader.post(to("scoring-close", call), {"version": 1})
    assert answer.status_code == 422
    assert "For få medlemmer har vurdert: «Den glemte»." in text_of(answer)
    assert not Placement.objects.exists()


def test_a_call_without_a_jury_is_decided_with_a_reason(town: Municipality, leader: Client) -> None:
    call = open_call(town, state=CallState.CLOSED, closes_at=timezone.now() - DAY / 2)
    row = ApplicationFactory(call=call, state="submitted")
    assert "Utlysningen har ingen jury." in text_of(leader.get(to("call-decide", call)))
    leader.post(to("call-decide", call), {"version": 1, "chosen": [row.pk], "reason": "Den eneste"})
    row.refresh_from_db()
    assert row.state == ApplicationState.AWARDED


def test_an_awarded_application_leads_to_its_sub_project(town: Municipality, leader: Client, worker: Client) -> None:
    row = ApplicationFactory(call=open_call(town, state=CallState.CLOSED), state="awarded")
    link = f"{reverse('sub-project-new')}?soknad={row.public_id}"
    assert link in leader.get(to("application", row)).content.decode()
    assert leader.get(link).status_code == 200
    today = timezone.localdate()
    period = {"starts_on": today.isoformat(), "ends_on": (today + 700 * DAY).isoformat()}
    leader.post(link, {"title": row.title, **period})
    page = leader.get(to("application", row)).content.decode()
    assert to("sub-project", SubProject.objects.get(application=row)) in page
    assert link not in page


def test_a_failed_protocol_is_made_again_by_the_leadership(town: Municipality, leader: Client, worker: Client) -> None:
    call = open_call(town, state=CallState.CLOSED, closes_at=timezone.now() - DAY / 2)
    leader.post(to("call-decide", call), {"version": 1, "reason": "Ingen søkte"})
    call.refresh_from_db()
    assert call.protocol is not None
    job = call.protocol.job
    type(job).objects.update(state=JobState.FAILED, error="Noe gikk galt.", finished_at=timezone.now() + DAY)
    assert "Prøv igjen" in text_of(leader.get(to("call", call)))
    assert "Prøv igjen" not in text_of(worker.get(to("call", call)))
    leader.post(to("protocol-retry", call))
    job.refresh_from_db()
    assert job.state == JobState.QUEUED
    assert worker.get(to("protocol", call)).status_code == 404


# --- Queries ----------------------------------------------------------------------------------------------


def test_pages_of_calls_take_the_same_queries_for_many(
    town: Municipality, unit: Unit, leader: Client, worker: Client
) -> None:
    call = open_call(town)
    own = ApplicationFactory(call=call, responsible_unit=unit, partners=[UnitFactory(municipality=town)])
    ApplicationFactory(call=call, state="submitted")
    pages = [
        (leader, reverse("call-list")), (leader, to("call", call)), (worker, reverse("application-list")),
        (worker, to("application", own)), (worker, to("application-edit", own)), (leader, to("call-edit", call)),
    ]  # fmt: skip

    def counts() -> list[int]:
        found = []
        for client, url in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        return found

    few = counts()
    for number in range(6):
        open_call(town)
        ApplicationFactory(call=call, state="submitted", responsible_unit=unit)
        ApplicationFactory(call=call, partners=[unit])
        own.partners.create(unit=UnitFactory(municipality=town), name=f"Partner {number}", kind="municipal")
        own.budget.create(text=f"Linje {number}", use="other", amount=1)
    assert counts() == few
    assert max(few) <= 22, few
