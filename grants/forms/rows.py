"""Fields of more than one input: lines that are filled in side by side, and a moment in Norwegian time."""

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from organisation.forms import BaseForm, DateInput, NumberField
from organisation.identity_numbers import validate_no_identity_number
from organisation.merge_forms import sent_by
from organisation.merging import Sent

MOST_ROWS = 60
BLANK_ROWS = 3


class Column(NamedTuple):
    """One cell of each line. `field` checks what was typed; its choices, if it has some, make a list of the cell."""

    name: str
    label: Any
    field: forms.Field
    wide: bool = False


class Row(tuple[Any, ...]):
    """What stands on one line, in the order of the columns."""

    def __str__(self) -> str:
        return ", ".join(str(cell) for cell in self)


class RowsWidget(forms.Widget):
    """Works without scripts: some blank lines, and a button that sends the form for more of them."""

    template_name = "grants/_rows.html"

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = columns
        self.wrong: set[tuple[int, str]] = set()  # cells that were refused: line, column

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:
        sent = data.get(f"{name}-rows", "")
        count = min(int(sent), MOST_ROWS) if sent.isdecimal() and len(sent) < 4 else BLANK_ROWS
        return [{c.name: data.get(f"{name}-{n}-{c.name}", "") for c in self.columns} for n in range(count)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-0-{self.columns[0].name}"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        lines = [self._typed(row) for row in value or []]
        if not value or not isinstance(value[0], dict):
            lines += [{}] * BLANK_ROWS
        context["widget"] |= {
            "columns": self.columns,
            "count": len(lines),
            "lines": [[self._cell(name, n, column, line) for column in self.columns] for n, line in enumerate(lines)],
        }
        return context

    def sent(self, name: str, value: Any) -> Sent:
        """What a browser sends of these lines when nobody touches them."""
        lines = [self._typed(row) for row in value or []]
        found: Sent = {f"{name}-rows": [str(len(lines) + BLANK_ROWS)]}
        for number, line in enumerate(lines):
            for column in self.columns:
                shown = column.field.prepare_value(line.get(column.name))
                found |= sent_by(column.field.widget, f"{name}-{number}-{column.name}", shown)
        return found

    def _typed(self, row: Any) -> dict[str, Any]:
        return row if isinstance(row, dict) else dict(zip((c.name for c in self.columns), row, strict=True))

    def _cell(self, name: str, number: int, column: Column, line: dict[str, Any]) -> dict[str, Any]:
        html_name = f"{name}-{number}-{column.name}"
        attrs = {
            "id": f"id_{html_name}",
            "class": "ds-input",
            "aria-label": _("%(column)s, linje %(number)s") % {"column": column.label, "number": number + 1},
        }
        if (number, column.name) in self.wrong:
            attrs["aria-invalid"] = "true"
        value = line.get(column.name, column.field.initial)
        shown = column.field.prepare_value(value)
        return {"column": column, "html": column.field.widget.render(html_name, shown, attrs)}


class RowsField(forms.Field):
    """A list of lines, each a tuple in the order of the columns. Lines where nothing was typed are left out.

    The first column is what makes a line: one that has only choices or numbers that come with the form is blank.
    """

    def __init__(self, columns: Sequence[Column], **kwargs: Any) -> None:
        super().__init__(widget=RowsWidget(columns), template_name="grants/_rows_field.html", **kwargs)
        self.columns = columns

    def clean(self, value: Any) -> list[Row]:
        rows, errors = [], []
        widget = cast(RowsWidget, self.widget)
        widget.wrong = set()
        for number, line in enumerate(value):
            if not any(line[c.name].strip() for c in self.columns if c.field.initial is None):
                continue
            cells = []
            for column in self.columns:
                try:
                    cells.append(column.field.clean(line[column.name]))
                except ValidationError as error:
                    widget.wrong.add((number, column.name))
                    values = {"number": number + 1, "column": column.label, "error": " ".join(error.messages)}
                    errors.append(ValidationError(_("Linje %(number)s, %(column)s: %(error)s"), params=values))
            rows.append(Row(cells))
        if errors:
            raise ValidationError(errors)
        if self.required and not rows:
            raise ValidationError(self.error_messages["required"], code="required")
        return rows


class GrowingForm(BaseForm):
    """A form with lines: the button "more lines" sends it without saving, and it comes back with what was typed."""

    has_grown = False

    def submit(self, action: Any) -> Any:
        name = self.data.get("more", "")
        if not isinstance(self.fields.get(name), RowsField):
            return super().submit(action)
        typed = self.fields[name].widget.value_from_datadict(self.data, {}, name)
        self.resend(f"{name}-rows", str(len(typed) + BLANK_ROWS))
        self.has_grown, self._errors = True, ErrorDict(renderer=self.renderer)
        return None


class MomentWidget(forms.MultiWidget):
    template_name = "grants/_moment.html"

    def __init__(self) -> None:
        time = forms.TimeInput(attrs={"type": "time", "class": "ds-input", "data-width": "short"}, format="%H:%M")
        super().__init__([DateInput({"class": "ds-input", "data-width": "short"}), time])

    def decompress(self, value: Any) -> list[Any]:
        if not value:
            return [None, None]
        local = value.astimezone(ZoneInfo(settings.TIME_ZONE))
        return [local.date(), local.time()]


class MomentField(forms.MultiValueField):
    """A day and a time of day in Norway. A time that the change of the clocks skips or repeats is refused."""

    def __init__(self, **kwargs: Any) -> None:
        fields = (forms.DateField(), forms.TimeField(input_formats=["%H:%M", "%H.%M", "%H:%M:%S"]))
        super().__init__(fields, widget=MomentWidget(), **kwargs)
        self.template_name = "grants/_moment_field.html"

    def compress(self, data_list: Any) -> datetime.datetime | None:
        if not data_list:
            return None
        day, time = data_list
        if not 1900 <= day.year <= 2200:
            raise ValidationError(_("Skriv et årstall mellom 1900 og 2200."))
        zone = ZoneInfo(settings.TIME_ZONE)
        first = datetime.datetime.combine(day, time, zone)
        if first.utcoffset() != first.replace(fold=1).utcoffset():
            raise ValidationError(_("Klokka stilles på dette tidspunktet. Velg et annet klokkeslett."))
        return first


def text_cell(name: str, label: Any, max_length: int = 200) -> Column:
    field = forms.CharField(max_length=max_length, validators=[validate_no_identity_number])
    return Column(name, label, field, wide=True)


def number_cell(name: str, label: Any, **kwargs: Any) -> Column:
    return Column(name, label, NumberField(**kwargs))


def choice_cell(name: str, label: Any, choices: Any) -> Column:
    """The first choice stands there to begin with."""
    choices = list(choices)
    return Column(name, label, forms.ChoiceField(choices=choices, initial=choices[0][0]))


def without_zeros(amount: Decimal) -> Decimal:
    """1600.00 as 1600, for a field that is to be read."""
    return amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount
