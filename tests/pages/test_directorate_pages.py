"""The directorate's pages through the client: what they show, what they never show, and reminders from the list."""

import csv
import datetime
import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from grants.models import Grant, GrantScheme, GrantState, MeasureReport, ReportState, YearlyReport
from organisation.models import Municipality, Notice, Role, User
from tests.factories import (
    GrantFactory,
    GrantSchemeFactory,
    MeasureReportFactory,
    ReportingUnitFactory,
    UnitFactory,
    YearlyReportFactory,
    make_member,
)
from tests.pages.world import make_world

pytestmark = pytest.mark.django_db
PAGES = ("directorate", "directorate-units", "directorate-missing", "directorate-missing-csv")
SECRET = "Dette er ikke sendt ennå"
DUE = datetime.date(2010, 3, 1)


class Country:
    """One scheme, two years, and units in every stage of their reports."""

    def __init__(self) -> None:
        self.scheme: GrantScheme = GrantSchemeFactory(name="Barnetilskuddet")
        self.grants = {
            state: self.grant(f"{name} kommune", region, state)
            for state, name, region in (
                (None, "Uten", "Region Nord"),
                (ReportState.DRAFT, "Utkast", "Region Nord"),
                (ReportState.RETURNED, "Retur", "Region Øst"),
                (ReportState.SUBMITTED, "Sendt", "Region Øst"),
                (ReportState.ACCEPTED, "Godkjent", "Region Øst"),
            )
        }
        self.grant("Fjor kommune", "Region Nord", ReportState.ACCEPTED, year=2008)

    def grant(self, name: str, region: str, report_state: str | None, **fields: Any) -> Grant:
        unit = UnitFactory()
        reporting_unit = ReportingUnitFactory(
            municipality=unit.municipality, unit=unit, region=region, name=f"{name} {unit.pk}"
        )
        grant: Grant = GrantFactory(
            scheme=self.scheme,
            reporting_unit=reporting_unit,
            note=SECRET,
            case_number="2009/4711",
            report_by=DUE,
            **fields,
        )
        if report_state is not None:
            report = YearlyReportFactory(grant=grant, general_feedback=SECRET, active_measures=98_765)
            MeasureReportFactory(report=report, title=f"Tiltak. {SECRET}", description=SECRET, children_reached=40)
            made = YearlyReportFactory.build(state=report_state, submitted_by=None, accepted_by=None)
            YearlyReport.objects.filter(pk=report.pk).update(
                state=report_state, submitted_at=made.submitted_at, accepted_at=made.accepted_at,
                accepted_by=make_member(Role.ANALYST) if report_state == ReportState.ACCEPTED else None,
            )  # fmt: skip
        return grant

    def name(self, state: str | None) -> str:
        return str(self.grants[state].reporting_unit.name)

    def holders(self, state: str | None) -> list[User]:
        unit = self.grants[state].reporting_unit.unit
        return [make_member(role, unit) for role in (Role.COORDINATOR, Role.UNIT_LEADER)]


@pytest.fixture
def country() -> Country:
    return Country()


@pytest.fixture
def client(client_for: Any) -> Client:
    return client_for(make_member(Role.ANALYST))


def shown(client: Client, name: str, **query: Any) -> str:
    answer = client.get(reverse(name), query)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode().replace("\xa0", " "))


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def remind(client: Client, **fields: Any) -> Any:
    return client.post(reverse("directorate-remind"), fields, follow=True)


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_an_analysts_first_page_is_the_newest_year_in_figures(country: Country, client: Client) -> None:
    home = client.get(reverse("home"))
    assert [row.value for row in home.context["grant_figures"]] == ["5", "2\xa0000\xa0000", "2", "3"]
    answer = client.get(reverse("directorate"))
    figures = {row["label"]: (row["value"], row["change"]) for row in answer.context["figures"]}
    assert figures == {
        "enheter med tilskudd": (5, "+4 fra 2008"),
        "kroner tildelt": (Decimal(2_000_000), "+1\xa0600\xa0000 fra 2008"),
        "årsrapporter sendt inn": (2, "+1 fra 2008"),
        "årsrapporter godkjent": (1, "som i 2008"),
        "har ikke sendt inn": (3, "+3 fra 2008"),
        "tiltak i årsrapportene": (2, "+1 fra 2008"),
        "barn og unge nådd": (80, "+40 fra 2008"),
    }
    assert [(row["name"], row["sums"].units) for row in answer.context["regions"]] == [
        ("Region Nord", 2), ("Region Øst", 3)
    ]  # fmt: skip
    assert (
        "Region Nord 2 800 000 0 2 i Region Nord 2 Region Øst 3 1 200 000 2 1 i Region Øst 1 I alt 5 2 000 000 2 3 3"
        in text_of(shown(client, "directorate"))
    )


