"""The passages of a report: what stands under each heading of its page."""

from hypothesis import given
from hypothesis import strategies as st

from reporting.domain.passages import LONGEST_ANCHOR, marked, passages_in, passages_of, plain, text_of
from tests.reporting.frozen_content import empty_content, hostile_content, make_content


def test_each_section_is_a_passage_with_its_heading_and_its_anchor() -> None:
    found = {row.anchor: row for row in passages_in(make_content())}
    assert found["forslag"].title == "Forslag til vedtak"
    assert found["forslag"].text == "Formannskapet tar rapporten til orientering."
    assert found["sammendrag"].text == "Det går framover."
    goal = found["mal-11"]
    assert goal.title == "Mål 1: Prøvemål 1"
    assert "Oppsummering av første mål." in goal.text
    assert "Bidrag til tiltak 1. Andre avsnitt." in goal.text
    assert "Bidrag til tiltak 5" not in goal.text, "the words of another goal"
    assert "1\u00a0838" in goal.text, "a number stays in one piece"


def test_words_of_cells_do_not_run_together_and_drawings_are_left_out() -> None:
    (row,) = passages_of(
        '<section id="a"><h2>Over<span>skrift</span></h2><table><tr><td>En</td><td>To</td></tr></table>'
        "<svg><title>Tegning</title><text>99</text></svg><p>Slutt<strong>en</strong>.<br>Ny linje</p></section>"
    )
    assert (row.title, row.text) == ("Overskrift", "En To Slutten. Ny linje")


def test_what_has_no_heading_or_no_words_is_no_passage() -> None:
    page = '<section id="a"><p>Uten overskrift</p></section><section id="b"><h2>Tom</h2></section>'
    page += "<section><h2>Uten id</h2>x</section>"
    assert passages_of(page) == []
    long = "x" * (LONGEST_ANCHOR + 1)
    assert passages_of(f'<section id="{long}"><h2>A</h2>b</section>') == []


def test_a_section_inside_another_is_a_passage_of_its_own() -> None:
    found = passages_of('<section id="a"><h2>A</h2>før<section id="b"><h3>B</h3>inni</section>etter</section>')
    assert [(row.anchor, row.title, row.text) for row in found] == [("a", "A", "før etter"), ("b", "B", "inni")]


def test_hostile_texts_are_words_like_others() -> None:
    found = {row.anchor: row.text for row in passages_in(hostile_content())}
    assert "<script>alert(1)</script>" in found["sammendrag"], (
        "as it is read on the page; it is escaped when it is shown"
    )
    assert not any(ord(sign) < 32 for text in found.values() for sign in text)


def test_an_empty_report_has_passages_all_the_same() -> None:
    assert {row.anchor for row in passages_in(empty_content())} >= {"status", "mal"}


def test_found_words_are_marked_piece_by_piece() -> None:
    assert list(marked("Før \x02ordet\x03 etter", "\x02", "\x03")) == [
        ("Før ", False),
        ("ordet", True),
        (" etter", False),
    ]
    assert list(marked("\x02Ordet\x03", "\x02", "\x03")) == [("Ordet", True)]
    assert list(marked("ingen", "\x02", "\x03")) == [("ingen", False)]


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=80))
def test_any_markup_is_read_without_an_error_and_without_control_characters(page: str) -> None:
    assert not any(ord(sign) < 32 for sign in text_of(page))
    assert plain(plain(page)) == plain(page)


def test_a_line_of_the_page_is_a_line_and_the_cells_of_a_row_are_apart() -> None:
    (row,) = passages_of(
        '<section id="a"><h2>A</h2><p>En\n setning.<br>Mer.</p><ul><li>Punkt</li></ul><table><thead><tr><th>Navn</th>'
        "<th>Tall</th></tr></thead><tr><td><p>To</p><p>ord</p></td><td></td><td>3</td></tr></table>etter</section>"
    )
    assert row.lines == "En setning. Mer.\nPunkt\nNavn\tTall\nTo ord\t3\netter"
    assert row.text == "En setning. Mer. Punkt Navn Tall To ord 3 etter"
