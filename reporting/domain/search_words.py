"""What was typed into the search box, as a question that PostgreSQL understands. No database and no clock.

Several words must all be there. A word is found in all its forms (its stem), and where others begin with it, as Norwegian puts
words together: «bolig» finds «boligsosialt», and half a word is found while it is typed. Words that say nothing by themselves
(«og», «for») are left out unless nothing else was typed. "Two in quotation marks" stand together, -one is not there; then the
words are taken as they are.
"""

import re
import unicodedata
from typing import Any

from reporting.domain.passages import plain

LONGEST_SEARCH = 200
MOST_WORDS = 20
OPERATORS = re.compile(r'"|(?:^|\s)-\w')
# PostgreSQL reads the words, so that nobody here needs to know how it cuts a text up. None has an apostrophe (`clean`).
STEMS = "websearch_to_tsquery('norwegian', %s)"
BEGINNING = "to_tsquery('simple', %s)"
EITHER = f"CASE WHEN numnode({STEMS}) = 0 THEN ''::tsquery ELSE {STEMS} || {BEGINNING} END"
BEGINNINGS_IN_TITLES = "regexp_replace(({})::text, $$':\\*$$, $$':*A$$, 'g')"
IN_TITLES = f"regexp_replace({BEGINNINGS_IN_TITLES}, $$'([^'\\s]+)'(?!:)$$, $$'\\1':A$$, 'g')::tsquery"


def clean(words: str) -> str:
    """Without what means something to PostgreSQL or can't be stored, in the form of letters that the words are kept in."""
    return plain(re.sub(r"[\\']", " ", unicodedata.normalize("NFC", words)))


def asked(words: str, *, titles_only: bool = False) -> tuple[str, list[Any]]:
    """SQL for the question, and its parameters. Without any word it is a question that finds nothing."""
    question, parameters = _asked(clean(words))
    return (IN_TITLES.format(question) if titles_only else question), parameters


def _asked(words: str) -> tuple[str, list[Any]]:
    if OPERATORS.search(words):
        return STEMS, [words]
    tokens = [token for token in words.replace('"', " ").split(" ") if re.search(r"\w", token)][:MOST_WORDS]
    if not tokens:
        return "''::tsquery", []
    if len(tokens) == 1:
        return f"({STEMS} || {BEGINNING})", [tokens[0], _beginning(tokens[0], least=2)]
    parameters: list[Any] = []
    for number, token in enumerate(tokens, start=1):
        parameters += [token, token, _beginning(token, least=2 if number == len(tokens) else 3)]
    return "(" + " && ".join(f"({EITHER})" for _token in tokens) + ")", parameters


def _beginning(token: str, least: int) -> str:
    """A word as it stands; from `least` letters on, others that begin with it count too."""
    return f"'{token}'" + (":*" if len(token) >= least else "")
