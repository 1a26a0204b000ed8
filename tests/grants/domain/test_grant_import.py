"""Storing files of amounts, answers and published figures: previewed, in one piece, once, and never over what is others' own."""

import datetime
import time
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grants.domain.grant_file_columns import MEASURE_ANSWERS, PUBLISHED, UNIT_ANSWERS
from grants.domain.grant_files import Sheet, read_file
from grants.domain.grant_import import check, may_import, store
from grants.domain.grant_import_figures import FigurePlan
from grants.domain.grant_import_plan import Plan
from grants.domain.grant_import_preview import Preview, RowsRefusedError, Stored
from grants.domain.grant_import_reports import ReportPlan
from grants.domain.grant_import_rows import read_figure_rows, read_rows, refuse_repeated
from grants.domain.grant_import_units import UnitNames, municipality_name, units_of
from grants.domain.published_figures import publishable_rows, published
from grants.domain.yearly_report import NOT_OPEN, accept, return_report, save_unit_answers
from grants.models import (
    FundedMeasure,
    Funding,
    Grant,
    GrantScheme,
    GrantState,
    MeasureReport,
    PublishedFigure,
    ReportingUnit,
    ReportState,
    ReportStep,
    YearlyReport,
)
from organisation.access import scope_of
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry, Municipality, Role, User
from organisation.separation import SYSTEM, seeing
from tests.factories import (
    FundedMeasureFactory,
    GrantFactory,
    GrantSchemeFactory,
    MembershipFactory,
    MunicipalityFactory,
    ReportingUnitFactory,
    UnitFactory,
    UserFactory,
    make_member,
    make_report,
)

pytestmark = pytest.mark.django_db
OPEN = "Rapporten ligger hos kommunen, som fyller den ut selv."
AT = datetime.datetime(2010, 3, 1, 23, 30, tzinfo=datetime.UTC)  # the second of March in Oslo
ON = datetime.date(2010, 3, 2)
WRITTEN = (Municipality, ReportingUnit, Grant, YearlyReport, MeasureReport, ReportStep, PublishedFigure, AuditEntry)


@pytest.fixture
def scheme() -> GrantScheme:
    made: GrantScheme = GrantSchemeFactory()
    return made


@pytest.fixture
def analyst() -> User:
    return make_member(Role.ANALYST)


def sheet(*lines: str) -> Sheet:
    return read_file("fil.csv", "\n".join(lines).encode())


def amounts(*lines: str) -> Sheet:
    return sheet("enhet;region;beløp", *lines)


def put(file: Sheet, scheme: GrantScheme, by: User | None = None, year: int = 2009) -> Stored:
    """As a request of the user, whom the database shows no more than it has to."""
    with seeing(scope_of(by) if by else SYSTEM):
        return store(sheet=file, scheme=scheme, year=year, by=by, at=AT)


def look(file: Sheet, scheme: GrantScheme, by: User | None = None, year: int = 2009) -> Preview:
    with seeing(scope_of(by) if by else SYSTEM):
        return check(sheet=file, scheme=scheme, year=year, by=by)


def errors(file: Sheet, scheme: GrantScheme, by: User | None = None, year: int = 2009) -> list[str]:
    """What is wrong with the file; storing it then says the same, and changes nothing."""
    before = everything()
    found = [str(error) for error in look(file, scheme, by, year).errors]
    assert found
    with pytest.raises(RowsRefusedError) as refused:
        put(file, scheme, by, year)
    assert [str(error) for error in refused.value.errors] == found
    assert everything() == before
    return found


def everything() -> dict[str, list[Any]]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in WRITTEN}


def own_leader(unit: ReportingUnit) -> User:
    return make_member(Role.COORDINATOR, UnitFactory(municipality=unit.municipality))


# Amounts


def test_a_preview_says_what_will_happen_and_writes_nothing(scheme: GrantScheme) -> None:
    GrantFactory(scheme=scheme, reporting_unit__name="Alta kommune", awarded_nok=100)
    GrantFactory(scheme=scheme, reporting_unit__name="Tana kommune", awarded_nok=250_000)
    ReportingUnitFactory(name="Ås kommune")
    GrantFactory(scheme=scheme, reporting_unit__name="Sund kommune", awarded_nok=None, state=GrantState.APPLIED)
    file = amounts(
        "alta  KOMMUNE;;1 600", "Tana kommune;Region Nord;250000", "Ås kommune;;5", "Bergen kommune/Fana bydel;V;7",
        "Sund kommune;;8",
    )  # fmt: skip
    before = everything()
    preview = look(file, scheme)
    assert everything() == before
    said = {row.name: [text.replace("\u00a0", " ") for text in row.changes] for row in preview.rows}
    assert said == {
        "Alta kommune": ["Beløpet endres fra 100 til 1 600 kroner."],
        "Tana kommune": [],
        "Ås kommune": ["Nytt tilskudd: 5 kroner."],
        "Bergen kommune/Fana bydel": ["Ny enhet i Bergen.", "Nytt tilskudd: 7 kroner."],
        "Sund kommune": ["Søknaden blir innvilget med 8 kroner."],
    }
    assert preview.rows[1].notes == ("Regionen er «Region Prøve», og blir stående.",)
    counts = preview.counts
    assert (counts.units, counts.new_units, counts.changed, counts.unchanged) == (5, 1, 4, 1)
    assert str(counts).replace("\u00a0", " ") == "5 enheter, 251 620 kroner"


