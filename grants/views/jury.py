"""The leadership's pages of a jury: members, progress, closing the scoring, the ranking."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from grants.domain.jury import appoint, exclusions, remove_member, update_member
from grants.domain.ranking import as_decimal
from grants.domain.scoring import close_scoring, standings
from grants.domain.tally import Tally, tally
from grants.forms.call import ConfirmForm
from grants.forms.jury import MemberForm
from grants.models import Call, Exclusion, JuryMember
from grants.permissions import can_edit_call, can_edit_jury
from grants.views.call import LEADERS, crumbs_of, found, led
from organisation.access import SignedInRequest, access, roles
from organisation.models import LEADERSHIP_ROLES, Membership, Role, User
from organisation.views.form_page import Crumbs, form_page, posted


def jury_crumbs(call: Call) -> Crumbs:
    return [*crumbs_of(call), (_("Jury"), reverse("call-jury", args=[call.public_id]))]


def _member(request: SignedInRequest, public_id: str) -> JuryMember:
    rows = JuryMember.objects.filter(call__in=Call.objects.visible_to(request.user)).select_related("call", "user")
    member = get_object_or_404(rows, public_id=public_id)
    if not can_edit_jury(request.user, member.call):
        raise PermissionDenied
    return member


@access(LEADERS)
@require_GET
def call_jury(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Who sits on it and how many have delivered. Points are on no page of the leadership's before the scoring is closed."""
    call, today = led(request, public_id), timezone.localdate()
    excluded = exclusions(call, today)
    rows = call.jury.select_related("user").prefetch_related("conflicts__application", "connected_units")
    delivered = Count("sheets", filter=Q(sheets__delivered_at__isnull=False))
    members = [
        (row, Exclusion(excluded[row.pk]).label if row.pk in excluded else "")
        for row in rows.annotate(delivered=delivered)
    ]
    progress = standings(call, today)
    context = {
        "call": call,
        "crumbs": [*crumbs_of(call), (_("Jury"), None)],
        "members": members,
        "groups": len({row.group for row, _reason in members}),
        "progress": progress,
        "sent": len(progress),
        "can_change": call.scoring_closed_at is None and call.decided_at is None,
        "can_close": call.takes_scores and bool(members),
        "lacking": [row for row in progress if not row.has_quorum],
    }
    return render(request, "grants/jury/jury.html", context)


@access(LEADERS)
def jury_member_new(request: SignedInRequest, public_id: str) -> HttpResponse:
    call, today = led(request, public_id), timezone.localdate()
    form = MemberForm(posted(request), call=call, people=_candidates(call))
    url = reverse("call-jury", args=[call.public_id])
    return form_page(
        request, form, action=lambda data: appoint(call=call, by=request.user, on=today, **data),
        done=lambda _row: url, title=_("Nytt jurymedlem"), crumbs=jury_crumbs(call), cancel_url=url,
        message=_("Medlemmet er oppnevnt."),
    )  # fmt: skip


def _candidates(call: Call) -> Any:
    """Jurors of the municipality who don't sit on this jury yet, nor lead or steer."""
    active = Membership.objects.active(timezone.localdate()).filter(unit__municipality=call.municipality_id)
    barred = active.filter(role__in=(*LEADERSHIP_ROLES, Role.STEERING_GROUP)).values("user")
    return (
        User.objects.filter(pk__in=active.filter(role=Role.JUROR).values("user"))
        .exclude(pk__in=barred)
        .exclude(pk__in=call.jury.values("user"))
    )


@access(LEADERS)
def jury_member_edit(request: SignedInRequest, public_id: str) -> HttpResponse:
    member = _member(request, public_id)
    form = MemberForm(posted(request), call=member.call, member=member)
    url = reverse("call-jury", args=[member.call.public_id])
    return form_page(
        request, form, action=lambda data: update_member(member=member, by=request.user, **data),
        done=lambda _row: url, title=_("Medlem %(number)s") % {"number": member.number}, lead=member.user.name,
        crumbs=jury_crumbs(member.call), cancel_url=url, message=_("Medlemmet er lagret."),
    )  # fmt: skip


