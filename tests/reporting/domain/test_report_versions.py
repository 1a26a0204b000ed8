"""A correction is a new version: what it takes with it, that there is one at a time, and that it can be thrown away."""

import datetime
import threading
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from organisation.domain.errors import DomainError
from organisation.models import AuditEntry, JobState, Notice, Role, User
from reporting.domain import report_kinds, report_versions
from reporting.domain.corrections import replaced_by
from reporting.domain.free_texts import HELD, free, hash_of
from reporting.domain.report import approve, clearances_of, edits_of, make_report, send_for_review, take_back, title_of
from reporting.domain.report_comments import WHOLE, write_comment
from reporting.domain.report_kinds import Built, Kind
from reporting.domain.report_notices import authors_of
from reporting.domain.report_texts import clear_texts, edit_text
from reporting.domain.report_versions import correct, delete_draft, refresh_draft
from reporting.models import Report, ReportKind, ReportStep, ReportText, ReportVersion, TextClearance, VersionState
from tests.factories import MunicipalityFactory, ReportVersionFactory, UserFactory, make_member

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
DAY = AT.date()


def figures(number: int = 12, **more: Any) -> dict[str, Any]:
    return {
        "schema": 2,
        "kind": "plan_half_year",
        "goals": [{"id": "a", "measures": [{"id": "b", "title": "Jobbklubb", "result": number}]}],
        "summary": free("summary", "Sammendrag", "sammendrag", "Slik gikk det."),
        **more,
    }


def published(**fields: Any) -> ReportVersion:
    row: ReportVersion = ReportVersionFactory(**{"figures": figures(), "state": "published"} | fields)
    return row


def corrected(row: ReportVersion, *, by: User | None = None, refresh: bool = False) -> ReportVersion:
    return correct(out=row, reason="Et tall var feil.", refresh=refresh, by=by or UserFactory(), at=AT, on=DAY)


