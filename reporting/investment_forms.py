"""Forms of accounts of social investments: input only. The rules are in domain/ and in the database's constraints."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisation.forms import BaseForm, NumberField
from reporting.models import LEAST_PERSONS, InvestmentCase, Payer

SOURCE = _("Hvor dette er kjent fra: en rapport, en telling, et regneark, eller «vår egen antakelse».")
RANGE = _("Kan stå tomt: da regnes det med 25 prosent under og over.")
NAMES = (
    "price_year", "cost", "cost_source", "persons", "persons_source", "share", "share_low", "share_high", "share_source",
    "years", "years_low", "years_high", "years_source", "discount", "discount_source", "note",
)  # fmt: skip
SAVING_NAMES = ("name", "payer", "amount", "amount_low", "amount_high", "source")


def _source(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=300, **more)


def _percent(label: Any, **more: Any) -> NumberField:
    return NumberField(label=label, min_value=0, max_value=100, max_digits=5, **more)


def _years(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=60, **more)


class InvestmentCaseForm(BaseForm):
    edits = True

    persons = forms.IntegerField(
        label=_("Personer som deltar"), min_value=LEAST_PERSONS, max_value=1_000_000,
        help_text=_("Et anslag på minst fem. Regnskap for færre ville handlet om personer noen kjenner."),
    )  # fmt: skip
    persons_source = _source(_("Kilde til antall personer"), help_text=SOURCE)
    share = _percent(
        _("Andel som lykkes, i prosent"),
        help_text=_("Hvor mange av dem som ikke ville klart det uten tiltaket."),
    )
    share_low = _percent(_("Andel, lav"), required=False, help_text=RANGE)
    share_high = _percent(_("Andel, høy"), required=False)
    share_source = _source(_("Kilde til andelen"))
    years = _years(_("Antall år virkningen varer"))
    years_low = _years(_("Antall år, lavt"), required=False, help_text=RANGE)
    years_high = _years(_("Antall år, høyt"), required=False)
    years_source = _source(_("Kilde til antall år"))
    discount = NumberField(
        label=_("Kalkulasjonsrente, i prosent"), min_value=0, max_value=20, max_digits=5, initial=4,
        help_text=_("Hvor mye mindre en krone neste år er verdt enn en krone i år."),
    )  # fmt: skip
    discount_source = _source(_("Kilde til renten"), initial=_("Finansdepartementets rundskriv R-109/2021"))
    price_year = forms.IntegerField(label=_("Beløpene er i kroner fra året"), min_value=1990, max_value=2200)
    cost = NumberField(
        label=_("Kostnad i kroner"), min_value=0, max_digits=12, required=False,
        help_text=_("For et delprosjekt kan feltet stå tomt: da er kostnaden det som er utbetalt."),
    )  # fmt: skip
    cost_source = _source(_("Kilde til kostnaden"), required=False)
    note = forms.CharField(
        label=_("Merknad"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Står over forutsetningene. Ikke skriv noe som viser hvem en person eller familie er."),
    )  # fmt: skip

    def __init__(self, *args: Any, case: InvestmentCase | None = None, today: datetime.date, **kwargs: Any) -> None:
        initial = {name: getattr(case, name) for name in (*NAMES, "version")} if case else {"price_year": today.year}
        super().__init__(*args, initial=initial, **kwargs)


class NewInvestmentCaseForm(InvestmentCaseForm):
    """What it is about is chosen once."""

    edits = False

    of = forms.ChoiceField(label=_("Gjelder"))
    field_order = ("of",)

    def __init__(self, *args: Any, choices: list[Any], chosen: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["of"].choices = [("", _("Velg delprosjekt eller tiltak")), *choices]  # type: ignore[attr-defined]
        self.initial["of"] = chosen


class AssumptionForm(BaseForm):
    edits = True

    name = forms.CharField(
        label=_("Hva som spares"),
        max_length=150,
        help_text=_("For eksempel økonomisk sosialhjelp, eller skatteinntekt."),
    )
    payer = forms.ChoiceField(label=_("Hvem som sparer"), choices=Payer.choices, widget=forms.RadioSelect)
    amount = NumberField(
        label=_("Kroner per person per år"), min_value=0, max_digits=10, help_text=_("For hver person som lykkes.")
    )
    amount_low = NumberField(label=_("Kroner, lavt"), min_value=0, max_digits=10, required=False, help_text=RANGE)
    amount_high = NumberField(label=_("Kroner, høyt"), min_value=0, max_digits=10, required=False)
    source = _source(_("Kilde"), help_text=SOURCE)


class RemoveForm(BaseForm):
    """Nothing but the version that was read."""

    edits = True

    def current_values(self, row: Any) -> dict[str, Any]:
        return {}
