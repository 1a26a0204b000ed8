"""Outcomes of a family: recorded once, counted where the family takes part."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from families.domain.outcome import record_family_outcome, update_family_outcome
from families.domain.recording import remove
from families.domain.vault import OpenFamily
from families.models import Family, FamilyOutcome, Participation, ResultKind
from grants.models import SubProject
from organisation.domain.errors import DomainError
from tests.factories.families import inside, make_family, make_family_member, make_row
from tests.factories.grants_spending import make_funded

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def record(vault: OpenFamily, **fields: Any) -> FamilyOutcome:
    values = {"kind": ResultKind.HOUSING, "happened_on": TODAY, "by": vault.user, "at": timezone.now()} | fields
    return record_family_outcome(vault=vault, **values)


def taking_part(family: Family, **fields: Any) -> SubProject:
    sub_project = make_funded(("2025-1", 100_000), municipality=family.municipality)
    make_row(Participation, family, sub_project=sub_project, started_on=family.opened_on, **fields)
    return sub_project


def counted(family: Family) -> list[tuple[int | None, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sub_project, figure, weight FROM povertyplan_family_sets(%s, %s) WHERE family = %s",
            [family.municipality_id, TODAY, family.pk],
        )
        return [row for row in cursor.fetchall() if row[1] in ResultKind.values]


def test_an_outcome_is_counted_in_its_sub_project_and_a_removed_one_is_not() -> None:
    family = make_family()
    with inside(family) as vault:
        child = make_family_member(family, "child")
        sub_project = taking_part(family)
        row = record(vault, sub_project=sub_project, member=child.public_id, note="Prøvemerknad")
        assert (row.subject, row.unit) == (child, family.unit)
        assert counted(family) == [(sub_project.pk, "housing", 1)]
        remove(vault=vault, row=row, version=row.version, by=vault.user, at=timezone.now())
        assert counted(family) == []
        assert list(FamilyOutcome.objects.values_list("note", "subject")) == [("", None)]


def test_a_result_often_comes_after_the_family_has_left() -> None:
    family = make_family()
    with inside(family) as vault:
        assert record(vault, sub_project=taking_part(family, ended_on=TODAY))


def test_it_belongs_to_nothing_the_family_is_not_in() -> None:
    family = make_family()
    with inside(family) as vault:
        foreign = make_funded(("2025-1", 100_000), municipality=family.municipality)
        with pytest.raises(DomainError) as refused:
            record(vault, sub_project=foreign)
        assert refused.value.field == "sub_project"
        row = record(vault)
        with pytest.raises(DomainError, match="ikke med"):
            update_family_outcome(
                vault=vault, outcome=row, version=row.version, kind=row.kind, happened_on=TODAY, by=vault.user,
                sub_project=foreign,
            )  # fmt: skip


def test_it_can_be_put_right_also_when_the_place_has_gone() -> None:
    family = make_family()
    with inside(family) as vault:
        sub_project = taking_part(family)
        row = record(vault, sub_project=sub_project)
        Participation.objects.update(removed_at=timezone.now())
        row = update_family_outcome(
            vault=vault, outcome=row, version=row.version, kind=ResultKind.OWN_HOME, happened_on=TODAY, by=vault.user,
            sub_project=sub_project, note="Rettet",
        )  # fmt: skip
        assert (row.kind, row.note, row.sub_project) == (ResultKind.OWN_HOME, "Rettet", sub_project)


@pytest.mark.parametrize("days", [1, -366])
def test_an_outcome_has_happened_while_we_knew_the_family(days: int) -> None:
    with inside(make_family()) as vault, pytest.raises(DomainError) as refused:
        record(vault, happened_on=TODAY + datetime.timedelta(days=days))
    assert refused.value.field == "happened_on"


def test_the_same_form_counts_once() -> None:
    with inside(make_family()) as vault:
        assert record(vault, form_key="k" * 12) == record(vault, form_key="k" * 12)
        assert FamilyOutcome.objects.count() == 1
