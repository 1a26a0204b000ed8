"""The yearly report: begun with the grant, saved as it is filled in, submitted, returned, accepted. The writer of its state."""

import datetime
from collections.abc import Mapping, Set
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from grants.domain.grant_state import set_granted_again, set_reported
from grants.domain.known_answers import known_of_report
from grants.domain.report_answers import Answer, Answers, answers_of, keep, mark_of, read_answers
from grants.domain.report_problems import Problem, problems_of, to_be_explained
from grants.domain.report_steps import day_of, settle_return, take_step, tell_of
from grants.models import (
    FundedMeasure,
    Grant,
    MeasureReport,
    ReportRemark,
    ReportState,
    YearlyReport,
)
from organisation.domain.errors import DomainError, StaleWrite
from organisation.domain.writing import acting, locked, refusing
from organisation.models import User

NOT_OPEN = _("Rapporten er sendt inn. Den kan ikke endres uten at direktoratet sender den tilbake.")
NOT_SUBMITTED = _("Bare en rapport som er sendt inn, kan sendes tilbake eller godkjennes.")
SAME_TITLE = {"measure_report_title_unique": (_("Rapporten har allerede et tiltak med dette navnet."), "title")}
Remarks = Mapping[MeasureReport | None, str]
Asked = Set[tuple[MeasureReport | None, str]]  # form (None: the unit's own) and question


class NotReadyError(DomainError):
    """A report that can't be submitted yet, with all that hinders it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(_("Rapporten kan ikke sendes inn ennå. Se over det som mangler."))
        self.problems = problems


def begin_report(*, grant: Grant, by: User | None) -> YearlyReport:
    """A grant's report, with a form for each measure that has money of it. What has been begun stays."""
    if not grant.scheme.reported_here:
        raise DomainError(_("Årsrapporten for denne ordningen fylles ikke ut her."))
    with acting(by, "yearly_report.begin"):
        report, made = YearlyReport.objects.get_or_create(grant=grant)
        if made:
            for funding in grant.fundings.select_related("funded_measure"):
                add_form(report=report, funded_measure=funding.funded_measure, by=by)
    return report


def add_form(*, report: YearlyReport, funded_measure: FundedMeasure, by: User | None) -> MeasureReport:
    """The form of one more measure, last. A measure has one form in a report; one of its name from a file becomes its."""
    with acting(by, "yearly_report.add_form"), refusing(**SAME_TITLE):
        report = _held(report)
        forms = report.measure_reports
        if form := forms.filter(funded_measure=funded_measure).first():
            return form
        title = funded_measure.title.casefold()
        if unlinked := next((row for row in forms.filter(funded_measure=None) if row.title.casefold() == title), None):
            form = locked(unlinked, None)
            form.funded_measure = funded_measure
            form.save()
            return form
        last = forms.aggregate(last=models.Max("number"))["last"] or 0
        return forms.create(funded_measure=funded_measure, number=last + 1, title=funded_measure.title)


def take_out(*, form: MeasureReport, by: User) -> None:
    """Take a form that came from a file out of an open report. One that has money of the grant goes out with the money."""
    with acting(by, "yearly_report.take_out"):
        _held(form.report)
        if form.funded_measure_id:
            raise DomainError(_("Tiltaket har penger av tilskuddet. Ta det ut der pengene er fordelt."))
        remove_form(form=form, by=by)


def remove_form(*, form: MeasureReport, by: User) -> None:
    """Take a measure out of an open report. What the directorate has remarked on stays."""
    with acting(by, "yearly_report.remove_form"):
        _held(form.report)
        if form.remarks.exists():
            raise DomainError(_("Direktoratet har en merknad til tiltaket. Da kan det ikke tas ut av rapporten."))
        form.delete()


def save_unit_answers(
    *, report: YearlyReport, version: int, answers: dict[str, Any], explanations: dict[str, str], by: User
) -> YearlyReport:
    """Keep some or all answers of the unit's form, finished or not. Explanations that nothing asks for are not kept."""
    with acting(by, "yearly_report.save"):
        report = locked(report, version)
        _check_open(report)
        known = known_of_report(report)
        keep(report, known.unit, answers)
        standing = answers_of(report, report.measure_reports.all(), known)
        _explain(report, None, explanations, _asked(report, standing))
        report.save()
    return report


def save_measure_answers(
    *, form: MeasureReport, version: int, answers: dict[str, Any], explanations: dict[str, str], by: User
) -> MeasureReport:
    """Keep some or all answers of one measure's form, finished or not."""
    with acting(by, "yearly_report.save_measure"):
        report = _held(form.report)
        form = locked(form, version)
        known = known_of_report(report)
        keep(form, known.measures.get(form.pk, {}), answers)
        forms = [form if row == form else row for row in report.measure_reports.all()]
        _explain(form, form, explanations, _asked(report, answers_of(report, forms, known)))
        form.save()
    return form


