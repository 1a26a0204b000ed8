"""What matters to the family, in its own words, and how the family itself says it is, half-year by half-year."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from families.domain.about import corrected_subject
from families.domain.days import check_happened
from families.domain.recording import check_open, check_texts, own, recorded, remove
from families.domain.vault import OpenFamily
from families.models import FamilyNeed, HowIsIt, LifeArea, Member, Need, NeedRating
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply, locked, refusing
from organisation.models import Unit, User
from organisation.periods import HalfYear

RATED = {"need_rated_once_each_half_year": (_("Noen andre har vurdert dette imens. Last siden på nytt."), None)}


@dataclass(frozen=True)
class Said:
    """A need as it is written down. `member`: public id, empty for the family as a whole, about.UNCHANGED in a correction."""

    words: str
    need: str
    life_area: str
    said_on: datetime.date
    member: str = ""


def add_need(
    *,
    vault: OpenFamily,
    said: Said,
    by: User,
    at: datetime.datetime,
    on: datetime.date,
    value: int | None = None,
    unit: Unit | None = None,
) -> Need:
    """Write down a need, with how the family says it is now (`value`) if it has said so. Sent twice, it is one need."""
    with acting(by, "need.add"):
        columns = recorded(vault=vault, by=by, at=at, unit=unit)
        values = _values(vault, said, on, None)
        same = Need.objects.standing().filter(family=vault.family, unit=columns["unit"], met_on=None, **values).first()
        if same:
            return same
        need = Need.objects.create(**columns, **values)
        if value is not None:
            _rate(vault, need, value, by, at, on)
        return need


def update_need(*, vault: OpenFamily, need: Need, said: Said, version: int, by: User, on: datetime.date) -> Need:
    """Correct what was written down, or place it better."""
    with acting(by, "need.update"):
        current = own(vault=vault, row=need, version=version)
        apply(current, _values(vault, said, on, current.subject))
        if current.met_on and current.met_on < current.said_on:
            raise DomainError(_("Behovet er merket som dekket før denne datoen."), "said_on")
        current.save()
        return current


def _values(vault: OpenFamily, said: Said, on: datetime.date, about: Member | None) -> dict[str, Any]:
    if not said.words.strip():
        raise DomainError(_("Skriv hva som er viktig for familien."), "words")
    if said.need not in FamilyNeed.values or said.life_area not in LifeArea.values:
        raise DomainError(_("Velg hvor i modellen dette hører hjemme, og hvilket livsområde det gjelder."))
    check_happened(vault=vault, day=said.said_on, on=on, field="said_on")
    check_texts(Need, {"words": said.words})
    return {
        "subject": corrected_subject(vault=vault, member=said.member, now=about), "words": said.words.strip(), "need": said.need,
        "life_area": said.life_area, "said_on": said.said_on,
    }  # fmt: skip


def end_need(
    *, vault: OpenFamily, need: Need, met_on: datetime.date | None, version: int, by: User, on: datetime.date
) -> Need:
    """It is met, or matters no longer; None takes that back."""
    with acting(by, "need.end"):
        current = own(vault=vault, row=need, version=version)
        if met_on and not current.said_on <= met_on <= on:
            raise DomainError(_("Datoen må være etter at familien sa det, og ikke fram i tid."), "met_on")
        current.met_on = met_on
        current.save()
        return current


def remove_need(*, vault: OpenFamily, need: Need, version: int, by: User, at: datetime.datetime) -> Need:
    """Written down by mistake: the words are erased, and its ratings are shown nowhere."""
    return remove(vault=vault, row=need, version=version, by=by, at=at)


def rate_needs(
    *, vault: OpenFamily, values: Mapping[Need, int], by: User, at: datetime.datetime, on: datetime.date
) -> int:
    """How the family says it is this half-year, of several needs at once; those left out are asked of another time.

    The family rates what it has told any service, when somebody who sees it asks: the answer is the family's, not the
    service's. A need has one rating each half-year; another is a correction (`correct_rating`).
    """
    with acting(by, "need.rate"):
        _check_team(vault)
        waiting = {need.pk for need in unrated(vault=vault)}
        for need, value in values.items():
            if need.pk not in waiting:
                raise DomainError(RATED["need_rated_once_each_half_year"][0])
            _rate(vault, need, value, by, at, on)
        return len(values)


def correct_rating(
    *, vault: OpenFamily, rating: NeedRating, value: int, version: int, by: User, on: datetime.date
) -> NeedRating:
    """A slip of the finger, put right while the half-year lasts by the one who took the answer down.

    The answer stands by her name: it must not become another under it. What was said in an earlier half-year stands.
    """
    with acting(by, "need.correct_rating"):
        _check_team(vault)
        current = locked(rating, version)
        if not took_down(rating=current, by=by):
            raise DomainError(_("Bare den som tok imot svaret, kan rette det."))
        if HalfYear(current.year, current.half) != HalfYear.of(on):
            raise DomainError(_("Bare vurderinger fra dette halvåret kan rettes."))
        _check_value(value)
        current.value, current.rated_on = value, on
        current.save()
        return current


def took_down(*, rating: NeedRating, by: User) -> bool:
    """Whether the family gave this answer to `by`."""
    return rating.written_by_id == by.pk


def _rate(vault: OpenFamily, need: Need, value: int, by: User, at: datetime.datetime, on: datetime.date) -> None:
    _check_value(value)
    half = HalfYear.of(on)
    with refusing(**RATED):
        NeedRating.objects.create(
            family=vault.family, municipality_id=vault.family.municipality_id, need=need, year=half.year, half=half.half,
            value=value, rated_on=on, written_by=by, written_at=at,
        )  # fmt: skip


def _check_value(value: int) -> None:
    if value not in HowIsIt.values:
        raise DomainError(_("Velg fra 1 til 5."))


def _check_team(vault: OpenFamily) -> None:
    check_open(vault)
    if not vault.mine:
        raise DomainError(_("Bare de som er i teamet til familien, kan registrere noe."))


def ratings(vault: OpenFamily) -> QuerySet[NeedRating]:
    """Those of needs that the reader may see: a rating follows its need."""
    return NeedRating.objects.filter(need__in=vault.rows(Need).values("pk"))


def unrated(*, vault: OpenFamily) -> list[Need]:
    """The needs that matter still, as far as the reader may see them, without a rating in the half-year of the vault's day."""
    return [row for row in with_rated(vault=vault) if not row.is_rated]  # type: ignore[attr-defined]


def with_rated(*, vault: OpenFamily) -> list[Need]:
    """The needs that matter still, each with `is_rated`: whether the family has said how it goes in this half-year."""
    half = HalfYear.of(vault.on)
    rated = NeedRating.objects.filter(need=OuterRef("pk"), year=half.year, half=half.half)
    return list(vault.rows(Need).filter(met_on=None).annotate(is_rated=Exists(rated)))
