"""The reading room, the files of a version, where a figure comes from, and the calendar: as people meet them."""

import datetime
import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisation.models import AuditEntry, Document, Municipality, Role, Unit
from reporting.domain.reading_room import make_searchable
from reporting.models import ReportExport, ReportKind, ReportSchedule, ReportVersion
from tests.factories import (
    MeasureFactory,
    MembershipFactory,
    MunicipalityFactory,
    PlanFactory,
    ReportFactory,
    ReportVersionFactory,
    RoundFactory,
    UnitFactory,
    make_member,
)
from tests.identity_numbers import made_up
from tests.pages.world_reading_room import KEY
from tests.reporting.frozen_content import make_content

pytestmark = pytest.mark.django_db
ROOM = "/lesesal/"
FIVE = [
    {
        "label": "i drift eller gjennomført",
        "value": 1838,
        "of": 2000,
        "href": "#status",
        "change_text": "3 flere enn før",
    },
    {"label": "familier", "value": {"shown": "under", "value": None, "on": None}, "of": None, "href": ""},
    {"label": "resultatmål er nådd", "value": None, "of": 0, "note": "ingen er satt"},
]


class Town:
    def __init__(self) -> None:
        self.municipality: Municipality = MunicipalityFactory(name="Prøvevik")
        self.root: Unit = UnitFactory(municipality=self.municipality)
        self.plan = PlanFactory(municipality=self.municipality)

    def member(self, role: Role) -> Any:
        return make_member(role, self.root)

    def publish(self, year: int = 2025, day: int = 1, state: str = "published", **content: Any) -> ReportVersion:
        number = content.pop("number", 1)
        report = content.pop("report", None) or ReportFactory(
            round=RoundFactory(plan=self.plan, year=year, closed=True), title=f"Statusrapport {year}"
        )
        at = datetime.datetime(year, 8, day, 12, tzinfo=datetime.UTC)
        version: ReportVersion = ReportVersionFactory(
            report=report, number=number, correction_reason="Feil." if number > 1 else "", state=state,
            figures={**make_content(**content), "schema": 2}, published_at=at if state in ("published", "withdrawn") else None,
        )  # fmt: skip
        make_searchable(published=version, by=None)
        return version


@pytest.fixture
def town() -> Town:
    return Town()


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))


def test_the_reports_are_a_board_members_first_page(town: Town, client_for: Any) -> None:
    client = client_for(town.member(Role.BOARD_MEMBER))
    answer = client.get("/")
    assert "Her kommer rapportene når de er publisert." in text_of(answer)
    assert [item["label"] for item in answer.context["main_navigation"]] == ["Min side", "Lesesal"]


def test_the_newest_report_is_a_card_with_its_figures_and_older_ones_are_below(town: Town, client_for: Any) -> None:
    town.publish(2024)
    newest = town.publish(2025, first_page={"figures": FIVE})
    answer = client_for(town.member(Role.BOARD_MEMBER)).get(ROOM)
    card = text_of(answer).partition("Eldre rapporter (1)")[0]
    assert "Nyeste rapport, publisert 1. august 2025 Statusrapport 2025" in card
    assert "1 838i drift eller gjennomført av 2 000" in card
    assert "3 flere enn før" in card
    assert "&lt;5familier" in card
    assert "–resultatmål er nådd (ingen er satt)" in card
    assert "Statusrapport 2024" in text_of(answer).partition("Eldre rapporter (1)")[2]
    assert f'href="{address(newest)}#status"'.encode() in answer.content


def address(version: ReportVersion) -> str:
    from reporting.views.version_address import version_address

    return version_address(version)


@pytest.mark.parametrize("first_page", [None, {}, {"figures": None}, {"figures": ["noe", 3]}, {"figures": [{}]}])
def test_a_report_without_such_figures_has_a_card_all_the_same(first_page: Any, town: Town, client_for: Any) -> None:
    town.publish(2025, first_page=first_page)
    answer = client_for(town.member(Role.BOARD_MEMBER)).get(ROOM)
    assert answer.status_code == 200
    assert "Les rapporten" in text_of(answer)


def test_words_are_found_with_the_section_they_stand_in(town: Town, client_for: Any) -> None:
    version = town.publish(2025, summary="Kommunen åpnet møteplasser for 5 < 6 & 7 ungdommer.")
    town.publish(2024)
    answer = client_for(town.member(Role.BOARD_MEMBER)).get(ROOM, {"sok": "møteplass"})
    page = answer.content.decode()
    assert "1 treff på «møteplass»" in text_of(answer)
    assert "<mark>møteplasser</mark> for 5 &lt; 6 &amp; 7 ungdommer" in page, (
        "what is found is text, whatever it looks like"
    )
    assert f'href="{address(version)}#sammendrag"' in page
    assert 'value="møteplass"' in page


