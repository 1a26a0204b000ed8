"""Forms of grants: input only. The rules are in domain/."""

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from grants.domain.grant import award_stands
from grants.models import Grant, GrantScheme, GrantState, ReportingUnit
from organisation.amounts import format_kroner
from organisation.forms import BaseForm, DateInput, NumberField
from organisation.models import Unit

MOST_DIGITS = 12  # of the columns, two of them øre


class _Shown(NumberField):
    """Stands in its field as it is read: 100 000, and not 100000,00."""

    def prepare_value(self, value: Any) -> Any:
        return format_kroner(value) if isinstance(value, Decimal) else value


class Kroner(_Shown):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_digits=MOST_DIGITS, **kwargs)


class _SchemeField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.funder})"


class _About(BaseForm):
    """What can be said of a grant in every state."""

    responsible_unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Enheten som har tilskuddet"), required=False, empty_label=_("Ikke bestemt"),
        help_text=_("Lederen for enheten kan føre tilskuddet og sende rapporten."),
    )  # fmt: skip
    case_number = forms.CharField(label=_("Arkivsaksnummer"), max_length=50, required=False)
    note = forms.CharField(label=_("Merknad"), widget=forms.Textarea, required=False)


class ApplicationForm(_About):
    """Money has been applied for."""

    reporting_unit = forms.ModelChoiceField(
        ReportingUnit.objects.none(), label=_("Hvem søker?"), empty_label=_("Velg enhet")
    )
    scheme = _SchemeField(
        GrantScheme.objects.none(), label=_("Ordning"), empty_label=_("Velg ordning"),
        error_messages={"required": _("Velg en ordning.")},
    )  # fmt: skip
    year = forms.IntegerField(label=_("Tilskuddsår"), min_value=1990, max_value=2100)
    on = forms.DateField(label=_("Søkt dato"), widget=DateInput)
    applied_nok = Kroner(label=_("Søkt om, kroner"), required=False)

    def __init__(
        self, *args: Any, reporting_units: QuerySet[ReportingUnit], schemes: QuerySet[GrantScheme],
        today: datetime.date, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["on"].validators.append(MaxValueValidator(today, _("Datoen ligger fram i tid.")))
        units = list(reporting_units)
        self.fields["reporting_unit"].queryset = reporting_units
        self.only_unit = units[0] if len(units) == 1 else None
        if len(units) < 2:
            del self.fields["reporting_unit"]
        self.fields["scheme"].queryset = schemes
        municipalities = {row.municipality_id for row in units}
        self.fields["responsible_unit"].queryset = Unit.objects.filter(municipality__in=municipalities, active=True)
        if not units:
            del self.fields["responsible_unit"]
        self.order_fields(
            ["reporting_unit", "scheme", "year", "on", "applied_nok", "responsible_unit", "case_number", "note"]
        )


class GrantForm(_About):
    """What is said of a grant; the amounts that its state can have, and which grant it is while nothing rests on that."""

    edits = True

    scheme = _SchemeField(GrantScheme.objects.none(), label=_("Ordning"), empty_label=None)
    year = forms.IntegerField(label=_("Tilskuddsår"), min_value=1990, max_value=2100)
    applied_nok = Kroner(label=_("Søkt om, kroner"), required=False)
    awarded_nok = Kroner(label=_("Tildelt, kroner"))
    carried_over_nok = Kroner(label=_("Overført fra året før, kroner"), required=False)
    spent_nok = Kroner(
        label=_("Brukt, kroner"), required=False,
        help_text=_("Fra regnskapet. Tomt felt: det som er betalt ut i delprosjektene, telles."),
    )  # fmt: skip
    positions = _Shown(label=_("Årsverk lønnet av tilskuddet"), min_value=0, max_digits=6, required=False)
    report_by = forms.DateField(label=_("Rapportfrist"), widget=DateInput, required=False)

    MONEY = ("awarded_nok", "carried_over_nok", "spent_nok", "positions")
    ORDER = (
        "scheme", "year", "applied_nok", *MONEY, "report_by", "responsible_unit", "case_number", "note",
    )  # fmt: skip

    def __init__(self, *args: Any, grant: Grant, schemes: QuerySet[GrantScheme], **kwargs: Any) -> None:
        initial = {name: getattr(grant, name) for name in (*self.ORDER, "version") if name != "scheme"}
        initial |= {"scheme": grant.scheme_id, "responsible_unit": grant.responsible_unit_id}
        super().__init__(*args, initial=initial, **kwargs)
        municipality = grant.reporting_unit.municipality_id
        active = Q(active=True) | Q(pk=grant.responsible_unit_id)
        self.fields["responsible_unit"].queryset = Unit.objects.filter(active, municipality=municipality)
        self.fields["scheme"].queryset = schemes.filter(Q(active=True) | Q(pk=grant.scheme_id))
        for name in self._beside(grant):
            del self.fields[name]
        self.order_fields(self.ORDER)

    def _beside(self, grant: Grant) -> set[str]:
        """The fields that don't belong to its state."""
        gone: set[str] = set()
        if grant.state != GrantState.APPLIED or grant.fundings.exists():
            gone |= {"scheme", "year"}
        if not grant.is_awarded:
            gone |= set(self.MONEY)
        if award_stands(grant):
            gone.add("awarded_nok")
        if grant.state == GrantState.CLOSED:
            gone |= {"applied_nok", "report_by", *self.MONEY}
        return gone


class AwardForm(BaseForm):
    edits = True

    awarded_nok = Kroner(label=_("Tildelt, kroner"))
    on = forms.DateField(label=_("Dato"), widget=DateInput, help_text=_("Dagen i tilskuddsbrevet."))
    carried_over_nok = Kroner(label=_("Overført fra året før, kroner"), required=False)
    positions = _Shown(label=_("Årsverk lønnet av tilskuddet"), min_value=0, max_digits=6, required=False)
    report_by = forms.DateField(label=_("Rapportfrist"), widget=DateInput, required=False)

    def __init__(self, *args: Any, grant: Grant, today: datetime.date, **kwargs: Any) -> None:
        initial = {"version": grant.version, "on": today, "report_by": grant.report_by}
        initial |= {"carried_over_nok": grant.carried_over_nok, "positions": grant.positions}
        super().__init__(*args, initial=initial, **kwargs)
        if not grant.scheme.has_reporting_duty:
            del self.fields["report_by"]
        self.fields["on"].validators.append(MaxValueValidator(today, _("Datoen ligger fram i tid.")))


class RefusalForm(BaseForm):
    edits = True

    reason = forms.CharField(
        label=_("Hvorfor?"), widget=forms.Textarea, max_length=2000,
        help_text=_("Det tilskuddsgiveren skrev. Nyttig for den som søker neste gang."),
    )  # fmt: skip
    on = forms.DateField(label=_("Dato"), widget=DateInput, help_text=_("Dagen i brevet."))

    def __init__(self, *args: Any, grant: Grant, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"version": grant.version, "on": today}, **kwargs)
        self.fields["on"].validators.append(MaxValueValidator(today, _("Datoen ligger fram i tid.")))

    def current_values(self, row: Grant) -> dict[str, Any]:
        return {}


