"""Results of sub-projects: numbers that can be counted, lessons learnt, what people have said; and all of them together."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from grants.domain.lesson import add_lesson, update_lesson
from grants.domain.outcome import (
    correct_outcome,
    counted_in_log,
    record_outcome,
    standing_outcomes,
    totals,
    withdraw_outcome,
)
from grants.domain.quote import add_quote, update_quote, withdraw_consent
from grants.domain.small_counts import is_small, shown_total
from grants.forms.result import LessonForm, OutcomeCorrectionForm, OutcomeForm, QuoteForm, WithdrawConsentForm
from grants.models import READING_ROLES, Lesson, Outcome, OutcomeKind, Quote, SubProject
from grants.permissions import can_work_on
from organisation.access import SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.models import CASE_ROLES, Role
from organisation.paging import keyset
from organisation.spreadsheets import asked_file
from organisation.templatetags.numbers import number
from organisation.views.form_page import Crumbs, form_page, posted

READERS = roles(*READING_ROLES, Role.PARTNER)
WORKERS = roles(*CASE_ROLES)
COLUMNS = (
    gettext_lazy("Hva som telles"), gettext_lazy("Tilstand"), gettext_lazy("Antall i alt"), gettext_lazy("Per dato"),
    gettext_lazy("Kilde"), gettext_lazy("Merknad"), gettext_lazy("Skrevet av"), gettext_lazy("Skrevet"),
)  # fmt: skip


def found(request: SignedInRequest, public_id: str) -> SubProject:
    """The sub-project, if the user may see it."""
    rows = SubProject.objects.visible_to(request.user).select_related("municipality")
    return get_object_or_404(rows, public_id=public_id)


def crumbs_of(sub_project: SubProject, *more: tuple[Any, str]) -> Crumbs:
    """`more` are a section's label and the name of its address."""
    rows: Crumbs = [
        (_("Delprosjekter"), reverse("sub-project-list")),
        (sub_project.title, reverse("sub-project", args=[sub_project.public_id])),
    ]
    return rows + [(label, reverse(name, args=[sub_project.public_id])) for label, name in more]


def _results_of(sub_project: SubProject) -> tuple[Crumbs, str]:
    crumbs = crumbs_of(sub_project, (_("Resultater"), "sub-project-results"))
    return crumbs, str(crumbs[-1][1])


def workable(request: SignedInRequest, sub_project: SubProject) -> SubProject:
    if not can_work_on(request.user, sub_project):
        raise PermissionDenied
    return sub_project


@access(READERS)
@require_GET
def sub_project_results(request: SignedInRequest, public_id: str) -> HttpResponse:
    sub_project = found(request, public_id)
    today = timezone.localdate()
    standing = standing_outcomes([sub_project], today)
    numbers = Outcome.objects.current().filter(sub_project=sub_project).order_by("counted_on", "id")
    can_work = can_work_on(request.user, sub_project)
    context = {
        "sub_project": sub_project,
        "tab": "results",
        "crumbs": [*crumbs_of(sub_project), (_("Resultater"), None)],
        "standing": [row for row in standing if row.kind != OutcomeKind.OTHER],
        "series": series(numbers, {row.kind for row in standing if row.log_target}, exact=can_work),
        "lessons": Lesson.objects.filter(sub_project=sub_project).select_related("written_by"),
        "quotes": Quote.objects.usable().filter(sub_project=sub_project),
        "can_work": can_work,
    }
    return render(request, "grants/results/results.html", context)


def series(numbers: Iterable[Outcome], in_log: Collection[str], *, exact: bool) -> list[dict[str, Any]]:
    """What was recorded of each thing, oldest first, with the width of each bar in percent of the longest.

    `in_log` are the kinds that are counted in the log now. `exact` False: no bar is drawn where it would tell of few.
    """
    by_thing: dict[tuple[str, str], list[Outcome]] = {}
    for row in numbers:
        by_thing.setdefault((row.kind, row.label), []).append(row)
    things = sorted(by_thing, key=lambda thing: (OutcomeKind.values.index(thing[0]), thing[1]))
    return [_one_series(by_thing[thing], thing[0] in in_log, exact) for thing in things]


def _one_series(rows: list[Outcome], in_log: bool, exact: bool) -> dict[str, Any]:
    longest = max((row.value for row in rows), default=Decimal(0))
    drawn = len(rows) > 1 and longest > 0 and all(row.value >= 0 for row in rows)
    drawn = drawn and (exact or not any(is_small(row) for row in rows))
    return {
        "name": rows[0].name,
        "kind": rows[0].kind,
        "is_other": rows[0].kind == OutcomeKind.OTHER,
        "in_log": in_log,
        "measured_in": next((row.measured_in for row in reversed(rows) if row.measured_in), ""),
        "newest": rows[-1],
        "earlier": rows[:-1],
        "rows": [{"outcome": row, "width": round(100 * row.value / longest) if drawn else None} for row in rows],
        "drawn": drawn,
    }


