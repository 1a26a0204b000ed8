"""The forms of a yearly report: the unit's own and each measure's. Saved as they are filled in; by buttons without scripts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from grants.domain.report_answers import Answer, Answers, read_answers
from grants.domain.report_problems import to_be_explained
from grants.domain.yearly_report import save_measure_answers, save_unit_answers, take_out
from grants.forms.yearly_report import AnswersForm, TakeOutForm
from grants.models import MeasureReport, ReportRemark, ReportStep, YearlyReport
from grants.views.report_sections import earlier_answers, form_url, open_return
from grants.views.yearly_report import EDITORS, crumbs_of, page_of, written
from organisation.access import SignedInRequest, access
from organisation.views.form_page import form_page, posted


@dataclass(frozen=True)
class Part:
    """One form of a report as it stands. `form` None: the unit's own."""

    report: YearlyReport
    form: MeasureReport | None
    answers: Answers

    @property
    def row(self) -> YearlyReport | MeasureReport:
        return self.form or self.report

    @property
    def own(self) -> Mapping[str, Answer]:
        if self.form is None:
            return self.answers.unit
        return next(row.answers for row in self.answers.measures if row.form == self.form)

    @property
    def hints(self) -> dict[str, Any]:
        """Why a reason is asked for, by question."""
        asked = to_be_explained(self.report, self.answers) if self.report.is_open else []
        return {jump.question: jump.text for jump in asked if jump.form == self.form}

    @property
    def order(self) -> list[MeasureReport | None]:
        return [None, *(row.form for row in self.answers.measures)]

    @property
    def title(self) -> str:
        return self.form.title if self.form else _("Enhetens skjema")

    def filled_in(self, data: Any = None) -> AnswersForm:
        before = earlier_answers(self.report, self.form)
        year = self.report.grant.year
        return AnswersForm(data, row=self.row, answers=self.own, hints=self.hints, earlier=before, year=year)

    def url_after(self) -> str:
        """The next form; after the last one the report, from where it is sent."""
        following = self.order[self.order.index(self.form) + 1 :]
        return form_url(self.report, following[0]) if following else page_of(self.report)


@access(EDITORS)
def unit_form(request: SignedInRequest, public_id: str) -> HttpResponse:
    report = written(request, public_id)
    return _form(request, Part(report, None, read_answers(report)))


@access(EDITORS)
def measure_form(request: SignedInRequest, public_id: str, form_id: str) -> HttpResponse:
    report = written(request, public_id)
    form = get_object_or_404(report.measure_reports, public_id=form_id)
    return _form(request, Part(report, form, read_answers(report)))


@access(EDITORS)
def form_remove(request: SignedInRequest, public_id: str, form_id: str) -> HttpResponse:
    """Take out a measure that came from a file. Its answers go with it, so that it is asked first."""
    report = written(request, public_id)
    row = get_object_or_404(report.measure_reports, public_id=form_id)

    def remove(_data: dict[str, Any]) -> YearlyReport:
        take_out(form=row, by=request.user)
        return report

    return form_page(
        request, TakeOutForm(posted(request)), action=remove, done=page_of,
        title=_("Ta ut tiltaket"), crumbs=crumbs_of(report), cancel_url=page_of(report), button=_("Ta ut"),
        lead=_("Svarene om «%(title)s» blir slettet. Rapporten får ett tiltak mindre.") % {"title": row.title},
        message=_("Tiltaket er tatt ut av rapporten."), button_color="danger",
    )  # fmt: skip


def _form(request: SignedInRequest, part: Part) -> HttpResponse:
    report = part.report
    if request.method != "POST" and not report.is_open:
        messages.info(request, _("Rapporten er sendt inn. Den kan ikke endres nå."))
        return redirect(page_of(report))
    form = part.filled_in(posted(request))
    if "autosave" in request.POST:
        return _autosave(request, part, form)
    goes_on, returned = "next" in request.POST, open_return(report)
    return form_page(
        request, form, title=part.title, crumbs=crumbs_of(report), cancel_url=page_of(report),
        action=lambda data: _save(request, part, form), message=_("Svarene er lagret."),
        done=lambda _row: part.url_after() if goes_on else form_url(report, part.form),
        template="grants/reports_yearly/form.html", report=report, url=form_url(report, part.form),
        returned=returned, remarks=_remarks(part, returned),
        place=part.order.index(part.form) + 1, places=len(part.order), is_last=part.order[-1] == part.form,
    )  # fmt: skip


def _save(request: SignedInRequest, part: Part, form: AnswersForm) -> YearlyReport | MeasureReport:
    content = {"answers": form.given(), "explanations": form.reasons(), "version": form.cleaned_data["version"]}
    if part.form is None:
        return save_unit_answers(report=part.report, by=request.user, **content)
    return save_measure_answers(form=part.form, by=request.user, **content)


def _autosave(request: SignedInRequest, part: Part, form: AnswersForm) -> HttpResponse:
    """What stands in the place that says when it was saved. Nothing is saved of a form with errors, or over a newer one."""
    saved = form.submit(lambda data: _save(request, part, form))
    context: dict[str, Any] = {"form": form, "saved": saved, "at": timezone.localtime()}
    if saved is None:
        return render(request, "grants/reports_yearly/_not_saved.html", context, status=409 if form.is_stale else 422)
    report = written(request, part.report.public_id)
    fresh = Part(report, saved if isinstance(saved, MeasureReport) else None, read_answers(report))
    # A page that doesn't show others' answers keeps its version, and is merged again. What it saved itself, it starts from.
    context |= {"form": fresh.filled_in(), "merged": form.shows_other_than_saved, "standing": form.standing_of_page()}
    return render(request, "grants/reports_yearly/_saved.html", context)


def _remarks(part: Part, step: ReportStep | None) -> list[ReportRemark]:
    """What the directorate said of this form when it sent the report back."""
    form_id = part.form.pk if part.form else None
    return [remark for remark in step.remarks.all() if remark.measure_report_id == form_id] if step else []
