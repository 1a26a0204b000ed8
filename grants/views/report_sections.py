"""A yearly report as its page shows it: the unit's form and each measure's, with answers, sources, remarks, what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from grants.domain.questions import MEASURE_QUESTIONS, TEXT, UNIT_QUESTIONS, Question
from grants.domain.report_answers import Answer, Answers
from grants.domain.report_problems import Problem, problems_of
from grants.domain.yearly_report import read_answers
from grants.forms.yearly_report import in_words
from grants.models import MeasureReport, ReportRemark, ReportState, ReportStep, YearlyReport


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
    remarks: list[ReportRemark] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.lines)


def form_url(report: YearlyReport, form: MeasureReport | None) -> str:
    if form is None:
        return reverse("yearly-report-unit", args=[report.public_id])
    return reverse("yearly-report-measure", args=[report.public_id, form.public_id])


def sections(report: YearlyReport, *, with_problems: bool) -> list[Section]:
    """All forms in their order, the unit's own first."""
    answers = read_answers(report)
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
    return Section(
        form=form,
        title=form.title if form else _("Kommunen"),
        anchor=f"form-{form.public_id}" if form else "form-unit",
        url=form_url(report, form),
        lines=[_line(answer) for answer in answers.values()],
        answered=sum(answer.is_answered for answer in answers.values()),
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


def earlier_report(report: YearlyReport) -> YearlyReport | None:
    """Last year's of the same unit and scheme, where it has been sent."""
    grant = report.grant
    rows = YearlyReport.objects.exclude(state=ReportState.DRAFT).filter(
        grant__reporting_unit=grant.reporting_unit_id, grant__scheme=grant.scheme_id, grant__year=grant.year - 1
    )
    return rows.first()


def earlier_form(report: YearlyReport, form: MeasureReport) -> MeasureReport | None:
    """The same measure's form in it."""
    if form.funded_measure_id is None or (earlier := earlier_report(report)) is None:
        return None
    return earlier.measure_reports.filter(funded_measure=form.funded_measure_id).first()


def progress(reports: Iterable[YearlyReport]) -> dict[int, tuple[int, int]]:
    """Of open reports, by pk: how many answers have been written, and how many questions there are. One query in all."""
    still = [report for report in reports if report.is_open]
    counted = {report.pk: [_written(report, UNIT_QUESTIONS), len(UNIT_QUESTIONS)] for report in still}
    for form in MeasureReport.objects.filter(report__in=still):
        counted[form.report_id][0] += _written(form, MEASURE_QUESTIONS)
        counted[form.report_id][1] += len(MEASURE_QUESTIONS)
    return {pk: (answered, total) for pk, (answered, total) in counted.items()}


def _written(row: YearlyReport | MeasureReport, questions: Mapping[str, Question]) -> int:
    return sum(question.is_answered(getattr(row, name)) for name, question in questions.items())
