"""Forms of payments: input only. The rules are in domain/."""

import datetime
from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from grants.models import SpendingMode, SpendingUse, SubProject, month_of
from measures.models import new_form_key
from organisation.forms import INCOMPLETE, BaseForm, DateInput, NumberField, Result


class PaymentForm(BaseForm):
    """A proposal. Pay stands on the list of uses, so that it is refused by name and not called something else."""

    amount = NumberField(label=_("Beløp i kroner"), max_digits=12)
    mode = forms.ChoiceField(label=_("Måte"), choices=SpendingMode.choices, widget=forms.RadioSelect)
    use = forms.ChoiceField(label=_("Brukes til"), choices=SpendingUse.choices, widget=forms.RadioSelect)
    purpose = forms.CharField(
        label=_("Formål"), max_length=200,
        help_text=_("Hva pengene går til. Ikke skriv navn eller andre opplysninger som viser hvem en person er."),
    )  # fmt: skip
    pay_on = forms.DateField(label=_("Utbetalingsdato"), widget=DateInput)
    voucher = forms.CharField(
        label=_("Bilagsnummer"), max_length=30, help_text=_("Fra regnskapet. Brukes én gang i delprosjektet.")
    )
    form_key = forms.RegexField(
        r"^[0-9a-z]{10,20}\Z", label=_("Skjemaet"), widget=forms.HiddenInput, required=False, initial=new_form_key,
        error_messages={"invalid": INCOMPLETE},
    )  # fmt: skip

    def submit(self, action: Callable[[dict[str, Any]], Result]) -> Result | None:
        """A form that was refused comes back as a new one: what it is sent with next is meant to be saved."""
        result = super().submit(action)
        if result is None:
            self.resend("form_key", new_form_key())
        return result


class ReversalForm(BaseForm):
    reason = forms.CharField(label=_("Hvorfor tilbakeføres den?"), max_length=200)
    on = forms.DateField(label=_("Dato"), widget=DateInput)


class RefusalForm(BaseForm):
    edits = True

    reason = forms.CharField(
        label=_("Hvorfor avvises forslaget?"), max_length=300, help_text=_("Den som foreslo det, får lese dette.")
    )


class RecurringForm(BaseForm):
    purpose = forms.CharField(
        label=_("Formål"), max_length=200,
        help_text=_("For eksempel «borgerlønn per barn». Ikke skriv hvem som får pengene."),
    )  # fmt: skip
    mode = forms.ChoiceField(label=_("Måte"), choices=SpendingMode.choices, widget=forms.RadioSelect)
    use = forms.ChoiceField(label=_("Brukes til"), choices=SpendingUse.choices, widget=forms.RadioSelect)
    amount_each = NumberField(label=_("Kroner per måned for hver"), max_digits=12)
    receivers = forms.IntegerField(
        label=_("Antall som får"), max_value=9999, help_text=_("For eksempel antall barn. Beløpet ganges med antallet.")
    )
    first_month = forms.TypedChoiceField(label=_("Første måned"), coerce=datetime.date.fromisoformat)
    last_month = forms.TypedChoiceField(label=_("Siste måned"), coerce=datetime.date.fromisoformat)
    day_of_month = forms.IntegerField(label=_("Dag i måneden"), min_value=1, max_value=28)
    voucher_prefix = forms.CharField(
        label=_("Bilagsserie"), max_length=20,
        help_text=_("Bilagene får serien og måneden som nummer, for eksempel «B7-2026-03»."),
    )  # fmt: skip

    def __init__(self, *args: Any, sub_project: SubProject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = list(_months(sub_project))
        for name in ("first_month", "last_month"):
            self.fields[name].choices = [(month.isoformat(), date_format(month, "F Y")) for month in months]


class EndRecurringForm(BaseForm):
    edits = acts = True

    last_day = forms.DateField(
        label=_("Siste dag"),
        widget=DateInput,
        help_text=_("Etter denne dagen betales ingenting. Det som er betalt, står."),
    )
    reason = forms.CharField(label=_("Hvorfor avsluttes den?"), max_length=300)


def _months(sub_project: SubProject) -> list[datetime.date]:
    """The months of the sub-project's period, each by its first day."""
    month, found = month_of(sub_project.starts_on), []
    while month <= sub_project.ends_on:
        found.append(month)
        month = month_of(month + datetime.timedelta(days=31))
    return found
