"""The pages of the tables: what they show to whom, the files of the same figures, and the collection as a PDF."""

import csv
import io
import json
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from grants.domain.table_disclosure import WITHHELD
from grants.domain.table_edition import make_edition
from grants.domain.table_list import SPECS
from grants.models import GrantScheme, ReportState, TableEdition, YearlyReport
from grants.views.table import groups
from organisation.models import JobState, Role, User
from tests.factories import (
    GrantFactory,
    GrantSchemeFactory,
    MembershipFactory,
    MunicipalityFactory,
    ReportingUnitFactory,
    UnitFactory,
    make_member,
)
from tests.grants.domain.table_examples import REGIONS, published_before, report_of, some_reports

pytestmark = pytest.mark.django_db
LIST = "grant-table-list"
MOST_QUERIES = 12


@pytest.fixture
def analyst() -> User:
    return make_member(Role.ANALYST)


@pytest.fixture
def client(analyst: User, client_for: Any) -> Client:
    return client_for(analyst)


@pytest.fixture
def scheme() -> GrantScheme:
    scheme, by = some_reports()
    published_before(scheme, by)
    return scheme


class Cells(HTMLParser):
    """The rows of the first table on a page, as text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False
        self.feed(page[page.index("<tbody>") : page.index("</tbody>")])

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data


def page(client: Client, number: int, query: str = "") -> str:
    answer = client.get(reverse("grant-table", args=[number]) + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def figures(client: Client, number: int, query: str = "") -> list[list[str]]:
    return bare(page(client, number, query))


def bare(text: str) -> list[list[str]]:
    """As a file would have them: no spaces between thousands, no percent sign, nothing for a dash."""
    return [[row[0], *(_bare(cell) for cell in row[1:])] for row in Cells(text).rows]


def _bare(cell: str) -> str:
    return "" if cell == "–" else cell.replace("\u00a0", "").removesuffix("%")


def file(client: Client, ending: str, number: int, query: str = "") -> Any:
    answer = client.get(reverse(f"grant-table-{ending}", args=[number]) + query)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith(f'attachment; filename="tabell-{number}-2009')
    return answer.content


def of_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


# --- The list and the page ------------------------------------------------------------------------------------


def test_all_41_tables_stand_in_one_group_each_with_a_link(client: Client, scheme: GrantScheme) -> None:
    numbers = [number for _key, _title, own in groups() for number in own]
    assert sorted(numbers) == list(range(1, 42)) == sorted(SPECS)
    text = client.get(reverse(LIST)).content.decode()
    for number in numbers:
        assert f'{reverse("grant-table", args=[number])}?ar=2009"' in text
        assert SPECS[number].title in text


def test_every_table_has_a_page_and_no_other_number_has(client: Client, scheme: GrantScheme) -> None:
    for number, spec in SPECS.items():
        assert f"Tabell {number}: {spec.title}" in page(client, number)
    for number in ("0", "42", "99999999999999999999", "-1", "x"):
        for ending in ("", "fil.csv", "fil.json", "fil.xlsx"):
            assert client.get(f"/tilskudd/tabeller/{number}/{ending}").status_code == 404


def test_a_table_has_headers_total_n_and_its_neighbours(client: Client, scheme: GrantScheme) -> None:
    text = page(client, 12)
    assert '<th scope="col">Målsetting</th>' in text and '<th scope="row">annet</th>' in text
    assert 'class="total"' in text and "av 18 tiltak har svar" in text
    assert f'href="{reverse("grant-table", args=[11])}?ar=2009"' in text
    assert f'href="{reverse("grant-table", args=[13])}?ar=2009"' in text
    assert 'rel="prev"' not in page(client, 1) and 'rel="next"' not in page(client, 41)


@pytest.mark.parametrize(
    ("number", "question", "span"),
    [*((n, "Primært rettet mot barn/familier med innvandrerbakgrunn", 2) for n in (16, 17, 18, 19)),
     (31, "Aktuelt å videreføre tiltaket neste år", 3), (40, "Forankring i plan", 3)],
)  # fmt: skip
def test_options_in_columns_stand_under_their_question(
    number: int, question: str, span: int, client: Client, scheme: GrantScheme
) -> None:
    assert f'<th scope="colgroup" colspan="{span}">{question}</th>' in page(client, number)
    head = of_csv(file(client, "csv", number))[0]
    assert [cell.startswith(f"{question}: ") for cell in head].count(True) == span
    values = json.loads(file(client, "json", number))["rows"][0]["values"]
    assert [key for key in values if key != "n"] == [cell.partition(": ")[2] for cell in head[1 : span + 1]]


def test_years_and_regions_stand_alone(client: Client, scheme: GrantScheme) -> None:
    assert not any('scope="colgroup"' in page(client, number) for number in (8, 12, 26))


def test_drawings_have_words_and_no_styles_of_their_own(client: Client, scheme: GrantScheme) -> None:
    for number in (3, 26):
        text = page(client, number)
        assert "<svg" in text and "<title id=" in text and "<desc id=" in text
        assert "style=" not in text
    assert "publisert tidligere" in page(client, 3)
    assert 'class="chart ' not in page(client, 12)


def test_without_anything_the_page_says_what_belongs_there(client: Client) -> None:
    GrantSchemeFactory()
    assert "når den første årsrapporten er sendt inn" in client.get(reverse(LIST)).content.decode()
    assert "når den første årsrapporten er sendt inn" in page(client, 5)
    assert client.get(reverse("grant-tables-xlsx")).status_code == 404
    assert client.get(reverse("grant-table-csv", args=[5])).status_code == 404


def test_amounts_are_there_before_anybody_has_answered(client: Client) -> None:
    grant = GrantFactory(reporting_unit__name="Prøvebyen")
    text = client.get(reverse(LIST)).content.decode()
    assert "Ingen har sendt årsrapport for 2009" in text
    assert figures(client, 1) == [["Prøvebyen", "400000"], ["I alt", "400000"]]
    assert "Ingen har svart på dette" in page(client, 5)
    assert grant.awarded_nok == 400_000


# --- Filters --------------------------------------------------------------------------------------------------


def test_year_and_region_are_chosen_in_the_url(client: Client, scheme: GrantScheme) -> None:
    some_reports(scheme, year=2008, units=3)
    newest = figures(client, 1)
    assert figures(client, 1, "?ar=2009") == newest
    older = figures(client, 1, "?ar=2008")
    assert (len(newest), len(older)) == (7, 4)
    of_region = figures(client, 1, f"?region={REGIONS[0]}")
    assert len(of_region) == 3 and of_region[:2] != newest[:2]
    assert f"?ar=2008&amp;region={REGIONS[0].replace(' ', '+')}" in page(client, 1, f"?ar=2008&region={REGIONS[0]}")


def test_a_scheme_is_chosen_where_there_are_several(client: Client, scheme: GrantScheme) -> None:
    assert 'name="ordning"' not in page(client, 1)
    other, _by = some_reports(units=2)
    text = page(client, 1, f"?ordning={other.public_id}")
    assert other.name in text and len(figures(client, 1, f"?ordning={other.public_id}")) == 3
    assert f"?ordning={other.public_id}&amp;ar=2009" in text


def test_merged_municipalities_are_one_in_the_division_of_today(client: Client) -> None:
    scheme = GrantSchemeFactory()
    first, second = (report_of(None, scheme, name) for name in ("Gamleby", "Nyby"))
    old = first.grant.reporting_unit
    type(old).objects.filter(pk=old.pk).update(successor=second.grant.reporting_unit)
    assert [row[0] for row in figures(client, 1)] == ["Gamleby", "Nyby", "I alt"]
    today = figures(client, 1, "?inndeling=dagens")
    assert [row[0] for row in today] == ["Nyby", "I alt"] and today[0][1] == "800000"
    assert figures(client, 1, "?inndeling=den-gang") == figures(client, 1)
    selected = '<option value="dagens" selected>'
    assert selected in page(client, 1, "?inndeling=dagens")
    # Over years the division is today's where nothing is said.
    assert selected in page(client, 4) and selected not in page(client, 1)


def test_it_is_said_which_municipalities_a_table_is_of(client: Client, scheme: GrantScheme) -> None:
    some_reports(scheme, year=2008, units=3)
    used = "Tabellen bruker kommunene som i"
    single, over_years = page(client, 1, "?ar=2008"), page(client, 8)
    assert ">Kommuner som i 2008</option>" in single and ">Kommuner som i dag</option>" in single
    assert ">Kommuner som i hvert av årene</option>" in over_years
    assert f"{used} 2008." in single and f"{used} dag, så årene kan sammenlignes." in over_years
    for query in ("?inndeling=dagens", "?inndeling=den-gang"):
        assert used not in page(client, 1, query) + page(client, 8, query)


def test_the_demo_says_that_its_answers_are_made_up(client: Client, scheme: GrantScheme, settings: Any) -> None:
    note = "Demo: beløpene for 2009 er ekte, svarene er oppdiktet."
    assert note not in page(client, 16)
    settings.DEMO = True
    for number in (1, 3, 16):
        assert note in page(client, number)
        assert of_csv(file(client, "csv", number))[-1] == [note]
    for sheet in load_workbook(BytesIO(client.get(reverse("grant-tables-xlsx")).content)):
        assert note in [row[0].value for row in sheet.iter_rows()]


def test_a_municipality_is_told_that_earlier_figures_are_of_the_whole_country(
    client: Client, client_for: Any, scheme: GrantScheme
) -> None:
    coordinator = make_member(Role.COORDINATOR)
    report_of(coordinator.current_memberships[0].unit.municipality, scheme, "Egenby", active_measures=3)
    theirs = client_for(coordinator)
    said = "Tallene for 2006 og 2008 er publisert tidligere og gjelder hele landet, de andre kommunen din."
    assert said in page(theirs, 3) and said not in page(client, 3)
    for one, is_there in ((theirs, True), (client, False)):
        for content in (file(one, "xlsx", 3), one.get(reverse("grant-tables-xlsx")).content):
            sheet = load_workbook(BytesIO(content))["Tabell 3"]
            assert (said in [row[0].value for row in sheet.iter_rows()]) == is_there


@pytest.mark.parametrize(
    "query",
    ["ar=abc", "ar=1066", "ar=-1", "ar=" + "9" * 500, "ar=", "region=Ukjent", "region=%00", "ordning=%00", "ordning=2222222222",
     "inndeling=tull", "inndeling=%00", "ar=%00", "ar=2009&ar=x", "side=abc", "side=-3", "region[]=x", "ar=%F0%9F%92%A3"],
)  # fmt: skip
def test_what_is_no_choice_counts_as_none(query: str, client: Client, scheme: GrantScheme) -> None:
    assert figures(client, 5, f"?{query}") == figures(client, 5)
    assert client.get(f"{reverse(LIST)}?{query}").status_code == 200
    assert file(client, "json", 5, f"?{query}") == file(client, "json", 5)


# --- Files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", f"?region={REGIONS[1]}&inndeling=dagens"])
def test_files_agree_with_the_page_to_the_digit(query: str, client: Client, scheme: GrantScheme) -> None:
    printed = 0
    for number in SPECS:
        head, *rows = of_csv(file(client, "csv", number, query))
        text = page(client, number, query)
        if "Ingen har svart på dette" in text:
            continue
        printed += 1
        assert head[0] == f"Tabell {number}. {SPECS[number].title}"
        assert bare(text) == rows, number
        sheet = load_workbook(BytesIO(file(client, "xlsx", number, query))).active
        cells = [row[: len(head)] for row in sheet.iter_rows(max_row=len(rows) + 1)]
        assert [[_as_csv(cell) for cell in row] for row in cells] == [head, *rows], number
        _check_json(json.loads(file(client, "json", number, query)), number, rows)
    assert printed > 35


def _as_csv(cell: Any) -> str:
    """A number with the decimals that the spreadsheet shows."""
    if isinstance(cell.value, int | float):
        places = len(cell.number_format.partition(".")[2])
        return f"{cell.value:.{places}f}".replace(".", ",")
    return str(cell.value or "")


def _check_json(made: Any, number: int, rows: list[list[str]]) -> None:
    assert {"number", "title", "n", "rows", "total"} <= made.keys() and made["number"] == number
    for row, printed in zip(made["rows"], rows, strict=False):
        assert row["label"] == printed[0]
        assert [_number(value) for value in row["values"].values()] == [_number(cell) for cell in printed[1:]]


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        # What is about few persons is no number in JSON.
        value = value.replace(",", ".").removeprefix(WITHHELD) or None
    return None if value is None else float(value)


def test_all_tables_are_one_file(client: Client, scheme: GrantScheme) -> None:
    answer = client.get(f"{reverse('grant-tables-xlsx')}?region={REGIONS[0]}")
    assert answer["Content-Disposition"] == 'attachment; filename="tabeller-2009-region-nord.xlsx"'
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == [f"Tabell {number}" for number in range(1, 42)]
    rows = of_csv(file(client, "csv", 29, f"?region={REGIONS[0]}"))
    cells = book["Tabell 29"].iter_rows(max_row=len(rows))
    assert [[_as_csv(cell) for cell in row] for row in cells] == rows


def test_no_name_is_a_formula_in_a_file(client: Client) -> None:
    scheme = GrantSchemeFactory()
    report_of(None, scheme, "=1+1")
    assert of_csv(file(client, "csv", 1))[1][0] == "'=1+1"
    cell = load_workbook(BytesIO(file(client, "xlsx", 1))).active["A2"]
    assert (cell.value, cell.data_type) == ("'=1+1", "s")


# --- Who ------------------------------------------------------------------------------------------------------


def test_a_municipality_sees_its_own_reports_and_the_directorate_those_of_all(client: Client, client_for: Any) -> None:
    scheme = GrantSchemeFactory()
    coordinator = make_member(Role.COORDINATOR)
    own = coordinator.current_memberships[0].unit.municipality
    report_of(own, scheme, "Egenby", general_feedback="x")
    report_of(None, scheme, "Naboby")
    theirs, all_of_them = client_for(coordinator), client
    assert [row[0] for row in figures(theirs, 1)] == ["Egenby", "I alt"]
    assert [row[0] for row in figures(all_of_them, 1)] == ["Egenby", "Naboby", "I alt"]
    for ending in ("csv", "json", "xlsx"):
        assert file(theirs, ending, 1) != file(all_of_them, ending, 1)
    assert b"Naboby" not in file(theirs, "csv", 1) + file(theirs, "json", 1)
    assert b"Naboby" in file(all_of_them, "csv", 1)
    sheets = load_workbook(BytesIO(theirs.get(reverse("grant-tables-xlsx")).content))
    assert [row[0].value for row in sheets["Tabell 1"].iter_rows(max_row=3)][1:] == ["Egenby", "I alt"]
    assert "Tallene gjelder kommunen din." in page(theirs, 1) and "kommunen din" not in page(all_of_them, 1)
    assert "Tallene gjelder kommunen din." in theirs.get(reverse(LIST)).content.decode()


def test_another_role_elsewhere_opens_no_tables_there(client_for: Any) -> None:
    """A request shows the rows of all her municipalities; the tables are of those where she works with cases."""
    scheme = GrantSchemeFactory()
    user = make_member(Role.CASEWORKER)
    report_of(user.current_memberships[0].unit.municipality, scheme, "Egenby")
    other = MunicipalityFactory()
    report_of(other, scheme, "Naboby")
    MembershipFactory(user=user, unit=UnitFactory(municipality=other), role=Role.JUROR)
    assert [row[0] for row in figures(client_for(User.objects.get(pk=user.pk)), 1)] == ["Egenby", "I alt"]


def test_drafts_and_returned_reports_are_in_no_table(client: Client) -> None:
    scheme = GrantSchemeFactory()
    report = report_of(None, scheme, "Egenby", follows_up_measures="all")
    assert figures(client, 29)[0] == ["ja, alle", "1", "100"]
    YearlyReport.objects.filter(pk=report.pk).update(state=ReportState.RETURNED)
    assert "Ingen har svart på dette" in page(client, 29)


@pytest.mark.parametrize("role", [Role.BOARD_MEMBER, Role.JUROR, Role.PARTNER, Role.ADMINISTRATOR])
def test_others_see_no_tables(role: Role, client_for: Any, scheme: GrantScheme) -> None:
    client = client_for(make_member(role))
    for url in (reverse(LIST), reverse("grant-table", args=[1]), reverse("grant-table-csv", args=[1])):
        assert client.get(url).status_code == 403


# --- Collections ----------------------------------------------------------------------------------------------


def test_the_directorate_makes_a_collection_of_the_year_in_the_url(client: Client, scheme: GrantScheme) -> None:
    some_reports(scheme, year=2008, units=3)
    answer = client.post(f"{reverse('grant-table-edition-new')}?ar=2008&region={REGIONS[0]}")
    edition = TableEdition.objects.get()
    assert answer["Location"] == reverse("grant-table-edition", args=[edition.public_id])
    assert (edition.scheme, edition.year) == (scheme, 2008)
    # Of the whole country, whatever region was looked at.
    assert len(edition.document.content["tables"][0]["rows"]) == 3
    text = client.get(answer["Location"]).content.decode()
    assert "Tabellsamling 2008" in text and "PDF-en venter på å bli laget" in text
    assert edition.public_id in client.get(reverse(LIST)).content.decode()
    assert client.get(reverse("grant-table-edition-pdf", args=[edition.public_id])).status_code == 404
    assert client.get(reverse("grant-table-edition-progress", args=[edition.public_id])).status_code == 200


def test_a_collection_that_failed_is_made_again(client: Client, analyst: User, scheme: GrantScheme) -> None:
    edition = make_edition(scheme=scheme, year=2009, by=analyst, at=timezone.now())
    job = edition.document.job
    type(job).objects.filter(pk=job.pk).update(state=JobState.FAILED, error="Feil", finished_at=timezone.now())
    assert "Prøv igjen" in client.get(reverse("grant-table-edition", args=[edition.public_id])).content.decode()
    client.post(reverse("grant-table-edition-again", args=[edition.public_id]))
    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_without_answers_nothing_is_made_and_the_page_says_so(client: Client) -> None:
    answer = client.post(reverse("grant-table-edition-new"), follow=True)
    assert "Ingen har svart ennå" in answer.content.decode()
    assert not TableEdition.objects.exists()


def test_a_municipality_makes_and_sees_no_collection(client_for: Any, analyst: User, scheme: GrantScheme) -> None:
    edition = make_edition(scheme=scheme, year=2009, by=analyst, at=timezone.now())
    coordinator = make_member(Role.COORDINATOR)
    report_of(coordinator.current_memberships[0].unit.municipality, scheme, "Egenby")
    client = client_for(coordinator)
    text = client.get(reverse(LIST)).content.decode()
    assert "Lag PDF" not in text and edition.public_id not in text
    for name in ("grant-table-edition", "grant-table-edition-pdf", "grant-table-edition-progress"):
        assert client.get(reverse(name, args=[edition.public_id])).status_code == 403
    assert client.post(reverse("grant-table-edition-new")).status_code == 403
    assert TableEdition.objects.count() == 1


# --- Queries --------------------------------------------------------------------------------------------------


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_a_page_takes_the_same_few_queries_for_much_as_for_little(
    client: Client, analyst: User, client_for: Any, scheme: GrantScheme
) -> None:
    coordinator = make_member(Role.COORDINATOR)
    town = coordinator.current_memberships[0].unit.municipality
    report_of(town, scheme, "Egenby")
    make_edition(scheme=scheme, year=2009, by=analyst, at=timezone.now())
    urls = [reverse(LIST), *(reverse("grant-table", args=[number]) for number in (1, 2, 5, 12, 25, 26, 31))]
    clients = (client, client_for(coordinator))
    few = [queries(one, url) for one in clients for url in urls]
    for year in (2007, 2008, 2009):
        some_reports(scheme, year=year, units=9)
        make_edition(scheme=scheme, year=year, by=analyst, at=timezone.now())
    GrantFactory(reporting_unit=ReportingUnitFactory(municipality=town), scheme=scheme, year=2007)
    assert [queries(one, url) for one in clients for url in urls] == few
    assert max(few) <= MOST_QUERIES
