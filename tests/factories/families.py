"""Families for tests. Rows of the vault are there only for whoever has opened the family: work `inside` it."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.utils import timezone

from families.domain.family import open_case
from families.domain.reading import open_families, reading
from families.domain.vault import OpenFamily
from families.models import (
    Consent,
    ConsentService,
    Family,
    Member,
    TeamMember,
    VaultRow,
)
from organisation.models import Role, Unit, User
from tests.factories.organisation import UnitFactory, make_member

NOW = datetime.datetime(2025, 3, 3, 9, 0, tzinfo=datetime.UTC)


def make_family(*, by: User | None = None, unit: Unit | None = None, **fields: Any) -> Family:
    """A family with `by` (a caseworker of `unit`) as its case holder. Not opened: nobody reads it yet."""
    unit = unit or UnitFactory()
    by = by or make_member(Role.CASEWORKER, unit)
    with reading(by):
        family = open_case(unit=unit, by=by, on=fields.pop("on", timezone.localdate()), **fields)
    family.case_holder = by
    return family


@contextmanager
def inside(family: Family, by: User | None = None) -> Iterator[OpenFamily]:
    """The family as `by` (its case holder) has it open: rows can be made and read."""
    by = by or family.case_holder
    with reading(by):
        assert open_families(ids=[family.pk], page="test") == [family.pk], "not in the team"
        yield OpenFamily(family, by, timezone.localdate())


def stay_inside(family: Family, by: User | None = None) -> OpenFamily:
    """As `inside`, until the test's transaction is rolled back."""
    by = by or family.case_holder
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('povertyplan.reader', %s, true)", [str(by.pk)])
    assert open_families(ids=[family.pk], page="test") == [family.pk], "not in the team"
    return OpenFamily(family, by, timezone.localdate())


def join_team(family: Family, user: User, unit: Unit, **fields: Any) -> TeamMember:
    """Put somebody in the team; as its case holder, who must have the family open (`inside`)."""
    values = {"from_day": timezone.localdate() - datetime.timedelta(days=1)} | fields
    return TeamMember.objects.create(family=family, user=user, unit=unit, **values)


def make_row(model: type[VaultRow], family: Family, unit: Unit | None = None, **fields: Any) -> Any:
    """A row of the vault, recorded by a service. Inside the family."""
    written = {"written_by": fields.pop("written_by", family.case_holder), "written_at": NOW}
    return model.objects.create(family=family, unit=unit or family.unit, **(written | fields))


def make_family_member(family: Family, role: str = "mother", unit: Unit | None = None, **fields: Any) -> Member:
    """A mother with parental responsibility, or whoever is asked for. Inside the family."""
    grown_up = {"first_name": "Testine", "birth_year": 1990, "is_guardian": role != "adult"}
    child = {"first_name": "Testbarn", "birth_year": timezone.localdate().year - 5}
    return make_row(Member, family, unit, role=role, **((child if role == "child" else grown_up) | fields))


def make_consent(member: Member, services: list[Unit], topics: list[str], **fields: Any) -> Consent:
    """A consent that holds today. Inside the family."""
    today = timezone.localdate()
    values = {
        "reason": "coordination", "form": "written", "given_on": today, "expires_on": today + datetime.timedelta(days=180),
    }  # fmt: skip
    consent: Consent = make_row(Consent, member.family, member.unit, member=member, topics=topics, **(values | fields))
    for unit in services:
        ConsentService.objects.create(family=member.family, consent=consent, unit=unit)
    return consent
