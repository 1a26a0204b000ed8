"""The figures of the report on sub-projects: what it reads, as of which day, what it says of each, and what it keeps back."""

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from grants.models import GoalJudgement, Review, SubProject, SubProjectStateChange
from organisation.domain.errors import DomainError
from organisation.models import Municipality
from organisation.periods import HalfYear
from reporting.domain.free_texts import HELD, as_they_stand, filled_in, texts_in
from reporting.domain.report import title_of, withdraw
from reporting.domain.report_kinds import KINDS
from reporting.domain.sub_project_status import Status, before_of, sub_project_status
from reporting.models import Report, ReportKind, ReportVersion, VersionState
from tests.factories import (
    ClosingReportFactory,
    ContributionFactory,
    LedgerEntryFactory,
    LogEntryFactory,
    LogFigureFactory,
    MeasureFactory,
    MunicipalityFactory,
    PartnerAnswerFactory,
    ReportFactory,
    ReportVersionFactory,
    RoundFactory,
    SubProjectFactory,
    SubProjectPartnerFactory,
    UserFactory,
    make_agreed,
    make_offered,
)
from tests.factories.grants_results import LessonFactory, OutcomeFactory

pytestmark = pytest.mark.django_db
Json = dict[str, Any]
PERIOD = HalfYear(2025, 1)
MADE = datetime.date(2025, 8, 15)
IN, END, AFTER = datetime.date(2025, 3, 1), datetime.date(2025, 6, 30), datetime.date(2025, 7, 3)


def at(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(12), datetime.UTC)


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory()


def running(town: Municipality, title: str = "Åpen fritid", partners: int = 2, **fields: Any) -> SubProject:
    """It runs on a letter with two result goals, counted in the log of its measure."""
    row = SubProjectFactory(municipality=town, title=title, partners=partners, **fields)
    row.measure = MeasureFactory(plan__municipality=town)
    row.save()
    return make_agreed(row)


def report_on(town: Municipality, period: HalfYear = PERIOD, **fields: Any) -> Report:
    return ReportFactory(
        kind=ReportKind.SUB_PROJECTS, round=None, municipality=town, year=period.year, half=period.half, **fields
    )


def built(town: Municipality, on: datetime.date = MADE, period: HalfYear = PERIOD) -> Status:
    made = sub_project_status(Report(municipality=town, year=period.year, half=period.half, kind="sub_projects"), on)
    assert json.loads(json.dumps(made.figures)) == made.figures, "it can be frozen as it is"
    return made


def figures(town: Municipality, on: datetime.date = MADE, period: HalfYear = PERIOD) -> Json:
    return built(town, on, period).figures


def part(town: Municipality, **fields: Any) -> Json:
    (found,) = figures(town, **fields)["sub_projects"]
    assert isinstance(found, dict)
    return found


def text_of(value: Any) -> str:
    return next(texts_in(value)).text


def log(row: SubProject, name: str, value: int, day: datetime.date = IN, text: str = "Noe ble gjort.") -> Any:
    entry = LogEntryFactory(measure=row.measure, happened_on=day, text=text)
    LogFigureFactory(target=row.measure.targets.get(name=name), entry=entry, value=Decimal(value))
    return entry


def hold_review(row: SubProject, day: datetime.date, decision: str = "continue", **fields: Any) -> Review:
    review = row.reviews.get(decision="")
    letter = row.letters.get(state="in_force")
    for goal in letter.goals.filter(kind="result"):
        GoalJudgement.objects.create(
            review=review, goal=goal, verdict="reached" if goal.number == 1 else "partly", comment="Godt i gang."
        )
    for name, value in {
        "letter": letter, "held_on": day, "decision": decision, "reason": "Målene er innen rekkevidde.", "evidence": {},
        "concluded_at": at(day), "concluded_by": UserFactory(), "summary": "En god samtale.", **fields,
    }.items():  # fmt: skip
        setattr(review, name, value)
    review.save()
    return review