def test_each_figure_leads_to_the_list_that_it_counts(country: Country, client: Client) -> None:
    for query in ({}, {"region": "Region Nord"}, {"region": "Region Øst"}):
        figures = client.get(reverse("directorate"), query).context["figures"]
        for figure in figures[:1] + figures[2:5]:
            rows = client.get(figure["url"]).context["page_obj"]
            assert rows.paginator.count == figure["value"], (figure["label"], query)
        for figure, field in ((figures[1], "awarded_nok"), (figures[5], "measures"), (figures[6], "children")):
            rows = client.get(figure["url"]).context["page_obj"]
            assert sum(getattr(row, field) or 0 for row in rows) == (figure["value"] or 0)


def test_another_year_and_a_region_are_chosen_in_the_address(country: Country, client: Client) -> None:
    answer = client.get(reverse("directorate"), {"ar": "2008"})
    assert answer.context["figures"][0]["value"] == 1
    assert "Ingenting ble tildelt i 2007" in answer.content.decode()
    answer = client.get(reverse("directorate"), {"region": "Region Nord"})
    assert answer.context["figures"][0]["value"] == 2
    assert len(answer.context["regions"]) == 2, "the regions stand there to be compared"


def test_a_scheme_is_chosen_where_there_are_several(country: Country, client: Client) -> None:
    assert 'name="ordning"' in shown(client, "directorate")
    assert '<select name="ordning"' not in shown(client, "directorate")
    other = GrantFactory(year=2005)
    page = shown(client, "directorate")
    assert '<select name="ordning"' in page
    assert "Tilskudd 2009" in text_of(page), "the one with the newest year comes first"
    page = shown(client, "directorate", ordning=other.scheme.public_id)
    assert "Tilskudd 2005" in text_of(page)


@pytest.mark.parametrize(
    "query",
    ["ar=abc", "ar=1850", "ar=%00", "region=Atlantis", "region=%00", "ordning=finnes-ikke", "ordning=%00", "side=x",
     "side=99", "sorter=passord", "sorter=%00", "rapport=utkast", "ar=²"],
)  # fmt: skip
def test_what_is_no_choice_gives_way_to_what_is(query: str, country: Country, client: Client) -> None:
    for name in PAGES:
        answer = client.get(f"{reverse(name)}?{query}")
        assert answer.status_code == 200, name
        assert country.name(None) in answer.content.decode() or name == "directorate"


def test_what_waits_to_be_judged_is_there_whatever_year_is_chosen(country: Country, client: Client) -> None:
    report = YearlyReport.objects.get(grant=country.grants[ReportState.SUBMITTED])
    answer = client.get(reverse("directorate"), {"ar": "2008"})
    assert [row["report"] for row in answer.context["waiting"]] == [report]
    assert reverse("yearly-report", args=[report.public_id]) in answer.content.decode()
    for number in range(11):
        country.grant(f"Mer {number}", "Region Nord", ReportState.SUBMITTED)
    page = text_of(shown(client, "directorate"))
    assert "Venter på deg (12)" in page and "Se alle 12 som venter" in page


def test_what_waits_of_the_chosen_year_stands_first_and_then_the_oldest(country: Country, client: Client) -> None:
    old = YearlyReport.objects.get(grant=country.grants[ReportState.SUBMITTED])
    grants = [country.grant(f"Ny {number}", "Region Nord", ReportState.SUBMITTED, year=2010) for number in range(2)]
    new = [YearlyReport.objects.get(grant=grant) for grant in grants]
    for year, expected in ((2010, [*new, old]), (old.grant.year, [old, *new])):
        answer = client.get(reverse("directorate"), {"ar": year})
        assert [row["report"] for row in answer.context["waiting"]] == expected, year


def test_nothing_of_what_is_not_sent_is_shown_anywhere(country: Country, client: Client) -> None:
    """A draft and no report look alike; of what was sent back the state is told, and nothing that is in it."""
    drafts = YearlyReport.objects.filter(state=ReportState.DRAFT)
    for name in PAGES:
        page = shown(client, name)
        assert SECRET not in page and "98 765" not in page and "98765" not in page and "4711" not in page
        for report in drafts:
            assert report.public_id not in page
    for name in PAGES[1:3]:
        rows = {row.reporting_unit.name: row for row in client.get(reverse(name)).context["page_obj"]}
        begun, none = rows[country.name(ReportState.DRAFT)], rows[country.name(None)]
        assert (begun.sent_state, begun.measures, begun.children) == (none.sent_state, none.measures, none.children)
        assert rows[country.name(ReportState.RETURNED)].measures is None
    text = text_of(shown(client, "directorate-missing"))
    assert text.count("Ikke sendt ") == 2 and text.count("Sendt tilbake") == 1


