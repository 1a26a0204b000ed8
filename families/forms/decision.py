"""Forms of decisions and benefits: input only. The rules are in domain/."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from families.domain.about import subject_choices, subject_value
from families.domain.vault import OpenFamily
from families.forms.recording import ForServiceForm
from families.models import Decision, DecisionKind, Rhythm, Scheme
from organisation.forms import BaseForm, DateInput, NumberField
from organisation.models import Unit

MONEY_HELP = _(
    "Det som kommer på kontoen hver gang, etter skatt. Ved moderasjon: det familien sparer hver måned. "
    "Enkeltutbetalinger fra delprosjekter skriver du ikke her; de hentes fra støtten."
)


class DecisionForm(ForServiceForm):
    """Fields about money show when there is money (app.css); without that they may be left empty."""

    edits = True

    kind = forms.ChoiceField(
        label=_("Type"), choices=DecisionKind.choices, widget=forms.RadioSelect, initial=DecisionKind.DECISION
    )
    scheme = forms.ChoiceField(label=_("Ordning"), choices=[("", _("Velg")), *Scheme.choices])
    title = forms.CharField(
        label=_("Hva det går ut på"), max_length=200, required=False,
        help_text=_("Kort, for eksempel «Støttekontakt fire timer i uka»."),
    )  # fmt: skip
    subject = forms.ChoiceField(label=_("Hvem det gjelder"), required=False)
    service = forms.ModelChoiceField(
        label=_("Tjenesten som har bestemt"), queryset=Unit.objects.none(), empty_label=_("Velg"),
        help_text=_("Er det lønn, velger du tjenesten din."),
    )  # fmt: skip
    starts_on = forms.DateField(label=_("Gjelder fra"), widget=DateInput)
    ends_on = forms.DateField(
        label=_("Gjelder til"), widget=DateInput, required=False,
        help_text=_("Siste dag. Du blir varslet 60 og 14 dager før. La det stå tomt hvis det ikke er noen sluttdato."),
    )  # fmt: skip
    conditions = forms.CharField(
        label=_("Vilkår"), widget=forms.Textarea, required=False,
        help_text=_("Det familien må gjøre eller si fra om for å beholde det."),
    )  # fmt: skip
    rhythm = forms.ChoiceField(label=_("Hvor ofte kommer penger?"), choices=Rhythm.choices, initial=Rhythm.NONE)
    amount = NumberField(label=_("Kroner"), max_digits=10, required=False, help_text=MONEY_HELP)
    pay_day = forms.IntegerField(
        label=_("Dag i måneden"), min_value=1, max_value=31, required=False,
        help_text=_("31 er den siste dagen i alle måneder. Står det tomt, gjelder dagen i «Gjelder fra»."),
        error_messages={"min_value": _("Dagen må være fra 1 til 31."), "max_value": _("Dagen må være fra 1 til 31.")},
    )  # fmt: skip

    def __init__(self, *args: Any, vault: OpenFamily, about: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vault = vault
        self.fields["subject"].choices = subject_choices(vault, now=about)
        # A service that is no longer in use stays where it stands.
        in_use = Q(active=True) | Q(pk=getattr(self.initial.get("service"), "pk", None))
        self.fields["service"].queryset = Unit.objects.visible_to(vault.user).filter(
            in_use, municipality=vault.family.municipality_id
        )
        self.ask_for_service(vault)
        for name in ("amount", "pay_day"):
            # The style sheet hides an empty field that says nothing, and only an empty one.
            self.fields[name].widget.attrs["placeholder"] = " "

    def current_values(self, row: Any) -> dict[str, Any]:
        about = subject_value(self.vault, row.subject_id)
        return super().current_values(row) | {"subject": about, "amount": as_typed(row.amount)}


class EndDecisionForm(BaseForm):
    edits = acts = True

    last_day = forms.DateField(
        label=_("Siste dag"), widget=DateInput,
        help_text=_("Den siste dagen det gjelder. Etterpå står det under «Tidligere».")
    )  # fmt: skip

    def current_values(self, row: Any) -> dict[str, Any]:
        return {"last_day": row.ends_on}


class RemoveDecisionForm(BaseForm):
    """Nothing to fill in: a question, with the version that was read."""

    edits = True


def initial_of(vault: OpenFamily, row: Decision) -> dict[str, Any]:
    """A row's values under the form's names."""
    names = [name for name in DecisionForm.base_fields if name != "version"]
    return {name: getattr(row, name) for name in names} | {
        "subject": subject_value(vault, row.subject_id), "amount": as_typed(row.amount), "version": row.version,
    }  # fmt: skip


def as_typed(amount: Decimal | None) -> Decimal | None:
    """1600 and not 1600.00, as people write it."""
    return amount.quantize(Decimal(1)) if amount is not None and amount == amount.to_integral_value() else amount
