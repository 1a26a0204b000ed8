"""Three versions of a field, merged; and two texts, word by word."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisation.merging import Changed, MergeRow, Piece, Standing, differences, plain, who_changed

TEXTS = st.text(st.sampled_from("ab \nå"), max_size=30)


@pytest.mark.parametrize(
    ("opened", "theirs", "mine", "changed"),
    [
        ("a", "a", "a", None),
        ("a", "b", "b", None),
        ("a", "b", "a", Changed.THEIRS),
        ("a", "a", "b", Changed.MINE),
        ("a", "b", "c", Changed.BOTH),
    ],
)
def test_who_changed_a_field(opened: str, theirs: str, mine: str, changed: Changed | None) -> None:
    assert who_changed(opened=opened, theirs=theirs, mine=mine, opened_is_known=True) == changed


@given(theirs=TEXTS, mine=TEXTS)
def test_where_nobody_knows_what_stood_no_value_gives_way_by_itself(theirs: str, mine: str) -> None:
    changed = who_changed(opened=None, theirs=theirs, mine=mine, opened_is_known=False)
    assert changed == (None if theirs == mine else Changed.BOTH)


@given(before=TEXTS, after=TEXTS)
def test_the_pieces_of_two_texts_make_both_of_them(before: str, after: str) -> None:
    pieces = differences(before, after)
    lines = "\n".join
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == lines(before.splitlines())
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == lines(after.splitlines())


def test_only_the_words_that_differ_are_marked() -> None:
    pieces = differences("Leksehjelp på tirsdag.", "Leksehjelp på onsdag.")
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("same", "Leksehjelp på "), ("removed", "tirsdag."), ("added", "onsdag."),
    ]  # fmt: skip


def test_changes_with_a_space_between_are_read_as_one() -> None:
    pieces = differences("Først en setning her.", "Først to ord her.")
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("same", "Først "), ("removed", "en setning"), ("added", "to ord"), ("same", " her."),
    ]  # fmt: skip


def test_that_a_field_was_empty_is_no_text_that_was_taken_away() -> None:
    def row(opened: str, theirs: str) -> MergeRow:
        return MergeRow("note", "Merknad", Changed.THEIRS, opened, theirs, opened, nothing="(tomt)")

    assert row("(tomt)", "Ny tekst").theirs_marked == [Piece("added", "Ny tekst")]
    assert row("Gammel tekst", "(tomt)").theirs_marked == [Piece("removed", "Gammel tekst"), Piece("same", " (tomt)")]
    assert row("(tomt)", "Ny").mine_marked == [Piece("same", "(tomt)")]


def test_a_very_long_text_is_shown_whole_without_marks() -> None:
    text = "ord " * 3000
    assert [piece.kind for piece in differences("annet " * 3000, text)] == ["same"]


@pytest.mark.parametrize(
    ("one", "another"), [("a\r\nb", "a\nb"), ("", None), ([], None), (" a ", "a"), ({"b", "a"}, frozenset("ab"))]
)
def test_what_says_the_same_is_the_same(one: Any, another: Any) -> None:
    assert plain(one) == plain(another)


def test_no_is_an_answer() -> None:
    assert plain(False) != plain(None)


def test_what_a_form_carries_comes_back() -> None:
    standing = Standing({"title": {"title": ["Æ «ø»"]}}, {"title": {"title": ["Å"]}}, ["title"], "Kari Prøve, i dag")
    assert Standing.read(standing.written()) == standing


@pytest.mark.parametrize(
    "text",
    ["", "ikke json", "[]", "3", '{"stood": 3, "choose": "title"}', '{"stood": {"title": ["a"]}, "opened": null}', "[" * 9999],
)  # fmt: skip
def test_what_is_none_says_nothing_is_known(text: str) -> None:
    assert Standing.read(text) == Standing()