def test_amounts_become_grants_with_a_day_to_report_by_and_a_report(scheme: GrantScheme, analyst: User) -> None:
    put(amounts("Alta kommune;Region Nord;140 000,50"), scheme, analyst)
    grant = Grant.objects.get()
    assert (grant.state, grant.awarded_nok, grant.year) == (GrantState.GRANTED, Decimal("140000.50"), 2009)
    assert grant.state_since == ON and grant.report_by == datetime.date(2010, 3, 1)
    unit = grant.reporting_unit
    assert (unit.name, unit.region, unit.municipality.name) == ("Alta kommune", "Region Nord", "Alta")
    assert unit.municipality.region == "Region Nord"
    assert grant.report.state == ReportState.DRAFT
    assert set(AuditEntry.objects.filter(action="grant_import.store").values_list("actor_id", flat=True)) == {
        analyst.pk
    }


def test_the_same_file_again_changes_nothing_and_another_amount_only_that(scheme: GrantScheme) -> None:
    put(amounts("Alta kommune;N;1", "Ås kommune;Ø;2"), scheme)
    before = everything()
    assert not put(amounts("Ås kommune;Ø;2,00", "ALTA KOMMUNE;N;kr 1,-"), scheme).is_changed
    assert everything() == before
    assert put(amounts("Alta kommune;N;1", "Ås kommune;Ø;3"), scheme).is_changed
    versions = dict(Grant.objects.values_list("reporting_unit__name", "version"))
    assert versions == {"Alta kommune": 1, "Ås kommune": 2}
    assert AuditEntry.objects.count() == len(before["AuditEntry"]) + 1


def test_an_application_is_awarded_and_its_measures_get_their_forms(scheme: GrantScheme) -> None:
    grant = GrantFactory(scheme=scheme, state=GrantState.APPLIED, report_by=None, reporting_unit__name="Alta kommune")
    measure = FundedMeasureFactory(reporting_unit=grant.reporting_unit, scheme=scheme)
    Funding.objects.create(grant=grant, funded_measure=measure)
    put(amounts("Alta kommune;;5"), scheme)
    grant.refresh_from_db()
    assert (grant.state, grant.state_since, grant.report_by) == (GrantState.GRANTED, ON, datetime.date(2010, 3, 1))
    assert grant.report.measure_reports.get().funded_measure == measure


def test_a_scheme_that_is_not_reported_here_gets_no_reports(analyst: User) -> None:
    scheme = GrantSchemeFactory(reported_here=False)
    put(amounts("Alta kommune;;5"), scheme)
    assert not YearlyReport.objects.exists()
    with pytest.raises(DomainError, match="Bare beløp"):
        look(sheet("enhet;måloppnåelse", "Alta kommune;alle målsettinger"), scheme)


def test_refused_and_closed_grants_are_left_alone(scheme: GrantScheme) -> None:
    GrantFactory(scheme=scheme, state=GrantState.REFUSED, reporting_unit__name="Alta kommune")
    GrantFactory(scheme=scheme, state=GrantState.CLOSED, reporting_unit__name="Ås kommune", awarded_nok=7)
    assert errors(amounts("Alta kommune;;1", "Ås kommune;;8"), scheme) == [
        "Rad 2, beløp: Tilskuddet er registrert som avslått.",
        "Rad 3, beløp: Tilskuddet er avsluttet med 7 kroner.",
    ]
    assert not put(amounts("Ås kommune;;7"), scheme).is_changed


def test_bad_rows_are_all_named_and_nothing_is_stored(scheme: GrantScheme) -> None:
    file = amounts(
        "Alta kommune;N;mange", "Ås kommune;Ø;-5", ";Ø;5", "Tana kommune;N;", "Sund kommune;V;5;6", "Bydel Ukjent;;5",
        "Stord kommune;V;5", "stord KOMMUNE;V;6", f"{'x' * 151};V;6",
    )  # fmt: skip
    assert errors(file, scheme) == [
        "Rad 2, beløp: «mange» er ikke et tall.",
        "Rad 3, beløp: «-5» er mindre enn null.",
        "Rad 4, enhet: Feltet er tomt.",
        "Rad 5, beløp: Feltet er tomt.",
        "Rad 6: Raden har flere felt enn det er overskrifter. Sett anførselstegn rundt tekst og tall med skilletegn i.",
        "Rad 7, enhet: Det går ikke fram hvilken kommune «Bydel Ukjent» hører til. Skriv for eksempel «Oslo kommune, "
        "Bydel Alna».",
        "Rad 9: Det samme står i rad 8.",
        "Rad 10, enhet: Teksten er for lang. Den kan ha høyst 150 tegn.",
    ]


