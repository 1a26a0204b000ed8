"""The life of a report: from draft through another person's review to publication, and out of the readers' hands again."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisation.documents import content_of
from organisation.domain.errors import DomainError
from organisation.domain.notices import notify
from organisation.models import Document, DocumentJob, JobState, Municipality, Notice, Role, User
from reporting.domain import report as reports
from reporting.domain.free_texts import HELD, free, hash_of
from reporting.domain.report import approve, is_unprotected, publish, send_for_review, take_back, withdraw
from reporting.domain.report_notices import authors_of
from reporting.domain.report_texts import clear_texts, edit_text
from reporting.models import ReportVersion, VersionState
from tests.factories import ReportVersionFactory, UnitFactory, UserFactory, make_member
from tests.reporting.closed_round import CLOSED, Scene

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
FIGURES: dict[str, Any] = {
    "schema": 2,
    "kind": "plan_half_year",
    "measure_count": 3,
    "summary": free("summary", "Sammendrag", "sammendrag", "Slik gikk det."),
    "goals": [
        {
            "id": "g1",
            "number": "1",
            "kind_label": "Mål",
            "title": "Prøvemålet",
            "state_counts": [],
            "measures": [],
            "children": [],
            "indicator_tables": [],
            "summary": free("goal:1", "Sammendrag av mål 1", "mal", "Målet er nær.", cleared=True),
        }
    ],
}


def draft(**fields: Any) -> ReportVersion:
    row: ReportVersion = ReportVersionFactory(figures=FIGURES, **fields)
    return row


def send(row: ReportVersion, by: User | None = None) -> ReportVersion:
    return send_for_review(draft=row, version=row.version, by=by or row.made_by, at=AT)


def municipality_of(row: ReportVersion) -> Municipality:
    town: Municipality = row.report.municipality
    return town


def member(row: ReportVersion, role: Role) -> User:
    user: User = make_member(role, UnitFactory(municipality=municipality_of(row)))
    return user


def unread(user: User) -> list[str]:
    return [str(notice.text) for notice in Notice.objects.unread().filter(user=user)]


# --- Sent ----------------------------------------------------------------------------------------------------------


def test_what_is_sent_is_fixed_with_its_hash_and_its_pdf_ordered() -> None:
    row = send(draft())
    row.refresh_from_db()
    assert row.state == VersionState.IN_REVIEW
    assert row.content_sha256 == reports.hash_of(row.content)
    assert row.document.job.state == JobState.QUEUED
    assert content_of(row.document) == row.content


def test_what_nobody_has_cleared_is_held_back() -> None:
    sent = send(draft())
    assert sent.content["summary"] == HELD
    assert sent.content["goals"][0]["summary"] == "Målet er nær."
    assert "Slik gikk det." not in str(sent.content)


def test_a_text_that_was_edited_and_cleared_is_what_is_read() -> None:
    row, by = draft(), UserFactory()
    edit_text(draft=row, key="summary", text="Slik går det nå.", version=0, by=by)
    clear_texts(draft=row, read={"summary": hash_of("Slik går det nå.")}, by=by, at=AT)
    assert send(row).content["summary"] == "Slik går det nå."


def test_those_who_may_review_are_told_but_not_who_wrote_it() -> None:
    row = draft()
    lead, steering, author = (
        member(row, Role.PROJECT_LEAD),
        member(row, Role.STEERING_GROUP),
        member(row, Role.COORDINATOR),
    )
    caseworker, elsewhere = member(row, Role.CASEWORKER), make_member(Role.PROJECT_LEAD)
    send(row, by=author)
    assert len(unread(lead)) == len(unread(steering)) == 1
    assert row.report.title in unread(lead)[0]
    assert unread(author) == unread(caseworker) == unread(elsewhere) == []


# --- Returned ------------------------------------------------------------------------------------------------------


def test_a_returned_report_is_a_draft_again_and_its_pdf_is_gone() -> None:
    sent = send(draft())
    document = sent.document
    row = take_back(reviewed=sent, version=sent.version, by=UserFactory(), at=AT, remark="Rett tallet.")
    row.refresh_from_db()
    assert (row.state, row.content, row.document, row.sent_by) == (VersionState.DRAFT, None, None, None)
    assert DocumentJob.objects.get(document=document).state == JobState.FAILED
    assert [step.remark for step in row.steps.all()][-1] == "Rett tallet."


def test_a_return_says_what_is_to_be_changed() -> None:
    sent = send(draft())
    with pytest.raises(DomainError, match="må endres"):
        take_back(reviewed=sent, version=sent.version, by=UserFactory(), at=AT, remark=" ")
    sent.refresh_from_db()
    assert sent.state == VersionState.IN_REVIEW


def test_the_authors_are_told_of_a_return_until_it_is_sent_again_and_then_the_reviewers_anew() -> None:
    row = draft()
    author, lead = member(row, Role.COORDINATOR), member(row, Role.PROJECT_LEAD)
    sent = send(row, by=author)
    returned = take_back(reviewed=sent, version=sent.version, by=lead, at=AT, remark="Rett tallet.")
    assert [text for text in unread(author) if "tilbake" in text]
    assert unread(lead) == []
    send(returned, by=author)
    assert unread(author) == []
    assert len(unread(lead)) == 1
    assert Notice.objects.filter(user=lead).count() == 2


def test_also_what_is_approved_may_be_taken_back_and_needs_a_new_approval() -> None:
    row = ReportVersionFactory(state="approved")
    taken = take_back(reviewed=row, version=row.version, by=row.made_by, at=AT, remark="En feil til.")
    assert (taken.state, taken.approved_by, taken.approved_at) == (VersionState.DRAFT, None, None)


# --- Approved ------------------------------------------------------------------------------------------------------


def test_another_person_approves_and_the_authors_are_told() -> None:
    row = draft()
    author, lead = member(row, Role.COORDINATOR), member(row, Role.PROJECT_LEAD)
    sent = send(row, by=author)
    approved = approve(reviewed=sent, version=sent.version, by=lead, at=AT)
    assert (approved.state, approved.approved_by) == (VersionState.APPROVED, lead)
    assert [text for text in unread(author) if "godkjent" in text]
    assert unread(lead) == []


@pytest.mark.parametrize("part", ["made", "edited", "edited before another", "sent", "sent before"])
def test_whoever_had_a_hand_in_it_does_not_approve(part: str) -> None:
    hand, other = UserFactory(), UserFactory()
    row = draft(made_by=hand if part == "made" else other)
    if part.startswith("edited"):
        text = edit_text(draft=row, key="summary", text="Ny.", version=0, by=hand)
        if part == "edited before another":
            edit_text(draft=row, key="summary", text="Nyere.", version=text.version, by=other)
    sent = send(row, by=hand if part.startswith("sent") else other)
    if part == "sent before":
        sent = send(take_back(reviewed=sent, version=sent.version, by=UserFactory(), at=AT, remark="Rett."), by=other)
    assert hand.pk in authors_of(sent)
    with pytest.raises(DomainError, match="en annen"):
        approve(reviewed=sent, version=sent.version, by=hand, at=AT)
    sent.refresh_from_db()
    assert sent.state == VersionState.IN_REVIEW


def test_whoever_has_cleared_its_texts_only_may_approve() -> None:
    row, reader = draft(), UserFactory()
    clear_texts(draft=row, read={"summary": hash_of("Slik gikk det.")}, by=reader, at=AT)
    sent = send(row)
    assert approve(reviewed=sent, version=sent.version, by=reader, at=AT).approved_by == reader


def test_whoever_returned_it_may_approve_it_later() -> None:
    row, reader = draft(), UserFactory()
    sent = send(row)
    sent = send(take_back(reviewed=sent, version=sent.version, by=reader, at=AT, remark="Rett."))
    assert approve(reviewed=sent, version=sent.version, by=reader, at=AT).approved_by == reader


# --- Published -----------------------------------------------------------------------------------------------------


def test_an_approved_report_is_published_with_who_and_when() -> None:
    row, by = ReportVersionFactory(state="approved"), UserFactory()
    published = publish(approved=row, version=row.version, by=by, at=AT)
    published.refresh_from_db()
    assert (published.state, published.published_by, published.published_at) == (VersionState.PUBLISHED, by, AT)
    assert published.document.file.name == "documents/x/1.pdf"


def test_nobody_waits_for_the_authors_of_what_is_published() -> None:
    row = draft()
    author, lead = member(row, Role.COORDINATOR), member(row, Role.PROJECT_LEAD)
    sent = send(row, by=author)
    approved = approve(reviewed=sent, version=sent.version, by=lead, at=AT)
    Document.objects.filter(pk=approved.document_id).update(file="documents/x/1.pdf")
    DocumentJob.objects.filter(document=approved.document_id).update(
        state=JobState.DONE, percent=100, finished_at=timezone.now()
    )
    publish(approved=approved, version=approved.version, by=author, at=AT)
    assert unread(author) == []


@pytest.mark.parametrize("state", ["draft", "in_review", "published", "withdrawn"])
def test_only_what_is_approved_is_published_and_once(state: str) -> None:
    row = ReportVersionFactory(state=state)
    with pytest.raises(DomainError, match="kan du ikke"):
        publish(approved=row, version=row.version, by=UserFactory(), at=AT)
    row.refresh_from_db()
    assert row.state == state


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING, JobState.FAILED])
def test_a_report_that_is_not_made_is_not_published(state: JobState) -> None:
    row = ReportVersionFactory(state="approved")
    now = timezone.now()
    DocumentJob.objects.update(state=state, error="feil", leased_until=now, finished_at=now)
    with pytest.raises(DomainError, match="ferdig"):
        publish(approved=row, version=row.version, by=UserFactory(), at=AT)
    row.refresh_from_db()
    assert not row.is_published


def test_a_report_without_a_file_is_not_published() -> None:
    row = ReportVersionFactory(state="approved")
    Document.objects.update(file="")
    with pytest.raises(DomainError, match="ferdig"):
        publish(approved=row, version=row.version, by=UserFactory(), at=AT)


def test_the_municipality_is_held_while_one_is_published() -> None:
    row = ReportVersionFactory(state="approved")
    with CaptureQueriesContext(connection) as queries:
        publish(approved=row, version=row.version, by=UserFactory(), at=AT)
    locks = [q["sql"] for q in queries if "organisation_municipality" in q["sql"] and "FOR NO KEY UPDATE" in q["sql"]]
    own = [sql for sql in locks if sql.startswith('SELECT "organisation_municipality"')]
    assert len(own) == 1


def test_numbers_that_would_tell_of_few_beside_another_report_are_not_published() -> None:
    number = {"key": "a", "shown": "number", "value": 12, "on": None}
    before = ReportVersionFactory(
        state="published", figures={"schema": 2, "counts": [number], "counted_on": "2026-02-01"}
    )
    row = ReportVersionFactory(
        state="approved", figures={"schema": 2, "counts": [number | {"value": 14}], "counted_on": "2026-03-01"},
        report__round__plan__municipality=municipality_of(before),
    )  # fmt: skip
    with pytest.raises(DomainError, match="hentes på nytt"):
        publish(approved=row, version=row.version, by=UserFactory(), at=AT)


@pytest.mark.parametrize("figures", [{"schema": 1, "kind": "plan_half_year"}, {"kind": "plan_half_year"}])
@pytest.mark.parametrize(("step", "state"), [("send", "draft"), ("approve", "in_review"), ("publish", "approved")])
def test_figures_from_before_counts_were_protected_go_no_further(
    step: str, state: str, figures: dict[str, Any]
) -> None:
    row = ReportVersionFactory(state=state, figures=figures)
    given = {"version": row.version, "by": UserFactory(), "at": AT}
    with pytest.raises(DomainError, match="ent tallene på nytt"):
        match step:
            case "send":
                send_for_review(draft=row, **given)
            case "approve":
                approve(reviewed=row, **given)
            case _:
                publish(approved=row, **given)
    row.refresh_from_db()
    assert row.state == state
    assert is_unprotected(figures) and not is_unprotected(FIGURES)


# --- Withdrawn -----------------------------------------------------------------------------------------------------


def test_a_published_report_is_withdrawn_with_who_when_and_why() -> None:
    row, by = ReportVersionFactory(state="published"), UserFactory()
    gone = withdraw(published=row, version=row.version, reason="Feil tall. ", by=by, at=AT)
    gone.refresh_from_db()
    assert (gone.state, gone.withdrawn_by, gone.withdrawn_at) == (VersionState.WITHDRAWN, by, AT)
    assert gone.withdrawn_reason == "Feil tall."
    assert gone.published_at


def test_nobody_is_told_any_more_of_what_has_been_withdrawn(settings: Any) -> None:
    """A mail that waits would say that it can be read; what another version is told by stays."""
    settings.MAIL_ENABLED = True
    first = ReportVersionFactory(state="published")
    second = ReportVersionFactory(
        state="published", report=first.report, number=2, correction_reason="En tekst.", made_by=first.made_by
    )
    reader = member(first, Role.BOARD_MEMBER)
    for row in (first, second):
        notify(
            users=[reader], kind="report_published", key=f"report-{row.report.public_id}-published-{row.number}",
            text=f"Versjon {row.number}", url_path="/",
        )  # fmt: skip
    withdraw(published=second, version=second.version, reason="Feil tall.", by=UserFactory(), at=AT)
    *told, stays = unread(reader)
    assert stays == "Versjon 1"
    assert len(told) == 1 and "trukket tilbake" in told[0]


def test_nothing_is_withdrawn_without_a_reason() -> None:
    row = ReportVersionFactory(state="published")
    with pytest.raises(DomainError, match="hvorfor"):
        withdraw(published=row, version=row.version, reason=" ", by=UserFactory(), at=AT)
    row.refresh_from_db()
    assert row.is_published


# --- Whatever the code does ----------------------------------------------------------------------------------------


def refused(row: ReportVersion, **columns: Any) -> str:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        ReportVersion.objects.filter(pk=row.pk).update(**columns)
    return str(error.value)


@pytest.mark.parametrize("state", ["in_review", "approved"])
def test_the_database_lets_nobody_change_what_was_sent(state: str) -> None:
    row = ReportVersionFactory(state=state)
    assert "what was sent for review" in refused(row, content={"schema": 2, "summary": "En annen"})
    assert "figures of a version that has been sent" in refused(row, figures={"schema": 2}, figures_sha256="9" * 64)


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_the_database_lets_what_has_gone_out_stand(state: str) -> None:
    row = ReportVersionFactory(state=state)
    assert "gone out stands" in refused(row, content={"schema": 2, "summary": "En annen"})
    assert "gone out stands" in refused(row, published_at=AT)
    assert "does not go" in refused(row, state="draft")


def test_the_database_knows_the_steps() -> None:
    assert "does not go" in refused(ReportVersionFactory(), state="published")
    assert "does not go" in refused(ReportVersionFactory(state="in_review"), state="published")


def test_the_database_lets_nobody_approve_her_own() -> None:
    row = ReportVersionFactory(state="in_review")
    message = refused(row, state="approved", approved_at=AT, approved_by=row.made_by)
    assert "version_is_approved_by_another" in message


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_the_database_takes_none_that_is_out_without_who_and_when(state: str) -> None:
    fields = {"published_at": None} if state == "published" else {"withdrawn_reason": ""}
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportVersionFactory(state=state, **fields)


def test_a_report_is_made_from_its_content_and_nothing_else() -> None:
    row = ReportVersionFactory(state="approved", figures={"schema": 2, "kind": "plan_half_year", "summary": "Frosset"})
    assert row.document.content is None
    assert content_of(row.document) == row.content == {"schema": 2, "kind": "plan_half_year", "summary": "Frosset"}


def test_what_is_made_says_the_day_it_was_counted() -> None:
    assert Scene.make().close().figures["counted_on"] == CLOSED.isoformat()