def test_what_must_not_leak_is_there_to_leak(country: Country) -> None:
    assert MeasureReport.objects.filter(report__state=ReportState.DRAFT, description=SECRET, children_reached=40)
    assert Grant.objects.filter(note=SECRET).count() == 6


def test_no_family_is_on_any_page(client: Client) -> None:
    world = make_world(timezone.localdate(), secret="Det familien selv har sagt")
    assert world.family is not None
    for name in PAGES:
        page = shown(client, name)
        assert world.family.public_id not in page and world.family.reference not in page
        assert "Ferietiltaket" not in page


def test_what_was_applied_for_or_is_a_municipalitys_own_is_not_the_directorates(
    country: Country, client: Client
) -> None:
    country.grant("Søker kommune", "Region Nord", None, state=GrantState.APPLIED)
    municipality: Municipality = country.grants[None].reporting_unit.municipality
    own = GrantSchemeFactory(municipality=municipality, name="Kommunens egen ordning")
    GrantFactory(scheme=own, reporting_unit=country.grants[None].reporting_unit, year=2026)
    for name in PAGES:
        page = shown(client, name)
        assert "Søker kommune" not in page and "Kommunens egen" not in page and "2026" not in page.split("<main")[-1]


def test_who_has_not_sent_is_listed_with_how_late_and_who_was_reminded(country: Country, client: Client) -> None:
    rows = client.get(reverse("directorate-missing")).context["lines"]
    states = (None, ReportState.DRAFT, ReportState.RETURNED)
    assert {line["grant"] for line in rows} == {country.grants[state] for state in states}
    late = (timezone.localdate() - DUE).days
    assert {line["days_late"] for line in rows} == {late}
    assert all(line["reminded_at"] is None for line in rows)
    country.holders(None)
    remind(client, hvem="alle")
    reminded = {
        line["grant"]: line["reminded_at"] for line in client.get(reverse("directorate-missing")).context["lines"]
    }
    assert [row for row, at in reminded.items() if at] == [country.grants[None]]
    Grant.objects.all().update(report_by=None)
    assert {line["days_late"] for line in client.get(reverse("directorate-missing")).context["lines"]} == {0}


@pytest.mark.parametrize("key", ["navn", "region", "belop", "frist", "rapport"])
def test_the_list_is_narrowed_and_sorted(key: str, country: Country, client: Client) -> None:
    rows = {"region": "Region Nord"}
    assert client.get(reverse("directorate-missing"), rows).context["page_obj"].paginator.count == 2
    for number, grant in enumerate(Grant.objects.filter(year=2009)):
        Grant.objects.filter(pk=grant.pk).update(
            awarded_nok=number * 1000, report_by=DUE + datetime.timedelta(days=number)
        )
    up = list(client.get(reverse("directorate-missing"), {"sorter": key}).context["page_obj"])
    down = list(client.get(reverse("directorate-missing"), {"sorter": f"-{key}"}).context["page_obj"])

    def values(found: list[Any]) -> list[Any]:
        of = {"navn": lambda row: row.reporting_unit.name, "region": lambda row: row.reporting_unit.region,
              "belop": lambda row: row.awarded_nok, "frist": lambda row: row.report_by,
              "rapport": lambda row: row.sent_state}[key]  # fmt: skip
        return [of(row) for row in found]

    assert values(up) == sorted(values(up)) == values(down)[::-1]
    assert len(set(values(up))) > 1


def test_the_state_of_the_report_narrows_the_list_of_units(country: Country, client: Client) -> None:
    counts = {"": 5, "inne": 2, "til-godkjenning": 1, "godkjent": 1, "sendt-tilbake": 1, "ikke-sendt": 2}
    for choice, count in counts.items():
        found = client.get(reverse("directorate-units"), {"rapport": choice}).context["page_obj"]
        assert found.paginator.count == count, choice


def test_the_list_goes_out_as_a_file_that_a_spreadsheet_reads(country: Country, client: Client) -> None:
    unit = country.grants[None].reporting_unit
    type(unit).objects.filter(pk=unit.pk).update(name="\r=HYPERLINK(1)")
    answer = client.get(reverse("directorate-missing-csv"), {"region": "Region Nord", "sorter": "navn"})
    assert answer["Content-Disposition"] == 'attachment; filename="ikke-sendt-2009.csv"'
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert head == ["Enhet", "Region", "Tildelt", "Frist", "Dager over fristen", "Årsrapport", "Sist påminnet"]
    late = str((timezone.localdate() - DUE).days)
    assert rows == [
        ["'\r=HYPERLINK(1)", "Region Nord", "400000,00", "1. mars 2010", late, "Ikke sendt", ""],
        [country.name(ReportState.DRAFT), "Region Nord", "400000,00", "1. mars 2010", late, "Ikke sendt", ""],
    ]


