"""The juror's pages: what is left to judge, one application with her sheet, and being inhabil."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from grants.domain.jury import declare_conflict, deliver_sheet, exclusions, save_sheet, withdraw_conflict
from grants.forms.call import ConfirmForm
from grants.forms.jury import ConflictForm, SheetForm
from grants.models import (
    Application,
    CallState,
    ConflictOfInterest,
    JuryMember,
    ScoreSheet,
)
from grants.views.jury import points_in_order
from organisation.access import SignedInRequest, access, roles
from organisation.models import Role
from organisation.views.form_page import Crumbs, form_page, posted

JURORS = roles(Role.JUROR)


def _crumbs(*more: tuple[Any, str | None]) -> Crumbs:
    return [(_("Jury"), reverse("jury-list")), *more]


@access(JURORS)
@require_GET
def jury_list(request: SignedInRequest) -> HttpResponse:
    """The user's juries, newest first, each with what is left of it."""
    seats = JuryMember.objects.of_user(request.user).exclude(call__state=CallState.DRAFT)
    seats = seats.select_related("call").order_by("-call__closes_at", "-id")
    return render(request, "grants/jury/mine.html", {"juries": _juries(request, seats)})


def _juries(request: SignedInRequest, seats: Iterable[JuryMember]) -> list[dict[str, Any]]:
    today = timezone.localdate()
    sheets = {row.application_id: row for row in ScoreSheet.objects.filter(member__in=seats)}
    torn = set(ConflictOfInterest.objects.filter(member__in=seats).values_list("application_id", flat=True))
    applications: dict[int, list[Application]] = {}
    for row in Application.objects.judged_by(request.user).select_related("responsible_unit"):
        applications.setdefault(row.call_id, []).append(row)
    juries = []
    for seat in seats:
        reason = exclusions(seat.call, today).get(seat.pk)
        own = [] if reason else applications.get(seat.call_id, [])
        rows = [{"application": row, "state": _state(row, sheets, torn)} for row in own]
        juries.append(
            {
                "seat": seat,
                "call": seat.call,
                "excluded": reason or "",
                "rows": sorted(rows, key=lambda item: item["state"] in ("delivered", "conflict")),
                "delivered": sum(item["state"] == "delivered" for item in rows),
                "total": sum(item["state"] != "conflict" for item in rows),
            }
        )
    return juries


def _state(application: Application, sheets: dict[int, ScoreSheet], torn: set[int]) -> str:
    if application.pk in torn:
        return "conflict"
    sheet = sheets.get(application.pk)
    if sheet is None:
        return "new"
    return "draft" if sheet.delivered_at is None else "delivered"


def _seated(request: SignedInRequest, public_id: str) -> tuple[Application, JuryMember]:
    """An application before the user's jury, and her seat there. Whoever is excluded doesn't read her competitors."""
    rows = Application.objects.judged_by(request.user).select_related("call", "responsible_unit")
    application = get_object_or_404(rows.prefetch_related("partners", "budget"), public_id=public_id)
    member = JuryMember.objects.of_user(request.user).get(call=application.call)
    if member.pk in exclusions(application.call, timezone.localdate()):
        raise PermissionDenied
    return application, member


@access(JURORS)
def jury_application(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The application, without the names of people, and the member's own sheet; the others' when hers is delivered
    and she is not inhabil."""
    application, member = _seated(request, public_id)
    call, criteria = application.call, list(application.call.criteria.all())
    sheet = ScoreSheet.objects.filter(member=member, application=application).prefetch_related("scores").first()
    conflict = ConflictOfInterest.objects.filter(member=member, application=application).first()
    delivered = sheet is not None and sheet.delivered_at is not None
    may_score = call.takes_scores and conflict is None and not delivered
    if request.method == "POST" and not may_score:
        messages.error(request, _("Vurderingen kan ikke endres lenger."))
        return redirect("jury-application", application.public_id)
    form = SheetForm(posted(request), criteria=criteria, sheet=sheet)
    deliver = request.POST.get("action") == "deliver"

    def save(data: dict[str, Any]) -> ScoreSheet:
        values: dict[str, Any] = {
            "member": member, "application": application, "points": form.points(data), "by": request.user,
            "comment": data["comment"], "version": data["version"], "on": timezone.localdate(),
        }  # fmt: skip
        return deliver_sheet(at=timezone.now(), **values) if deliver else save_sheet(**values)

    url = reverse("jury-application", args=[application.public_id])
    budget = list(application.budget.all())
    return form_page(
        request, form, action=save, done=lambda _row: reverse("jury-list") if deliver else url,
        title=application.title, crumbs=_crumbs(), cancel_url=reverse("jury-list"), template="grants/jury/application.html",
        application=application, call=call, partners=application.partners.all(), budget=budget,
        budget_total=sum(line.amount for line in budget), may_score=may_score, conflict=conflict, criteria=criteria,
        own=list(zip(criteria, points_in_order(sheet, criteria), strict=True)) if delivered else [], sheet=sheet,
        others=_others(request, application, member, criteria) if delivered and conflict is None else [],
        may_withdraw=call.takes_scores and not delivered,
        message=_("Vurderingen er levert.") if deliver else _("Utkastet er lagret. Det er ikke levert ennå."),
    )  # fmt: skip


def _others(
    request: SignedInRequest, application: Application, member: JuryMember, criteria: list[Any]
) -> list[dict[str, Any]]:
    rows = ScoreSheet.objects.visible_to(request.user).filter(application=application).exclude(member=member)
    rows = rows.select_related("member").prefetch_related("scores").order_by("member__number")
    return [{"sheet": row, "points": points_in_order(row, criteria)} for row in rows]


@access(JURORS)
def jury_conflict(request: SignedInRequest, public_id: str) -> HttpResponse:
    application, member = _seated(request, public_id)
    url = reverse("jury-application", args=[application.public_id])
    lead = _("Er du i familie med eller nær noen av dem som søker, eller har du selv noe å vinne, skal du ikke vurdere "
             "denne søknaden. De andre søknadene kan du vurdere.")  # fmt: skip
    if ScoreSheet.objects.filter(member=member, application=application, delivered_at__isnull=False).exists():
        lead += " " + _("Vurderingen du har levert, teller da ikke, og du kan ikke trekke det tilbake.")

    def declare(data: dict[str, Any]) -> ConflictOfInterest:
        return declare_conflict(member=member, application=application, by=request.user, at=timezone.now(), **data)

    return form_page(
        request, ConflictForm(posted(request)), action=declare, done=lambda _row: reverse("jury-list"),
        title=_("Meld deg inhabil"), crumbs=_crumbs((application.title, url)), cancel_url=url, button=_("Meld fra"),
        lead=lead, message=_("Du har meldt deg inhabil i denne søknaden."),
    )  # fmt: skip


@access(JURORS)
def jury_conflict_withdraw(request: SignedInRequest, public_id: str) -> HttpResponse:
    application, member = _seated(request, public_id)
    conflict = get_object_or_404(ConflictOfInterest, member=member, application=application)
    url = reverse("jury-application", args=[application.public_id])

    def take_back(data: dict[str, Any]) -> bool:
        withdraw_conflict(conflict=conflict, by=request.user)
        return True

    return form_page(
        request, ConfirmForm(posted(request)), action=take_back, done=lambda _row: url, cancel_url=url,
        title=_("Ikke inhabil likevel"), crumbs=_crumbs((application.title, url)), button=_("Jeg er ikke inhabil"),
        lead=_("Da kan du vurdere søknaden."),
        message=_("Du kan vurdere søknaden."),
    )  # fmt: skip
