"""Every one of the 41 tables, of any reports, is what plain counting gives."""

import random
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.domain import table_disclosure
from grants.domain.tables import SPECS, THEN, TODAY, all_tables
from grants.models import PublishedFigure
from tests.database import undone
from tests.factories import GrantSchemeFactory
from tests.grants.table_answers import OPTIONS, REGIONS, some_received, some_units, store
from tests.grants.table_check import TABLES, Asked, by_hand

pytestmark = pytest.mark.django_db
OVER_TIME = {3: [""], 4: [""], 5: list(OPTIONS["decided_by"]), 8: list(OPTIONS["cooperated_with"]), 13: ["jobs"]}


class Everything(frozenset[tuple[str, str]]):
    def __contains__(self, place: object) -> bool:
        return True


@pytest.fixture(scope="module", autouse=True)
def everything_may_be_told() -> Iterator[None]:
    """How the tables are counted. What is not told of few persons: test_table_disclosure.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_disclosure, "_gate", [lambda values, before=(): Everything()])
        yield


def test_all_are_declared_with_the_reports_own_titles() -> None:
    assert {number: spec.title for number, spec in SPECS.items()} == {
        number: title for number, (title, _table) in TABLES.items()
    }
    assert list(SPECS) == list(range(1, 42))


@given(
    seed=st.integers(0, 10**9),
    units=st.integers(0, 9),
    first=st.sampled_from([2007, 2008, 2009, 2010]),
    measures=st.integers(0, 5),
    silence=st.sampled_from([0.0, 0.2, 0.7, 1.0]),
    region=st.sampled_from(["", "", *REGIONS[:3], "Region som ikke er der"]),
    division=st.sampled_from([None, THEN, TODAY]),
)
def test_every_table_is_what_plain_counting_gives(
    seed: int, units: int, first: int, measures: int, silence: float, region: str, division: str | None
) -> None:
    chance = random.Random(seed)
    made = some_units(chance, units)
    received = some_received(chance, made, range(first, 2011), measures, silence)
    published = {
        table: {
            year: {code: Decimal(chance.randint(0, 100)) for code in codes}
            for year in (2005, 2007, 2009, 2010) if chance.random() < 0.5
        }
        for table, codes in OVER_TIME.items()
    }  # fmt: skip
    with undone():
        scheme = GrantSchemeFactory()
        store(scheme, GrantSchemeFactory(), made, received)
        PublishedFigure.objects.bulk_create(
            PublishedFigure(scheme=scheme, table=table, year=year, row=code, value=value)
            for table, years in published.items() for year, values in years.items() for code, value in values.items()
        )  # fmt: skip
        found = all_tables(scheme=scheme, year=2009, region=region, division=division)
    for table in found:
        today = division == TODAY or (division is None and table.is_over_time)
        asked = Asked(made, received, 2009, region, today, published)
        assert table.as_json() == by_hand(table.number, asked), table.number
        assert [table.number for table in found] == list(range(1, 42))
