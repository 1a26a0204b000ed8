"""What is published is found and told of: once, by those it is for."""

import datetime
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from kombu.exceptions import OperationalError

from organisation.models import Membership, Notice, Role, User
from organisation.separation import SYSTEM, of_municipalities, seeing
from povertyplan.celery import app as celery_app
from povertyplan.settings import CELERY_BEAT_SCHEDULE
from reporting import tasks
from reporting.domain import reading_room
from reporting.domain.passages import marked
from reporting.domain.reading_room import (
    START,
    STOP,
    deliver,
    fill,
    in_reading_room,
    make_searchable,
    readers_of,
    search,
    tell_of_withdrawal,
)
from reporting.domain.report import withdraw
from reporting.models import ReportPassage, ReportVersion, ReportWords
from tests.at_once import at_once
from tests.factories import ReportVersionFactory, UnitFactory, UserFactory, make_member
from tests.reporting.frozen_content import make_content

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 3, 1)


def published(text: str = "Det går framover.", state: str = "published", **fields: Any) -> ReportVersion:
    figures = {**make_content(summary=text), "schema": 2}
    row: ReportVersion = ReportVersionFactory(state=state, figures=figures, **fields)
    return row


def found(words: str) -> list[ReportPassage]:
    rows = search(versions=ReportVersion.objects.standing(), words=words)
    return list(rows.order_by("-rank", "pk"))


def reader(version: ReportVersion, role: Role) -> User:
    user: User = make_member(role, UnitFactory(municipality=version.report.municipality))
    return user


@pytest.mark.parametrize("number", [1, 2])
def test_when_a_report_is_withdrawn_those_who_were_told_of_it_are_told(number: int) -> None:
    first = published(report__title="Statusrapport 1. halvår 2026")
    version = first if number == 1 else published(report=first.report, number=2, correction_reason="Feil.")
    told = {reader(version, role) for role in (Role.BOARD_MEMBER, Role.STEERING_GROUP)}
    reader(version, Role.CASEWORKER)
    make_member(Role.BOARD_MEMBER, UnitFactory())
    at = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
    withdraw(published=version, version=version.version, reason="Tallet på mål 3.", by=version.made_by, at=at)
    rows = list(Notice.objects.filter(key__contains="withdrawn"))
    assert {row.user for row in rows} == told
    for row in rows:
        assert (row.kind, row.key) == (reading_room.KIND, f"report-{version.report.public_id}-withdrawn-{number}")
        assert row.url_path == f"/rapporter/{version.report.public_id}/versjoner/{number}/"
        assert "Statusrapport 1. halvår 2026" in row.text and "trukket tilbake" in row.text
        assert ("versjon 2" in row.text) == (number == 2)
        # The mail leaves the product.
        assert "mål 3" not in row.text
    # Once for each version and person.
    assert tell_of_withdrawal(withdrawn=version, by=version.made_by, on=TODAY) == []


def test_when_a_report_is_published_the_board_and_the_steering_group_are_told() -> None:
    version = published(report__title="Statusrapport 1. halvår 2026")
    told = {reader(version, role) for role in (Role.BOARD_MEMBER, Role.STEERING_GROUP)}
    for role in (Role.CASEWORKER, Role.COORDINATOR, Role.ADMINISTRATOR, Role.PARTNER):
        reader(version, role)
    make_member(Role.BOARD_MEMBER, UnitFactory())
    make_member(Role.ANALYST)
    notices = deliver(published=version, by=version.made_by, on=TODAY)
    assert {row.user for row in notices} == told
    assert {row.text for row in notices} == {"«Statusrapport 1. halvår 2026» er publisert og kan leses i lesesalen."}
    assert {(row.kind, row.url_path) for row in notices} == {
        ("report_published", f"/rapporter/{version.report.public_id}/")
    }


def test_a_report_is_delivered_once_and_a_correction_anew() -> None:
    version = published()
    reader(version, Role.BOARD_MEMBER)
    assert len(deliver(published=version, by=version.made_by, on=TODAY)) == 1
    passages = ReportPassage.objects.count()
    assert deliver(published=version, by=version.made_by, on=TODAY) == []
    assert ReportPassage.objects.count() == passages
    corrected = published(report=version.report, number=2, correction_reason="Et tall var feil.")
    (notice,) = deliver(published=corrected, by=version.made_by, on=TODAY)
    assert notice.text.endswith("i en rettet utgave, versjon 2.")


def test_whoever_has_left_the_board_is_not_told() -> None:
    version = published()
    left = reader(version, Role.BOARD_MEMBER)
    Membership.objects.filter(user=left).update(valid_to=TODAY - datetime.timedelta(days=1))
    assert readers_of(report=version.report, on=TODAY) == []
    assert deliver(published=version, by=version.made_by, on=TODAY) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_deliver_at_once_tell_each_reader_once() -> None:
    version = published()
    reader(version, Role.BOARD_MEMBER)
    outcomes = at_once(*[lambda: deliver(published=version, by=version.made_by, on=TODAY)] * 3)
    assert not [row for row in outcomes if isinstance(row, Exception)], outcomes
    assert Notice.objects.count() == 1
    positions = list(ReportPassage.objects.values_list("position", flat=True))
    assert len(positions) == len(set(positions)) > 5


