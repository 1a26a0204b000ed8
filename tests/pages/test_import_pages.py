"""The pages that read in files: laid before the product, looked at, stored once; and whose they are."""

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grants.domain.grant_file_columns import KINDS, MEASURE_ANSWERS, UNIT_ANSWERS, kind_of, questions_of
from grants.domain.grant_file_values import read_answer
from grants.domain.grant_files import MAX_BYTES, read_file
from grants.domain.kept_import import (
    KEPT_FOR,
    DiscardedError,
    discard_kept,
    discard_old,
    keep_file,
    kind_of_kept,
    preview_of,
    store_kept,
)
from grants.domain.questions import SEVERAL
from grants.models import Grant, GrantImport, GrantScheme, PublishedFigure, ReportingUnit, YearlyReport
from grants.tasks import discard_old_imports
from grants.views.grant_import import TEMPLATES
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry, Municipality, Role, User
from reporting.demo import data
from tests.factories import (
    GrantFactory,
    GrantSchemeFactory,
    MunicipalityFactory,
    ReportingUnitFactory,
    UnitFactory,
    make_member,
)
from tests.grants.domain.test_grant_import import AT, MEASURE_FILE, UNIT_FILE

pytestmark = pytest.mark.django_db
AMOUNTS = (Path(data.__path__[0]) / "grants-2009-amounts.csv").read_bytes()
LIST = "/tilskudd/innlesing/"


@pytest.fixture
def scheme() -> GrantScheme:
    made: GrantScheme = GrantSchemeFactory(name="Barnefattigdomsordningen")
    return made


@pytest.fixture
def analyst() -> User:
    return make_member(Role.ANALYST)


@pytest.fixture
def client(analyst: User, client_for: Any) -> Client:
    return client_for(analyst)


def send(client: Client, scheme: GrantScheme, content: bytes, name: str = "fil.csv", year: Any = 2009) -> Any:
    fields = {"scheme": scheme.public_id, "year": year, "file": SimpleUploadedFile(name, content)}
    return client.post(LIST, fields)


def kept_by(client: Client, scheme: GrantScheme, *lines: str) -> GrantImport:
    answer = send(client, scheme, "\n".join(lines).encode())
    assert answer.status_code == 302, answer.context["form"].errors
    kept: GrantImport = GrantImport.objects.get(public_id=answer["Location"].strip("/").split("/")[-1])
    return kept


def url(name: str, kept: GrantImport) -> str:
    return reverse(name, args=[kept.public_id])


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_amounts_of_2009_are_looked_at_and_then_stored(client: Client, scheme: GrantScheme, analyst: User) -> None:
    answer = send(client, scheme, AMOUNTS, "grants-2009-amounts.csv")
    kept = GrantImport.objects.get()
    assert answer["Location"] == url("grant-import", kept)
    assert not Grant.objects.exists() and not ReportingUnit.objects.exists()
    page = text_of(client.get(answer["Location"]))
    assert "55 enheter" in page and "25 103 653 kroner" in page and "55 rader endrer noe" in page
    assert "Ny enhet i Alta." in page and "Nytt tilskudd: 140 000 kroner." in page and "Side 1 av 3" in page
    stored = text_of(client.post(url("grant-import-store", kept), follow=True))
    assert "Lagret: 55 enheter, 25 103 653 kroner." in stored and "Filen ble lagret" in stored
    assert "55 enheter med tilskudd i 2009 nå" in stored
    assert Grant.objects.count() == YearlyReport.objects.count() == 55
    kept.refresh_from_db()
    assert kept.stored_at and kept.rows == []
    written = AuditEntry.objects.filter(table_name__in=("grants_grant", "grants_reportingunit"))
    assert set(written.values_list("actor_id", "action")) == {(analyst.pk, "grant_import.store")}
    assert "grants-2009-amounts.csv" in text_of(client.get(LIST))


def test_answers_of_all_municipalities_are_stored_by_the_directorate(client: Client, scheme: GrantScheme) -> None:
    """The database lets an analyst write none of these rows; the domain has asked her right to it."""
    for lines in (UNIT_FILE, MEASURE_FILE):
        answer = client.post(url("grant-import-store", kept_by(client, scheme, *lines)), follow=True)
        assert "Lagret: 2 enheter" in text_of(answer)
    assert set(YearlyReport.objects.values_list("state", "imported")) == {("submitted", True)}
    again = kept_by(client, scheme, *MEASURE_FILE)
    page = client.get(url("grant-import", again))
    assert "Alt i filen er registrert fra før" in text_of(page) and "Lagre alt" not in text_of(page)
    assert "Ingenting er endret" in text_of(client.post(url("grant-import-store", again), follow=True))


