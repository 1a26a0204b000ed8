"""The columns that a file of amounts or answers may have, what people call them, and which kind of file they make it."""

import re
import unicodedata
from collections.abc import Collection
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from grants.domain.questions import MEASURE_QUESTIONS, UNIT_QUESTIONS, Question
from organisation.domain.errors import DomainError

AMOUNTS, UNIT_ANSWERS, MEASURE_ANSWERS, PUBLISHED = "amounts", "unit_answers", "measure_answers", "published_figures"
KINDS: dict[str, Any] = {
    AMOUNTS: _("Beløp"),
    UNIT_ANSWERS: _("Svar fra enhetene"),
    MEASURE_ANSWERS: _("Svar for tiltakene"),
    PUBLISHED: _("Publiserte tall"),
}
UNIT, REGION, GRANTED, MEASURE = "reporting_unit", "region", "amount_nok", "measure"
TABLE, ROW, VALUE, YEAR = "table", "row", "value", "year"
# Column: what it is called in messages and templates, then what else files call it.
NAMES: dict[str, tuple[str, ...]] = {
    UNIT: ("enhet", "rapporterende enhet", "rapporteringsenhet", "kommune", "kommune/bydel", "kommunenummer"),
    REGION: ("region",),
    GRANTED: ("beløp", "beløp i kroner", "tildelt", "tildelt beløp"),
    MEASURE: ("tiltak", "navn på tiltaket", "title", "tittel"),
    TABLE: ("tabell", "tabellnummer"),
    ROW: ("rad", "svar"),
    VALUE: ("verdi", "tall"),
    YEAR: ("år",),
}
COLUMNS: dict[str, tuple[str, ...]] = {
    AMOUNTS: (UNIT, REGION, GRANTED),
    UNIT_ANSWERS: (UNIT, REGION, GRANTED, *UNIT_QUESTIONS),
    MEASURE_ANSWERS: (UNIT, REGION, MEASURE, *MEASURE_QUESTIONS),
    PUBLISHED: (TABLE, ROW, VALUE, YEAR),
}
NEEDED: dict[str, tuple[str, ...]] = {
    AMOUNTS: (UNIT, GRANTED),
    UNIT_ANSWERS: (UNIT,),
    MEASURE_ANSWERS: (UNIT, MEASURE),
    PUBLISHED: (TABLE, ROW, VALUE),
}


def questions_of(kind: str) -> dict[str, Question]:
    """The questions that a file of this kind answers."""
    return {UNIT_ANSWERS: UNIT_QUESTIONS, MEASURE_ANSWERS: MEASURE_QUESTIONS}.get(kind, {})


def column_of(heading: str) -> str | None:
    """The column that a heading stands for, whatever its case and spaces; None where there is no such column."""
    return _known().get(_plain(heading))


def heading_of(column: str) -> str:
    """What a column is called, for people. In bokmål, as in the files."""
    if column in NAMES:
        return NAMES[column][0]
    with override("nb"):
        return str({**UNIT_QUESTIONS, **MEASURE_QUESTIONS}[column].label)


def kind_of(columns: Collection[str]) -> str:
    """The kind of file that these columns make. Raises DomainError where they belong to two kinds, or to none."""
    if TABLE in columns:
        kind = PUBLISHED
    elif MEASURE in columns or set(columns) & set(MEASURE_QUESTIONS):
        kind = MEASURE_ANSWERS
    elif set(columns) & set(UNIT_QUESTIONS):
        kind = UNIT_ANSWERS
    else:
        kind = AMOUNTS
    foreign = [heading_of(column) for column in columns if column not in COLUMNS[kind]]
    if foreign:
        raise DomainError(
            _("Kolonnene hører til flere slags filer. Ta ut disse, og les dem inn for seg: %(columns)s.")
            % {"columns": ", ".join(f"«{name}»" for name in foreign)},
            "file",
        )
    missing = [heading_of(column) for column in NEEDED[kind] if column not in columns]
    if missing or (kind == MEASURE_ANSWERS and not set(columns) & set(MEASURE_QUESTIONS)):
        raise DomainError(_lacks(missing), "file")
    return kind


def _lacks(missing: list[str]) -> Any:
    if not missing:
        return _("Filen har tiltak, men ingen spørsmål. Legg til en kolonne for hvert spørsmål som er besvart.")
    return _("Filen mangler kolonnen %(columns)s.") % {"columns": ", ".join(f"«{name}»" for name in missing)}


@cache
def _known() -> dict[str, str]:
    """By plain heading. A question may be called as the directorate's survey calls it, by its column here, or in words."""
    found = {_plain(name): column for column, names in NAMES.items() for name in (column, *names)}
    for question in (*UNIT_QUESTIONS.values(), *MEASURE_QUESTIONS.values()):
        for name in (question.name, question.survey_name, heading_of(question.name)):
            found[_plain(name)] = question.name
    return found


def _plain(text: str) -> str:
    return re.sub(r"[\s_\ufeff]+", "", unicodedata.normalize("NFC", text).casefold())
