"""The figures of the yearly report on grants: whose they are, what is told of each grant, and what is kept back."""

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from grants.models import Grant, GrantState, PublishedFigure, ReportState, YearlyReport
from grants.models import ReportStep as GrantReportStep
from measures.models import MeasureState, PlanState
from organisation.domain.errors import DomainError
from organisation.models import Municipality
from organisation.separation import SYSTEM, seeing
from reporting.domain.free_texts import texts_in
from reporting.domain.report_kinds import KINDS
from reporting.domain.yearly_grant_tables import OF_UNITS, numbers_for
from reporting.domain.yearly_grants import Yearly, last_years, yearly_grants, yearly_title
from reporting.models import Report, ReportKind
from tests.factories import (
    FundedMeasureFactory,
    FundingFactory,
    GrantFactory,
    GrantSchemeFactory,
    MeasureFactory,
    MeasureReportFactory,
    MunicipalityFactory,
    ReportFactory,
    ReportingUnitFactory,
    ReportVersionFactory,
    SubProjectFactory,
    UserFactory,
    YearlyReportFactory,
)

pytestmark = pytest.mark.django_db
Json = dict[str, Any]
YEAR, ON = 2009, datetime.date(2010, 5, 10)


@pytest.fixture
def town() -> Municipality:
    return MunicipalityFactory()


def at(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(12), datetime.UTC)


def granted(town: Municipality, **fields: Any) -> Grant:
    return GrantFactory(reporting_unit=ReportingUnitFactory(municipality=town), year=YEAR, **fields)


def reported(
    town: Municipality,
    *children: int | None,
    state: str = ReportState.SUBMITTED,
    grant: Grant | None = None,
    **answers: Any,
) -> YearlyReport:
    """A report with a form for each number of children."""
    report = YearlyReportFactory(grant=grant or granted(town), **answers)
    for number, count in enumerate(children, 1):
        MeasureReportFactory(
            report=report, number=number, children_reached=count, targeting="all" if number % 2 else "some",
            description=f"Beskrivelse {number}",
        )  # fmt: skip
    when = {"submitted_at": at(datetime.date(2010, 2, 1)), "submitted_by": UserFactory()}
    if state == ReportState.ACCEPTED:
        when |= {"accepted_at": at(datetime.date(2010, 4, 1)), "accepted_by": UserFactory()}
    if state != ReportState.DRAFT:
        YearlyReport.objects.filter(pk=report.pk).update(state=state, **when)
        if state != ReportState.RETURNED:
            Grant.objects.filter(pk=report.grant_id).update(state=GrantState.REPORTED)
    report.refresh_from_db()
    return report


def built(town: Municipality, on: datetime.date = ON, year: int = YEAR) -> Yearly:
    made = yearly_grants(Report(municipality=town, year=year, kind=ReportKind.YEARLY_GRANTS), on)
    assert json.loads(json.dumps(made.figures)) == made.figures, "it can be frozen as it is"
    return made


def figures(town: Municipality, **kw: Any) -> Json:
    return built(town, **kw).figures


def one(town: Municipality, **kw: Any) -> Json:
    (found,) = figures(town, **kw)["grants"]
    assert isinstance(found, dict)
    return found


def five(content: Json) -> dict[str, Any]:
    return {row["key"]: row["cell"] or row["value"] for row in content["five"]}


def text_of(value: Any) -> str:
    return next(texts_in(value)).text


# --- Whose --------------------------------------------------------------------------------------------------------


def test_another_municipalitys_grants_are_not_told_however_much_the_connection_shows(town: Municipality) -> None:
    """A worker sees all municipalities, and so may whoever makes the draft."""
    scheme = GrantSchemeFactory()
    reported(town, 12, 30, grant=granted(town, scheme=scheme))
    with seeing(SYSTEM):
        alone = figures(town)
        reported(MunicipalityFactory(), *range(40, 60), grant=granted(MunicipalityFactory(), scheme=scheme))
        beside = figures(town)
    assert beside == alone
    assert [table["number"] for table in beside["tables"]] == [9, 34]
    assert [table["answered"] for table in beside["tables"] if table["number"] == 9] == ["2 av 2 tiltak har svar."]