def test_pressed_twice_it_is_stored_once(client: Client, scheme: GrantScheme) -> None:
    kept = kept_by(client, scheme, "enhet;beløp", "Alta kommune;5")
    client.post(url("grant-import-store", kept))
    before = AuditEntry.objects.count()
    answer = client.post(url("grant-import-store", kept), follow=True)
    assert "Filen er lagret fra før." in text_of(answer)
    client.post(url("grant-import-discard", kept))
    assert AuditEntry.objects.count() == before and GrantImport.objects.filter(pk=kept.pk).exists()
    assert Grant.objects.count() == 1


def test_what_is_thrown_away_in_another_window_is_not_said_to_be_stored(
    client: Client, scheme: GrantScheme, monkeypatch: pytest.MonkeyPatch, analyst: User
) -> None:
    kept = kept_by(client, scheme, "enhet;beløp", "Alta kommune;5")

    def store_too_late(**given: Any) -> Any:
        discard_kept(kept=kept, by=analyst)
        return store_kept(**given)

    monkeypatch.setattr("grants.views.grant_import.store_kept", store_too_late)
    answer = client.post(url("grant-import-store", kept), follow=True)
    assert answer.status_code == 200 and answer.redirect_chain[-1][0] == LIST
    assert "Filen er forkastet, og ingenting er lagret." in text_of(answer)
    assert "lagret fra før" not in text_of(answer) and not Grant.objects.exists()
    with pytest.raises(DiscardedError):
        store_kept(kept=kept, by=analyst, at=AT)


def test_what_is_never_stored_is_thrown_away_after_30_days(scheme: GrantScheme, analyst: User) -> None:
    def keep() -> GrantImport:
        content = "enhet;beløp\nAlta kommune;5".encode()
        return keep_file(name="fil.csv", content=content, scheme=scheme, year=2009, by=analyst, at=AT)

    stored, kept = keep(), keep()
    store_kept(kept=stored, by=analyst, at=AT)
    assert discard_old(by=None, at=AT + KEPT_FOR) == 0
    assert discard_old(by=None, at=AT + KEPT_FOR + datetime.timedelta(seconds=1)) == 1
    assert list(GrantImport.objects.all()) == [stored]
    assert AuditEntry.objects.filter(table_name="grants_grantimport", row_id=kept.pk, operation="DELETE").exists()


def test_the_job_throws_away_what_is_old_every_day(scheme: GrantScheme, analyst: User) -> None:
    kept = GrantImport.objects.create(scheme=scheme, year=2009, file_name="x", uploaded_at=AT, uploaded_by=analyst)
    discard_old_imports()
    assert not GrantImport.objects.filter(pk=kept.pk).exists()
    assert "grants.tasks.discard_old_imports" in {job["task"] for job in settings.CELERY_BEAT_SCHEDULE.values()}


def test_rows_with_errors_are_named_first_and_nothing_is_stored(client: Client, scheme: GrantScheme) -> None:
    lines = ("enhet;beløp", "Alta kommune;mange", "Ås kommune;5", ";7", "Tana kommune;-1")
    kept = kept_by(client, scheme, *lines)
    page = text_of(client.get(url("grant-import", kept)))
    assert "3 rader må rettes før filen kan lagres" in page and "Lagre alt" not in page
    assert page.index("Rad 2, beløp: «mange» er ikke et tall.") < page.index("Rad for rad")
    answer = client.post(url("grant-import-store", kept), follow=True)
    assert "3 rader har feil. Ingenting er lagret." in text_of(answer)
    assert not Grant.objects.exists() and not Municipality.objects.exists()
    client.post(url("grant-import-discard", kept))
    assert not GrantImport.objects.exists()


