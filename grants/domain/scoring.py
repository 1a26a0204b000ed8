"""Closing the jury's scoring: the exclusions are kept as they are, and what the points come to is written down."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from grants.domain.jury import exclusions
from grants.domain.ranking import Ballot, Result, rank
from grants.domain.tally import tally
from grants.models import Application, Call, ConflictOfInterest, JuryMember, Placement, ScoreSheet
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, locked
from organisation.models import User


@dataclass(frozen=True)
class Standing:
    """How far the jury has come with one application: numbers of sheets, never what stands in them."""

    application: Application
    sheets: int
    judges: int
    needed: int

    @property
    def has_quorum(self) -> bool:
        return self.sheets >= self.needed


def close_scoring(*, call: Call, version: int, by: User, at: datetime.datetime, on: datetime.date) -> list[Placement]:
    """Count and rank, once. Every application must have been judged by enough members."""
    with acting(by, "jury.close_scoring"):
        held = locked(call, version)
        if not held.takes_scores:
            raise DomainError(_("Vurderingen kan ikke lukkes nå."))
        if not held.jury.exists():
            raise DomainError(_("Utlysningen har ingen jury. Den kan avgjøres med en begrunnelse."))
        for pk, reason in exclusions(held, on).items():
            JuryMember.objects.filter(pk=pk).update(excluded_as=reason)
        held.scoring_closed_at, held.scoring_closed_by = at, by
        held.save()
        counted = tally(held)
        titles = {row.pk: row.title for row in counted.applications}
        if lacking := [titles[row.application] for row in counted.results if not row.has_quorum]:
            raise DomainError(
                _("For få medlemmer har vurdert: %(titles)s.")
                % {"titles": ", ".join(f"«{title}»" for title in lacking)}
            )
        return Placement.objects.bulk_create([_placement(row) for row in counted.results])


def standings(call: Call, on: datetime.date) -> list[Standing]:
    """How many have delivered, for each application that was sent in. Counted as the ranking counts, without points."""
    applications = {row.pk: row for row in call.applications.sent().select_related("responsible_unit")}
    delivered = ScoreSheet.objects.filter(application__in=applications, delivered_at__isnull=False)
    conflicts = ConflictOfInterest.objects.filter(application__in=applications)
    counted = rank(
        applications=applications,
        criteria={},
        members=dict(call.jury.values_list("pk", "group")),
        ballots=[Ballot(*pair, points={}) for pair in delivered.values_list("member_id", "application_id")],
        excluded=exclusions(call, on),
        conflicts=conflicts.values_list("member_id", "application_id"),
        quorum=call.quorum,
    )
    return [Standing(applications[row.application], row.sheets, row.judges, row.needed) for row in counted]


def _placement(result: Result) -> Placement:
    if result.rank is None or result.total is None:  # a sheet has points, and there is a quorum of sheets
        raise ValueError(f"Application {result.application} has no points")
    total = f"{result.total.numerator}/{result.total.denominator}"
    return Placement(
        application_id=result.application, rank=result.rank, total=total, sheets=result.sheets, needed=result.needed
    )
