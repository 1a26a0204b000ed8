"""What the forms share that record something new of a family."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from families.domain.vault import OpenFamily
from organisation.forms import BaseForm
from organisation.models import Unit


class ForServiceForm(BaseForm):
    """Asks for which service something is recorded, where the reader is in the team for more than one.

    It decides who sees the row: a consent shares what some services have recorded.
    """

    unit = forms.TypedChoiceField(label=_("Tjenesten du registrerer for"), widget=forms.RadioSelect)

    def ask_for_service(self, vault: OpenFamily) -> None:
        """After everything else of the form is in place. Of a row that stands it is not asked."""
        services: dict[str, Unit] = {row.unit.public_id: row.unit for row in vault.mine}
        if "version" in self.fields or len(services) < 2:
            del self.fields["unit"]
            return
        field: Any = self.fields["unit"]
        field.choices = [(public_id, unit.name) for public_id, unit in services.items()]
        field.coerce = services.__getitem__
        self.order_fields(["unit"])
        self.initial.setdefault("unit", next(iter(services)))
