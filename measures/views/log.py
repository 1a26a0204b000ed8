"""The log: add, correct, take back; earlier versions; attachments."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from measures.domain.log import add_log_entry, correct_log_entry, withdraw_log_entry
from measures.forms import CorrectionForm, LogForm
from measures.models import LogEntry, LogKind
from measures.permissions import can_correct, can_log
from measures.views.measure import crumbs_of, found
from organisation.access import SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.models import CASE_ROLES, User
from organisation.views.download import download
from organisation.views.form_page import form_page, posted


@access(roles(*CASE_ROLES))
def log_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    """A page of its own, or the quick form in place of a row's button (htmx)."""
    measure = found(request, public_id)
    if not can_log(request.user, measure):
        raise PermissionDenied
    today = timezone.localdate()
    initial = {"happened_on": today, "kind": LogKind.ACTIVITY}
    form = LogForm(posted(request), request.FILES or None, measure=measure, initial=initial, prefix=measure.public_id)

    def add(data: dict[str, Any]) -> LogEntry:
        return add_log_entry(measure=measure, by=request.user, today=today, **form.entry())

    if request.htmx:  # type: ignore[attr-defined]
        return _quick(request, form, add)
    url = reverse("measure", args=[measure.public_id])
    return form_page(
        request, form, action=add, done=lambda _entry: url, title=_("Loggfør"), crumbs=crumbs_of(measure),
        cancel_url=url, message=_("Loggføringen er lagret."),
        undo=lambda entry: reverse("log-withdraw", args=[entry.public_id]), template="measures/log_form.html",
        measure=measure,
    )  # fmt: skip


def _quick(request: SignedInRequest, form: LogForm, add: Any) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "measure": found(request, request.resolver_match.kwargs["public_id"])}  # type: ignore[union-attr]
    if request.method == "POST":
        context["entry"] = form.submit(add)
        if context["entry"] is not None:
            context["measure"] = found(request, context["measure"].public_id, on=timezone.localdate())
            return render(request, "measures/_logged.html", context)
    return render(request, "measures/_quick_log.html", context, status=422 if request.method == "POST" else 200)


def _entry(request: SignedInRequest, public_id: str) -> LogEntry:
    rows = LogEntry.objects.visible_to(request.user).select_related("measure__plan", "measure__responsible_unit")
    return get_object_or_404(rows, public_id=public_id)


def _next_version(entry: LogEntry) -> LogEntry | None:
    return LogEntry.objects.filter(corrects=entry).first()


def _why_not_corrected(entry: LogEntry) -> str | None:
    """Why a page to correct this entry isn't opened."""
    following = _next_version(entry)
    if entry.withdrawn or (following and following.withdrawn):
        return _("Loggføringen er trukket tilbake og kan ikke rettes.")
    return _("Loggføringen er rettet i mellomtiden. Tidslinjen viser hvordan den står nå.") if following else None


def _correct(entry: LogEntry, by: User, **content: Any) -> LogEntry:
    """Correct it; a correction that was sent twice is answered as the first time."""
    try:
        return correct_log_entry(entry=entry, by=by, today=timezone.localdate(), **content)
    except DomainError:
        following = _next_version(entry)
        said = ("text", "happened_on", "kind", "is_evaluation", "reason")
        mine = following and not following.withdrawn and following.written_by_id == by.pk and not content["file"]
        if following and mine and all(getattr(following, name) == content[name] for name in said):
            figures = {row.target: row.value for row in following.figures.select_related("target")}
            if figures == content["figures"]:
                return following
        raise


@access(roles(*CASE_ROLES))
def log_correct(request: SignedInRequest, public_id: str) -> HttpResponse:
    entry = _entry(request, public_id)
    measure = entry.measure
    if not can_correct(request.user, entry):
        raise PermissionDenied
    if request.method != "POST" and (why := _why_not_corrected(entry)):
        messages.info(request, why)
        return redirect("measure", measure.public_id)
    initial: dict[str, Any] = {name: getattr(entry, name) for name in ("text", "happened_on", "kind", "is_evaluation")}
    initial |= {
        f"target-{row.target.public_id}": row.value.normalize() for row in entry.figures.select_related("target")
    }
    form = CorrectionForm(posted(request), request.FILES or None, measure=measure, initial=initial)
    url = reverse("measure", args=[measure.public_id])
    return form_page(
        request, form, done=lambda _entry: url, title=_("Rett loggføringen"), crumbs=crumbs_of(measure), cancel_url=url,
        action=lambda data: _correct(entry, request.user, **form.entry()),
        message=_("Rettelsen er lagret. Den tidligere teksten kan fortsatt leses."), template="measures/log_form.html",
        measure=measure, entry=entry, next_version=lambda: _next_version(entry),
    )  # fmt: skip


@access(roles(*CASE_ROLES))
@require_POST
def log_withdraw(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Take an entry back; "angre" right after saving, or later from the timeline."""
    entry = _entry(request, public_id)
    if not can_correct(request.user, entry):
        raise PermissionDenied
    # From a field that the pages don't show; what PostgreSQL can't store is left out.
    reason = request.POST.get("reason", "").replace("\0", "")[:300]
    try:
        withdraw_log_entry(entry=entry, by=request.user, reason=reason)
        messages.success(request, _("Loggføringen er trukket tilbake."))
    except DomainError as error:
        messages.error(request, str(error.message))
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(target)
    return redirect("measure", entry.measure.public_id)


@access(roles(*CASE_ROLES))
@require_GET
def log_versions(request: SignedInRequest, thread: str) -> HttpResponse:
    """All versions of an entry, the last first."""
    versions = list(
        LogEntry.objects.visible_to(request.user)
        .filter(thread=thread)
        .select_related("measure__plan", "written_by", "attachment")
        .prefetch_related("figures__target")
        .order_by("-id")
    )
    if not versions:
        raise Http404
    title = _("Alle versjoner av loggføringen")
    context = {
        "versions": versions, "measure": versions[0].measure, "title": title,
        "crumbs": [*crumbs_of(versions[0].measure), (title, None)],
    }  # fmt: skip
    return render(request, "measures/log_versions.html", context)


@access(roles(*CASE_ROLES))
@require_GET
def attachment(request: SignedInRequest, public_id: str) -> FileResponse:
    """An entry's file, for those who may see the entry. Always a download: nothing of it runs here."""
    entry = _entry(request, public_id)
    if entry.attachment is None:
        raise Http404
    return download(entry.attachment)
