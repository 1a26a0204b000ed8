"""Answers of a file beside the yearly reports there are: what a file may write, and what is somebody's own or final."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from grants.domain.grant_file_columns import MEASURE_ANSWERS, UNIT_ANSWERS, heading_of, questions_of
from grants.domain.grant_file_values import plain
from grants.domain.grant_import_rows import Row
from grants.domain.grant_import_writing import add, rewrite
from grants.domain.grant_state import move
from grants.domain.questions import MEASURE_QUESTIONS, UNIT_QUESTIONS, Question
from grants.domain.report_answers import same
from grants.domain.yearly_report import NOT_OPEN
from grants.models import Grant, GrantState, MeasureReport, ReportState, ReportStep, YearlyReport
from organisation.models import User

NAMED_AT_MOST = 4  # changed answers, before it is said how many there are


class ReportPlan:
    """The reports of the scheme's year, and what a file makes of them. What is changed here is not saved until `save`.

    The directorate's file submits what it fills in, and may change it again: the report is `imported`. A municipality's own
    file (`is_own`) only fills in what is open, and leaves it open: people look over it and send it on the page.
    """

    def __init__(
        self, kind: str, reports: Iterable[YearlyReport], forms: Iterable[MeasureReport], *, is_own: bool
    ) -> None:
        self.kind, self.is_own = kind, is_own
        self.questions = questions_of(kind)
        self.of_grant: dict[int, YearlyReport] = {report.grant_id: report for report in reports}
        self.forms: dict[int, dict[str, MeasureReport]] = defaultdict(dict)
        for form in forms:
            self.forms[form.report_id][plain(form.title)] = form
        # By id(): a report that a file brings has no key yet.
        self.touched: dict[int, tuple[YearlyReport, Grant]] = {}
        self.steps: list[ReportStep] = []
        self.new_forms: list[MeasureReport] = []
        self.changed_forms: list[MeasureReport] = []
        self._of_new_grant: dict[int, YearlyReport] = {}

    def lay_beside(self, row: Row, grant: Grant, changes: list[str]) -> None:
        """Put the row's answers into the report or the form it is about, unless that is not to be written by a file."""
        report = self._report(grant)
        known = self._form(report, row.title) if self.kind == MEASURE_ANSWERS else report
        if self.kind == UNIT_ANSWERS and report.is_open and not self._answers(row):
            return  # the row only has an amount
        if self._is_closed_to_the_directorate(report):  # said before anything is compared, which would tell what stands
            row.refuse(_("Rapporten ligger hos kommunen, som fyller den ut selv."))
            return
        target = known or MeasureReport(report=report, title=row.title)
        differing = self._differing(report, target, row)
        if known and not differing and (self.is_own or report.state != ReportState.DRAFT):
            return
        if refusal := self._refusal(report):
            row.refuse(refusal)
            return
        is_new = known is None or (report.state == ReportState.DRAFT and not _is_answered(target, self.questions))
        for name in differing:
            setattr(target, name, row.answers[name])
            target.sources.pop(name, None)  # from now on it is the file that says so
        self.touched[id(report)] = (report, grant)
        if isinstance(target, MeasureReport):
            self._keep_form(report, target, is_new=known is None)
        changes.append(self._words(target, row, differing, is_new=is_new))

    def submit(self, *, by: User | None, at: datetime.datetime, on: datetime.date) -> list[Grant]:
        """Let what the directorate's rows have changed be submitted by the file; returns the grants reported with it."""
        if self.is_own:
            return []
        reported = []
        for report, grant in self.touched.values():
            self.steps.append(ReportStep(report=report, before=report.state, after=ReportState.SUBMITTED, at=at, by=by))
            report.state, report.submitted_at, report.submitted_by = ReportState.SUBMITTED, at, by
            report.imported = True
            if grant.state == GrantState.GRANTED:
                move(grant, GrantState.REPORTED, on)
                reported.append(grant)
        return reported

    def save(self, *, by: User | None) -> None:
        """Write it, when the grants have been. A change in a form is one of its report too, so that nobody accepts it unseen."""
        reports = [report for report, _grant in self.touched.values()]
        standing = [report for report in reports if report.pk]
        add([report for report in reports if not report.pk], "grant")
        rewrite(standing, [*UNIT_QUESTIONS, "sources", "state", "submitted_at", "submitted_by", "imported"])
        add(self.new_forms, "report")
        rewrite(self.changed_forms, [*MEASURE_QUESTIONS, "sources"])
        if by is not None:  # a step is somebody's; what the system does stands in the audit log
            with override("nb"):  # kept in bokmål, as all that people write
                comment = _("Lest inn fra fil.")
            for step in self.steps:
                step.comment = comment
            add(self.steps, "report")

    def _report(self, grant: Grant) -> YearlyReport:
        """The grant's report; a new one where it has none."""
        if grant.pk and grant.pk in self.of_grant:
            return self.of_grant[grant.pk]
        return self._of_new_grant.setdefault(id(grant), YearlyReport(grant=grant))

    def _form(self, report: YearlyReport, title: str) -> MeasureReport | None:
        return self._forms_of(report).get(plain(title))

    def _forms_of(self, report: YearlyReport) -> dict[str, MeasureReport]:
        return self.forms[report.pk or -id(report)]

    def _keep_form(self, report: YearlyReport, form: MeasureReport, *, is_new: bool) -> None:
        if is_new:
            forms = self._forms_of(report)
            form.number = max((known.number for known in forms.values()), default=0) + 1
            forms[plain(form.title)] = form
            self.new_forms.append(form)
        else:
            self.changed_forms.append(form)

    def _differing(self, report: YearlyReport, target: Any, row: Row) -> list[str]:
        """The questions that the row answers otherwise. In a report that people are filling in, an empty cell empties nothing."""
        return [
            name
            for name, value in row.answers.items()
            if not same(self.questions[name], getattr(target, name), value)
            and (self.questions[name].is_answered(value) or not (self.is_own and report.is_open))
        ]

    def _is_closed_to_the_directorate(self, report: YearlyReport) -> bool:
        """What a municipality is writing is its own until it is sent, also that it is writing."""
        if self.is_own or id(report) in self.touched:  # an earlier row has been let in
            return False
        return report.state == ReportState.RETURNED or (report.state == ReportState.DRAFT and self._is_begun(report))

    def _refusal(self, report: YearlyReport) -> Any:
        """Why a file may not write into this report; empty where it may."""
        if report.state == ReportState.ACCEPTED:
            return _("Rapporten er godkjent og låst.")
        if report.state == ReportState.SUBMITTED and self.is_own:
            return NOT_OPEN
        if report.state == ReportState.SUBMITTED and not report.imported:
            return _("Enheten har sendt inn rapporten selv.")
        return ""

    def _is_begun(self, report: YearlyReport) -> bool:
        forms = self._forms_of(report).values()
        return _is_answered(report, UNIT_QUESTIONS) or any(_is_answered(form, MEASURE_QUESTIONS) for form in forms)

    def _answers(self, row: Row) -> int:
        return sum(self.questions[name].is_answered(value) for name, value in row.answers.items())

    def _words(self, target: Any, row: Row, differing: list[str], *, is_new: bool) -> str:
        numbers = {"answered": self._answers(row), "questions": len(self.questions)}
        if is_new and isinstance(target, MeasureReport):
            return _("Nytt tiltak med svar på %(answered)s av %(questions)s spørsmål.") % numbers
        if is_new and self.is_own:
            return (
                _("Rapporten får svar på %(answered)s av %(questions)s spørsmål, og er fortsatt et utkast.") % numbers
            )
        if is_new:
            return _("Ny rapport med svar på %(answered)s av %(questions)s spørsmål.") % numbers
        if not differing:
            return _("Rapporten sendes inn med svarene fra filen.")
        names = ", ".join(heading_of(name) for name in differing[:NAMED_AT_MOST])
        if len(differing) > NAMED_AT_MOST:
            names = _("%(names)s og %(more)s til") % {"names": names, "more": len(differing) - NAMED_AT_MOST}
        return _("Endrede svar: %(names)s.") % {"names": names}


def _is_answered(row: YearlyReport | MeasureReport, questions: dict[str, Question]) -> bool:
    """Whether anything is answered or explained."""
    return bool(row.explanations) or any(
        question.is_answered(getattr(row, name)) for name, question in questions.items()
    )