def test_years_that_are_none_are_refused(scheme: GrantScheme) -> None:
    with pytest.raises(DomainError, match="årstall fra 1990") as error:
        look(amounts("Alta kommune;;1"), scheme, year=90)
    assert error.value.field == "year"


# Reporting units


def test_a_unit_is_found_by_its_name_of_today_or_of_then(scheme: GrantScheme) -> None:
    town = MunicipalityFactory(name="Bjerkreim")
    now = ReportingUnitFactory(municipality=town, name="Nye Bjerkreim", aliases=["Bjerkreim kommune", "0301"])
    put(amounts("bjerkreim   kommune;;5"), scheme)
    put(sheet("kommunenummer;beløp", "301;6"), scheme, year=2010)  # a spreadsheet has dropped the zero
    assert list(Grant.objects.order_by("year").values_list("reporting_unit", flat=True)) == [now.pk, now.pk]
    assert errors(amounts("Nye Bjerkreim;;5", "Bjerkreim kommune;;5"), scheme) == ["Rad 3: Det samme står i rad 2."]
    ReportingUnitFactory(name="En annen", aliases=["Bjerkreim kommune"])
    assert errors(amounts("Bjerkreim kommune;;5"), scheme) == [
        "Rad 2, enhet: Flere enheter heter eller har hett «Bjerkreim kommune»."
    ]


@pytest.mark.parametrize(
    ("name", "region", "town"),
    [
        ("Alta kommune", "Region Nord", "Alta"),
        ("Sør-Aurdal kommune", "Region Øst", "Sør-Aurdal"),
        ("Bergen kommune/Fana bydel", "Region Vest", "Bergen"),
        ("Oslo kommune, Bydel Søndre Nordstrand (2)", "Bydeler Oslo", "Oslo"),
        ("Oslo, Bydel Bjerke", "", "Oslo"),
        ("Bydel Alna", "Bydeler Oslo", "Oslo"),
        ("Alna bydel", "bydeler i Oslo", "Oslo"),
        ("Bydel Alna", "Region Øst", ""),
        ("Alta", "", "Alta"),
    ],
)
def test_a_units_name_tells_its_municipality(name: str, region: str, town: str) -> None:
    assert municipality_name(name, region) == town


def test_units_of_a_municipality_that_is_here_are_put_there(scheme: GrantScheme) -> None:
    oslo = MunicipalityFactory(name="Oslo", region="Østlandet")
    put(amounts("Oslo kommune, Bydel Bjerke;Bydeler Oslo;1", "Bydel Alna;Bydeler Oslo;2"), scheme)
    assert {unit.municipality for unit in ReportingUnit.objects.all()} == {oslo}
    oslo.refresh_from_db()
    assert oslo.region == "Østlandet"
    MunicipalityFactory(name="Bø", region="Nord")
    telemark = MunicipalityFactory(name="Bø", region="Sør")
    assert errors(amounts("Bø kommune;;1"), scheme) == ["Rad 2, enhet: Det finnes flere kommuner som heter «Bø»."]
    put(amounts("Bø kommune;Sør;1"), scheme)
    assert telemark.reporting_units.count() == 1


@pytest.mark.parametrize(
    ("unit", "aliases", "row"),
    [
        ("Alta kommune", [], "Alta kommune;N"),
        ("Alta kommune, Bydel Vest", [], "ALTA kommune, bydel vest;N"),
        ("Bydel Vest", [], "Bydel Vest;Bydeler Alta"),
        ("Ålta", ["Alta kommune"], "Alta kommune;N"),
        ("Alta", [], "Alta;N"),
    ],
)
@pytest.mark.parametrize("is_there", [True, False])
def test_money_does_not_go_to_another_municipality_that_calls_a_unit_the_same(
    unit: str, aliases: list[str], row: str, is_there: bool, scheme: GrantScheme
) -> None:
    oslo = ReportingUnitFactory(municipality__name="Oslo", name=unit, aliases=aliases)
    if is_there:
        MunicipalityFactory(name="Alta")
    if is_there or unit.endswith(("kommune", "Vest")):
        (error,) = errors(amounts(f"{row};5"), scheme)
        assert "er registrert under Oslo" in error
        put(amounts("Oslo kommune;Ø;5"), scheme)
    else:  # nobody else is called so: a name of before, or one that says nothing of a municipality
        put(amounts(f"{row};5"), scheme)
        assert Grant.objects.get().reporting_unit == oslo


def test_a_municipality_may_have_a_longer_name_than_its_unit(scheme: GrantScheme) -> None:
    unit = ReportingUnitFactory(municipality__name="Porsanger – Porsáŋgu – Porsanki", name="Porsanger kommune")
    put(amounts("Porsanger kommune;N;5"), scheme)
    assert unit.grants.count() == 1


@pytest.mark.parametrize("name", ["Alta", "kommune Alta", "Oslo kommune/Bjerke bydel"])
def test_a_name_that_looks_like_another_makes_no_second_unit(name: str, scheme: GrantScheme) -> None:
    put(amounts("Alta kommune;;1", "Oslo kommune, Bydel Bjerke;Bydeler Oslo;1"), scheme)
    (error,) = errors(amounts(f"{name};Bydeler Oslo;2"), scheme, year=2010)
    assert "Navnet ligner på «" in error


