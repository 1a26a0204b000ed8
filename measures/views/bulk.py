"""Many measures at once: choose, see what will happen, do it, take it back."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from measures.bulk_forms import MoveForm, StatesForm
from measures.domain.bulk import (
    CHANGED_MEANWHILE,
    ChangedMeanwhileError,
    Move,
    Moved,
    Outlook,
    change_states,
    move_measures,
    outlook_of_move,
    outlook_of_state,
    take_back_move,
)
from measures.filters import MeasureFilter
from measures.models import Measure, Plan, PlanState, new_form_key
from measures.permissions import can_edit_plan
from organisation.access import SignedInRequest, access, roles
from organisation.domain.errors import DomainError
from organisation.models import Role, Unit
from organisation.views.form_page import Crumbs

MOVES = "measure_moves"  # in the session: what it takes to take the last moves back
MOVES_KEPT = 5


def _plan(request: SignedInRequest, public_id: str) -> Plan:
    plan = get_object_or_404(Plan.objects.visible_to(request.user), public_id=public_id)
    if not can_edit_plan(request.user, plan) or plan.state == PlanState.CLOSED:
        raise PermissionDenied
    return plan


def _rows(request: SignedInRequest) -> Any:
    rows = Measure.objects.editable_by(request.user).select_related("plan", "responsible_unit")
    return rows.prefetch_related("partners").order_by("plan__title", "position", "id")


def _chosen(request: SignedInRequest, plan: Plan) -> list[Measure]:
    """Those with a tick, or all that the filter of the list finds."""
    rows = _rows(request).filter(plan=plan)
    if "alle" in request.GET:
        return list(MeasureFilter(request.GET, queryset=rows, user=request.user, plan=plan).qs)
    wanted = [word for word in request.GET.getlist("valgt") if "\0" not in word]
    return list(rows.filter(public_id__in=wanted))


def _read(request: SignedInRequest, versions: dict[str, int]) -> dict[Measure, int]:
    rows = _rows(request).filter(public_id__in=versions)
    return {row: versions[row.public_id] for row in rows}


def _crumbs(plan: Plan) -> Crumbs:
    return [
        (_("Planer"), reverse("plan-list")), (plan.name, reverse("plan", args=[plan.public_id])),
        (_("Tiltak"), reverse("measure-list", args=[plan.public_id])),
    ]  # fmt: skip


def _looked(rows: Iterable[Measure]) -> str:
    return " ".join(f"{row.public_id}:{row.version}" for row in rows)


def _without(outlook: Outlook, error: DomainError) -> Outlook:
    """What is left to do when somebody has changed some of the rows."""
    changed = {row.pk for row in error.rows} if isinstance(error, ChangedMeanwhileError) else set()
    kept = [row for row in outlook.changes if row.pk not in changed]
    gone = [(row, CHANGED_MEANWHILE) for row in outlook.changes if row.pk in changed]
    return Outlook(kept, [*gone, *((row, why) for row, why in outlook.stays if row.pk not in changed)])


@access(roles(Role.COORDINATOR))
def measures_move(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Some measures of a plan get another responsible unit."""
    plan = _plan(request, public_id)
    back = reverse("measure-list", args=[plan.public_id])
    chosen = [] if request.method == "POST" else _chosen(request, plan)
    if request.method != "POST" and not chosen:
        messages.info(request, _("Velg tiltakene først."))
        return redirect(back)
    return _move_page(request, chosen, whole_unit=False, plan=plan, back=back, crumbs=_crumbs(plan))


@access(roles(Role.COORDINATOR))
def unit_move(request: SignedInRequest) -> HttpResponse:
    """Everything a unit answers for or takes part in goes to another one: the municipality reorganises."""
    crumbs: Crumbs = [(_("Planer"), reverse("plan-list"))]
    return _move_page(request, [], whole_unit=True, plan=None, back=reverse("plan-list"), crumbs=crumbs)


def _move_page(
    request: SignedInRequest, chosen: list[Measure], *, whole_unit: bool, plan: Plan | None, back: str, crumbs: Crumbs
) -> HttpResponse:
    """Choosing a unit shows what will happen; then POST does it, on the versions that were shown.

    Measures with a tick are sent by POST also to be looked at: many of them are longer than an address may be.
    """
    posted = request.method == "POST"
    looks = not posted or "se" in request.POST
    towns = {plan.municipality_id} if plan else request.user.coordinated_municipality_ids()
    units = Unit.objects.visible_to(request.user).filter(municipality__in=towns)
    data = request.POST if posted else (request.GET if "til" in request.GET else None)
    form, outlook, error = MoveForm(data, units=units, whole_unit=whole_unit, looks=not posted), None, None
    valid = form.is_valid()
    read = _read(request, form.cleaned_data.get("rader", {})) if posted else {}
    chosen = list(read) if posted else chosen
    if valid:
        old, unit = form.cleaned_data.get("fra"), form.cleaned_data["til"]
        if looks and old:
            chosen = list(_rows(request).having(old))
        outlook = outlook_of_move(measures=chosen, unit=unit, instead_of=old)
        if not looks:
            try:
                move = move_measures(
                    read=read, unit=unit, by=request.user, on=timezone.localdate(), key=new_form_key(), instead_of=old
                )
                return _moved(request, move, unit, back)
            except DomainError as refused:
                error, outlook = str(refused), _without(outlook, refused)
    title = _("Flytt alle tiltak fra en enhet") if whole_unit else _("Endre ansvarlig enhet")
    context = {
        "form": form, "outlook": outlook, "error": error, "chosen": chosen, "plan": plan, "back": back, "title": title,
        "crumbs": [*crumbs, (title, None)], "looked": _looked(outlook.changes) if outlook else "",
        "chosen_rows": _looked(chosen),
    }  # fmt: skip
    status = 422 if posted and not (looks and valid) else 200
    return render(request, "measures/bulk_move.html", context, status=status)


