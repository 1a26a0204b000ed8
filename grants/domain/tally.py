"""The rows of a jury's work, counted: what the ranking, the decision and the protocol are all made from."""

from dataclasses import dataclass

from grants.domain.ranking import Ballot, Result, cut, rank
from grants.models import Application, Call, ConflictOfInterest, Criterion, JuryMember, ScoreSheet


@dataclass(frozen=True)
class Tally:
    criteria: list[Criterion]
    members: list[JuryMember]
    applications: list[Application]
    sheets: list[ScoreSheet]  # delivered, also those that don't count
    conflicts: set[tuple[int, int]]  # member, application
    results: list[Result]
    inside: list[int]  # applications that the places reach for certain
    tied: list[int]  # applications that share the last places, which don't reach for all


def tally(call: Call) -> Tally:
    """Count the delivered sheets. Exclusions are those that were kept when the scoring was closed."""
    criteria, members = list(call.criteria.all()), list(call.jury.all())
    applications = list(call.applications.sent().select_related("responsible_unit").prefetch_related("partners"))
    sheets = list(
        ScoreSheet.objects.filter(application__in=applications, delivered_at__isnull=False)
        .select_related("member")
        .prefetch_related("scores__criterion")
        .order_by("member__number")
    )
    declared = ConflictOfInterest.objects.filter(application__in=applications)
    conflicts = set(declared.values_list("member_id", "application_id"))
    results = rank(
        applications=[row.pk for row in applications],
        criteria={row.pk: row.weight for row in criteria},
        members={row.pk: row.group for row in members},
        ballots=[_ballot(sheet) for sheet in sheets],
        excluded=[row.pk for row in members if row.excluded_as],
        conflicts=conflicts,
        quorum=call.quorum,
    )
    inside, tied = cut(results, call.places)
    return Tally(criteria, members, applications, sheets, conflicts, results, inside, tied)


def _ballot(sheet: ScoreSheet) -> Ballot:
    points = {row.criterion_id: row.points for row in sheet.scores.all() if row.points is not None}
    return Ballot(sheet.member_id, sheet.application_id, points)