def test_a_region_that_is_not_known_is_filled_in_and_another_one_stays(scheme: GrantScheme) -> None:
    empty, other = ReportingUnitFactory(name="Alta kommune", region=""), ReportingUnitFactory(name="Ås kommune")
    put(amounts("Alta kommune;Nord;1", "Ås kommune;Øst;1"), scheme)
    for unit in (empty, other):
        unit.refresh_from_db()
    assert (empty.region, empty.version) == ("Nord", 2) and (other.region, other.version) == ("Region Prøve", 1)
    assert list(units_of(None)) == [empty, other] and list(units_of([empty.municipality_id])) == [empty]
    names = UnitNames(units_of(None), may_create=False)
    assert names.find("ALTA kommune", "") == empty and not names.new


# Answers

UNIT_FILE = (
    "reporting_unit;amount_nok;active_measures;decided_by;cooperated_with_several;general_feedback",
    "Alta kommune;140000;3;sosialtjenesten alene;frivillige organisasjoner|offentlige etater i samme kommune;Fint",
    "Ås kommune;5;;;;",
)
MEASURE_FILE = (
    "enhet;tiltak;målsetting;recruited_by_several;budget_nok;children_reached;continue_next_year",
    "Alta kommune;Ferieleir;ferie/aktivitet med familie;NAV|skolen;50 000;40;ja",
    "Alta kommune;Jobbsøk;;;;;",
    "Ås kommune;Ferieleir;annet;;;1.500;vet ikke",
)


def test_answers_become_reports_that_are_submitted(scheme: GrantScheme, analyst: User) -> None:
    counts = put(sheet(*UNIT_FILE), scheme, analyst).counts
    assert str(counts).replace("\u00a0", " ") == "2 enheter, 140 005 kroner"
    report = YearlyReport.objects.get(grant__reporting_unit__name="Alta kommune")
    assert (report.state, report.imported, report.submitted_by, report.submitted_at) == (
        ReportState.SUBMITTED, True, analyst, AT,
    )  # fmt: skip
    assert (report.active_measures, report.decided_by, report.general_feedback) == (3, "alone", "Fint")
    assert report.cooperated_with == ["same_municipality", "voluntary"] and report.goals_reached == ""
    assert (report.grant.state, report.grant.state_since) == (GrantState.REPORTED, ON)
    step = report.steps.get()
    assert (step.before, step.after, step.by, step.comment) == ("draft", "submitted", analyst, "Lest inn fra fil.")
    unanswered = YearlyReport.objects.get(grant__reporting_unit__name="Ås kommune")
    assert unanswered.state == ReportState.DRAFT, "a row without answers has only an amount"


def test_answers_for_measures_become_forms_in_their_reports(scheme: GrantScheme) -> None:
    put(amounts("Alta kommune;;1", "Ås kommune;;1"), scheme)
    counts = put(sheet(*MEASURE_FILE), scheme).counts
    assert str(counts) == "2 enheter, 3 tiltak"
    forms = MeasureReport.objects.filter(report__grant__reporting_unit__name="Alta kommune")
    assert [(form.number, form.title) for form in forms] == [(1, "Ferieleir"), (2, "Jobbsøk")]
    camp = forms[0]
    assert (camp.goal_category, camp.recruited_by, camp.budget_nok) == ("holiday", ["nav", "school"], 50_000)
    assert (camp.children_reached, camp.continue_next_year, camp.targeting) == (40, "yes", "")
    assert forms[1].children_reached is None
    assert MeasureReport.objects.get(goal_category="other").children_reached == 1500
    assert set(YearlyReport.objects.values_list("state", "imported")) == {(ReportState.SUBMITTED, True)}
    assert set(Grant.objects.values_list("state", flat=True)) == {GrantState.REPORTED}
    assert not ReportStep.objects.exists(), "a step is somebody's; the system's stands in the audit log"


def test_the_same_answers_again_change_nothing(scheme: GrantScheme, analyst: User) -> None:
    files = sheet(*UNIT_FILE), sheet(*MEASURE_FILE)
    for file in files:
        put(file, scheme, analyst)
    before = everything()
    for file in files:
        assert {row.changes for row in look(file, scheme, analyst).rows} == {()}
        assert not put(file, scheme, analyst).is_changed
    assert everything() == before


