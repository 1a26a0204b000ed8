"""How every form looks and behaves: one renderer, errors beside their field, nothing typed is lost."""

import datetime
from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.validators import MaxLengthValidator
from django.forms.renderers import TemplatesSetting
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from organisation.domain.errors import DomainError, StaleWrite

Result = TypeVar("Result")


class FormRenderer(TemplatesSetting):
    form_template_name = "partials/form.html"
    field_template_name = "partials/field.html"


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # The browser's own date field wants ISO dates, whatever the language.
        super().__init__(attrs, format="%Y-%m-%d")


INCOMPLETE = _("Skjemaet kom ikke helt fram. Last siden på nytt, og prøv igjen.")


class BaseForm(forms.Form):
    """A form that ends in one domain call; see `submit`.

    Forms that edit a row carry the version the user read; `stale_rows` then tells what stands there now.
    """

    version = forms.IntegerField(
        label=_("Skjemaet"), widget=forms.HiddenInput, required=False,
        error_messages={"required": INCOMPLETE, "invalid": INCOMPLETE},
    )  # fmt: skip
    edits = False
    marks_optional = True  # "(kan stå tom)" at the label; a filter, which may always be empty, has no such mark

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stale_rows: list[tuple[Any, Any]] = []
        if not self.edits:
            del self.fields["version"]
        elif self.initial.get("version") is not None:
            # A row that stands is never saved blindly; a form that makes a new row has no version yet.
            self.fields["version"].required = True
        for field in self.fields.values():
            kind = "checkbox" if isinstance(field.widget, forms.CheckboxInput) else ""
            if not isinstance(field.widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
                field.widget.attrs.setdefault("class", "ds-input")
            if isinstance(field.widget, forms.DateInput | forms.NumberInput):
                field.widget.attrs.setdefault("data-width", "short")
            if isinstance(field.widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
                field.widget.attrs["class"] = "ds-input"
            if kind:
                field.widget.attrs["type"] = kind
            if isinstance(field, forms.CharField) and not field.max_length:
                field.max_length = 20_000
                field.validators.append(MaxLengthValidator(20_000))

    def submit(self, action: Callable[[dict[str, Any]], Result]) -> Result | None:
        """Run one domain function on the cleaned input. None when the form or the domain refused; errors are set."""
        if not self.is_valid():
            return None
        try:
            return action(self.cleaned_data)
        except StaleWrite as error:
            self._show_what_stands_now(error)
        except DomainError as error:
            self.add_error(error.field if error.field in self.fields else None, str(error.message))
        return None

    def current_values(self, row: Any) -> dict[str, Any]:
        """The row's values under the form's names, to lay beside what was typed."""
        return {name: getattr(row, name, None) for name in self.fields if name != "version"}

    def _show_what_stands_now(self, error: StaleWrite) -> None:
        typed = self.cleaned_data
        for name, value in self.current_values(error.current).items():
            if value != typed.get(name):
                self.stale_rows.append((self.fields[name].label, display_value(self.fields[name], value)))
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = str(error.current.version)  # type: ignore[index]
        self.add_error(None, str(error.message))


def display_value(field: forms.Field, value: Any) -> Any:
    """A value as the form shows it: the label of a choice, yes or no, a date."""
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return dict(field.choices).get(value, value)  # type: ignore[arg-type]
    if isinstance(value, bool):
        return _("Ja") if value else _("Nei")
    if isinstance(value, datetime.date):
        return date_format(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return value if value not in (None, "") else _("(tomt)")
