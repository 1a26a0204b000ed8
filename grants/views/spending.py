"""The money of sub-projects: how it stands, the ledger, what waits; proposals, approvals and reversals."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from grants.domain.economy import Economy, economy, format_kroner
from grants.domain.spending import (
    approve,
    propose_payment,
    propose_reversal,
    refuse,
    withdraw,
)
from grants.forms.spending import PaymentForm, RefusalForm, ReversalForm
from grants.models import (
    EntryKind,
    LedgerDay,
    LedgerEntry,
    PaymentProposal,
    ProposalState,
    RecurringPayment,
    SpendingMode,
    SpendingUse,
    SubProject,
)
from grants.permissions import can_decide_payment, can_edit_sub_project, can_reverse, can_work_on
from grants.views.result import READERS, WORKERS, crumbs_of, found, workable
from organisation.access import SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.models import LEADERSHIP_ROLES, User
from organisation.paging import keyset
from organisation.spreadsheets import asked_file
from organisation.views.form_page import Crumbs, form_page, posted, posted_version

LEADERS = roles(*LEADERSHIP_ROLES)
SHOWN_DECIDED = 20  # proposals that were refused or withdrawn, on the sub-project's page


COLUMNS = (
    gettext_lazy("Formål"),
    gettext_lazy("Dato"),
    gettext_lazy("Kroner"),
    gettext_lazy("Måte"),
    gettext_lazy("Bruk"),
    gettext_lazy("Bilag"),
    gettext_lazy("Type"),
    gettext_lazy("Foreslått av"),
    gettext_lazy("Godkjent av"),
)


def _cells(row: LedgerEntry) -> list[Any]:
    return [
        row.purpose, row.paid_on, row.amount, row.get_mode_display(), row.get_use_display(), row.voucher,
        row.get_kind_display(), row.proposed_by.name, row.approved_by.name,
    ]  # fmt: skip


def economy_of(sub_project: SubProject) -> tuple[Crumbs, str]:
    """Breadcrumbs down to the sub-project's money, and its address."""
    crumbs = crumbs_of(sub_project, (_("Økonomi"), "sub-project-spending"))
    return crumbs, str(crumbs[-1][1])


@access(READERS)
@require_GET
def sub_project_spending(request: SignedInRequest, public_id: str) -> HttpResponseBase:
    sub_project = found(request, public_id)
    if file := asked_file(request, "utbetalinger", COLUMNS, _ledger(sub_project), _cells):
        return file
    today = timezone.localdate()
    money = economy(sub_project, today)
    works, leads = can_work_on(request.user, sub_project), can_edit_sub_project(request.user, sub_project)
    proposals = PaymentProposal.objects.filter(sub_project=sub_project).select_related(
        "proposed_by", "decided_by", "reverses"
    )
    refused = proposals.filter(state__in=(ProposalState.REFUSED, ProposalState.WITHDRAWN)).order_by("-decided_at")
    recurring = RecurringPayment.objects.filter(sub_project=sub_project).select_related("proposed_by", "decided_by")
    page = keyset(request, _ledger(sub_project), count=LedgerDay.objects.filter(sub_project=sub_project).entries)
    context = {
        "sub_project": sub_project,
        "tab": "spending",
        "crumbs": [*crumbs_of(sub_project), (_("Økonomi"), None)],
        "today": today,
        "economy": money,
        "figures": _figures(sub_project, money),
        "halves": _half_rows(money),
        "waiting": [
            decidable(request.user, row, leads) for row in proposals.filter(state=ProposalState.PROPOSED).order_by("id")
        ],
        "refused": refused[:SHOWN_DECIDED],
        "recurring": [decidable(request.user, row, leads) for row in recurring],
        "page_obj": page,
        "lines": _shown(page.object_list),
        "can_work": works,
        "can_propose": works and sub_project.takes_payments,
    }
    return render(request, "grants/spending/spending.html", context)


def _figures(sub_project: SubProject, money: Economy) -> list[tuple[str, Decimal]]:
    known = [
        (_("kroner tildelt i alt"), money.awarded),
        (_("kroner frigitt til nå"), money.released),
        (_("kroner betalt"), money.paid),
    ]
    if sub_project.is_over:
        return [*known, (_("kroner ubrukt"), money.left)]
    return [
        *known,
        (_("kroner kan betales nå"), money.available),
        (_("kroner brukt ved slutten (prognose)"), money.forecast),
        (_("kroner ubrukt ved slutten (prognose)"), money.underspend),
    ]


