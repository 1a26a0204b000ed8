"""The administrator's units: the municipality's own tree, and the partners beside it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from organisation.access import SignedInRequest, access, roles
from organisation.domain import units as domain
from organisation.models import Membership, Role, Unit
from organisation.models.ordering import by_name
from organisation.settings_forms import UnitForm
from organisation.spreadsheets import asked_file
from organisation.views.form_page import Crumbs, form_page, posted
from organisation.views.users import get_or_post

COLUMNS = (
    gettext_lazy("Enhet"), gettext_lazy("Ligger under"), gettext_lazy("Type"), gettext_lazy("I bruk"),
    gettext_lazy("Brukere med rolle"),
)  # fmt: skip
DEEPEST_STEP = 4  # what lies deeper is not moved further in; a phone has no room for it


@access(roles(Role.ADMINISTRATOR))
@require_safe
def unit_list(request: SignedInRequest) -> HttpResponseBase:
    # As the list of users that the number leads to counts them.
    standing = Membership.objects.editable_by(request.user).not_ended(timezone.localdate()).values("pk")
    members = Count("memberships__user", filter=Q(memberships__in=standing), distinct=True)
    units = list(Unit.objects.editable_by(request.user).annotate(members=members).order_by(by_name(), "id"))
    rows = _as_tree(units)
    if file := asked_file(request, "enheter", COLUMNS, rows, _cells):
        return file
    context = {"rows": rows, "count": len(units)}
    return render(request, "organisation/settings/unit_list.html", context)


def _cells(row: Any) -> list[Any]:
    unit = row["unit"]
    return [unit.name, row["parent"], unit.get_kind_display(), _("ja") if unit.active else _("nei"), unit.members]


@access(roles(Role.ADMINISTRATOR))
@get_or_post
def unit_create(request: SignedInRequest) -> HttpResponse:
    form = UnitForm(posted(request), by=request.user)
    return form_page(
        request,
        form,
        action=lambda data: domain.create_unit(
            municipality=data.get("municipality") or form.town,
            name=data["name"], kind=data["kind"], parent=data["parent"], by=request.user,
        ),
        done=lambda unit: reverse("unit-list"),
        message=_("Enheten er opprettet."),
        title=_("Ny enhet"),
        crumbs=_crumbs(),
        cancel_url=reverse("unit-list"),
        button=_("Opprett enhet"),
    )  # fmt: skip


@access(roles(Role.ADMINISTRATOR))
@get_or_post
def unit_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    unit = get_object_or_404(Unit.objects.editable_by(request.user).select_related("parent"), public_id=public_id)
    return form_page(
        request,
        UnitForm(posted(request), by=request.user, unit=unit),
        action=lambda data: domain.update_unit(unit=unit, **data, by=request.user),
        done=lambda saved: reverse("unit-list"),
        message=_("Endringene er lagret."),
        title=_("Endre enhet"),
        crumbs=_crumbs(),
        cancel_url=reverse("unit-list"),
    )


def _crumbs() -> Crumbs:
    return [(_("Brukere og enheter"), reverse("user-list")), (_("Enheter"), reverse("unit-list"))]


def _as_tree(units: Sequence[Unit]) -> list[dict[str, Any]]:
    """The units with what lies under each right after it, siblings in the order given."""
    children: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in units:
        children[unit.parent_id].append(unit)
    names: dict[int | None, str] = {unit.pk: unit.name for unit in units}
    rows: list[dict[str, Any]] = []
    waiting = [(unit, 0) for unit in reversed(children[None])]
    while waiting:
        unit, depth = waiting.pop()
        rows.append({"unit": unit, "step": min(depth, DEEPEST_STEP), "parent": names.get(unit.parent_id)})
        waiting += [(child, depth + 1) for child in reversed(children[unit.pk])]
    return rows