def test_a_later_file_changes_what_is_another_and_leaves_the_rest(scheme: GrantScheme, analyst: User) -> None:
    for file in (sheet(*UNIT_FILE), sheet(*MEASURE_FILE)):
        put(file, scheme, analyst)
    camp = MeasureReport.objects.get(goal_category="holiday")
    report = camp.report
    file = sheet(
        "enhet;tiltak;antall barn og unge nådd;beskrivelse av tiltaket", "alta kommune;FERIELEIR;;Uka i juli",
        "Alta kommune;Kino;5;",
    )  # fmt: skip
    assert [row.changes for row in look(file, scheme, analyst).rows] == [
        ("Endrede svar: antall barn og unge nådd, beskrivelse av tiltaket.",),
        ("Nytt tiltak med svar på 1 av 11 spørsmål.",),
    ]
    put(file, scheme, analyst)
    version, number = report.version, camp.version
    for row in (camp, report):
        row.refresh_from_db()
    assert (camp.children_reached, camp.description, camp.budget_nok) == (None, "Uka i juli", 50_000)
    assert camp.version == number + 1 and camp.title == "Ferieleir"
    assert report.version == version + 1, "nobody accepts a report whose form has become another"
    assert list(report.measure_reports.values_list("title", flat=True)) == ["Ferieleir", "Jobbsøk", "Kino"]
    assert MeasureReport.objects.get(title="Jobbsøk").version == 1
    assert [step.before for step in report.steps.all()][-1] == ReportState.SUBMITTED


def test_answers_need_a_grant_that_has_been_awarded(scheme: GrantScheme) -> None:
    GrantFactory(scheme=scheme, state=GrantState.APPLIED, reporting_unit__name="Alta kommune")
    file = sheet("enhet;måloppnåelse", "Alta kommune;alle målsettinger", "Tana kommune;alle målsettinger")
    assert errors(file, scheme) == [
        "Rad 2: Tilskuddet er ikke innvilget. Les inn beløpet først.",
        "Rad 3: Enheten har ikke noe tilskudd dette året. Les inn beløpene først.",
    ]


def test_what_a_unit_has_written_or_sent_itself_is_not_overwritten(scheme: GrantScheme, analyst: User) -> None:
    def named(name: str, **fields: Any) -> YearlyReport:
        return make_report(grant__scheme=scheme, grant__reporting_unit__name=name, **fields)

    begun, empty = named("Begynt kommune"), named("Tom kommune", measures=1)
    save_unit_answers(report=begun, version=1, answers={"goals_reached": "all"}, explanations={}, by=UserFactory())
    typed = named("Skjema kommune", measures=1)
    typed.measure_reports.update(children_reached=4)
    sent = named("Sendt kommune", state=ReportState.SUBMITTED)
    YearlyReport.objects.filter(pk=sent.pk).update(goals_reached="all")
    file = ["enhet;måloppnåelse", *(f"{name} kommune;ikke alle målsettinger" for name in ("Begynt", "Skjema", "Sendt"))]
    assert errors(sheet(*file), scheme, analyst) == [
        "Rad 2: Rapporten ligger hos kommunen, som fyller den ut selv.",
        "Rad 3: Rapporten ligger hos kommunen, som fyller den ut selv.",
        "Rad 4: Enheten har sendt inn rapporten selv.",
    ]
    file = ["enhet;måloppnåelse", "Sendt kommune;alle målsettinger", "Tom kommune;alle målsettinger"]
    assert [row.changes for row in look(sheet(*file), scheme, analyst).rows] == [
        (), ("Ny rapport med svar på 1 av 14 spørsmål.",),
    ]  # fmt: skip
    put(sheet(*file), scheme, analyst)
    empty.refresh_from_db()
    assert (empty.state, empty.goals_reached, empty.version) == (ReportState.SUBMITTED, "all", 2)


def test_an_accepted_report_is_locked_for_files_too(scheme: GrantScheme, analyst: User) -> None:
    for file in (sheet(*UNIT_FILE), sheet(*MEASURE_FILE)):
        put(file, scheme, analyst)
    report = YearlyReport.objects.get(grant__reporting_unit__name="Alta kommune")
    accept(report=report, version=report.version, by=make_member(Role.ANALYST), at=AT)
    assert not put(sheet(*UNIT_FILE), scheme, analyst).is_changed
    assert not put(sheet(*MEASURE_FILE), scheme, analyst).is_changed
    locked = "Rapporten er godkjent og låst."
    assert errors(sheet(UNIT_FILE[0], UNIT_FILE[1].replace(";3;", ";4;")), scheme, analyst) == [f"Rad 2: {locked}"]
    file = (MEASURE_FILE[0], MEASURE_FILE[1].replace(";40;", ";41;"), "Alta kommune;Nytt;annet;;;;")
    assert errors(sheet(*file), scheme, analyst) == [f"Rad 2: {locked}", f"Rad 3: {locked}"]


def test_a_returned_report_is_put_right_by_the_municipality_which_sends_it(scheme: GrantScheme, analyst: User) -> None:
    put(sheet(*UNIT_FILE), scheme, analyst)
    report = YearlyReport.objects.get(grant__reporting_unit__name="Alta kommune")
    return_report(report=report, version=1, comment="Se over.", remarks={}, by=analyst, at=AT)
    file, steps = sheet("enhet;antall aktive tiltak", "Alta kommune;4"), report.steps.count()
    assert errors(file, scheme, analyst) == [f"Rad 2: {OPEN}"]
    put(file, scheme, own_leader(report.grant.reporting_unit))
    report.refresh_from_db()
    assert (report.state, report.active_measures) == (ReportState.RETURNED, 4)
    assert report.steps.count() == steps and report.grant.state == GrantState.GRANTED