def test_only_the_rows_that_do_something_can_be_shown(client: Client, scheme: GrantScheme) -> None:
    GrantFactory(scheme=scheme, reporting_unit__name="Alta kommune", awarded_nok=5)
    kept = kept_by(client, scheme, "enhet;beløp", "Alta kommune;5", "Ås kommune;5")
    page = text_of(client.get(url("grant-import", kept)))
    assert "Alta kommune" in page and "Uendret" in page
    page = text_of(client.get(url("grant-import", kept) + "?endres=1"))
    assert "Alta kommune" not in page and "Ås kommune" in page


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"enhet;farge\nAlta;r", "fil.csv", "ukjente: «farge»"),
        (b"", "fil.csv", "tom"),
        (b"x" * (MAX_BYTES + 1), "fil.csv", "for stor"),
        (b"%PDF", "fil.pdf", "CSV eller XLSX"),
        (b"PK", "fil.xlsx", "som XLSX"),
        ("enhet;beløp\nAlta;5".encode(), "010190 12316.csv", "fødselsnummer"),
        (b"enhet;region\nAlta;5", "fil.csv", "mangler kolonnen"),
    ],
)  # fmt: skip
def test_a_file_that_can_not_be_taken_is_refused_at_the_field(
    content: bytes, name: str, message: str, client: Client, scheme: GrantScheme
) -> None:
    answer = send(client, scheme, content, name)
    assert answer.status_code == 422
    assert message in str(answer.context["form"].errors["file"])
    assert 'id="id_file_error"' in answer.content.decode()
    assert not GrantImport.objects.exists()


def test_scheme_and_year_are_asked_for(client: Client, scheme: GrantScheme, client_for: Any) -> None:
    page = client.get(LIST)
    assert page.context["form"].initial["scheme"] == scheme, "the only one there is"
    answer = client.post(LIST, {"year": "1905"})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert "Velg en fil." in errors["file"] and "scheme" in errors and "1990 til 2100" in str(errors["year"])
    elsewhere = GrantSchemeFactory(reported_here=False)
    file = "\n".join(UNIT_FILE).encode()
    answer = send(client_for(make_member(Role.COORDINATOR)), elsewhere, file)
    assert "Bare beløp kan leses inn" in str(answer.context["form"].errors["scheme"])
    assert "scheme" in send(client, elsewhere, file).context["form"].errors, "none of the directorate's"
    foreign = GrantSchemeFactory(municipality=MunicipalityFactory())
    assert "scheme" in send(client, foreign, AMOUNTS).context["form"].errors


def test_a_municipality_reads_in_its_own(scheme: GrantScheme, client_for: Any) -> None:
    unit, foreign = ReportingUnitFactory(name="Alta kommune"), ReportingUnitFactory(name="Ås kommune")
    leader = make_member(Role.PROJECT_LEAD, UnitFactory(municipality=unit.municipality))
    client = client_for(leader)
    kept = kept_by(client, scheme, "enhet;beløp", "Alta kommune;5", "Ås kommune;5", "Helt ny kommune;5")
    page = text_of(client.get(url("grant-import", kept)))
    assert "Rad 3, enhet: Kommunen din har ingen rapporterende enhet" in page
    client.post(url("grant-import-store", kept))
    assert not Grant.objects.exists()
    for lines in (("enhet;beløp", "alta kommune;5"), ("enhet;måloppnåelse", "Alta kommune;alle målsettinger")):
        answer = client.post(url("grant-import-store", kept_by(client, scheme, *lines)), follow=True)
    assert "Lagret: 1 enhet. Se over årsrapportene og send dem inn." in text_of(answer)
    grant = Grant.objects.get()
    assert grant.reporting_unit == unit and grant.report.goals_reached == "all" and grant.report.state == "draft"
    own = GrantSchemeFactory(municipality=unit.municipality)
    client.post(url("grant-import-store", kept_by(client, own, "enhet;beløp", "Alta kommune;7")))
    assert Grant.objects.get(scheme=own).awarded_nok == 7
    assert not foreign.grants.exists()


def test_published_figures_are_the_directorates(client: Client, scheme: GrantScheme, client_for: Any) -> None:
    lines = ("tabell;rad;verdi;år", "3;;3,2;2008")
    leader = client_for(make_member(Role.COORDINATOR))
    answer = send(leader, scheme, "\n".join(lines).encode())
    assert answer.status_code == 422 and "Du kan ikke lese inn" in str(answer.context["form"].errors["file"])
    assert "Publiserte tall" not in text_of(leader.get(LIST))
    assert leader.get(reverse("grant-import-template", args=["publiserte-tall"])).status_code == 403
    kept = kept_by(client, scheme, *lines)
    assert "Tabell 3, 2008" in text_of(client.get(url("grant-import", kept)))
    client.post(url("grant-import-store", kept))
    assert PublishedFigure.objects.count() == 1


