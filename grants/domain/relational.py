"""Relational capacity: how those who help the same families find each other's services to work with, half-year by half-year.

A rating is one helper's. Only means leave this module, and each pair of services counts the same in them, however many
helpers have answered. No number that leaves it rests on fewer than three people, nor can one be worked out from the
others: what fewer have said is left out of its cell, and counts in a dimension only together with others of its kind.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from grants.models import Dimension, RelationalRating, Strength, SubProject, SubProjectPartner, SubProjectState
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting
from organisation.models import User
from organisation.periods import HalfYear

GRACE = datetime.timedelta(days=31)  # how long after its end a half-year may still be rated
FEWEST = 3  # people behind a number: of two, each could work out the other's answer from it and her own
TENTH = Decimal("0.1")
Answers = Mapping[tuple[int, int, str], Mapping[int, int]]  # by rating and rated partner and dimension, then by person
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
    """One half-year: means from 1 (weak) to 5 (strong), exact. `cells` by (rating partner, rated partner).

    `too_few` are the pairs that have answers, of too few people to be shown; `raters` people answered for `services`.
    """

    half: HalfYear
    cells: dict[tuple[int, int], Decimal] = field(default_factory=dict)
    too_few: frozenset[tuple[int, int]] = frozenset()
    dimensions: dict[str, Decimal] = field(default_factory=dict)
    raters: int = 0
    services: int = 0

    @property
    def overall(self) -> Decimal | None:
        return mean(self.dimensions.values())


def development(sub_project: SubProject) -> list[RelationalMatrix]:
    """Every half-year that somebody has rated, oldest first. One query."""
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
    answers: dict[HalfYear, dict[tuple[int, int, str], dict[int, int]]] = {}
    rows = ratings.order_by().values_list("year", "half", "rater_id", "rated_id", "dimension", "by_id", "strength")
    for year, half, rater, rated, dimension, by, strength in rows:
        answers.setdefault(HalfYear(year, half), {}).setdefault((rater, rated, dimension), {})[by] = strength
    return [_matrix(half, answers[half]) for half in sorted(answers)]


def _matrix(half: HalfYear, answers: Answers) -> RelationalMatrix:
    pairs: dict[tuple[int, int], list[Decimal]] = {}
    for (rater, rated, _dimension), said in answers.items():
        pairs.setdefault((rater, rated), []).extend([_mean_of(said)] if len(said) >= FEWEST else [])
    return RelationalMatrix(
        half=half,
        cells={pair: found for pair, values in pairs.items() if (found := mean(values)) is not None},
        too_few=frozenset(pair for pair, values in pairs.items() if not values),
        dimensions={
            dimension: found
            for dimension in Dimension.values
            if (found := _of_dimension(dimension, answers)) is not None
        },
        raters=len({by for said in answers.values() for by in said}),
        services=len({rater for rater, _rated, _dimension in answers}),
    )


def _of_dimension(dimension: str, answers: Answers) -> Decimal | None:
    """The mean over pairs. Those that too few have answered for count where there are enough people in them together:
    otherwise they could be worked out from the mean and the cells."""
    own = [said for key, said in answers.items() if key[2] == dimension]
    in_small = {by for said in own if len(said) < FEWEST for by in said}
    return mean(_mean_of(said) for said in own if len(said) >= FEWEST or len(in_small) >= FEWEST)


def _mean_of(said: Mapping[int, int]) -> Decimal:
    return Decimal(sum(said.values())) / len(said)
