"""Support and outcomes: one page of what a family was given and what has changed, and the forms of both."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from families.domain.about import person_label
from families.domain.outcome import record_family_outcome, update_family_outcome
from families.domain.recording import remove
from families.domain.support import give_support, remove_support, state_of, taking_part, update_support
from families.domain.vault import OpenFamily
from families.forms.support import OutcomeEditForm, OutcomeForm, SupportEditForm, SupportForm
from families.models import FamilyOutcome, Support
from families.permissions import can_record
from families.views.family_page import TEAM, family_crumbs, family_page
from families.views.remove_page import remove_page, undo_url
from families.views.tabs import page
from grants.models import ProposalState, SubProject
from grants.permissions import can_work_on
from organisation.access import SignedInRequest, access
from organisation.paging import numbered
from organisation.views.form_page import Crumbs, form_page, posted

COLOURS = {ProposalState.PROPOSED: "warning", ProposalState.APPROVED: "success"}


def support_url(vault: OpenFamily) -> str:
    return reverse("family-support", args=[vault.family.public_id])


def _crumbs(vault: OpenFamily) -> Crumbs:
    return [*family_crumbs(vault), (_("Støtte og resultater"), support_url(vault))]


def _url(name: str, row: Any) -> str:
    return reverse(name, args=[row.family.public_id, row.public_id])


def _supports(vault: OpenFamily) -> Any:
    return vault.rows(Support).select_related(
        "family", "unit", "written_by", "proposal__sub_project", "proposal__entry__reversed_by"
    )


def _outcomes(vault: OpenFamily) -> Any:
    return vault.rows(FamilyOutcome).select_related("family", "unit", "written_by", "sub_project")


def _places(vault: OpenFamily) -> list[SubProject]:
    """The sub-projects the family takes part in or has taken part in, as far as the reader may know."""
    found = {row.sub_project_id: row.sub_project for row in taking_part(vault).select_related("sub_project")}
    return list(found.values())


class _Money:
    """What is shown of money beside support: read from the proposal, with the way there for those who may see it."""

    def __init__(self, vault: OpenFamily) -> None:
        self.vault = vault
        self.places = {row.pk for row in _places(vault)}
        self.visible = set(SubProject.objects.visible_to(vault.user).values_list("pk", flat=True))

    def title(self, row: Any, sub_project: SubProject | None) -> str:
        """That a family takes part in something is shared by itself: a service that may not know it gets no name."""
        known = sub_project and (row.unit_id in self.vault.reader.units or self.vault.reader.sees_all)
        return sub_project.title if sub_project and (known or sub_project.pk in self.places) else ""

    def of(self, row: Support) -> dict[str, Any] | None:
        proposal = row.proposal
        if proposal is None:
            return None
        title = self.title(row, proposal.sub_project)
        may_see = title and proposal.sub_project_id in self.visible
        state = state_of(proposal)
        reversed_now = state != proposal.get_state_display()
        return {
            "amount": proposal.amount,
            "state": state,
            "colour": "neutral" if reversed_now else COLOURS.get(ProposalState(proposal.state), "danger"),
            "reason": proposal.decision_reason,
            "title": title,
            "url": reverse("sub-project-spending", args=[proposal.sub_project.public_id]) if may_see else "",
        }


@access(TEAM)
@family_page
@require_GET
def support_list(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    shown = numbered(request, _supports(vault))
    money = _Money(vault)
    context = page(
        vault, "family-support", crumbs=[*family_crumbs(vault), (_("Støtte og resultater"), None)],
        can_record=can_record(vault), page_obj=shown,
        supports=[
            {"row": row, "about": person_label(vault, row.subject_id), "agreed": person_label(vault, row.agreed_with_id),
             "owned": vault.owns(row), "money": money.of(row)}
            for row in shown
        ],
        outcomes=[
            {"row": row, "about": person_label(vault, row.subject_id), "owned": vault.owns(row),
             "title": money.title(row, row.sub_project)}
            for row in _outcomes(vault)
        ],
    )  # fmt: skip
    return render(request, "families/support/support.html", context)


def _paying(request: SignedInRequest, vault: OpenFamily) -> tuple[list[SubProject], str]:
    """The sub-projects that may pay, or why none can. All the family is in stand there, so that the refusal has a name."""
    rows = taking_part(vault, on=vault.on).select_related("sub_project")
    running = [row.sub_project for row in rows if row.sub_project.takes_payments]
    if not running:
        return [], _("Familien er ikke med i noe delprosjekt som kan betale. Da registreres støtte uten penger.")
    if not any(can_work_on(request.user, row) for row in running):
        titles = ", ".join(row.title for row in running)
        return [], _(
            "Du kan ikke foreslå utbetalinger i %(titles)s. "
            "Skal delprosjektet betale, må en som arbeider der, registrere støtten."
        ) % {"titles": titles}
    return running, ""


@access(TEAM)
@family_page
def support_new(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    if not can_record(vault):
        raise PermissionDenied
    sub_projects, no_money = _paying(request, vault)
    form = SupportForm(
        posted(request), vault=vault, sub_projects=sub_projects, initial={"given_on": timezone.localdate()}
    )

    def give(_data: dict[str, Any]) -> Support:
        return give_support(vault=vault, by=request.user, at=timezone.now(), **form.support())

    message = _("Støtten er registrert.")
    if form.is_bound and form.data.get("with_money") == "yes":
        message = _("Støtten er registrert, og utbetalingen er sendt til godkjenning.")
    return form_page(
        request, form, action=give, done=lambda _row: support_url(vault), title=_("Registrer støtte"),
        crumbs=_crumbs(vault), cancel_url=support_url(vault), message=message,
        template="families/support/support_form.html", no_money=no_money, remove_url="",
    )  # fmt: skip


def _own(vault: OpenFamily, rows: Any, public_id: str) -> Any:
    """A row the reader may see, if it is hers to change."""
    row = get_object_or_404(rows, public_id=public_id)
    if not vault.owns(row):
        raise PermissionDenied
    return row


@access(TEAM)
@family_page
def support_edit(request: SignedInRequest, vault: OpenFamily, support_id: str) -> HttpResponse:
    support = _own(vault, _supports(vault), support_id)
    form = SupportEditForm(posted(request), vault=vault, support=support)
    lead = ""
    if support.proposal_id:
        lead = _("Beløp, dato og type står i utbetalingen. Den trekkes eller tilbakeføres i delprosjektet.")
    return form_page(
        request, form, action=lambda data: update_support(vault=vault, support=support, by=request.user, **data),
        done=lambda _row: support_url(vault), title=_("Rett støtten"), crumbs=_crumbs(vault), lead=lead,
        cancel_url=support_url(vault), message=_("Endringen er lagret."), template="families/contacts/edit.html",
        remove_url=_url("family-support-remove", support),
    )  # fmt: skip


def _remove(
    request: SignedInRequest, vault: OpenFamily, row: Any, title: str, message: str, take: Callable[..., Any]
) -> HttpResponse:
    return remove_page(
        request, vault, row, title=title, crumbs=_crumbs(vault), back=support_url(vault), message=message,
        action=lambda version: take(version=version, by=request.user, at=timezone.now()),
    )  # fmt: skip


@access(TEAM)
@family_page
def support_remove(request: SignedInRequest, vault: OpenFamily, support_id: str) -> HttpResponse:
    support = _own(vault, _supports(vault), support_id)
    return _remove(
        request, vault, support, _("Fjern støtten"), _("Støtten er fjernet."),
        lambda **how: remove_support(vault=vault, support=support, **how),
    )  # fmt: skip


@access(TEAM)
@family_page
def outcome_new(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    if not can_record(vault):
        raise PermissionDenied
    form = OutcomeForm(
        posted(request), vault=vault, sub_projects=_places(vault), initial={"happened_on": timezone.localdate()}
    )
    return form_page(
        request, form, title=_("Registrer resultat"), crumbs=_crumbs(vault), cancel_url=support_url(vault),
        action=lambda data: record_family_outcome(vault=vault, by=request.user, at=timezone.now(), **data),
        done=lambda _row: support_url(vault), message=_("Resultatet er registrert."),
        undo=lambda row: undo_url(_url("family-outcome-remove", row), row),
    )  # fmt: skip


@access(TEAM)
@family_page
def outcome_edit(request: SignedInRequest, vault: OpenFamily, outcome_id: str) -> HttpResponse:
    outcome = _own(vault, _outcomes(vault), outcome_id)
    places = {row.pk: row for row in [*_places(vault), *filter(None, [outcome.sub_project])]}
    form = OutcomeEditForm(posted(request), vault=vault, outcome=outcome, sub_projects=list(places.values()))
    return form_page(
        request, form, title=_("Rett resultatet"), crumbs=_crumbs(vault), cancel_url=support_url(vault),
        action=lambda data: update_family_outcome(vault=vault, outcome=outcome, by=request.user, **data),
        done=lambda _row: support_url(vault), message=_("Endringen er lagret."), template="families/contacts/edit.html",
        remove_url=_url("family-outcome-remove", outcome),
    )  # fmt: skip


@access(TEAM)
@family_page
def outcome_remove(request: SignedInRequest, vault: OpenFamily, outcome_id: str) -> HttpResponse:
    outcome = _own(vault, _outcomes(vault), outcome_id)
    return _remove(
        request, vault, outcome, _("Fjern resultatet"), _("Resultatet er fjernet."),
        lambda **how: remove(vault=vault, row=outcome, **how),
    )  # fmt: skip