def step(row: SubProject, after: str, day: datetime.date, reason: str = "") -> None:
    SubProjectStateChange.objects.create(
        sub_project=row, before=row.state, after=after, on=day, by=UserFactory(), reason=reason
    )
    SubProject.objects.filter(pk=row.pk).update(state=after, state_since=day, state_reason=reason)


def test_a_sub_project_is_told_of_against_its_letter(town: Municipality) -> None:
    row = running(town)
    log(row, "familier", 30)
    log(row, "møter", 10)
    hold_review(row, END)
    LedgerEntryFactory(sub_project=row, amount=Decimal(120_000), paid_on=IN)
    told = part(town)
    assert (told["title"], told["state"], told["letter"]["number"]) == ("Åpen fritid", "running", 1)
    assert told["letter"]["in_force_on"] == "2025-01-01"
    assert [goal["text"] for goal in told["effect_goals"]] == ["Familiene har det tryggere."]
    families, meetings = told["goals"]
    assert (families["target"], families["cell"]["value"], families["counted_in"]) == (40, 30, "log")
    assert (families["verdict"], meetings["verdict"]) == ("reached", "partly")
    assert text_of(families["comment"]) == "Godt i gang."
    assert (told["review"]["decision"], told["review"]["held_on"]) == ("continue", "2025-06-30")
    assert text_of(told["review"]["reason"]) == "Målene er innen rekkevidde."
    assert text_of(told["review"]["summary"]) == "En god samtale."
    first, second = told["money"]["halves"]
    assert (first["awarded"], first["paid"], first["left"]) == (500_000, 120_000, 380_000)
    assert second["is_to_come"] and second["paid"] == 0
    assert (told["money"]["awarded"], told["money"]["paid"], told["money"]["left"]) == (1_000_000, 120_000, 880_000)
    assert told["unit"] and len(told["partners"]) == 1


def test_all_is_as_of_the_last_day_of_the_half_year(town: Municipality) -> None:
    row = running(town)
    log(row, "familier", 20)
    log(row, "familier", 9, day=AFTER, text="Kom til siden.")
    LedgerEntryFactory(sub_project=row, amount=Decimal(70_000), paid_on=AFTER)
    OutcomeFactory(sub_project=row, kind="children", value=33, counted_on=AFTER)
    LessonFactory(sub_project=row, written_on=AFTER)
    hold_review(row, AFTER)
    step(row, "stopped", AFTER, "Gikk ikke.")
    made = figures(town)
    told = made["sub_projects"][0]
    assert (made["as_of"], made["counted_on"], made["closed_on"]) == ("2025-06-30", "2025-06-30", "2025-08-15")
    assert told["state"] == "running" and told["review"] is None and made["stopped"] == []
    assert told["goals"][0]["cell"]["value"] == 20 and told["goals"][0]["verdict"] == ""
    assert told["money"]["paid"] == 0 and told["lessons"] == [] and told["results"] == []
    assert [entry["on"] for entry in made["log"]] == ["2025-03-01"]
    assert "Gikk ikke" not in str(made)


def test_while_the_half_year_lasts_it_is_as_of_today(town: Municipality) -> None:
    row = running(town)
    log(row, "familier", 20, day=datetime.date(2025, 5, 1))
    assert figures(town, on=IN)["as_of"] == "2025-03-01"
    assert part(town, on=IN)["goals"][0]["cell"] is None
    with pytest.raises(DomainError, match="ikke begynt"):
        figures(town, on=datetime.date(2024, 12, 31))


def test_of_another_municipality_nothing_is_said(town: Municipality) -> None:
    running(town)
    stranger = running(MunicipalityFactory(), title="Fremmed prosjekt")
    log(stranger, "familier", 77, text="Fremmed loggføring")
    hold_review(stranger, END)
    made = built(town)
    assert "Fremmed" not in str(made) and "77" not in str(made.figures["results"])
    assert stranger.public_id not in str(made)


