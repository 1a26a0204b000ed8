"""The forms of a yearly report, made from its questions: the choices are those of the survey, in its order. Input only.

A question shows what is known as its answer, with the source under it, and beside it the reason why another answer is given.
What must be answered, and what must be explained, is the domain's matter (domain/report_problems.py).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms import BoundField
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grants.domain.questions import AMOUNT, NUMBER, ONE, SEVERAL, TEXT, Question
from grants.domain.report_answers import Answer, marked
from grants.models import MeasureReport, YearlyReport
from grants.models.answers import Cooperation
from organisation.amounts import format_kroner
from organisation.domain.errors import StaleWrite
from organisation.forms import LONGEST_TEXT, BaseForm, NumberField, Result, dress
from organisation.merge_forms import THEIRS
from organisation.merging import Standing

LARGEST_NUMBER = 2_147_483_647  # what the column holds
LONGEST_REASON = 1_000
NEGATIVE = gettext_lazy("Skriv et tall som er 0 eller høyere.")


class WholeNumberField(NumberField):
    default_error_messages = {"fraction": gettext_lazy("Skriv et helt tall.")}

    def to_python(self, value: Any) -> Any:
        number = super().to_python(value)
        if number is None:
            return None
        if number != number.to_integral_value():
            raise forms.ValidationError(self.error_messages["fraction"], code="fraction")
        return number


def in_words(question: Question, value: Any) -> str:
    """An answer as it is read: the words of the options, an amount with its unit; "" where nothing is answered."""
    if not question.is_answered(value):
        return ""
    if question.kind == SEVERAL:
        return ", ".join(str(label) for code, label in question.choices if code in value)
    if question.kind == ONE:
        return question.label_of(value)
    if question.kind == AMOUNT:
        return _("%(amount)s kroner") % {"amount": format_kroner(Decimal(value))}
    return str(number_format(value, force_grouping=True)) if question.kind == NUMBER else str(value)


def field_of(question: Question) -> forms.Field:
    """The field of a question. Nothing is required: a draft may be left as it is."""
    options: dict[str, Any] = {"label": capfirst(str(question.label)), "required": False}
    if question.kind == ONE:
        return forms.ChoiceField(choices=question.choices, widget=forms.RadioSelect, **options)
    if question.kind == SEVERAL:
        return forms.MultipleChoiceField(choices=question.choices, widget=forms.CheckboxSelectMultiple, **options)
    if question.kind == TEXT:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 5}), max_length=LONGEST_TEXT, **options)
    limits: list[Any] = [MinValueValidator(0, NEGATIVE)]
    if question.kind == NUMBER:
        return WholeNumberField(validators=[*limits, MaxValueValidator(LARGEST_NUMBER)], **options)
    return NumberField(validators=limits, max_digits=12, **options)


@dataclass(frozen=True)
class Asked:
    """One question as its page shows it."""

    question: Question
    answer: Answer
    field: BoundField
    why: BoundField | None
    hint: str  # why a reason is asked for
    earlier: str  # last year's answer

    @property
    def follows(self) -> bool:
        """It can't be answered by itself: it is worked out of another answer."""
        return self.question.name == "budget_class" and self.answer.known is not None

    @property
    def is_text(self) -> bool:
        return self.question.kind == TEXT

    @property
    def known_in_words(self) -> str:
        return in_words(self.question, self.answer.known.value) if self.answer.known else ""

    @property
    def known_as_data(self) -> str:
        """For the script that opens the reason when another answer is chosen: codes, or the number."""
        if self.answer.known is None or not self.answer.known.binds or self.question.kind == TEXT:
            return ""
        value = self.answer.known.value
        return json.dumps([str(part) for part in value] if isinstance(value, list | tuple) else [str(value)])

    @property
    def is_open(self) -> bool:
        """Whether the reason stands open: there is one, or one is asked for."""
        return bool(self.why and (self.why.value() or self.hint or self.why.errors))

    @property
    def described_by(self) -> str:
        """What belongs to the field, for screen readers: the source, last year's answer, the error."""
        name = self.field.auto_id
        parts = [
            f"{name}_source" if self.answer.known else "",
            f"{name}_earlier" if self.earlier else "",
            f"{name}_error" if self.field.errors else "",
        ]
        return " ".join(part for part in parts if part)


