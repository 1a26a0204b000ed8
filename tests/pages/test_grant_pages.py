"""The pages of grants, schemes and reporting units: what is shown to whom, and what the forms do."""

import csv
import datetime
import io
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from grants.domain.grant_totals import Total
from grants.models import Grant, GrantScheme, ReportingUnit
from organisation.models import Role
from tests.factories import (
    FundedMeasureFactory,
    FundingFactory,
    GrantFactory,
    GrantSchemeFactory,
    MunicipalityFactory,
    ReportingUnitFactory,
    SubProjectFactory,
    UnitFactory,
    make_member,
)
from tests.pages.grant_town import TODAY, YEAR, S, Town, errors, make_town, page, shown, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(client_for: Any) -> Town:
    return make_town(client_for)


# The list


def test_the_list_is_filtered_searched_sorted_and_summed(town: Town) -> None:
    other = GrantSchemeFactory(name="Frivillighet", municipality=town.municipality, funder="Sparebanken")
    town.grant(awarded_nok=Decimal(300_000), spent_nok=Decimal(100_000))
    town.grant(year=YEAR - 1, state=S.CLOSED, awarded_nok=Decimal(200_000), spent_nok=Decimal(250_000))
    town.grant(scheme=other, state=S.APPLIED, applied_nok=Decimal("50000.50"))
    answer = town.leader.get(reverse("grant-list"))
    assert shown(answer) == [f"Barnefattigdom {YEAR}", f"Frivillighet {YEAR}", f"Barnefattigdom {YEAR - 1}"]
    assert answer.context["totals"] == {
        "applied": Total(Decimal("50000.50"), 2), "awarded": Total(Decimal(500_000)),
        "spent": Total(Decimal(350_000)), "left": Total(Decimal(150_000)),
    }  # fmt: skip
    for query, expected in (
        (f"ar={YEAR - 1}", [f"Barnefattigdom {YEAR - 1}"]),
        ("tilstand=applied", [f"Frivillighet {YEAR}"]),
        (f"ordning={other.public_id}", [f"Frivillighet {YEAR}"]),
        ("sok=sparebank", [f"Frivillighet {YEAR}"]),
        ("sok=finnes-ikke", []),
        ("sorter=tildelt", [f"Barnefattigdom {YEAR - 1}", f"Barnefattigdom {YEAR}", f"Frivillighet {YEAR}"]),
        ("sorter=-tildelt", [f"Barnefattigdom {YEAR}", f"Barnefattigdom {YEAR - 1}", f"Frivillighet {YEAR}"]),
    ):
        assert shown(town.leader.get(f"{reverse('grant-list')}?{query}")) == expected, query
    assert town.leader.get(f"{reverse('grant-list')}?tilstand=closed").context["totals"]["left"] == Total(
        Decimal(-50_000)
    )


def test_a_sum_says_how_many_it_lacks_and_is_none_where_nothing_is_known(town: Town) -> None:
    known = town.grant(awarded_nok=Decimal(300), carried_over_nok=Decimal(50), spent_nok=Decimal(100))
    town.grant(year=YEAR - 1, awarded_nok=Decimal(700))
    town.grant(year=YEAR - 2, state=S.REFUSED)
    answer = town.leader.get(reverse("grant-list"))
    totals = answer.context["totals"]
    assert (totals["spent"], totals["left"]) == (Total(Decimal(100), 1), Total(Decimal(250), 1))
    assert totals["awarded"] == Total(Decimal(1000))
    assert page(answer).count("(1 mangler tall)") == 2 and "overført fra året før" in page(answer)
    Grant.objects.filter(pk=known.pk).update(spent_nok=None)
    totals = town.leader.get(reverse("grant-list")).context["totals"]
    assert totals["spent"] == totals["left"] == Total(None, 2)


def test_only_what_the_reader_can_do_is_urgent(town: Town) -> None:
    town.grant(year=YEAR - 1, report_by=TODAY)
    GrantSchemeFactory(name="Snart", apply_by=TODAY + datetime.timedelta(days=20))
    assert len(town.leader.get(reverse("grant-list")).context["urgent"]) == 2
    answer = town.login(Role.CASEWORKER).get(reverse("grant-list"))
    assert answer.context["urgent"] == [] and "Snart" in page(answer)