def test_those_that_were_over_before_are_in_the_totals_only(town: Municipality) -> None:
    over, here = running(town, "For lenge siden"), running(town, "Her og nå")
    OutcomeFactory(sub_project=over, kind="children", value=30, counted_on=datetime.date(2025, 1, 20))
    OutcomeFactory(sub_project=here, kind="children", value=12, counted_on=IN)
    step(over, "ended", datetime.date(2025, 2, 1))
    later = HalfYear(2025, 2)
    made = figures(town, on=datetime.date(2026, 1, 10), period=later)
    assert [row["title"] for row in made["sub_projects"]] == ["Her og nå"]
    assert [(row["title"], row["is_told"]) for row in made["results"]["rows"]] == [
        ("For lenge siden", False), ("Her og nå", True),
    ]  # fmt: skip
    assert made["results"]["total"][0]["value"] == 42
    assert [row["title"] for row in figures(town)["sub_projects"]] == ["For lenge siden", "Her og nå"]


def test_it_asks_as_often_whatever_there_is(town: Municipality) -> None:
    def queries() -> int:
        report = Report(municipality=town, year=2025, half=1, kind="sub_projects")
        with CaptureQueriesContext(connection) as asked:
            sub_project_status(report, MADE)
        return len(asked)

    def fill(title: str) -> None:
        row = running(town, title, partners=3)
        log(row, "familier", 20)
        PartnerAnswerFactory(review=row.reviews.get(), partner=row.partners.all()[0])
        hold_review(row, END)
        OutcomeFactory(sub_project=row, kind="children", value=12, counted_on=IN)
        LedgerEntryFactory(sub_project=row, amount=Decimal(1000), paid_on=IN)
        LessonFactory(sub_project=row, written_on=IN)
        ClosingReportFactory(sub_project=row, started_on=IN, due_on=END)

    fill("Et")
    once = queries()
    for title in ("To", "Tre", "Fire"):
        fill(title)
    assert queries() == once
    assert once <= 32


def test_what_is_late_says_since_when_and_whether_it_has_been_done(town: Municipality) -> None:
    held, waits = running(town, "Holdt siden"), running(town, "Venter ennå")
    Review.objects.update(due_on=datetime.date(2025, 6, 1))
    hold_review(held, AFTER)
    offered = make_offered(SubProjectFactory(municipality=town, title="Ikke signert", partners=2), on=IN)
    over = running(town, "Over")
    step(over, "ended", IN)
    ClosingReportFactory(sub_project=over, started_on=IN, due_on=datetime.date(2025, 5, 1))
    rows = figures(town)["late"]
    assert [(row["title"], row["kind"], row["due"], row["done_on"]) for row in rows] == [
        ("Ikke signert", "letter", "2025-03-01", None),
        ("Over", "closing", "2025-05-01", None),
        ("Holdt siden", "review", "2025-06-01", "2025-07-03"),
        ("Venter ennå", "review", "2025-06-01", None),
    ]
    names = sorted(row.partner.unit.name for row in offered.signatures.all())
    assert rows[0]["missing"] == names
    assert waits.public_id in {row["id"] for row in rows}
    five = {row["key"]: row for row in figures(town)["five"]}
    assert (five["reviews"]["value"], five["reviews"]["of"]) == (0, 2)


def test_a_stop_is_told_with_its_reason_once(town: Municipality) -> None:
    row = running(town)
    hold_review(row, END, decision="stop", reason="Samarbeidet kom ikke i gang.")
    step(row, "stopped", END, "Samarbeidet kom ikke i gang.")
    made = figures(town)
    assert made["stopped"] == [{"id": row.public_id, "title": "Åpen fritid", "on": "2025-06-30"}]
    told = [text for text in texts_in(made) if text.text == "Samarbeidet kom ikke i gang."]
    assert len(told) == 1, "one text to read and confirm"
    step(other := running(town, "Uten stoppunkt"), "stopped", END, "Ingen ville.")
    parts = {row["id"]: row for row in figures(town)["sub_projects"]}
    assert text_of(parts[other.public_id]["state_reason"]) == "Ingen ville."


