"""Two files in the same moment, each with a connection of its own, and somebody on a page meanwhile."""

from functools import partial
from pathlib import Path

import pytest

from grants.domain.grant_files import read_file
from grants.domain.grant_import import store
from grants.domain.grant_import_preview import Stored
from grants.models import Grant, ReportingUnit
from organisation.domain.errors import DomainError
from organisation.models import Municipality
from reporting.demo import data
from tests.at_once import at_once, while_uncommitted
from tests.factories import GrantSchemeFactory, ReportingUnitFactory
from tests.grants.domain.test_grant_import import AT, amounts

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