@access(READERS)
@require_GET
def result_totals(request: SignedInRequest) -> HttpResponse:
    """What all sub-projects that the user sees have reached, and which number comes from where."""
    rows = {row.pk: row for row in SubProject.objects.visible_to(request.user)}
    exact = set(SubProject.objects.worked_on_by(request.user).values_list("pk", flat=True))
    found = totals(standing_outcomes(list(rows.values()), timezone.localdate()))
    shown = [shown_total(total, exact) for total in found]
    context = {
        "totals": [
            {
                "kind": total.kind,
                "name": total.name,
                "value": total.value,
                "is_at_least": total.is_at_least,
                "parts": total.parts,
                "rows": [(rows[part.row.sub_project_id], part) for part in total.parts],
            }
            for total in shown
        ],
        "some_hidden": any(part.is_hidden for total in shown for part in total.parts),
        "count": len(rows),
        "crumbs": [(_("Delprosjekter"), reverse("sub-project-list")), (_("Resultater"), None)],
        "section": "results",
    }
    return render(request, "grants/results/totals.html", context)


@access(READERS)
@require_GET
def result_history(request: SignedInRequest, public_id: str) -> HttpResponseBase:
    """Every number as it was written, with what became of it, newest first."""
    sub_project = found(request, public_id)
    crumbs, _url = _results_of(sub_project)
    rows = Outcome.objects.filter(sub_project=sub_project).select_related("written_by", "corrects", "corrected_by")
    rows, can_work = rows.order_by("-id"), can_work_on(request.user, sub_project)
    if file := asked_file(request, "tall-og-rettelser", COLUMNS, rows, lambda row: _cells(row, can_work)):
        return file
    context = {
        "sub_project": sub_project,
        "title": _("Alle tall og rettelser"),
        "can_work": can_work,
        "crumbs": [*crumbs, (_("Alle tall og rettelser"), None)],
        "page_obj": keyset(request, rows, 50),
    }
    return render(request, "grants/results/history.html", context)


def _cells(row: Outcome, can_work: bool) -> list[Any]:
    """As the page has it: what is of few persons is not told to others than those who record it (_count.html)."""
    later = getattr(row, "corrected_by", None)
    if row.withdrawn:
        state = _("Trukket tilbake")
    elif later:
        state = _("Trukket tilbake siden") if later.withdrawn else _("Rettet siden")
    else:
        state = _("Gjelder nå")
    value: Any = _("minst %(n)s") % {"n": number(row.value)} if row.is_at_least else row.value
    if not can_work and is_small(row):
        value = _("vises ikke") if row.is_at_least else "<5"
    written = timezone.localtime(row.written_at).date()
    return [row.name, state, value, row.counted_on, row.source, row.note, row.written_by.name, written]


@access(WORKERS)
def result_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    sub_project = workable(request, found(request, public_id))
    crumbs, url = _results_of(sub_project)
    today, logged = timezone.localdate(), counted_in_log([sub_project]).get(sub_project.pk, {})
    initial = {"counted_on": today, "kind": request.GET.get("type", ""), "label": request.GET.get("navn", "")[:150]}
    form = OutcomeForm(posted(request), counted_in_log=logged, initial=initial)
    earlier = Outcome.objects.filter(sub_project=sub_project).exclude(label="").values_list("label", flat=True)
    return form_page(
        request, form, done=lambda _row: url, title=_("Nytt resultat"), crumbs=crumbs, cancel_url=url,
        action=lambda data: record_outcome(
            sub_project=sub_project, by=request.user, at=timezone.now(), today=today, **data
        ),
        message=_("Resultatet er lagret."), undo=lambda row: reverse("result-withdraw", args=[row.public_id]),
        template="grants/results/result_form.html", labels=sorted(set(earlier)),
        logged=[(OutcomeKind(kind).label, target.measure) for kind, target in logged.items()],
    )  # fmt: skip


def _outcome(request: SignedInRequest, public_id: str) -> Outcome:
    rows = Outcome.objects.filter(sub_project__in=SubProject.objects.visible_to(request.user))
    outcome = get_object_or_404(rows.select_related("sub_project"), public_id=public_id)
    workable(request, outcome.sub_project)
    return outcome


