"""Two files in the same moment, each with a connection of its own, and somebody on a page meanwhile."""

import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from grants.domain.grant_files import read_file
from grants.domain.grant_import import store
from grants.domain.grant_import_preview import Stored
from grants.domain.grant_state import set_reported
from grants.domain.reporting_unit import update_reporting_unit
from grants.models import Grant, ReportingUnit, YearlyReport
from organisation.domain.errors import DomainError
from organisation.models import Municipality
from reporting.demo import data
from tests.at_once import PATIENCE, at_once, outcome_of, somebody_waits, wait_until, while_uncommitted
from tests.factories import GrantSchemeFactory, ReportingUnitFactory, UserFactory, make_report
from tests.grants.domain.test_grant_import import AT, ON, amounts

pytestmark = pytest.mark.django_db(transaction=True)
AMOUNTS = (Path(data.__path__[0]) / "grants-2009-amounts.csv").read_bytes()


def test_the_same_file_twice_at_once_is_stored_once() -> None:
    act = partial(store, sheet=read_file("belop.csv", AMOUNTS), scheme=GrantSchemeFactory(), year=2009, by=None, at=AT)
    outcomes = at_once(act, act, act)
    assert all(isinstance(outcome, Stored) for outcome in outcomes), outcomes
    assert sorted(outcome.is_changed for outcome in outcomes) == [False, False, True]
    assert Grant.objects.count() == ReportingUnit.objects.count() == 55
    assert Municipality.objects.count() == 47


def test_a_unit_that_somebody_makes_meanwhile_is_no_crash() -> None:
    scheme = GrantSchemeFactory()
    act = partial(store, sheet=amounts("Alta kommune;N;5"), scheme=scheme, year=2009, by=None, at=AT)
    _made, outcome, waited = while_uncommitted(lambda: ReportingUnitFactory(name="Alta kommune"), act)
    assert waited and isinstance(outcome, DomainError) and "i mellomtiden" in str(outcome.message)
    assert not Grant.objects.exists() and ReportingUnit.objects.count() == 1
    assert isinstance(act(), Stored)


def test_a_file_waits_for_whoever_sends_a_report_and_neither_waits_for_ever() -> None:
    """Sending locks the report and then its grant. A file that locked the grant first would wait for the report meanwhile."""
    report = make_report(grant__reporting_unit__name="Alta kommune")
    outcomes: list[Any] = []

    def act() -> Stored:
        return store(sheet=amounts("Alta kommune;;5"), scheme=report.grant.scheme, year=2009, by=None, at=AT)

    thread = threading.Thread(target=lambda: outcomes.append(outcome_of(act)))
    with transaction.atomic():
        YearlyReport.objects.select_for_update(no_key=True).get(pk=report.pk)
        thread.start()
        assert wait_until(somebody_waits)
        set_reported(grant=report.grant, by=None, on=ON)
    thread.join(PATIENCE)
    assert [type(outcome) for outcome in outcomes] == [Stored], outcomes
    report.grant.refresh_from_db()
    assert (report.grant.state, report.grant.awarded_nok) == ("reported", 5)


def test_a_unit_that_somebody_changes_meanwhile_keeps_what_was_written() -> None:
    unit = ReportingUnitFactory(name="Alta kommune", region="")
    act = partial(store, sheet=amounts("Alta kommune;Nord;5"), scheme=GrantSchemeFactory(), year=2009, by=None, at=AT)
    change = partial(update_reporting_unit, reporting_unit=unit, version=1, by=UserFactory(), region="Sør")
    _changed, outcome, waited = while_uncommitted(change, act)
    assert waited and isinstance(outcome, Stored), outcome
    unit.refresh_from_db()
    assert (unit.region, unit.version) == ("Sør", 2)
