"""How every form looks and behaves: one renderer, errors beside their field, nothing typed is lost."""

import datetime
import re
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django import forms
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.forms.renderers import TemplatesSetting
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

from organisation.domain.errors import DomainError, StaleWrite
from organisation.identity_numbers import validate_no_identity_number
from organisation.merge_forms import MergingForm, VersionInput

Result = TypeVar("Result")


EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(2200, 12, 31)
LONGEST_TEXT = 20_000  # characters; some ten pages


class FormRenderer(TemplatesSetting):
    form_template_name = "partials/form.html"
    field_template_name = "partials/field.html"


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # The browser's own date field wants ISO dates, whatever the language.
        super().__init__(attrs, format="%Y-%m-%d")


INCOMPLETE = _("Skjemaet kom ikke helt fram. Last siden på nytt, og prøv igjen.")


class NumberField(forms.DecimalField):
    """A number as Norwegians write it: spaces between thousands, a comma before decimals. No exponents."""

    default_error_messages = {"invalid": _("Skriv tallet med siffer, for eksempel 1 600 eller 12,5.")}
    FORM = re.compile(r"-?([0-9]+|[0-9]{1,3}([ \u00a0\u202f][0-9]{3})+)([.,][0-9]{1,2})?")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(decimal_places=2, localize=True, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "data-width": "short"}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.strip():
            value = value.strip()
            if not self.FORM.fullmatch(value):
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
            value = re.sub(r"[ \u00a0\u202f]", "", value).replace(".", ",")
            return super().to_python(value if get_format("DECIMAL_SEPARATOR") == "," else value.replace(",", "."))
        return super().to_python(value)


class BaseForm(MergingForm):
    """A form that ends in one domain call; see `submit`.

    Forms that edit a row carry the version the user read; when somebody else saved first, `merge` lays both side by side.
    No field takes a national identity number.
    """

    version = forms.IntegerField(
        label=_("Skjemaet"), widget=VersionInput, required=False,
        error_messages={"required": INCOMPLETE, "invalid": INCOMPLETE},
    )  # fmt: skip
    edits = False
    marks_optional = True  # "(kan stå tomt)" at the label; a filter, which may always be empty, has no such mark

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.edits or self.initial.get("version") is None:
            del self.fields["version"]  # a new row has none yet
        else:
            self.fields["version"].required = True  # a row that stands is never saved blindly
            cast(VersionInput, self.fields["version"].widget).form = self
        for field in self.fields.values():
            dress(field.widget)
            if isinstance(field, forms.DateField):
                field.validators += [
                    MinValueValidator(EARLIEST, _("Skriv et årstall etter 1900.")),
                    MaxValueValidator(LATEST, _("Skriv et årstall før 2200.")),
                ]
            if isinstance(field, forms.CharField) and not field.max_length:
                field.max_length = LONGEST_TEXT
                field.validators.append(MaxLengthValidator(LONGEST_TEXT))

    def submit(self, action: Callable[[dict[str, Any]], Result]) -> Result | None:
        """Run one domain function on the cleaned input. None when the form or the domain refused; errors are set."""
        if not self.is_valid():
            return None
        try:
            return action(self.cleaned_data)
        except StaleWrite as error:
            self.meet(error)
            self.add_error(None, str(error.message))
        except DomainError as error:
            self.add_error(error.field if error.field in self.fields else None, str(error.message))
            self.ask_again()
        return None

    def _post_clean(self) -> None:
        """After everything else, so that fields a form adds late are asked too, whatever has become of the text by then."""
        super()._post_clean()
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.PasswordInput):
                continue  # never stored as it was typed
            try:
                validate_no_identity_number(self.cleaned_data.get(name))
            except forms.ValidationError as error:
                self.add_error(name, error)


def dress(widget: forms.Widget) -> None:
    """Designsystemet's class and widths; a text area is as wide as the form and no higher than it need be."""
    widget.attrs.setdefault("class", "ds-input")
    if isinstance(widget, forms.DateInput | forms.NumberInput):
        widget.attrs.setdefault("data-width", "short")
    if isinstance(widget, forms.Textarea):
        widget.attrs.pop("cols", None)
        if widget.attrs.get("rows") == "10":  # Django's default
            widget.attrs["rows"] = 4
