"""Who takes part in a sub-project, and which measure of a plan it is."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from grants.domain.sub_project import add_partner, create_measure_for, link_measure, update_partner
from grants.forms.sub_project import MeasureLinkForm, NewMeasureForm, PartnerEditForm, PartnerForm
from grants.models import PartnerRole
from grants.views.sub_project import LEADERS, crumbs_of, led
from measures.models import Plan, PlanState
from measures.permissions import can_edit_plan
from organisation.access import SignedInRequest, access, roles
from organisation.models import Role
from organisation.views.form_page import form_page, posted


@access(LEADERS)
def sub_project_partners(request: SignedInRequest, public_id: str) -> HttpResponse:
    """All who take part or have, and the form to add one."""
    sub_project = led(request, public_id)
    form = PartnerForm(posted(request), sub_project=sub_project, initial={"role": PartnerRole.PARTNER})
    url = reverse("sub-project-partners", args=[sub_project.public_id])
    return form_page(
        request, form, title=_("Partnere"), crumbs=crumbs_of(sub_project), done=lambda _row: url,
        action=lambda data: add_partner(sub_project=sub_project, by=request.user, **data),
        cancel_url=reverse("sub-project", args=[sub_project.public_id]), message=_("Partneren er lagt til."),
        template="grants/sub_projects/partners.html", sub_project=sub_project, button=_("Legg til"),
        partners=sub_project.partners.select_related("unit"), can_edit=not sub_project.is_over,
    )  # fmt: skip


@access(LEADERS)
def sub_project_partner(request: SignedInRequest, public_id: str, partner_id: str) -> HttpResponse:
    sub_project = led(request, public_id)
    partner = get_object_or_404(sub_project.partners.select_related("unit"), public_id=partner_id)
    url = reverse("sub-project-partners", args=[sub_project.public_id])
    return form_page(
        request, PartnerEditForm(posted(request), partner=partner), title=partner.unit.name,
        crumbs=[*crumbs_of(sub_project), (_("Partnere"), url)], done=lambda _row: url, cancel_url=url,
        action=lambda data: update_partner(partner=partner, by=request.user, **data), message=_("Partneren er lagret."),
    )  # fmt: skip


@access(LEADERS)
def sub_project_measure(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Tie it to a measure that stands in a plan; who keeps a plan may also make a new one there."""
    sub_project = led(request, public_id)
    url = reverse("sub-project", args=[sub_project.public_id])
    plans = Plan.objects.editable_by(request.user).filter(municipality=sub_project.municipality)
    return form_page(
        request, MeasureLinkForm(posted(request), sub_project=sub_project), title=_("Tiltak i plan"),
        crumbs=crumbs_of(sub_project), done=lambda _row: url, cancel_url=url,
        action=lambda data: link_measure(sub_project=sub_project, by=request.user, **data),
        message=_("Koblingen er lagret."), template="grants/sub_projects/measure.html", sub_project=sub_project,
        lead=_("Er delprosjektet et tiltak i en plan, holder det å loggføre ett sted."),
        plans=[] if sub_project.measure_id else plans.exclude(state=PlanState.CLOSED),
    )  # fmt: skip


@access(roles(Role.COORDINATOR))
def sub_project_measure_new(request: SignedInRequest, public_id: str, plan_id: str) -> HttpResponse:
    """A new measure of the plan; only who keeps the plan's measures may make one."""
    sub_project = led(request, public_id)
    plan = get_object_or_404(Plan.objects.visible_to(request.user), public_id=plan_id)
    if not can_edit_plan(request.user, plan):
        raise PermissionDenied
    url = reverse("sub-project", args=[sub_project.public_id])
    crumbs = [
        *crumbs_of(sub_project),
        (_("Tiltak i plan"), reverse("sub-project-measure", args=[sub_project.public_id])),
    ]
    return form_page(
        request, NewMeasureForm(posted(request), sub_project=sub_project, plan=plan),
        title=_("Nytt tiltak i planen"), crumbs=crumbs, done=lambda _row: url, cancel_url=url,
        action=lambda data: create_measure_for(
            sub_project=sub_project, plan=plan, by=request.user, on=timezone.localdate(), **data
        ),
        lead=_("Tiltaket i %(plan)s får navn, periode og partnere fra delprosjektet.") % {"plan": plan.name},
        message=_("Delprosjektet er nå et tiltak i planen. Loggfør her eller der; det blir det samme."),
    )  # fmt: skip
