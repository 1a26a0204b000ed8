"""Tall fra familiene: what has left the vault, as counts. No page of these looks into the vault itself."""

import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from grants.models import READING_ROLES, SubProject
from grants.views.sub_project import crumbs_of
from organisation.access import SignedInRequest, access, roles
from organisation.models import CASE_ROLES, LEADERSHIP_ROLES, Municipality, Role
from organisation.paging import numbered
from organisation.views.form_page import Crumbs, form_page, posted
from reporting.domain.family_release import DAYS_BETWEEN, LABELS, make_release, possible_days
from reporting.forms import FamilyReleaseForm
from reporting.models import FamilyRelease
from reporting.permissions import can_release_family_numbers

READERS = roles(*LEADERSHIP_ROLES, Role.STEERING_GROUP)


def crumbs_of_releases(request: SignedInRequest) -> Crumbs:
    """The steering group has no list of reports to come from."""
    reports: Crumbs = [(_("Rapporter"), reverse("report-list"))] if request.user.has_role(*CASE_ROLES) else []
    return [*reports, (_("Tall fra familiene"), reverse("family-release-list"))]


def _cells(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With labels in the reader's language, and days as days."""
    return [
        cell | {"label": LABELS[cell["figure"]], "on": datetime.date.fromisoformat(cell["on"]) if cell["on"] else None}
        for cell in cells
    ]


@access(READERS)
@require_GET
def release_list(request: SignedInRequest) -> HttpResponse:
    rows = FamilyRelease.objects.visible_to(request.user).select_related("municipality", "made_by").newest_first()
    context = {
        "page_obj": numbered(request, rows.defer("content")),
        "can_make": request.user.has_role(*LEADERSHIP_ROLES),
        "crumbs": [*crumbs_of_releases(request)[:-1], (_("Tall fra familiene"), None)],
    }
    return render(request, "reporting/families/list.html", context)


@access(READERS)
@require_GET
def release_detail(request: SignedInRequest, public_id: str) -> HttpResponse:
    rows = FamilyRelease.objects.visible_to(request.user).select_related("municipality", "made_by")
    release = get_object_or_404(rows, public_id=public_id)
    sub_projects = [
        {"id": row["id"], "title": row["title"], "figures": _cells(row["figures"])}
        for row in release.content["sub_projects"]
    ]
    context = {
        "release": release,
        "sub_projects": sub_projects,
        "voice": _cells(release.content["voice"]),
        "left": [row | {"label": LABELS[row["figure"]]} for row in release.content["left"]],
        "crumbs": [*crumbs_of_releases(request), (date_format(release.until), None)],
    }
    return render(request, "reporting/families/release.html", context)


@access(roles(*READING_ROLES, Role.PARTNER))
@require_GET
def of_sub_project(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Familier i tall: the newest numbers that were published of one sub-project."""
    rows = SubProject.objects.visible_to(request.user).select_related("municipality")
    sub_project = get_object_or_404(rows, public_id=public_id)
    release = FamilyRelease.objects.filter(municipality=sub_project.municipality).newest_first().first()
    context = {
        "sub_project": sub_project,
        "tab": "families",
        "release": release,
        "figures": _cells(release.figures_of(sub_project)) if release else [],
        "can_see_all": sub_project.municipality_id
        in request.user.municipality_ids(*LEADERSHIP_ROLES, Role.STEERING_GROUP),
        "crumbs": [*crumbs_of(sub_project), (_("Familier i tall"), None)],
    }
    return render(request, "reporting/families/of_sub_project.html", context)


@access(roles(*LEADERSHIP_ROLES))
def release_new(request: SignedInRequest) -> HttpResponse:
    """Say what it does, and do it."""
    municipalities = Municipality.objects.filter(pk__in=request.user.municipality_ids(*LEADERSHIP_ROLES))
    asked = request.GET.get("kommune", "").replace("\0", "")
    municipality = get_object_or_404(municipalities, public_id=asked) if asked else municipalities.first()
    if municipality is None or not can_release_family_numbers(request.user, municipality):
        raise PermissionDenied
    today = timezone.localdate()
    days = possible_days(municipality=municipality, on=today)
    newest = FamilyRelease.objects.filter(municipality=municipality).newest_first().first()
    form = FamilyReleaseForm(posted(request), days=days, initial={"until": days[0].isoformat() if days else ""})
    return form_page(
        request, form, title=_("Lag nye tall fra familiene"), crumbs=crumbs_of_releases(request), button=_("Lag tallene"),
        action=lambda data: make_release(
            municipality=municipality, by=request.user, at=timezone.now(), on=today, until=data["until"]
        ),
        done=lambda release: reverse("family-release", args=[release.public_id]),
        cancel_url=reverse("family-release-list"), message=_("Tallene er laget."),
        template="reporting/families/new.html", days=days, days_between=DAYS_BETWEEN, municipality=municipality,
        municipalities=[row for row in municipalities if row != municipality],
        next_day=newest.until + datetime.timedelta(days=DAYS_BETWEEN) if newest else None,
    )  # fmt: skip