def test_a_filter_that_is_none_of_ones_choices_narrows_nothing_and_breaks_nothing(town: Town) -> None:
    town.grant()
    foreign = GrantFactory()
    for query in (
        f"ar={YEAR - 90}", f"ordning={foreign.scheme.public_id}", f"enhet={foreign.reporting_unit.public_id}", "ar=x",
        "ar=%00", "sok=%00", "tilstand=%00", "sorter=%00", "side=x", "side=-1",
    ):  # fmt: skip
        answer = town.leader.get(f"{reverse('grant-list')}?{query}")
        assert (answer.status_code, shown(answer)) == (200, [f"Barnefattigdom {YEAR}"]), query
        assert "ds-validation-message" not in page(answer), query
    api = town.leader.get(f"{reverse('api-grant-list')}?ordning={foreign.scheme.public_id}")
    assert api.status_code == 400


def test_what_is_urgent_stands_first_and_what_can_be_applied_for_last(town: Town) -> None:
    late = town.grant(year=YEAR - 1, report_by=TODAY - datetime.timedelta(days=3))
    funded = FundedMeasureFactory(reporting_unit=town.unit, scheme=town.scheme, title="Ferieklubben")
    for year in (YEAR - 1, YEAR - 2):
        grant = late if year == YEAR - 1 else town.grant(year=year, state=S.CLOSED)
        FundingFactory(grant=grant, funded_measure=funded)
    FundingFactory(grant=town.grant(), funded_measure=funded)
    soon = GrantSchemeFactory(name="Snart", apply_by=TODAY + datetime.timedelta(days=20))
    GrantSchemeFactory(name="Senere", apply_by=TODAY + datetime.timedelta(days=100))
    answer = town.leader.get(reverse("grant-list"))
    urgent = answer.context["urgent"]
    assert [row["text"].split(":")[0] for row in urgent] == [
        "Send årsrapporten", f"Søk om penger for {answer.context['openings'][0].year}", f"Ferieklubben, {YEAR}",
    ]  # fmt: skip
    assert urgent[0]["is_late"] and str(urgent[2]["tag"]) == "Tredje og siste år"
    assert [row.scheme.name for row in answer.context["openings"]] == ["Snart", "Senere"]
    assert f"{reverse('grant-new')}?ordning={soon.public_id}" in page(answer)
    # What is narrowed is a search, not a first page.
    assert "Det haster" not in page(town.leader.get(f"{reverse('grant-list')}?ar={YEAR}"))


def test_an_empty_list_says_what_to_do(town: Town) -> None:
    answer = town.leader.get(reverse("grant-list"))
    assert "Registrer det første tilskuddet" in page(answer)
    assert "Registrer det første tilskuddet" not in page(town.login(Role.CASEWORKER).get(reverse("grant-list")))


def test_the_files_have_what_the_list_has_and_no_formulas(town: Town) -> None:
    GrantScheme.objects.update(name="=HYPERLINK(1)")
    town.grant(awarded_nok=Decimal("300000.50"), spent_nok=Decimal(1), case_number="@SUM(1)")
    town.grant(year=YEAR - 1, state=S.CLOSED)
    query = f"?ar={YEAR}"
    answer = town.leader.get(reverse("grant-list-csv") + query)
    assert answer["Content-Disposition"] == 'attachment; filename="tilskudd.csv"'
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 2
    named = dict(zip(*rows, strict=True))
    assert named["Ordning"] == "'=HYPERLINK(1)" and named["Arkivsaksnummer"] == "'@SUM(1)"
    assert (named["Tildelt, kroner"], named["Brukt, kroner"], named["Igjen, kroner"]) == (
        "300000,50",
        "1,00",
        "299999,50",
    )
    book = load_workbook(io.BytesIO(town.leader.get(reverse("grant-list-xlsx") + query).getvalue()))
    cells = list(book.active.iter_rows())[1]
    assert (cells[0].value, cells[0].data_type) == ("=HYPERLINK(1)", "s")
    assert cells[6].value == 300_000.5


# One grant


