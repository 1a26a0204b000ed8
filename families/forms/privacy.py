"""Forms of the read log, innsyn and retention: input only. The rules are in domain/."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from families.domain.insight import may_ask
from families.domain.vault import OpenFamily
from organisation.forms import BaseForm, DateInput
from organisation.models import User

LONGEST_MONTHS = 1200


class ReadFilter(forms.Form):
    """Filters in the URL, by Norwegian names."""

    person = forms.ChoiceField(label=_("Person"), required=False)
    fra = forms.DateField(label=_("Fra"), required=False, widget=DateInput)
    til = forms.DateField(label=_("Til"), required=False, widget=DateInput)

    def __init__(self, data: Any, *, readers: list[User]) -> None:
        super().__init__(data)
        self.fields["person"].choices = [("", _("Alle")), *((user.public_id, user.name) for user in readers)]
        for name, field in self.fields.items():
            field.widget.attrs |= {"class": "ds-input", "id": f"filter-{name}"}

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def wanted(self) -> dict[str, Any] | None:
        """What to look for; None where a value is no choice, and nothing fits."""
        if not self.is_valid():
            return None
        chosen = self.cleaned_data
        return {"reader": chosen["person"], "from_day": chosen["fra"], "to_day": chosen["til"]}


class InsightForm(BaseForm):
    member = forms.ChoiceField(
        label=_("Hvem ber om innsyn?"), help_text=_("Sjekk at det er den personen, og gi det bare til henne eller ham.")
    )
    on = forms.DateField(label=_("Når ba hun eller han om det?"), widget=DateInput)

    def __init__(self, *args: Any, vault: OpenFamily, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": vault.on}, **kwargs)
        askers = {row.pk for row in may_ask(vault=vault)}
        people = [(view.public_id, str(view)) for view in vault.members if view.pk in askers]
        self.fields["member"].choices = [("", _("Velg")), *people]
        self.has_people = bool(people)


class RetentionForm(BaseForm):
    """A period for one purpose. `seen` is the period whose effect the administrator has been shown."""

    edits = True

    months = forms.IntegerField(
        label=_("Måneder etter at saken er avsluttet"), min_value=1, max_value=LONGEST_MONTHS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}), help_text=_("24 er to år."),
    )  # fmt: skip
    basis = forms.CharField(
        label=_("Hjemmel"), max_length=200,
        help_text=_("Loven, forskriften eller vedtaket som fristen bygger på. En jurist bør fylle ut dette."),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
