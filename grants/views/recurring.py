"""Recurring payments: agreed by two people, ended by one."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from grants.domain.economy import economy, format_kroner
from grants.domain.recurring import (
    approve_recurring,
    end_recurring,
    propose_recurring,
    refuse_recurring,
    withdraw_recurring,
)
from grants.forms.spending import EndRecurringForm, RecurringForm, RefusalForm
from grants.models import ProposalState, RecurringPayment, SpendingMode, SpendingUse, SubProject, month_of
from grants.permissions import can_decide_payment
from grants.views.result import WORKERS, found, workable
from grants.views.spending import LEADERS, decide, economy_of, no_payment
from organisation.access import SignedInRequest, access
from organisation.models import User
from organisation.views.form_page import form_page, posted, posted_version


@access(WORKERS)
def recurring_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    sub_project = workable(request, found(request, public_id))
    if request.method != "POST" and not sub_project.takes_payments:
        return no_payment(request, sub_project, _("Ny fast utbetaling"))
    crumbs, url = economy_of(sub_project)
    today = timezone.localdate()
    initial = {
        "mode": SpendingMode.BASIC_INCOME, "use": SpendingUse.RESIDENTS, "day_of_month": 15,
        "first_month": max(month_of(today), month_of(sub_project.starts_on)).isoformat(),
        "last_month": month_of(sub_project.ends_on).isoformat(),
    }  # fmt: skip
    form = RecurringForm(posted(request), sub_project=sub_project, initial=initial)
    return form_page(
        request, form, action=lambda data: _propose(sub_project, request.user, data), done=lambda _row: url,
        title=_("Ny fast utbetaling"), crumbs=crumbs, cancel_url=url, button=_("Foreslå fast utbetaling"),
        lead=_("Det er %(left)s kroner igjen av det som er tildelt. Når en annen har godkjent, betales den hver måned.")
        % {"left": format_kroner(economy(sub_project, today).left)},
        message=_("Forslaget er sendt til godkjenning."), template="grants/spending/payment_form.html",
        sub_project=sub_project,
    )  # fmt: skip


def _propose(sub_project: SubProject, by: User, data: dict[str, Any]) -> RecurringPayment:
    """Propose it; the same form sent twice is answered with the proposal that waits."""
    same = RecurringPayment.objects.filter(
        sub_project=sub_project, proposed_by=by, state=ProposalState.PROPOSED, **data
    ).first()
    return same or propose_recurring(sub_project=sub_project, by=by, at=timezone.now(), **data)


def _recurring(request: SignedInRequest, public_id: str) -> RecurringPayment:
    rows = RecurringPayment.objects.filter(sub_project__in=SubProject.objects.visible_to(request.user))
    return get_object_or_404(rows.select_related("sub_project"), public_id=public_id)


@access(LEADERS)
@require_POST
def recurring_approve(request: SignedInRequest, public_id: str) -> HttpResponse:
    recurring = _recurring(request, public_id)
    if not can_decide_payment(request.user, recurring):
        raise PermissionDenied
    return decide(
        request, recurring.sub_project, done=_("Den faste utbetalingen er godkjent."),
        action=lambda: approve_recurring(
            recurring=recurring, version=posted_version(request), by=request.user, at=timezone.now()
        ),
    )  # fmt: skip


@access(LEADERS)
def recurring_refuse(request: SignedInRequest, public_id: str) -> HttpResponse:
    recurring = _recurring(request, public_id)
    if not can_decide_payment(request.user, recurring):
        raise PermissionDenied
    crumbs, url = economy_of(recurring.sub_project)
    form = RefusalForm(posted(request), initial={"version": recurring.version})
    return form_page(
        request, form, done=lambda _row: url, title=_("Avvis den faste utbetalingen"), crumbs=crumbs, cancel_url=url,
        action=lambda data: refuse_recurring(recurring=recurring, by=request.user, at=timezone.now(), **data),
        button=_("Avvis"), button_color="danger", message=_("Forslaget er avvist."),
        lead=_("%(purpose)s, %(amount)s kroner hver måned")
        % {"purpose": recurring.purpose, "amount": format_kroner(recurring.amount)},
    )  # fmt: skip


@access(WORKERS)
@require_POST
def recurring_withdraw(request: SignedInRequest, public_id: str) -> HttpResponse:
    recurring = _recurring(request, public_id)
    workable(request, recurring.sub_project)
    return decide(
        request, recurring.sub_project, done=_("Forslaget er trukket."),
        action=lambda: withdraw_recurring(
            recurring=recurring, version=recurring.version, by=request.user, at=timezone.now()
        ),
    )  # fmt: skip


@access(WORKERS)
def recurring_end(request: SignedInRequest, public_id: str) -> HttpResponse:
    recurring = _recurring(request, public_id)
    crumbs, url = economy_of(workable(request, recurring.sub_project))
    initial = {"last_day": timezone.localdate(), "version": recurring.version}
    form = EndRecurringForm(posted(request), initial=initial)
    return form_page(
        request, form, action=lambda data: end_recurring(recurring=recurring, by=request.user, **data),
        done=lambda _row: url, title=_("Avslutt den faste utbetalingen"), crumbs=crumbs, cancel_url=url,
        button=_("Avslutt"), message=_("Den faste utbetalingen er avsluttet."), lead=recurring.purpose,
    )  # fmt: skip