def test_only_grants_of_the_year_are_told(town: Municipality) -> None:
    granted(town)
    GrantFactory(reporting_unit=ReportingUnitFactory(municipality=town), year=YEAR - 1)
    assert len(figures(town)["grants"]) == 1


def test_a_year_that_has_not_begun_has_no_report(town: Municipality) -> None:
    with pytest.raises(DomainError, match="ikke begynt"):
        built(town, on=datetime.date(2008, 12, 31))


def test_a_municipality_without_grants_has_a_report_that_says_so(town: Municipality) -> None:
    content = figures(town)
    assert content["grants"] == content["tables"] == content["counts"] == []
    assert five(content) == {"received": 0, "measures": 0, "children": None, "ordinary": None, "accepted": 0}
    assert {row["key"]: row["note"] for row in content["five"]} == {
        "received": "ingen tilskudd dette året", "measures": "ingen tilskudd dette året", "children": "ingen tiltak",
        "ordinary": "ingen tidligere tiltak er registrert", "accepted": "ingen rapporter å godkjenne",
    }  # fmt: skip


def test_it_is_in_bokmal_whoever_makes_it(town: Municipality) -> None:
    with translation.override("en"):
        assert figures(town)["title"] == yearly_title(YEAR) == "Årsrapport om tilskudd 2009"
        assert (
            KINDS[ReportKind.YEARLY_GRANTS].build(Report(municipality=town, year=YEAR), ON).figures["kind"]
            == "yearly_grants"
        )


def test_the_number_of_queries_does_not_grow_with_grants_and_measures(town: Municipality) -> None:
    scheme = GrantSchemeFactory()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            built(town)
        return len(captured)

    report = reported(town, 12, 30, grant=granted(town, scheme=scheme))
    FundingFactory(grant=report.grant)
    before = queries()
    for _ in range(3):
        more = reported(town, 12, 30, 40, grant=granted(town, scheme=scheme))
        for _ in range(3):
            FundingFactory(grant=more.grant)
    assert queries() == before


# --- One grant ----------------------------------------------------------------------------------------------------


def test_the_money_of_a_grant(town: Municipality) -> None:
    grant = granted(town, applied_nok=500_000, carried_over_nok=20_000, spent_nok=Decimal("300000.50"))
    assert one(town)["money"] | {} == {
        "applied": 500_000, "awarded": 400_000, "carried_over": 20_000, "available": 420_000, "budgeted": 0,
        "spent": 300_000.5, "source": "accounts", "source_label": "oppgitt fra regnskapet", "left": 119_999.5, "shared": [],
    }  # fmt: skip
    money = figures(town)["money"]
    assert (money["spent"], money["left"], money["known"], money["grants"]) == (300_000.5, 119_999.5, 1, 1)
    assert built(town).sources[f"money:{grant.public_id}:spent"] == {"kind": "grants", "ids": [grant.public_id]}


def test_what_nobody_knows_is_not_nought(town: Municipality) -> None:
    granted(town)
    money = figures(town)["money"]
    assert money["spent"] is money["left"] is money["applied"] is None


def test_notes_and_case_numbers_stay_in_the_municipality(town: Municipality) -> None:
    grant = granted(town, note="Hemmelig merknad", case_number="SAK-4711", positions=1)
    reported(
        town, 12, grant=grant, explanations={"children_reached": "Hemmelig forklaring"}, sources={"x": "Hemmelig kilde"}
    )
    made = built(town)
    said = json.dumps([made.figures, made.sources], ensure_ascii=False)
    assert "Hemmelig" not in said and "SAK-4711" not in said


