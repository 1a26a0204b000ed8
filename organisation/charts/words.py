"""Words in a chart: how much room they take, and what is done where there is too little."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.utils.translation import gettext as _

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
# Inter's widths in its own size, a little more than the widest of each group is, regular and semibold.
GROUPS = {
    "iljI.,:;'|!()/ftr \u00a0": 0.42,
    "…mwM%æWÆ@": 1.03,
    '0123456789abcdeghknopquvxyszøåéü«»<>+=−-–"&': 0.675,
    "ABCDEFGHJKLNOPQRSTUVXYZØÅ": 0.8,
}
# Narrow ones whose difference adds up in long labels.
NARROW = {"i": 0.27, "l": 0.27, "j": 0.27, "I": 0.29, ".": 0.33, ",": 0.33, " ": 0.29, "\u00a0": 0.29, "t": 0.36}
WIDTHS = {sign: width for group, width in GROUPS.items() for sign in group} | NARROW
UNKNOWN = 1.1
ELLIPSIS = "…"


def clean(text: object) -> str:
    """One line without what XML can't hold. The no-break space stays."""
    line = str(text)
    if line.isprintable() and "  " not in line:
        return line.strip(" ")
    return re.sub(r"[ \t\r\n]+", " ", CONTROL.sub(" ", line)).strip(" ")


@lru_cache(maxsize=4096)
def width_of(text: str, size: float = 13) -> float:
    """About as wide as the text is drawn in Inter; rather more than less."""
    return size * sum(WIDTHS.get(sign, UNKNOWN) for sign in text)


def shortened(text: str, room: float, size: float = 13) -> str:
    """The text, or as much of its beginning as there is room for."""
    if width_of(text, size) <= room:
        return text
    left = room - width_of(ELLIPSIS, size)
    at = 0
    for sign in text:
        left -= width_of(sign, size)
        if left < 0:
            break
        at += 1
    return text[:at].rstrip() + ELLIPSIS


def wrapped(text: str, room: float, *, most: int = 2, size: float = 13) -> list[str]:
    """The text in lines between words, at most so many; what is left over, or too long a word, is shortened."""
    lines: list[str] = []
    rest = text.split(" ")
    while rest:
        if len(lines) == most - 1:
            lines.append(shortened(" ".join(rest), room, size))
            break
        fits = 1
        while fits < len(rest) and width_of(" ".join(rest[: fits + 1]), size) <= room:
            fits += 1
        lines.append(shortened(" ".join(rest[:fits]), room, size))
        rest = rest[fits:]
    return lines or [""]


def is_short(unit: str) -> bool:
    """A unit that is written beside each figure of a drawing, such as "%" and "kr"; others are said once, above."""
    return len(unit) <= 2


def with_unit(caption: str, unit: str) -> str:
    return caption if is_short(unit) else f"{caption}, {unit}"


def joined(words: Sequence[str]) -> str:
    """ "a, b og c"."""
    *first, last = words or [""]
    return _("%(first)s og %(last)s") % {"first": ", ".join(first), "last": last} if first else last


def lower_first(text: str) -> str:
    """Lower case within a sentence, but "NAV-partnerskapet" stays as it is."""
    return text[:1].lower() + text[1:] if not text[1:2].isupper() else text


def told(pairs: Iterable[tuple[str, str]]) -> str:
    """The figures in one sentence, for whoever does not see the drawing."""
    text = ", ".join(f"{name}: {figure}" for name, figure in pairs)
    return f"{text}." if text else ""


def sentences(*parts: str) -> str:
    return " ".join(part for part in parts if part)
