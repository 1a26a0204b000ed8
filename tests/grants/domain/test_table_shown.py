"""A table in words."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import override_settings
from django.utils import translation

from grants.domain.table_list import COUNT, KRONER, MEAN, PERCENT
from grants.domain.table_shown import answered, demo_note, figures_of, shown, text_of
from grants.domain.tables import Column, Row
from tests.grants.domain.table_examples import a_table, by_region, over_time, regions_in_rows, shares

pytestmark = pytest.mark.usefixtures("_norwegian")
SPACE = "\u00a0"


@pytest.fixture
def _norwegian():
    with translation.override("nb"):
        yield


def test_figures_are_written_as_norwegians_do() -> None:
    assert text_of(25_103_653, KRONER) == f"25{SPACE}103{SPACE}653"
    assert text_of(36, PERCENT) == f"36{SPACE}%"
    assert text_of(Decimal("3.0"), MEAN) == "3,0"
    assert text_of(Decimal(37), PERCENT) == f"37{SPACE}%"
    assert text_of(0, COUNT) == "0"
    assert text_of(None, COUNT) == "–"


def test_missing_answers_are_told_in_one_sentence() -> None:
    assert answered(shares()) == "N = 50. 50 av 55 svarte."
    assert answered(shares(missing=0)) == "N = 50. Alle svarte."
    assert answered(shares(n=0, missing=0)) == "N = 0. Ingen har svart."
    assert answered(shares(n=None)) == ""
    assert answered(by_region()) == "N = 40. Alle tiltak har svar."
    measures = a_table(9, [], [], n=168, missing=12)
    assert answered(measures) == "N = 168. 168 av 180 tiltak har svar."


def test_over_years_n_is_of_the_tables_own_year() -> None:
    assert answered(over_time()) == "I 2009: N = 55 kommuner og bydeler med tilskudd."


def test_the_kinds_of_figures_are_named_in_the_columns_order() -> None:
    assert figures_of(shares()) == "Antall og prosent"
    assert figures_of(regions_in_rows()) == "Kroner, gjennomsnitt og antall"
    assert figures_of(over_time()) == "Kroner"


def test_everything_that_is_printed_is_text() -> None:
    table = shown(shares(note="Prøven."))
    assert table["name"] == "Tabell 29" and table["caption"] == "Antall og prosent, 2009"
    assert table["head"] == "Følger opp tiltakene"
    assert table["columns"] == ["Antall", "Prosent"]
    assert (table["rows"][0]["label"], table["rows"][0]["cells"][0]["text"]) == ("ja, alle", "18")
    assert table["total"]["cells"][1]["text"] == f"100{SPACE}%"
    assert table["bases"] is None and table["chart"] is None
    assert table["notes"] == [
        "Prøven.", "Prosent er rundet av til hele tall. Summen av delene kan derfor bli 99 eller 101."
    ]  # fmt: skip


def test_above_columns_that_are_answers_stands_the_question() -> None:
    assert shown(shares())["questions"] == []
    options = [Column(word, word, PERCENT, question="Videre neste år") for word in ("ja", "nei")]
    table = shown(a_table(31, [*options, Column("n", "N", COUNT)], []))
    assert table["columns"] == ["ja", "nei", "N"]
    assert table["questions"] == [{"text": "Videre neste år", "span": 2}, {"text": "", "span": 1}]


def test_where_n_is_a_row_or_a_column_it_is_said_what_it_is() -> None:
    said = "N er antallet som prosenten eller gjennomsnittet er regnet av."
    with_column = a_table(31, [Column("ja", "ja", PERCENT), Column("n", "N", COUNT)], [])
    assert shown(with_column)["notes"][-1] == said
    assert shown(over_time())["notes"][-1] == said  # N stands in a row below
    assert said not in shown(shares())["notes"]


def test_figures_that_were_published_earlier_are_said_to_be() -> None:
    table = shown(over_time())
    assert table["caption"] == "Kroner, 2006–2009"
    assert table["notes"][0] == "Tallene for 2006, 2007 og 2008 er publisert tidligere, og gjelder hele landet."
    assert [base["text"] for base in table["bases"]] == ["–", "–", "–", "55"]


def test_whoever_reads_her_own_is_told_which_figures_are_of_the_whole_country() -> None:
    said = "Tallene for 2006, 2007 og 2008 er publisert tidligere og gjelder hele landet, de andre kommunen din."
    assert shown(over_time(), is_own=True)["notes"][0] == said
    assert not any("kommunen din" in note for note in shown(shares(), is_own=True)["notes"])
    # Nothing there is her own.
    published_only = replace(over_time(), published_years=(2006, 2007, 2008, 2009))
    assert not any("kommunen din" in note for note in shown(published_only, is_own=True)["notes"])


def test_parts_of_several_answers_are_not_said_to_be_of_a_hundred() -> None:
    for number, several in ((6, True), (7, True), (8, True), (5, False), (9, False), (16, False)):
        notes = shown(a_table(number, [Column("prosent", "Prosent", PERCENT)], []))["notes"]
        assert ("Prosent er rundet av til hele tall." in notes) == several
        assert any("99 eller 101" in note for note in notes) != several


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_demo_says_that_answers_are_made_up_and_nothing_else_does(language: str) -> None:
    note = "Demo: beløpene for 2009 er ekte, svarene er oppdiktet."
    assert demo_note() == "" and note not in shown(shares())["notes"]
    with override_settings(DEMO=True), translation.override(language):
        assert demo_note() == note
        for table in (shares(note="Prøven."), over_time(), by_region()):
            assert shown(table)["notes"][0] == note


def test_a_table_is_in_bokmaal_whatever_the_language_of_the_page() -> None:
    with translation.override("en"):
        table = shown(shares())
    assert table["rows"][0]["label"] == "ja, alle"
    assert table["answered"] == "N = 50. 50 av 55 svarte."


def test_long_and_crowded_tables_may_be_broken_over_pages() -> None:
    assert not shown(shares())["is_long"]
    assert shown(a_table(1, [], [Row(f"Kommune {n}", ()) for n in range(26)]))["is_long"]
    assert not shown(by_region())["is_crowded"]