def test_a_measure_says_what_it_is_tied_to(town: Municipality) -> None:
    grant = granted(town)

    def fund(title: str, **linked: Any) -> None:
        funded = FundedMeasureFactory(reporting_unit=grant.reporting_unit, scheme=grant.scheme, title=title, **linked)
        FundingFactory(grant=grant, funded_measure=funded, budget_nok=50_000)

    adopted = MeasureFactory(plan__municipality=town, plan__state=PlanState.ADOPTED, title="Åpen dør")
    fund("a", measure=adopted)
    fund("b", measure=MeasureFactory(plan__municipality=town, plan__state=PlanState.DRAFT, title="Hemmelig tiltak"))
    fund("c", sub_project=SubProjectFactory(municipality=town, title="Jobb og skole"))
    fund("d")
    rows = {row["title"]: row["linked"] for row in one(town)["measures"]}
    assert (rows["a"]["kind"], rows["a"]["title"]) == ("measure", "Åpen dør")
    assert rows["b"]["title"] == "tiltak i en plan som ikke er vedtatt" and rows["b"]["plan"] == ""
    assert (rows["c"]["kind"], rows["c"]["title"]) == ("sub_project", "Jobb og skole")
    assert rows["d"] is None


def test_a_measure_stands_once_with_its_money_and_its_form(town: Municipality) -> None:
    report = reported(town, 12)
    funding = FundingFactory(grant=report.grant, budget_nok=50_000)
    MeasureReportFactory(
        report=report, number=2, funded_measure=funding.funded_measure, children_reached=30, title="Navn"
    )
    rows = one(town)["measures"]
    assert [(row["title"], row["budget"], row["children"]["value"]) for row in rows] == [
        ("Navn", 50_000, 30),
        (report.measure_reports.get(number=1).title, None, 12),
    ]


@pytest.mark.parametrize("state", [ReportState.DRAFT, ReportState.RETURNED])
def test_answers_that_are_not_sent_are_not_told(town: Municipality, state: str) -> None:
    reported(town, 12, 30, state=state, goals_reached="all", general_feedback="Ikke sendt ennå")
    content = figures(town)
    (grant,) = content["grants"]
    assert grant["answers"] == content["tables"] == content["counts"] == []
    assert text_of(grant["feedback"]) == "" and content["children"] is None


def test_the_answers_of_the_unit_in_words(town: Municipality) -> None:
    reported(town, 12, goals_reached="all", cooperated_with=["voluntary", "other"], general_feedback="Det gikk bra.")
    part = one(town)
    assert {row["key"]: row["text"] for row in part["answers"]} == {
        "goals_reached": "alle målsettinger", "cooperated_with": "frivillige organisasjoner, andre samarbeidspartnere",
    }  # fmt: skip
    assert text_of(part["feedback"]) == "Det gikk bra."


def test_every_text_that_people_wrote_waits_for_a_reader(town: Municipality) -> None:
    reported(town, 12, general_feedback="Tilbakemelding")
    granted(town, state=GrantState.REFUSED, state_reason="Begrunnelse", awarded_nok=None)
    texts = list(texts_in(figures(town)))
    assert {text.text for text in texts} >= {"Tilbakemelding", "Begrunnelse", "Beskrivelse 1"}
    assert not any(text.cleared for text in texts)
    assert len({text.key for text in texts}) == len(texts)


# --- First page ---------------------------------------------------------------------------------------------------


def test_the_five_figures(town: Municipality) -> None:
    scheme = GrantSchemeFactory()
    reported(town, 12, 30, state=ReportState.ACCEPTED, grant=granted(town, scheme=scheme))
    other = reported(town, state=ReportState.DRAFT, grant=granted(town, scheme=scheme))
    FundingFactory(grant=other.grant)
    found = five(figures(town))
    assert (found["received"], found["measures"], found["accepted"]) == (800_000, 3, 1)
    assert found["children"]["value"] == 42
    labels = {row["key"]: row["label"] for row in figures(town)["five"]}
    assert (labels["received"], labels["accepted"]) == ("Kroner tildelt", "Rapport godkjent")


