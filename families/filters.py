"""What one's cases can be searched by; the page and the API share it."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from families.domain.cases import MyCase, living_in
from families.models import TEAM_ROLES
from organisation.models import LivingConditionZone, User

SORT_KEYS: dict[str, Any] = {
    "sak": lambda case: case.reference,
    "tjeneste": lambda case: tuple(name.lower() for name in case.units),
    "apnet": lambda case: case.opened_on,
}


class FamilyFilter(forms.Form):
    """Filters in the URL, by Norwegian names. All but the zone are known without opening a family."""

    sok = forms.CharField(label=_("Saksnummer"), required=False, max_length=30)
    tilstand = forms.ChoiceField(
        label=_("Tilstand"), required=False,
        choices=[("", _("Åpne saker")), ("avsluttet", _("Avsluttede saker")), ("alle", _("Alle saker"))],
    )  # fmt: skip
    sone = forms.ModelChoiceField(
        label=_("Sone"), queryset=LivingConditionZone.objects.none(), to_field_name="public_id", required=False,
        empty_label=_("Alle soner"),
    )  # fmt: skip
    mine = forms.BooleanField(label=_("Jeg er saksansvarlig"), required=False)
    sorter = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.user = user
        zones: Any = self.fields["sone"]
        zones.queryset = LivingConditionZone.objects.filter(municipality__in=user.municipality_ids(*TEAM_ROLES))
        for name, field in self.fields.items():
            field.widget.attrs |= {"class": "ds-input", "id": f"filter-{name}"}

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.fields if name != "sorter")

    @property
    def reads_zones(self) -> bool:
        """Whether the choice has been made by reading each family's zone."""
        return self.is_valid() and bool(self.cleaned_data["sone"])

    def chosen(self, cases: list[MyCase], *, page: str, on: datetime.date) -> list[MyCase]:
        """Those that fit, in order. A value that is no choice fits nothing. Inside `reading(user)`."""
        if not self.is_valid():
            return []
        wanted = self.cleaned_data
        found = [case for case in cases if _has_state(case, wanted["tilstand"])]
        if wanted["mine"]:
            found = [case for case in found if case.is_case_holder]
        if wanted["sok"]:
            typed = "".join(letter for letter in wanted["sok"].lower() if letter.isalnum())
            found = [case for case in found if typed in case.reference]
        if wanted["sone"]:
            there = set(living_in(cases=found, zone=wanted["sone"], page=page, by=self.user, on=on))
            found = [case for case in found if case.pk in there]
        return _sorted(found, wanted["sorter"])


def _has_state(case: MyCase, state: str) -> bool:
    return state == "alle" or (case.closed_on is not None) == (state == "avsluttet")


def _sorted(cases: list[MyCase], sorter: str) -> list[MyCase]:
    """By a header, or the newest first."""
    key = SORT_KEYS.get(sorter.removeprefix("-"))
    return sorted(cases, key=key, reverse=sorter.startswith("-")) if key else cases