@pytest.mark.django_db(transaction=True)
def test_without_redis_a_report_is_delivered_all_the_same(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    def unreachable(*args: Any, **options: Any) -> None:
        raise OperationalError

    settings.MAIL_ENABLED = True
    monkeypatch.setattr(celery_app, "send_task", unreachable)
    version = published()
    reader(version, Role.BOARD_MEMBER)
    assert len(deliver(published=version, by=version.made_by, on=TODAY)) == 1


def test_a_word_is_found_in_all_its_forms_and_marked() -> None:
    version = published("Kommunen åpnet to møteplasser for ungdommer på Lørenskog.")
    make_searchable(published=version, by=None)
    for words in ("møteplass", "MØTEPLASSENE", "ungdom", "åpner møteplasser", '"to møteplasser"', "møte", "lørenskog"):
        (hit,) = [row for row in found(words) if row.anchor == "sammendrag"]
        assert hit.title == "Sammendrag"
    marks = [text for text, is_found in marked(hit.headline, START, STOP) if is_found]
    assert marks == ["Lørenskog"]
    for words in ("badebasseng", "møteplass -ungdom", "plasser", "og", "", "'; DROP TABLE", "((&|!:*"):
        assert not [row for row in found(words) if row.anchor == "sammendrag"], words


def test_a_report_is_found_by_its_title_its_municipality_and_its_case_number() -> None:
    version = published(report__title="Statusrapport om noe", report__case_number="11/26497")
    make_searchable(published=version, by=None)
    for words in ("statusrapport noe", version.report.municipality.name, '"11/26497"'):
        assert version in {row.report_version for row in found(words)}, words


def test_titles_weigh_more_than_texts() -> None:
    rare = published("Noe om badeland i en lang tekst.")
    named = published(report__title="Badeland i kommunen")
    for row in (rare, named):
        make_searchable(published=row, by=None)
    assert [row.report_version for row in found("badeland")] == [named, rare]


def test_only_what_is_published_is_searchable_and_what_is_withdrawn_is_not_found() -> None:
    for state in ("draft", "in_review", "approved", "withdrawn"):
        assert make_searchable(published=published("badebasseng", state), by=None) == 0
    version = published("badebasseng")
    make_searchable(published=version, by=None)
    assert found("badebasseng")
    ReportVersion.objects.filter(pk=version.pk).update(
        state="withdrawn", withdrawn_at=version.made_at, withdrawn_by=version.made_by, withdrawn_reason="Feil."
    )
    assert found("badebasseng") == []


def test_the_job_finds_what_was_published_before_there_was_a_reading_room(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [published(), published()]
    published(state="in_review")
    make = reading_room.passages_in
    monkeypatch.setattr(reading_room, "passages_in", lambda content: make(content) if content else [])
    assert fill() == 2
    assert fill() == 0
    assert set(ReportPassage.objects.values_list("report_version", flat=True)) == {row.pk for row in rows}
    assert not Notice.objects.exists(), "nobody is told of what is old"


def test_one_report_that_cannot_be_shown_keeps_no_other_out(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, fine = published("ødelagt"), published()
    make = reading_room.passages_in

    def sometimes(content: dict[str, Any]) -> Any:
        if content["summary"] == "ødelagt":
            raise ValueError
        return make(content)

    monkeypatch.setattr(reading_room, "passages_in", sometimes)
    assert fill() == 1
    assert not broken.passages.exists()
    assert fine.passages.exists()


def test_the_job_is_in_the_calendar_of_jobs() -> None:
    assert CELERY_BEAT_SCHEDULE["fill-reading-room"]["task"] == tasks.fill_reading_room.name
    version = published()
    tasks.fill_reading_room()
    assert version.passages.exists()


def test_the_search_goes_through_the_index() -> None:
    """With a policy on the words it could not; asked as the application's role, which the policies hold for."""
    make_searchable(published=published(), by=None)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "Index Scan on report_words" in ReportWords.objects.filter(words="framover").explain()


def test_what_is_withdrawn_leaves_no_words_in_the_table_without_a_policy() -> None:
    version = published()
    make_searchable(published=version, by=None)
    assert ReportWords.objects.count() == version.passages.count() > 0
    ReportVersion.objects.filter(pk=version.pk).update(
        state="withdrawn", withdrawn_at=version.made_at, withdrawn_by=version.made_by, withdrawn_reason="Feil."
    )
    assert not ReportWords.objects.exists()
    for statement in ("INSERT INTO reporting_reportwords VALUES (1, '')", "DELETE FROM reporting_reportwords"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_who_reads_what_in_the_reading_room() -> None:
    old = published()
    new = published(report=old.report, number=2, correction_reason="Et tall var feil.")
    review, withdrawn, foreign = published(state="in_review"), published(state="withdrawn"), published()
    board, inside = reader(old, Role.BOARD_MEMBER), reader(old, Role.CASEWORKER)
    analyst = make_member(Role.ANALYST)
    assert set(in_reading_room(by=board)) == set(in_reading_room(by=inside)) == {new}
    assert set(in_reading_room(by=board, replaced=True)) == {old, new}
    assert set(in_reading_room(by=analyst)) == {new, foreign}
    assert not in_reading_room(by=reader(review, Role.BOARD_MEMBER)).exists()
    assert not in_reading_room(by=reader(withdrawn, Role.BOARD_MEMBER)).exists()
    for role in (Role.ADMINISTRATOR, Role.PARTNER, Role.JUROR):
        assert not in_reading_room(by=reader(old, role)).exists(), role
    assert not in_reading_room(by=UserFactory()).exists()


def test_the_database_shows_passages_of_other_municipalities_to_the_analyst_only() -> None:
    version = published()
    make_searchable(published=version, by=None)
    with seeing(of_municipalities({version.report.municipality_id + 1})):
        assert not ReportPassage.objects.exists()
    with seeing(of_municipalities(set(), published=True)):
        assert ReportPassage.objects.exists()
    with seeing(SYSTEM):
        assert ReportPassage.objects.exists()