def test_a_municipalitys_own_file_fills_in_a_draft_and_sends_nothing(scheme: GrantScheme) -> None:
    """Also one that is begun by hand; what the file has no answer to stays as it is."""
    report = make_report(grant__scheme=scheme, grant__reporting_unit__name="Alta kommune", measures=1)
    leader, form = own_leader(report.grant.reporting_unit), report.measure_reports.get()
    given = {"goals_reached": "all", "active_measures": 2}
    save_unit_answers(report=report, version=1, answers=given, explanations={}, by=leader)
    file = sheet("enhet;måloppnåelse;antall aktive tiltak;beløp", "Alta kommune;;3;400000")
    assert [row.changes for row in look(file, scheme, leader).rows] == [("Endrede svar: antall aktive tiltak.",)]
    measures = sheet("enhet;tiltak;målsetting", f"Alta kommune;{form.title};annet", "Alta kommune;Kino;annet")
    for again in (False, True):
        assert put(file, scheme, leader).is_changed is not again
        assert put(measures, scheme, leader).is_changed is not again
    report.refresh_from_db()
    assert (report.state, report.imported, report.submitted_at) == (ReportState.DRAFT, False, None)
    assert (report.goals_reached, report.active_measures) == ("all", 3)
    assert set(report.measure_reports.values_list("goal_category", flat=True)) == {"other"}
    assert not report.steps.exists() and report.grant.state == GrantState.GRANTED


def test_a_municipalitys_own_file_changes_nothing_that_has_been_sent(scheme: GrantScheme, analyst: User) -> None:
    put(sheet(*UNIT_FILE), scheme, analyst)
    report = YearlyReport.objects.get(grant__reporting_unit__name="Alta kommune")
    leader = own_leader(report.grant.reporting_unit)
    assert not put(sheet("enhet;antall aktive tiltak", "Alta kommune;3"), scheme, leader).is_changed
    for file in (
        sheet("enhet;antall aktive tiltak", "Alta kommune;4"), sheet("enhet;tiltak;målsetting", "Alta kommune;Ny;annet")
    ):  # fmt: skip
        assert errors(file, scheme, leader) == [f"Rad 2: {NOT_OPEN}"]


def test_a_file_tells_the_directorate_nothing_of_what_a_municipality_is_writing(
    scheme: GrantScheme, analyst: User
) -> None:
    """Whether it guesses the answers or not, the same is said, of a draft as of a returned report."""
    begun = make_report(grant__scheme=scheme, grant__reporting_unit__name="Alta kommune", measures=1)
    returned = make_report(
        grant__scheme=scheme, grant__reporting_unit__name="Ås kommune", state=ReportState.RETURNED, measures=1
    )
    YearlyReport.objects.filter(pk__in=(begun.pk, returned.pk)).update(goals_reached="all")
    MeasureReport.objects.update(title="Leir", goal_category="other")
    for guess in ("alle målsettinger", "ikke alle målsettinger"):
        file = sheet("enhet;måloppnåelse", f"Alta kommune;{guess}", f"Ås kommune;{guess}")
        assert errors(file, scheme, analyst) == [f"Rad 2: {OPEN}", f"Rad 3: {OPEN}"]
    for title, goal in (("Leir", "annet"), ("Leir", "utstyr/skolebøker"), ("Kino", "annet")):
        file = sheet("enhet;tiltak;målsetting", f"Alta kommune;{title};{goal}", f"Ås kommune;{title};{goal}")
        assert errors(file, scheme, analyst) == [f"Rad 2: {OPEN}", f"Rad 3: {OPEN}"]


def test_an_application_that_an_own_file_awards_with_answers_has_its_measures_in_the_draft(scheme: GrantScheme) -> None:
    grant = GrantFactory(scheme=scheme, state=GrantState.APPLIED, reporting_unit__name="Alta kommune")
    measure = FundedMeasureFactory(reporting_unit=grant.reporting_unit, scheme=scheme)
    Funding.objects.create(grant=grant, funded_measure=measure)
    file = sheet("enhet;beløp;måloppnåelse", "Alta kommune;5;alle målsettinger")
    put(file, scheme, own_leader(grant.reporting_unit))
    report = YearlyReport.objects.get(grant=grant)
    assert (report.state, report.goals_reached) == (ReportState.DRAFT, "all")
    assert report.measure_reports.get().funded_measure == measure


def test_bad_answers_are_named_by_row_and_question(scheme: GrantScheme) -> None:
    put(amounts("Alta kommune;;1"), scheme)
    file = sheet(
        "enhet;tiltak;målsetting;antall barn og unge nådd;budsjett i kroner", "Alta kommune;Leir;fest;12,5;mange",
        "Alta kommune;;annet;;", "Alta kommune;Kino;annet;;", "Alta kommune;KINO;annet;;",
    )  # fmt: skip
    found = errors(file, scheme)
    assert found[0].startswith("Rad 2, målsetting: «fest» er ikke et av svarene. Velg blant «direkte økonomisk støtte")
    assert sorted(found[1:]) == [
        "Rad 2, antall barn og unge nådd: «12,5» er ikke et helt tall.",
        "Rad 2, budsjett i kroner: «mange» er ikke et tall.",
        "Rad 3, tiltak: Feltet er tomt.",
        "Rad 5: Det samme står i rad 4.",
    ]


