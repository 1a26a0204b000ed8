"""What a unit has in sub-projects and grants goes to another one: choose, see what will happen, do it, take it back."""

import datetime
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from grants.domain.unit_move import (
    CHANGED_MEANWHILE,
    Outlook,
    Place,
    PlacesChangedError,
    Step,
    UnitMove,
    Was,
    kind_of,
    move_unit,
    outlook_of_unit_move,
    take_back_unit_move,
)
from grants.forms.unit_move import UnitMoveForm
from grants.models import Grant, ReportingUnit, SubProject, SubProjectPartner
from measures.models import new_form_key
from organisation.access import SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.models import LEADERSHIP_ROLES, Unit, User

LEADERS = roles(*LEADERSHIP_ROLES)
MOVES = "unit_moves"  # in the session: what it takes to take the last moves back
MOVES_KEPT = 5
NAMED = 5  # so many of those that stay are told by name
Rows = dict[str, QuerySet[Any]]


def _rows(user: User, today: datetime.date) -> Rows:
    """What the user may change, by what it is called in the form."""
    led = SubProject.objects.editable_by(user)
    towns = user.municipality_ids(*LEADERSHIP_ROLES)
    return {
        "del": SubProjectPartner.objects.active(today).filter(sub_project__in=led)
        .select_related("sub_project", "unit").order_by("sub_project__title", "id"),
        # A unit leader writes single grants, and moves none of them away.
        "tilskudd": Grant.objects.editable_by(user).filter(reporting_unit__municipality__in=towns)
        .select_related("scheme", "reporting_unit", "responsible_unit").order_by("-year", "id"),
        "enhet": ReportingUnit.objects.named_by(user).filter(municipality__in=towns, successor=None)
        .select_related("unit").order_by("id"),
    }  # fmt: skip


def _of_unit(rows: Rows, unit: Unit) -> list[Place]:
    return [
        *rows["del"].filter(unit=unit),
        *rows["tilskudd"].filter(responsible_unit=unit),
        *rows["enhet"].filter(unit=unit),
    ]


def _read(rows: Rows, versions: dict[str, int]) -> dict[Place, int]:
    """ "del-abc123" and the like, with the versions that were looked at."""
    found: dict[Place, int] = {}
    for kind, queryset in rows.items():
        wanted = {word.removeprefix(f"{kind}-"): n for word, n in versions.items() if word.startswith(f"{kind}-")}
        found |= {row: wanted[row.public_id] for row in queryset.filter(public_id__in=wanted)}
    return found


def _looked(steps: Iterable[Step]) -> str:
    return " ".join(f"{kind_of(step.row)}-{step.row.public_id}:{step.row.version}" for step in steps)


def _without(outlook: Outlook, error: DomainError) -> Outlook:
    """What is left to do when somebody has changed some of the rows."""
    changed = error.rows if isinstance(error, PlacesChangedError) else []
    kept = [step for step in outlook.changes if step.row not in changed]
    gone = [(step.row, CHANGED_MEANWHILE) for step in outlook.changes if step.row in changed]
    return Outlook(kept, [*gone, *outlook.stays])


@access(LEADERS)
def unit_move(request: SignedInRequest) -> HttpResponse:
    """GET shows what will happen; POST does it, on the versions that were shown."""
    posted, today = request.method == "POST", timezone.localdate()
    back, rows = reverse("sub-project-list"), _rows(request.user, today)
    towns = request.user.municipality_ids(*LEADERSHIP_ROLES)
    units = Unit.objects.visible_to(request.user).filter(municipality__in=towns)
    data = request.POST if posted else (request.GET if "til" in request.GET else None)
    form, outlook, error = UnitMoveForm(data, units=units, looks=not posted), None, None
    if form.is_valid():
        old, unit = form.cleaned_data["fra"], form.cleaned_data["til"]
        read = _read(rows, form.cleaned_data["rader"]) if posted else {}
        shown = read if posted else _of_unit(rows, old)
        outlook = outlook_of_unit_move(rows=shown, unit=unit, instead_of=old, on=today)
        if posted:
            try:
                move = move_unit(
                    read=read, unit=unit, instead_of=old, by=request.user, on=today, key=new_form_key()
                )  # fmt: skip
                return _moved(request, move, unit, back)
            except DomainError as refused:
                error, outlook = str(refused), _without(outlook, refused)
    title = _("Flytt delprosjekter og tilskudd fra en enhet")
    context = {
        "form": form, "error": error, "back": back, "title": title, "crumbs": [(_("Delprosjekter"), back), (title, None)],
        "changes": [_told(step) for step in outlook.changes] if outlook else [],
        "stays": [_told(Step(row)) | {"why": why} for row, why in outlook.stays] if outlook else [],
        "outlook": outlook, "looked": _looked(outlook.changes) if outlook else "",
    }  # fmt: skip
    return render(request, "grants/unit_move.html", context, status=422 if posted else 200)