def test_a_grant_is_registered_for_the_scheme_it_was_chosen_on(town: Town) -> None:
    apply_by = TODAY + datetime.timedelta(days=20)
    scheme = GrantSchemeFactory(apply_by=apply_by, reported_here=False)
    address = f"{reverse('grant-new')}?ordning={scheme.public_id}"
    form = town.leader.get(address).context["form"]
    assert form["scheme"].value() == scheme.pk and form["year"].value() in (apply_by.year, apply_by.year + 1)
    data = {
        "scheme": scheme.pk,
        "year": YEAR,
        "on": TODAY,
        "applied_nok": "1 250 000,50",
        "responsible_unit": town.root.pk,
    }
    answer = town.leader.post(address, data)
    grant = Grant.objects.get()
    assert answer["Location"] == url("grant", grant)
    assert (grant.applied_nok, grant.reporting_unit, grant.responsible_unit) == (
        Decimal("1250000.50"), town.unit, town.root,
    )  # fmt: skip
    assert errors(town.leader.post(address, data)) == {"year"}, "sent twice"
    assert Grant.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scheme", ""),
        ("scheme", "x"),
        ("scheme", "999999999999999999999"),
        ("year", ""),
        ("year", "i fjor"),
        ("year", "999999999999"),
        ("applied_nok", "mye"),
        ("applied_nok", "-1"),
        ("applied_nok", "1e9"),
        ("applied_nok", "10000000000"),
        ("applied_nok", "1,234"),
        ("case_number", "\0"),
        ("note", "\0"),
        ("on", "2999-01-01"),
        ("on", "i går"),
        ("case_number", "x" * 51),
    ],
)
def test_bad_input_is_told_at_its_field_and_stores_nothing(town: Town, field: str, value: str) -> None:
    data = {"scheme": town.scheme.pk, "year": YEAR, "on": TODAY} | {field: value}
    assert errors(town.leader.post(reverse("grant-new"), data)) == {field}
    assert not Grant.objects.exists()


def test_a_foreign_scheme_unit_and_reporting_unit_are_no_choices(town: Town) -> None:
    elsewhere = MunicipalityFactory()
    ReportingUnitFactory(municipality=town.municipality)  # now there is a choice
    foreign = {
        "scheme": GrantSchemeFactory(municipality=elsewhere), "reporting_unit": ReportingUnitFactory(),
        "responsible_unit": UnitFactory(municipality=elsewhere),
    }  # fmt: skip
    for field, row in foreign.items():
        data = {"scheme": town.scheme.pk, "year": YEAR, "on": TODAY, "reporting_unit": town.unit.pk} | {field: row.pk}
        assert errors(town.leader.post(reverse("grant-new"), data)) == {field}
    assert not Grant.objects.exists()


def test_a_municipality_without_a_reporting_unit_gets_one_with_its_first_grant(town: Town) -> None:
    ReportingUnit.objects.all().delete()
    data = {"scheme": town.scheme.pk, "year": YEAR, "on": TODAY}
    assert town.leader.post(reverse("grant-new"), data).status_code == 302
    assert Grant.objects.get().reporting_unit.name == "Fjordvik kommune"


def test_a_grant_goes_from_application_to_closing_by_its_pages(town: Town) -> None:
    grant = town.grant(state=S.APPLIED)
    following = town.grant(year=YEAR + 1, state=S.APPLIED)
    answer = town.leader.post(
        url("grant-award", grant), {"version": grant.version, "awarded_nok": "400 000", "on": TODAY}
    )
    assert answer["Location"] == url("grant", grant)
    grant.refresh_from_db()
    assert (grant.state, grant.awarded_nok) == (S.GRANTED, 400_000)
    first = town.leader.get(url("grant", grant)).content.decode().split('class="actions primary"')[1].split("</a>")[0]
    assert url("funding-new", grant) in first and "data-variant" not in first
    assert "Registrer at rapporten er sendt" in page(town.leader.get(url("grant", grant)))
    assert town.leader.get(url("grant-close", grant)).status_code == 302, "not before it is reported"
    town.leader.post(url("grant-reported", grant), {"version": grant.version, "on": TODAY})
    grant.refresh_from_db()
    form = town.leader.get(url("grant-close", grant)).context["form"]
    assert "carry_over" in form.fields
    town.leader.post(url("grant-close", grant), {"version": grant.version, "spent_nok": "390 000", "carry_over": "on"})
    grant.refresh_from_db()
    following.refresh_from_db()
    assert (grant.state, grant.spent_nok, following.carried_over_nok) == (S.CLOSED, 390_000, 10_000)


