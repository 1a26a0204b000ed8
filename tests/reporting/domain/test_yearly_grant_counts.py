"""The children that grants reached: nothing of few is told, in one report or in two."""

import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from organisation.models import Municipality
from reporting.domain.published_counts import sums_told
from reporting.domain.suppression import Shown, Sum, as_earlier, from_json, leaks
from reporting.domain.yearly_grant_counts import ALL, children_of, options_of_table, year_key
from reporting.domain.yearly_grant_facts import Told, facts_of
from reporting.domain.yearly_grants import yearly_grants
from reporting.models import Report, ReportKind
from tests.database import undone
from tests.factories import (
    GrantFactory,
    GrantSchemeFactory,
    MeasureReportFactory,
    MunicipalityFactory,
    ReportFactory,
    ReportingUnitFactory,
    ReportVersionFactory,
    YearlyReportFactory,
)

pytestmark = pytest.mark.django_db
YEAR, ON = 2009, datetime.date(2010, 5, 10)
Forms = list[tuple[str, int | None]]


def reported(town: Municipality, scheme: Any, *forms: tuple[str, int | None]) -> None:
    unit = ReportingUnitFactory(municipality=town)
    report = YearlyReportFactory(grant=GrantFactory(reporting_unit=unit, scheme=scheme, year=YEAR), state="submitted")
    for targeting, children in forms:
        MeasureReportFactory(report=report, targeting=targeting, children_reached=children)


def told_of(town: Municipality) -> list[Told]:
    return facts_of(town, YEAR, ON).awarded


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory()


def test_few_children_are_not_told_nor_what_gives_them_away(town: Municipality) -> None:
    reported(town, GrantSchemeFactory(), ("some", 3), ("some", 12), ("some", 40))
    found = children_of(told=told_of(town), year=YEAR)
    marks = sorted(row.shown for key, row in found.protected.items() if key.count(":") == 1)
    assert marks.count(Shown.UNDER) == 1 and Shown.WITHHELD in marks


def test_a_mean_is_told_only_where_the_sum_behind_it_may_be(town: Municipality) -> None:
    scheme = GrantSchemeFactory()
    reported(town, scheme, ("some", 12), ("all", 30), ("all", 41), ("", 7))
    found = children_of(told=told_of(town), year=YEAR)
    assert options_of_table(found, scheme.public_id, YEAR) == {"some": 12, "all": 36, ALL: 28}


def test_the_table_of_few_says_that_it_is_not_shown(town: Municipality) -> None:
    scheme = GrantSchemeFactory()
    reported(town, scheme, ("some", 2), ("all", 30), ("all", 41))
    content = yearly_grants(Report(municipality=town, year=YEAR, kind=ReportKind.YEARLY_GRANTS), ON).figures
    (table,) = [row for row in content["tables"] if row["number"] == 34]
    assert table["rows"][0]["cells"][0]["text"] == "vises ikke"
    assert any("Vises ikke" in note for note in table["notes"])
    assert all(row["value"] != "<5" and row["value"] != 2 for row in content["counts"])


def test_nobody_has_answered(town: Municipality) -> None:
    reported(town, GrantSchemeFactory(), ("some", None))
    found = children_of(told=told_of(town), year=YEAR)
    assert found.counts == [] and found.cell(year_key(YEAR)) is None


def test_what_a_report_has_told_before_is_remembered(town: Municipality) -> None:
    """A report is corrected: one child more is no number of its own beside the one that was printed."""
    scheme = GrantSchemeFactory()
    reported(town, scheme, ("some", 12), ("all", 30))
    report = Report(municipality=town, year=YEAR, kind=ReportKind.YEARLY_GRANTS)
    first = yearly_grants(report, ON).figures
    kept = ReportFactory(kind=ReportKind.YEARLY_GRANTS, round=None, municipality=town, year=YEAR, half=None)
    ReportVersionFactory(report=kept, state="published", figures=first)
    (told,) = told_of(town)
    form = told.forms[0]
    type(form).objects.filter(pk=form.pk).update(children_reached=13)
    second = yearly_grants(report, ON + datetime.timedelta(days=30)).figures
    (cell,) = [row["children"] for row in second["grants"][0]["measures"] if row["id"] == form.public_id]
    assert (cell["shown"], cell["value"], cell["on"]) == ("number", 12, ON.isoformat())


def test_a_sum_of_more_than_before_is_another_quantity(town: Municipality) -> None:
    """Another grant is reported between two versions: the old sum is still known, and is no part of the new key's memory."""
    scheme = GrantSchemeFactory()
    reported(town, scheme, ("some", 3), ("some", 20), ("some", 30))
    report = Report(municipality=town, year=YEAR, kind=ReportKind.YEARLY_GRANTS)
    first = yearly_grants(report, ON).figures
    kept = ReportFactory(kind=ReportKind.YEARLY_GRANTS, round=None, municipality=town, year=YEAR, half=None)
    ReportVersionFactory(report=kept, state="published", figures=first)
    assert sums_told(town) == first["count_sums"]
    reported(town, scheme, ("some", 40))
    second = yearly_grants(report, ON + datetime.timedelta(days=30)).figures
    assert second["children"]["key"] != first["children"]["key"]
    # Whoever has both adds the old sum up as well.
    assert first["count_sums"][-1] in second["count_sums"]
    assert first["children"]["key"] not in {row["key"] for row in second["counts"]}
    known = [from_json(row) for row in first["counts"]]
    sums = [Sum(whole, tuple(parts)) for whole, *parts in second["count_sums"]]
    protected = {row["key"]: from_json(row) for row in second["counts"]}
    assert not leaks(protected=protected, sums=sums, earlier=as_earlier(known, ON))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(["some", "all", ""]), st.integers(0, 25)), min_size=1, max_size=4),
        min_size=1, max_size=3,
    ),
    st.integers(0, 6),
)  # fmt: skip
def test_an_attacker_with_two_reports_finds_nothing(grants: list[Forms], more: int) -> None:
    with undone():
        town, scheme = MunicipalityFactory(), GrantSchemeFactory()
        for forms in grants:
            reported(town, scheme, *forms)
        told = told_of(town)
        first = children_of(told=told, year=YEAR)
        before = as_earlier(first.protected.values(), ON)
        told[0].forms[0].children_reached = (told[0].forms[0].children_reached or 0) + more
        second = children_of(told=told, year=YEAR, earlier=before)
        for found, known in ((first, []), (second, before)):
            sums = [Sum(whole, tuple(parts)) for whole, *parts in found.count_sums]
            assert not leaks(protected=found.protected, sums=sums, earlier=known)
            assert all(row.value is None or row.value >= 5 for row in found.protected.values())