def test_page_one_says_how_many_accounts_are_missing_so_that_the_sums_add_up(town: Municipality) -> None:
    granted(town, spent_nok=Decimal(300_000))
    granted(town)
    (note,) = [row["note"] for row in figures(town)["five"] if row["key"] == "received"]
    assert note.replace("\xa0", " ") == "300 000 brukt, 100 000 igjen der regnskapet er kjent. 1 av 2 regnskap mangler"


def test_measures_that_have_become_ordinary(town: Municipality) -> None:
    unit, scheme = ReportingUnitFactory(municipality=town), GrantSchemeFactory()
    before = GrantFactory(reporting_unit=unit, scheme=scheme, year=YEAR - 1)
    for title, state, since in (
        ("I drift", MeasureState.IN_OPERATION, datetime.date(2009, 6, 1)),
        ("For sent", MeasureState.IN_OPERATION, datetime.date(2010, 1, 2)),
        ("Ikke", MeasureState.IN_PROGRESS, datetime.date(2009, 6, 1)),
    ):
        measure = MeasureFactory(plan__municipality=town, state=state, state_since=since)
        funded = FundedMeasureFactory(reporting_unit=unit, scheme=scheme, title=title, measure=measure)
        FundingFactory(grant=before, funded_measure=funded)
    content = figures(town)
    assert [row["title"] for row in content["ordinary"]] == ["I drift"]
    assert five(content)["ordinary"] == 1
    # With money this year it is not over to ordinary operation.
    FundingFactory(grant=GrantFactory(reporting_unit=unit, scheme=scheme, year=YEAR), funded_measure=funded)
    assert [row["note"] for row in figures(town)["five"] if row["key"] == "ordinary"] == [
        "av 2 som fikk penger før, men ikke i år"
    ]


def test_what_is_late_and_what_came_late(town: Municipality) -> None:
    granted(town, report_by=datetime.date(2010, 3, 1))
    granted(town, report_by=datetime.date(2010, 6, 1))  # not yet
    reported(town, 12, grant=granted(town, report_by=datetime.date(2010, 1, 15)))
    reported(town, 12, grant=granted(town, report_by=datetime.date(2010, 3, 1)))  # in time
    late = figures(town)["late"]
    assert [(row["kind"], row["due"], row["done_on"]) for row in late] == [
        ("missing", "2010-03-01", None), ("sent_late", "2010-01-15", "2010-02-01"),
    ]  # fmt: skip
    assert [row["kind"] for row in figures(town, on=datetime.date(2010, 7, 1))["late"]].count("missing") == 2


def test_what_was_refused_and_what_was_sent_back_with_the_reasons(town: Municipality) -> None:
    granted(town, state=GrantState.REFUSED, awarded_nok=None, state_reason="Utenfor formålet")
    report = reported(town, 12, state=ReportState.RETURNED)
    GrantReportStep.objects.create(
        report=report, before="submitted", after="returned", at=at(datetime.date(2010, 4, 2)), by=UserFactory(),
        comment="Se over tallene",
    )  # fmt: skip
    rows = {row["kind"]: row for row in figures(town)["turned_down"]}
    assert text_of(rows["refused"]["reason"]) == "Utenfor formålet"
    assert (text_of(rows["returned"]["reason"]), rows["returned"]["on"]) == ("Se over tallene", "2010-04-02")
    assert rows["returned"]["is_open"]


# --- Last year's --------------------------------------------------------------------------------------------------


def report_on(town: Municipality, year: int, state: str, content: Json) -> Report:
    report: Report = ReportFactory(kind=ReportKind.YEARLY_GRANTS, round=None, municipality=town, year=year, half=None)
    ReportVersionFactory(report=report, state=state, figures=content)
    return report


