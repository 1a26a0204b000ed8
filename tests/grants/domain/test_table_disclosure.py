"""What the 41 tables tell of persons: nothing of few, on pages and in files."""

import datetime
import itertools
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grants.domain import table_disclosure
from grants.domain.questions import MEASURE_QUESTIONS, NUMBER, UNIT_QUESTIONS
from grants.domain.table_disclosure import OF_PERSONS, is_about_persons, nothing_is_told
from grants.domain.table_edition import make_edition
from grants.domain.table_export import as_csv, as_text
from grants.domain.table_list import SPECS
from grants.domain.table_shown import shown
from grants.domain.table_spreadsheet import as_xlsx
from grants.domain.tables import THEN, TODAY, Table, make_table
from grants.models import GrantScheme, ReportingUnit, ReportState
from reporting.domain.grant_table_gate import tellable
from reporting.domain.suppression_tables import TOTAL
from tests.factories import (
    TODAY_AT,
    GrantSchemeFactory,
    MeasureReportFactory,
    ReportingUnitFactory,
    UserFactory,
    make_report,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheme() -> GrantScheme:
    return GrantSchemeFactory()


def reported(scheme: GrantScheme, region: str, *forms: tuple[str, int]) -> ReportingUnit:
    """A unit of a region, with a form for each pair of targeting and children reached."""
    unit: ReportingUnit = ReportingUnitFactory(region=region)
    report = make_report(grant__scheme=scheme, grant__reporting_unit=unit, state=ReportState.SUBMITTED)
    for targeting, children in forms:
        MeasureReportFactory(report=report, targeting=targeting, children_reached=children)
    return unit


def means(table: Table) -> dict[str, object]:
    rows = [*table.rows, *([table.total] if table.total else [])]
    return {row.code or "total": "withheld" if 0 in row.withheld else row.values[0] for row in rows}


def test_only_one_answer_counts_persons() -> None:
    """Whoever adds a question that is a number has to say here whether it counts persons."""
    numbers = {name for name, q in {**UNIT_QUESTIONS, **MEASURE_QUESTIONS}.items() if q.kind == NUMBER}
    assert numbers - OF_PERSONS == {"active_measures"}
    assert [number for number, spec in SPECS.items() if is_about_persons(spec)] == [34]


def test_a_mean_of_few_children_is_not_told_nor_what_gives_it_away(scheme: GrantScheme) -> None:
    reported(scheme, "Nord", ("some", 3), ("all", 90), ("all", 30))
    table = make_table(34, scheme=scheme, year=2009)
    # 3 children; the total and the others would give them away, and either alone does not.
    assert means(table) == {"some": "withheld", "all": "withheld", "total": 41}
    assert [row.values[1] for row in table.rows] == [1, 2]  # measures are no persons


def test_what_is_about_many_is_told(scheme: GrantScheme) -> None:
    reported(scheme, "Nord", ("some", 12), ("all", 90))
    table = make_table(34, scheme=scheme, year=2009)
    assert means(table) == {"some": 12, "all": 90, "total": 51}
    assert not table.has_withheld


def test_a_region_does_not_tell_of_another(scheme: GrantScheme) -> None:
    """North and the country would give away the south."""
    reported(scheme, "Nord", ("some", 40), ("all", 60))
    reported(scheme, "Sør", ("some", 2), ("all", 50))
    told = {
        region: means(make_table(34, scheme=scheme, year=2009, region=region))["some"] for region in ("", "Nord", "Sør")
    }
    assert told["Sør"] == "withheld"
    assert "withheld" in (told[""], told["Nord"])


def test_regions_as_they_were_and_as_they_are_do_not_tell_of_each_other(scheme: GrantScheme) -> None:
    """A unit of the north with 2 children has become one of the south: the north of then less that of today gives them away."""
    reported(scheme, "Nord", ("all", 40))
    stays, moved = reported(scheme, "Sør", ("all", 60)), reported(scheme, "Nord", ("all", 2))
    moved.successor = stays
    moved.save()
    for region in ("Nord", "Sør"):
        told = [
            means(make_table(34, scheme=scheme, year=2009, region=region, division=division))["all"]
            for division in (THEN, TODAY)
        ]
        assert "withheld" in told, region


def test_a_collection_does_not_tell_of_what_has_come_since_another(scheme: GrantScheme) -> None:
    """20 children and then 22: a form of 2 has come."""
    reported(scheme, "Nord", ("some", 20), ("all", 90))
    by = UserFactory()
    first = make_edition(scheme=scheme, year=2009, by=by, at=TODAY_AT)
    assert first.document.content["counts"] == {"34": {"some": 20, "all": 90, "": 110}}
    reported(scheme, "Nord", ("some", 2))
    later = make_edition(scheme=scheme, year=2009, by=by, at=TODAY_AT + datetime.timedelta(minutes=2))
    told = later.document.content["counts"]["34"]
    assert told["some"] is None and told[""] is None
    (table,) = [table for table in later.document.content["tables"] if table["number"] == 34]
    assert "vises ikke" in [cell["text"] for row in table["rows"] for cell in row["cells"]]
    reported(scheme, "Nord", ("some", 30), ("all", 40))
    last = make_edition(scheme=scheme, year=2009, by=by, at=TODAY_AT + datetime.timedelta(minutes=4))
    assert last.document.content["counts"]["34"] == {"some": 52, "all": 130, "": 182}, "many have come since"


def test_an_answer_that_nobody_gives_any_more_does_not_stop_a_collection() -> None:
    values = {("Nord", "Nord", "all"): 90, ("Sør", "Nord", "all"): 40, ("Sør", "Sør", "all"): 70}
    before = [{"some": 2, "all": 190, "": None}, {"some": None, "": None}]
    assert (THEN, "", "some") not in tellable(values, before)


def test_units_without_a_region_are_not_taken_for_the_country(scheme: GrantScheme) -> None:
    reported(scheme, "", ("some", 20))
    reported(scheme, "Nord", ("some", 80), ("all", 9))
    assert means(make_table(34, scheme=scheme, year=2009)) == {"some": 50, "all": 9, "total": 36}


def test_a_municipality_counts_its_own_units_only(scheme: GrantScheme) -> None:
    """Also where the connection shows all, as a worker's does."""
    reported(scheme, "Nord", ("some", 12), ("all", 90))
    own = ReportingUnitFactory(region="Nord")
    report = make_report(grant__scheme=scheme, grant__reporting_unit=own, state=ReportState.SUBMITTED)
    MeasureReportFactory(report=report, targeting="some", children_reached=6)
    for number in SPECS:
        everybody = make_table(number, scheme=scheme, year=2009)
        table = make_table(number, scheme=scheme, year=2009, municipality=own.municipality)
        assert (table.n or 0) <= (everybody.n or 0)
    assert means(make_table(34, scheme=scheme, year=2009, municipality=own.municipality))["some"] == 6
    assert [row.label for row in make_table(1, scheme=scheme, year=2009, municipality=own.municipality).rows] == [
        own.name
    ]


def test_files_say_that_it_is_not_shown(scheme: GrantScheme) -> None:
    reported(scheme, "Nord", ("some", 3), ("all", 3))
    table = make_table(34, scheme=scheme, year=2009)
    assert "rettet mot enkelte barn/unge/familier;vises ikke;1" in as_csv(table)
    assert "vises ikke" in as_text(table)
    said = shown(table)
    assert said["rows"][0]["cells"][0]["text"] == "vises ikke"
    assert any("færre enn fem" in note for note in said["notes"])
    assert table.as_json()["rows"][0]["values"] == {"gjennomsnitt": None, "n": 1}
    assert as_xlsx([table])


def test_without_a_gate_nothing_about_persons_is_told(scheme: GrantScheme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_disclosure, "_gate", [nothing_is_told])
    reported(scheme, "Nord", ("some", 12), ("all", 90))
    assert set(means(make_table(34, scheme=scheme, year=2009)).values()) == {"withheld"}


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["Nord", "Sør", "Øst"]), st.sampled_from(["some", "all"])), st.integers(0, 30)
    )
)
def test_whoever_subtracts_finds_no_small_number(values: dict[tuple[str, str], int]) -> None:
    """Every place, row and column that is told of leaves nothing over that is small and follows from what is told."""
    told = {place[1:] for place in tellable({(place[0], *place): n for place, n in values.items()})}
    rows, columns = ({place[n] for place in values} for n in (0, 1))
    lines = [[(row, TOTAL), *(place for place in values if place[0] == row)] for row in rows]
    lines += [[(TOTAL, column), *(place for place in values if place[1] == column)] for column in columns]
    known = {**values}
    for row, column in itertools.product([*rows, TOTAL], [*columns, TOTAL]):
        known.setdefault(
            (row, column),
            sum(n for (r, c), n in values.items() if row in (r, TOTAL) and column in (c, TOTAL)),
        )
    assert all(known[place] >= 5 for place in told)
    for line in lines:
        hidden = [place for place in line if place not in told]
        assert len(hidden) != 1, (line, told)


def test_the_number_of_measures_is_told_beside_a_mean_of_kroner(scheme: GrantScheme) -> None:
    """Money is no person: a budget of one measure is what the municipality itself publishes."""
    report = make_report(grant__scheme=scheme, state=ReportState.SUBMITTED)
    MeasureReportFactory(
        report=report, targeting="some", goal_category="jobs", budget_nok=Decimal(4), children_reached=1
    )
    table = make_table(21, scheme=scheme, year=2009)
    assert not table.has_withheld
    assert Decimal(4) in [row.values[0] for row in table.rows]
