"""What a municipality writes of a grant for itself: its own read it, and the directorate doesn't, on no page, file or API."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from grants.models import Grant, GrantState
from organisation.models import Role
from tests.factories import GrantFactory, GrantSchemeFactory, ReportingUnitFactory, UnitFactory, make_member

pytestmark = pytest.mark.django_db
NOTE, CASE, REASON = "Bare for oss", "24/01234", "Slik ble det"
SPENT, LEFT = Decimal(123_456), "276544"


@pytest.fixture
def grant() -> Grant:
    """What all municipalities have been awarded of this scheme, the directorate reads."""
    row: Grant = GrantFactory(
        scheme=GrantSchemeFactory(name="Barnefattigdom"), reporting_unit=ReportingUnitFactory(name="Fjordvik kommune"),
        awarded_nok=Decimal(400_000), spent_nok=SPENT, note=NOTE, case_number=CASE, state_reason=REASON,
        state=GrantState.REPORTED,
    )  # fmt: skip
    return row


@pytest.fixture
def own(grant: Grant, client_for: Any) -> Client:
    root = UnitFactory(municipality=grant.reporting_unit.municipality)
    client: Client = client_for(make_member(Role.COORDINATOR, root))
    return client


@pytest.fixture
def analyst(client_for: Any) -> Client:
    client: Client = client_for(make_member(Role.ANALYST))
    return client


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def test_the_page_shows_the_directorate_what_it_gave_and_no_more(grant: Grant, own: Client, analyst: Client) -> None:
    address = reverse("grant", args=[grant.public_id])
    for inside in (NOTE, CASE, REASON, "123 456"):
        assert inside in text(own.get(address))
        assert inside not in text(analyst.get(address))
    assert "400 000" in text(analyst.get(address))
    scheme = reverse("scheme", args=[grant.scheme.public_id])
    assert "123 456" in text(own.get(scheme))
    assert "123 456" not in text(analyst.get(scheme)) and "400 000" in text(analyst.get(scheme))


def streamed(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_files_leave_it_empty(grant: Grant, own: Client, analyst: Client) -> None:
    def line(client: Client) -> dict[str, str]:
        content = streamed(client.get(reverse("grant-list-csv"))).decode("utf-8-sig")
        header, row = csv.reader(io.StringIO(content), delimiter=";")
        return dict(zip(header, row, strict=True))

    inside = ("Brukt, kroner", "Brukt, kilde", "Igjen, kroner", "Arkivsaksnummer")
    assert all(line(own)[name] for name in inside)
    assert [line(analyst)[name] for name in inside] == ["", "", "", ""]
    assert line(analyst)["Tildelt, kroner"] == "400000,00"


def test_the_api_leaves_it_empty(grant: Grant, own: Client, analyst: Client) -> None:
    address = reverse("api-grant", args=[grant.public_id])
    one = own.get(address).json()
    assert (one["case_number"], one["spent"], one["left"], one["budgeted"]) == (
        CASE,
        f"{SPENT}.00",
        f"{LEFT}.00",
        "0.00",
    )
    seen = analyst.get(address).json()
    assert seen == analyst.get(reverse("api-grant-list")).json()["results"][0]
    assert (seen["case_number"], seen["spent_source"], seen["awarded_nok"]) == ("", "", "400000.00")
    assert [seen[name] for name in ("spent", "left", "budgeted")] == [None, None, None]


@pytest.mark.parametrize("words", [NOTE, CASE])
def test_it_is_searched_by_its_own_only(grant: Grant, own: Client, analyst: Client, words: str) -> None:
    address = reverse("api-grant-list")
    assert own.get(address, {"sok": words}).json()["count"] == 1
    assert analyst.get(address, {"sok": words}).json()["count"] == 0
    assert analyst.get(address, {"sok": "Fjordvik"}).json()["count"] == 1
    header = streamed(analyst.get(reverse("grant-list-csv"), {"sok": words})).decode().splitlines()
    assert len(header) == 1