@pytest.fixture
def counted_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a builder would say today of a plan: 14."""
    kind = Kind(lambda report, on: Built(figures(14), {"result": {"kind": "log", "ids": [1]}}), "Rapport")
    monkeypatch.setitem(report_kinds.KINDS, ReportKind.PLAN_HALF_YEAR, kind)
    monkeypatch.setattr(report_versions, "refreshed", lambda kind, old, new: new)


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_what_has_gone_out_is_corrected_by_a_draft_and_stands_meanwhile(state: str) -> None:
    first, by = published(state=state), UserFactory()
    draft = corrected(first, by=by)
    assert (draft.number, draft.state, draft.made_by) == (2, VersionState.DRAFT, by)
    assert draft.figures["goals"] == first.figures["goals"]
    first.refresh_from_db()
    assert first.state == state
    assert [step.remark for step in draft.steps.all()] == ["Et tall var feil."]


@pytest.mark.parametrize("state", ["draft", "in_review", "approved"])
def test_what_has_not_gone_out_is_changed_not_corrected(state: str) -> None:
    with pytest.raises(DomainError, match="har vært publisert"):
        corrected(published(state=state))


def test_figures_from_before_counts_were_protected_are_corrected_only_with_new_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kind = Kind(lambda report, on: Built(figures(14), {}), "Rapport")
    monkeypatch.setitem(report_kinds.KINDS, ReportKind.PLAN_HALF_YEAR, kind)
    first = published(figures={**figures(), "schema": 1, "log": []})
    with pytest.raises(DomainError, match="må hentes på nytt") as refused:
        corrected(first)
    assert refused.value.field == "refresh"
    assert not ReportVersion.objects.filter(number=2).exists()
    monkeypatch.setattr(report_versions, "refreshed", lambda kind, old, new: new)
    assert corrected(first, refresh=True).figures["schema"] == 2


def test_only_the_newest_is_corrected() -> None:
    first = published()
    published(report=first.report, number=2, correction_reason="Feil.")
    with pytest.raises(DomainError, match="nyeste versjonen"):
        corrected(first)


def test_a_correction_says_why() -> None:
    with pytest.raises(DomainError, match="hvorfor"):
        correct(out=published(), reason=" ", refresh=False, by=UserFactory(), at=AT, on=DAY)


def test_one_version_is_at_work_at_a_time() -> None:
    first = published()
    corrected(first)
    with pytest.raises(DomainError, match="allerede en versjon som det arbeides med"):
        corrected(first)
    with pytest.raises(IntegrityError, match="one_version_at_work"), transaction.atomic():
        ReportVersionFactory(report=first.report, number=3, correction_reason="En til.")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_correct_at_once_one_does() -> None:
    first, by = published(), UserFactory()
    said: list[str] = []
    start = threading.Barrier(2)

    def go() -> None:
        try:
            start.wait()
            said.append(str(corrected(first, by=by).number))
        except DomainError as error:
            said.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "2" in said
    assert len(set(said)) == 2
    assert ReportVersion.objects.filter(report=first.report).count() == 2


def test_texts_come_along_with_who_wrote_and_who_cleared_them() -> None:
    first = ReportVersionFactory(figures=figures())
    writer, earlier, reader = UserFactory(), UserFactory(), UserFactory()
    edit_text(draft=first, key="summary", text="Første.", version=0, by=earlier)
    edit_text(draft=first, key="summary", text="Ny.", version=1, by=writer)
    clear_texts(draft=first, read={"summary": hash_of("Ny.")}, by=reader, at=AT)
    sent = send_for_review(draft=first, version=first.version, by=first.made_by, at=AT)
    approved = approve(reviewed=sent, version=sent.version, by=reader, at=AT)
    ReportVersion.objects.filter(pk=approved.pk).update(state="published", published_at=AT, published_by=writer)
    draft = corrected(ReportVersion.objects.get(pk=first.pk))
    assert edits_of(draft) == {"summary": "Ny."}
    assert clearances_of(draft) == {"summary": {hash_of("Ny.")}}
    row, cleared = ReportText.objects.get(report_version=draft), TextClearance.objects.get(report_version=draft)
    assert (row.written_by, row.writers_before) == (writer, [earlier.pk])
    assert (cleared.cleared_by, cleared.cleared_at) == (reader, AT)
    assert authors_of(draft) >= {writer.pk, earlier.pk, draft.made_by_id}


def test_the_figures_are_taken_anew_when_that_is_asked_for(counted_now: None) -> None:
    same, first = corrected(published()), published()
    anew = corrected(first, refresh=True)
    assert same.figures["goals"][0]["measures"][0]["result"] == 12
    assert anew.figures["goals"][0]["measures"][0]["result"] == 14
    assert anew.figures["counted_on"] == DAY.isoformat()
    assert anew.sources == {"result": {"kind": "log", "ids": [1]}}


def test_a_kind_may_keep_some_of_the_old_figures(counted_now: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refreshed(kind: str, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        return new | {"closed_on": old["closed_on"], "told_by": kind}

    monkeypatch.setattr(report_versions, "refreshed", refreshed)
    draft = corrected(published(figures=figures(closed_on="2026-01-05")), refresh=True)
    assert (draft.figures["closed_on"], draft.figures["told_by"]) == ("2026-01-05", "plan_half_year")
    assert draft.figures["goals"][0]["measures"][0]["result"] == 14


def test_a_sent_correction_says_what_it_changes_in_the_report_itself(counted_now: None) -> None:
    draft = corrected(published(), refresh=True)
    edit_text(draft=draft, key="summary", text="Slik gikk det egentlig.", version=0, by=UserFactory())
    sent = send_for_review(draft=draft, version=draft.version, by=UserFactory(), at=AT)
    said = sent.content["corrections"]
    assert (said["number"], said["before"], said["published_on"]) == (2, 1, "2025-08-15")
    assert "Resultat for «Jobbklubb» er rettet fra 12 til 14" in said["changes"]
    assert sent.changes == said["changes"]
    # The reason is a free text of the report, and waits for a reader as all do.
    assert said["reason"] == HELD
    assert "correction" not in sent.content


def test_a_correction_of_what_was_withdrawn_repeats_nothing_of_it(counted_now: None) -> None:
    draft = corrected(published(state="withdrawn"), refresh=True)
    sent = send_for_review(draft=draft, version=draft.version, by=UserFactory(), at=AT)
    assert sent.changes == sent.content["corrections"]["changes"]
    assert sent.changes == ["Resultat for «Jobbklubb» er endret", "Teksten «Sammendrag» er tatt ut"]


def test_the_reason_is_read_and_cleared_as_a_text_of_the_report() -> None:
    draft = corrected(published())
    clear_texts(draft=draft, read={"correction:reason": hash_of("Et tall var feil.")}, by=UserFactory(), at=AT)
    sent = send_for_review(draft=draft, version=draft.version, by=UserFactory(), at=AT)
    assert sent.content["corrections"]["reason"] == "Et tall var feil."


def test_a_first_version_has_no_corrections() -> None:
    draft = ReportVersionFactory(figures=figures())
    sent = send_for_review(draft=draft, version=draft.version, by=UserFactory(), at=AT)
    assert replaced_by(sent) is None
    assert sent.changes is None
    assert "corrections" not in sent.content


# --- A draft's figures ---------------------------------------------------------------------------------------------


def test_a_drafts_figures_are_taken_anew_and_its_texts_stay(counted_now: None) -> None:
    draft, by = ReportVersionFactory(figures=figures()), UserFactory()
    edit_text(draft=draft, key="summary", text="Ny.", version=0, by=UserFactory())
    row = refresh_draft(draft=draft, version=draft.version, by=by, at=AT, on=DAY)
    row.refresh_from_db()
    assert row.figures["goals"][0]["measures"][0]["result"] == 14
    assert row.figures["counted_on"] == DAY.isoformat()
    assert edits_of(row) == {"summary": "Ny."}
    assert by.pk in authors_of(row)


def test_a_correction_keeps_its_reason_when_its_figures_are_taken_anew(counted_now: None) -> None:
    draft = corrected(published())
    row = refresh_draft(draft=draft, version=draft.version, by=UserFactory(), at=AT, on=DAY)
    assert row.figures["correction"]["reason"]["text"] == "Et tall var feil."


def test_a_report_keeps_its_logo_when_its_figures_are_taken_anew(counted_now: None) -> None:
    draft = ReportVersionFactory(figures=figures(logo="abc"))
    row = refresh_draft(draft=draft, version=draft.version, by=UserFactory(), at=AT, on=DAY)
    assert row.figures["logo"] == "abc"


@pytest.mark.parametrize("state", ["in_review", "approved", "published", "withdrawn"])
def test_the_figures_of_what_was_sent_stand(state: str) -> None:
    row = published(state=state)
    with pytest.raises(DomainError, match="Bare et utkast"):
        refresh_draft(draft=row, version=row.version, by=UserFactory(), at=AT, on=DAY)


# --- Thrown away ---------------------------------------------------------------------------------------------------


def test_the_draft_of_a_correction_is_thrown_away_with_all_beside_it() -> None:
    first, by = published(), UserFactory()
    draft = corrected(first)
    edit_text(draft=draft, key="summary", text="Ny.", version=0, by=by)
    clear_texts(draft=draft, read={"summary": hash_of("Ny.")}, by=by, at=AT)
    write_comment(row=draft, section="status", text="Se her.", by=by, at=AT)
    delete_draft(draft=draft, version=draft.version, by=by)
    assert list(ReportVersion.objects.filter(report=first.report)) == [first]
    assert not ReportStep.objects.filter(report_version=draft.pk).exists()
    gone = AuditEntry.objects.filter(table_name="reporting_reportversion", row_id=draft.pk, operation="DELETE").get()
    assert (gone.actor_id, gone.action) == (by.pk, "report.throw_away")
    assert corrected(first).number == 2


def test_the_first_version_is_not_thrown_away_nor_what_was_sent() -> None:
    only = ReportVersionFactory()
    with pytest.raises(DomainError, match="rettelse"):
        delete_draft(draft=only, version=only.version, by=UserFactory())
    sent = corrected(published())
    sent = send_for_review(draft=sent, version=sent.version, by=UserFactory(), at=AT)
    with pytest.raises(DomainError, match="Bare et utkast"):
        delete_draft(draft=sent, version=sent.version, by=UserFactory())


def first_draft() -> ReportVersion:
    """Of a report that no round made, with a comment that its author is told of."""
    report = Report.objects.create(
        municipality=MunicipalityFactory(), kind=ReportKind.YEARLY_GRANTS, year=2025, title="Årsrapport"
    )
    row: ReportVersion = ReportVersionFactory(report=report, made_by=make_member(Role.COORDINATOR))
    write_comment(row=row, section=WHOLE, text="Feil år?", by=UserFactory(), at=AT)
    return row


def test_a_first_draft_that_no_round_made_is_thrown_away_with_its_report() -> None:
    row, by = first_draft(), UserFactory()
    assert Notice.objects.get().read_at is None
    delete_draft(draft=row, version=row.version, by=by)
    assert not Report.objects.filter(pk=row.report_id).exists()
    gone = AuditEntry.objects.get(table_name="reporting_report", row_id=row.report_id, operation="DELETE")
    assert (gone.actor_id, gone.action) == (by.pk, "report.throw_away")
    assert not Notice.objects.unread().exists()


def test_a_first_draft_that_was_sent_once_is_not_thrown_away() -> None:
    row = first_draft()
    row = send_for_review(draft=row, version=row.version, by=row.made_by, at=AT)
    row = take_back(reviewed=row, version=row.version, by=row.made_by, at=AT, remark="Feil.")
    with pytest.raises(DomainError, match="aldri er sendt"):
        delete_draft(draft=row, version=row.version, by=row.made_by)
    for other in (row, ReportVersionFactory()):
        with pytest.raises(IntegrityError, match="can be thrown away"), transaction.atomic():
            connection.cursor().execute("SELECT reporting_throw_away(%s)", [other.pk])
        other.refresh_from_db()


def test_the_database_throws_away_nothing_else() -> None:
    row = published()
    with pytest.raises(IntegrityError, match="can be thrown away"), transaction.atomic():
        connection.cursor().execute("SELECT reporting_throw_away(%s)", [row.pk])
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ReportVersion.objects.filter(pk=ReportVersionFactory().pk)._raw_delete("default")
    row.refresh_from_db()
    assert row.document.job.state == JobState.DONE


# --- A new report --------------------------------------------------------------------------------------------------


def test_of_a_kind_and_period_there_is_one_report(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = Kind(lambda report, on: Built({"schema": 2, "kind": report.kind}), "Rapport")
    monkeypatch.setitem(report_kinds.KINDS, ReportKind.YEARLY_GRANTS, kind)
    what: dict[str, Any] = {
        "municipality": MunicipalityFactory(), "kind": ReportKind.YEARLY_GRANTS, "year": 2025, "half": None,
        "title": title_of(ReportKind.YEARLY_GRANTS, 2025, None), "by": UserFactory(), "at": AT, "on": DAY,
    }  # fmt: skip
    row = make_report(**what)
    assert row.report.title == "Årsrapport om tilskudd 2025"
    assert row.figures == {"schema": 2, "kind": "yearly_grants", "counted_on": "2026-03-02"}
    with pytest.raises(DomainError, match="allerede en rapport"):
        make_report(**what)
    assert make_report(**what | {"municipality": MunicipalityFactory()}).number == 1


def test_the_titles_are_in_bokmal() -> None:
    assert title_of(ReportKind.SUB_PROJECTS, 2026, 1) == "Halvårsstatus for delprosjektene, 1. halvår 2026"
