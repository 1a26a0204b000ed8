"""National identity numbers in free text: found by their shape and their check digits. None is taken into the product.

A number counts when its eleven digits stand as people write them: in one piece, as `ddmmyy nnnnn`, `dd.mm.yy-nnnnn`,
`ddmmyy nnn nn`, in threes, with thousands apart, or each digit for itself. Between the parts may stand up to three
spaces (of any kind, line breaks too), dots, dashes, strokes or underlines. Digits of any script count; marks that can't
be seen are looked through. Letters may be glued to the number; a digit may not: eleven digits of a longer run are none.
Other ways of grouping are left alone, so that "50 000-100 000", "1.1.2026 300" and "2026/12345-10" can be written.

There is no look at the date: D-numbers, H-numbers and synthetic numbers all have dates of their own, and the same check
digits. So about one in thirty of other eleven-digit numbers is refused too, and about one in three bank account numbers
in one piece, whose last digit is made in the same way. `CreateIdentityNumberCheck` (organisation/schema.py) says all this
to PostgreSQL, with the same patterns; tests compare the two.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MESSAGE = _("Teksten ser ut til å inneholde et fødselsnummer eller D-nummer. Ta det bort før du lagrer.")
FILE_NAME_MESSAGE = _(
    "Filnavnet ser ut til å inneholde et fødselsnummer eller D-nummer. Gi filen et annet navn, og legg den ved på nytt."
)
SEARCH_MESSAGE = _("Det ser ut til at du søker etter et fødselsnummer eller D-nummer. Slike finnes ikke her.")

# The zero of every script that has decimal digits; the other nine follow it. A test asks Python for newer ones.
ZEROS = (
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0,
    0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620,
    0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0,
    0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60,
    0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
)  # fmt: skip
DIGITS = "".join(chr(zero + n) for zero in ZEROS for n in range(10))
SPACES = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
    ".\u00b7\u2024\u2219\uff0e"  # dots stand where spaces do
)
DASHES = "-\u058a\u05be\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d/_"
UNSEEN = (
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
PLAIN_FROM = DIGITS + SPACES + DASHES + UNSEEN
PLAIN_TO = "0123456789" * len(ZEROS) + " " * len(SPACES) + "-" * len(DASHES)  # shorter: the unseen go away
_PLAIN = str.maketrans(PLAIN_FROM[: len(PLAIN_TO)], PLAIN_TO, UNSEEN)

# Python and PostgreSQL read these alike. What may stand between digits becomes one space or one dash, all else an x.
SIMPLER = (("[^0-9 -]+", "x"), ("[ -]{4,}", "x"), (" *-[ -]*", "-"), (" +", " "))
SHAPE = (
    "(?<![0-9])(?:"
    "[0-9]{6}(?:[ -]?[0-9]{5}|[ -][0-9]{3}[ -][0-9]{2})"
    "|[0-9]{2}[ -][0-9]{2}[ -][0-9]{2}(?:[ -]?[0-9]{5}|[ -]?[0-9]{3}[ -][0-9]{2})"
    "|[0-9]{3} [0-9]{3} [0-9]{3} ?[0-9]{2}"
    "|[0-9]{2} [0-9]{3} [0-9]{3} [0-9]{3}"
    "|[0-9](?:[ -][0-9]){10}"
    ")(?![0-9])"
)
LONGEST = 21  # characters: eleven digits and ten separators
_CANDIDATE = re.compile(f"(?=({SHAPE}))")  # ahead, so that one candidate may begin inside another

# The same without a look at how the digits are grouped, for a text that is only to be read past them.
_IN_A_LOG = re.compile(rf"(?<!\d)(?=(\d(?:[{re.escape(SPACES + DASHES + UNSEEN)}]{{0,3}}\d){{10}})(?!\d))")

FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
# Rests of the first sum. 0 is the rule since 1964; for numbers given from 2032 the Tax Administration allows 1 to 3 too
# (https://skatteetaten.github.io/folkeregisteret-api-dokumentasjon/nytt-fodselsnummer-fra-2032/).
HIGHEST_FIRST_REST = 3


def contains_identity_number(text: str) -> bool:
    """Whether a fødselsnummer, D-number, H-number or synthetic number stands somewhere in the text."""
    return any(passes_check_digits(number) for number in eleven_digit_numbers(text))


def eleven_digit_numbers(text: str) -> list[str]:
    """What could be such a number by its shape, as eleven ASCII digits each."""
    plain = text.translate(_PLAIN)
    for pattern, replacement in SIMPLER:
        plain = re.sub(pattern, replacement, plain)
    return [re.sub("[ -]", "", match[1]) for match in _CANDIDATE.finditer(plain)]


def passes_check_digits(number: str) -> bool:
    """Eleven ASCII digits whose last two follow from the others, by the rule of today or that of 2032."""
    digits = [int(digit) for digit in number]
    first = sum(weight * digit for weight, digit in zip(FIRST_WEIGHTS, digits, strict=False))
    second = sum(weight * digit for weight, digit in zip(SECOND_WEIGHTS, digits, strict=True))
    return first % 11 <= HIGHEST_FIRST_REST and second % 11 == 0


def holds_identity_number(value: object) -> bool:
    """The same of what a form or the API has read: a text, or texts inside of lists and the like."""
    if isinstance(value, str):
        return contains_identity_number(value)
    if isinstance(value, dict):
        return holds_identity_number([*value, *value.values()])
    return isinstance(value, list | tuple | set | frozenset) and any(map(holds_identity_number, value))


def validate_no_identity_number(text: object) -> None:
    """A validator of one field. Its error doesn't hold the text."""
    if holds_identity_number(text):
        raise ValidationError(MESSAGE, code="identity_number")


def masked(text: str) -> str:
    """The text with stars for what could be such a number: for logs, where a date too many does no harm."""
    shown = list(text)
    for match in _IN_A_LOG.finditer(text):
        digits = "".join(str(int(c)) for c in match[1] if c.isdecimal())
        if passes_check_digits(digits):
            shown[match.start(1) : match.end(1)] = "*" * len(match[1])
    return "".join(shown)
