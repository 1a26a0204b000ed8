"""The life of a grant, seen from the table of its states."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from grants.domain.grant import apply_for, award, close, mark_reported, refuse, update_grant
from grants.domain.grant_state import SENT_BACK_FROM, TRANSITIONS, history, move, set_granted_again, set_reported
from grants.models import Grant, GrantState
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry
from tests.factories import GrantFactory, GrantSchemeFactory, ReportingUnitFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 7, 1)
S = GrantState


def a_grant(**fields: Any) -> Grant:
    """Of a scheme without a report."""
    row: Grant = GrantFactory(scheme=GrantSchemeFactory(reported_here=False, has_reporting_duty=False), **fields)
    return row


WAYS: dict[str, Callable[[Grant], Grant]] = {
    S.GRANTED: lambda row: award(
        grant=row, version=row.version, awarded_nok=Decimal(1), by=UserFactory(), on=DAY
    ),
    S.REFUSED: lambda row: refuse(grant=row, version=row.version, reason="For mange", by=UserFactory(), on=DAY),
    S.REPORTED: lambda row: mark_reported(grant=row, version=row.version, by=UserFactory(), on=DAY),
    S.CLOSED: lambda row: close(grant=row, version=row.version, spent_nok=Decimal(1), by=UserFactory(), on=DAY),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), list(product(S.values, WAYS)))
def test_a_person_moves_a_grant_along_the_table_and_not_beside_it(before: str, after: str) -> None:
    row = a_grant(state=before)
    if after in TRANSITIONS[before]:
        moved = WAYS[after](row)
        assert (moved.state, moved.state_since, moved.version) == (after, DAY, row.version + 1)
        return
    with pytest.raises(DomainError, match="kan ikke bli"):
        WAYS[after](row)
    row.refresh_from_db()
    assert row.state == before


def test_a_reason_belongs_to_the_state_it_was_given_for() -> None:
    row = a_grant(state=S.APPLIED, state_reason="gammel")
    move(row, S.GRANTED, DAY)
    assert row.state_reason == ""


def test_a_submitted_report_makes_the_grant_reported_and_a_returned_one_makes_it_due_again() -> None:
    by, row = UserFactory(), GrantFactory()
    reported = set_reported(grant=row, by=by, on=DAY)
    assert (reported.state, reported.state_since) == (S.REPORTED, DAY)
    assert set_reported(grant=row, by=by, on=DAY).version == reported.version, "again changes nothing"
    later = DAY + datetime.timedelta(days=30)
    returned = set_granted_again(grant=row, by=by, on=later)
    assert (returned.state, returned.state_since) == (S.GRANTED, later)
    assert AuditEntry.objects.filter(action="grant.report_returned", actor_id=by.pk).count() == 1


def test_a_report_is_sent_back_from_where_it_was_sent_and_from_a_closed_grant() -> None:
    by = UserFactory()
    for state in S.values:
        row = set_granted_again(grant=a_grant(state=state), by=by, on=DAY)
        assert row.state == (S.GRANTED if state in SENT_BACK_FROM else state)


@pytest.mark.parametrize("state", [S.APPLIED, S.REFUSED])
def test_what_was_never_granted_is_not_reported(state: str) -> None:
    with pytest.raises(DomainError, match="kan ikke bli"):
        set_reported(grant=a_grant(state=state), by=UserFactory(), on=DAY)


def test_the_history_tells_when_and_by_whom() -> None:
    first, second = UserFactory(name="Kari Nordmann"), UserFactory(name="Ola Hansen")
    day = datetime.date(2025, 1, 10)
    row = apply_for(
        reporting_unit=ReportingUnitFactory(),
        scheme=GrantSchemeFactory(reported_here=False),
        year=2025,
        by=first,
        on=day,
    )
    row = update_grant(grant=row, version=row.version, by=second, note="Ny merknad")
    row = award(grant=row, version=row.version, awarded_nok=Decimal(1), by=second, on=day)  # the same day
    row = mark_reported(grant=row, version=row.version, by=first, on=datetime.date(2026, 3, 1))
    assert [(str(step.label), step.on, step.who) for step in history(row)] == [
        ("Søkt", day, "Kari Nordmann"), ("Innvilget", day, "Ola Hansen"),
        ("Rapportert", datetime.date(2026, 3, 1), "Kari Nordmann"),
    ]  # fmt: skip
    assert len(history(GrantFactory())) == 1, "another's steps are not its own"
