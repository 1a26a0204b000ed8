"""Forms of a family's case: input only. The rules are in domain/."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from families.models import TEAM_ROLES
from organisation.forms import BaseForm
from organisation.models import LivingConditionZone, Unit, User


class NewFamilyForm(BaseForm):
    unit = forms.ModelChoiceField(
        label=_("Tjenesten din"), queryset=Unit.objects.none(), empty_label=_("Velg"),
        help_text=_("Tjenesten svarer for saken. Du blir saksansvarlig."),
    )  # fmt: skip
    protected = forms.BooleanField(
        label=_("Familien har skjermet adresse"), required=False,
        help_text=_("Da lagres ingen sone, og familien står bare i lista til sitt eget team."),
    )  # fmt: skip
    zone = forms.ModelChoiceField(
        label=_("Levekårssone"), queryset=LivingConditionZone.objects.none(), required=False, empty_label=_("Ingen"),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [row.unit_id for row in user.current_memberships if row.role in TEAM_ROLES]
        self.fields["unit"].queryset = Unit.objects.visible_to(user).filter(pk__in=units)
        self.fields["zone"].queryset = LivingConditionZone.objects.filter(
            municipality__in=user.municipality_ids(*TEAM_ROLES)
        )