@access(WORKERS)
def result_correct(request: SignedInRequest, public_id: str) -> HttpResponse:
    outcome = _outcome(request, public_id)
    crumbs, url = _results_of(outcome.sub_project)
    if request.method != "POST" and (outcome.withdrawn or Outcome.objects.filter(corrects=outcome).exists()):
        messages.info(request, _("Tallet er rettet eller trukket tilbake i mellomtiden. Slik står det nå."))
        return redirect(url)
    form = OutcomeCorrectionForm(posted(request), outcome=outcome)
    return form_page(
        request, form, done=lambda _row: url, title=_("Rett resultatet"), crumbs=crumbs, cancel_url=url,
        action=lambda data: correct_outcome(
            outcome=outcome, by=request.user, at=timezone.now(), today=timezone.localdate(), **data
        ),
        message=_("Rettelsen er lagret. Det tidligere tallet kan fortsatt leses."),
        template="grants/results/result_form.html", lead=outcome.name, outcome=outcome,
    )  # fmt: skip


@access(WORKERS)
@require_POST
def result_withdraw(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Take a number back; "angre" right after saving, or later from the form that corrects it."""
    outcome = _outcome(request, public_id)
    try:
        withdraw_outcome(outcome=outcome, by=request.user, at=timezone.now())
        messages.success(request, _("Tallet er trukket tilbake."))
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("sub-project-results", outcome.sub_project.public_id)


@access(WORKERS)
def lesson_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    sub_project = workable(request, found(request, public_id))
    crumbs, url = _results_of(sub_project)
    return form_page(
        request, LessonForm(posted(request)), done=lambda _row: f"{url}#lessons", title=_("Ny erfaring"),
        crumbs=crumbs, cancel_url=url, message=_("Erfaringen er lagret."),
        action=lambda data: add_lesson(sub_project=sub_project, by=request.user, on=timezone.localdate(), **data),
    )  # fmt: skip


@access(WORKERS)
def lesson_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    rows = Lesson.objects.filter(sub_project__in=SubProject.objects.visible_to(request.user))
    lesson = get_object_or_404(rows.select_related("sub_project"), public_id=public_id)
    crumbs, url = _results_of(workable(request, lesson.sub_project))
    form = LessonForm(posted(request), initial={"text": lesson.text, "version": lesson.version})
    return form_page(
        request, form, action=lambda data: update_lesson(lesson=lesson, by=request.user, **data),
        done=lambda _row: f"{url}#lessons", title=_("Endre erfaringen"), crumbs=crumbs, cancel_url=url,
        message=_("Erfaringen er lagret."),
    )  # fmt: skip


@access(WORKERS)
def quote_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    sub_project = workable(request, found(request, public_id))
    crumbs, url = _results_of(sub_project)
    return form_page(
        request, QuoteForm(posted(request)), done=lambda _row: f"{url}#quotes", title=_("Nytt sitat"),
        crumbs=crumbs, cancel_url=url, message=_("Sitatet er lagret."),
        lead=_("Et sitat lagres bare når den som sa det, har sagt ja. Trekkes samtykket, slettes ordene."),
        action=lambda data: add_quote(sub_project=sub_project, by=request.user, today=timezone.localdate(), **data),
    )  # fmt: skip


def _quote(request: SignedInRequest, public_id: str) -> Quote:
    rows = Quote.objects.usable().filter(sub_project__in=SubProject.objects.visible_to(request.user))
    quote = get_object_or_404(rows.select_related("sub_project"), public_id=public_id)
    workable(request, quote.sub_project)
    return quote


@access(WORKERS)
def quote_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    quote = _quote(request, public_id)
    crumbs, url = _results_of(quote.sub_project)
    names = ("text", "said_by", "consent_given_on", "consent_note", "version")
    form = QuoteForm(posted(request), initial={name: getattr(quote, name) for name in names})
    return form_page(
        request, form, done=lambda _row: f"{url}#quotes", title=_("Endre sitatet"), crumbs=crumbs, cancel_url=url,
        action=lambda data: update_quote(quote=quote, by=request.user, today=timezone.localdate(), **data),
        message=_("Sitatet er lagret."),
    )  # fmt: skip


@access(WORKERS)
def quote_withdraw(request: SignedInRequest, public_id: str) -> HttpResponse:
    """A page of its own, since it can't be undone."""
    quote = _quote(request, public_id)
    crumbs, url = _results_of(quote.sub_project)
    return form_page(
        request, WithdrawConsentForm(posted(request)), done=lambda _row: url, title=_("Samtykket er trukket"),
        crumbs=crumbs, cancel_url=url, button=_("Slett sitatet"), button_color="danger",
        lead=_("Sitatet slettes med en gang og kan ikke hentes tilbake. Det står igjen at det har vært et samtykke."),
        action=lambda data: withdraw_consent(quote=quote, by=request.user, on=timezone.localdate()),
        message=_("Sitatet er slettet."), template="grants/results/quote_withdraw.html", quote=quote,
    )  # fmt: skip
