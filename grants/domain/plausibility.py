"""Numbers that look wrong beside last year's, or beside each other: they ask for a reason, and are not refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from grants.domain.known_facts import last_report, match
from grants.domain.questions import MEASURE_QUESTIONS, UNIT_QUESTIONS, Question
from grants.domain.report_answers import Answers, FormAnswers, read_answers
from grants.models import MeasureReport, YearlyReport
from grants.models.answers import TargetGroup
from organisation.amounts import format_kroner

TIMES = 2  # more than double, or less than half
# So large a difference is asked about, and none that is smaller, though it be double: small numbers jump all the time.
FLOORS = {
    # A group of children, a class.
    "children_reached": Decimal(20),
    # Some holidays for a family.
    "budget_nok": Decimal(25_000),
    # A fifth of what a unit got on average in 2008 (520 628 kroner).
    "amount_received_nok": Decimal(100_000),
    # Units had 3.2 measures on average in 2008; from one to three is nothing special.
    "active_measures": Decimal(2),
}
# The largest measure of 2009 reached 1 500 children and young people.
MOST_CHILDREN = 1500


@dataclass(frozen=True)
class Jump:
    """An answer that asks for a reason. `form` None: on the unit's own form. `before` is last year's, where that is why."""

    form: MeasureReport | None
    question: str
    text: Any
    before: Any = None


def is_jump(before: Any, now: Any, floor: Decimal) -> bool:
    """Whether two numbers are so far apart that one asks why. The order doesn't matter; None is no number."""
    if before is None or now is None:
        return False
    low, high = sorted((Decimal(before), Decimal(now)))
    return high - low > floor and high > TIMES * low


def jumps(report: YearlyReport, answers: Answers | None = None) -> list[Jump]:
    """What asks for a reason, in the order of the forms. `answers` where they have been read already."""
    answers = answers or read_answers(report)
    last, year = last_report(report.grant), report.grant.year - 1
    found = [*_of_unit(report, answers)]
    for name in ("active_measures", "amount_received_nok"):
        if last:
            found += _against(None, UNIT_QUESTIONS[name], getattr(last, name), answers.unit[name].value, year)
    last_forms = list(last.measure_reports.all()) if last else []
    for row in answers.measures:
        found += _of_measure(row)
        if before := match(row.form, last_forms):
            for name in ("budget_nok", "children_reached"):
                found += _against(
                    row.form, MEASURE_QUESTIONS[name], getattr(before, name), row.answers[name].value, year
                )
    return found


def _against(form: MeasureReport | None, question: Question, before: Any, now: Any, year: int) -> Iterator[Jump]:
    if is_jump(before, now, FLOORS[question.name]):
        text = format_lazy(
            _("I rapporten for {year} var tallet {before}, nå er det {now}. Skriv hvorfor."),
            year=year, before=_said(before), now=_said(now),
        )  # fmt: skip
        yield Jump(form, question.name, text, before)


def _of_unit(report: YearlyReport, answers: Answers) -> Iterator[Jump]:
    """More measures than there are said to be; and more money given to them than there was."""
    active, received = answers.unit["active_measures"].value, answers.unit["amount_received_nok"].value
    if active is not None and len(answers.measures) > active:
        text = _("Rapporten har {forms} tiltak, og det er flere enn de aktive. Skriv hvorfor.")
        yield Jump(None, "active_measures", format_lazy(text, forms=len(answers.measures)))
    budgets = sum((row.answers["budget_nok"].value or Decimal(0) for row in answers.measures), Decimal(0))
    if received is not None and budgets > received + (report.grant.carried_over_nok or 0):
        text = _(
            "Budsjettene til tiltakene er til sammen {budgets} kroner, og det er mer enn tilskuddet. Skriv hvorfor."
        )
        yield Jump(None, "amount_received_nok", format_lazy(text, budgets=_said(budgets)))


def _of_measure(row: FormAnswers) -> Iterator[Jump]:
    children = row.answers["children_reached"].value
    if children is None:
        return
    if children > MOST_CHILDREN:
        text = _("Det er flere enn {most} barn og unge, det meste noen rapporterte for 2009. Skriv hvorfor.")
        yield Jump(row.form, "children_reached", format_lazy(text, most=_said(MOST_CHILDREN)))
    # Courses for those who work with children reach none of them, and need not say why.
    if children == 0 and row.answers["primary_target_group"].value != TargetGroup.STAFF:
        yield Jump(row.form, "children_reached", _("Tiltaket nådde ingen barn og unge. Skriv hvorfor."))


def _said(number: Any) -> Any:
    """As numbers are written in the reader's language."""
    return lazy(format_kroner, str)(Decimal(number))
