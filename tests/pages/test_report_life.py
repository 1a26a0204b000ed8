"""The pages of a report's life: what each user sees of it, what she can do next, and that nothing typed is lost."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisation.domain.errors import DomainError
from organisation.models import AuditEntry, DocumentJob, JobState, Municipality, Role, User
from reporting.domain import report_kinds
from reporting.domain.free_texts import HELD, NOT_CLEARED, free, hash_of
from reporting.domain.report import make_report, send_for_review, take_back
from reporting.domain.report_comments import write_comment
from reporting.domain.report_kinds import Built, Kind
from reporting.domain.report_texts import clear_texts, edit_text
from reporting.domain.report_versions import correct, set_case_number
from reporting.models import Report, ReportComment, ReportKind, ReportRound, ReportVersion, VersionState
from reporting.permissions import can_review_report
from tests.factories import (
    PlanFactory,
    ReportFactory,
    ReportVersionFactory,
    RoundFactory,
    UnitFactory,
    UserFactory,
    make_member,
)
from tests.reporting.closed_round import Scene

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2026, 3, 3, 12, tzinfo=datetime.UTC)
TEXT = "Setningen som er skrevet til rapporten"


@pytest.fixture(scope="module")
def plan_figures() -> dict[str, Any]:
    """Filled in by the first test that asks (needs the database)."""
    return {}


@pytest.fixture
def figures(plan_figures: dict[str, Any]) -> dict[str, Any]:
    """Figures of a plan with everything, and a summary of our own that waits to be confirmed."""
    if not plan_figures:
        plan_figures |= Scene.make().close().figures
    return plan_figures | {"summary": free("summary", "Sammendrag", "sammendrag", TEXT)}


@pytest.fixture
def version(figures: dict[str, Any]) -> ReportVersion:
    row: ReportVersion = ReportVersionFactory(figures=figures, report__title="Statusrapport for prøven")
    return row


def town_of(row: ReportVersion) -> Municipality:
    town: Municipality = row.report.municipality
    return town


def member(row: ReportVersion, role: Role) -> User:
    user: User = make_member(role, UnitFactory(municipality=None if role == Role.ANALYST else town_of(row)))
    return user


def address(name: str, row: ReportVersion, **more: Any) -> str:
    return reverse(name, kwargs={"public_id": row.report.public_id} | more)


def body(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def sent(row: ReportVersion, by: User | None = None) -> ReportVersion:
    return send_for_review(draft=row, version=row.version, by=by or row.made_by, at=AT)


def out(figures: dict[str, Any], state: str = "published", **fields: Any) -> ReportVersion:
    row: ReportVersion = ReportVersionFactory(
        figures=figures, content=figures | {"summary": TEXT, "goals": [], "log": [], "proposed_decision": ""}, state=state,
        **fields,
    )  # fmt: skip
    return row


# --- The report's page ---------------------------------------------------------------------------------------------


def test_a_draft_is_shown_as_it_will_look_with_what_is_not_confirmed_marked(
    version: ReportVersion, client_for: Any
) -> None:
    page = body(client_for(member(version, Role.CASEWORKER)), address("report", version))
    assert f"{NOT_CLEARED} {TEXT}" in page
    assert "er ikke bekreftet" in page
    assert "Teksten som er bekreftet." in page
    assert f"{NOT_CLEARED} Teksten som er bekreftet." not in page


@pytest.mark.parametrize(
    ("state", "step"),
    [
        ("draft", "Ledelsen leser tekstene"),
        ("in_review", "godkjenner den eller sender den tilbake"),
        ("approved", "Plankoordinatoren publiserer rapporten"),
        ("published", "Publisert 15. august 2025"),
    ],
)
def test_the_next_step_is_said_in_a_sentence(state: str, step: str, figures: dict[str, Any], client_for: Any) -> None:
    row = ReportVersionFactory(figures=figures) if state == "draft" else out(figures, state)
    assert step in body(client_for(member(row, Role.CASEWORKER)), address("report", row))


BUTTONS = {
    "report-texts", "report-send", "report-approve", "report-return", "report-correct", "report-withdraw",
    "report-refresh", "report-throw-away", "report-publish", "report-case-number",
}  # fmt: skip
MAY_PRESS = {
    ("draft", Role.COORDINATOR): {"report-texts", "report-send", "report-refresh", "report-case-number"},
    ("draft", Role.PROJECT_LEAD): {"report-texts"},
    ("in_review", Role.COORDINATOR): {"report-approve", "report-return"},
    ("in_review", Role.PROJECT_LEAD): {"report-approve", "report-return"},
    ("in_review", Role.STEERING_GROUP): {"report-approve", "report-return"},
    ("approved", Role.COORDINATOR): {"report-publish", "report-return"},
    ("approved", Role.PROJECT_LEAD): {"report-return"},
    ("approved", Role.STEERING_GROUP): {"report-return"},
    ("published", Role.COORDINATOR): {"report-correct", "report-withdraw"},
    ("withdrawn", Role.COORDINATOR): {"report-correct"},
}


@pytest.mark.parametrize("state", list(VersionState))
@pytest.mark.parametrize(
    "role", [Role.COORDINATOR, Role.PROJECT_LEAD, Role.STEERING_GROUP, Role.CASEWORKER, Role.BOARD_MEMBER]
)
def test_buttons_are_there_for_who_may(state: str, role: Role, figures: dict[str, Any], client_for: Any) -> None:
    row = ReportVersionFactory(figures=figures) if state == "draft" else out(figures, state)
    client = client_for(member(row, role))
    answer = client.get(address("report", row))
    if role == Role.BOARD_MEMBER and state not in ("published", "withdrawn"):
        assert answer.status_code == 404
        return
    page = answer.content.decode()
    found = {name for name in BUTTONS if f'"{_url(name, row)}' in page}
    assert found == MAY_PRESS.get((VersionState(state), role), set())


def _url(name: str, row: ReportVersion) -> str:
    return address(name, row, **({"number": row.number} if name == "report-withdraw" else {}))


def test_whoever_wrote_it_is_told_why_she_can_not_approve(version: ReportVersion, client_for: Any) -> None:
    lead = member(version, Role.PROJECT_LEAD)
    edit_text(draft=version, key="summary", text="Ny.", version=0, by=lead)
    row = sent(version)
    client = client_for(lead)
    assert "Derfor må en annen godkjenne den" in body(client, address("report", row))
    answer = client.post(address("report-approve", row), {"version": row.version}, follow=True)
    assert "Derfor må en annen godkjenne den" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == VersionState.IN_REVIEW


@pytest.mark.parametrize(("kind", "half"), [(ReportKind.SUB_PROJECTS, 1), (ReportKind.YEARLY_GRANTS, None)])
def test_the_proposed_decision_stands_once_on_a_page_with_a_first_page(
    kind: ReportKind, half: int | None, client_for: Any
) -> None:
    coordinator = make_member(Role.COORDINATOR)
    row = make_report(
        municipality=coordinator.current_memberships[0].unit.municipality, kind=kind, title="Rapport", year=2025, half=half,
        by=coordinator, at=AT, on=AT.date(),
    )  # fmt: skip
    edit_text(draft=row, key="proposed_decision", text="Vi tar saken til orientering.", version=0, by=coordinator)
    assert body(client_for(coordinator), address("report", row)).count("Vi tar saken til orientering.") == 1


def test_of_an_older_copy_without_a_first_page_the_proposed_decision_stands_before_the_contents(
    figures: dict[str, Any], client_for: Any
) -> None:
    old = {name: value for name, value in figures.items() if name != "first_page"}
    row = ReportVersionFactory(figures=old, content=old | {"proposed_decision": "Tas til orientering.", "log": [], "goals": [], "summary": ""}, state="published")  # fmt: skip  # noqa: E501
    page = body(client_for(member(row, Role.BOARD_MEMBER)), address("report", row))
    assert page.count("Tas til orientering.") == 1


# --- What waits for a reviewer --------------------------------------------------------------------------------------


def waiting(client: Client) -> list[ReportVersion]:
    return list(client.get(reverse("home")).context.get("to_review", []))


def test_a_report_to_review_waits_on_the_reviewers_first_page(version: ReportVersion, client_for: Any) -> None:
    lead, other = member(version, Role.PROJECT_LEAD), make_member(Role.PROJECT_LEAD)
    client = client_for(lead)
    assert waiting(client) == []
    row = sent(version)
    page = body(client, reverse("home"))
    assert "Rapporter til gjennomgang" in page
    assert f'"{address("report", row)}"' in page
    for user in (other, member(version, Role.CASEWORKER)):
        assert "Rapporter til gjennomgang" not in body(client_for(user), reverse("home"))


@pytest.mark.parametrize("part", ["made", "wrote", "wrote before", "sent", "took back and sent", "only cleared"])
def test_what_she_has_had_a_hand_in_waits_for_another_as_the_rule_of_approving_says(
    part: str, figures: dict[str, Any], client_for: Any
) -> None:
    row = ReportVersionFactory(figures=figures)
    lead = member(row, Role.PROJECT_LEAD)
    if part == "made":
        row = ReportVersionFactory(figures=figures, made_by=lead, report__round__plan=row.report.round.plan, report__round__year=2021)  # fmt: skip  # noqa: E501
    if part in ("wrote", "wrote before"):
        edit_text(draft=row, key="summary", text="Ny.", version=0, by=lead)
    if part == "wrote before":
        edit_text(draft=row, key="summary", text="Nyere.", version=row.texts.get().version, by=UserFactory())
    if part == "only cleared":
        clear_texts(draft=row, read={"summary": hash_of(TEXT)}, by=lead, at=AT)
    row = sent(row, by=lead if part.startswith(("sent", "took")) else None)
    if part == "took back and sent":
        row = take_back(reviewed=row, version=row.version, by=row.made_by, at=AT, remark="Rett tallet.")
        row = sent(row, by=row.made_by)
    may = can_review_report(lead, row)
    assert may == (part == "only cleared")
    assert (row in waiting(client_for(lead))) == may


def test_the_steering_group_has_reports_in_its_menu(version: ReportVersion, client_for: Any) -> None:
    client = client_for(member(version, Role.STEERING_GROUP))
    menu = client.get(address("report", version)).context["main_navigation"]
    assert reverse("report-list") in {entry["url"] for entry in menu}


# --- Withdrawn and older versions ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.BOARD_MEMBER])
def test_the_board_gets_neither_text_nor_file_of_a_withdrawn_report_only_why(
    role: Role, figures: dict[str, Any], client_for: Any
) -> None:
    row = out(figures, "withdrawn", withdrawn_reason="Tallene for mål 3 var feil.")
    client = client_for(member(row, role))
    for url in (address("report", row), address("report-version", row, number=1), address("report-versions", row)):
        page = body(client, url)
        assert "Tallene for mål 3 var feil." in page
        assert "Trukket tilbake 15. august 2025" in page
        assert TEXT not in page
    for url in (
        address("report-pdf", row),
        address("report-version-pdf", row, number=1),
        address("report-progress", row),
    ):
        assert client.get(url).status_code == 404
        assert f'"{url}"' not in body(client, address("report-versions", row)) + body(client, reverse("report-list"))
    # It was there to be read.
    inside = client_for(member(row, Role.CASEWORKER))
    assert TEXT in body(inside, address("report", row))


def test_an_analyst_does_not_find_a_withdrawn_report_at_all(figures: dict[str, Any], client_for: Any) -> None:
    row = out(figures, "withdrawn")
    assert client_for(member(row, Role.ANALYST)).get(address("report", row)).status_code == 404


def test_an_older_version_says_that_it_is_replaced_and_both_are_read(figures: dict[str, Any], client_for: Any) -> None:
    first = out(figures)
    out(figures | {"case_number": "26/2"}, report=first.report, number=2, correction_reason="Hemmelig begrunnelse.")
    client = client_for(member(first, Role.BOARD_MEMBER))
    older = body(client, address("report-version", first, number=1))
    assert "Erstattet av versjon 2, publisert 15. august 2025" in older
    newest = body(client, address("report", first))
    assert "Erstattet av" not in newest
    versions = body(client, address("report-versions", first))
    assert address("report-version-pdf", first, number=1) in versions
    assert first.content_sha256 in versions
    # What nobody has cleared, and who did what, stays inside.
    assert "Hemmelig begrunnelse." not in versions
    assert first.made_by.name not in versions


def test_the_board_reads_what_is_out_while_the_next_is_at_work(figures: dict[str, Any], client_for: Any) -> None:
    first = out(figures)
    draft = correct(out=first, reason="Hemmelig begrunnelse.", refresh=False, by=UserFactory(), at=AT, on=AT.date())
    edit_text(draft=draft, key="summary", text="Bare for oss ennå", version=0, by=UserFactory())
    board, inside = client_for(member(first, Role.BOARD_MEMBER)), client_for(member(first, Role.CASEWORKER))
    page = body(board, address("report", first))
    assert TEXT in page
    for secret in ("Bare for oss ennå", "Hemmelig begrunnelse."):
        assert secret not in page + body(board, address("report-versions", first))
    assert board.get(address("report-version", first, number=2)).status_code == 404
    assert "Bare for oss ennå" in body(inside, address("report", first))
    assert "gjelder til rettelsen er publisert" in body(inside, address("report", first))


def test_when_the_correction_is_withdrawn_the_one_before_stands_again(figures: dict[str, Any], client_for: Any) -> None:
    first = out(figures)
    out(figures, "withdrawn", report=first.report, number=2, correction_reason="Feil.")
    page = body(client_for(member(first, Role.BOARD_MEMBER)), address("report", first))
    assert "Versjon 1, publisert 15. august 2025, gjelder igjen" in page


# --- The steps -----------------------------------------------------------------------------------------------------


def test_sending_says_what_it_means_and_how_many_texts_are_held_back(version: ReportVersion, client_for: Any) -> None:
    coordinator = member(version, Role.COORDINATOR)
    write_comment(row=version, section="status", text="Stemmer tallet?", by=UserFactory(), at=AT)
    client = client_for(coordinator)
    page = body(client, address("report-send", version))
    assert "tekster holdes tilbake" in page
    assert "Stemmer tallet?" in page
    answer = client.post(address("report-send", version), {"version": version.version}, follow=True)
    assert "sendt til gjennomgang" in answer.content.decode()
    version.refresh_from_db()
    assert version.state == VersionState.IN_REVIEW
    assert version.content["summary"] == HELD


def test_a_return_without_a_word_is_refused_and_one_with_it_comes_to_the_author(
    version: ReportVersion, client_for: Any
) -> None:
    row, coordinator = sent(version), member(version, Role.COORDINATOR)
    client = client_for(member(version, Role.PROJECT_LEAD))
    answer = client.post(address("report-return", row), {"version": row.version, "remark": " "})
    assert answer.status_code == 422
    assert "Skriv hva som må endres." in answer.content.decode()
    client.post(address("report-return", row), {"version": row.version, "remark": "Rett tallet i mål 2."})
    row.refresh_from_db()
    assert row.is_draft
    assert "Rett tallet i mål 2." in body(client_for(coordinator), address("report", row))


def test_a_stale_return_keeps_what_was_typed(version: ReportVersion, client_for: Any) -> None:
    row = sent(version)
    client = client_for(member(version, Role.PROJECT_LEAD))
    answer = client.post(address("report-return", row), {"version": row.version - 1, "remark": "Rett tallet i mål 2."})
    assert answer.status_code == 422
    assert "Rett tallet i mål 2." in answer.content.decode()
    row.refresh_from_db()
    assert row.state == VersionState.IN_REVIEW


def test_the_coordinator_takes_her_report_back_and_a_reviewer_sends_it_back(
    version: ReportVersion, client_for: Any
) -> None:
    row = sent(version)
    for role, button, asked in (
        (Role.COORDINATOR, "Ta tilbake til utkast", "Hva skal du endre?"),
        (Role.PROJECT_LEAD, "Send tilbake", "Hva må endres?"),
    ):
        client = client_for(member(version, role))
        link = f'href="{address("report-return", row)}">{button}</a>'
        assert link in body(client, address("report", row))
        page = body(client, address("report-return", row))
        assert button in page and asked in page


def test_the_case_number_is_set_on_the_draft_and_stands_in_what_is_sent(
    version: ReportVersion, client_for: Any
) -> None:
    client, url = client_for(member(version, Role.COORDINATOR)), address("report-case-number", version)
    before = version.report.version
    assert client.post(url, {"version": before, "case_number": " "}).status_code == 422
    client.post(url, {"version": before, "case_number": "26/777"})
    stale = client.post(url, {"version": before, "case_number": "26/888"})
    assert (stale.status_code, "26/888" in stale.content.decode()) == (422, True)
    page = client.get(address("report", version))
    assert "arkivsak 26/777" in page.content.decode()
    assert page.context["content"]["case_number"] == "26/777"
    row = sent(ReportVersion.objects.get(pk=version.pk))
    assert row.content is not None
    assert row.content["case_number"] == "26/777"
    assert client.get(url, follow=True).redirect_chain
    report = row.report
    with pytest.raises(DomainError, match="Bare et utkast"):
        set_case_number(report=report, case_number="26/9", version=report.version, by=row.made_by)
    change = AuditEntry.objects.filter(table_name="reporting_report", row_id=report.pk, operation="UPDATE").get()
    assert change.action == "report.set_case_number"


def test_approving_shows_what_is_not_settled(version: ReportVersion, client_for: Any) -> None:
    row = sent(version)
    write_comment(row=row, section="status", text="Stemmer tallet?", by=UserFactory(), at=AT)
    client = client_for(member(version, Role.STEERING_GROUP))
    page = body(client, address("report-approve", row))
    assert "Stemmer tallet?" in page
    assert "holdt tilbake" in page
    client.post(address("report-approve", row), {"version": row.version, "remark": ""})
    row.refresh_from_db()
    assert row.state == VersionState.APPROVED


def test_publishing_has_a_page_that_says_what_it_does_and_what_is_left(
    figures: dict[str, Any], client_for: Any
) -> None:
    row = out(figures | {"held": HELD}, "approved")
    ReportComment.objects.create(
        report_version=row, section="status", text="Stemmer tallet?", written_at=AT, written_by=UserFactory()
    )
    client = client_for(member(row, Role.COORDINATOR))
    url = address("report-publish", row)
    # The one primary button, on a phone in the bar below too; the PDF's is not.
    page = body(client, address("report", row))
    assert (
        f'<a class="ds-button" href="{url}">Publiser</a>' in page.split('class="actions primary"')[1].split("</div>")[0]
    )
    assert f'<a class="ds-button" data-variant="secondary" href="{address("report-pdf", row)}">' in page
    page = body(client, url)
    for said in ("kan ikke endres", "får varsel", "1 tekst er holdt tilbake", "Stemmer tallet?"):
        assert said in page
    assert "ikke ferdig laget" not in page
    answer = client.post(url, {"version": row.version - 1})
    assert answer.status_code == 422
    assert "Noen andre lagret" in answer.content.decode()
    answer = client.post(url, {"version": row.version}, follow=True)
    assert "Formannskapet kan lese den nå" in answer.content.decode()
    assert 'class="ds-button" href="' + address("report-pdf", row) in answer.content.decode()


def test_what_is_not_made_yet_says_so_before_it_is_published(figures: dict[str, Any], client_for: Any) -> None:
    row = out(figures, "approved")
    DocumentJob.objects.filter(document=row.document).update(state=JobState.QUEUED, finished_at=None)
    client = client_for(member(row, Role.COORDINATOR))
    assert "PDF-en er ikke ferdig laget" in body(client, address("report-publish", row))
    answer = client.post(address("report-publish", row), {"version": row.version})
    assert answer.status_code == 422
    assert "ferdig laget før den kan publiseres" in answer.content.decode()


def test_a_report_is_withdrawn_with_a_reason_and_corrected(figures: dict[str, Any], client_for: Any) -> None:
    row = out(figures)
    client = client_for(member(row, Role.COORDINATOR))
    withdraw = address("report-withdraw", row, number=1)
    assert client.post(withdraw, {"version": row.version, "reason": ""}).status_code == 422
    client.post(withdraw, {"version": row.version, "reason": "Feil tall.", "identifies_nobody": "on"})
    row.refresh_from_db()
    assert (row.state, row.withdrawn_reason) == (VersionState.WITHDRAWN, "Feil tall.")
    assert client.post(address("report-correct", row), {"reason": ""}).status_code == 422
    answer = client.post(address("report-correct", row), {"reason": "Tallet i mål 2."}, follow=True)
    assert "Den nye versjonen er et utkast" in answer.content.decode()
    answer = client.post(address("report-correct", row), {"reason": "En gang til."}, follow=True)
    assert "allerede en versjon som det arbeides med" in answer.content.decode()
    draft = ReportVersion.objects.get(number=2)
    answer = client.post(address("report-throw-away", draft), {"version": draft.version}, follow=True)
    assert "Utkastet er kastet." in answer.content.decode()
    assert not ReportVersion.objects.filter(number=2).exists()


def test_a_reason_for_withdrawing_goes_out_only_when_it_is_confirmed_to_identify_nobody(
    figures: dict[str, Any], client_for: Any
) -> None:
    row = out(figures)
    client = client_for(member(row, Role.COORDINATOR))
    answer = client.post(address("report-withdraw", row, number=1), {"version": row.version, "reason": "Feil tall."})
    page = answer.content.decode()
    assert answer.status_code == 422 and "bekreft at den ikke peker ut noen" in page
    assert "Feil tall." in page, "nothing typed is lost"
    row.refresh_from_db()
    assert (row.state, row.withdrawn_reason) == (VersionState.PUBLISHED, "")


def test_a_pdf_that_stands_is_there_to_fetch_though_it_could_not_be_made_again(
    figures: dict[str, Any], client_for: Any
) -> None:
    row = out(figures)
    DocumentJob.objects.filter(document=row.document_id).update(state=JobState.FAILED, error="Ikke lik.")
    page = client_for(member(row, Role.BOARD_MEMBER)).get(address("report", row)).content.decode()
    assert "PDF-en ble ikke laget på nytt" in page
    assert f'href="{address("report-pdf", row)}"' in page


def test_where_somebody_has_gone_on_meanwhile_the_page_says_so(figures: dict[str, Any], client_for: Any) -> None:
    row = out(figures)
    client = client_for(member(row, Role.COORDINATOR))
    for name in (
        "report-send",
        "report-approve",
        "report-return",
        "report-refresh",
        "report-throw-away",
        "report-publish",
    ):
        page = client.get(address(name, row), follow=True).content.decode()
        assert "Rapporten er «publisert», og da kan du ikke gjøre dette." in page, name


# --- Texts ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def many(figures: dict[str, Any]) -> ReportVersion:
    log = [{"id": f"l{n}", "text": free(f"log:{n}", f"Tiltak {n}", "logg", f"Loggtekst {n}")} for n in range(200)]
    row: ReportVersion = ReportVersionFactory(figures={"schema": 2, "kind": "plan_half_year", "log": log})
    return row


def test_texts_are_confirmed_page_by_page(many: ReportVersion, client_for: Any) -> None:
    client = client_for(member(many, Role.PROJECT_LEAD))
    url = address("report-texts", many)
    page = client.get(url)
    assert "200 tekster er ikke bekreftet" in page.content.decode()
    assert "Loggtekst 24" in page.content.decode()
    assert "Loggtekst 25" not in page.content.decode()
    shown = [f"{hash_of(f'Loggtekst {n}')}|log:{n}" for n in range(25)]
    answer = client.post(url, {"action": "chosen", "shown": shown, "read": shown[:2]}, follow=True)
    assert "2 tekster er bekreftet." in answer.content.decode()
    assert "198 tekster er ikke bekreftet" in answer.content.decode()
    answer = client.post(url, {"action": "all", "shown": shown[2:]}, follow=True)
    assert "175 tekster er ikke bekreftet" in answer.content.decode()
    assert "Loggtekst 3<" in body(client, f"{url}?vis=alle")
    assert many.clearances.count() == 25


def test_the_page_of_texts_takes_the_same_queries_for_many(many: ReportVersion, client_for: Any) -> None:
    client = client_for(member(many, Role.COORDINATOR))
    with CaptureQueriesContext(connection) as queries:
        body(client, address("report-texts", many))
    assert len(queries) <= 16


def test_nothing_is_confirmed_that_was_edited_since_it_was_shown(many: ReportVersion, client_for: Any) -> None:
    client = client_for(member(many, Role.PROJECT_LEAD))
    edit_text(draft=many, key="log:1", text="Kari fikk hjelp.", version=0, by=UserFactory())
    read = [f"{hash_of('Loggtekst 1')}|log:1"]
    answer = client.post(address("report-texts", many), {"action": "chosen", "read": read}, follow=True)
    assert "endret siden du leste den" in answer.content.decode()
    assert not many.clearances.exists()
    answer = client.post(address("report-texts", many), {"action": "chosen"}, follow=True)
    assert "Kryss av for tekstene du har lest." in answer.content.decode()


@pytest.mark.parametrize("read", ["", "|", "tull", "a|b|c", "x" * 5000])
def test_what_is_no_text_of_the_page_confirms_nothing(read: str, many: ReportVersion, client_for: Any) -> None:
    client = client_for(member(many, Role.COORDINATOR))
    answer = client.post(address("report-texts", many), {"action": "all", "shown": read}, follow=True)
    assert answer.status_code == 200
    assert not many.clearances.exists()


def test_a_text_is_edited_and_a_stale_one_keeps_what_was_typed(version: ReportVersion, client_for: Any) -> None:
    client = client_for(member(version, Role.COORDINATOR))
    url = address("report-text", version, key="summary")
    assert TEXT in body(client, url)
    edit_text(draft=version, key="summary", text="Skrevet imens.", version=0, by=UserFactory())
    answer = client.post(url, {"text": "Min tekst.", "version": 0})
    assert answer.status_code == 422
    assert "Min tekst." in answer.content.decode()
    assert "Skrevet imens." in answer.content.decode()
    client.post(url, {"text": "Min tekst.", "version": 1})
    assert version.texts.get().text == "Min tekst."
    assert client.get(address("report-text", version, key="finnes:ikke")).status_code == 404


def test_what_was_decided_stands_among_the_texts_without_a_way_to_edit_it(client_for: Any) -> None:
    figures = {
        "schema": 2,
        "kind": "plan_half_year",
        "texts": [free("point:ab12cd34ef", "Punkt 1", "vedtak", "Se på fristene.")],
    }
    row = ReportVersionFactory(figures=figures)
    client = client_for(member(row, Role.COORDINATOR))
    url = address("report-text", row, key="point:ab12cd34ef")
    page = body(client, address("report-texts", row))
    assert "Se på fristene." in page and "skrives ikke om i rapporten" in page and url not in page
    assert client.get(url).status_code == 404


def test_after_an_edit_the_page_links_to_other_texts_with_what_was_taken_out(client_for: Any) -> None:
    said = "Vi hjalp tre familier."
    row = ReportVersionFactory(
        figures={"schema": 2, "kind": "plan_half_year", "texts": [
            free("measure:1:text", "Jobbklubb", "mal", f"1. mars: {said}"), free("log:1", "Loggen 1. mars", "logg", said),
        ]}
    )  # fmt: skip
    client = client_for(member(row, Role.COORDINATOR))
    url, other = address("report-text", row, key="measure:1:text"), address("report-text", row, key="log:1")
    assert f'href="{other}"' in body(client, url)
    answer = client.post(url, {"text": "Vi hjalp noen.", "version": 0}, follow=True)
    assert "står fortsatt i andre tekster" in answer.content.decode()
    assert f'<li><a class="ds-link" href="{other}">Loggen 1. mars</a></li>' in answer.content.decode()
    answer = client.post(other, {"text": "Vi hjalp flere.", "version": 0}, follow=True)
    assert "står fortsatt i andre tekster" not in answer.content.decode()


def test_texts_are_no_page_any_more_once_the_report_is_sent(version: ReportVersion, client_for: Any) -> None:
    row = sent(version)
    client = client_for(member(row, Role.COORDINATOR))
    for url in (address("report-texts", row), address("report-text", row, key="summary")):
        assert "kan ikke endres" in client.get(url, follow=True).content.decode()


# --- Comments ------------------------------------------------------------------------------------------------------


def test_a_comment_stands_beside_its_section_until_it_is_settled(version: ReportVersion, client_for: Any) -> None:
    caseworker, coordinator = member(version, Role.CASEWORKER), member(version, Role.COORDINATOR)
    client = client_for(caseworker)
    url = address("report-comment-new", version, section="status")
    assert client.post(url, {"text": ""}).status_code == 422
    answer = client.post(url, {"text": "Stemmer tallet?"})
    assert answer["Location"] == f"{address('report', version)}#kommentarer-status"
    page = body(client, address("report", version))
    assert page.index('id="status"') < page.index("Stemmer tallet?") < page.index('id="mal"')
    assert "1 kommentar er ikke merket som ferdig." in page
    comment = version.comments.get()
    settle = reverse("report-comment-settle", args=[comment.public_id])
    foreign = make_member(Role.COORDINATOR)
    assert client_for(foreign).post(settle, {"version": comment.version}).status_code == 404
    client_for(coordinator).post(settle, {"version": comment.version})
    comment.refresh_from_db()
    assert comment.settled_by == coordinator
    assert "ikke merket som ferdig" not in body(client, address("report", version))
    assert client.get(address("report-comment-new", version, section="finnes-ikke")).status_code == 404


def test_comments_never_leave_the_municipality_nor_get_into_the_report(version: ReportVersion, client_for: Any) -> None:
    write_comment(row=version, section="status", text="Bare oss imellom", by=UserFactory(), at=AT)
    row = sent(version)
    assert "Bare oss imellom" not in str(row.content)
    ReportVersion.objects.filter(pk=row.pk).update(state="approved", approved_at=AT, approved_by=UserFactory())
    ReportVersion.objects.filter(pk=row.pk).update(state="published", published_at=AT, published_by=row.made_by)
    for role in (Role.BOARD_MEMBER, Role.ANALYST):
        page = body(client_for(member(row, role)), address("report", row))
        assert "Bare oss imellom" not in page
        assert "Kommenter" not in page


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.STEERING_GROUP, Role.BOARD_MEMBER, Role.ANALYST])
def test_the_way_back_leads_to_what_is_in_the_menu(role: Role, figures: dict[str, Any], client_for: Any) -> None:
    row = out(figures)
    client = client_for(member(row, role))
    for name, more in (("report", {}), ("report-versions", {}), ("report-version", {"number": 1})):
        context = client.get(address(name, row, **more)).context
        assert context["crumbs"][0][1] in {entry["url"] for entry in context["main_navigation"]}


# --- The list, and a new one ---------------------------------------------------------------------------------------


def test_the_list_is_filtered_and_sorted_by_its_address(figures: dict[str, Any], client_for: Any) -> None:
    plan = PlanFactory()
    for year, state in ((2023, "published"), (2024, "withdrawn"), (2025, "draft")):
        report = ReportFactory(round=RoundFactory(plan=plan, year=year, closed=True), title=f"Rapport {year}")
        ReportVersionFactory(report=report, state=state)
    Report.objects.create(municipality=plan.municipality, kind="yearly_grants", year=2025, title="Årsrapport 2025")
    yearly = Report.objects.get(kind="yearly_grants")
    ReportVersionFactory(report=yearly)
    client = client_for(make_member(Role.COORDINATOR, UnitFactory(municipality=plan.municipality)))

    def titles(query: str) -> list[str]:
        return [row.title for row in client.get(reverse("report-list") + query).context["page_obj"]]

    assert titles("") == ["Årsrapport 2025", "Rapport 2025", "Rapport 2024", "Rapport 2023"]
    assert titles("?type=yearly_grants") == ["Årsrapport 2025"]
    assert titles("?tilstand=draft&type=plan_half_year") == ["Rapport 2025"]
    assert titles("?ar=2024") == ["Rapport 2024"]
    assert titles("?sorter=periode")[:1] == ["Rapport 2023"]
    assert titles("?sorter=-tittel")[:1] == ["Årsrapport 2025"]
    assert len(titles("?sorter=tull&ar=tull")) in (0, 4)
    board = client_for(make_member(Role.BOARD_MEMBER, UnitFactory(municipality=plan.municipality)))
    page = board.get(reverse("report-list"))
    assert [row.title for row in page.context["page_obj"]] == ["Rapport 2024", "Rapport 2023"]


@pytest.mark.parametrize("role", [Role.BOARD_MEMBER, Role.ANALYST])
def test_from_outside_the_list_shows_the_version_in_force(role: Role, figures: dict[str, Any], client_for: Any) -> None:
    first = out(figures, report__title="Rapport 2025")
    out(figures, "withdrawn", report=first.report, number=2, correction_reason="Feil.")
    client, inside = client_for(member(first, role)), client_for(member(first, Role.CASEWORKER))
    page = body(client, reverse("report-list"))
    pdf = address("report-version-pdf", first, number=1)
    assert f'"{pdf}"' in page
    # The factory's document has no file; that of the withdrawn version would not be found.
    assert client.get(pdf).status_code == 302
    row = client.get(reverse("report-list")).context["page_obj"][0]
    assert (row.newest_number, row.newest_state) == (1, VersionState.PUBLISHED)
    # The page that the title leads to is of that version too.
    assert TEXT in body(client, row.address)
    assert "versjon 2" not in page
    assert "versjon 2" in body(inside, reverse("report-list"))
    # Where nothing stands any more, that it was withdrawn; the analyst finds nothing.
    gone = out(figures, "withdrawn", report=ReportFactory(round__plan=first.report.round.plan, round__year=2023))
    found = {row.pk: row.newest_state for row in client.get(reverse("report-list")).context["page_obj"]}
    assert found.get(gone.report_id) == (VersionState.WITHDRAWN if role == Role.BOARD_MEMBER else None)


@pytest.mark.parametrize(
    ("role", "states"),
    [
        (Role.CASEWORKER, ["draft", "in_review", "approved", "published", "withdrawn"]),
        (Role.STEERING_GROUP, ["draft", "in_review", "approved", "published", "withdrawn"]),
        (Role.BOARD_MEMBER, ["published", "withdrawn"]),
        (Role.ANALYST, ["published"]),
    ],
)
def test_the_list_is_filtered_by_states_that_she_may_see(
    role: Role, states: list[str], version: ReportVersion, client_for: Any
) -> None:
    fields = client_for(member(version, role)).get(reverse("report-list")).context["filter"].form.fields
    assert [value for value, _label in fields["tilstand"].choices if value] == states


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.BOARD_MEMBER, Role.ANALYST])
def test_the_list_takes_the_same_queries_for_many(role: Role, client_for: Any) -> None:
    plan = PlanFactory()
    unit = UnitFactory(municipality=None if role == Role.ANALYST else plan.municipality)
    client = client_for(make_member(role, unit))

    def more(count: int) -> int:
        for number in range(count):
            round = RoundFactory(plan=plan, year=2000 + ReportRound.objects.count(), closed=True)
            ReportVersionFactory(report=ReportFactory(round=round, title=f"R{number}"), state="published")
        with CaptureQueriesContext(connection) as queries:
            body(client, reverse("report-list"))
        return len(queries)

    few = more(1)
    assert more(12) == few <= 12


def test_a_new_report_is_made_of_a_kind_and_a_period(client_for: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = Kind(lambda report, on: Built({"schema": 2, "kind": report.kind, "summary": ""}), "Rapport")
    for name in (ReportKind.YEARLY_GRANTS, ReportKind.SUB_PROJECTS):
        monkeypatch.setitem(report_kinds.KINDS, name, kind)
    client = client_for(make_member(Role.COORDINATOR))
    url = reverse("report-new")
    periods = [code for code, _label in client.get(url).context["form"].fields["period"].choices if code]
    half, year = next(code for code in periods if "-" in code), next(code for code in periods if "-" not in code)
    for wrong in ({"what": "yearly_grants", "period": half}, {"what": "sub_projects", "period": year}, {"what": "x"}):
        assert client.post(url, wrong).status_code == 422
    client.post(url, {"what": "sub_projects", "period": half, "case_number": "26/1"})
    report = Report.objects.get()
    assert (report.kind, f"{report.year}-{report.half}", report.case_number) == ("sub_projects", half, "26/1")
    answer = client.post(url, {"what": "sub_projects", "period": half})
    assert answer.status_code == 422
    assert "Det finnes allerede en rapport" in answer.content.decode()
    client.post(url, {"what": "yearly_grants", "period": year})
    assert Report.objects.get(kind="yearly_grants").half is None


# --- The report's own queries --------------------------------------------------------------------------------------


def test_the_reports_page_takes_the_same_queries_for_many_comments_and_versions(
    version: ReportVersion, client_for: Any
) -> None:
    client = client_for(member(version, Role.COORDINATOR))

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            body(client, address("report", version))
        return len(queries)

    write_comment(row=version, section="status", text="En.", by=UserFactory(), at=AT)
    few = count()
    for number in range(5):
        write_comment(row=version, section="mal", text=f"Nr. {number}", by=UserFactory(), at=AT)
    assert count() == few <= 25


def test_confirming_in_the_round_says_what_it_says(client_for: Any) -> None:
    scene = Scene.make()
    client = client_for(make_member(Role.COORDINATOR, UnitFactory(municipality=scene.plan.municipality)))
    url = reverse("contribution", args=[scene.round.public_id, scene.confirmed.public_id])
    said = "ikke viser hvem en person eller familie er"
    assert said in body(client, url)
    leader = make_member(Role.UNIT_LEADER, scene.unconfirmed.responsible_unit)
    home = body(client_for(leader), reverse("home"))
    assert said in home
    few = "Skriv ikke tall under 5 på personer eller familier."
    assert few in home and few in body(client, url)
    assert few in body(client, reverse("report-texts", args=[scene.close().report.public_id]))