def test_conditions_and_those_of_the_review_before_are_told(town: Municipality) -> None:
    row = running(town)
    hold_review(row, datetime.date(2025, 1, 20), decision="with_conditions", conditions="Flere partnere må bli med.")
    Review.objects.create(
        sub_project=row, number=2, starts_on=datetime.date(2025, 1, 21), due_on=datetime.date(2025, 7, 20)
    )
    told = part(town)
    assert text_of(told["review"]["conditions"]) == "Flere partnere må bli med." and told["earlier_conditions"] is None
    hold_review(row, datetime.date(2025, 7, 20))
    told = part(town, on=datetime.date(2026, 1, 5), period=HalfYear(2025, 2))
    assert told["review"]["number"] == 2
    assert text_of(told["earlier_conditions"]["text"]) == "Flere partnere må bli med."


def test_counts_below_five_are_nowhere_in_the_figures(town: Municipality) -> None:
    row = running(town)
    log(row, "familier", 3, text="Det kom flere.")
    log(row, "møter", 2)
    row.measure.targets.filter(name="møter").update(counts_people=False)
    ClosingReportFactory(
        sub_project=row, started_on=IN, due_on=END, achieved="Familier: 3", learnt="Mye.", remaining="3 familier",
        submitted_at=at(IN), submitted_by=UserFactory(),
    )  # fmt: skip
    made = figures(town)
    told = made["sub_projects"][0]
    families, meetings = told["goals"]
    assert (families["cell"]["shown"], families["cell"]["value"]) == ("under", None)
    assert meetings["cell"]["value"] == 2, "meetings are nobody"
    assert [entry["figures"] for entry in made["log"]] == [[], [{"name": "møter", "value": 2}]]
    assert "Familier: 3" not in str(made) and "3 familier" not in str(made)
    assert text_of(told["closing"]["learnt"]) == "Mye."
    total = made["results"]["total"][0]["key"]
    assert [row["key"] for row in made["counts"]] == [families["cell"]["key"], total]
    assert made["count_sums"] == [[total, families["cell"]["key"]]]
    assert families["cell"]["key"] == f"target:{row.measure.targets.get(name='familier').public_id}"


def test_what_was_published_before_stands_until_the_change_is_five(town: Municipality) -> None:
    row = running(town)
    log(row, "familier", 20)
    key = f"target:{row.measure.targets.get(name='familier').public_id}"
    before = {
        "period": {"label": "2. halvår 2024"}, "counted_on": "2024-12-31", "sub_projects": [],
        "counts": [{"key": key, "shown": "number", "value": 18, "on": None}],
        "five": [{"key": "families", "value": None, "cell": {"shown": "number", "value": 18, "on": None}}],
    }  # fmt: skip
    ReportVersionFactory(
        report=report_on(town, HalfYear(2024, 2)), state=VersionState.PUBLISHED, figures=before, content=before
    )
    made = figures(town)
    cell = made["sub_projects"][0]["goals"][0]["cell"]
    assert (cell["value"], cell["on"]) == (18, "2024-12-31")
    log(row, "familier", 10)
    assert figures(town)["sub_projects"][0]["goals"][0]["cell"]["value"] == 30


def test_what_has_changed_is_against_the_newest_report_before_that_stands(town: Municipality) -> None:
    running(town)

    def content(running: int) -> Json:
        five = [{"key": "running", "value": running}, {"key": "families", "value": None, "cell": {"value": 9}}]
        return {"period": {"label": "2. halvår 2024"}, "sub_projects": [], "five": five, "counts": []}

    assert figures(town)["changes"] is None and figures(town)["five"][0]["change"] == ""
    report = report_on(town, HalfYear(2024, 2))
    ReportVersionFactory(report=report, state=VersionState.PUBLISHED, figures={}, content=content(3))
    made = figures(town)
    assert made["five"][0]["change"] == "2 færre enn i 2.\u00a0halvår\u00a02024"
    assert [row["title"] for row in made["changes"]["new"]] == ["Åpen fritid"]
    ReportVersionFactory(report=report_on(town, HalfYear(2025, 2)), state=VersionState.PUBLISHED, content=content(9))
    elsewhere = report_on(MunicipalityFactory(), HalfYear(2024, 2))
    ReportVersionFactory(report=elsewhere, state=VersionState.PUBLISHED, content=content(8))
    assert figures(town)["five"][0]["change"].startswith("2 færre")
    ReportVersionFactory(
        report=report, number=2, correction_reason="Feil.", state=VersionState.APPROVED, content=content(1)
    )
    assert figures(town)["five"][0]["change"].startswith("2 færre"), "a correction that is not out hides none that is"
    found = before_of(town, PERIOD)
    assert found and found["five"][1]["cell"] == {"value": 9}
    out = ReportVersion.objects.get(report=report, number=1)
    withdraw(published=out, version=out.version, reason="Feil.", by=UserFactory(), at=at(MADE))
    assert figures(town)["five"][0]["change"].startswith("uendret siden")
    found = before_of(town, PERIOD)
    assert found and found["five"][1]["cell"] is None, "its counts have told nobody anything"