def decidable(user: User, row: PaymentProposal | RecurringPayment, leads: bool) -> dict[str, Any]:
    """A row with what the user may do about it while it waits; the same rules as `can_decide_payment`."""
    waits, own = row.state == ProposalState.PROPOSED, row.proposed_by_id == user.pk
    return {"row": row, "waits": waits, "can_decide": waits and leads and not own, "is_own": waits and own}


def _half_rows(money: Economy) -> list[dict[str, Any]]:
    """The half-years, with the width of each bar in percent of the largest sum."""
    largest = max((max(row.awarded, row.paid) for row in money.halves), default=Decimal(0)) or Decimal(1)
    return [
        {
            "half": row,
            "awarded_width": round(100 * row.awarded / largest),
            "paid_width": max(0, round(100 * row.paid / largest)),
        }
        for row in money.halves
    ]


def _ledger(sub_project: SubProject) -> QuerySet[LedgerEntry]:
    """Newest first, each line with whether it has been reversed or somebody has asked for it."""
    asked = PaymentProposal.objects.filter(reverses=OuterRef("pk"), state=ProposalState.PROPOSED)
    return (
        LedgerEntry.objects.filter(sub_project=sub_project)
        .select_related("proposed_by", "approved_by", "reverses")
        # Joined by its key: asked for in a subquery, PostgreSQL reads the whole ledger first.
        .annotate(is_reversed=Q(reversed_by__isnull=False), reversal_waits=Exists(asked))
        .only(
            "public_id", "kind", "amount", "mode", "use", "purpose", "paid_on", "voucher", "proposed_by__name",
            "approved_by__name", "reverses__purpose", "reverses__paid_on",
        )
    )  # fmt: skip


def _shown(rows: list[LedgerEntry]) -> list[dict[str, Any]]:
    """Lines with what a page says of them: a word or a day that many of them share is made once."""
    modes, uses = dict(SpendingMode.choices), dict(SpendingUse.choices)
    days = {day: date_format(day) for day in {row.paid_on for row in rows}}
    approved = {name: _("godkjent av %(who)s") % {"who": name} for name in {row.approved_by.name for row in rows}}
    return [
        {
            "row": row, "paid_on": days[row.paid_on], "amount": format_kroner(row.amount), "mode": modes[row.mode],
            "use": uses[row.use], "approved": approved[row.approved_by.name], "proposed_by": row.proposed_by.name,
            "is_reversal": row.kind == EntryKind.REVERSAL,
        }
        for row in rows
    ]  # fmt: skip


def no_payment(request: SignedInRequest, sub_project: SubProject, title: str) -> HttpResponse:
    """Instead of a form that the domain would refuse: why nothing can be paid, and the way back."""
    crumbs, url = economy_of(sub_project)
    context = {"sub_project": sub_project, "title": title, "crumbs": [*crumbs, (title, None)], "back_url": url}
    return render(request, "grants/spending/no_payment.html", context)


@access(WORKERS)
def payment_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    sub_project = workable(request, found(request, public_id))
    if request.method != "POST" and not sub_project.takes_payments:
        return no_payment(request, sub_project, _("Ny utbetaling"))
    crumbs, url = economy_of(sub_project)
    today = timezone.localdate()
    last = PaymentProposal.objects.filter(sub_project=sub_project).order_by("-id").first()
    initial = {"pay_on": today, "mode": last.mode if last else SpendingMode.INDIVIDUAL}
    form = PaymentForm(posted(request), initial=initial)
    return form_page(
        request, form, action=lambda data: _propose(sub_project, request.user, data), done=lambda _row: url,
        title=_("Ny utbetaling"), crumbs=crumbs, cancel_url=url, button=_("Foreslå utbetaling"),
        lead=_("Det er %(available)s kroner som kan betales ut nå. En annen må godkjenne før pengene betales.")
        % {"available": format_kroner(economy(sub_project, today).available)},
        message=_("Forslaget er sendt til godkjenning."),
        undo=lambda row: reverse("payment-withdraw", args=[row.public_id]),
        template="grants/spending/payment_form.html", sub_project=sub_project,
    )  # fmt: skip


def _propose(sub_project: SubProject, by: User, data: dict[str, Any]) -> PaymentProposal:
    """Propose it; the same form sent twice at the same moment is answered with the proposal it made."""
    try:
        return propose_payment(sub_project=sub_project, by=by, at=timezone.now(), **data)
    except DomainError:
        key = data.get("form_key")
        made = PaymentProposal.objects.filter(form_key=key, proposed_by=by, sub_project=sub_project) if key else None
        if made and (row := made.first()):
            return row
        raise


def proposal_of(request: SignedInRequest, public_id: str) -> PaymentProposal:
    rows = PaymentProposal.objects.filter(sub_project__in=SubProject.objects.visible_to(request.user))
    return get_object_or_404(rows.select_related("sub_project"), public_id=public_id)