class AnswersForm(BaseForm):
    """The unit's own form or one measure's: `answers` as they stand, `hints` for those that must be explained."""

    edits = True
    marks_optional = False

    # What stood in the fields that follow what is known, when the page was opened.
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, row: YearlyReport | MeasureReport, answers: Mapping[str, Answer],
        hints: Mapping[str, Any], earlier: Mapping[str, Any], year: int, **kwargs: Any,
    ) -> None:  # fmt: skip
        self.year_before = str(year - 1)  # a text: a year has no space after its thousands
        self.answered, self.hints, self.earlier = answers, hints, earlier
        self.is_stale = self.was_merged = False
        shown = {name: token_of(answer.question, answer.value) for name, answer in answers.items() if not answer.is_own}
        initial: dict[str, Any] = {"version": row.version, "shown": json.dumps(shown)}
        for name, answer in answers.items():
            initial |= {name: as_typed(answer.question, answer.value), _why(name): answer.explanation}
        super().__init__(*args, initial=initial, **kwargs)
        for name, answer in answers.items():
            self._add(name, field_of(answer.question))
            if self._takes_reason(answer):
                self._add(_why(name), _reason_field(answer))

    def _add(self, name: str, field: forms.Field) -> None:
        dress(field.widget)
        self.fields[name] = field

    def _takes_reason(self, answer: Answer) -> bool:
        """Where something is known, numbers that can jump, and where one stands already."""
        name, kind = answer.question.name, answer.question.kind
        if name == "budget_class":
            return False
        known = answer.known is not None and answer.known.binds and kind != TEXT
        return known or kind in (NUMBER, AMOUNT) or bool(answer.explanation) or name in self.hints

    @property
    def asked(self) -> list[Asked]:
        return [self.asked_of(name) for name in self.answered]

    def asked_of(self, name: str) -> Asked:
        answer = self.answered[name]
        question = answer.question
        why = self[_why(name)] if _why(name) in self.fields else None
        asked = Asked(
            question, answer, self[name], why, str(self.hints.get(name, "")), in_words(question, self.earlier.get(name))
        )
        widget = self.fields[name].widget
        if asked.described_by and not asked.field.use_fieldset:
            widget.attrs["aria-describedby"] = asked.described_by
        if asked.follows:
            widget.attrs["disabled"] = True
        return asked

    def clean_cooperated_with(self) -> list[str]:
        """Both at once is no answer."""
        partners: list[str] = self.cleaned_data["cooperated_with"]
        if Cooperation.NONE in partners and len(partners) > 1:
            raise forms.ValidationError(_("Velg enten samarbeidspartnere eller «ikke samarbeidet»."))
        return partners

    def submit(self, action: Callable[[dict[str, Any]], Result]) -> Result | None:
        """Where two have changed questions of their own, both are kept without asking; one question is asked about."""
        self._of_page = self.data
        result = super().submit(action)
        if self.merge is None or not self.is_stale or self.merge.asks:
            return result
        self.merge, self._errors, self.is_stale, self.was_merged = None, None, False, True
        return super().submit(action)

    def given(self) -> dict[str, Any]:
        """The answers she has changed, by question. What she left as it was, she hasn't said, whatever stands or is known now."""
        shown, given = self._shown(), dict[str, Any]()
        for name, answer in self.answered.items():
            value, changed = self.cleaned_data.get(name), self.changed_by_me(name)
            if changed is None:  # a page that doesn't say what stood on it
                changed = answer.is_own or shown.get(name) != token_of(answer.question, value)
            if changed:
                given[name] = value
        return given

    def standing_of_page(self) -> str:
        """What stands in the fields of the page that was just saved; what is typed from now on is a change of that.

        A page that saves by itself doesn't get the other's answers into its fields, merged or chosen: there stands what
        was sent. Its own answers are saved by now, so that to take one back is a change too.
        """
        return Standing({name: {name: self._of_page.getlist(name)} for name in self._mergeable()}).written()

    @property
    def shows_other_than_saved(self) -> bool:
        """Whether what was saved has answers of somebody else's that the page doesn't show."""
        return self.was_merged or any(self._chosen(name) == THEIRS for name in self.standing.choose)

    def _shown(self) -> dict[str, Any]:
        """A page that doesn't send it is taken at its word."""
        try:
            shown = json.loads(self.cleaned_data.get("shown") or "{}")
        except ValueError:
            return {}
        return shown if isinstance(shown, dict) else {}

    def reasons(self) -> dict[str, str]:
        return {name: self.cleaned_data[_why(name)] for name in self.answered if _why(name) in self.fields}

    def meet(self, error: StaleWrite) -> None:
        self.is_stale = True
        super().meet(error)

    def current_values(self, row: YearlyReport | MeasureReport) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, answer in self.answered.items():
            stored = getattr(row, name)
            if answer.known is not None and not answer.question.is_answered(stored):
                stored = answer.known.value
            values |= {name: as_typed(answer.question, stored), _why(name): row.explanations.get(name, "")}
        return values

    def _mergeable(self) -> list[str]:
        """Not what follows from another answer: nobody says it."""
        return [name for name in super()._mergeable() if name != "budget_class"]

    def in_words(self, name: str, value: Any) -> str:
        """In the words of the options."""
        if name in self.answered and isinstance(value, str | int | Decimal | list):
            return in_words(self.answered[name].question, value) or _("(tomt)")
        return super().in_words(name, value)


