"""A yearly report as its page shows it: the unit's form and each measure's, with answers, sources, remarks, what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst

from grants.domain.known_facts import last_report, match
from grants.domain.questions import MEASURE_QUESTIONS, TEXT, UNIT_QUESTIONS
from grants.domain.report_answers import Answer, Answers, read_answers
from grants.domain.report_problems import Problem, is_required, problems_of
from grants.forms.yearly_report import in_words
from grants.models import MeasureReport, ReportRemark, ReportState, ReportStep, YearlyReport
from grants.models.answers import GoalsReached


@dataclass(frozen=True)
class Line:
    """One question with its answer in words."""

    label: str
    text: str
    source: str
    explanation: str
    is_long: bool


@dataclass(frozen=True)
class Missing:
    """Something that hinders submission, and where it is put right."""

    label: str
    text: Any
    url: str


@dataclass
class Section:
    """One form. `form` None: the unit's own."""

    form: MeasureReport | None
    title: str
    anchor: str
    url: str
    lines: list[Line]
    answered: int
    total: int
    remarks: list[ReportRemark] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)

    @property
    def taken_texts(self) -> list[Line]:
        """Texts that somebody wrote elsewhere, and that go along as they stand."""
        return [line for line in self.lines if line.is_long and line.source and line.text]

    @property
    def may_go(self) -> bool:
        """It came from a file, and the directorate hasn't remarked on it. One with money goes out with the money."""
        return self.form is not None and self.form.funded_measure_id is None and not self.remarks


def form_url(report: YearlyReport, form: MeasureReport | None) -> str:
    if form is None:
        return reverse("yearly-report-unit", args=[report.public_id])
    return reverse("yearly-report-measure", args=[report.public_id, form.public_id])


def sections(report: YearlyReport, *, with_problems: bool, answers: Answers | None = None) -> list[Section]:
    """All forms in their order, the unit's own first. `answers` where they have been read already."""
    answers = answers or read_answers(report)
    parts = [_section(report, None, answers.unit)]
    parts += [_section(report, row.form, row.answers) for row in answers.measures]
    by_form = {part.form.pk if part.form else None: part for part in parts}
    if report.state in (ReportState.RETURNED, ReportState.SUBMITTED) and (step := last_return(report)):
        for remark in step.remarks.all():
            by_form[remark.measure_report_id].remarks.append(remark)
    if with_problems:
        for problem in problems_of(report, answers):
            part = by_form[problem.form.pk if problem.form else None]
            part.missing.append(_missing(part, problem, answers))
    return parts


def _section(report: YearlyReport, form: MeasureReport | None, answers: Mapping[str, Answer]) -> Section:
    answered, total = _counted(answers)
    return Section(
        form=form,
        title=form.title if form else report.grant.reporting_unit.name,
        anchor=f"form-{form.public_id}" if form else "form-unit",
        url=form_url(report, form),
        lines=[_line(answer) for answer in answers.values()],
        answered=answered,
        total=total,
    )


def _line(answer: Answer) -> Line:
    question = answer.question
    return Line(
        label=capfirst(str(question.label)),
        text=in_words(question, answer.value),
        source=answer.source,
        explanation=answer.explanation,
        is_long=question.kind == TEXT,
    )


def _missing(part: Section, problem: Problem, answers: Answers) -> Missing:
    if not problem.question:
        return Missing(part.title, problem.text, part.url)
    rows: Iterable[Mapping[str, Answer]] = [row.answers for row in answers.measures if row.form == problem.form]
    answer = next(iter(rows), answers.unit)[problem.question]
    place = f"id_why-{problem.question}" if problem.asks_why else f"id_{problem.question}"
    return Missing(capfirst(str(answer.question.label)), problem.text, f"{part.url}#{place}")


def last_return(report: YearlyReport) -> ReportStep | None:
    """The step by which the directorate last sent the report back, with what it remarked."""
    returns = report.steps.filter(after=ReportState.RETURNED)
    return returns.select_related("by").prefetch_related("remarks").last()


def open_return(report: YearlyReport) -> ReportStep | None:
    """The same while the municipality puts the report right."""
    return last_return(report) if report.state == ReportState.RETURNED else None


def earlier_answers(report: YearlyReport, form: MeasureReport | None) -> dict[str, Any]:
    """What was answered last year by the same unit on the same scheme, of the same form; by question."""
    last = last_report(report.grant)
    if last and form:
        earlier = match(form, list(last.measure_reports.all()))
        return {name: getattr(earlier, name) for name in MEASURE_QUESTIONS} if earlier else {}
    return {name: getattr(last, name) for name in UNIT_QUESTIONS} if last else {}


def progress(report: YearlyReport) -> tuple[int, int]:
    """How many questions are answered, by somebody or by what is known, and how many there are."""
    answers = read_answers(report)
    counted = [_counted(answers.unit), *(_counted(row.answers) for row in answers.measures)]
    return sum(answered for answered, _total in counted), sum(total for _answered, total in counted)


def _counted(answers: Mapping[str, Answer]) -> tuple[int, int]:
    """One that may be left open counts when it is answered: a report that is ready has answered all."""
    answered = sum(answer.is_answered for answer in answers.values())
    open_ones = sum(not answer.is_answered and _must(answer, answers) for answer in answers.values())
    return answered, answered + open_ones


def _must(answer: Answer, answers: Mapping[str, Answer]) -> bool:
    if answer.question.name == "reason_not_reached":
        return bool(answers["goals_reached"].value == GoalsReached.NOT_ALL)
    return is_required(answer.question)
