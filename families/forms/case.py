"""Forms of a family's case: input only. The rules are in domain/."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from families.forms.contact import OnceForm
from families.models import TEAM_ROLES, ClosingReason, Family
from organisation.forms import BaseForm, DateInput
from organisation.models import LivingConditionZone, Unit, User

PROTECTED_HELP = _("Da lagres ingen sone, og familien står bare i lista til sitt eget team.")


class NewFamilyForm(OnceForm):
    unit = forms.ModelChoiceField(
        label=_("Tjenesten din"), queryset=Unit.objects.none(), empty_label=_("Velg"),
        help_text=_("Tjenesten svarer for saken. Du blir saksansvarlig."),
    )  # fmt: skip
    protected = forms.BooleanField(label=_("Familien har skjermet adresse"), required=False, help_text=PROTECTED_HELP)
    zone = forms.ModelChoiceField(
        label=_("Levekårssone"), queryset=LivingConditionZone.objects.none(), required=False, empty_label=_("Ingen"),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = {row.unit_id for row in user.current_memberships if row.role in TEAM_ROLES}
        self.fields["unit"].queryset = Unit.objects.visible_to(user).filter(pk__in=units)
        if len(units) == 1:
            self.fields["unit"].initial = next(iter(units))
        self.fields["zone"].queryset = LivingConditionZone.objects.filter(
            municipality__in=user.municipality_ids(*TEAM_ROLES)
        )


class HouseholdForm(BaseForm):
    edits = True
    protected = forms.BooleanField(
        label=_("Familien har skjermet adresse"), required=False,
        help_text=_("Da slettes sonen med en gang, og familien står bare i lista til sitt eget team."),
    )  # fmt: skip
    zone = forms.ModelChoiceField(
        label=_("Levekårssone"), queryset=LivingConditionZone.objects.none(), required=False, empty_label=_("Ingen"),
    )  # fmt: skip

    def __init__(self, *args: Any, family: Family, **kwargs: Any) -> None:
        initial = {"zone": family.zone_id, "protected": family.protected, "version": family.version}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["zone"].queryset = LivingConditionZone.objects.filter(municipality=family.municipality_id)


class CloseForm(BaseForm):
    edits = acts = True
    reason = forms.ChoiceField(label=_("Hvorfor avsluttes saken?"), choices=ClosingReason, widget=forms.RadioSelect)
    on = forms.DateField(label=_("Siste dag"), widget=DateInput)

    def current_values(self, row: Family) -> dict[str, Any]:
        return {"reason": row.closed_reason, "on": row.closed_on}