def _told(step: Step) -> dict[str, Any]:
    row = step.row
    if isinstance(row, SubProjectPartner):
        what = _("Delprosjekt")
        name, url = row.sub_project.title, reverse("sub-project-partners", args=[row.sub_project.public_id])
        does = row.get_role_display()
        then = _("Overtar plassen")
        if step.joined:
            then = (
                _("Enheten er med fra før og overtar rollen. Den andre går ut.") if step.joined.pk
                else _("Blir med og overtar rollen. Den andre går ut, og beholder det den har godkjent og svart.")
            )  # fmt: skip
    elif isinstance(row, Grant):
        what, name, url = _("Tilskudd"), str(row), reverse("grant", args=[row.public_id])
        does, then = _("Har tilskuddet"), _("Overtar tilskuddet og tiltakene det betaler")
    else:
        what, name, url = _("Rapporterende enhet"), row.name, reverse("reporting-unit-edit", args=[row.public_id])
        does, then = _("Fører tilskuddene"), _("Overtar føringen")
    return {"what": what, "name": name, "url": url, "does": does, "then": then}


def _moved(request: SignedInRequest, move: UnitMove, unit: Unit, back: str) -> HttpResponse:
    key = new_form_key()
    kept = dict(list(request.session.get(MOVES, {}).items())[1 - MOVES_KEPT :])
    request.session[MOVES] = kept | {key: asdict(move)}
    text = ngettext("%(n)s rad er flyttet til %(unit)s.", "%(n)s rader er flyttet til %(unit)s.", len(move.rows))
    undo = f"{reverse('grants-unit-move-undo')}?flytting={key}"
    messages.success(request, text % {"n": len(move.rows), "unit": unit.name}, extra_tags=undo)
    return redirect(back)


@access(LEADERS)
@require_POST
def unit_move_undo(request: SignedInRequest) -> HttpResponse:
    """Only whoever moved them, while she is logged in; and only what she may still change."""
    moves = dict(request.session.get(MOVES, {}))
    told = moves.pop(request.GET.get("flytting", ""), None)
    if told is None:
        messages.info(request, _("Flyttingen kan ikke angres lenger. Flytt tilbake i stedet."))
        return redirect("sub-project-list")
    move = UnitMove(told["key"], [[Was(**was) for was in group] for group in told["rows"]])
    mine = _still_mine(request.user, [was for group in move.rows for was in group])
    try:
        outlook = take_back_unit_move(move=move, by=request.user, only=mine)
    except DomainError as error:  # it may be tried again
        messages.warning(request, str(error), extra_tags=request.get_full_path())
        return redirect("sub-project-list")
    request.session[MOVES] = moves
    _tell_what_went_back(request, move, outlook)
    return redirect("sub-project-list")


def _tell_what_went_back(request: SignedInRequest, move: UnitMove, outlook: Outlook) -> None:
    back, stays = len(outlook.changes), len(outlook.stays)
    if back:
        text = ngettext("%(n)s rad er flyttet tilbake.", "%(n)s rader er flyttet tilbake.", back)
        messages.success(request, text % {"n": back})
    else:
        messages.info(request, _("Ingenting er flyttet tilbake."))
    if stays:
        names = ", ".join(_told(Step(row))["name"] for row, _why in outlook.stays[:NAMED])
        text = _(
            "Disse ble ikke flyttet tilbake, fordi de er endret siden, er over, eller hørte til en enhet som ikke lenger er "
            "i bruk: %(names)s"
        )
        messages.warning(request, text % {"names": names + (" …" if stays > NAMED else "")})
    if lost := len(move.rows) - back - stays:
        text = ngettext(
            "%(n)s rad ble ikke flyttet tilbake, fordi den er borte, eller fordi du ikke lenger kan endre den.",
            "%(n)s rader ble ikke flyttet tilbake, fordi de er borte, eller fordi du ikke lenger kan endre dem.", lost,
        )  # fmt: skip
        messages.warning(request, text % {"n": lost})


def _still_mine(user: User, rows: list[Was]) -> set[tuple[str, int]]:
    """Also the part that left by the move, which is no longer one of those that stay."""
    may = _rows(user, timezone.localdate())
    may["del"] = SubProjectPartner.objects.filter(sub_project__in=SubProject.objects.editable_by(user))
    found = set()
    for kind, queryset in may.items():
        ids = [was.id for was in rows if was.kind == kind]
        found |= {(kind, pk) for pk in queryset.filter(pk__in=ids).values_list("pk", flat=True)}
    return found
