"""Calls: the list, one on a page, and what the leadership does with it until it is decided."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from grants.domain.call import close_call, create_call, decide_call, extend_call, open_call, update_call
from grants.domain.tally import tally
from grants.forms.call import (
    LOCKED_WHEN_OPEN,
    LOCKED_WHEN_RECEIVED,
    CallForm,
    ConfirmForm,
    DecisionForm,
    ExtendForm,
)
from grants.models import READING_ROLES, SENT_STATES, Application, Call, CallState
from grants.permissions import can_apply, can_edit_call, can_make_calls, sits_on_jury
from organisation.access import SignedInRequest, access, roles
from organisation.models import LEADERSHIP_ROLES, Document, Municipality, Role
from organisation.paging import numbered
from organisation.spreadsheets import asked_file
from organisation.views.document import document_again, document_progress, document_response
from organisation.views.form_page import Crumbs, form_page, posted

READERS = roles(*READING_ROLES, Role.PARTNER)
LEADERS = roles(*LEADERSHIP_ROLES)


def crumbs_of(call: Call) -> Crumbs:
    return [(_("Utlysninger"), reverse("call-list")), (call.title, reverse("call", args=[call.public_id]))]


COLUMNS = (
    gettext_lazy("Utlysning"),
    gettext_lazy("Tilstand"),
    gettext_lazy("Søknadsfrist"),
    gettext_lazy("Plasser"),
    gettext_lazy("Søknader"),
)


def found(request: SignedInRequest, public_id: str) -> Call:
    """The call, if the user may see it."""
    rows = Call.objects.visible_to(request.user).select_related("municipality", "decided_by")
    return get_object_or_404(rows, public_id=public_id)


def led(request: SignedInRequest, public_id: str) -> Call:
    """The call, if the user leads it."""
    call = found(request, public_id)
    if not can_edit_call(request.user, call):
        raise PermissionDenied
    return call


@access(READERS)
@require_GET
def call_list(request: SignedInRequest) -> HttpResponseBase:
    rows = (
        Call.objects.visible_to(request.user)
        .annotate(received=Count("applications", filter=Q(applications__state__in=SENT_STATES)))
        .order_by("-closes_at", "-id")
    )
    if file := asked_file(request, "utlysninger", COLUMNS, rows, _cells):
        return file
    context = {
        "page_obj": numbered(request, rows),
        "can_make": can_make_calls(request.user),
        "section": "calls",
        "can_decide_payments": request.user.has_role(*LEADERSHIP_ROLES),
        "now": timezone.now(),
    }
    return render(request, "grants/calls/list.html", context)


def _cells(row: Any) -> list[Any]:
    return [row.title, row.get_state_display(), timezone.localtime(row.closes_at), row.places, row.received]


@access(READERS)
@require_GET
def call_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    call, now = found(request, public_id), timezone.now()
    leads = can_edit_call(request.user, call)
    rows = Application.objects.visible_to(request.user).filter(call=call).select_related("responsible_unit")
    context = {
        "call": call,
        "crumbs": [(_("Utlysninger"), reverse("call-list")), (call.title, None)],
        "criteria": call.criteria.all(),
        "applications": rows.order_by("state", "id"),
        "leads": leads,
        "reads_all": leads or call.municipality_id in request.user.municipality_ids(Role.STEERING_GROUP),
        "can_apply": call.takes_applications(now) and can_apply(request.user, call),
        "has_opened": call.opens_at <= now,
        "is_past": call.deadline_has_passed(now),
        "has_jury": leads and call.jury.exists(),
        "can_edit": leads and call.state in (CallState.DRAFT, CallState.OPEN),
        **(_protocol_parts(request, call, call.protocol_id) if call.protocol_id else {}),
    }
    return render(request, "grants/calls/call.html", context)


@access(LEADERS)
def call_new(request: SignedInRequest) -> HttpResponse:
    municipalities = Municipality.objects.filter(pk__in=request.user.municipality_ids(*LEADERSHIP_ROLES))
    form = CallForm(posted(request), municipalities=municipalities)

    def make(data: dict[str, Any]) -> Call:
        data.setdefault("municipality", municipalities[0])
        return create_call(by=request.user, **data)

    response = form_page(
        request, form, action=make, done=lambda row: reverse("call", args=[row.public_id]), title=_("Ny utlysning"),
        crumbs=[(_("Utlysninger"), reverse("call-list"))], cancel_url=reverse("call-list"),
        lead=_("Utlysningen er et utkast til du åpner den. Da kan enhetene søke."),
        message=_("Utlysningen er lagret som utkast. Les gjennom og åpne den når den er klar."),
    )  # fmt: skip
    return grown(response, form)


def grown(response: HttpResponse, form: Any) -> HttpResponse:
    """A form that came back with more lines, as asked for, was not refused."""
    if getattr(form, "has_grown", False):
        response.status_code = 200
    return response


@access(LEADERS)
def call_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    call = led(request, public_id)
    locked: set[str] = set()
    if call.state != CallState.DRAFT:
        received = call.applications.sent().exists()
        locked = LOCKED_WHEN_RECEIVED if received else LOCKED_WHEN_OPEN
    form = CallForm(posted(request), call=call, locked=locked)
    lead = ""
    if locked:
        lead = _("Utlysningen er åpen. Fristen flyttes for seg.")
    if locked == LOCKED_WHEN_RECEIVED:
        lead = _("Det har kommet inn søknader, så bare tittel og tekst kan endres.")
    url = reverse("call", args=[call.public_id])
    response = form_page(
        request, form, action=lambda data: update_call(call=call, by=request.user, **data), done=lambda _row: url,
        title=_("Endre utlysningen"), crumbs=crumbs_of(call), cancel_url=url, lead=lead,
        message=_("Utlysningen er lagret."),
    )  # fmt: skip
    return grown(response, form)


def _step(request: SignedInRequest, call: Call, **page: Any) -> HttpResponse:
    """A page with one button for a step that can't be taken back. `act` takes it."""
    form, act = ConfirmForm(posted(request), initial={"version": call.version}), page.pop("act")
    url = reverse("call", args=[call.public_id])
    return form_page(
        request, form, action=lambda data: act(call=call, by=request.user, at=timezone.now(), **data),
        done=lambda _row: url, crumbs=crumbs_of(call), cancel_url=url, **page,
    )  # fmt: skip


