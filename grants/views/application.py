"""Applications: mine and those I may see, one on a page with what it lacks, writing and sending it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from grants.domain.application import (
    breaches,
    create_application,
    submit_application,
    update_application,
    withdraw_application,
)
from grants.filters import ApplicationFilter
from grants.forms.application import ApplicationForm
from grants.forms.call import ConfirmForm
from grants.models import Application, ApplicationState, Call, SubProject
from grants.permissions import can_apply, can_edit_application, can_edit_call
from grants.views.call import READERS, grown
from grants.views.call import crumbs_of as call_crumbs
from grants.views.call import found as found_call
from organisation.access import SignedInRequest, access, roles
from organisation.models import LEADERSHIP_ROLES, LOGGING_ROLES
from organisation.paging import numbered
from organisation.spreadsheets import asked_file
from organisation.views.form_page import Crumbs, form_page, posted

WRITERS = roles(*LOGGING_ROLES)


def crumbs_of(application: Application) -> Crumbs:
    return [
        (_("Søknader"), reverse("application-list")),
        (application.title, reverse("application", args=[application.public_id])),
    ]


COLUMNS = (
    gettext_lazy("Søknad"),
    gettext_lazy("Utlysning"),
    gettext_lazy("Hovedansvarlig"),
    gettext_lazy("Tilstand"),
    gettext_lazy("Sendt"),
)


def found(request: SignedInRequest, public_id: str) -> Application:
    """The application, if the user may see it."""
    rows = Application.objects.visible_to(request.user).select_related(
        "call__municipality", "responsible_unit", "written_by", "submitted_by"
    )
    return get_object_or_404(rows.prefetch_related("partners__unit", "budget"), public_id=public_id)


def stood_for(request: SignedInRequest, public_id: str) -> Application:
    """The application, if the user stands for it."""
    application = found(request, public_id)
    if not can_edit_application(request.user, application):
        raise PermissionDenied
    return application


@access(READERS)
@require_GET
def application_list(request: SignedInRequest) -> HttpResponseBase:
    rows = Application.objects.visible_to(request.user).select_related("call", "responsible_unit")
    chosen = ApplicationFilter(request.GET, queryset=rows.order_by("-call__closes_at", "-id"))
    if file := asked_file(request, "soknader", COLUMNS, chosen.qs, _cells):
        return file
    context = {
        "filter": chosen,
        "page_obj": numbered(request, chosen.qs),
        "section": "applications",
        "can_decide_payments": request.user.has_role(*LEADERSHIP_ROLES),
        "open_calls": [call for call in _open_calls(request) if can_apply(request.user, call)],
    }
    return render(request, "grants/applications/list.html", context)


def _cells(row: Application) -> list[Any]:
    sent = timezone.localtime(row.submitted_at).date() if row.submitted_at else None
    return [row.title, row.call.title, row.responsible_unit.name, row.get_state_display(), sent]


def _open_calls(request: SignedInRequest) -> list[Call]:
    """Those that can be applied to now; there are few."""
    now = timezone.now()
    rows = Call.objects.visible_to(request.user).filter(state="open", opens_at__lte=now, closes_at__gte=now)
    return list(rows.order_by("closes_at"))


@access(READERS)
@require_GET
def application_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    application, now = found(request, public_id), timezone.now()
    call, is_draft = application.call, application.state == ApplicationState.DRAFT
    stands = can_edit_application(request.user, application)
    budget = list(application.budget.all())
    leads = can_edit_call(request.user, call)
    context = {
        "application": application,
        "call": call,
        "crumbs": [(_("Søknader"), reverse("application-list")), (application.title, None)],
        "partners": application.partners.all(),
        "budget": budget,
        "budget_total": sum(line.amount for line in budget),
        "breaches": breaches(application) if is_draft else [],
        "can_edit": stands and is_draft and call.takes_applications(now),
        "can_withdraw": (stands and application.state == ApplicationState.SUBMITTED and call.takes_applications(now)),
        "too_late": is_draft and not call.takes_applications(now),
        "sub_project": SubProject.objects.visible_to(request.user).filter(application=application).first(),
        "can_begin": leads
        and application.state == ApplicationState.AWARDED
        and not hasattr(application, "sub_project"),
    }
    return render(request, "grants/applications/application.html", context)


@access(WRITERS)
def application_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    call = found_call(request, public_id)
    if not can_apply(request.user, call):
        raise PermissionDenied
    if request.method == "GET" and not call.takes_applications(timezone.now()):
        messages.error(request, _("Utlysningen tar ikke imot søknader nå."))
        return redirect("call", call.public_id)
    form = ApplicationForm(posted(request), call=call)

    def make(data: dict[str, Any]) -> Application:
        return create_application(call=call, by=request.user, at=timezone.now(), **data)

    response = form_page(
        request, form, action=make, done=lambda row: reverse("application", args=[row.public_id]),
        title=_("Ny søknad"), crumbs=call_crumbs(call), cancel_url=reverse("call", args=[call.public_id]),
        template="grants/applications/form.html", call=call, button=_("Lagre utkast"),
        message=_("Søknaden er lagret som utkast. Den er ikke sendt inn ennå."),
    )  # fmt: skip
    return grown(response, form)


@access(WRITERS)
def application_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    application = stood_for(request, public_id)
    url = reverse("application", args=[application.public_id])
    if request.method == "GET" and application.state != ApplicationState.DRAFT:
        messages.error(request, _("Søknaden er sendt inn og kan ikke endres."))
        return redirect(url)
    form = ApplicationForm(posted(request), call=application.call, application=application)

    def save(data: dict[str, Any]) -> Application:
        return update_application(application=application, by=request.user, at=timezone.now(), **data)

    response = form_page(
        request, form, action=save, done=lambda _row: url, title=_("Skriv søknaden"), crumbs=crumbs_of(application),
        cancel_url=url, template="grants/applications/form.html", call=application.call, button=_("Lagre utkast"),
        breaches=breaches(application), message=_("Utkastet er lagret. Søknaden er ikke sendt inn ennå."),
    )  # fmt: skip
    return grown(response, form)


@access(WRITERS)
def application_send(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Says what is missing, and what happens when it is sent. Refused, it says the same and keeps everything."""
    application = stood_for(request, public_id)
    form = ConfirmForm(posted(request), initial={"version": application.version})
    url = reverse("application", args=[application.public_id])

    def send(data: dict[str, Any]) -> Application:
        return submit_application(application=application, by=request.user, at=timezone.now(), **data)

    return form_page(
        request, form, action=send, done=lambda _row: url, title=_("Send inn søknaden"), crumbs=crumbs_of(application),
        cancel_url=url, template="grants/applications/send.html", application=application, button=_("Send inn"),
        breaches=breaches(application) if application.state == ApplicationState.DRAFT else [],
        message=_("Søknaden er sendt inn. Lykke til!"),
    )  # fmt: skip


@access(WRITERS)
def application_withdraw(request: SignedInRequest, public_id: str) -> HttpResponse:
    application = stood_for(request, public_id)
    form = ConfirmForm(posted(request), initial={"version": application.version})
    url = reverse("application", args=[application.public_id])

    def take_back(data: dict[str, Any]) -> Application:
        return withdraw_application(application=application, by=request.user, at=timezone.now(), **data)

    return form_page(
        request, form, action=take_back, done=lambda _row: url, title=_("Trekk søknaden"), cancel_url=url,
        crumbs=crumbs_of(application), button=_("Trekk søknaden"),
        lead=_("Søknaden blir et utkast igjen. Dere kan endre den og sende den inn på nytt før fristen."),
        message=_("Søknaden er trukket og er et utkast igjen."),
    )  # fmt: skip