def decide(request: SignedInRequest, sub_project: SubProject, action: Callable[[], Any], done: str) -> HttpResponse:
    """A button that decides: say how it went, and go back to the page it was pressed on."""
    try:
        action()
        messages.success(request, done)
    except DomainError as error:
        messages.error(request, str(error.message))
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(target)
    return redirect("sub-project-spending", sub_project.public_id)


@access(LEADERS)
@require_POST
def payment_approve(request: SignedInRequest, public_id: str) -> HttpResponse:
    proposal = proposal_of(request, public_id)
    if not can_decide_payment(request.user, proposal):
        raise PermissionDenied
    done = _("Utbetalingen på %(amount)s kroner er godkjent.")
    if proposal.kind == EntryKind.REVERSAL:
        done = _("Tilbakeføringen av %(amount)s kroner er godkjent.")
    return decide(
        request, proposal.sub_project, done=done % {"amount": format_kroner(proposal.amount)},
        action=lambda: approve(
            proposal=proposal, version=posted_version(request), by=request.user, at=timezone.now()
        ),
    )  # fmt: skip


@access(LEADERS)
def payment_refuse(request: SignedInRequest, public_id: str) -> HttpResponse:
    proposal = proposal_of(request, public_id)
    if not can_decide_payment(request.user, proposal):
        raise PermissionDenied
    crumbs, url = economy_of(proposal.sub_project)
    form = RefusalForm(posted(request), initial={"version": proposal.version})
    return form_page(
        request, form, action=lambda data: refuse(proposal=proposal, by=request.user, at=timezone.now(), **data),
        done=lambda _row: url, title=_("Avvis forslaget"), crumbs=crumbs, cancel_url=url, button=_("Avvis"),
        button_color="danger", lead=f"{proposal.purpose}, {format_kroner(proposal.amount)} {_('kroner')}",
        message=_("Forslaget er avvist."),
    )  # fmt: skip


@access(WORKERS)
@require_POST
def payment_withdraw(request: SignedInRequest, public_id: str) -> HttpResponse:
    """By the one who proposed it; "angre" right after, or later from the page."""
    proposal = proposal_of(request, public_id)
    workable(request, proposal.sub_project)
    return decide(
        request, proposal.sub_project, done=_("Forslaget er trukket."),
        action=lambda: withdraw(
            proposal=proposal, version=proposal.version, by=request.user, at=timezone.now()
        ),
    )  # fmt: skip


@access(WORKERS)
def payment_reverse(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Ask that a line of the ledger be reversed."""
    rows = LedgerEntry.objects.filter(sub_project__in=SubProject.objects.visible_to(request.user))
    entry = get_object_or_404(rows.select_related("sub_project"), public_id=public_id)
    if not can_reverse(request.user, entry):
        raise PermissionDenied
    crumbs, url = economy_of(entry.sub_project)
    form = ReversalForm(posted(request), initial={"on": timezone.localdate()})
    return form_page(
        request, form, action=lambda data: propose_reversal(entry=entry, by=request.user, at=timezone.now(), **data),
        done=lambda _row: url, title=_("Tilbakefør utbetalingen"), crumbs=crumbs, cancel_url=url,
        button=_("Foreslå tilbakeføring"), message=_("Forslaget er sendt til godkjenning."),
        template="grants/spending/reversal_form.html", entry=entry,
    )  # fmt: skip


@access(LEADERS)
@require_GET
def payments_waiting(request: SignedInRequest) -> HttpResponse:
    """What waits for the user's approval in all the sub-projects she leads, oldest first; and what she has asked herself."""
    led = SubProject.objects.editable_by(request.user)
    proposals = PaymentProposal.objects.filter(sub_project__in=led, state=ProposalState.PROPOSED)
    recurring = RecurringPayment.objects.filter(sub_project__in=led, state=ProposalState.PROPOSED)
    related = ("sub_project", "proposed_by")
    others = proposals.exclude(proposed_by=request.user).select_related(*related, "reverses").order_by("id")
    page = keyset(request, others)
    page.object_list = [decidable(request.user, row, True) for row in page.object_list]
    agreements = recurring.exclude(proposed_by=request.user).select_related(*related)
    rows = [decidable(request.user, row, True) for row in agreements]
    context = {
        "page_obj": page,
        "recurring": rows,
        "total": page.paginator.count + len(rows),
        "own": proposals.filter(proposed_by=request.user).count() + recurring.filter(proposed_by=request.user).count(),
        "crumbs": [(_("Delprosjekter"), reverse("sub-project-list")), (_("Til godkjenning"), None)],
        "section": "payments",
    }
    return render(request, "grants/spending/waiting.html", context)