@access(LEADERS)
def call_open(request: SignedInRequest, public_id: str) -> HttpResponse:
    return _step(
        request, led(request, public_id), act=open_call, title=_("Åpne utlysningen"), button=_("Åpne utlysningen"),
        lead=_("Alle enhetene i kommunen kan lese utlysningen og søke. Den kan ikke gjøres om til utkast igjen. "
               "Når det har kommet inn søknader, kan ikke regler og kriterier endres."),
        message=_("Utlysningen er åpen."),
    )  # fmt: skip


@access(LEADERS)
def call_close(request: SignedInRequest, public_id: str) -> HttpResponse:
    return _step(
        request, led(request, public_id), act=close_call, title=_("Lukk utlysningen"), button=_("Lukk utlysningen"),
        lead=_("Søknadene går til juryen. Utlysningen kan ikke åpnes igjen."), message=_("Utlysningen er lukket."),
    )  # fmt: skip


@access(LEADERS)
def call_extend(request: SignedInRequest, public_id: str) -> HttpResponse:
    call = led(request, public_id)
    form = ExtendForm(posted(request), initial={"closes_at": call.closes_at, "version": call.version})
    url = reverse("call", args=[call.public_id])

    def act(data: dict[str, Any]) -> Call:
        return extend_call(call=call, by=request.user, at=timezone.now(), **data)

    return form_page(
        request, form, action=act, done=lambda _row: url, title=_("Flytt fristen"), crumbs=crumbs_of(call),
        cancel_url=url, lead=_("Fristen kan bare flyttes til et senere tidspunkt."), message=_("Fristen er flyttet."),
    )  # fmt: skip


@access(LEADERS)
def call_decide(request: SignedInRequest, public_id: str) -> HttpResponse:
    call = led(request, public_id)
    has_jury = call.jury.exists()
    # Before the scoring is closed nobody is shown what it comes to; the domain says what is missing.
    ready = call.state == CallState.CLOSED and (call.scoring_closed_at is not None or not has_jury)
    if not ready:
        context = {"call": call, "title": _("Avgjør utlysningen"), "crumbs": [*crumbs_of(call), (_("Avgjør"), None)]}
        return render(request, "grants/calls/not_ready.html", context, status=422 if request.method == "POST" else 200)
    counted = tally(call)
    form = DecisionForm(posted(request), counted=counted, initial={"version": call.version})
    url = reverse("call", args=[call.public_id])

    def act(data: dict[str, Any]) -> Call:
        return decide_call(call=call, by=request.user, at=timezone.now(), **data)

    return form_page(
        request, form, action=act, done=lambda _row: url, title=_("Avgjør utlysningen"), crumbs=crumbs_of(call),
        cancel_url=url, button=_("Avgjør utlysningen"), template="grants/calls/decide.html", call=call,
        tied=[row for row in counted.applications if row.pk in counted.tied], has_jury=has_jury,
        message=_("Utlysningen er avgjort. Protokollen lages nå."),
    )  # fmt: skip


# --- The protocol -------------------------------------------------------------------------------------------


def _with_protocol(request: SignedInRequest, public_id: str) -> tuple[Call, Document]:
    """A decided call with its protocol, for whoever reads calls and for its jury."""
    call = get_object_or_404(Call.objects.select_related("protocol__job", "municipality"), public_id=public_id)
    if not Call.objects.visible_to(request.user).filter(pk=call.pk).exists() and not sits_on_jury(request.user, call):
        raise Http404
    if call.protocol is None:
        raise Http404
    return call, call.protocol


def _protocol_parts(request: SignedInRequest, call: Call, protocol_id: int) -> dict[str, Any]:
    """What templates/partials/document.html needs."""
    may_retry = can_edit_call(request.user, call)
    return {
        "document": Document.objects.select_related("job").defer("content").get(pk=protocol_id),
        "pdf_url": reverse("protocol", args=[call.public_id]),
        "progress_url": reverse("protocol-progress", args=[call.public_id]),
        "retry_url": reverse("protocol-retry", args=[call.public_id]) if may_retry else "",
        "label": _("Protokoll"),
    }


@access(roles(*READING_ROLES, Role.PARTNER, Role.JUROR))
@require_GET
def protocol(request: SignedInRequest, public_id: str) -> HttpResponse | FileResponse:
    _call, document = _with_protocol(request, public_id)
    return document_response(request, document, page=reverse("home"))


@access(roles(*READING_ROLES, Role.PARTNER, Role.JUROR))
@require_GET
def protocol_progress(request: SignedInRequest, public_id: str) -> HttpResponse:
    call, document = _with_protocol(request, public_id)
    return document_progress(request, **_protocol_parts(request, call, document.pk))


@access(LEADERS)
@require_POST
def protocol_retry(request: SignedInRequest, public_id: str) -> HttpResponse:
    call = led(request, public_id)
    if call.protocol is None:
        raise Http404
    page = reverse("call", args=[call.public_id])
    return document_again(request, call.protocol, page=page, by=request.user)
