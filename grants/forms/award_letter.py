"""Forms of award letters: input only. Goals and instalments are rows; blank ones are left out, more can be asked for."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grants.domain.award_letter import default_halves
from grants.domain.letter_content import Goal, Instalments, goals_of, instalments_of, period_of
from grants.models import AwardLetter, GoalAbout, GoalKind, OutcomeKind
from organisation.domain.errors import StaleWrite
from organisation.forms import BaseForm, DateInput, NumberField, dress

EXTRA_ROWS, MOST_ROWS = 2, 60
PARTS = {
    GoalKind.EFFECT: ("text", "about"),
    GoalKind.RESULT: ("text", "about", "indicator", "target_value", "due_on", "outcome_kind"),
}


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
        self.counts = {kind: self._count(kind, initial if data is None else data) for kind in GoalKind}
        for kind, count in self.counts.items():
            for index in range(count):
                self._add_row(kind, index)
            self._add(f"{kind}-rows", forms.IntegerField(widget=forms.HiddenInput, required=False, initial=count))
            self.initial[f"{kind}-rows"] = count
        for name, half in self.halves.items():
            self._add(name, NumberField(label=half.label, required=False, min_value=0, max_digits=12))
        if letter.number == 1:
            del self.fields["change_reason"]

    @staticmethod
    def _count(kind: GoalKind, sent: Mapping[str, Any]) -> int:
        said = str(sent.get(f"{kind}-rows", ""))
        wanted = int(said) if said.isdecimal() and len(said) < 4 else EXTRA_ROWS
        return min(MOST_ROWS, wanted + (EXTRA_ROWS if sent.get("more") == kind else 0))

    def _add(self, name: str, field: forms.Field) -> None:
        self.fields[name] = field
        dress(field.widget)

    def _add_row(self, kind: GoalKind, index: int) -> None:
        start = f"{kind}-{index}-"
        self._add(start + "text", forms.CharField(label=_("Mål"), max_length=500, required=False))
        about = [("", _("Velg")), *GoalAbout.choices]
        self._add(start + "about", forms.ChoiceField(label=_("Handler om"), choices=about, required=False))
        if kind == GoalKind.RESULT:
            self._add(start + "indicator", forms.CharField(label=_("Indikator"), max_length=150, required=False))
            self._add(
                start + "target_value", NumberField(label=_("Måltall"), required=False, min_value=0, max_digits=12)
            )
            self._add(start + "due_on", forms.DateField(label=_("Innen"), widget=DateInput, required=False))
            counted = [("", _("Bare i loggen")), *((k, n) for k, n in OutcomeKind.choices if k != OutcomeKind.OTHER)]
            self._add(start + "outcome_kind", forms.ChoiceField(label=_("Telles som"), choices=counted, required=False))
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

    def current_values(self, row: AwardLetter) -> dict[str, Any]:
        stored = values_of(row)
        about_the_form = ("version", "-rows", "-remove")
        return {name: stored.get(name) for name in self.fields if not name.endswith(about_the_form)}

    def meet(self, error: StaleWrite) -> None:
        """The other may have added lines; they get a place here too."""
        stored = values_of(error.current)
        for kind, count in self.counts.items():
            for index in range(count, stored[f"{kind}-rows"]):
                self._add_row(kind, index)
            self.counts[kind] = max(count, stored[f"{kind}-rows"])
            self.resend(f"{kind}-rows", str(self.counts[kind]))
        super().meet(error)

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
