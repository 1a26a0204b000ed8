import csv
import io
from decimal import Decimal

from django.test import override_settings

from grants.domain.table import Column, Row, Table
from grants.domain.table_export import as_csv, as_text, table_as_rows
from grants.domain.table_list import COUNT, KRONER, MEAN, PERCENT


def shares() -> Table:
    return Table(
        9, "Rettet mot", 2009, (Column("antall", "Antall", COUNT), Column("prosent", "Prosent", PERCENT)),
        (Row("rettet mot enkelte", (1112, 67)), Row("åpent for alle", (56, 33))), n=1168, missing=12,
        total=Row("I alt", (1168, 100)), note="En merknad.",
    )  # fmt: skip


def over_years() -> Table:
    years = (Column("2008", "2008", MEAN), Column("2009", "2009", MEAN, 55))
    return Table(
        3, "Aktive tiltak", 2009, years, (Row("Gjennomsnitt", (Decimal("3.2"), None)),), n=55, published_years=(2008,),
        is_over_time=True,
    )  # fmt: skip


def test_header_rows_and_total_with_numbers_as_numbers() -> None:
    assert table_as_rows(shares()) == [
        ["Tabell 9. Rettet mot", "Antall", "Prosent"],
        ["rettet mot enkelte", 1112, 67],
        ["åpent for alle", 56, 33],
        ["I alt", 1168, 100],
    ]


def test_n_stands_under_columns_that_have_their_own() -> None:
    assert table_as_rows(over_years())[-1] == ["N", None, 55]


def across() -> Table:
    """Options in the columns, and N of each row."""
    yes, no = (Column(word, word, PERCENT, question="Videre neste år") for word in ("ja", "nei"))
    return Table(31, "Videreføring", 2009, (yes, no, Column("n", "N", COUNT)), (Row("annet", (60, 40, 5)),), n=5)


def test_a_heading_that_is_an_answer_says_of_what() -> None:
    assert table_as_rows(across())[0] == [
        "Tabell 31. Videreføring", "Videre neste år: ja", "Videre neste år: nei", "N"
    ]  # fmt: skip
    assert across().as_json()["rows"] == [{"label": "annet", "values": {"ja": 60, "nei": 40, "n": 5}}]
    title, question, _nothing, head, *_rest = as_text(across()).splitlines()
    assert (title, question) == ("Tabell 31. Videreføring, 2009", "I kolonnene: Videre neste år")
    assert head.split() == ["ja", "nei", "N"]


def test_csv_is_norwegian() -> None:
    assert as_csv(shares()).splitlines()[1] == "rettet mot enkelte;1112;67"
    assert as_csv(over_years()).splitlines() == ["Tabell 3. Aktive tiltak;2008;2009", "Gjennomsnitt;3,2;", "N;;55"]
    assert not as_csv(shares()).startswith("\ufeff")


def test_files_of_the_demo_say_so() -> None:
    note = "Demo: beløpene for 2009 er ekte, svarene er oppdiktet."
    assert note not in as_csv(shares()) + as_text(shares())
    with override_settings(DEMO=True):
        assert as_csv(shares()).splitlines()[-2:] == ["I alt;1168;100", note]
        assert as_text(shares()).splitlines()[-1] == note


def test_names_that_look_like_formulas_are_no_formulas() -> None:
    names = ["=1+1", "+47", "-kommunen", "@kommunen", "\tfane", "Ås; og «Bø»"]
    table = Table(
        1, "Kommuner", 2009, (Column("beløp", "=beløp", KRONER),), tuple(Row(name, (-5,)) for name in names), n=6
    )
    read = list(csv.reader(io.StringIO(as_csv(table)), delimiter=";"))
    assert read[0][1] == "'=beløp"
    assert [row[0] for row in read[1:]] == ["'=1+1", "'+47", "'-kommunen", "'@kommunen", "'\tfane", "Ås; og «Bø»"]
    assert {row[1] for row in read[1:]} == {"-5"}  # a number is a number


def test_text_is_aligned_with_n_under_it() -> None:
    assert as_text(shares()).splitlines() == [
        "Tabell 9. Rettet mot, 2009",
        "",
        "                    Antall  Prosent",
        "rettet mot enkelte   1 112       67",
        "åpent for alle          56       33",
        "I alt                1 168      100",
        "",
        "N = 1168. Ubesvart: 12.",
        "En merknad.",
    ]
    assert "–" in as_text(over_years()) and "Tidligere publiserte tall: 2008." in as_text(over_years())
