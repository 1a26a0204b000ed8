"""The goals of a letter as lines of its form. All lines of a kind are merged as one: a line has no place of its own.

When somebody else takes out a goal, the next one moves into its line. What is compared is therefore the goals that are
said by all the lines together, without those that are blank or ticked to go.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grants.models import GoalAbout, GoalKind, OutcomeKind
from organisation.forms import DateInput, NumberField
from organisation.merge_forms import as_data, display_value, sent_by
from organisation.merging import Sent

EXTRA_ROWS, MOST_ROWS = 2, 60
PARTS = {
    GoalKind.EFFECT: ("text", "about"),
    GoalKind.RESULT: ("text", "about", "indicator", "target_value", "due_on", "outcome_kind"),
}
Line = dict[str, Any]  # the parts of a goal


def rows_name(kind: GoalKind) -> str:
    """The input that says how many lines there are; all the lines of a kind go by its name."""
    return f"{kind}-rows"


KIND_OF_ROWS = {rows_name(kind): kind for kind in GoalKind}


def part_fields(kind: GoalKind) -> dict[str, forms.Field]:
    about = [("", gettext_lazy("Velg")), *GoalAbout.choices]
    fields: dict[str, forms.Field] = {
        "text": forms.CharField(label=gettext_lazy("Mål"), max_length=500, required=False),
        "about": forms.ChoiceField(label=gettext_lazy("Handler om"), choices=about, required=False),
    }
    if kind == GoalKind.EFFECT:
        return fields
    counted = [("", gettext_lazy("Bare i loggen"))]
    counted += [(code, name) for code, name in OutcomeKind.choices if code != OutcomeKind.OTHER]
    return fields | {
        "indicator": forms.CharField(label=gettext_lazy("Indikator"), max_length=150, required=False),
        "target_value": NumberField(label=gettext_lazy("Måltall"), required=False, min_value=0, max_digits=12),
        "due_on": forms.DateField(label=gettext_lazy("Innen"), widget=DateInput, required=False),
        "outcome_kind": forms.ChoiceField(label=gettext_lazy("Telles som"), choices=counted, required=False),
    }


def count_of(kind: GoalKind, sent: Mapping[str, Any]) -> int:
    said = str(sent.get(rows_name(kind), ""))
    wanted = int(said) if said.isdecimal() and len(said) < 4 else EXTRA_ROWS
    return min(MOST_ROWS, wanted + (EXTRA_ROWS if sent.get("more") == kind else 0))


def lines_of(kind: GoalKind, values: Mapping[str, Any]) -> list[Line]:
    """The lines that say something, of a form's values under the form's names."""
    lines = [
        {part: values.get(f"{kind}-{index}-{part}") for part in PARTS[kind]}
        for index in range(count_of(kind, values))
    ]  # fmt: skip
    return [line for line in lines if _says_something(line)]


def sent_lines(kind: GoalKind, lines: list[Line]) -> Sent:
    """What a browser sends of these lines when nobody touches them."""
    found: Sent = {rows_name(kind): [str(len(lines) + EXTRA_ROWS)]}
    fields = part_fields(kind)
    for index, line in enumerate(lines):
        for part, field in fields.items():
            found |= sent_by(field.widget, f"{kind}-{index}-{part}", field.prepare_value(line[part]))
    return found


def read_lines(kind: GoalKind, sent: Any) -> list[Line]:
    """The goals that the lines say; what is not a value of its field stands as it was typed."""
    data, lines, fields = as_data(sent), list[Line](), part_fields(kind)
    for index in range(count_of(kind, data)):
        if not data.get(f"{kind}-{index}-remove"):
            lines.append({part: _read(field, data, f"{kind}-{index}-{part}") for part, field in fields.items()})
    return [line for line in lines if _says_something(line)]


def lines_in_words(kind: GoalKind, lines: list[Line]) -> str:
    """One goal to a line of text, numbered as on the page."""
    fields = part_fields(kind)
    told = [
        ", ".join(str(display_value(field, line[part])) for part, field in fields.items() if line[part])
        for line in lines
    ]  # fmt: skip
    return "\n".join(f"{number}. {text}" for number, text in enumerate(told, 1)) or _("(tomt)")


def _read(field: forms.Field, data: Any, name: str) -> Any:
    value = field.widget.value_from_datadict(data, MultiValueDict(), name)
    try:
        return field.clean(value)
    except ValidationError:
        return value


def _says_something(line: Line) -> bool:
    return any(value not in ("", None) for value in line.values())
