"""Forms of award letters: input only. Goals and instalments are rows; blank ones are left out, more can be asked for."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from grants.domain.award_letter import default_halves
from grants.domain.letter_content import Goal, Instalments, goals_of, instalments_of, period_of
from grants.forms.goal_lines import (
    EXTRA_ROWS,
    KIND_OF_ROWS,
    PARTS,
    count_of,
    lines_in_words,
    lines_of,
    part_fields,
    read_lines,
    rows_name,
    sent_lines,
)
from grants.models import AwardLetter, GoalKind
from organisation.forms import BaseForm, DateInput, NumberField, dress
from organisation.merge_forms import inputs_of_lines
from organisation.merging import Sent, plain


@dataclass(frozen=True)
class GoalRow:
    """The bound fields of one goal, for the page."""

    number: int
    fields: list[Any]
    remove: Any


class ConfirmForm(BaseForm):
    """A button on what was read: nothing but the version."""

    edits = True

    def current_values(self, row: Any) -> dict[str, Any]:
        return {}


class PaperForm(BaseForm):
    reference = forms.CharField(
        label=_("Arkivreferanse"),
        max_length=100,
        help_text=_("Hvor det signerte brevet ligger, for eksempel «26/1234-5»."),
    )


class LetterForm(BaseForm):
    edits = True
    marks_optional = False  # most of it is; the page says what must be there

    starts_on = forms.DateField(label=_("Starter"), widget=DateInput)
    ends_on = forms.DateField(label=_("Slutter"), widget=DateInput)
    target_group = forms.CharField(label=_("Målgruppe"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    conditions = forms.CharField(label=_("Vilkår"), widget=forms.Textarea, required=False)
    case_number = forms.CharField(label=_("Arkivsaksnummer"), max_length=50, required=False)
    change_reason = forms.CharField(
        label=_("Hva er endret siden forrige versjon, og hvorfor?"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    HEAD = ("starts_on", "ends_on", "target_group")
    TAIL = ("conditions", "case_number", "change_reason")

    def __init__(self, data: Any = None, *, letter: AwardLetter, typed: Mapping[str, Any] | None = None) -> None:
        """`typed`: what stood in the form when more lines were asked for; shown again, not yet judged."""
        initial: dict[str, Any] = {**values_of(letter), **(typed or {})}
        super().__init__(data, initial=initial)
        self.letter = letter
        self.halves = {f"amount-{half.code}": half for half in default_halves(letter)}
        self.counts = {kind: count_of(kind, initial if data is None else data) for kind in GoalKind}
        for kind, count in self.counts.items():
            for index in range(count):
                self._add_row(kind, index)
            self._add(
                rows_name(kind), forms.IntegerField(label=kind.label, widget=forms.HiddenInput, required=False)
            )  # fmt: skip
            self.initial[rows_name(kind)] = count
        for name, half in self.halves.items():
            self._add(name, NumberField(label=half.label, required=False, min_value=0, max_digits=12))
        if letter.number == 1:
            del self.fields["change_reason"]

    def _add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field
        dress(field.widget)

    def _add_row(self, kind: GoalKind, index: int) -> None:
        start = f"{kind}-{index}-"
        for part, field in part_fields(kind).items():
            self._add(start + part, field)
        self._add(start + "remove", forms.BooleanField(label=_("Fjern målet"), required=False))

    def clean(self) -> dict[str, Any]:
        for kind, count in self.counts.items():
            for index in range(count):
                self._check_row(kind, index)
        return self.cleaned_data

    def _check_row(self, kind: GoalKind, index: int) -> None:
        """A line that is begun is finished, each gap with its own message."""
        if not self._is_used(kind, index):
            return
        for part in PARTS[kind]:
            name = f"{kind}-{index}-{part}"
            if part != "outcome_kind" and name not in self.errors and self.cleaned_data.get(name) in ("", None):
                self.add_error(name, _("Fyll ut feltet, eller fjern målet."))

    def _is_used(self, kind: GoalKind, index: int) -> bool:
        start, data = f"{kind}-{index}-", self.cleaned_data
        given = any(data.get(start + part) not in ("", None) for part in PARTS[kind])
        return given and not data.get(start + "remove")

    def content(self) -> dict[str, Any]:
        """The cleaned data as the domain takes it."""
        names = [name for name in (*self.HEAD, *self.TAIL) if name in self.fields]
        return {
            **{name: self.cleaned_data[name] for name in names},
            "version": self.cleaned_data["version"],
            "goals": list(self._goals()),
            "instalments": self._instalments(),
        }

    def _goals(self) -> Iterator[Goal]:
        for kind, count in self.counts.items():
            for index in range(count):
                if self._is_used(kind, index):
                    parts = {part: self.cleaned_data[f"{kind}-{index}-{part}"] for part in PARTS[kind]}
                    yield Goal(kind=kind, **parts)

    def _instalments(self) -> Instalments:
        return {half: self.cleaned_data[name] or Decimal(0) for name, half in self.halves.items()}

    # All lines of a kind are merged as one field, under the name of the input that says how many they are.

    def _mergeable(self) -> list[str]:
        lines = {f"{kind}-{index}-" for kind, count in self.counts.items() for index in range(count)}
        single = [name for name in super()._mergeable() if name[: name.rfind("-") + 1] not in lines]
        return [*single, *KIND_OF_ROWS]

    def current_values(self, row: AwardLetter) -> dict[str, Any]:
        stored = values_of(row)
        lines = {name: lines_of(kind, stored) for name, kind in KIND_OF_ROWS.items()}
        return {name: lines.get(name, stored.get(name)) for name in self._mergeable()}

    def opened_value(self, name: str) -> Any:
        return lines_of(KIND_OF_ROWS[name], self.initial) if name in KIND_OF_ROWS else super().opened_value(name)

    def ask_again(self) -> None:
        """Lines that were made room for stay on the page, also where what was typed had fewer."""
        super().ask_again()
        for kind in GoalKind:
            self._make_room(kind, self.counts[kind])

    def _make_room(self, kind: GoalKind, count: int) -> None:
        for index in range(self.counts[kind], count):
            self._add_row(kind, index)
        self.counts[kind] = max(self.counts[kind], count)
        self.resend(rows_name(kind), str(self.counts[kind]))

    def _put(self, name: str, sent: Sent) -> None:
        super()._put(name, sent)
        if name in KIND_OF_ROWS:
            self._make_room(KIND_OF_ROWS[name], count_of(KIND_OF_ROWS[name], self.data))

    def _inputs(self, name: str, data: QueryDict) -> list[str]:
        return inputs_of_lines(data, KIND_OF_ROWS[name]) if name in KIND_OF_ROWS else super()._inputs(name, data)

    def _sent(self, name: str, value: Any) -> Sent:
        return sent_lines(KIND_OF_ROWS[name], value) if name in KIND_OF_ROWS else super()._sent(name, value)

    def _key(self, name: str, data: Any) -> Any:
        return plain(read_lines(KIND_OF_ROWS[name], data)) if name in KIND_OF_ROWS else super()._key(name, data)

    def _words(self, name: str, data: Any, stored: Any = None) -> str:
        if name not in KIND_OF_ROWS:
            return super()._words(name, data, stored)
        return lines_in_words(KIND_OF_ROWS[name], read_lines(KIND_OF_ROWS[name], data))

    @property
    def head_fields(self) -> list[Any]:
        return [self[name] for name in self.HEAD]

    @property
    def tail_fields(self) -> list[Any]:
        return [self[name] for name in self.TAIL if name in self.fields]

    @property
    def instalment_fields(self) -> list[Any]:
        return [self[name] for name in self.halves]

    def rows_of(self, kind: GoalKind) -> list[GoalRow]:
        return [self._row(kind, index) for index in range(self.counts[kind])]

    def _row(self, kind: GoalKind, index: int) -> GoalRow:
        """A blank line has nothing to be taken out."""
        start = f"{kind}-{index}-"
        remove = self[start + "remove"] if self[start + "text"].value() else None
        return GoalRow(index + 1, [self[start + part] for part in PARTS[kind]], remove)

    @property
    def effect_rows(self) -> list[GoalRow]:
        return self.rows_of(GoalKind.EFFECT)

    @property
    def result_rows(self) -> list[GoalRow]:
        return self.rows_of(GoalKind.RESULT)


def values_of(letter: AwardLetter) -> dict[str, Any]:
    """The draft under the form's names."""
    starts_on, ends_on = period_of(letter)
    names = ("target_group", "conditions", "case_number", "change_reason", "version")
    values: dict[str, Any] = {name: getattr(letter, name) for name in names}
    values |= {"starts_on": starts_on, "ends_on": ends_on}
    counts = dict.fromkeys(GoalKind, 0)
    for goal in goals_of(letter):
        kind = GoalKind(goal.kind)
        for part in PARTS[kind]:
            values[f"{kind}-{counts[kind]}-{part}"] = _shown(getattr(goal, part))
        counts[kind] += 1
    values |= {f"{kind}-rows": count + EXTRA_ROWS for kind, count in counts.items()}
    return values | {f"amount-{half.code}": _shown(amount) for half, amount in instalments_of(letter).items()}


def _shown(value: str | Decimal | datetime.date | None) -> Any:
    """A number without needless decimals; 500000, not 5E+5."""
    return Decimal(f"{value.normalize():f}") if isinstance(value, Decimal) else value