def test_hostile_words_are_only_words(town: Town, client_for: Any) -> None:
    town.publish(2025)
    client = client_for(town.member(Role.BOARD_MEMBER))
    answer = client.get(ROOM, {"sok": '"><script>alert(1)</script>\x02'})
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content
    assert "Ingen av rapportene har disse ordene." in text_of(answer)
    for words in ("it's", "a'b''c\\d", "\x00", "&|!():*<->", "'", '"', "-", "host/it's/x?y='z'", "møte" * 40):
        assert client.get(ROOM, {"sok": words}).status_code == 200, words


def test_a_search_for_an_identity_number_is_refused(town: Town, client_for: Any) -> None:
    town.publish(2025)
    """Answered from the address without it, as every search."""
    number = made_up()
    client = client_for(town.member(Role.BOARD_MEMBER))
    answer = client.get(ROOM, {"sok": number})
    assert answer.status_code == 302 and number not in answer["Location"]
    page = client.get(answer["Location"])
    assert page.status_code in (200, 422) and number not in page.content.decode()


def test_the_newest_may_stand_first_instead_of_the_best(town: Town, client_for: Any) -> None:
    town.publish(2023, summary="Badeland. Badeland. Badeland.")
    town.publish(2025, summary="Det er mye annet å si, og et badeland kommer kanskje en gang i framtida.")
    client = client_for(town.member(Role.BOARD_MEMBER))
    best, newest = (
        [
            hit.passage.report_version.report.year
            for hit in client.get(ROOM, {"sok": "badeland", "sorter": way}).context["hits"]
        ]
        for way in ("treff", "dato")
    )
    assert (best, newest) == ([2023, 2025], [2025, 2023])


def test_kind_and_year_narrow_the_list_and_nonsense_shows_everything(town: Town, client_for: Any) -> None:
    town.publish(2024)
    other = ReportFactory(
        kind=ReportKind.YEARLY_GRANTS,
        round=None,
        municipality=town.municipality,
        year=2025,
        half=None,
        title="Årsrapport 2025",
    )
    town.publish(2025, report=other)
    client = client_for(town.member(Role.BOARD_MEMBER))

    def titles(**query: str) -> list[str]:
        return [row.version.report.title for row in client.get(ROOM, query).context["listed"]]

    assert titles(type="yearly_grants") == titles(ar="2025") == ["Årsrapport 2025"]
    assert titles(ar="2024") == ["Statusrapport 2024"]
    assert titles(ar="2024", type="yearly_grants") == []
    answer = client.get(ROOM, {"ar": "2024", "type": "yearly_grants"})
    assert "Ingen rapporter passer med det du har valgt." in text_of(answer)
    for query in ({"ar": "x"}, {"type": "x"}, {"side": "x"}, {"sorter": "x"}, {"sok": "x" * 500}):
        assert client.get(ROOM, query).status_code == 200, query


def test_what_was_replaced_is_shown_when_asked_for_and_what_was_withdrawn_never(town: Town, client_for: Any) -> None:
    old = town.publish(2024, summary="Første utgave.")
    town.publish(2024, day=2, report=old.report, number=2, summary="Rettet utgave.")
    town.publish(2023, state="withdrawn", summary="Trukket utgave.")
    client = client_for(town.member(Role.BOARD_MEMBER))
    assert len(client.get(ROOM, {"sok": "utgave"}).context["hits"]) == 1
    shown = client.get(ROOM, {"sok": "utgave", "eldre": "on"})
    assert {hit.passage.report_version.number for hit in shown.context["hits"]} == {1, 2}
    assert "versjon 1" in text_of(shown)


def test_an_analyst_reads_what_all_have_published_and_a_board_its_own(town: Town, client_for: Any) -> None:
    town.publish(2024, summary="badeland")
    other = Town()
    other.publish(2025, summary="badeland")
    of_board = client_for(town.member(Role.BOARD_MEMBER)).get(ROOM, {"sok": "badeland"})
    assert [hit.passage.report_version.report.year for hit in of_board.context["hits"]] == [2024]
    of_analyst = client_for(make_member(Role.ANALYST)).get(ROOM, {"sok": "badeland"})
    assert {hit.passage.report_version.report.year for hit in of_analyst.context["hits"]} == {2024, 2025}
    assert "Prøvevik" in text_of(of_analyst)


@pytest.mark.parametrize("query", [{}, {"sok": "framover"}, {"eldre": "on"}])
def test_the_number_of_queries_does_not_grow_with_the_reports(
    query: dict[str, str], town: Town, client_for: Any
) -> None:
    client = client_for(town.member(Role.BOARD_MEMBER))
    town.publish(2025)
    town.publish(2024)
    few = count(client, query)
    for year in range(2000, 2023):
        town.publish(year)
    assert count(client, query) == few <= 12
    assert "Side 1 av 2" in text_of(client.get(ROOM, query))
    assert client.get(ROOM, {**query, "side": "2"}).status_code == 200


