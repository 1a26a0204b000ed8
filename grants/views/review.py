"""Reviews: what is due, those of a sub-project, one with its evidence, the questionnaire, the decision; the closing report."""

import datetime
from itertools import chain
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from grants.domain.closing import save_closing_report
from grants.domain.evidence import evidence, letter_of
from grants.domain.review import (
    answer_questionnaire,
    conclude_review,
    result_goals,
    save_review,
    standing_judgements,
    unjudged_goals,
)
from grants.forms.review import ConcludeForm, JudgementForm, QuestionnaireForm
from grants.forms.sub_project import ClosingReportForm
from grants.models import (
    REPRESENTING_ROLES,
    AwardGoal,
    ClosingReport,
    PartnerAnswer,
    Review,
    SubProjectPartner,
)
from grants.permissions import can_answer_for, can_conclude_review, can_work_on
from grants.views.sub_project import LEADERS, READERS, crumbs_of, found
from organisation.access import SignedInRequest, access, roles
from organisation.models import Unit
from organisation.paging import numbered
from organisation.spreadsheets import asked_file, streamed
from organisation.views.form_page import Crumbs, form_page, posted

COLUMNS = (
    gettext_lazy("Delprosjekt"), gettext_lazy("Stoppunkt"), gettext_lazy("Frist"), gettext_lazy("Har svart"),
    gettext_lazy("Skal svare"), gettext_lazy("Holdt"), gettext_lazy("Avgjørelse"),
)  # fmt: skip


def _page_of(review: Review) -> str:
    return reverse("review", args=[review.public_id])


def _crumbs(review: Review) -> Crumbs:
    return [
        *crumbs_of(review.sub_project),
        (_("Stoppunkt"), reverse("sub-project-reviews", args=[review.sub_project.public_id])),
        (_("Stoppunkt %(number)s") % {"number": review.number}, _page_of(review)),
    ]


def _review(request: SignedInRequest, public_id: str) -> Review:
    rows = Review.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("sub_project__municipality", "letter", "concluded_by"), public_id=public_id
    )


@access(READERS)
@require_GET
def review_list(request: SignedInRequest) -> HttpResponseBase:
    """What is to be held, the longest overdue first; and what has been decided, the last first."""
    today = timezone.localdate()
    seen = Review.objects.visible_to(request.user).select_related("sub_project")
    active = Q(sub_project__partners__left_on=None) | Q(sub_project__partners__left_on__gt=today)
    by_active = Q(answers__partner__left_on=None) | Q(answers__partner__left_on__gt=today)
    due = (
        seen.open()
        .annotate(
            asked=Count("sub_project__partners", filter=active, distinct=True),
            answered=Count("answers", filter=by_active, distinct=True),
        )
        .order_by("due_on", "id")
    )
    due = _asked_for(request, due, today)
    decided = seen.exclude(decision="").order_by("-concluded_at", "-id")
    if file := asked_file(request, "stoppunkter", COLUMNS, chain(streamed(due), streamed(decided)), _cells):
        return file
    context = {
        "section": "reviews",
        "today": today,
        "due": due,
        "page_obj": numbered(request, decided),
        "is_narrowed": any(request.GET.get(name) for name in ("innen", "enhet", "plan")),
    }
    return render(request, "grants/reviews/due.html", context)


def _cells(row: Any) -> list[Any]:
    """Of those that have been decided, the page doesn't say how many answered."""
    return [
        row.sub_project.title, row.number, row.due_on, getattr(row, "answered", None), getattr(row, "asked", None),
        row.held_on, row.get_decision_display() if row.decision else "",
    ]  # fmt: skip


def _asked_for(request: SignedInRequest, due: Any, today: datetime.date) -> Any:
    """Those due within some days (`innen=60`), of a unit that takes part (`enhet=ID`) and of a plan (`plan=ID`): what the figure
    of a dashboard counts."""
    days = request.GET.get("innen", "")
    if days.isascii() and days.isdecimal() and len(days) < 5:
        due = due.filter(due_on__lte=today + datetime.timedelta(days=int(days)))
    if unit := request.GET.get("enhet", "").replace("\0", ""):
        path = Unit.objects.visible_to(request.user).filter(public_id=unit).values_list("path", flat=True).first()
        partners = SubProjectPartner.objects.filter(unit__path__startswith=path or "-")
        due = due.filter(sub_project__in=partners.values("sub_project"))
    if plan := request.GET.get("plan", "").replace("\0", ""):
        due = due.filter(sub_project__measure__plan__public_id=plan)
    return due


@access(READERS)
@require_GET
def sub_project_reviews(request: SignedInRequest, public_id: str) -> HttpResponse:
    sub_project = found(request, public_id)
    context = {
        "sub_project": sub_project,
        "tab": "reviews",
        "crumbs": [*crumbs_of(sub_project), (_("Stoppunkt"), None)],
        "reviews": sub_project.reviews.select_related("concluded_by").order_by("-number"),
        "today": timezone.localdate(),
        "closing_report": ClosingReport.objects.filter(sub_project=sub_project).first(),
    }
    return render(request, "grants/reviews/of_sub_project.html", context)


