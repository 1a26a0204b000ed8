"""The free texts of a draft: who edits what, and that what was read is what is confirmed."""

import datetime
from typing import Any

import pytest

from organisation.domain.errors import DomainError, StaleWrite
from reporting.domain.contribution import save_contribution
from reporting.domain.free_texts import HELD, NOT_CLEARED, as_a_draft, count_of_held, free, hash_of
from reporting.domain.report import clearances_of, edits_of, send_for_review
from reporting.domain.report_texts import StandingText, clear_texts, edit_text, left_in, same_words, standing_texts
from reporting.domain.resolution import points_to_report
from reporting.domain.round import close_round
from reporting.models import Contribution, ReportText, ReportVersion
from tests.factories import LogEntryFactory, ReportVersionFactory, ResolutionPointFactory, UserFactory
from tests.reporting.closed_round import CLOSED, CLOSED_AT, IN_PERIOD, Scene

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
FIGURES: dict[str, Any] = {
    "schema": 2,
    "kind": "plan_half_year",
    "summary": free("summary", "Sammendrag", "sammendrag", "Slik gikk det."),
    "log": [
        {"text": free("log:1", "Jobbklubb", "logg", "Tolv deltok.", cleared=True)},
        {"text": free("log:2", "Jobbklubb", "logg", "")},
    ],
}


@pytest.fixture
def draft() -> ReportVersion:
    row: ReportVersion = ReportVersionFactory(figures=FIGURES)
    return row


def texts(row: ReportVersion) -> dict[str, StandingText]:
    return {text.came.key: text for text in standing_texts(row)}


def held(row: ReportVersion) -> int:
    return count_of_held(row.figures, edits_of(row), clearances_of(row))


def test_the_texts_stand_as_they_came_in_the_order_of_the_report(draft: ReportVersion) -> None:
    assert [(text.came.key, text.text, text.is_cleared, text.version) for text in standing_texts(draft)] == [
        ("summary", "Slik gikk det.", False, 0), ("log:1", "Tolv deltok.", True, 0), ("log:2", "", True, 0),
    ]  # fmt: skip


def test_they_are_read_with_two_queries(draft: ReportVersion, django_assert_num_queries: Any) -> None:
    for key in ("summary", "log:1", "log:2"):
        edit_text(draft=draft, key=key, text="Ny", version=0, by=UserFactory())
    with django_assert_num_queries(2):
        standing_texts(draft)


def test_an_edited_text_waits_to_be_confirmed_also_where_the_first_one_was(draft: ReportVersion) -> None:
    edit_text(draft=draft, key="log:1", text=" Nesten tolv deltok. ", version=0, by=UserFactory())
    text = texts(draft)["log:1"]
    assert (text.text, text.is_cleared, text.version) == ("Nesten tolv deltok.", False, 1)


def test_who_writes_first_wins_and_the_other_sees_what_stands(draft: ReportVersion) -> None:
    edit_text(draft=draft, key="summary", text="Min.", version=0, by=UserFactory())
    with pytest.raises(StaleWrite) as stale:
        edit_text(draft=draft, key="summary", text="Din.", version=0, by=UserFactory())
    assert stale.value.current.text == "Min."


def test_only_texts_of_the_report_are_edited(draft: ReportVersion) -> None:
    with pytest.raises(DomainError, match="finnes ikke"):
        edit_text(draft=draft, key="measure:1:text", text="Ny", version=0, by=UserFactory())


@pytest.mark.parametrize("state", ["in_review", "approved", "published", "withdrawn"])
def test_texts_are_fixed_once_they_are_sent(state: str) -> None:
    row = ReportVersionFactory(figures=FIGURES, state=state)
    with pytest.raises(DomainError, match="sendt til gjennomgang"):
        edit_text(draft=row, key="summary", text="Ny", version=0, by=UserFactory())
    with pytest.raises(DomainError, match="sendt til gjennomgang"):
        clear_texts(draft=row, read={"summary": hash_of("Slik gikk det.")}, by=UserFactory(), at=AT)