def count(client: Client, query: dict[str, str]) -> int:
    with CaptureQueriesContext(connection) as counted:
        assert client.get(ROOM, query).status_code == 200
    return len(counted)


def test_the_figures_of_a_version_are_fetched_as_files(town: Town, client_for: Any) -> None:
    version = town.publish(2025)
    client = client_for(town.member(Role.BOARD_MEMBER))
    args = [version.report.public_id, 1]
    answer = client.get(reverse("report-csv", args=args))
    assert answer["Content-Disposition"] == 'attachment; filename="statusrapport-2025-v1-tall.csv"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.content.decode("utf-8-sig").startswith("Avsnitt;Tabell;Rad;Kolonne;Tall;Enhet;Dato\r\n")
    assert json.loads(client.get(reverse("report-json", args=args)).content)["summary"] == "Det går framover."
    assert client.get(reverse("report-csv", args=[version.report.public_id, 2])).status_code == 404


@pytest.mark.parametrize(
    ("state", "role", "status"),
    [
        ("draft", Role.COORDINATOR, 404),  # nothing is fixed yet
        ("in_review", Role.COORDINATOR, 200),
        ("in_review", Role.BOARD_MEMBER, 404),
        ("withdrawn", Role.BOARD_MEMBER, 404),
        ("withdrawn", Role.STEERING_GROUP, 200),
        ("published", Role.ANALYST, 200),
        ("withdrawn", Role.ANALYST, 404),
        ("published", Role.JUROR, 403),
    ],
)
def test_who_gets_the_files_of_what(state: str, role: Role, status: int, town: Town, client_for: Any) -> None:
    version = town.publish(2025, state=state)
    client = client_for(make_member(Role.ANALYST) if role == Role.ANALYST else town.member(role))
    for name in ("report-csv", "report-json"):
        assert client.get(reverse(name, args=[version.report.public_id, 1])).status_code == status, name


def with_pdf(version: ReportVersion) -> None:
    document = version.document
    assert document is not None
    document.file.save("ferdig.pdf", ContentFile(b"%PDF-1.7 %%EOF"), save=False)
    Document.objects.filter(pk=document.pk).update(file=document.file.name)


def test_the_coordinator_takes_out_the_archive_package_and_it_is_written_down(town: Town, client_for: Any) -> None:
    version = town.publish(2025)
    with_pdf(version)
    coordinator = town.member(Role.COORDINATOR)
    client = client_for(coordinator)
    url = reverse("report-archive", args=[version.report.public_id, 1])
    assert client.get(url).status_code == 405
    answer = client.post(url)
    assert answer["Content-Disposition"] == 'attachment; filename="statusrapport-2025-v1-arkiv.zip"'
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as package:
        assert package.namelist()[0] == "rapport.pdf"
    export = ReportExport.objects.get()
    assert (export.by, export.report_version) == (coordinator, version)
    entry = AuditEntry.objects.get(table_name="reporting_reportexport")
    assert (entry.actor_id, entry.action) == (coordinator.pk, "report.export")


def test_a_package_that_cannot_be_made_is_explained(town: Town, client_for: Any) -> None:
    lost, review = town.publish(2025), town.publish(2024, state="in_review")
    client = client_for(town.member(Role.COORDINATOR))
    for version, why in ((lost, "PDF-filen mangler."), (review, "Bare en rapport som er publisert")):
        answer = client.post(reverse("report-archive", args=[version.report.public_id, 1]))
        assert answer.status_code == 302
        assert why in str(list(answer.wsgi_request._messages)[-1])
    assert not ReportExport.objects.exists()


def test_the_files_are_offered_on_the_reports_page(town: Town, client_for: Any) -> None:
    version = town.publish(2025)
    page = client_for(town.member(Role.COORDINATOR)).get(reverse("report", args=[version.report.public_id]))
    assert "Tallene som regneark (CSV)" in text_of(page)
    assert "Last ned arkivpakken" in text_of(page)
    page = client_for(town.member(Role.BOARD_MEMBER)).get(reverse("report", args=[version.report.public_id]))
    assert "Tallene som regneark (CSV)" in text_of(page)
    assert "Last ned arkivpakken" not in text_of(page)


