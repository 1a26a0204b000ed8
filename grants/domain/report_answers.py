"""The answers of a yearly report as they stand: what somebody wrote, and where nothing is written, what is known."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from grants.domain.known_answers import Known, KnownAnswers, known_of_report
from grants.domain.known_measures import budget_class_of
from grants.domain.questions import AMOUNT, MEASURE_QUESTIONS, NUMBER, ONE, SEVERAL, TEXT, UNIT_QUESTIONS, Question
from grants.models import MeasureReport, YearlyReport
from grants.models.answers import GoalsReached
from organisation.domain.errors import DomainError

# What the columns hold: positive integers of four bytes, and kroner of ten digits before the point.
LARGEST = {NUMBER: Decimal(2_147_483_647), AMOUNT: Decimal("9999999999.99")}

MARK = 32  # letters, of sixteen kinds
LETTERS = str.maketrans("0123456789", "ghijklmnop")


@dataclass(frozen=True)
class Answer:
    """One question as it stands. `source` says where the value was taken from; an own answer and none have no source."""

    question: Question
    value: Any
    is_own: bool = False
    source: str = ""
    known: Known | None = None
    explanation: str = ""

    @property
    def is_answered(self) -> bool:
        return self.question.is_answered(self.value)

    @property
    def differs(self) -> bool:
        """From what is known, so that it is to be explained. Neither a text nor what was said last year binds anybody."""
        if not self.is_own or self.known is None or not self.known.binds or self.question.kind == TEXT:
            return False
        return not same(self.question, self.value, self.known.value)


@dataclass(frozen=True)
class FormAnswers:
    """The form of one measure with its answers."""

    form: MeasureReport
    answers: Mapping[str, Answer]


@dataclass(frozen=True)
class Answers:
    """Everything a report answers: the unit's own form, and each measure's in their order."""

    unit: Mapping[str, Answer]
    measures: tuple[FormAnswers, ...]


def same(question: Question, one: Any, other: Any) -> bool:
    """Whether two answers say the same. Several answers have no order."""
    if question.kind == SEVERAL:
        return set(one or []) == set(other or [])
    return bool(one == other)


def read_answers(report: YearlyReport) -> Answers:
    """The report as it stands. What has been submitted stands as it was sent, and is not compared with anything."""
    known = known_of_report(report) if report.is_open else KnownAnswers()
    return answers_of(report, report.measure_reports.all(), known)


def answers_of(report: YearlyReport, forms: Iterable[MeasureReport], known: KnownAnswers) -> Answers:
    """The same from what has been read already, and may not have been saved."""
    measures = (
        FormAnswers(form, measure_answers(form, known.measures.get(form.pk, {}), is_open=report.is_open))
        for form in forms
    )
    return Answers(unit_answers(report, known.unit), tuple(measures))


def mark_of(answers: Answers) -> str:
    """A mark of all that a report says, the same in every language, so that nothing is sent but what was read."""
    forms = [(None, answers.unit), *((row.form.pk, row.answers) for row in answers.measures)]
    said = [
        (form, name, sorted(answer.value) if answer.question.kind == SEVERAL else answer.value, answer.explanation)
        for form, part in forms
        for name, answer in part.items()
    ]
    return marked(json.dumps(said, default=lambda number: f"{number:.2f}"))


def marked(text: str) -> str:
    """A short mark of a text, of letters: digits could be taken for somebody's identity number."""
    return hashlib.sha256(text.encode()).hexdigest()[:MARK].translate(LETTERS)


def prefilled_share(report: YearlyReport) -> tuple[int, int]:
    """How many of an open report's questions are answered by what is known, and how many there are."""
    answers = read_answers(report)
    questions = [*answers.unit.values(), *(answer for row in answers.measures for answer in row.answers.values())]
    return sum(answer.known is not None for answer in questions), len(questions)


def unit_answers(report: YearlyReport, known: Mapping[str, Known]) -> dict[str, Answer]:
    """The unit's own form. Where all goals were reached there is no reason why not, whatever was written before."""
    answers = _answers(report, UNIT_QUESTIONS, known, report.is_open)
    if report.is_open and answers["goals_reached"].value == GoalsReached.ALL:
        answers["reason_not_reached"] = Answer(UNIT_QUESTIONS["reason_not_reached"], "")
    return answers


def measure_answers(form: MeasureReport, known: Mapping[str, Known], *, is_open: bool) -> dict[str, Answer]:
    """One measure's form. The size of the grant is the budget's, wherever there is a budget."""
    answers = _answers(form, MEASURE_QUESTIONS, known, is_open)
    budget = answers["budget_nok"].value
    if is_open and budget is not None:
        size = Known(budget_class_of(budget), _("Regnet ut av budsjettet"))
        answers["budget_class"] = Answer(MEASURE_QUESTIONS["budget_class"], size.value, source=size.source, known=size)
    return answers


def keep(row: YearlyReport | MeasureReport, known: Mapping[str, Known], answers: Mapping[str, Any]) -> None:
    """Put answers into a row's columns, not yet saved. One that is known, or empty, is left to follow what is known."""
    questions = UNIT_QUESTIONS if isinstance(row, YearlyReport) else MEASURE_QUESTIONS
    for name, given in answers.items():
        question = questions[name]
        value = checked(question, given)
        if name not in known and name in row.sources and same(question, value, getattr(row, name)):
            continue  # It was taken from somewhere, is not known there any more, and nobody has said otherwise.
        row.sources.pop(name, None)
        follows = name in known and same(question, value, known[name].value)
        setattr(row, name, question.empty if follows else value)


def checked(question: Question, value: Any) -> Any:
    """The value as its column takes it. Raises DomainError at the question for what is no answer to it."""
    if question.kind == TEXT:
        return "\n".join(str(value or "").splitlines()).strip()  # a form's lines end with two characters
    if not question.is_answered(value):
        return question.empty
    codes = [code for code, label in question.choices]
    if question.kind == SEVERAL:
        if not set(value) <= set(codes):
            raise DomainError(_("Velg blant svarene som står der."), question.name)
        return [code for code in codes if code in value]
    if question.kind == ONE:
        if value not in codes:
            raise DomainError(_("Velg blant svarene som står der."), question.name)
        return value
    return _number(question, value)


def _number(question: Question, value: Any) -> Any:
    number = Decimal(value)
    whole = question.kind == AMOUNT or number == number.to_integral_value()
    if not whole or not 0 <= number <= LARGEST[question.kind]:
        raise DomainError(_("Skriv et tall som er 0 eller høyere."), question.name)
    return number.quantize(Decimal("0.01")) if question.kind == AMOUNT else int(number)


def _answers(
    row: YearlyReport | MeasureReport, questions: Mapping[str, Question], known: Mapping[str, Known], is_open: bool
) -> dict[str, Answer]:
    return {name: _answer(row, question, known.get(name), is_open) for name, question in questions.items()}


def _answer(row: YearlyReport | MeasureReport, question: Question, known: Known | None, is_open: bool) -> Answer:
    """While a report is open, a column that is empty or was filled from a source follows what is known now."""
    name, stored = question.name, getattr(row, question.name)
    source, explanation = row.sources.get(name, ""), row.explanations.get(name, "")
    follows = bool(source) or not question.is_answered(stored)
    if is_open and follows and known is not None:
        return Answer(question, known.value, source=known.source, known=known, explanation=explanation)
    is_own = question.is_answered(stored) and not source
    return Answer(question, stored, is_own, source, known if is_open else None, explanation)
