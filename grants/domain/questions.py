"""The questions of the yearly report, as data: what is asked of each measure, and of each reporting unit, in the form's order."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from grants.models import MeasureReport, YearlyReport
from grants.models.answers import MeasureAnswers, MeasureProfile, UnitAnswers

ONE, SEVERAL, NUMBER, AMOUNT, TEXT = "one", "several", "number", "amount", "text"
# What the directorate's own survey calls a column, where it is called otherwise here.
SURVEY_NAMES = {"recruited_by": "recruited_by_several", "cooperated_with": "cooperated_with_several"}


@dataclass(frozen=True)
class Question:
    """`name` is the column. `choices` are (code, label) pairs for questions with one or several answers."""

    name: str
    kind: str
    label: Any
    choices: tuple[tuple[str, Any], ...] = ()

    @property
    def survey_name(self) -> str:
        return SURVEY_NAMES.get(self.name, self.name)

    def label_of(self, code: str) -> str:
        """The option as it is worded; the code itself where there is no such option."""
        return str(dict(self.choices).get(code, code))

    def is_answered(self, value: Any) -> bool:
        return value not in (None, "", [])

    @property
    def empty(self) -> Any:
        """What stands in the column where nothing is answered."""
        return [] if self.kind == SEVERAL else None if self.kind in (NUMBER, AMOUNT) else ""


def _question(field: Any) -> Question:
    if isinstance(field, ArrayField):
        return Question(field.name, SEVERAL, field.verbose_name, tuple(field.base_field.choices or ()))
    if field.choices:
        return Question(field.name, ONE, field.verbose_name, tuple(field.choices))
    kinds = {models.DecimalField: AMOUNT, models.PositiveIntegerField: NUMBER, models.TextField: TEXT}
    return Question(field.name, kinds[type(field)], field.verbose_name)


def _questions(abstract: type[models.Model], model: type[models.Model]) -> dict[str, Question]:
    names = [field.name for field in abstract._meta.get_fields()]
    return {name: _question(model._meta.get_field(name)) for name in names}


MEASURE_QUESTIONS = _questions(MeasureAnswers, MeasureReport)
UNIT_QUESTIONS = _questions(UnitAnswers, YearlyReport)
# What a measure is from one year to the next: said once, on the funded measure.
PROFILE_QUESTIONS = _questions(MeasureProfile, MeasureReport)