def test_means_over_fewer_than_five_answers_and_all_words_are_held_back(town: Municipality) -> None:
    row = running(town, partners=6)
    review, partners = row.reviews.get(), list(row.partners.all())
    for number, partner in enumerate(partners[:4]):
        PartnerAnswerFactory(review=review, partner=partner, listens=1 + number, went_well="Hemmelig svar")
    hold_review(row, END)
    answers = part(town)["review"]["answers"]
    assert (answers["count"], answers["asked"]) == (4, 6)
    assert {question["mean"] for question in answers["questions"]} == {None}
    PartnerAnswerFactory(review=review, partner=partners[4], listens=5)
    questions = part(town)["review"]["answers"]["questions"]
    assert [question["mean"] for question in questions] == ["4.0", "3.0", "4.0", "4.0"]
    assert "Hemmelig" not in str(built(town))


def test_texts_are_free_and_what_a_leader_has_confirmed_is_cleared(town: Municipality) -> None:
    row = running(town, target_group="Familier i Storgata")
    confirmed = log(row, "møter", 1, text="Lest av lederen.")
    log(row, "møter", 1, text="Ikke lest.")
    LessonFactory(sub_project=row, written_on=IN, text="Vi lærte noe.")
    round = RoundFactory(plan=row.measure.plan)
    ContributionFactory(
        round=round, measure=row.measure, confirmed_at=at(MADE), confirmed_by=UserFactory(), identifies_nobody=True,
        confirmed_entries=[confirmed.pk],
    )  # fmt: skip
    hold_review(row, END)
    made = figures(town)
    texts = list(texts_in(made))
    assert {text.text: text.cleared for text in texts if "lest" in text.text.lower()} == {
        "Lest av lederen.": True, "Ikke lest.": False,
    }  # fmt: skip
    assert {"Familier", "Vi lærte noe.", "En god samtale.", "Målene er innen rekkevidde."} <= {t.text for t in texts}
    keys = [text.key for text in texts]
    assert len(set(keys)) == len(keys) and max(map(len, keys)) <= 80
    assert {text.section for text in texts} <= {"forslag", "sammendrag", "delprosjekt-for-delprosjekt", "logg"}


@pytest.mark.parametrize(
    ("name", "value", "is_cleared"), [("familier", 3, False), ("familier", 5, True), ("møter", 3, True)]
)
def test_words_about_few_are_not_cleared_by_the_round(
    town: Municipality, name: str, value: int, is_cleared: bool
) -> None:
    """Families are counted for a goal of the letter; meetings are nobody."""
    row = running(town)
    row.measure.targets.update(counts_people=False)
    entry = log(row, name, value, text="Så mange kom.")
    ContributionFactory(
        round=RoundFactory(plan=row.measure.plan), measure=row.measure, confirmed_at=at(MADE), confirmed_by=UserFactory(),
        identifies_nobody=True, confirmed_entries=[entry.pk],
    )  # fmt: skip
    assert {text.text: text.cleared for text in texts_in(figures(town))}["Så mange kom."] is is_cleared