# Published figures

FIGURES = ("tabell;rad;verdi;år", "3;;3,2;2008", "5;sosialtjenesten alene;15 %;2008", "5;other;54;2008", "3;;3,5;")


def test_published_figures_are_stored_by_table_and_year(scheme: GrantScheme, analyst: User) -> None:
    assert str(put(sheet(*FIGURES), scheme, analyst).counts) == "4 publiserte tall"
    assert published(scheme=scheme, table=3, until=2009) == {2008: {"": Decimal("3.2")}, 2009: {"": Decimal("3.5")}}
    assert published(scheme=scheme, table=5, until=2009) == {2008: {"alone": 15, "other": 54}}
    before = everything()
    assert not put(sheet(*FIGURES), scheme, analyst).is_changed
    assert everything() == before
    file = sheet("tabell;rad;verdi", "5;annet;53", "5;sosialtjenesten alene;15")
    rows = look(file, scheme, analyst, year=2008).rows
    assert [row.changes for row in rows] == [("Tallet endres fra 54.00 til 53.00.",), ()]
    put(file, scheme, analyst, year=2008)
    assert published(scheme=scheme, table=5, until=2009) == {2008: {"alone": 15, "other": 53}}
    assert published(scheme=scheme, table=3, until=2008)[2008]


def test_bad_figures_are_named(scheme: GrantScheme, analyst: User) -> None:
    file = sheet(
        "tabell;rad;verdi;år", "3;;3,25;2008", "7;;3;2008", "5;;3;2008", "5;annet;101;2008", "5;annet;50,5;2008",
        "4;annet;5;2008", "4;;5;1905", "4;;6;2008", "4;;6;2008",
    )  # fmt: skip
    found = errors(file, scheme, analyst)
    assert found == [
        "Rad 2, verdi: Skriv gjennomsnittet med én desimal.",
        "Rad 3, tabell: Publiserte tall kan leses inn for tabell 3, 4, 5, 8, 13.",
        "Rad 4, rad: Feltet er tomt.",
        "Rad 5, verdi: Tallet må være 0 eller høyere, og en prosent ikke over 100.",
        "Rad 6, verdi: Skriv et helt tall.",
        "Rad 7, rad: Tabell 4 har bare én rad. La feltet stå tomt.",
        "Rad 8, år: Skriv et årstall fra 1990 til 2100.",
        "Rad 10: Det samme står i rad 9.",
    ]
    own = GrantSchemeFactory(municipality=MunicipalityFactory())
    with pytest.raises(DomainError, match="hele landet"):
        look(sheet(*FIGURES), own)


@pytest.mark.parametrize("table", [3, 4, 5, 8, 13])
@pytest.mark.parametrize("value", ["0", "1", "100", "3,1", "101", "0,25", "359 839"])
def test_a_figure_that_a_row_may_have_is_one_that_can_be_published(table: int, value: str, scheme: GrantScheme) -> None:
    row = publishable_rows(table)[0][0]
    (read,) = read_figure_rows(sheet("tabell;rad;verdi", f"{table};{row};{value}").rows, 2008)
    if not read.errors:
        plan = FigurePlan([read], scheme)
        plan.save(by=None, at=AT)
        assert published(scheme=scheme, table=table, until=2008)[2008][row] == read.value


# Whose


def test_a_municipality_reads_in_what_is_of_its_own_units(scheme: GrantScheme, analyst: User) -> None:
    own, foreign = ReportingUnitFactory(name="Alta kommune"), ReportingUnitFactory(name="Ås kommune")
    put(amounts("Ås kommune;;7"), scheme, analyst)
    leader = own_leader(own)
    assert errors(amounts("Alta kommune;;1", "Ås kommune;;1", "Ny kommune;;1"), scheme, leader) == [
        "Rad 3, enhet: Kommunen din har ingen rapporterende enhet som heter «Ås kommune».",
        "Rad 4, enhet: Kommunen din har ingen rapporterende enhet som heter «Ny kommune».",
    ]
    put(amounts("Alta kommune;;1"), scheme, leader)
    put(sheet("enhet;måloppnåelse", "Alta kommune;alle målsettinger"), scheme, leader)
    report = YearlyReport.objects.get(grant__reporting_unit=own)
    assert (report.state, report.goals_reached) == (ReportState.DRAFT, "all")
    assert Grant.objects.get(reporting_unit=foreign).awarded_nok == 7