def test_an_award_and_a_refusal_say_what_they_must(town: Town) -> None:
    grant = town.grant(state=S.APPLIED)
    for value in ("", "-1", "mye", "\0", "99999999999"):
        data = {"version": grant.version, "awarded_nok": value, "on": TODAY}
        assert errors(town.leader.post(url("grant-award", grant), data)) == {"awarded_nok"}
    for value in ("", "  ", "\0"):
        data = {"version": grant.version, "reason": value, "on": TODAY}
        assert errors(town.leader.post(url("grant-refuse", grant), data)) == {"reason"}
    town.leader.post(url("grant-refuse", grant), {"version": grant.version, "reason": "For mange søkere", "on": TODAY})
    assert "For mange søkere" in page(town.leader.get(url("grant", grant)))
    # Asked for again, it is over. An appeal may be upheld.
    assert town.leader.get(url("grant-refuse", grant)).status_code == 302
    assert "Registrer innvilget etter klage" in page(town.leader.get(url("grant", grant)))
    grant.refresh_from_db()
    town.leader.post(url("grant-award", grant), {"version": grant.version, "awarded_nok": "5", "on": TODAY})
    grant.refresh_from_db()
    assert grant.state == S.GRANTED
    assert town.leader.get(url("grant-award", grant)).status_code == 302


def test_a_stale_form_keeps_what_was_typed_and_shows_what_stands(town: Town) -> None:
    grant = town.grant(note="Gammel")
    Grant.objects.filter(pk=grant.pk).update(version=7, note="Kollegaens")
    data = {"version": grant.version, "awarded_nok": "400000", "note": "Min", "case_number": ""}
    answer = town.leader.post(url("grant-edit", grant), data)
    assert answer.status_code == 422
    assert "Kollegaens" in page(answer) and "Min" in page(answer)
    assert Grant.objects.get().note == "Kollegaens"
    without = town.leader.post(url("grant-edit", grant), {"awarded_nok": "1", "note": "Blindt"})
    assert errors(without) == {"version"}


def test_a_closed_grant_keeps_its_amounts(town: Town) -> None:
    grant = town.grant(state=S.CLOSED, spent_nok=Decimal(5))
    assert "spent_nok" not in town.leader.get(url("grant-edit", grant)).context["form"].fields
    town.leader.post(url("grant-edit", grant), {"version": grant.version, "note": "Arkivert", "spent_nok": "9"})
    grant.refresh_from_db()
    assert (grant.note, grant.spent_nok) == ("Arkivert", 5)


def test_the_page_says_whose_money_cannot_be_split(town: Town) -> None:
    sub_project = SubProjectFactory(municipality=town.municipality, title="Delt prosjekt")
    grants = [town.grant(), town.grant(scheme=GrantSchemeFactory(reported_here=False))]
    for grant in grants:
        funded = FundedMeasureFactory(reporting_unit=town.unit, scheme=grant.scheme, sub_project=sub_project)
        FundingFactory(grant=grant, funded_measure=funded)
    answer = page(town.leader.get(url("grant", grants[0])))
    assert "Får penger fra flere tilskudd dette året" in answer and "Delt prosjekt" in answer
    assert "Finansieres av:" in page(town.leader.get(url("sub-project", sub_project)))


# Who may


def test_a_caseworker_reads_and_the_leader_of_the_unit_writes(town: Town) -> None:
    district = UnitFactory(municipality=town.municipality, parent=town.root)
    grant = town.grant()
    reader, leader = town.login(Role.CASEWORKER, district), town.login(Role.UNIT_LEADER, district)
    for client in (reader, leader):
        assert client.get(url("grant", grant)).status_code == 200
        assert client.get(url("grant-edit", grant)).status_code == 403
    Grant.objects.update(responsible_unit=district)
    assert leader.get(url("grant-edit", grant)).status_code == 200
    assert leader.get(reverse("grant-new")).status_code == 403, "holds a grant, but is no reporting unit"
    funding = FundingFactory(grant=grant)
    assert leader.get(url("funded-measure-edit", funding.funded_measure)).status_code == 200, (
        "whoever makes it, corrects it"
    )
    other = FundedMeasureFactory(reporting_unit=town.unit, scheme=town.scheme)
    assert leader.get(url("funded-measure-edit", other)).status_code == 403
    ReportingUnit.objects.update(unit=district)
    assert leader.get(reverse("grant-new")).status_code == 200
    assert leader.get(url("reporting-unit-edit", town.unit)).status_code == 403, "doesn't say herself what she leads"
    assert url("reporting-unit-edit", town.unit) not in page(leader.get(reverse("reporting-unit-list")))


