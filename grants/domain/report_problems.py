"""What hinders a yearly report from being submitted: open questions, contradictions, and what is still to be explained."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from grants.domain.plausibility import Jump, jumps
from grants.domain.questions import AMOUNT, NUMBER, Question
from grants.domain.report_answers import Answer, Answers
from grants.models import MeasureReport, YearlyReport
from grants.models.answers import Cooperation, GoalsReached

# Texts may be left out, and there is only a reason where not all was reached.
OPTIONAL = ("description", "general_feedback", "reason_not_reached")


@dataclass(frozen=True)
class Problem:
    """`form` None: on the unit's own form. `question` "": no single one. `asks_why`: it goes away with an explanation."""

    form: MeasureReport | None
    question: str
    text: Any
    asks_why: bool = False


def problems_of(report: YearlyReport, answers: Answers) -> list[Problem]:
    """All that hinders submission, in the order of the forms: the unit's own first."""
    to_explain = to_be_explained(report, answers)
    found = [*_of_unit(answers), *_unexplained(None, answers.unit, to_explain)]
    for row in answers.measures:
        found += _unanswered(row.form, row.answers)
        found += _unexplained(row.form, row.answers, to_explain)
    return found


def to_be_explained(report: YearlyReport, answers: Answers) -> list[Jump]:
    """Answers that differ from what is known, and numbers that jump: each asks for a reason in words."""
    text = _("Svaret er et annet enn det som er kjent. Skriv hvorfor.")
    forms = [(None, answers.unit), *((row.form, row.answers) for row in answers.measures)]
    differing = [Jump(form, name, text) for form, part in forms for name, answer in part.items() if answer.differs]
    return [*differing, *jumps(report, answers)]


def _of_unit(answers: Answers) -> Iterator[Problem]:
    unit = answers.unit
    yield from _unanswered(None, unit, nothing_done=unit["active_measures"].value == 0)
    if unit["goals_reached"].value == GoalsReached.NOT_ALL and not unit["reason_not_reached"].is_answered:
        yield Problem(None, "reason_not_reached", _("Velg den viktigste årsaken til at ikke alle målene ble nådd."))
    partners = unit["cooperated_with"].value
    if Cooperation.NONE in partners and len(partners) > 1:
        yield Problem(None, "cooperated_with", _("«Ikke samarbeidet» kan ikke stå sammen med andre svar."))
    if not answers.measures and unit["active_measures"].value != 0:
        yield Problem(None, "", _("Rapporten har ingen tiltak. Legg til tiltakene, eller skriv 0 aktive tiltak."))


def is_required(question: Question, *, nothing_done: bool = False) -> bool:
    """Where no measure was carried out there is nothing to say of how it went; the numbers are asked for all the same."""
    return question.name not in OPTIONAL and (not nothing_done or question.kind in (NUMBER, AMOUNT))


def _unanswered(
    form: MeasureReport | None, part: Mapping[str, Answer], *, nothing_done: bool = False
) -> Iterator[Problem]:
    for name, answer in part.items():
        if is_required(answer.question, nothing_done=nothing_done) and not answer.is_answered:
            yield Problem(form, name, _("Spørsmålet er ikke besvart."))


def _unexplained(form: MeasureReport | None, part: Mapping[str, Answer], asked: list[Jump]) -> Iterator[Problem]:
    for jump in asked:
        if jump.form == form and not part[jump.question].explanation:
            yield Problem(form, jump.question, jump.text, asks_why=True)