def test_a_figure_leads_to_what_it_was_made_from(town: Town, client_for: Any) -> None:
    measure = MeasureFactory(plan=town.plan, title="Åpen kafé")
    figures = {"kind": "plan_half_year", "figures": [{"key": KEY, "label": "Planlagt", "count": 1}]}
    version = ReportVersionFactory(
        report__round__plan=town.plan, state="published", figures=figures,
        sources={KEY: {"kind": "measures", "ids": [measure.public_id]}},
    )  # fmt: skip
    url = reverse("report-number", args=[version.report.public_id, 1, KEY])
    answer = client_for(town.member(Role.CASEWORKER)).get(url)
    assert "Planlagt, Antall" in text_of(answer)
    assert "Åpen kafé" in text_of(answer)
    assert "Tallet i rapporten stemmer med radene." in text_of(answer)
    outside = client_for(town.member(Role.STEERING_GROUP)).get(url)
    assert "Åpen kafé" not in text_of(outside)
    assert "1 rad vises ikke, fordi rollen din ikke gir tilgang til den." in text_of(outside)
    assert client_for(town.member(Role.BOARD_MEMBER)).get(url).status_code == 403
    assert client_for(make_member(Role.CASEWORKER)).get(url).status_code == 404
    unknown = reverse("report-number", args=[version.report.public_id, 1, "noe:annet"])
    assert client_for(town.member(Role.CASEWORKER)).get(unknown).status_code == 404


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ({"shown": "number", "value": 12, "on": "2025-02-14"}, "Tallet er fra 14. februar 2025, og står til endringen er"),
        ({"shown": "under", "value": None, "on": None}, "Rapporten viser ikke tallet, for det ville røpe noe om få."),
    ],
)  # fmt: skip
def test_an_older_number_is_said_to_stand_whether_or_not_it_has_changed(
    town: Town, client_for: Any, shown: dict[str, Any], said: str
) -> None:
    figures = {"kind": "plan_half_year", "targets": [{"key": KEY, "name": "kurs", "target": 20, "result": shown}]}
    version = ReportVersionFactory(
        report__round__plan=town.plan, state="published", figures=figures, sources={KEY: {"kind": "log", "ids": []}}
    )
    url = reverse("report-number", args=[version.report.public_id, 1, KEY])
    page = text_of(client_for(town.member(Role.CASEWORKER)).get(url))
    assert said in page
    assert "det nye tallet" not in page


def test_an_analyst_with_a_role_elsewhere_gets_no_sources(town: Town, client_for: Any) -> None:
    version = ReportVersionFactory(
        report__round__plan=town.plan, state="published", sources={KEY: {"kind": "measures", "ids": []}}
    )
    both = make_member(Role.ANALYST)
    MembershipFactory(user=both, role=Role.CASEWORKER)
    assert client_for(both).get(reverse("report-number", args=[version.report.public_id, 1, KEY])).status_code == 404


CALENDAR = {
    "opens_rounds": "on", "first_day": "15", "first_month": "5", "second_day": "1", "second_month": "12",
    "deadline_days": "20", "reminds": "on", "days_before": "7", "days_after": "3", "version": "0",
}  # fmt: skip


def test_the_coordinator_sets_the_calendar(town: Town, client_for: Any) -> None:
    client = client_for(town.member(Role.COORDINATOR))
    url = reverse("report-schedule")
    assert re.search(
        r"Runde(n|ne) for \d\. halvår \d{4} åpner 1\. (juni|desember) \d{4}, for 1 plan", text_of(client.get(url))
    )
    answer = client.post(url, CALENDAR)
    assert answer.status_code == 302
    row = ReportSchedule.objects.get()
    assert (row.municipality, row.first_month, row.first_day, row.deadline_days) == (town.municipality, 5, 15, 20)
    stale = client.post(url, CALENDAR)
    assert stale.status_code == 422, "somebody had saved one meanwhile"
    assert client.post(url, {**CALENDAR, "version": "1", "opens_rounds": ""}).status_code == 302
    assert "Rundene åpner ikke av seg selv nå." in text_of(client.get(url))


def test_a_day_that_is_not_there_is_refused_at_its_field(town: Town, client_for: Any) -> None:
    client = client_for(town.member(Role.COORDINATOR))
    answer = client.post(reverse("report-schedule"), {**CALENDAR, "first_day": "30", "first_month": "2"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["first_day"]
    assert not ReportSchedule.objects.exists()


def test_a_coordinator_of_two_municipalities_chooses(town: Town, client_for: Any) -> None:
    other, user = MunicipalityFactory(name="Annenvik"), town.member(Role.COORDINATOR)
    MembershipFactory(user=user, role=Role.COORDINATOR, unit__municipality=other)
    client = client_for(user)
    url = f"{reverse('report-schedule')}?kommune={other.public_id}"
    assert "Annenvik" in text_of(client.get(url))
    assert client.post(url, CALENDAR).status_code == 302
    assert ReportSchedule.objects.get().municipality == other
    assert client.get(f"{reverse('report-schedule')}?kommune={MunicipalityFactory().public_id}").status_code == 404