def test_another_municipalitys_rows_are_not_found(town: Town) -> None:
    funding = FundingFactory(grant__scheme=town.scheme)
    own = GrantSchemeFactory(municipality=funding.grant.reporting_unit.municipality)
    for address in (
        url("grant", funding.grant), url("grant-edit", funding.grant), url("funded-measure", funding.funded_measure),
        url("scheme", own), url("scheme-edit", own), url("reporting-unit-edit", funding.grant.reporting_unit),
        url("funding-new", funding.grant), url("api-grant", funding.grant),
    ):  # fmt: skip
        assert town.leader.get(address).status_code == 404, address


def test_the_directorate_keeps_the_national_schemes_and_the_municipality_its_own(town: Town) -> None:
    analyst = town.client_for(make_member(Role.ANALYST))
    data = {
        "name": "Ny",
        "funder": "Noen",
        "report_by_day": 1,
        "report_by_month": 3,
        "has_reporting_duty": "on",
        "active": "on",
    }
    town.leader.post(reverse("scheme-new"), data | {"reported_here": "on"})
    own = GrantScheme.objects.get(name="Ny")
    assert (own.municipality, own.reported_here) == (town.municipality, False)
    analyst.post(reverse("scheme-new"), data | {"name": "Nasjonal", "reported_here": "on"})
    national = GrantScheme.objects.get(name="Nasjonal")
    assert national.is_national and national.reported_here
    assert town.leader.get(url("scheme-edit", national)).status_code == 403
    assert analyst.get(url("scheme-edit", own)).status_code == 404
    answer = analyst.post(
        url("scheme-edit", national),
        data | {"version": national.version, "reported_here": "on", "has_reporting_duty": ""},
    )
    assert errors(answer) == {"has_reporting_duty"}
    assert errors(town.leader.post(reverse("scheme-new"), data)) == {"name"}
    for field, value in (
        ("max_years", "0"),
        ("max_years", "x"),
        ("report_by_day", "31"),
        ("apply_by", "x"),
        ("name", "\0"),
    ):
        assert errors(town.leader.post(reverse("scheme-new"), data | {"name": "Enda en", field: value})) == {field}


def test_leadership_makes_reporting_units_and_the_directorate_merges_them(town: Town) -> None:
    district = UnitFactory(municipality=town.municipality, parent=town.root)
    foreign = UnitFactory(municipality=MunicipalityFactory())
    data = {"name": "Bydel Øst", "region": "", "unit": foreign.pk}
    assert errors(town.leader.post(reverse("reporting-unit-new"), data)) == {"unit"}
    invented = data | {"unit": district.pk, "region": "Funnet på"}
    assert errors(town.leader.post(reverse("reporting-unit-new"), invented)) == {"region"}
    town.leader.post(reverse("reporting-unit-new"), data | {"unit": district.pk})
    row = ReportingUnit.objects.get(name="Bydel Øst")
    assert row.unit == district
    analyst = town.client_for(make_member(Role.ANALYST))
    assert town.leader.get(url("reporting-unit-merge", row)).status_code == 403
    edited = {"version": row.version, "name": "Bydel Øst", "region": "Øst", "aliases": "1601\nØstbyen\n"}
    assert analyst.post(url("reporting-unit-edit", row), edited).status_code == 302
    row.refresh_from_db()
    assert (row.aliases, row.region, row.unit) == (["1601", "Østbyen"], "Øst", district)
    found = analyst.get(f"{reverse('reporting-unit-list')}?sok=østbyen")
    assert [unit.name for unit in found.context["page_obj"]] == ["Bydel Øst"]
    analyst.post(url("reporting-unit-merge", row), {"version": row.version, "successor": town.unit.pk})
    row.refresh_from_db()
    assert row.successor == town.unit
    stale = analyst.post(url("reporting-unit-merge", row), {"version": 1, "successor": ""})
    assert stale.status_code == 422
    assert "Fjordvik kommune" in page(town.leader.get(reverse("reporting-unit-list")))


def test_the_api_gives_the_grants_with_their_money(town: Town) -> None:
    grant = town.grant(awarded_nok=Decimal(300), spent_nok=Decimal(100), responsible_unit=None)
    GrantFactory()
    answer = town.leader.get(reverse("api-grant-list")).json()
    assert [row["id"] for row in answer["results"]] == [grant.public_id]
    one = town.leader.get(url("api-grant", grant)).json()
    assert one == answer["results"][0]
    assert (one["spent"], one["spent_source"], one["left"], one["state"]) == ("100.00", "accounts", "200.00", "granted")
    unknown = town.grant(year=YEAR - 1)
    assert town.leader.get(url("api-grant", unknown)).json()["spent"] is None