def token_of(question: Question, value: Any) -> str:
    """The mark of one answer, the same for answers that say the same."""
    if question.kind == SEVERAL:
        said = ",".join(sorted(value or []))
    elif question.kind in (NUMBER, AMOUNT) and value is not None:
        said = f"{Decimal(value):.2f}"
    else:
        said = "\n".join(str(value or "").splitlines()).strip()
    return marked(said)


def _why(name: str) -> str:
    return f"why-{name}"


def _reason_field(answer: Answer) -> forms.Field:
    label = _("Forklaring til «%(question)s»") % {"question": capfirst(str(answer.question.label))}
    return forms.CharField(
        label=label, required=False, max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )


def as_typed(question: Question, value: Any) -> Any:
    """An answer as it stands in its field: numbers with spaces between thousands."""
    return value if value is None or question.kind not in (NUMBER, AMOUNT) else format_kroner(Decimal(value))


class SubmitForm(BaseForm):
    """Nothing to fill in: what is sent stands on the page. `shown` is the mark of it."""

    edits = True

    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def submit(self, action: Callable[[dict[str, Any]], Result]) -> Result | None:
        """Refused, the page shows what stands now, and is the page that is sent the next time."""
        result = super().submit(action)
        if result is None:
            self.resend("shown", self.initial["shown"])
        return result

    def current_values(self, row: YearlyReport) -> dict[str, Any]:
        return {}


class TakeOutForm(BaseForm):
    """Nothing to fill in: what goes stands on the page."""


class AcceptForm(BaseForm):
    edits = True

    comment = forms.CharField(
        label=gettext_lazy("Kommentar til kommunen"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def current_values(self, row: YearlyReport) -> dict[str, Any]:
        return {}


class ReturnForm(BaseForm):
    """Why the report goes back, and what is to be looked at in each form. `forms`: the unit's own (None) and the measures'."""

    edits = True

    comment = forms.CharField(
        label=gettext_lazy("Hva må de rette?"), widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Skriv hva kommunen må gjøre.")},
    )  # fmt: skip

    def __init__(self, *args: Any, parts: list[MeasureReport | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = {f"remark-{part.public_id if part else 'unit'}": part for part in parts}
        for name, part in self.parts.items():
            label = _("Om enhetens skjema") if part is None else _("Om «%(title)s»") % {"title": part.title}
            self.fields[name] = forms.CharField(
                label=label, required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=2_000
            )
            dress(self.fields[name].widget)

    def current_values(self, row: YearlyReport) -> dict[str, Any]:
        return {}

    @property
    def boxes(self) -> list[BoundField]:
        """One for each form, in their order."""
        return [self[name] for name in self.parts]

    def remarks(self) -> dict[MeasureReport | None, str]:
        """What was written, by form."""
        return {part: text for name, part in self.parts.items() if (text := self.cleaned_data[name].strip())}
