"""What is left for a juror to judge, for her first page; a fixed number of queries, however many juries she sits on."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from grants.domain.jury import reason_of_roles
from grants.models import Application, Call, CallState, ConflictOfInterest, JuryMember, ScoreSheet
from organisation.models import LOGGING_ROLES, Role, User
from organisation.models.counting import number_of


@dataclass(frozen=True)
class JuryWork:
    """One call that the juror is to judge, or will be when it has closed."""

    call: Call
    left: int
    total: int

    @property
    def waits_for_deadline(self) -> bool:
        return self.call.state == CallState.OPEN


def left_to_judge(*, by: User) -> list[JuryWork]:
    """The calls whose scoring is open or to come, what has most left on top; none from which she is excluded."""
    mine = {"member": OuterRef(OuterRef("pk")), "application": OuterRef("pk")}
    torn = Exists(ConflictOfInterest.objects.filter(**mine))
    delivered = Exists(ScoreSheet.objects.filter(**mine, delivered_at__isnull=False))
    hers = Application.objects.sent().filter(~torn, call=OuterRef("call"))
    seats = list(
        JuryMember.objects.of_user(by)
        .filter(call__state__in=(CallState.OPEN, CallState.CLOSED), call__scoring_closed_at=None)
        .select_related("call")
        .prefetch_related("connected_units")
        .annotate(total=number_of(hers), left=number_of(hers.filter(~delivered)))
        .order_by("call__closes_at", "id")
    )
    applicants = _applicants({seat.call_id for seat in seats})
    work = [
        JuryWork(seat.call, seat.left, seat.total)
        for seat in seats
        if not _is_excluded(seat, by, applicants.get(seat.call_id, set()))
    ]
    return sorted(work, key=lambda row: (row.waits_for_deadline, -row.left))


def _applicants(calls: set[int]) -> dict[int, set[str]]:
    """The paths of the units that take part in an application, by call."""
    found: dict[int, set[str]] = {}
    sent = Application.objects.sent().filter(call__in=calls)
    for call, own, partner in sent.values_list("call", "responsible_unit__path", "partners__unit__path"):
        found.setdefault(call, set()).update(path for path in (own, partner) if path)
    return found


def _is_excluded(seat: JuryMember, by: User, applicants: set[str]) -> bool:
    """As jury.exclusions says it of everybody; of herself her roles are known."""
    here = {row.role for row in by.current_memberships if row.unit.municipality_id == seat.call.municipality_id}
    if reason_of_roles(here):
        return True
    own = set(by.unit_paths(*LOGGING_ROLES, Role.PARTNER)) | {unit.path for unit in seat.connected_units.all()}
    return any(one.startswith(two) or two.startswith(one) for one in own for two in applicants)