def test_what_was_read_is_confirmed_once(draft: ReportVersion) -> None:
    by = UserFactory()
    read = {key: text.sha256 for key, text in texts(draft).items()}
    assert clear_texts(draft=draft, read=read, by=by, at=AT) == 1
    assert clear_texts(draft=draft, read=read, by=by, at=AT) == 0
    (row,) = draft.clearances.all()
    assert (row.key, row.cleared_by, row.cleared_at) == ("summary", by, AT)
    assert held(draft) == 0


def test_what_was_edited_meanwhile_is_not_confirmed(draft: ReportVersion) -> None:
    read = {"summary": hash_of("Slik gikk det.")}
    edit_text(draft=draft, key="summary", text="Kari fikk hjelp.", version=0, by=UserFactory())
    with pytest.raises(DomainError, match="endret siden"):
        clear_texts(draft=draft, read=read, by=UserFactory(), at=AT)
    assert held(draft) == 1


def test_words_that_were_confirmed_before_are_so_when_they_come_back(draft: ReportVersion) -> None:
    by = UserFactory()
    clear_texts(draft=draft, read={"summary": hash_of("Slik gikk det.")}, by=by, at=AT)
    edited = edit_text(draft=draft, key="summary", text="En annen.", version=0, by=by)
    assert held(draft) == 1
    edit_text(draft=draft, key="summary", text="Slik gikk det.", version=edited.version, by=by)
    assert held(draft) == 0


def test_a_text_remembers_all_who_wrote_it(draft: ReportVersion) -> None:
    first, second = UserFactory(), UserFactory()
    for by, version in ((first, 0), (second, 1), (first, 2)):
        edit_text(draft=draft, key="summary", text=f"Nr. {version}", version=version, by=by)
    row = ReportText.objects.get()
    assert row.written_by == first
    assert row.writers_before == sorted([first.pk, second.pk])


def test_a_draft_shows_every_text_and_marks_what_would_be_held_back(draft: ReportVersion) -> None:
    shown = as_a_draft(draft.figures, {}, {})
    assert shown["summary"] == f"{NOT_CLEARED} Slik gikk det."
    assert [entry["text"] for entry in shown["log"]] == ["Tolv deltok.", ""]


def test_what_was_decided_is_not_rewritten_in_a_report() -> None:
    later = datetime.date(2025, 11, 3)
    made = ResolutionPointFactory(number=1, text="Se på fristene.", closed_on=later, closed_by=UserFactory()).resolution
    told = points_to_report(plans=[made.plan_id], since=None, until=later)
    row = ReportVersionFactory(figures={"schema": 2, "resolutions": told})
    point = f"point:{made.points.get().public_id}"
    assert {text.came.key: text.came.is_fixed for text in standing_texts(row)} == {
        f"resolution:{made.public_id}": True, point: True, f"{point}:closing": False,
    }  # fmt: skip
    for key in (f"resolution:{made.public_id}", point):
        with pytest.raises(DomainError, match="kan ikke skrives om"):
            edit_text(draft=row, key=key, text="Noe annet.", version=0, by=UserFactory())
    edited = edit_text(draft=row, key=f"{point}:closing", text="Gjort.", version=0, by=UserFactory())
    assert edited.text == "Gjort."
    assert texts(row)[f"{point}:closing"].came.label == "Punkt 1: hva som er gjort"


SAID = "Vi hjalp tre familier i Storgata."


