"""Grants used in 2009: the real amounts, and made-up answers that agree with what was published, to the digit."""

import csv
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from grants.domain.tables import make_table
from grants.models import (
    Grant,
    GrantScheme,
    MeasureReport,
    PublishedFigure,
    ReportingUnit,
    ReportState,
    YearlyReport,
)
from grants.models.answers import BudgetClass
from organisation.models import Municipality
from reporting.demo.grants_2009 import LEFT_TO_JUDGE, YEAR
from reporting.demo.reading import DATA, read

REFERENCE = read("grants-2009-tables.yaml")
KNOWN = REFERENCE["figures_known"]
PUBLISHED = REFERENCE["published_counts"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def amounts() -> dict[str, tuple[str, Decimal]]:
    with (DATA / "grants-2009-amounts.csv").open(encoding="utf-8") as file:
        return {
            row["reporting_unit"]: (row["region"], Decimal(row["amount_nok"]))
            for row in csv.DictReader(file, delimiter=";")
        }


def scheme() -> GrantScheme:
    return GrantScheme.objects.get(municipality=None)


def reports() -> list[YearlyReport]:
    found = YearlyReport.objects.filter(grant__year=YEAR, grant__scheme=scheme())
    return list(found.select_related("grant__reporting_unit").order_by("id"))


def forms() -> list[MeasureReport]:
    return list(MeasureReport.objects.filter(report__in=reports()).select_related("report__grant__reporting_unit"))


def test_the_scheme_is_the_references() -> None:
    facts = REFERENCE["scheme"]
    row = scheme()
    assert (row.name, row.funder, row.max_years) == (facts["name"], facts["funder"], facts["max_years"])
    assert row.reported_here
    assert row.has_reporting_duty


def test_every_unit_has_its_real_amount_and_region() -> None:
    grants = Grant.objects.filter(year=YEAR).select_related("reporting_unit")
    loaded = {row.reporting_unit.name: (row.reporting_unit.region, row.awarded_nok) for row in grants}
    assert loaded == amounts()
    assert len(loaded) == KNOWN["reporting_units"]
    assert sum(amount or 0 for region, amount in loaded.values()) == 25_103_653
    assert {row.grant.reporting_unit.name: row.amount_received_nok for row in reports()} == {
        name: amount for name, (region, amount) in amounts().items()
    }


def test_trondheims_unit_is_that_of_the_demos_town() -> None:
    unit = ReportingUnit.objects.get(name="Trondheim kommune")
    assert unit.municipality.number == "1601"
    assert Municipality.objects.filter(name__icontains="Trondheim").count() == 1


def test_all_have_reported_and_some_wait_to_be_judged() -> None:
    states = Counter(row.state for row in reports())
    assert states == {ReportState.ACCEPTED: 55 - LEFT_TO_JUDGE, ReportState.SUBMITTED: LEFT_TO_JUDGE}
    assert {row.grant.state for row in reports()} == {"reported"}


def test_made_up_answers_say_so() -> None:
    assert all(row.title.endswith("(eksempel)") for row in forms())
    assert {row.general_feedback for row in reports()} == {"Oppdiktet svar, laget for demoen."}


def test_as_many_measures_and_children_as_were_published() -> None:
    rows = forms()
    assert len(rows) == KNOWN["measures"]
    assert Counter(row.report_id for row in rows) == {row.pk: row.active_measures for row in reports()}
    children = [row.children_reached for row in rows if row.children_reached is not None]
    assert abs(sum(children) - KNOWN["children_reached_about"]) < 200
    assert (min(children), max(children)) == (KNOWN["smallest_measure_children"], KNOWN["largest_measure_children"])


def test_budgets_fit_their_class_and_add_up_to_no_more_than_the_grant() -> None:
    budgets: Counter[int] = Counter()
    for row in forms():
        budgets[row.report_id] += int(row.budget_nok or 0)
        if row.budget_nok is not None and row.budget_class:
            assert row.budget_class == size_of(row.budget_nok)
    received = {row.pk: int(row.grant.awarded_nok or 0) for row in reports()}
    assert all(budgets[report] <= amount for report, amount in received.items())
    assert budgets.total() > sum(received.values()) * 0.9  # some measures have not said what they cost


def size_of(budget: Decimal) -> str:
    if budget <= 10_000:
        return BudgetClass.SMALL
    return BudgetClass.MEDIUM if budget <= 100_000 else BudgetClass.LARGE


def test_one_reason_for_goals_that_were_not_reached_and_none_for_those_that_were() -> None:
    assert {row.goals_reached for row in reports() if row.reason_not_reached} == {"not_all"}
    assert all(row.cooperated_with == ["none"] for row in reports() if "none" in row.cooperated_with)


@pytest.mark.parametrize("number", [7, 9, 12, 29])
def test_the_published_tables_come_out_to_the_digit(number: int) -> None:
    table = make_table(number, scheme=scheme(), year=YEAR)
    assert table.n == PUBLISHED[number]["N"]
    assert {row.label: list(row.values) for row in table.rows} == PUBLISHED[number]["rows"]


@pytest.mark.parametrize("number", [3, 4, 5, 8])
def test_tables_over_years_begin_with_what_was_published_before(number: int) -> None:
    table = make_table(number, scheme=scheme(), year=YEAR)
    assert table.published_years == (2006, 2007, 2008)
    for place, (year, published) in enumerate(REFERENCE["earlier_years"][number].items()):
        assert table.columns[place].key == str(year)
        assert [row.values[place] for row in table.rows] == as_list(published)
    assert table.columns[3].key == "2009"
    assert all(row.values[3] is not None for row in table.rows)


def as_list(published: Any) -> list[Decimal]:
    values = published if isinstance(published, list) else [published]
    return [Decimal(str(value)) for value in values]


def test_only_the_published_years_stand_as_published_figures() -> None:
    assert Counter(PublishedFigure.objects.values_list("table", flat=True)) == {3: 3, 4: 3, 5: 9, 8: 15}
