"""The form in which a helper says how the other services are to work with."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grants.models import Dimension, Strength, SubProjectPartner
from organisation.forms import BaseForm

CHOICES = [("", _("Ikke svart")), *((value, f"{value} – {label}") for value, label in Strength.choices)]


class RatingForm(BaseForm):
    """A choice for each partner and dimension; all may be left blank."""

    marks_optional = False
    template_name = "grants/relations/_rating_form.html"

    def __init__(
        self,
        *args: Any,
        partners: Iterable[SubProjectPartner],
        answers: Mapping[tuple[int, str], int],
        **kwargs: Any,
    ) -> None:
        self.partners = {partner.public_id: partner for partner in partners}
        kwargs["initial"] = {
            f"{public_id}-{dimension}": strength
            for public_id, partner in self.partners.items()
            for dimension in Dimension.values
            if (strength := answers.get((partner.pk, dimension))) is not None
        }
        super().__init__(*args, **kwargs)
        for public_id in self.partners:
            for dimension, label in Dimension.choices:
                field = forms.TypedChoiceField(
                    label=label, choices=CHOICES, coerce=int, empty_value=None, required=False
                )
                field.widget.attrs["class"] = "ds-input"
                self.fields[f"{public_id}-{dimension}"] = field

    def strengths(self) -> dict[tuple[SubProjectPartner, str], int]:
        """The cleaned answers as the domain takes them: those that were given."""
        return {
            (partner, dimension): strength
            for public_id, partner in self.partners.items()
            for dimension in Dimension.values
            if (strength := self.cleaned_data.get(f"{public_id}-{dimension}")) is not None
        }

    @property
    def sections(self) -> list[dict[str, Any]]:
        """For the page: one per partner, the first without an answer open."""
        rows: list[dict[str, Any]] = []
        for public_id, partner in self.partners.items():
            fields = [self[f"{public_id}-{dimension}"] for dimension in Dimension.values]
            answered = sum(field.value() not in (None, "") for field in fields)
            rows.append({"partner": partner, "fields": fields, "answered": answered, "of": len(fields)})
        first = next((row for row in rows if not row["answered"]), None)
        for row in rows:
            row["open"] = row is first or any(field.errors for field in row["fields"])
        return rows