@pytest.fixture
def twice() -> ReportVersion:
    """A contribution made from the log, and the log beside it."""
    row: ReportVersion = ReportVersionFactory(
        figures={
            "schema": 2,
            "texts": [
                free("measure:1:text", "Jobbklubb: Tekst", "mal", f"1. mars 2025: {SAID} Det gikk bra.\nVi er i rute."),
                free("log:1", "Jobbklubb: 1. mars 2025", "logg", "Vi hjalp tre   familier i Storgata."),
                free("log:2", "Jobbklubb: 2. mars 2025", "logg", "Ja. Noe helt annet."),
                free("log:3", "Jobbklubb: 3. mars 2025", "logg", "Det gikk bra. Men sent."),
            ],
        }
    )
    return row


def keys(rows: list[StandingText]) -> list[str]:
    return [row.came.key for row in rows]


def test_other_texts_with_the_same_words_are_found_and_those_without_are_not(twice: ReportVersion) -> None:
    texts = standing_texts(twice)
    assert keys(same_words(texts, "measure:1:text")) == ["log:1", "log:3"]
    assert keys(same_words(texts, "log:1")) == ["measure:1:text"]
    assert same_words(texts, "log:2") == [] and same_words(texts, "finnes:ikke") == []
    assert left_in(texts, "measure:1:text") == [] and left_in(texts, "finnes:ikke") == []


def test_after_an_edit_only_texts_that_hold_what_was_taken_out_are_told(twice: ReportVersion) -> None:
    by = UserFactory()
    edit_text(draft=twice, key="measure:1:text", text="Det gikk bra. Vi er i rute.", version=0, by=by)
    assert keys(left_in(standing_texts(twice), "measure:1:text")) == ["log:1"]
    edit_text(draft=twice, key="log:1", text="Vi hjalp noen.", version=0, by=by)
    assert left_in(standing_texts(twice), "measure:1:text") == []
    assert left_in(standing_texts(twice), "log:1") == []


# --- From the round ------------------------------------------------------------------------------------------------


def test_whoever_confirms_in_the_round_says_that_the_text_identifies_nobody() -> None:
    scene = Scene.make()
    found = {text.text: text.is_cleared for text in standing_texts(scene.close())}
    assert found["Teksten som er bekreftet."]
    assert found["Logg: Bekreftet tiltak"]
    assert not found["Delmålet er nær."]


def test_what_was_confirmed_before_that_was_asked_is_held_back() -> None:
    scene = Scene.make()
    Contribution.objects.update(identifies_nobody=False)
    draft = close_round(round=scene.round, version=scene.round.version, by=UserFactory(), on=CLOSED, at=CLOSED_AT)
    assert not {text.text: text.is_cleared for text in standing_texts(draft)}["Teksten som er bekreftet."]
    sent = send_for_review(draft=draft, version=draft.version, by=UserFactory(), at=AT)
    assert "Teksten som er bekreftet." not in str(sent.content)
    assert HELD in str(sent.content)


@pytest.mark.parametrize(("counted", "of_people", "is_cleared"), [
    (1, True, False), (4, True, False), (5, True, True), (0, True, True), (3, False, True),
])  # fmt: skip
def test_words_about_few_are_read_once_more_whatever_the_unit_confirmed(
    counted: int, of_people: bool, is_cleared: bool
) -> None:
    scene = Scene.make(counted)
    scene.confirmed.targets.update(counts_people=of_people)
    found = {text.text: text.is_cleared for text in standing_texts(scene.close())}
    assert found["Teksten som er bekreftet."] is is_cleared
    assert found["Logg: Bekreftet tiltak"] is is_cleared


def test_only_the_entries_that_count_few_are_read_once_more() -> None:
    scene = Scene.make(3)
    LogEntryFactory(measure=scene.confirmed, happened_on=IN_PERIOD, text="Logg uten tall")
    before = Contribution.objects.get(measure=scene.confirmed)
    save_contribution(
        round=scene.round,
        measure=scene.confirmed,
        text="Igjen.",
        confirm=True,
        version=before.version,
        by=UserFactory(),
    )
    found = {text.text: text.is_cleared for text in standing_texts(scene.close())}
    assert found["Logg uten tall"]
    assert not found["Logg: Bekreftet tiltak"]