class DeleteForm(BaseForm):
    """Nothing to fill in: that one is sure."""

    edits = True

    def current_values(self, row: Grant) -> dict[str, Any]:
        return {}


class ReportedForm(BaseForm):
    """The report has gone elsewhere."""

    edits = True

    on = forms.DateField(label=_("Sendt"), widget=DateInput)

    def __init__(self, *args: Any, grant: Grant, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"version": grant.version, "on": today}, **kwargs)
        self.fields["on"].validators.append(MaxValueValidator(today, _("Datoen ligger fram i tid.")))

    def current_values(self, row: Grant) -> dict[str, Any]:
        return {}


class CloseForm(BaseForm):
    edits = acts = True

    spent_nok = Kroner(
        label=_("Brukt, kroner"), help_text=_("Hele året, fra regnskapet."),
        error_messages={"required": _("Skriv hvor mye som er brukt, 0 om ingenting.")},
    )  # fmt: skip
    carry_over = forms.BooleanField(required=False)

    def __init__(self, *args: Any, grant: Grant, spent: Any, later: Grant | None, **kwargs: Any) -> None:
        """`later`: next year's grant, if what is left may go to it."""
        super().__init__(*args, initial={"version": grant.version, "spent_nok": spent, "carry_over": True}, **kwargs)
        if later is None:
            del self.fields["carry_over"]
        else:
            self.fields["carry_over"].label = _("Før det som er igjen, over til tilskuddet for %(year)s") % {
                "year": later.year
            }