def test_those_who_are_chosen_are_reminded_and_the_page_says_who_can_not_be(country: Country, client: Client) -> None:
    people = country.holders(ReportState.DRAFT)
    chosen = [country.grants[ReportState.DRAFT].public_id, country.grants[None].public_id]
    answer = remind(client, hvem="valgte", tilskudd=chosen, ar="2009")
    assert said(answer) == [
        "2 personer har fått påminnelse.",
        f"Ingen av de ansvarlige kan logge inn hos: {country.name(None)}. Ta kontakt på en annen måte.",
    ]
    assert set(Notice.objects.values_list("user", flat=True)) == {user.pk for user in people}
    for notice in Notice.objects.all():
        assert SECRET not in notice.text
        report = YearlyReport.objects.get(grant=country.grants[ReportState.DRAFT])
        assert report.public_id not in notice.url_path, "she doesn't know that there is a draft"
    again = remind(client, hvem="valgte", tilskudd=chosen[:1], ar="2009")
    assert said(again) == ["De ansvarlige har allerede fått påminnelse i dag. Ingen ny er sendt."]
    assert Notice.objects.count() == 2


def test_all_in_the_list_are_reminded_as_it_is_narrowed(country: Country, client: Client) -> None:
    nord, east = country.holders(None), country.holders(ReportState.RETURNED)
    sent = country.holders(ReportState.SUBMITTED)
    answer = remind(client, hvem="alle", region="Region Øst")
    assert said(answer) == ["2 personer har fått påminnelse."]
    assert answer.context["choice"].region == "Region Øst", "the page comes back as it was"
    remind(client, hvem="alle")
    told = set(Notice.objects.values_list("user", flat=True))
    assert told == {user.pk for user in (*nord, *east)}
    assert not told & {user.pk for user in sent}


def test_what_is_not_in_the_list_is_passed_over(country: Country, client: Client) -> None:
    country.holders(ReportState.SUBMITTED)
    own = GrantFactory(scheme=GrantSchemeFactory(reported_here=False))
    make_member(Role.COORDINATOR, UnitFactory(municipality=own.reporting_unit.municipality))
    last_year = Grant.objects.get(year=2008)
    wrong = [
        country.grants[ReportState.SUBMITTED].public_id,
        own.public_id,
        last_year.public_id,
        "2222222222",
        "\x00",
        "' OR 1=1",
    ]
    for fields in ({"tilskudd": wrong}, {"tilskudd": []}, {}, {"hvem": "\x00"}, {"hvem": "valgte", "ar": "abc"}):
        assert said(remind(client, **fields)) == ["Ingen påminnelse er sendt. Kryss av for minst én enhet i lista."]
    assert not Notice.objects.exists()


def test_nobody_else_reminds_anybody(country: Country, client_for: Any) -> None:
    people = country.holders(None)
    for user in (*people, make_member(Role.ADMINISTRATOR), make_member(Role.BOARD_MEMBER)):
        assert client_for(user).post(reverse("directorate-remind"), {"hvem": "alle"}).status_code == 403
    assert not Notice.objects.exists()


def test_without_any_grant_the_pages_say_what_comes_there(client: Client) -> None:
    for name in PAGES:
        shown(client, name)
    assert "Her kommer tilskuddene" in shown(client, "directorate")
    assert "Ingen påminnelse er sendt" in said(remind(client, hvem="alle"))[0]


def test_the_queries_of_a_page_do_not_grow_and_are_few(country: Country, client: Client) -> None:
    def count(name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(name))
        return len(queries)

    country.holders(None)  # what is read of nobody costs nothing
    few = {name: count(name) for name in PAGES}
    for state in (None, ReportState.DRAFT, ReportState.SUBMITTED):
        for number in range(10):
            grant = country.grant(f"Flere {state} {number}", "Region Vest", state)
            make_member(Role.COORDINATOR, grant.reporting_unit.unit)
    remind(client, hvem="alle")
    assert {name: count(name) for name in PAGES} == few
    assert max(few.values()) <= 12, few


@pytest.mark.parametrize(("days", "is_said"), [(0, True), (1, True), (60, True), (61, False), (6000, False)])
def test_how_long_ago_is_said_while_that_says_something(
    country: Country, client: Client, days: int, is_said: bool
) -> None:
    # Days of the calendar, at noon: a change of the clock beside them makes no day more or less.
    day = timezone.localdate() - datetime.timedelta(days=days)
    at = timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
    YearlyReport.objects.filter(state=ReportState.SUBMITTED).update(submitted_at=at)
    answer = client.get(reverse("directorate"), {"scheme": country.scheme.public_id})
    content = answer.content.decode()
    assert (f"{days} dag siden" in content or f"{days} dager siden" in content) == is_said
    assert ("siden</span>" in content) == is_said
