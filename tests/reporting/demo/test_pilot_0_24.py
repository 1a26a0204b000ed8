"""The nine sub-projects of Pilot 0-24 in the demo: what happened to each, and totals that are the sums of the facts."""

import datetime
from collections import Counter
from decimal import Decimal

import pytest
from django.utils import timezone

from grants.domain.application import breaches
from grants.domain.economy import economies
from grants.domain.outcome import standing_outcomes, totals
from grants.domain.waiting import waiting_for
from grants.models import Application, AwardLetter, ClosingReport, LedgerEntry, Review, SubProject
from measures.models import MeasureState
from organisation.models import Document, Notice, User
from reporting.demo.reading import read

TODAY = datetime.date(2026, 11, 20)
FACTS = read("pilot-0-24.yaml")["sub_projects"]


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def sub_projects() -> list[SubProject]:
    return list(SubProject.objects.filter(municipality__name="Trondheim"))


def test_nine_of_which_six_ran_to_the_end_and_three_were_stopped() -> None:
    assert len(sub_projects()) == len(FACTS) == 9
    assert Counter(row.state for row in sub_projects()) == {"in_line": 3, "ended": 3, "stopped": 3}


def test_the_stopped_ones_have_their_day_and_their_reason() -> None:
    stopped = {row.title: row for row in sub_projects() if row.state == "stopped"}
    assert {title: row.state_since for title, row in stopped.items()} == {
        "På egne ben – men ikke alene": datetime.date(2022, 6, 15),
        "Som de andre": datetime.date(2022, 6, 15),
        "Praktisk grunnskole": datetime.date(2022, 12, 15),
    }
    for row in stopped.values():
        assert "Samarbeidet på tvers kom ikke i gang" in row.state_reason
        last = row.reviews.order_by("-number")[0]
        assert (last.decision, last.held_on, last.reason) == ("stop", row.state_since, row.state_reason)
        assert row.measure.state == MeasureState.STOPPED
    assert "omorganisering" in stopped["Som de andre"].state_reason
    assert "omorganisering" not in stopped["Praktisk grunnskole"].state_reason


def test_what_was_awarded_and_paid_is_the_sum_of_the_facts() -> None:
    money = economies(sub_projects(), TODAY)
    awarded = {row.title: money[row.pk].awarded for row in sub_projects()}
    assert sum(awarded.values()) == 12_000_000
    assert awarded["Tidlig innsats på Brundalen"] == 3_000_000
    assert awarded["Sammen på Lademoen"] == 1_000_000
    basic_income = 1600 * 52 * 24
    assert LedgerEntry.objects.filter(sub_project__title="Flyktningefamilien i sentrum").total() == basic_income
    assert LedgerEntry.objects.filter(sub_project__in=sub_projects()).total() == 10_000_000 + basic_income
    assert LedgerEntry.objects.filter(sub_project__title="Flyktningefamilien i sentrum").count() == 24


def test_the_results_are_the_sums_of_the_facts_and_at_least_stays_at_least() -> None:
    found = {total.kind: total for total in totals(standing_outcomes(sub_projects(), TODAY))}
    expected: Counter[str] = Counter()
    for row in FACTS:
        for kind, counted in row.get("outcomes", {}).items():
            expected[kind] += counted[0] if isinstance(counted, list) else counted
    assert {kind: total.value for kind, total in found.items()} == expected
    assert (expected["families"], expected["children"], expected["driving_licences"]) == (193, 411, 19)
    assert {kind for kind, total in found.items() if total.is_at_least} == {"families"}


def test_families_of_a_result_goal_are_counted_in_the_log_and_nowhere_else() -> None:
    row = SubProject.objects.get(title="Flyktningefamilien i sentrum")
    assert not row.outcomes.filter(kind="families").exists()
    assert [figure.value for figure in row.measure.targets.get(name="familier").figures.all()] == [11]


def test_criminal_cases_by_year_with_the_estimate_named() -> None:
    rows = SubProject.objects.get(title="Veien til førerkortet").outcomes.filter(label__startswith="Registrerte")
    assert [(row.counted_on.year, row.value) for row in rows.order_by("counted_on")] == [
        (2019, Decimal(111)), (2020, Decimal(102)), (2021, Decimal(79)), (2023, Decimal(49)),
    ]  # fmt: skip
    assert rows.get(counted_on__year=2023).note == "Anslag for hele året."


def test_every_sub_project_has_partners_a_signed_letter_reviews_and_a_closing_report() -> None:
    for row, facts in zip(
        sorted(sub_projects(), key=lambda r: r.title), sorted(FACTS, key=lambda f: f["title"]), strict=True
    ):
        assert row.partners.count() == 1 + len(facts["partners"]), row.title
        letter = row.letters.get(state="in_force")
        assert letter.signatures.filter(accepted_at__isnull=False).count() == row.partners.count()
        assert row.reviews.exclude(decision="").exists()
        assert row.closing_report.submitted_at
    assert ClosingReport.objects.filter(sub_project__in=sub_projects()).count() == 9
    assert AwardLetter.objects.filter(document__in=Document.objects.filter(kind="award_letter")).count() >= 9


def test_nothing_of_the_pilot_waits_today() -> None:
    assert not Review.objects.due_for_review(TODAY).filter(sub_project__in=sub_projects()).exists()
    # Reports on other things are at work and tell of it, and so do people who talk about the measures.
    told = Notice.objects.filter(user__memberships__unit__municipality__name="Trondheim")
    assert not told.exclude(kind="report_review").exclude(kind__startswith="comment_").exists()


def test_lillehammer_shows_the_work_of_today() -> None:
    """Something waits for each of the people who can log in there."""
    for email, title, asked in (
        ("prosjektleder", "Åpen fritid", "Hold stoppunktet"),
        ("prosjektleder", "1 utbetaling", "Venter på godkjenning"),
        ("prosjektleder", "", "Følg juryens vurdering"),
        ("partner", "Jobb og skole sammen", "Godkjenn tildelingsbrevet"),
        ("partner", "Åpen fritid", "Svar på spørreskjemaet"),
    ):
        user = User.objects.get(email=f"{email}@lillehammer.example")
        waiting = [(row.title, row.asked) for row in waiting_for(user, timezone.localdate())]
        assert any(row[0].startswith(title) and row[1].startswith(asked) for row in waiting), waiting
    running = SubProject.objects.get(title="Åpen fritid (eksempel)")
    assert running.ratings.exists()
    draft = Application.objects.get(state="draft")
    assert {breach.field for breach in breaches(draft)} == {"units", "budget"}
