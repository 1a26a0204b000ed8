"""Words have the room that is reckoned with, and are cut where it is too little."""

import re
from functools import cache
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from hypothesis import given
from hypothesis import strategies as st

from organisation.charts import words

INTER = Path(__file__).resolve().parents[3] / "static/vendor/inter/inter-latin-wght-normal.woff2"
NORWEGIAN = "abcdefghijklmnopqrstuvwxyzæøåABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅ0123456789 \u00a0.,:;-–−%()/«»<>…"
TEXT = st.text(st.characters(codec="utf-8") | st.sampled_from(NORWEGIAN), max_size=80)


@cache
def real_widths(weight: int) -> dict[str, float]:
    font = instantiateVariableFont(TTFont(INTER), {"wght": weight})
    names, advances, size = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    return {sign: advances[names[ord(sign)]][0] / size for sign in NORWEGIAN}


@pytest.mark.parametrize("weight", [400, 600])
def test_no_sign_is_wider_in_inter_than_reckoned_with(weight: int) -> None:
    wider = {sign for sign, width in real_widths(weight).items() if words.width_of(sign, 1) < width}
    assert wider == set()


@given(TEXT, st.floats(20, 200))
def test_what_is_shortened_has_room_and_is_the_beginning(text: str, room: float) -> None:
    short = words.shortened(text, room)
    assert words.width_of(short) <= room
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


@given(TEXT.map(words.clean), st.floats(20, 200), st.integers(1, 4))
def test_lines_have_room_and_hold_the_words_in_order(text: str, room: float, most: int) -> None:
    lines = words.wrapped(text, room, most=most)
    assert 1 <= len(lines) <= most
    assert all(words.width_of(line) <= room for line in lines)
    if not any(line.endswith("…") for line in lines):
        assert " ".join(lines) == text


@given(TEXT)
def test_what_xml_cannot_hold_is_taken_out(text: str) -> None:
    cleaned = words.clean(text + "\x00\x0b\ufffe\n\t")
    assert not words.CONTROL.search(cleaned) and not re.search(r"  |[\n\t]|^ | $", cleaned)