def test_who_may_read_in_what(scheme: GrantScheme, analyst: User) -> None:
    leader, caseworker = make_member(Role.COORDINATOR), make_member(Role.CASEWORKER)
    for kind in (UNIT_ANSWERS, MEASURE_ANSWERS, PUBLISHED):
        assert may_import(kind=kind, by=analyst) and may_import(kind=kind, by=None)
        assert may_import(kind=kind, by=leader) == (kind != PUBLISHED)
        assert not may_import(kind=kind, by=caseworker)
    for user, file in ((caseworker, amounts("Alta kommune;;1")), (leader, sheet(*FIGURES))):
        for act in (look, put):
            with pytest.raises(DomainError, match="Du kan ikke lese inn"):
                act(file, scheme, user)
    assert not Grant.objects.exists() and not PublishedFigure.objects.exists()


def test_the_directorate_reads_nothing_in_for_what_is_not_reported_to_it(analyst: User) -> None:
    """The grants of such a scheme are not hers to see, so a file of hers may not write over them either."""
    scheme = GrantSchemeFactory(reported_here=False)
    unit = ReportingUnitFactory(name="Alta kommune")
    grant = GrantFactory(scheme=scheme, reporting_unit=unit, awarded_nok=100)
    own = GrantSchemeFactory(municipality=unit.municipality)
    for other in (scheme, own):
        for act in (look, put):
            with pytest.raises(DomainError, match="som rapporteres i Povertyplan") as error:
                act(amounts("Alta kommune;;5"), other, analyst)
            assert error.value.field == "scheme"
    put(amounts("Alta kommune;;100"), scheme, own_leader(unit))
    grant.refresh_from_db()
    assert (grant.awarded_nok, grant.version) == (100, 1) and Grant.objects.count() == 1


def test_a_role_without_leadership_elsewhere_reaches_nothing_there(scheme: GrantScheme) -> None:
    """A coordinator here who is a caseworker there: the database shows her both, the file is about the first."""
    here, there = ReportingUnitFactory(name="Alta kommune"), ReportingUnitFactory(name="Ås kommune")
    leader = own_leader(here)
    MembershipFactory(user=leader, unit=UnitFactory(municipality=there.municipality), role=Role.CASEWORKER)
    assert errors(amounts("Ås kommune;;1"), scheme, leader)


def test_a_municipalitys_own_scheme_is_of_its_own_units(analyst: User) -> None:
    unit = ReportingUnitFactory(name="Alta kommune")
    own = GrantSchemeFactory(municipality=unit.municipality)
    ReportingUnitFactory(name="Ås kommune")
    put(amounts("Alta kommune;;1"), own, own_leader(unit))
    assert errors(amounts("Ås kommune;;1"), own) == ["Rad 2, enhet: Ordningen hører til en annen kommune."]


def test_rows_are_repeated_when_what_they_are_about_is_the_same() -> None:
    rows = read_rows(amounts("Alta kommune;;1", "Alta kommune;;1", "Alta kommune;;x").rows, "amounts")
    refuse_repeated(rows, lambda row: row.name)
    assert [len(row.errors) for row in rows] == [0, 1, 1]


# How much it takes


def test_the_queries_do_not_grow_with_the_file(scheme: GrantScheme) -> None:
    def queries(count: int, year: int) -> int:
        file = amounts(*(f"Kommune nummer {n} kommune;Nord;{n}" for n in range(count)))
        with CaptureQueriesContext(
            connection,
        ) as found:
            put(file, scheme, year=year)
        return len(found)

    assert queries(5, 2008) == queries(60, 2009) < 40


def test_thousands_of_measures_are_stored_within_seconds(scheme: GrantScheme) -> None:
    units, measures = 50, 40  # a quarter of the country's 8 000, which takes 4 seconds on an idle machine
    put(amounts(*(f"Kommune nummer {n} kommune;Nord;{n}" for n in range(units))), scheme)
    lines = [
        f"Kommune nummer {unit} kommune;Tiltak {n};annet;rettet mot enkelte barn/unge/familier;NAV|skolen;{n};50 000;Ord"
        for unit in range(units)
        for n in range(measures)
    ]
    file = sheet("enhet;tiltak;goal_category;targeting;recruited_by;children_reached;budget_nok;description", *lines)
    for change in (True, False):
        begun = time.monotonic()
        assert put(file, scheme).is_changed == change
        assert time.monotonic() - begun < 20
    file = sheet("enhet;tiltak;continue_next_year", *(";".join(line.split(";")[:2]) + ";ja" for line in lines))
    begun = time.monotonic()
    put(file, scheme)
    assert time.monotonic() - begun < 20
    assert MeasureReport.objects.filter(continue_next_year="yes", budget_nok=50_000).count() == units * measures
    assert FundedMeasure.objects.count() == 0


def test_the_plans_hold_what_is_not_saved(scheme: GrantScheme) -> None:
    rows = read_rows(sheet(*MEASURE_FILE).rows, MEASURE_ANSWERS)
    put(amounts("Alta kommune;;1", "Ås kommune;;1"), scheme)
    plan = Plan(rows, kind=MEASURE_ANSWERS, scheme=scheme, year=2009, whose=None, hold=False)
    assert isinstance(plan.reports, ReportPlan) and len(plan.reports.new_forms) == 3
    assert not MeasureReport.objects.exists()
