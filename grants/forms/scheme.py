"""Forms of schemes and reporting units: input only. The rules are in domain/."""

from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from grants.models import GrantScheme, ReportingUnit
from organisation.forms import BaseForm, DateInput, dress
from organisation.models import Municipality, Unit

LAST_DAY = 28  # in every month


class SchemeForm(BaseForm):
    """A new scheme, or one that is changed (`scheme`). Only the directorate's are reported here."""

    edits = True

    name = forms.CharField(label=_("Navn"), max_length=200)
    funder = forms.CharField(label=_("Tilskuddsgiver"), max_length=150)
    purpose = forms.CharField(label=_("Formål"), widget=forms.Textarea, required=False)
    max_years = forms.IntegerField(
        label=_("Høyst så mange år"), min_value=1, max_value=50, required=False,
        help_text=_("Så mange år kan et tiltak få penger. Tomt felt: ingen grense."),
    )  # fmt: skip
    apply_by = forms.DateField(label=_("Neste søknadsfrist"), widget=DateInput, required=False)
    has_reporting_duty = forms.BooleanField(label=_("Skal rapporteres hvert år"), required=False)
    report_by_day = forms.IntegerField(
        label=_("Rapportfrist, dag"), min_value=1, max_value=LAST_DAY,
        help_text=_("I året etter tilskuddsåret. Fra 1 til 28."),
    )  # fmt: skip
    report_by_month = forms.TypedChoiceField(label=_("Rapportfrist, måned"), coerce=int, choices=list(MONTHS.items()))
    reported_here = forms.BooleanField(label=_("Årsrapporten fylles ut i Povertyplan"), required=False)
    active = forms.BooleanField(
        label=_("I bruk"),
        required=False,
        help_text=_("En ordning som ikke er i bruk, vises ikke blant dem som kan søkes."),
    )

    def __init__(self, *args: Any, scheme: GrantScheme, **kwargs: Any) -> None:
        initial = {name: getattr(scheme, name) for name in self.base_fields if name != "version"}
        if scheme.pk:
            initial["version"] = scheme.version
        super().__init__(*args, initial=initial, **kwargs)
        if not scheme.is_national:
            del self.fields["reported_here"]


class ReportingUnitForm(BaseForm):
    """The municipality says which of its units it is; the directorate, which sees none of those, keeps the names of before."""

    edits = True

    name = forms.CharField(label=_("Navn"), max_length=150)
    region = forms.CharField(label=_("Region"), max_length=100, required=False)
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Enhet"), required=False, empty_label=_("Hele kommunen"),
        help_text=_("Lederen for enheten kan føre tilskudd og sende rapporten."),
    )  # fmt: skip
    aliases = forms.CharField(
        label=_("Andre navn og numre"), widget=forms.Textarea(attrs={"rows": 4}), required=False, max_length=4000,
        help_text=_("Ett på hver linje. Brukes når filer fra tidligere år leses inn."),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        municipality: Municipality | None,
        regions: list[str] | None,
        reporting_unit: ReportingUnit | None = None,
        **kwargs: Any,
    ) -> None:
        """`municipality` is None for whoever sees no units, `regions` for the directorate, which writes all names itself."""
        initial: dict[str, Any] = {}
        if row := reporting_unit:
            initial = {"name": row.name, "region": row.region, "unit": row.unit_id, "version": row.version}
            initial["aliases"] = "\n".join(row.aliases)
        super().__init__(*args, initial=initial, **kwargs)
        if municipality is None:
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = Unit.objects.filter(municipality=municipality, active=True)
        if regions is not None:
            del self.fields["aliases"]
            known = sorted({*regions, *([row.region] if row and row.region else [])}, key=str.casefold)
            self.fields["region"] = forms.ChoiceField(
                label=_("Region"), choices=[("", _("Ikke bestemt")), *((name, name) for name in known)], required=False
            )
            dress(self.fields["region"].widget)

    def clean_aliases(self) -> list[str]:
        return str(self.cleaned_data["aliases"]).splitlines()

    def current_values(self, row: ReportingUnit) -> dict[str, Any]:
        return {name: getattr(row, name) for name in self.fields if name not in ("version", "unit")}


class MergeForm(BaseForm):
    edits = True

    successor = forms.ModelChoiceField(
        ReportingUnit.objects.none(), label=_("Er i dag en del av"), required=False, empty_label=_("Står for seg selv"),
        help_text=_("Tall fra tidligere år kan da regnes med i den enheten som finnes i dag."),
    )  # fmt: skip

    def __init__(self, *args: Any, reporting_unit: ReportingUnit, **kwargs: Any) -> None:
        initial = {"successor": reporting_unit.successor_id, "version": reporting_unit.version}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["successor"].queryset = ReportingUnit.objects.filter(successor=None).exclude(pk=reporting_unit.pk)
