import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from grants.models import GrantScheme
from tests.factories import GrantSchemeFactory, MunicipalityFactory
from tests.grants.table_answers import Received, Unit, store

pytestmark = pytest.mark.django_db


def printed(*arguments: str, **options: Any) -> str:
    out = io.StringIO()
    call_command("grant_table", *arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def scheme() -> GrantScheme:
    made: GrantScheme = GrantSchemeFactory(name="Barnefattigdom")
    units = [Unit("Ås", "Region Øst"), Unit("Bø", "Region Sør"), Unit("Gamle", "Region Sør", 1)]
    store(
        made, GrantSchemeFactory(reported_here=False), units,
        [Received(n, answers={"follows_up_measures": "all"}) for n in range(3)],
    )  # fmt: skip
    return made


def test_json_has_the_tables_parts(scheme: GrantScheme) -> None:
    text = printed("29", "--year", "2009", "--format", "json")
    assert "Oppfølging av tiltakene i kommunene" in text
    assert json.loads(text) == {
        "number": 29, "title": "Oppfølging av tiltakene i kommunene", "n": 3, "missing": 0,
        "rows": [
            {"label": "ja, alle", "values": {"antall": 3, "prosent": 100}},
            {"label": "ja, noen", "values": {"antall": 0, "prosent": 0}},
            {"label": "nei", "values": {"antall": 0, "prosent": 0}},
        ],
        "total": {"antall": 3, "prosent": 100},
    }  # fmt: skip


def test_csv_and_text(scheme: GrantScheme) -> None:
    csv = printed("1", "--year", "2009", "--format", "csv")
    assert csv.splitlines()[1:] == ["Bø;400000", "Gamle;400000", "Ås;400000", "I alt;1200000"]
    text = printed("1", "--year", "2009")
    assert text.splitlines()[0] == "Tabell 1. Kommuner med tiltaksmidler og beløp, 2009"
    assert "I alt  1 200 000" in text


def test_region_and_division(scheme: GrantScheme) -> None:
    assert json.loads(printed("29", "--year=2009", "--region=Region Sør", "--format=json"))["n"] == 2
    today = json.loads(printed("1", "--year=2009", "--division=today", "--format=json"))
    assert [row["label"] for row in today["rows"]] == ["Bø", "Ås"]


def test_a_scheme_is_named_where_there_are_several(scheme: GrantScheme) -> None:
    other = GrantSchemeFactory(name="En annen")
    with pytest.raises(CommandError, match=r"Velg en ordning med --scheme.*«Barnefattigdom», «En annen»"):
        printed("29", "--year=2009")
    assert json.loads(printed("29", "--year=2009", "--scheme=barnefattigdom", "--format=json"))["n"] == 3
    with pytest.raises(CommandError, match="Ingen har svart"):
        printed("29", "--year=2009", "--scheme", other.name)
    GrantSchemeFactory(name="Kommunens egen", municipality=MunicipalityFactory())
    with pytest.raises(CommandError, match="ingen nasjonal ordning med navnet «Kommunens egen»"):
        printed("29", "--year=2009", "--scheme=Kommunens egen")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["42", "--year=2009"], "Det er ingen tabell 42"),
        (["0", "--year=2009"], "Det er ingen tabell 0"),
        (["29", "--year=2008"], "Ingen har svart"),
        (["29", "--year=2009", "--region=Region Nord"], "Ingen har svart.*Region Nord"),
        (["29", "--year=2009", "--format=xml"], "invalid choice"),
        (["29", "--year=2009", "--division=tomorrow"], "invalid choice"),
        (["tolv", "--year=2009"], "invalid int"),
        (["29"], "--year"),
    ],
)
def test_what_cannot_be_printed_is_said_in_one_line(scheme: GrantScheme, arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message) as refused:
        printed(*arguments)
    assert "\n" not in str(refused.value)


def test_without_a_scheme_that_reports_here_there_is_nothing() -> None:
    GrantSchemeFactory(reported_here=False)
    with pytest.raises(CommandError, match="ingen ordning som rapporteres"):
        printed("1", "--year=2009")
