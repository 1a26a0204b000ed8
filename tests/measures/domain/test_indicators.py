"""Indicator tables: bases that differ are said, missing values are in no sum, totals are computed."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.domain.indicators import Table, add_indicator, add_observation, create_table, lay_out, update_observation
from measures.models import IndicatorTable
from organisation.domain.errors import DomainError
from tests.database import undone
from tests.factories import (
    GoalFactory,
    IndicatorFactory,
    IndicatorTableFactory,
    ObservationFactory,
    PlanFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
EIGHT, FOUR = "gjennomsnitt måned 1-8", "gjennomsnitt måned 1-4"
VALUES = st.none() | st.decimals(-100, 10_000, places=2)


def laid_out(table: IndicatorTable) -> Table:
    return lay_out(IndicatorTable.objects.prefetch_related("indicators__observations").get(pk=table.pk))


def table_of(rows: dict[str, dict[str, Any]], **fields: Any) -> IndicatorTable:
    """Rows by name, each with values by period; a value may be a pair with its basis."""
    table = IndicatorTableFactory(**fields)
    for name, values in rows.items():
        indicator = IndicatorFactory(table=table, name=name)
        for period, figure in values.items():
            value, basis = figure if isinstance(figure, tuple) else (figure, "")
            remark = "utrullingsfase" if value is None else ""
            ObservationFactory(indicator=indicator, period=period, value=value, basis=basis, remark=remark)
    return table


def trondheim() -> IndicatorTable:
    """The table of the 2011 status report, whose text says 1848."""
    return table_of(
        {
            "Mottakere av bare økonomisk sosialhjelp": {
                "2009": (2070, EIGHT),
                "2010": (1458, EIGHT),
                "2011": (1448, FOUR),
            },
            "Deltakere i kvalifiseringsprogrammet (KVP)": {"2009": None, "2010": (465, EIGHT), "2011": (390, FOUR)},
        }
    )


def test_the_total_of_2011_is_what_the_figures_add_up_to() -> None:
    table = laid_out(trondheim())
    assert table.columns == ["2009", "2010", "2011"]
    assert table.total is not None
    assert [cell.value for cell in table.total] == [None, 1923, 1838]


def test_a_missing_figure_stays_missing_with_its_remark_and_is_in_no_sum() -> None:
    table = laid_out(trondheim())
    missing = table.rows[1].cells[0]
    assert (missing.value, missing.remark) == (None, "utrullingsfase")
    assert table.total is not None
    assert table.total[0].remark == "kan ikke summeres, tall mangler"


def test_bases_that_differ_along_a_row_are_said_with_their_periods() -> None:
    table = laid_out(trondheim())
    assert table.mixed_bases
    assert table.bases == {EIGHT: ["2009", "2010"], FOUR: ["2011"]}


def test_rows_with_a_basis_each_are_not_mixed() -> None:
    table = laid_out(
        table_of({"a": {"2010": (1, EIGHT), "2011": (2, EIGHT)}, "b": {"2010": (1, FOUR), "2011": (2, FOUR)}})
    )
    assert not table.mixed_bases


def test_the_basis_of_a_missing_figure_mixes_nothing() -> None:
    assert not laid_out(table_of({"a": {"2010": (None, EIGHT), "2011": (2, FOUR)}})).mixed_bases


def test_a_period_without_an_observation_says_so() -> None:
    table = laid_out(table_of({"a": {"2010": 1}, "b": {"2011": 1}}))
    assert [(cell.value, cell.remark) for cell in table.rows[0].cells] == [(1, ""), (None, "ikke registrert")]
    assert table.total is not None
    assert [cell.value for cell in table.total] == [None, None]


def test_a_row_outside_the_total_is_shown_and_not_counted() -> None:
    table = table_of({"a": {"2011": 1}})
    ObservationFactory(indicator=IndicatorFactory(table=table, in_total=False), period="2011", value=100)
    shown = laid_out(table)
    assert len(shown.rows) == 2
    assert shown.total is not None
    assert shown.total[0].value == 1


def test_a_table_without_a_label_for_it_has_no_total() -> None:
    assert laid_out(table_of({"a": {"2011": 1}}, total_label="")).total is None


@given(rows=st.lists(st.lists(VALUES, min_size=3, max_size=3), min_size=1, max_size=4))
def test_a_total_is_the_sum_of_its_column_or_missing(rows: list[list[Decimal | None]]) -> None:
    years = ["2009", "2010", "2011"]
    with undone():
        table = laid_out(table_of({str(number): dict(zip(years, row, strict=True)) for number, row in enumerate(rows)}))
    assert table.total is not None
    for column, cell in enumerate(table.total):
        parts = [row[column] for row in rows]
        assert cell.value == (None if None in parts else sum(parts))  # type: ignore[arg-type]
        assert bool(cell.remark) is (None in parts)


def test_periods_stand_in_the_order_of_time() -> None:
    plan, by = PlanFactory(), UserFactory()
    table = create_table(plan=plan, title="Tall", by=by)
    indicator = add_indicator(table=table, name="a", by=by)
    for period in ("2. halvår 2011", "uten år", "2013", "1. halvår 2011", "2009–2010"):
        add_observation(indicator=indicator, period=period, value=Decimal(1), by=by)
    assert laid_out(table).columns == ["2009–2010", "1. halvår 2011", "2. halvår 2011", "2013", "uten år"]


def test_a_figure_or_a_reason_must_be_given() -> None:
    observation, by = ObservationFactory(), UserFactory()
    for step in (
        lambda: add_observation(indicator=observation.indicator, period="2012", value=None, by=by, remark=" "),
        lambda: update_observation(observation=observation, value=None, version=1, by=by),
    ):
        with pytest.raises(DomainError) as refusal:
            step()
        assert refusal.value.field == "value"
    observation.refresh_from_db()
    assert observation.value == 10
    missing = update_observation(observation=observation, value=None, version=1, by=by, remark="utgått")
    assert (missing.value, missing.remark) == (None, "utgått")


def test_zero_is_a_figure() -> None:
    by = UserFactory()
    assert add_observation(indicator=IndicatorFactory(), period="2011", value=Decimal(0), by=by).value == 0


def test_a_period_is_given_once_and_a_name_used_once() -> None:
    observation, by = ObservationFactory(period="2011"), UserFactory()
    with pytest.raises(DomainError) as refusal:
        add_observation(indicator=observation.indicator, period="2011", value=Decimal(1), by=by)
    assert refusal.value.field == "period"
    with pytest.raises(DomainError) as refusal:
        add_indicator(table=observation.indicator.table, name=observation.indicator.name, by=by)
    assert refusal.value.field == "name"


def test_a_table_under_another_plans_goal_is_refused() -> None:
    plan, foreign = PlanFactory(), GoalFactory()
    with pytest.raises(DomainError) as refusal:
        create_table(plan=plan, title="Tall", by=UserFactory(), goal=foreign)
    assert refusal.value.field == "goal"
    assert not plan.indicator_tables.exists()
    assert create_table(plan=plan, title="Tall", by=UserFactory(), goal=GoalFactory(plan=plan)).pk
