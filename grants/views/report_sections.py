"""A yearly report as its page shows it: the unit's form and each measure's, with answers, sources, remarks, what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst

from grants.domain.known_facts import last_report, match
from grants.domain.plausibility import jumps
from grants.domain.questions import AMOUNT, MEASURE_QUESTIONS, NUMBER, TEXT, UNIT_QUESTIONS
from grants.domain.report_answers import Answer, Answers, read_answers
from grants.domain.report_problems import Problem, is_required, problems_of
from grants.forms.yearly_report import in_words
from grants.models import MeasureReport, ReportRemark, ReportState, ReportStep, YearlyReport
from grants.models.answers import GoalsReached


@dataclass(frozen=True)
class Line:
    """One question with its answer in words. `earlier`: last year's number; `jump`: why the number asks for a reason."""

    anchor: str
    label: str
    text: str
    source: str
    explanation: str
    is_long: bool
    earlier: str = ""
    jump: Any = ""


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
    def to_look_at(self) -> list[Line]:
        """What somebody had to explain, and numbers that look wrong."""
        return [line for line in self.lines if line.explanation or line.jump]

    @property
    def may_go(self) -> bool:
        """It came from a file, and the directorate hasn't remarked on it. One with money goes out with the money."""
        return self.form is not None and self.form.funded_measure_id is None and not self.remarks


def form_url(report: YearlyReport, form: MeasureReport | None) -> str:
    if form is None:
        return reverse("yearly-report-unit", args=[report.public_id])
    return reverse("yearly-report-measure", args=[report.public_id, form.public_id])


def sections(
    report: YearlyReport, *, with_problems: bool, answers: Answers | None = None, compared: bool = False
) -> list[Section]:
    """All forms in their order, the unit's own first. `answers` where they have been read already.

    `compared`: with last year's numbers, and what is to be looked at.
    """
    answers = answers or read_answers(report)
    beside = Beside(report, answers) if compared else None
    parts = [_section(report, None, answers.unit, beside)]
    parts += [_section(report, row.form, row.answers, beside) for row in answers.measures]
    by_form = {part.form.pk if part.form else None: part for part in parts}
    if report.state in (ReportState.RETURNED, ReportState.SUBMITTED) and (step := last_return(report)):
        for remark in step.remarks.all():
            by_form[remark.measure_report_id].remarks.append(remark)
    if with_problems:
        for problem in problems_of(report, answers):
            part = by_form[problem.form.pk if problem.form else None]
            part.missing.append(_missing(part, problem, answers))
        for part in parts:  # what is still to be explained is not done with
            part.answered = max(0, min(part.answered, part.total - len({item.url for item in part.missing})))
    return parts


class Beside:
    """What stands beside the answers for whoever judges them."""

    def __init__(self, report: YearlyReport, answers: Answers) -> None:
        self.last = last_report(report.grant)
        self.last_forms = list(self.last.measure_reports.all()) if self.last else []
        self.jumps = {(jump.form, jump.question): jump.text for jump in jumps(report, answers)}

    def row_of(self, form: MeasureReport | None) -> YearlyReport | MeasureReport | None:
        """Last year's row of the same form."""
        return match(form, self.last_forms) if form else self.last


def _section(
    report: YearlyReport, form: MeasureReport | None, answers: Mapping[str, Answer], beside: Beside | None
) -> Section:
    answered, total = _counted(answers)
    anchor = f"form-{form.public_id}" if form else "form-unit"
    last = beside.row_of(form) if beside else None
    found = beside.jumps if beside else {}
    return Section(
        form=form,
        title=form.title if form else report.grant.reporting_unit.name,
        anchor=anchor,
        url=form_url(report, form),
        lines=[_line(answer, anchor, last, found.get((form, name), "")) for name, answer in answers.items()],
        answered=answered,
        total=total,
    )


def _line(answer: Answer, anchor: str, last: YearlyReport | MeasureReport | None, jump: Any) -> Line:
    question = answer.question
    is_number = question.kind in (NUMBER, AMOUNT)
    return Line(
        anchor=f"{anchor}-{question.name}",
        label=capfirst(str(question.label)),
        text=in_words(question, answer.value),
        source=answer.source,
        explanation=answer.explanation,
        is_long=question.kind == TEXT,
        earlier=in_words(question, getattr(last, question.name)) if last and is_number else "",
        jump=jump,
    )


def _missing(part: Section, problem: Problem, answers: Answers) -> Missing:
    if not problem.question:
        return Missing(part.title, problem.text, part.url)
    rows: Iterable[Mapping[str, Answer]] = [row.answers for row in answers.measures if row.form == problem.form]
    answer = next(iter(rows), answers.unit)[problem.question]
    return Missing(capfirst(str(answer.question.label)), problem.text, f"{part.url}#question-{problem.question}")


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
    parts = sections(report, with_problems=report.is_open)
    return sum(part.answered for part in parts), sum(part.total for part in parts)


def _counted(answers: Mapping[str, Answer]) -> tuple[int, int]:
    """Those that must be answered: a report that is ready has answered all."""
    asked = [answer for answer in answers.values() if _must(answer, answers)]
    return sum(answer.is_answered for answer in asked), len(asked)


def _must(answer: Answer, answers: Mapping[str, Answer]) -> bool:
    if answer.question.name == "reason_not_reached":
        return bool(answers["goals_reached"].value == GoalsReached.NOT_ALL)
    active = answers.get("active_measures")
    return is_required(answer.question, nothing_done=active is not None and active.value == 0)
