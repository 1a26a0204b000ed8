"""Where two schemes influence each other: notes as data, each with its source and the condition under which it is shown.

A note looks only at what the reader may see, and says nothing of a person: it can tell nobody more than the page does.
It is a reminder to ask, never an answer; rates and limits change and stand nowhere here.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from families.domain.vault import OpenFamily
from families.models import Decision, MemberRole, Scheme, Support

S = Scheme


@dataclass(frozen=True)
class SchemeNote:
    """Shown where the family has one of `has`, one of `also` (if any are named), none of `lacks`, a child in the
    household who turns one of `ages` this year (if any), and money from a sub-project (if `sub_project`)."""

    key: str
    sentence: Any
    source: Any
    has: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    ages: range | None = None
    sub_project: bool = False


@dataclass(frozen=True)
class Facts:
    """What is known of a family, as the reader may see it."""

    schemes: frozenset[str]
    ages: frozenset[int]
    sub_project: bool


INCOMES = frozenset(
    {S.PAY, S.WORK_ASSESSMENT, S.DISABILITY, S.UNEMPLOYMENT, S.TRANSITIONAL, S.INTRODUCTION, S.QUALIFICATION}
)  # fmt: skip

NOTES = (
    SchemeNote(
        "housing_allowance_grown_up_child",
        _("Et barn i husstanden har fylt eller fyller 18 år i år. Inntekten til alle i husstanden som er 18 år eller eldre, "
          "regnes med i bostøtten, også lønna til en hjemmeboende 18-åring. Det kan påvirke beløpet. Spør bostøttekontoret."),
        _("Husbanken, veileder i regelverk for bostøtte"),
        has=frozenset({S.HOUSING_ALLOWANCE}), ages=range(18, 31),
    ),
    SchemeNote(
        "housing_allowance_income",
        _("Bostøtten beregnes hver måned ut fra inntekten til husstanden. Endringer i lønn eller ytelser kan påvirke den. "
          "Spør bostøttekontoret før noe endres."),
        _("Husbanken, bostøtte"),
        has=frozenset({S.HOUSING_ALLOWANCE}), also=INCOMES,
    ),
    SchemeNote(
        "social_assistance_sub_project",
        _("Penger fra delprosjektene er ikke enkeltvedtak, og skal ikke regnes som inntekt når sosialhjelp utmåles. "
          "Spør Nav hvis de er regnet med."),
        _("Pilot 0–24, Innbyggernes modell"),
        has=frozenset({S.SOCIAL_ASSISTANCE}), sub_project=True,
    ),
    SchemeNote(
        "social_assistance_subsidiary",
        _("Andre rettigheter, for eksempel ytelser fra folketrygden og bostøtte, skal vanligvis være prøvd før sosialhjelp. "
          "Her vises ingen bostøtte. Spør familien om den er søkt."),
        _("Sosialtjenesteloven § 18"),
        has=frozenset({S.SOCIAL_ASSISTANCE}), lacks=frozenset({S.HOUSING_ALLOWANCE}),
    ),
    SchemeNote(
        "social_assistance_child_benefit",
        _("Barnetrygd skal ikke regnes med som inntekt i måneden når sosialhjelp vurderes. Oppsparte penger kan regnes med."),
        _("Sosialtjenesteloven § 18 tredje ledd"),
        has=frozenset({S.SOCIAL_ASSISTANCE}), also=frozenset({S.CHILD_BENEFIT}),
    ),
    SchemeNote(
        "social_assistance_child_pay",
        _("Det barn tjener på arbeid i fritid og skoleferier, skal ikke regnes med når sosialhjelp vurderes. "
          "Spør Nav hva som gjelder når barnet fyller 18 år."),
        _("Sosialtjenesteloven § 18 tredje ledd"),
        has=frozenset({S.SOCIAL_ASSISTANCE}), ages=range(13, 19),
    ),
    SchemeNote(
        "fee_reduction_income",
        _("Redusert betaling i barnehage og SFO avhenger av inntekten til husholdningen, og må vanligvis søkes om for hvert "
          "nytt år. Endringer i lønn eller ytelser kan påvirke betalingen. Spør kommunen."),
        _("Forskriftene om foreldrebetaling i barnehage og SFO"),
        has=frozenset({S.KINDERGARTEN, S.AFTER_SCHOOL}),
    ),
    SchemeNote(
        "cash_for_care_kindergarten",
        _("Plass i barnehage kan redusere kontantstøtten, og full plass gjør at den faller bort for det barnet. "
          "Spør Nav før barnet begynner."),
        _("Kontantstøtteloven"),
        has=frozenset({S.CASH_FOR_CARE}), also=frozenset({S.KINDERGARTEN}),
    ),
    SchemeNote(
        "child_benefit_ends",
        _("Et barn i husstanden fyller 18 år i år. Barnetrygden for barnet utbetales til og med måneden før det fyller 18. "
          "Se om andre ytelser også endres."),
        _("Barnetrygdloven"),
        has=frozenset({S.CHILD_BENEFIT}), ages=range(18, 19),
    ),
    SchemeNote(
        "maintenance_ends",
        _("Et barn i husstanden fyller 18 år i år. Barnebidrag varer vanligvis ut måneden barnet fyller 18 år, og "
          "bidragsforskott gis ikke etter det. Går barnet på skole, kan det ha rett til bidrag videre. Spør Nav."),
        _("Nav, bidrag til barn over 18 år"),
        has=frozenset({S.MAINTENANCE}), ages=range(18, 19),
    ),
    SchemeNote(
        "transitional_income",
        _("Overgangsstønaden avhenger av egen inntekt. Lønn kan påvirke den. Spør Nav før noe endres."),
        _("Folketrygdloven kapittel 15"),
        has=frozenset({S.TRANSITIONAL}), also=frozenset({S.PAY}),
    ),
)  # fmt: skip


def applies(note: SchemeNote, facts: Facts) -> bool:
    return (
        bool(note.has & facts.schemes)
        and (not note.also or bool(note.also & facts.schemes))
        and not note.lacks & facts.schemes
        and (note.ages is None or any(age in note.ages for age in facts.ages))
        and (facts.sub_project or not note.sub_project)
    )


def facts_of(vault: OpenFamily, schemes: frozenset[str], on: datetime.date) -> Facts:
    """From what the reader may see: a child whose year of birth is not shared has no age here."""
    ages = frozenset(
        on.year - row.birth_year
        for row in vault.members
        if row.role == MemberRole.CHILD and row.in_household and row.birth_year
    )
    paid = S.BASIC_INCOME in schemes or vault.rows(Support).exclude(proposal=None).exists()
    return Facts(schemes, ages, paid)


def notes_of(vault: OpenFamily, on: datetime.date) -> list[SchemeNote]:
    """The notes for a family, in the order above."""
    rows: Any = vault.rows(Decision)
    schemes = frozenset(rows.current(on).values_list("scheme", flat=True))
    facts = facts_of(vault, schemes, on)
    return [note for note in NOTES if applies(note, facts)]