def submit(
    *, report: YearlyReport, version: int, by: User, at: datetime.datetime, shown: str | None = None
) -> YearlyReport:
    """Send a report in: what is known is written into it with its sources, and from now on it stands.

    `shown` is the `mark_of` what was read before; None where nobody read it.
    """
    with acting(by, "yearly_report.submit"), override("nb"):  # sources are kept in bokmål, as all that people write
        report = locked(report, version)
        _check_open(report)
        answers = read_answers(report)
        if shown is not None and shown != mark_of(answers):
            raise DomainError(_("Svarene er endret etter at du åpnet siden. Les dem en gang til, og send inn."))
        if found := problems_of(report, answers):
            raise NotReadyError(found)
        asked = _asked(report, answers)
        for row in answers.measures:
            _write(row.form, row.answers)
            _explain(row.form, row.form, {}, asked)
            row.form.version += 1
            row.form.save()
        _write(report, answers.unit)
        _explain(report, None, {}, asked)
        settle_return(report=report, by=by)
        take_step(report=report, after=ReportState.SUBMITTED, by=by, at=at)
        report.submitted_at, report.submitted_by = at, by
        report.imported = False  # no file writes over what people have sent
        report.save()
        set_reported(grant=report.grant, by=by, on=day_of(at))
    return report


def return_report(
    *, report: YearlyReport, version: int, comment: str, remarks: Remarks, by: User, at: datetime.datetime
) -> YearlyReport:
    """Send a report back with what is to be seen to: a comment, and remarks on its forms (None: the unit's own)."""
    with acting(by, "yearly_report.return"):
        report = _waiting(report, version)
        if not comment.strip():
            raise DomainError(_("Skriv hva kommunen skal se over."), "comment")
        if any(form is not None and form.report_id != report.pk for form in remarks):
            raise DomainError(_("Merknaden gjelder et tiltak i en annen rapport."))
        step = take_step(report=report, after=ReportState.RETURNED, by=by, at=at, comment=comment.strip())
        said = [(form, text.strip()) for form, text in remarks.items() if text.strip()]
        ReportRemark.objects.bulk_create(ReportRemark(step=step, measure_report=form, text=text) for form, text in said)
        report.save()
        set_granted_again(grant=report.grant, by=by, on=day_of(at))
        text = _("{grant}: Årsrapporten er sendt tilbake. Les hva direktoratet vil ha svar på.")
        tell_of(report=report, step=step, text=text, by=by)
    return report


def accept(*, report: YearlyReport, version: int, by: User, at: datetime.datetime, comment: str = "") -> YearlyReport:
    """The directorate takes a report as it is. It is final, and nobody accepts what she sent herself."""
    with acting(by, "yearly_report.accept"):
        report = _waiting(report, version)
        if report.submitted_by_id == by.pk:
            raise DomainError(_("Du har sendt inn rapporten selv. Da må en annen godkjenne den."))
        step = take_step(report=report, after=ReportState.ACCEPTED, by=by, at=at, comment=comment.strip())
        report.accepted_at, report.accepted_by = at, by
        report.save()
        tell_of(report=report, step=step, text=_("{grant}: Årsrapporten er godkjent."), by=by)
    return report


def _held(report: YearlyReport) -> YearlyReport:
    """The report as it stands, open, and locked so that it isn't sent meanwhile. Its version is that of the unit's answers."""
    held = YearlyReport.objects.select_for_update(no_key=True).get(pk=report.pk)
    _check_open(held)
    return held


def _check_open(report: YearlyReport) -> None:
    if not report.is_open:
        raise DomainError(NOT_OPEN)


def _waiting(report: YearlyReport, version: int) -> YearlyReport:
    """The report, locked, while it waits for the directorate, which may lock no other: one that was judged isn't found."""
    try:
        report = locked(report, version)
    except YearlyReport.DoesNotExist:
        report = YearlyReport.objects.get(pk=report.pk)
        if report.version != version:
            raise StaleWrite(report) from None
    if report.state != ReportState.SUBMITTED:
        raise DomainError(NOT_SUBMITTED)
    return report


def _asked(report: YearlyReport, answers: Answers) -> Asked:
    return {(jump.form, jump.question) for jump in to_be_explained(report, answers)}


def _explain(
    row: YearlyReport | MeasureReport, form: MeasureReport | None, explanations: Mapping[str, str], asked: Asked
) -> None:
    """Put explanations into a row, beside those it has, but for those that nothing asks for."""
    given = {**row.explanations, **explanations}
    row.explanations = {name: text.strip() for name, text in given.items() if (form, name) in asked and text.strip()}


def _write(row: YearlyReport | MeasureReport, answers: Mapping[str, Answer]) -> None:
    for name, answer in answers.items():
        setattr(row, name, answer.value)
    row.sources = {name: str(answer.source) for name, answer in answers.items() if answer.source}