def test_it_is_compared_with_last_years_report(town: Municipality) -> None:
    reported(town, 12, 30)
    content = figures(town)
    report_on(town, YEAR, "published", content)
    GrantFactory(reporting_unit=ReportingUnitFactory(municipality=town), year=YEAR + 1, awarded_nok=500_000)
    after = figures(town, year=YEAR + 1)
    assert after["changes"]["since"]["label"] == "2009"
    said = {row["key"]: row["change"] for row in after["five"]}
    assert said["received"] == "100\u00a0000 mer enn i 2009" and said["children"] == "kan ikke sammenlignes med 2009"


def test_without_last_years_report_nothing_is_compared(town: Municipality) -> None:
    reported(town, 12, 30)
    report_on(town, YEAR - 2, "published", {})
    report_on(MunicipalityFactory(), YEAR - 1, "published", {})
    report_on(town, YEAR - 1, "draft", {})
    content = figures(town)
    assert content["changes"] is None and {row["change"] for row in content["five"]} == {""}


def test_counts_that_have_told_nobody_are_not_compared_with(town: Municipality) -> None:
    reported(town, 12, 30)
    content = figures(town)
    report_on(town, YEAR, "approved", content)
    before = last_years(town, YEAR + 1)
    assert before is not None
    assert before["counts"] == [] and all(row["cell"] is None for row in before["five"])
    assert all(row["children"] is None for grant in before["grants"] for row in grant["measures"])


def test_a_correction_that_is_not_out_hides_none_that_is(town: Municipality) -> None:
    report = report_on(town, YEAR, "published", {"told": 1, "five": []})
    ReportVersionFactory(
        report=report, number=2, correction_reason="Feil.", state="approved", figures={"told": 2, "five": []}
    )
    before = last_years(town, YEAR + 1)
    assert before is not None and before["told"] == 1


# --- Tables ---------------------------------------------------------------------------------------------------------


def test_which_tables_there_are_depends_on_how_many_units_have_reported(town: Municipality) -> None:
    assert {*OF_UNITS, 6, 34} <= {*numbers_for(5)} and not {*numbers_for(4)} & {*OF_UNITS}
    # Nothing that compares regions, whoever reports.
    assert not {25, 26, 27, 28, 40} & {*numbers_for(99)}
    scheme = GrantSchemeFactory()
    for _ in range(5):
        reported(town, 12, grant=granted(town, scheme=scheme), goals_reached="all")
    numbers = [table["number"] for table in figures(town)["tables"]]
    assert 32 in numbers and numbers == sorted(numbers)


def test_percents_of_few_measures_are_left_out(town: Municipality) -> None:
    scheme = GrantSchemeFactory()
    reported(town, 12, 30, 40, 50, grant=granted(town, scheme=scheme))
    (few,) = [table for table in figures(town)["tables"] if table["number"] == 9]
    assert few["columns"] == ["Antall"] and "%" not in json.dumps(few)
    reported(town, 12, grant=granted(town, scheme=scheme))
    (enough,) = [table for table in figures(town)["tables"] if table["number"] == 9]
    assert enough["columns"] == ["Antall", "Prosent"]


def test_a_municipalitys_years_stand_without_those_of_the_country(town: Municipality) -> None:
    scheme = GrantSchemeFactory()
    PublishedFigure.objects.create(scheme=scheme, table=4, year=2005, row="", value=500_000)
    unit = ReportingUnitFactory(municipality=town)
    for year in (2007, YEAR):
        reported(town, 12, grant=GrantFactory(reporting_unit=unit, scheme=scheme, year=year), active_measures=2)
    (table,) = [table for table in figures(town)["tables"] if table["number"] == 4]
    assert table["columns"] == ["2007", "2009"] and table["chart"]


# --- Sources ------------------------------------------------------------------------------------------------------


def test_every_figure_says_what_it_was_counted_from(town: Municipality) -> None:
    report = reported(town, 12, 30)
    made = built(town)
    keys = {row["key"] for row in made.figures["counts"]} | {f"five:{row['key']}" for row in made.figures["five"]}
    assert keys <= made.sources.keys()
    form = report.measure_reports.get(number=1)
    assert made.sources[f"children:{form.public_id}"] == {"kind": "measure_reports", "ids": [form.public_id]}