def _moved(request: SignedInRequest, move: Move, unit: Unit, back: str) -> HttpResponse:
    key = new_form_key()
    kept = dict(list(request.session.get(MOVES, {}).items())[1 - MOVES_KEPT :])
    request.session[MOVES] = kept | {key: {**asdict(move), "back": back}}
    text = ngettext("%(n)s tiltak er flyttet til %(unit)s.", "%(n)s tiltak er flyttet til %(unit)s.", len(move.rows))
    undo = f"{reverse('measures-move-undo')}?flytting={key}"
    messages.success(request, text % {"n": len(move.rows), "unit": unit.name}, extra_tags=undo)
    return redirect(back)


@access(roles(Role.COORDINATOR))
@require_POST
def move_undo(request: SignedInRequest) -> HttpResponse:
    """Only whoever moved them, while she is logged in; and only what she may still change."""
    moves = request.session.get(MOVES, {})
    told = moves.pop(request.GET.get("flytting", ""), None)
    if told is None:
        messages.info(request, _("Flyttingen kan ikke angres lenger. Flytt tiltakene tilbake i stedet."))
        return redirect("plan-list")
    request.session[MOVES] = moves
    rows = [Moved(**row) for row in told["rows"]]
    mine = set(_rows(request).filter(pk__in=[row.measure_id for row in rows]).values_list("pk", flat=True))
    move = Move(told["keys"], [row for row in rows if row.measure_id in mine])
    outlook = take_back_move(move=move, by=request.user)
    messages.success(request, _("%(n)s tiltak står som før.") % {"n": len(outlook.changes)})
    if outlook.stays:
        titles = ", ".join(row.title for row, _why in outlook.stays[:5])
        messages.warning(
            request,
            _(
                "%(n)s tiltak er endret siden, planen er avsluttet, eller enheten er ikke lenger i bruk. "
                "De er ikke flyttet tilbake: %(titles)s"
            )
            % {"n": len(outlook.stays), "titles": titles},
        )
    return redirect(told["back"])


@access(roles(Role.COORDINATOR))
def measures_state(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One state with one reason for many measures: asked, shown, and then done."""
    plan = _plan(request, public_id)
    back, today = reverse("measure-list", args=[plan.public_id]), timezone.localdate()
    if request.method != "POST":
        chosen = _chosen(request, plan)
        if not chosen:
            messages.info(request, _("Velg tiltakene først."))
            return redirect(back)
        form = StatesForm(initial={"on": today, "rader": _looked(chosen)})
        return _state_page(request, plan, form, chosen, None, back)
    form = StatesForm(request.POST)
    if not form.is_valid():
        return _state_page(request, plan, form, [], None, back)
    data = dict(form.cleaned_data)
    read = {row: version for row, version in _read(request, data.pop("rader")).items() if row.plan_id == plan.pk}
    shown = f"{data['to']} {data['on'].isoformat()}"
    outlook: Outlook | None = None
    try:
        outlook = outlook_of_state(measures=read, today=today, **data)
        if "utfor" in request.POST and request.POST.get("vist") == shown:
            done = change_states(read=read, by=request.user, today=today, **data)
            messages.success(request, _("%(n)s tiltak har fått ny tilstand.") % {"n": len(done)})
            return redirect(back)
    except DomainError as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        outlook = _without(outlook, refused) if outlook else None
    if outlook:
        form.resend("rader", _looked(outlook.changes))
    return _state_page(request, plan, form, list(read), outlook, back, shown if outlook else "")


def _state_page(
    request: SignedInRequest, plan: Plan, form: StatesForm, chosen: list[Measure], outlook: Outlook | None, back: str,
    shown: str = "",
) -> HttpResponse:  # fmt: skip
    title = _("Endre tilstand for flere tiltak")
    context = {
        "form": form, "outlook": outlook, "chosen": chosen, "plan": plan, "back": back, "title": title,
        "crumbs": [*_crumbs(plan), (title, None)], "shown": shown,
    }  # fmt: skip
    return render(request, "measures/bulk_state.html", context, status=422 if form.errors else 200)