@access(READERS)
def review_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The evidence, what is said of each goal, and the decision; leadership writes in it until it is concluded."""
    review = _review(request, public_id)
    today = timezone.localdate()
    to_be_held = review.is_open and review.sub_project.takes_payments
    leads = to_be_held and can_conclude_review(request.user, review)
    if request.method == "POST" and not leads:
        if review.is_open and not can_conclude_review(request.user, review):
            raise PermissionDenied
        messages.error(request, _("Stoppunktet er avgjort. Det kan ikke endres lenger."))
        return redirect(_page_of(review))
    goals = _goals(review)
    form = JudgementForm(posted(request), review=review, goals=goals)
    return form_page(
        request, form, title=str(review), crumbs=_crumbs(review)[:-1], done=_page_of, cancel_url=_page_of(review),
        action=lambda data: save_review(
            review=review, judgements=form.judgements(), summary=data["summary"], version=data["version"], by=request.user
        ),
        message=_("Vurderingene er lagret."), template="grants/reviews/review.html", review=review,
        sub_project=review.sub_project, evidence=review.evidence or evidence(review, today), today=today,
        judgements=standing_judgements(review), can_judge=leads, to_be_held=to_be_held,
        mine=_mine(request, review) if to_be_held else [],
    )  # fmt: skip


def _goals(review: Review) -> list[AwardGoal]:
    letter = letter_of(review)
    return result_goals(letter) if letter else []


def _mine(request: SignedInRequest, review: Review) -> list[SubProjectPartner]:
    """The partners that the reader answers for."""
    rows = SubProjectPartner.objects.represented_by(request.user)
    return list(rows.filter(sub_project=review.sub_project).select_related("unit"))


@access(roles(*REPRESENTING_ROLES))
def questionnaire(request: SignedInRequest, public_id: str, partner_id: str) -> HttpResponse:
    review = _review(request, public_id)
    partner = get_object_or_404(review.sub_project.partners.select_related("unit"), public_id=partner_id)
    if not can_answer_for(request.user, partner):
        raise PermissionDenied
    if not review.is_open:
        messages.info(request, _("Stoppunktet er avgjort. Det kan ikke endres lenger."))
        return redirect(_page_of(review))
    answer = PartnerAnswer.objects.filter(review=review, partner=partner).first()

    def save(data: dict[str, Any]) -> PartnerAnswer:
        version = data.pop("version", 0)
        return answer_questionnaire(
            review=review, partner=partner, answers=data, version=version, by=request.user, at=timezone.now()
        )

    return form_page(
        request, QuestionnaireForm(posted(request), answer=answer), title=_("Spørreskjema"), crumbs=_crumbs(review),
        lead=_("%(partner)s svarer om «%(title)s».") % {"partner": partner.unit.name, "title": review.sub_project.title},
        action=save, done=lambda _row: _page_of(review), cancel_url=_page_of(review), message=_("Svaret er lagret."),
    )  # fmt: skip


@access(LEADERS)
def conclude(request: SignedInRequest, public_id: str) -> HttpResponse:
    """What follows is said before it is chosen, and nothing is chosen beforehand."""
    review = _review(request, public_id)
    if not can_conclude_review(request.user, review):
        raise PermissionDenied
    if not review.is_open:
        messages.info(request, _("Stoppunktet er avgjort. Det kan ikke endres lenger."))
        return redirect(_page_of(review))
    today = timezone.localdate()
    form = ConcludeForm(posted(request), initial={"held_on": today, "version": review.version})

    def decide(data: dict[str, Any]) -> Review:
        data.pop("understood")
        return conclude_review(review=review, by=request.user, on=today, at=timezone.now(), **data)

    return form_page(
        request, form, title=_("Avgjør stoppunktet"), crumbs=_crumbs(review), action=decide, done=_page_of,
        cancel_url=_page_of(review), message=_("Stoppunktet er avgjort."), button=_("Avgjør"),
        template="grants/reviews/conclude.html", review=review, sub_project=review.sub_project,
        judgements=standing_judgements(review), missing=[goal.text for goal in unjudged_goals(review)],
    )  # fmt: skip


@access(READERS)
def closing_report(request: SignedInRequest, public_id: str) -> HttpResponse:
    sub_project = found(request, public_id)
    rows = ClosingReport.objects.filter(sub_project=sub_project).select_related("submitted_by")
    report = rows.first()
    if report is None:
        raise Http404
    works = can_work_on(request.user, sub_project)
    if request.method == "POST" and not works:
        raise PermissionDenied
    if not works or (report.submitted_at and request.method != "POST"):
        labels = ClosingReportForm().fields
        context = {
            "sub_project": sub_project, "report": report,
            "crumbs": [*crumbs_of(sub_project), (_("Sluttrapport"), None)],
            "texts": [(field.label, getattr(report, name)) for name, field in labels.items()],
        }  # fmt: skip
        return render(request, "grants/sub_projects/closing_report_read.html", context)
    names = ("achieved", "learnt", "carried_on", "remaining", "version")
    form = ClosingReportForm(posted(request), initial={name: getattr(report, name) for name in names})
    submit = "submit" in request.POST
    url = reverse("closing-report", args=[sub_project.public_id])
    return form_page(
        request, form, title=_("Sluttrapport"), crumbs=crumbs_of(sub_project), done=lambda _row: url,
        action=lambda data: save_closing_report(
            report=report, submit=submit, by=request.user, at=timezone.now(), **data
        ),
        cancel_url=reverse("sub-project", args=[sub_project.public_id]), button=_("Lagre utkastet"),
        message=_("Sluttrapporten er sendt inn.") if submit else _("Utkastet er lagret."),
        template="grants/sub_projects/closing_report.html", report=report, lead=sub_project.title,
    )  # fmt: skip
