"""What stands in a cell: numbers as Norwegians and as the English write them, and answers by their words."""

import re
import unicodedata
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from grants.domain.questions import AMOUNT, MEASURE_QUESTIONS, NUMBER, ONE, SEVERAL, UNIT_QUESTIONS, Question
from grants.domain.report_answers import LARGEST
from grants.models.answers import Cooperation
from organisation.domain.errors import DomainError

SPACES = " \u00a0\u202f\u2009"
MINUSES = "-\u2212\u2013"
CURRENCY = re.compile(r"\A(?:kr\b\.?|nok\b)\s*|\s*(?:\bkr\.?|\bnok|\bkroner)\Z", re.IGNORECASE)
NO_ORE = re.compile(rf"[,.]\s?[{MINUSES}\u2014]\Z")  # "140 000,-"
GROUPED = r"[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+"
# Thousands first: "1.600" and "1,600" could be read two ways, and are sixteen hundred. "0,600" has no thousands.
THOUSANDS = (
    (re.compile(GROUPED.format(group=f"[{SPACES}]") + r"(?:[.,][0-9]+)?"), SPACES, ","),
    (re.compile(GROUPED.format(group=r"\.") + r"(?:,[0-9]+)?"), ".", ","),
    (re.compile(GROUPED.format(group=",") + r"(?:\.[0-9]+)?"), ",", "."),
)
PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
LONGEST_NUMBER = 30  # characters
LONGEST_TEXT = 20_000  # characters, as in the forms
# "|" is the one to use; ";" is what people write in a cell that is quoted.
BETWEEN_ANSWERS = re.compile(r"[|;\n]")

# The codes of a question's options by their words, and the words for a message.
Words = tuple[dict[str, str], str]


def read_number(text: str) -> Decimal:
    """A number of zero or more. Raises DomainError for anything else, "mange" and "-5" and "NaN" among it."""
    bare = NO_ORE.sub("", CURRENCY.sub("", text.strip())).strip()
    if re.fullmatch(rf"[{MINUSES}]\s?[0-9].*", bare, re.DOTALL):
        raise DomainError(_("«%(text)s» er mindre enn null.") % {"text": _short(text)})
    if len(bare) <= LONGEST_NUMBER:
        for pattern, group, point in THOUSANDS:
            if pattern.fullmatch(bare):
                whole = re.sub(f"[{re.escape(group)}]", "", bare)
                return Decimal(whole.replace(point, "."))
        if PLAIN.fullmatch(bare):
            return Decimal(bare.replace(",", "."))
    raise DomainError(_("«%(text)s» er ikke et tall.") % {"text": _short(text)})


def read_amount(text: str) -> Decimal:
    """Kroner, with at most two decimals."""
    number = read_number(text)
    if number > LARGEST[AMOUNT]:
        raise DomainError(_("«%(text)s» er for stort.") % {"text": _short(text)})
    exact = number.quantize(Decimal("0.01"))
    if exact != number:
        raise DomainError(_("«%(text)s» har mer enn to desimaler.") % {"text": _short(text)})
    return exact


def read_count(text: str) -> int:
    """How many: a whole number."""
    number = read_number(text)
    if number != number.to_integral_value():
        raise DomainError(_("«%(text)s» er ikke et helt tall.") % {"text": _short(text)})
    if number > LARGEST[NUMBER]:
        raise DomainError(_("«%(text)s» er for stort.") % {"text": _short(text)})
    return int(number)


def read_answer(question: Question, text: str) -> Any:
    """The value for the question's column. An empty cell is not answered."""
    if not text:
        return question.empty
    if question.kind == AMOUNT:
        return read_amount(text)
    if question.kind == NUMBER:
        return read_count(text)
    if question.kind == ONE:
        return _chosen(_options(question.name), text)
    if question.kind == SEVERAL:
        return _several(question, text)
    return within(text, LONGEST_TEXT)


def within(text: str, longest: int) -> str:
    """A text that is no longer than its column takes."""
    if len(text) > longest:
        raise DomainError(_("Teksten er for lang. Den kan ha høyst %(longest)s tegn.") % {"longest": longest})
    return text


def option(choices: tuple[tuple[str, Any], ...], text: str) -> str:
    """The code of an option, by the words of the survey or by the code itself, whatever case and spaces."""
    return _chosen(_by_words(choices), text)


def plain(text: str) -> str:
    """For comparing names and words: without case, and with one space where there are several."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def _several(question: Question, text: str) -> list[str]:
    """In the survey's order, whatever the cell's."""
    words = _options(question.name)
    given = {_chosen(words, part) for part in BETWEEN_ANSWERS.split(text) if part.strip()}
    if Cooperation.NONE in given and question.name == "cooperated_with" and len(given) > 1:
        raise DomainError(_("«ikke samarbeidet» kan ikke stå sammen med andre svar."))
    return [code for code, _label in question.choices if code in given]


def _chosen(words: Words, text: str) -> str:
    code, labels = words[0].get(plain(text)), words[1]
    if code is None:
        message = _("«%(text)s» er ikke et av svarene. Velg blant %(options)s.")
        raise DomainError(message % {"text": _short(text), "options": labels})
    return code


@cache
def _options(name: str) -> Words:
    return _by_words({**MEASURE_QUESTIONS, **UNIT_QUESTIONS}[name].choices)


def _by_words(choices: tuple[tuple[str, Any], ...]) -> Words:
    with override("nb"):  # the survey's words, whatever language the reader has chosen
        labels = {code: str(label) for code, label in choices}
    codes = {plain(label): code for code, label in labels.items()} | {plain(code): code for code in labels}
    return codes, ", ".join(f"«{label}»" for label in labels.values())


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