def test_what_something_else_is_called_waits_to_be_read(town: Municipality) -> None:
    row = running(town)
    OutcomeFactory(
        sub_project=row, kind="other", label="Bor hos Kari", measured_in="barn", value=31, counted_on=IN, note="Telt i mars."
    )  # fmt: skip
    made = figures(town)
    (told,) = filled_in(made, {}, {})["sub_projects"][0]["other"]
    assert (told["label"], told["unit"], told["text"], told["cell"]["value"]) == (HELD, HELD, HELD, 31)
    said = json.dumps(filled_in(made, {}, {}), ensure_ascii=False)
    assert "Kari" not in said
    (told,) = as_they_stand(made, {})["sub_projects"][0]["other"]
    assert (told["label"], told["unit"], told["text"]) == ("Bor hos Kari", "barn", "Telt i mars.")


def test_every_number_says_what_it_was_made_from(town: Municipality) -> None:
    row = running(town)
    entry = log(row, "familier", 20)
    outcome = OutcomeFactory(sub_project=row, kind="children", value=31, counted_on=IN)
    line = LedgerEntryFactory(sub_project=row, amount=Decimal(1000), paid_on=IN)
    review = hold_review(row, END)
    made = built(town)
    key = made.figures["sub_projects"][0]["goals"][0]["cell"]["key"]
    assert made.sources[key] == {"kind": "log", "ids": [entry.public_id]}
    assert made.sources[f"outcome:children:{row.public_id}"] == {"kind": "outcomes", "ids": [outcome.public_id]}
    total = made.figures["results"]["total"][0]["key"]
    assert made.sources["five:families"] == {"kind": "results", "ids": [total]}
    assert made.sources[total] == {"kind": "results", "ids": [key]}
    assert made.sources[f"money:{row.public_id}:2025-1:paid"] == {"kind": "ledger", "ids": [line.public_id]}
    assert made.sources[f"judged:{row.public_id}"] == {"kind": "reviews", "ids": [review.public_id]}
    assert {f"five:{row['key']}" for row in made.figures["five"]} <= made.sources.keys()
    assert {row["key"] for row in made.figures["counts"]} <= made.sources.keys()


def test_a_letter_that_came_after_the_review_leaves_what_was_judged_before(town: Municipality) -> None:
    row = running(town)
    hold_review(row, END)
    letter = row.letters.get(state="in_force")
    letter.state = "superseded"
    letter.save()
    newer = row.letters.create(
        number=2, state="in_force", in_force_on=END, offered_on=END, offered_by=UserFactory(), content={},
        change_reason="Færre mål.",
    )  # fmt: skip
    newer.goals.create(
        kind="result", about="residents", number=1, text="Nytt mål", indicator="x", target_value=1, due_on=AFTER
    )
    told = part(town)
    assert [goal["text"] for goal in told["goals"]] == ["Nytt mål"] and told["goals"][0]["verdict"] == ""
    assert [row["verdict"] for row in told["judged_before"]] == ["reached", "partly"]
    assert (told["letter"]["number"], text_of(told["letter"]["change_reason"])) == (2, "Færre mål.")


def test_partners_that_have_left_are_not_told_of(town: Municipality) -> None:
    row = running(town)
    SubProjectPartnerFactory(sub_project=row, left_on=IN, unit__name="Gikk ut")
    assert "Gikk ut" not in str(part(town)["partners"])


def test_the_kind_is_known_and_the_report_is_in_bokmal_whoever_makes_it(town: Municipality) -> None:
    running(town)
    with translation.override("en"):
        made = KINDS[ReportKind.SUB_PROJECTS].build(report_on(town), MADE)
        assert title_of(ReportKind.SUB_PROJECTS, 2026, 1) == "Halvårsstatus for delprosjektene, 1. halvår 2026"
    assert made.figures["sub_projects"][0]["state_label"] == "I gang"
    assert made.figures["kind"] == "sub_projects" and made.figures["schema"] == 2
    assert made.figures["five"][0]["label"] == "Delprosjekter i gang"


def test_a_municipality_without_sub_projects_gets_a_report_that_says_so(town: Municipality) -> None:
    made = figures(town)
    assert made["sub_projects"] == [] and made["results"] is None and made["counts"] == []
    assert [row["value"] for row in made["five"]] == [None, None, None, None, 0]
