"""The pages of sub-projects: what is shown to whom, and what the forms do."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from grants.models import Application, ApplicationState, Call, CallState, PartnerRole, SubProject, SubProjectState
from grants.views.next_steps import next_steps
from measures.models import LogEntry, Measure
from organisation.models import Role
from tests.factories import (
    GoalFactory,
    LedgerEntryFactory,
    LogEntryFactory,
    MeasureFactory,
    SubProjectFactory,
    UnitFactory,
    ZoneFactory,
    make_agreed,
    make_member,
    make_offered,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def sub_project() -> SubProject:
    return make_agreed()


def leader_of(sub_project: SubProject, role: Role = Role.COORDINATOR) -> Any:
    return make_member(role, UnitFactory(municipality=sub_project.municipality))


@pytest.fixture
def leader(sub_project: SubProject, client_for: Any) -> Client:
    client: Client = client_for(leader_of(sub_project))
    return client


def url(name: str, row: Any, *more: str) -> str:
    return reverse(name, args=[row.public_id, *more])


def titles(answer: Any) -> list[str]:
    return [row.title for row in answer.context["page_obj"]]


def test_the_list_is_filtered_sorted_and_counted(sub_project: SubProject, leader: Client) -> None:
    town = sub_project.municipality
    zone = ZoneFactory(municipality=town)
    other = SubProjectFactory(municipality=town, title="Aktiv fritid", state=SubProjectState.ENDED, partners=2)
    other.zones.set([zone])
    SubProjectFactory(title="Naboens")
    LedgerEntryFactory(sub_project=sub_project, amount=250_000)
    page = reverse("sub-project-list")
    assert set(titles(leader.get(page))) == {sub_project.title, "Aktiv fritid"}
    assert titles(leader.get(page, {"tilstand": "ended"})) == ["Aktiv fritid"]
    assert titles(leader.get(page, {"sone": zone.public_id})) == ["Aktiv fritid"]
    assert titles(leader.get(page, {"sok": "aktiv"})) == ["Aktiv fritid"]
    unit = sub_project.partners.first().unit
    assert titles(leader.get(page, {"enhet": unit.public_id})) == [sub_project.title]
    assert titles(leader.get(page, {"sorter": "-tildelt"})) == [sub_project.title, "Aktiv fritid"]
    assert titles(leader.get(page, {"sorter": "navn"})) == ["Aktiv fritid", sub_project.title]
    figures = {row["label"]: row["value"] for row in leader.get(page).context["figures"]}
    assert figures == {
        "I gang": 1, "Stoppet ved stoppunkt": 0, "Avsluttet": 1, "Videreført i linja": 0,
        "kroner tildelt": 1_000_000, "kroner utbetalt": 250_000,
    }  # fmt: skip


def test_months_in_the_list_are_written_as_in_a_sentence(sub_project: SubProject, leader: Client) -> None:
    SubProject.objects.update(starts_on=datetime.date(2026, 11, 1), ends_on=datetime.date(2028, 5, 31))
    html = leader.get(reverse("sub-project-list")).content.decode()
    assert "nov. 2026 –" in html and "mai 2028" in html
    assert '<div class="table-wrap" role="region" tabindex="0" aria-label="Tabell: delprosjekter">' in html


def test_every_figure_leads_to_the_list_it_counts(sub_project: SubProject, leader: Client) -> None:
    for figure in leader.get(reverse("sub-project-list")).context["figures"]:
        found = leader.get(f"{reverse('sub-project-list')}?{figure['query']}")
        if not figure.get("is_money"):
            assert found.context["page_obj"].paginator.count == figure["value"]


def test_the_api_gives_the_same_rows_with_the_same_filters(sub_project: SubProject, leader: Client) -> None:
    SubProjectFactory(municipality=sub_project.municipality, state=SubProjectState.ENDED)
    SubProjectFactory()
    LedgerEntryFactory(sub_project=sub_project, amount=1_500)
    found = leader.get(reverse("api-sub-project-list"), {"tilstand": "running"}).json()["results"]
    assert [row["id"] for row in found] == [sub_project.public_id]
    assert (found[0]["awarded"], found[0]["paid"]) == ("1000000.00", "1500.00")
    assert [row["role"] for row in found[0]["partners"]] == ["responsible", "partner"]
    assert leader.get(url("api-sub-project", sub_project)).json() == found[0]
    assert leader.post(reverse("api-sub-project-list"), {}).status_code == 405


def test_a_partner_finds_its_own_only_as_its_first_page(sub_project: SubProject, client_for: Any) -> None:
    make_agreed(municipality=sub_project.municipality)
    client = client_for(make_member(Role.PARTNER, sub_project.partners.last().unit))
    assert client.get(reverse("home")).context["sub_project_figures"][0].value == "1"
    answer = client.get(reverse("sub-project-list"))
    assert titles(answer) == [sub_project.title]
    assert answer.context["figures"][0]["value"] == 1
    assert "Nytt delprosjekt" not in answer.content.decode()


def test_one_log_entry_serves_the_plan_and_the_sub_project(sub_project: SubProject, leader: Client) -> None:
    goal = GoalFactory(plan__municipality=sub_project.municipality)
    new = url("sub-project-measure-new", sub_project, goal.plan.public_id)
    form = leader.get(new).context["form"]
    leader.post(new, {"goals": [goal.pk], "version": form["version"].value()})
    measure = Measure.objects.get()
    log = url("log-new", measure)
    prefix = measure.public_id
    leader.post(
        log,
        {
            f"{prefix}-text": "Vi møtte ti familier.", f"{prefix}-happened_on": TODAY.isoformat(),
            f"{prefix}-kind": "activity", f"{prefix}-form_key": "a" * 20,
        },
    )  # fmt: skip
    assert LogEntry.objects.count() == 1
    page = leader.get(url("sub-project", sub_project)).content.decode()
    assert "Vi møtte ti familier." in page and log in page
    on_measure = leader.get(url("measure", measure)).content.decode()
    assert "Vi møtte ti familier." in on_measure and url("sub-project", sub_project) in on_measure


def test_a_measure_that_is_no_sub_project_says_nothing_of_one(leader: Client, sub_project: SubProject) -> None:
    measure = MeasureFactory(plan__municipality=sub_project.municipality)
    assert "Tiltaket er delprosjektet" not in leader.get(url("measure", measure)).content.decode()


def test_a_partner_reads_the_log_but_is_not_led_where_it_may_not_go(sub_project: SubProject, client_for: Any) -> None:
    sub_project.measure = MeasureFactory(plan__municipality=sub_project.municipality)
    sub_project.save()
    entry = LogEntryFactory(measure=sub_project.measure, text="Vi møtte ti familier.", happened_on=TODAY)
    newer = LogEntryFactory(measure=sub_project.measure, text="Vi møtte elleve.", corrects=entry, thread=entry.thread)
    client = client_for(make_member(Role.PARTNER, sub_project.partners.last().unit))
    page = client.get(url("sub-project", sub_project)).content.decode()
    assert newer.text in page
    for name, args in (("log-versions", [entry.thread]), ("measure", [sub_project.measure.public_id])):
        assert reverse(name, args=args) not in page
        assert client.get(reverse(name, args=args)).status_code == 403


def test_a_measure_is_tied_and_let_go(sub_project: SubProject, leader: Client) -> None:
    measure = MeasureFactory(plan__municipality=sub_project.municipality)
    MeasureFactory(title="Naboens tiltak")
    page = url("sub-project-measure", sub_project)
    answer = leader.get(page)
    assert "Naboens tiltak" not in answer.content.decode()
    for chosen, expected in ((measure.pk, measure), ("", None)):
        version = leader.get(page).context["form"]["version"].value()
        assert leader.post(page, {"measure": chosen, "version": version}).status_code == 302
        sub_project.refresh_from_db()
        assert sub_project.measure == expected


def test_who_does_not_keep_the_plan_makes_no_measure_in_it(sub_project: SubProject, client_for: Any) -> None:
    plan = GoalFactory(plan__municipality=sub_project.municipality).plan
    client = client_for(leader_of(sub_project, Role.PROJECT_LEAD))
    assert "Lag et nytt tiltak" not in client.get(url("sub-project-measure", sub_project)).content.decode()
    assert client.get(url("sub-project-measure-new", sub_project, plan.public_id)).status_code == 403


def test_a_new_one_is_made_with_its_partners(sub_project: SubProject, leader: Client) -> None:
    one, two = (UnitFactory(municipality=sub_project.municipality) for _ in range(2))
    typed: dict[str, Any] = {"title": "Nytt", "responsible": one.pk, "others": [one.pk, two.pk]}
    typed |= {"starts_on": "2026-01-01", "ends_on": "2025-01-01"}
    refused = leader.post(reverse("sub-project-new"), typed)
    assert refused.status_code == 422
    assert "slutter før" in refused.context["form"].errors["ends_on"][0]
    leader.post(reverse("sub-project-new"), typed | {"ends_on": "2026-12-31"})
    made = SubProject.objects.get(title="Nytt")
    assert {(row.unit, row.role) for row in made.partners.all()} == {(one, "responsible"), (two, "partner")}


def test_units_of_another_municipality_are_no_choice(leader: Client) -> None:
    foreign = UnitFactory()
    typed = {"title": "Nytt", "responsible": foreign.pk, "starts_on": "2026-01-01", "ends_on": "2026-12-31"}
    assert "responsible" in leader.post(reverse("sub-project-new"), typed).context["form"].errors


def test_an_awarded_application_is_offered_and_used_once(sub_project: SubProject, leader: Client) -> None:
    now, someone = timezone.now(), leader_of(sub_project)
    call = Call.objects.create(
        municipality=sub_project.municipality, title="Utlysning", text="Søk!", places=1, amount_per_half_year=1,
        opens_at=now, closes_at=now + datetime.timedelta(days=1), state=CallState.CLOSED,
    )  # fmt: skip
    application = Application.objects.create(
        call=call, title="Fra søknad", responsible_unit=UnitFactory(municipality=sub_project.municipality),
        written_by=someone, state=ApplicationState.AWARDED, submitted_at=now, submitted_by=someone,
    )  # fmt: skip
    page = f"{reverse('sub-project-new')}?soknad={application.public_id}"
    assert "Fra søknad" in leader.get(reverse("sub-project-new")).content.decode()
    assert leader.get(page).context["form"]["title"].value() == "Fra søknad"
    period = {"starts_on": "2026-01-01", "ends_on": "2026-12-31"}
    taken = leader.post(page, {"title": sub_project.title, **period})
    assert (taken.status_code, list(taken.context["form"].errors)) == (422, ["title"])
    answer = leader.post(page, {"title": "Runde to", **period})
    assert SubProject.objects.get(application=application).title == "Runde to"
    assert answer["Location"] == url("sub-project", SubProject.objects.get(application=application))
    assert leader.get(page).status_code == 404


def test_the_period_is_not_in_the_form_once_the_partners_have_it(sub_project: SubProject, leader: Client) -> None:
    page = url("sub-project-edit", sub_project)
    form = leader.get(page).context["form"]
    assert "starts_on" not in form.fields
    assert leader.post(page, {"title": "Nytt navn", "version": form["version"].value()}).status_code == 302
    sub_project.refresh_from_db()
    assert sub_project.title == "Nytt navn"


def test_a_stale_edit_keeps_what_was_typed_and_shows_what_stands(sub_project: SubProject, leader: Client) -> None:
    page = url("sub-project-edit", sub_project)
    version = leader.get(page).context["form"]["version"].value()
    leader.post(page, {"title": "Den første", "version": version})
    answer = leader.post(page, {"title": "Den andre", "version": version})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Den første" in text and 'value="Den andre"' in text


def test_partners_come_change_and_leave(sub_project: SubProject, leader: Client) -> None:
    page = url("sub-project-partners", sub_project)
    unit = UnitFactory(municipality=sub_project.municipality)
    leader.post(page, {"unit": unit.pk, "role": PartnerRole.REFERENCE})
    partner = sub_project.partners.get(unit=unit)
    edit = url("sub-project-partner", sub_project, partner.public_id)
    version = leader.get(edit).context["form"]["version"].value()
    leader.post(edit, {"role": PartnerRole.PARTNER, "left_on": "2025-06-01", "version": version})
    partner.refresh_from_db()
    assert (partner.role, partner.left_on) == (PartnerRole.PARTNER, datetime.date(2025, 6, 1))
    assert f"{unit.name} (til 1. juni 2025)" in " ".join(
        leader.get(url("sub-project", sub_project)).content.decode().split()
    )


def test_ending_says_what_follows_and_chooses_nothing(sub_project: SubProject, leader: Client) -> None:
    page = url("sub-project-end", sub_project)
    answer = leader.get(page)
    assert "Det kan ikke betales ut mer" in answer.content.decode()
    assert 'checked' not in str(answer.context["form"]["to"])  # fmt: skip
    version = answer.context["form"]["version"].value()
    leader.post(page, {"to": "ended", "on": TODAY.isoformat(), "reason": "", "version": version})
    sub_project.refresh_from_db()
    assert sub_project.state == SubProjectState.ENDED
    report = url("closing-report", sub_project)
    assert report in leader.get(url("sub-project", sub_project)).content.decode()


def test_the_closing_report_is_saved_then_submitted_and_then_read(sub_project: SubProject, leader: Client) -> None:
    page = url("sub-project-end", sub_project)
    version = leader.get(page).context["form"]["version"].value()
    leader.post(page, {"to": "ended", "on": TODAY.isoformat(), "version": version})
    report = url("closing-report", sub_project)
    form = leader.get(report).context["form"]
    assert "1\xa0000\xa0000 kroner" in form["remaining"].value()
    typed = {name: form[name].value() for name in ("learnt", "carried_on", "remaining", "version")}
    assert leader.post(report, typed | {"achieved": "", "submit": "1"}).status_code == 422
    assert leader.post(report, typed | {"achieved": "Mye", "learnt": "At det nytter"}).status_code == 302
    version = leader.get(report).context["form"]["version"].value()
    done = {"achieved": "Mye", "learnt": "At det nytter", "version": version, "submit": "1"}
    assert leader.post(report, done).status_code == 302
    text = leader.get(report).content.decode()
    assert "At det nytter" in text and "<textarea" not in text
    assert leader.post(report, done | {"version": version + 1}).status_code == 422


def test_the_buttons_are_what_the_reader_can_do_next(sub_project: SubProject) -> None:
    def labels(user: Any, row: SubProject, leads: bool, on: datetime.date = TODAY) -> list[str]:
        return [label for label, _url in next_steps(user, row, on, leads)]

    planned = SubProjectFactory(municipality=sub_project.municipality, partners=2)
    leader = leader_of(sub_project)
    assert labels(leader, planned, True) == ["Lag tildelingsbrev"]
    make_offered(planned)
    assert labels(leader, planned, True) == ["Se hvem som har godkjent"]
    signer = make_member(Role.PARTNER, planned.partners.first().unit)
    assert labels(signer, planned, False) == ["Les og godkjenn tildelingsbrevet"]
    assert labels(make_member(Role.CASEWORKER, planned.partners.first().unit), planned, False) == []
    answerer = make_member(Role.UNIT_LEADER, sub_project.partners.first().unit)
    due = sub_project.reviews.get().due_on
    assert labels(answerer, sub_project, False, due) == ["Svar på spørreskjemaet"]
    assert labels(leader, sub_project, True, due) == ["Åpne stoppunktet"]
    assert labels(leader, sub_project, True, due - datetime.timedelta(days=31)) == []


def test_the_sections_are_those_the_reader_may_use(sub_project: SubProject, client_for: Any) -> None:
    unit = sub_project.partners.first().unit
    for role, shown in ((Role.COORDINATOR, True), (Role.CASEWORKER, False), (Role.PARTNER, False)):
        page = client_for(make_member(role, unit)).get(reverse("sub-project-list")).content.decode()
        assert (reverse("payments-waiting") in page) == shown
        assert reverse("review-list") in page


@pytest.mark.parametrize("name", ["sub-project-list", "api-sub-project-list", "review-list"])
def test_the_queries_of_lists_do_not_grow(name: str, sub_project: SubProject, leader: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert leader.get(reverse(name)).status_code == 200
        return len(queries)

    def more() -> None:
        for _ in range(3):
            row = make_agreed(municipality=sub_project.municipality)
            row.zones.set([ZoneFactory(municipality=sub_project.municipality)])
            LedgerEntryFactory(sub_project=row, amount=1)

    more()
    few = count()
    more()
    assert count() <= few


@pytest.mark.parametrize("name", ["sub-project", "sub-project-letters", "sub-project-reviews"])
def test_the_queries_of_a_page_do_not_grow(name: str, sub_project: SubProject, leader: Client) -> None:
    sub_project.measure = MeasureFactory(plan__municipality=sub_project.municipality)
    sub_project.save()

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert leader.get(url(name, sub_project)).status_code == 200
        return len(queries)

    def more() -> None:
        for _ in range(4):
            unit = UnitFactory(municipality=sub_project.municipality)
            sub_project.partners.create(unit=unit)
            LogEntryFactory(measure=sub_project.measure, happened_on=TODAY)

    more()
    few = count()
    more()
    assert count() <= few
