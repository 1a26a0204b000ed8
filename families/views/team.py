"""The pages of a family's team: who comes in, who leaves, and who has the case."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from families.domain.team import (
    add_to_team,
    can_be_taken_over,
    case_holder,
    end_membership,
    hand_over,
    return_to_team,
    take_over,
)
from families.domain.vault import OpenFamily
from families.forms.household import RemoveForm
from families.forms.team import HandOverForm, LeaveForm, TeamForm
from families.models import TeamMember
from families.permissions import can_end_membership, can_manage_team
from families.views.family_page import TEAM, done_or_refused, family_crumbs, family_page, family_url
from organisation.access import SignedInRequest, access
from organisation.views.form_page import form_page, posted


@access(TEAM)
@family_page
def team_new(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    if not can_manage_team(vault):
        raise PermissionDenied
    return form_page(
        request, TeamForm(posted(request), vault=vault), title=_("Legg til i teamet"), crumbs=family_crumbs(vault),
        action=lambda data: add_to_team(vault=vault, by=request.user, **data), done=lambda row: family_url(vault),
        cancel_url=family_url(vault), button=_("Gi tilgang"),
        message=_("Personen er med i teamet fra i dag, og har fått et varsel."),
    )  # fmt: skip


@access(TEAM)
@family_page
def team_end(request: SignedInRequest, vault: OpenFamily, member: str) -> HttpResponse:
    rows = TeamMember.objects.filter(family=vault.family).select_related("user", "unit")
    row = get_object_or_404(rows, public_id=member)
    if not can_end_membership(vault, row):
        raise PermissionDenied
    mine = row.user_id == request.user.pk
    undo = reverse("family-team-return", args=[vault.family.public_id, row.public_id])
    return form_page(
        request, LeaveForm(posted(request), initial={"last_day": vault.on, "version": row.version}),
        title=_("Gå ut av teamet") if mine else _("Ta ut av teamet"), crumbs=family_crumbs(vault),
        action=lambda data: end_membership(vault=vault, row=row, by=request.user, **data),
        done=lambda ended: reverse("family-list") if mine and ended.to_day < vault.on else family_url(vault),
        cancel_url=family_url(vault), lead=f"{row.user.name}, {row.unit.name}", button=_("Lagre siste dag"),
        message=_("Siste dag i teamet er lagret."), undo=lambda ended: "" if mine and ended.to_day < vault.on else undo,
    )  # fmt: skip


@access(TEAM)
@require_POST
@family_page
def team_return(request: SignedInRequest, vault: OpenFamily, member: str) -> HttpResponse:
    row = get_object_or_404(TeamMember.objects.filter(family=vault.family), public_id=member)
    return done_or_refused(
        request,
        vault,
        lambda: return_to_team(vault=vault, row=row, by=request.user),
        _("Personen er fortsatt i teamet."),
    )


@access(TEAM)
@family_page
def case_hand_over(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    if not can_manage_team(vault):
        raise PermissionDenied
    others = [row for row in vault.team if row.user_id != request.user.pk and row.to_day is None]
    form = HandOverForm(posted(request), rows=others)
    return form_page(
        request, form, title=_("Gi saken videre"), crumbs=family_crumbs(vault), done=lambda row: family_url(vault),
        action=lambda data: hand_over(vault=vault, row=form.rows[data["to"]], by=request.user),
        cancel_url=family_url(vault), button=_("Gi saken videre"), message=_("Saken har fått ny saksansvarlig."),
        template="families/hand_over.html", others=others, team_url=reverse("family-team-new", args=[vault.family.public_id]),
    )  # fmt: skip


@access(TEAM)
@family_page
def case_take_over(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    """For the leader of the unit, when the case holder has left without handing over."""
    if not can_be_taken_over(vault=vault, holder=case_holder(vault=vault)):
        return redirect(family_url(vault))
    return form_page(
        request, RemoveForm(posted(request)), title=_("Overta saken"), crumbs=family_crumbs(vault),
        action=lambda data: take_over(vault=vault, by=request.user, at=timezone.now()),
        done=lambda row: family_url(vault), cancel_url=family_url(vault), button=_("Overta saken"),
        lead=_("Saken har ingen saksansvarlig. Overtar du den, blir du med i teamet, og kan gi saken videre til en annen."),
        message=_("Du er saksansvarlig."),
    )  # fmt: skip
