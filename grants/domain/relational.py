"""Relational capacity: how those who help the same families find each other's services to work with, half-year by half-year.

A rating is one helper's. Only means leave this module, and each pair of services counts the same in them, however many
helpers have answered. Where one single helper has answered for a service, its mean is that answer: pages therefore show
services, never persons, nor how many answered in each.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Avg, Count, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from grants.models import Dimension, RelationalRating, Strength, SubProject, SubProjectPartner, SubProjectState
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting
from organisation.models import User
from organisation.periods import HalfYear

GRACE = datetime.timedelta(days=31)  # how long after its end a half-year may still be rated
TENTH = Decimal("0.1")
Strengths = Mapping[tuple[SubProjectPartner, str], int]


def rate(
    *,
    sub_project: SubProject,
    rater: SubProjectPartner,
    strengths: Strengths,
    half: HalfYear,
    by: User,
    on: datetime.date,
) -> None:
    """Keep all that `by`, a helper of `rater`, answers for a half-year: strengths (1-5) by partner and dimension.

    What is not among them is left blank, also what was answered before. `on` is the day it is done.
    """
    if half not in open_halves(sub_project, on):
        raise DomainError(_closed(half))
    with acting(by, "relations.rate"):
        # One at a time for a service, so that a form sent twice is no trouble.
        SubProjectPartner.objects.select_for_update(no_key=True).get(pk=rater.pk)
        active = set(SubProjectPartner.objects.active(on).filter(sub_project=sub_project).values_list("pk", flat=True))
        if rater.pk not in active:
            raise DomainError(_("Tjenesten er ikke med i delprosjektet nå."))
        wanted = {(partner.pk, dimension): strength for (partner, dimension), strength in strengths.items()}
        _check(wanted, rater, active)
        key = {"sub_project": sub_project, "year": half.year, "half": half.half, "rater": rater, "by": by}
        for row in RelationalRating.objects.filter(**key):
            strength = wanted.pop((row.rated_id, row.dimension), None)
            if strength is None:
                # A service that has left keeps what was said of it while it took part.
                if row.rated_id in active:
                    row.delete()
            elif strength != row.strength:
                row.strength = strength
                row.save()
        RelationalRating.objects.bulk_create(
            RelationalRating(**key, rated_id=rated, dimension=dimension, strength=strength)
            for (rated, dimension), strength in wanted.items()
        )


def open_halves(sub_project: SubProject, on: datetime.date) -> list[HalfYear]:
    """The half-years that can be rated on a day: this one, and the last one until 31 days after its end.

    Only those in which the sub-project has been under way.
    """
    now = HalfYear.of(on)
    halves = [now]
    if on <= now.previous().last_day + GRACE:
        halves.append(now.previous())
    return [half for half in halves if _was_under_way(sub_project, half)]


def _was_under_way(sub_project: SubProject, half: HalfYear) -> bool:
    if sub_project.state == SubProjectState.PLANNED or half.last_day < sub_project.starts_on:
        return False
    return not sub_project.is_over or half.first_day <= sub_project.state_since


def _check(wanted: Mapping[tuple[int, str], int], rater: SubProjectPartner, active: set[int]) -> None:
    for (rated, dimension), strength in wanted.items():
        if rated == rater.pk:
            raise DomainError(_("Ingen vurderer sin egen tjeneste."))
        if rated not in active:
            raise DomainError(_("En av tjenestene er ikke med i delprosjektet lenger. Last siden på nytt."))
        if dimension not in Dimension.values or strength not in Strength.values:
            raise DomainError(_("Velg en styrke fra svak til sterk."))


def _closed(half: HalfYear) -> str:
    return str(
        _("%(half)s kan ikke vurderes nå. Et halvår kan vurderes mens det varer, og til og med %(last)s.")
        % {"half": half.label, "last": date_format(half.last_day + GRACE)}
    )


def answers_of(rater: SubProjectPartner, half: HalfYear, user: User) -> dict[tuple[int, str], int]:
    """What a user has answered herself, by id of the partner and dimension, for her own form."""
    rows = RelationalRating.objects.filter(rater=rater, year=half.year, half=half.half, by=user)
    return {(row.rated_id, row.dimension): row.strength for row in rows}


@dataclass(frozen=True)
class RelationalMatrix:
    """One half-year: means from 1 (weak) to 5 (strong), exact. `cells` by (rating partner, rated partner)."""

    half: HalfYear
    cells: dict[tuple[int, int], Decimal] = field(default_factory=dict)
    dimensions: dict[str, Decimal] = field(default_factory=dict)
    raters: int = 0

    @property
    def overall(self) -> Decimal | None:
        return mean(self.cells.values())


def development(sub_project: SubProject) -> list[RelationalMatrix]:
    """Every half-year that somebody has rated, oldest first. Two queries."""
    return _matrices(RelationalRating.objects.filter(sub_project=sub_project))


def matrix(sub_project: SubProject, half: HalfYear) -> RelationalMatrix:
    """One half-year; empty where nobody has rated."""
    found = _matrices(RelationalRating.objects.filter(sub_project=sub_project, year=half.year, half=half.half))
    return found[0] if found else RelationalMatrix(half)


def change(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """From one half-year to the next, of the means as they are shown; None where one of them is missing."""
    return None if now is None or before is None else rounded(now) - rounded(before)


def mean(values: Iterable[Decimal]) -> Decimal | None:
    listed = list(values)
    return sum(listed, Decimal(0)) / len(listed) if listed else None


def rounded(value: Decimal) -> Decimal:
    """To one decimal, as it is shown."""
    return value.quantize(TENTH, ROUND_HALF_UP)


def word(value: Decimal) -> Strength:
    """The word of a mean: that of the nearest step, the higher one in the middle."""
    return Strength(int(rounded(value).quantize(Decimal(1), ROUND_HALF_UP)))


def _matrices(ratings: QuerySet[RelationalRating]) -> list[RelationalMatrix]:
    pairs: dict[HalfYear, dict[tuple[int, int], dict[str, Decimal]]] = {}
    means = (
        ratings.order_by().values_list("year", "half", "rater_id", "rated_id", "dimension").annotate(Avg("strength"))
    )
    for year, half, rater, rated, dimension, strength in means:
        own = pairs.setdefault(HalfYear(year, half), {}).setdefault((rater, rated), {})
        own[dimension] = Decimal(str(strength))
    counts = ratings.order_by().values_list("year", "half").annotate(Count("by", distinct=True))
    raters = {HalfYear(year, half): count for year, half, count in counts}
    return [_matrix(half, pairs[half], raters[half]) for half in sorted(pairs)]


def _matrix(half: HalfYear, pairs: Mapping[tuple[int, int], Mapping[str, Decimal]], raters: int) -> RelationalMatrix:
    cells = {pair: found for pair, own in pairs.items() if (found := mean(own.values())) is not None}
    dimensions = {
        dimension: found
        for dimension in Dimension.values
        if (found := mean(own[dimension] for own in pairs.values() if dimension in own)) is not None
    }
    return RelationalMatrix(half, cells, dimensions, raters)