def test_a_file_is_its_readers_own(client: Client, scheme: GrantScheme, client_for: Any) -> None:
    kept = kept_by(client, scheme, "enhet;beløp", "Alta kommune;5")
    other, without = client_for(make_member(Role.ANALYST)), client_for(make_member(Role.ANALYST))
    kept_by(other, scheme, "enhet;beløp", "Ås kommune;5")
    for somebody, status in ((other, 404), (without, 403)):
        assert somebody.get(url("grant-import", kept)).status_code == status
        for name in ("grant-import-store", "grant-import-discard"):
            assert somebody.post(url(name, kept)).status_code == status
        assert kept.file_name not in text_of(without.get(LIST))
    assert not Grant.objects.exists() and GrantImport.objects.count() == 2


def test_the_page_lists_the_words_that_a_file_may_answer_with(client: Client) -> None:
    listed = {row["label"]: row["questions"] for row in client.get(reverse("grant-import-list")).context["templates"]}
    assert not listed["Beløp"]
    for kind in (UNIT_ANSWERS, MEASURE_ANSWERS):
        asked = [question for question in questions_of(kind).values() if question.choices]
        assert len(listed[KINDS[kind]]) == len(asked) > 0
        for question, (_heading, options, several) in zip(asked, listed[KINDS[kind]], strict=True):
            assert several == (question.kind == SEVERAL)
            for (code, _label), words in zip(question.choices, options, strict=True):
                assert read_answer(question, words) == ([code] if several else code)


def test_the_templates_are_files_that_can_be_read(client: Client) -> None:
    assert {kind for kind, _text in TEMPLATES.values()} == set(KINDS)
    for name, (kind, _text) in TEMPLATES.items():
        answer = client.get(reverse("grant-import-template", args=[name]))
        assert answer["Content-Disposition"] == f'attachment; filename="mal-{name}.csv"'
        width = answer.content.decode().count(";") + 1
        sheet = read_file("mal.csv", answer.content + ";".join(["x"] * width).encode())
        assert kind_of(sheet.columns) == kind and len(sheet.columns) == width
    assert client.get(reverse("grant-import-template", args=["noe-annet"])).status_code == 404


def test_the_list_is_sorted_and_holds_its_queries(client: Client, scheme: GrantScheme) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(LIST + "?sorter=-fil").status_code == 200
        return len(found)

    kept_by(client, scheme, "enhet;beløp", "Alta kommune;5")
    first = queries()
    for _number in range(30):
        kept_by(client, scheme, "enhet;beløp", "Alta kommune;5")
    assert queries() == first <= 12
    GrantImport.objects.filter(pk=GrantImport.objects.earliest("pk").pk).update(file_name="å.csv")
    assert client.get(LIST + "?sorter=-fil").context["page_obj"][0].file_name == "å.csv"
    assert client.get(LIST + "?sorter=fil&side=2").context["page_obj"][-1].file_name == "å.csv"
    assert client.get(LIST + "?sorter=\0noe&side=x").status_code == 200


def test_the_preview_holds_its_queries(client: Client, scheme: GrantScheme) -> None:
    def queries(count: int) -> int:
        kept = kept_by(client, scheme, "enhet;beløp", *(f"Kommune nummer {n};5" for n in range(count)))
        with CaptureQueriesContext(connection) as found:
            assert client.get(url("grant-import", kept)).status_code == 200
        return len(found)

    assert queries(2) == queries(60) <= 14


def test_a_file_is_kept_looked_at_stored_and_discarded(scheme: GrantScheme, analyst: User) -> None:
    def keep(name: str = "C:\\mappe\\fil.csv", text: str = "enhet;beløp\nAlta kommune;5") -> GrantImport:
        return keep_file(name=name, content=text.encode(), scheme=scheme, year=2009, by=analyst, at=AT)

    kept = keep()
    assert (kept.file_name, kept.uploaded_by, kind_of_kept(kept)) == ("fil.csv", analyst, "amounts")
    assert preview_of(kept=kept, by=analyst).counts.units == 1
    stored = store_kept(kept=kept, by=analyst, at=AT)
    assert stored is not None and stored.is_changed
    assert store_kept(kept=kept, by=analyst, at=AT) is None
    discard_kept(kept=kept, by=analyst)
    discard_kept(kept=keep(), by=analyst)
    assert list(GrantImport.objects.all()) == [kept]
    with pytest.raises(DomainError, match="fødselsnummer"):
        keep("010190 12316.csv")
    assert keep("x" * 300 + ".csv").file_name.endswith("x.csv")
