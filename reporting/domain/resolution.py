"""Resolutions of the board: registered by the coordinator, followed up point by point, reported until they are closed."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import Max, Q
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from measures.models import Plan
from organisation.domain.errors import DomainError
from organisation.domain.notices import notify, settle
from organisation.domain.writing import acting, locked
from organisation.models import Membership, Notice, Role, Unit, User
from reporting.domain.free_texts import free
from reporting.models import OUT_STATES, PointNote, PointState, ReportVersion, Resolution, ResolutionPoint

KIND = "resolution_due"
AHEAD = 14  # days before the deadline


def register_resolution(
    *,
    plan: Plan,
    text: str,
    points: Sequence[str],
    decided_on: datetime.date,
    by: User,
    on: datetime.date,
    body: str = "Formannskapet",
    case_number: str = "",
    report_version: ReportVersion | None = None,
) -> Resolution:
    """What was decided, with its points in order. On a report that has gone out, or on the plan apart from any."""
    if decided_on > on:
        raise DomainError(_("Vedtaket kan ikke være gjort fram i tid."), "decided_on")
    if report_version is not None:
        report = report_version.report
        if report.round is None or report.round.plan_id != plan.pk:
            raise DomainError(_("Rapporten gjelder en annen plan."))
        if report_version.state not in OUT_STATES:
            raise DomainError(_("Vedtaket kan registreres når rapporten er publisert."))
    with acting(by, "resolution.register"):
        resolution = Resolution.objects.create(
            municipality=plan.municipality, plan=plan, report_version=report_version, decided_on=decided_on, body=body,
            case_number=case_number, text=text, registered_by=by,
        )  # fmt: skip
        ResolutionPoint.objects.bulk_create(
            ResolutionPoint(resolution=resolution, number=number, text=point) for number, point in enumerate(points, 1)
        )
    return resolution


def update_resolution(
    *,
    resolution: Resolution,
    text: str,
    points: Sequence[str],
    decided_on: datetime.date,
    body: str,
    case_number: str,
    version: int,
    by: User,
    on: datetime.date,
) -> Resolution:
    """Put right what was registered. `points` are new ones, which come after those there are; no point goes away.

    Reports that are made later say it so; those that have been made keep what they said.
    """
    if decided_on > on:
        raise DomainError(_("Vedtaket kan ikke være gjort fram i tid."), "decided_on")
    with acting(by, "resolution.update"):
        row = locked(resolution, version)
        early = Q(due_on__lt=decided_on) | Q(closed_on__lt=decided_on) | Q(notes__on__lt=decided_on)
        if row.points.filter(early).exists():
            raise DomainError(_("Et punkt har en frist eller er fulgt opp før denne dagen."), "decided_on")
        row.text, row.decided_on, row.body, row.case_number = text, decided_on, body, case_number
        row.save()
        last = row.points.aggregate(last=Max("number"))["last"] or 0
        ResolutionPoint.objects.bulk_create(
            ResolutionPoint(resolution=row, number=number, text=point) for number, point in enumerate(points, last + 1)
        )
    return row


def update_point(
    *,
    point: ResolutionPoint,
    text: str,
    responsible_unit: Unit | None,
    due_on: datetime.date | None,
    version: int,
    by: User,
) -> ResolutionPoint:
    """Hand a point out: who follows it up, and by when. The words may be put right."""
    if responsible_unit is not None and responsible_unit.municipality_id != point.resolution.municipality_id:
        raise DomainError(_("Velg en enhet i kommunen."), "responsible_unit")
    if due_on is not None and due_on < point.resolution.decided_on:
        raise DomainError(_("Fristen kan ikke være før vedtaket."), "due_on")
    with acting(by, "resolution.update_point"):
        row = _open(locked(point, version))
        row.text, row.responsible_unit, row.due_on = text, responsible_unit, due_on
        row.save()
        _settle(row, by)
    return row


def note_point(
    *, point: ResolutionPoint, text: str, happened_on: datetime.date, version: int, by: User, on: datetime.date
) -> ResolutionPoint:
    """Say what has been done with an open point. The version sees to it that a form sent twice writes once."""
    if happened_on > on:
        raise DomainError(_("Datoen kan ikke ligge fram i tid."), "happened_on")
    if happened_on < point.resolution.decided_on:
        raise DomainError(_("Datoen kan ikke være før vedtaket."), "happened_on")
    with acting(by, "resolution.note_point"):
        row = _open(locked(point, version))
        row.save()
        PointNote.objects.create(point=row, text=text, on=happened_on, by=by)
    return row


def close_point(*, point: ResolutionPoint, text: str, version: int, by: User, on: datetime.date) -> ResolutionPoint:
    """The point is followed up, with a word on what came of it. The next report says so, and then it is out of the reports."""
    with acting(by, "resolution.close_point"):
        row = _open(locked(point, version))
        row.state, row.closed_on, row.closed_by, row.closing_text = PointState.CLOSED, on, by, text
        row.save()
        _settle(row, by)
    return row


def reopen_point(*, point: ResolutionPoint, reason: str, version: int, by: User, on: datetime.date) -> ResolutionPoint:
    """The point was not followed up after all. What was said when it was closed stays, as a note."""
    with acting(by, "resolution.reopen_point"):
        row = locked(point, version)
        if row.is_open or row.closed_on is None or row.closed_by is None:
            raise DomainError(_("Punktet er åpent allerede."))
        PointNote.objects.create(point=row, text=row.closing_text, on=row.closed_on, by=row.closed_by)
        PointNote.objects.create(point=row, text=_("Åpnet igjen: %(reason)s") % {"reason": reason}, on=on, by=by)
        row.state, row.closed_on, row.closed_by, row.closing_text = PointState.OPEN, None, None, ""
        row.save()
    return row


def remind_of_resolutions(*, on: datetime.date) -> list[Notice]:
    """The daily job: points that are soon due, and points that are late, each once. Three queries and the notices."""
    soon = on + datetime.timedelta(days=AHEAD)
    points = ResolutionPoint.objects.open().filter(due_on__lte=soon).select_related("resolution", "responsible_unit")
    rows = list(points.order_by("pk"))
    towns = {row.resolution.municipality_id for row in rows}
    seats = list(
        Membership.objects.active(on)
        .filter(role__in=(Role.UNIT_LEADER, Role.COORDINATOR), unit__municipality__in=towns, user__is_active=True)
        .select_related("user", "unit")
    )
    made: list[Notice] = []
    for row in rows:
        is_late = row.due_on is not None and row.due_on < on
        sentence = LATE if is_late else SOON
        made += notify(
            users=_holders(row, seats), kind=KIND, key=_key(row, "late" if is_late else "soon"),
            text=format_lazy(sentence, number=row.number, body=row.resolution.body),
            url_path=reverse("resolution", args=[row.resolution.public_id]),
        )  # fmt: skip
    return made


def points_to_report(
    *, plans: Sequence[int], since: datetime.date | None, until: datetime.date
) -> list[dict[str, Any]]:
    """The resolutions on plans as a report tells of them: every open point, and those closed since the report before."""
    closed = Q(state=PointState.CLOSED, closed_on__lte=until)
    if since is not None:
        closed &= Q(closed_on__gt=since)
    rows = Resolution.objects.filter(plan__in=plans, decided_on__lte=until).with_points().order_by("decided_on", "id")
    told = set(
        ResolutionPoint.objects.filter(Q(state=PointState.OPEN) | closed, resolution__in=rows).values_list(
            "pk", flat=True
        )
    )
    found = []
    for resolution in rows:
        points = [_point(row, until) for row in resolution.points.all() if row.pk in told]
        if points:
            key = f"resolution:{resolution.public_id}"
            found.append(
                {
                    "id": resolution.public_id,
                    "body": resolution.body,
                    "decided_on": resolution.decided_on.isoformat(),
                    "case_number": resolution.case_number,
                    "text": free(key, _("Vedtaket"), "vedtak", resolution.text),
                    "points": points,
                }
            )
    return found


LATE = gettext_lazy("Punkt {number} i et vedtak i {body} skulle vært fulgt opp.")
SOON = gettext_lazy("Punkt {number} i et vedtak i {body} skal snart være fulgt opp.")


def _point(row: ResolutionPoint, until: datetime.date) -> dict[str, Any]:
    key = f"point:{row.public_id}"
    label = _("Punkt %(number)s i vedtak") % {"number": row.number}
    done = _("Punkt %(number)s: hva som er gjort") % {"number": row.number}
    is_open = row.is_open
    return {
        "id": row.public_id,
        "number": row.number,
        "text": free(key, label, "vedtak", row.text),
        "unit": row.responsible_unit.name if row.responsible_unit else "",
        "due": row.due_on.isoformat() if row.due_on else None,
        "state": row.state,
        "overdue": bool(is_open and row.due_on and row.due_on < until),
        "closed_on": row.closed_on.isoformat() if row.closed_on else None,
        "closing": free(f"{key}:closing", done, "vedtak", row.closing_text),
        "notes": [
            {"on": note.on.isoformat(), "text": free(f"{key}:note:{place}", done, "vedtak", note.text)}
            for place, note in enumerate(row.notes.all(), 1)
            if note.on <= until
        ],
    }


def _open(row: ResolutionPoint) -> ResolutionPoint:
    if not row.is_open:
        raise DomainError(_("Punktet er lukket. Åpne det igjen for å skrive mer."))
    return row


def _key(row: ResolutionPoint, stage: str) -> str:
    return f"resolution-point:{row.public_id}:{row.due_on}:{stage}"


def _settle(row: ResolutionPoint, by: User) -> None:
    """Reminders of the deadline that the point has are done with; a new deadline reminds anew."""
    for stage in ("soon", "late"):
        settle(key=_key(row, stage), by=by)


def _holders(row: ResolutionPoint, seats: Sequence[Membership]) -> list[User]:
    """The leaders of the responsible unit, or of a unit above it; without one, the coordinators."""
    own = [seat for seat in seats if seat.unit.municipality_id == row.resolution.municipality_id]
    unit = row.responsible_unit
    leaders = [
        seat.user for seat in own if unit and seat.role == Role.UNIT_LEADER and unit.path.startswith(seat.unit.path)
    ]
    return list(dict.fromkeys(leaders or [seat.user for seat in own if seat.role == Role.COORDINATOR]))