@access(LEADERS)
def jury_member_remove(request: SignedInRequest, public_id: str) -> HttpResponse:
    member = _member(request, public_id)
    form = ConfirmForm(posted(request))
    url = reverse("call-jury", args=[member.call.public_id])

    def remove(data: dict[str, Any]) -> bool:
        remove_member(member=member, by=request.user)
        return True

    return form_page(
        request, form, action=remove, done=lambda _row: url, title=_("Fjern jurymedlem"), crumbs=jury_crumbs(member.call),
        cancel_url=url, button=_("Fjern medlemmet"), button_color="danger",
        lead=_("%(name)s er ikke lenger med i juryen. Utkast til vurderinger slettes.") % {"name": member.user.name},
        message=_("Medlemmet er fjernet."),
    )  # fmt: skip


@access(LEADERS)
def scoring_close(request: SignedInRequest, public_id: str) -> HttpResponse:
    call = led(request, public_id)
    form = ConfirmForm(posted(request), initial={"version": call.version})

    def close(data: dict[str, Any]) -> bool:
        close_scoring(call=call, by=request.user, at=timezone.now(), on=timezone.localdate(), **data)
        return True

    return form_page(
        request, form, action=close, done=lambda _row: reverse("call-ranking", args=[call.public_id]),
        title=_("Lukk vurderingen"), crumbs=jury_crumbs(call), cancel_url=reverse("call-jury", args=[call.public_id]),
        button=_("Lukk vurderingen"), template="grants/jury/close.html", call=call,
        progress=standings(call, timezone.localdate()), message=_("Vurderingen er lukket, og søknadene er rangert."),
    )  # fmt: skip


@access(roles(*LEADERSHIP_ROLES, Role.STEERING_GROUP))
@require_GET
def call_ranking(request: SignedInRequest, public_id: str) -> HttpResponse:
    """What the points come to. Not there before the scoring is closed, for anyone."""
    call = found(request, public_id)
    leads = can_edit_call(request.user, call)
    if call.scoring_closed_at is None or not (
        leads or call.municipality_id in request.user.municipality_ids(Role.STEERING_GROUP)
    ):
        raise Http404
    counted = tally(call)
    context = {
        "call": call,
        "crumbs": [*crumbs_of(call), (_("Rangering"), None)],
        "rows": _rows(counted),
        "criteria": counted.criteria,
        "tied": len(counted.tied),
        "excluded": [row for row in counted.members if row.excluded_as],
        "can_decide": leads and call.decided_at is None,
    }
    return render(request, "grants/jury/ranking.html", context)


def _rows(counted: Tally) -> list[dict[str, Any]]:
    """The applications in order, each with its points as a table: members down, criteria across."""
    applications = {row.pk: row for row in counted.applications}
    rows = []
    for result in counted.results:
        sheets = [sheet for sheet in counted.sheets if sheet.application_id == result.application]
        torn = {member for member, application in counted.conflicts if application == result.application}
        rows.append(
            {
                "application": applications[result.application],
                "result": result,
                "total": as_decimal(result.total) if result.total is not None else "",
                "tied": result.application in counted.tied,
                "inside": result.application in counted.inside,
                "groups": [(group, as_decimal(total)) for group, total in result.groups.items()],
                "means": [
                    as_decimal(result.means[row.pk], 2) if row.pk in result.means else "–" for row in counted.criteria
                ],
                "sheets": [
                    {
                        "sheet": sheet,
                        "counts": not (sheet.member.excluded_as or sheet.member_id in torn),
                        "points": points_in_order(sheet, counted.criteria),
                    }
                    for sheet in sheets
                ],
            }
        )
    return rows


def points_in_order(sheet: Any, criteria: Any) -> list[Any]:
    given = {row.criterion_id: row.points for row in sheet.scores.all()}
    return [given.get(row.pk) for row in criteria]
