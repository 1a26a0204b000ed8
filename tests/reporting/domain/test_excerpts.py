"""What is shown of a passage that was found: sentences, whatever tables stand around them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.domain.excerpts import LONG, excerpt_of
from reporting.domain.passages import passages_of

START, STOP = "\x02", "\x03"
TABLE = "<table><caption>Tiltak</caption><tr><th>Navn</th><th>Antall</th></tr><tr><td>Leksehjelp</td><td>12</td></tr></table>"


def found(page: str, *words: str) -> str:
    (passage,) = passages_of(f'<section id="a"><h2>A</h2>{page}</section>')
    text = passage.lines
    for word in words:
        text = text.replace(word, f"{START}{word}{STOP}")
    told = excerpt_of(text, start=START, stop=STOP)
    marked = "".join(f"[{piece}]" if is_found else piece for piece, is_found in told.pieces)
    return f"tabell: {marked}" if told.is_of_table else marked


def test_a_sentence_is_told_and_not_the_table_beside_it() -> None:
    page = f"<p>Tre skoler har fått leksehjelp etter skoletid. Det går bra.</p>{TABLE}"
    assert found(page, "leksehjelp", "Leksehjelp") == "Tre skoler har fått [leksehjelp] etter skoletid. Det går bra."
    assert found(TABLE + page, "leksehjelp", "Leksehjelp") == found(page, "leksehjelp", "Leksehjelp")


def test_where_only_a_table_has_the_word_its_row_is_named_without_the_numbers() -> None:
    assert found(f"<p>Tallene står i tabellen.</p>{TABLE}", "Leksehjelp") == "tabell: [Leksehjelp]"
    assert found(f"<p>Tallene står i tabellen.</p>{TABLE}", "12") == "tabell: Leksehjelp – [12]"


def test_the_sentence_with_most_of_the_words_is_chosen() -> None:
    page = "<h3>Sommer og skole</h3><p>Vi har en sommer foran oss som de andre. Hver skole har åpen sommer for alle barn.</p>"
    assert found(page, "sommer", "skole").startswith("Hver [skole] har åpen [sommer]")


def test_a_heading_is_told_where_no_sentence_has_the_word() -> None:
    assert found("<h3>Om sommeren</h3><p>Det går bra nå.</p>", "sommeren") == "Om [sommeren]"


def test_without_the_word_the_first_whole_sentence_is_told() -> None:
    assert found(f"{TABLE}<p>Kort</p><p>Det går bra. Og videre.</p>") == "Det går bra."


def test_a_long_sentence_is_cut_around_the_word() -> None:
    told = found(f"<p>{'ord ' * 100}solsikke {'ord ' * 100}slutt.</p>", "solsikke")
    assert told.startswith("… ord") and told.endswith("ord …") and "[solsikke]" in told
    assert len(told.split()) == LONG + 2


def test_a_text_from_before_lines_were_kept_is_cut_too() -> None:
    told = excerpt_of(f"{'A 1 B 2 ' * 50}{START}solsikke{STOP} {'C 3 ' * 50}", start=START, stop=STOP)
    assert len("".join(piece for piece, _found in told.pieces).split()) <= LONG + 2


@pytest.mark.parametrize("text", ["", "\n", "\t", "\x02\x03"])
def test_nothing_to_tell_is_no_error(text: str) -> None:
    excerpt_of(text, start=START, stop=STOP)


@given(st.text(alphabet="ab .!?\n\tÅ1(\x02\x03", max_size=60))
def test_any_text_is_told_without_tabs_or_marks(text: str) -> None:
    told = excerpt_of(text, start=START, stop=STOP)
    assert not any(sign in piece for piece, _found in told.pieces for sign in (*"\t\n", START, STOP))


def test_a_long_line_of_dots_is_read_once() -> None:
    dots = "." * 20_000
    excerpt = excerpt_of(f"Beløp {dots} \x02300\x03 kroner", start="\x02", stop="\x03")
    assert ("300", True) in excerpt.pieces
