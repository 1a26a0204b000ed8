"""Families in sub-projects, as many as numbers need."""

import datetime
from typing import Any

import factory
from django.db import connection
from factory.django import DjangoModelFactory

from families.domain.reading import reading
from families.models import Family, FamilyOutcome, Participation, VoiceLink
from grants.models import SubProject
from organisation.models import Role, Unit, User
from reporting.models import FamilyRelease
from tests.factories.families import inside, make_family, make_family_member, make_row
from tests.factories.organisation import MunicipalityFactory, UnitFactory, UserFactory, make_member

DAY = datetime.date(2025, 6, 1)


def _voice(release: Any) -> list[dict[str, Any]]:
    """Nine said yes; the others are too few."""
    day = release.until.isoformat()
    return [
        {"figure": "voice_yes", "label": "Ja", "shown": "number", "value": 9, "on": day},
        {"figure": "voice_partly", "label": "Litt", "shown": "under", "value": None, "on": None},
        {"figure": "voice_no", "label": "Nei", "shown": "under", "value": None, "on": None},
        {"figure": "voice_unsure", "label": "Vet ikke", "shown": "withheld", "value": None, "on": None},
    ]


class FamilyReleaseFactory(DjangoModelFactory):
    """Numbers of no sub-project, and answers; made without the vault."""

    class Meta:
        model = FamilyRelease

    municipality = factory.SubFactory(MunicipalityFactory)
    until = DAY
    content = factory.LazyAttribute(
        lambda release: {"sub_projects": [], "voice": _voice(release), "recorded": 0, "left": []}
    )
    made_at = factory.LazyAttribute(
        lambda release: datetime.datetime.combine(release.until, datetime.time(9), datetime.UTC)
    )
    made_by = factory.SubFactory(UserFactory)


def join(sub_project: SubProject, how_many: int, *, children: int = 1, **fields: Any) -> list[Family]:
    """New families that take part, each with so many children."""
    unit = UnitFactory(municipality=sub_project.municipality)
    holder = make_member(Role.CASEWORKER, unit)
    return [_one(sub_project, unit, holder, children, **fields) for _ in range(how_many)]


def _one(sub_project: SubProject, unit: Unit, holder: User, children: int, **fields: Any) -> Family:
    family = make_family(by=holder, unit=unit, on=DAY, **fields)
    with inside(family, holder):
        for _ in range(children):
            make_family_member(family, "child")
        make_row(Participation, family, sub_project=sub_project, started_on=DAY)
    return family


def reach(families: list[Family], kind: str, sub_project: SubProject, on: datetime.date = DAY) -> None:
    for family in families:
        with inside(family):
            make_row(FamilyOutcome, family, kind=kind, sub_project=sub_project, happened_on=on)


def answer(families: list[Family], helpful: str) -> None:
    """As the families' own form does it; the day is the database's."""
    for family in families:
        digest = f"{family.pk:060d}" + helpful[:4].ljust(4, "x")
        with inside(family):
            expires = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)
            make_row(VoiceLink, family, token_sha256=digest, expires_at=expires)
        with reading(None), connection.cursor() as cursor:
            cursor.execute("SELECT povertyplan_voice_answer(%s, %s, '', false, 'nb')", [digest, helpful])
            assert cursor.fetchall(), "the link could not be used"
