"""The lists as files: the page has links to them, and each holds the page's rows and its filter's, in both kinds."""

import io
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from organisation.models import Role
from tests.pages.world import SECRET, make_world

pytestmark = pytest.mark.django_db

# The list, who asks, the file's name, and the head of its first column.
LISTS: list[tuple[str, Role, str, str]] = [
    ("plan-list", Role.COORDINATOR, "planer", "Plan"),
    ("measure-list", Role.COORDINATOR, "tiltak", "Tiltak"),
    ("all-measures", Role.COORDINATOR, "tiltak", "Tiltak"),
    ("unit-list", Role.ADMINISTRATOR, "enheter", "Enhet"),
    ("user-list", Role.ADMINISTRATOR, "brukere", "Navn"),
    ("notice-list", Role.COORDINATOR, "varsler", "Varsel"),
    ("call-list", Role.PROJECT_LEAD, "utlysninger", "Utlysning"),
    ("application-list", Role.PROJECT_LEAD, "soknader", "Søknad"),
    ("sub-project-list", Role.PROJECT_LEAD, "delprosjekter", "Delprosjekt"),
    ("review-list", Role.PROJECT_LEAD, "stoppunkter", "Delprosjekt"),
    ("result-history", Role.CASEWORKER, "tall-og-rettelser", "Hva som telles"),
    ("scheme-list", Role.COORDINATOR, "tilskuddsordninger", "Ordning"),
    ("reporting-unit-list", Role.COORDINATOR, "rapporterende-enheter", "Navn"),
    ("grant-list", Role.COORDINATOR, "tilskudd", "Ordning"),
    ("directorate-units", Role.ANALYST, "enheter-med-tilskudd", "Enhet"),
    ("yearly-report-list", Role.COORDINATOR, "arsrapporter", "Enhet"),
    ("resolution-list", Role.COORDINATOR, "vedtak", "Organ"),
    ("round-list", Role.COORDINATOR, "runder", "Halvår"),
    ("round", Role.COORDINATOR, "bidrag", "Tiltak"),
    ("report-list", Role.COORDINATOR, "rapporter", "Rapport"),
]


def lines_of(answer: Any, kind: str) -> list[list[str]]:
    body = b"".join(answer.streaming_content)
    if kind == "csv":
        return [line.split(";") for line in body.decode("utf-8-sig").splitlines()]
    sheet = load_workbook(io.BytesIO(body)).active
    return [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet]


def test_each_list_is_there_as_a_file(client_for: Any) -> None:
    world = make_world(timezone.localdate())
    wrong: list[str] = []
    for name, role, file_name, head in LISTS:
        client, url = client_for(world.users[role]), reverse(name, kwargs=world.ids.get(name))
        page = client.get(url).content.decode()
        found = {}
        for kind in ("csv", "xlsx"):
            if f"format={kind}" not in page:
                wrong.append(f"{name}: no link to {kind}")
            answer = client.get(url, {"format": kind})
            if answer.get("Content-Disposition") != f'attachment; filename="{file_name}.{kind}"':
                wrong.append(f"{name}: {answer.get('Content-Disposition')}")
                continue
            found[kind] = lines_of(answer, kind)
            first, *rows = found[kind]
            if first[0] != head or not rows:
                wrong.append(f"{name}, {kind}: {first[0]}, {len(rows)} rows")
        if len({len(lines) for lines in found.values()}) > 1:
            wrong.append(f"{name}: the two kinds differ")
        elif found and found["csv"][1:][0][0].strip("'") not in page.replace("&quot;", '"'):
            wrong.append(f"{name}: {found['csv'][1][0]} is not on the page")
    assert not wrong, "\n".join(wrong)


def test_nobody_gets_a_file_of_a_list_that_is_not_hers(client_for: Any) -> None:
    """Neither by her role, nor of another municipality: its rows are not in hers."""
    world, other = (
        make_world(timezone.localdate(), secret=secret) for secret in (SECRET, "Setningen fra et annet sted")
    )
    for name, role, _file, _head in LISTS:
        foreign = other.ids.get(name)
        client = client_for(world.users[role])
        if foreign:
            assert client.get(reverse(name, kwargs=foreign), {"format": "csv"}).status_code == 404, name
        else:
            answer = client.get(reverse(name), {"format": "csv"})
            assert role == Role.ANALYST or "fra et annet sted" not in b"".join(answer.streaming_content).decode(), name
    for name in ("unit-list", "scheme-list", "reporting-unit-list", "review-list"):
        assert client_for(world.users[Role.JUROR]).get(reverse(name), {"format": "csv"}).status_code == 403, name
