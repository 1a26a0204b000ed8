"""The form of an application: input only. The rules are in domain/application.py."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grants.forms.rows import GrowingForm, Row, RowsField, choice_cell, number_cell, text_cell, without_zeros
from grants.models import Application, Call, SpendingUse
from organisation.models import Unit, UnitKind

OTHER_KINDS = [(kind.value, kind.label) for kind in UnitKind if kind != UnitKind.VOLUNTARY]


class ApplicationForm(GrowingForm):
    """Can be saved with only a title and a responsible unit, so nothing is marked as optional."""

    edits = True
    marks_optional = False

    title = forms.CharField(label=_("Navn på delprosjektet"), max_length=200)
    responsible_unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Hovedansvarlig enhet"), empty_label=_("Velg enhet")
    )
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(), label=_("Partnere"), required=False, widget=forms.CheckboxSelectMultiple
    )
    others = RowsField(
        [
            text_cell("name", _("Navn"), 150),
            choice_cell("kind", _("Type"), [(UnitKind.VOLUNTARY.value, UnitKind.VOLUNTARY.label), *OTHER_KINDS]),
        ],
        label=_("Andre partnere"), required=False, help_text=_("De som ikke står i lista over."),
    )  # fmt: skip
    target_group = forms.CharField(
        label=_("Målgruppe"), widget=forms.Textarea(attrs={"rows": 3}), required=False,
        help_text=_("Hvem dere vil nå, og hvor. Ikke skriv navn på noen av dem."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Kort om deltakerne og hva dere vil"), widget=forms.Textarea(attrs={"rows": 8}), required=False,
        help_text=_("Juryen leser dette. Ikke skriv navn på ansatte eller innbyggere."),
    )  # fmt: skip
    film_url = forms.URLField(
        label=_("Lenke til film"), max_length=300, required=False, assume_scheme="https",
        error_messages={"invalid": _("Skriv hele adressen, for eksempel https://film.example/vi-vil.")},
    )  # fmt: skip
    budget = RowsField(
        [
            text_cell("text", _("Hva")),
            choice_cell("use", _("Brukes til"), SpendingUse.choices),
            number_cell("amount", _("Kroner"), min_value=0, max_digits=12),
        ],
        label=_("Budsjett"), required=False, help_text=_("Hele perioden under ett."),
    )  # fmt: skip
    accepts_terms = forms.BooleanField(label=_("Alle partnerne godtar reglene og vilkårene"), required=False)

    def __init__(self, *args: Any, call: Call, application: Application | None = None, **kwargs: Any) -> None:
        if application is not None:
            kwargs["initial"] = self.values_of(application) | {"version": application.version}
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(municipality=call.municipality)
        in_use = units.filter(active=True)
        if application is not None:
            in_use |= units.filter(pk=application.responsible_unit_id)
            partners = application.partners.filter(unit__isnull=False).values("unit")
            self.fields["units"].queryset = units.filter(active=True) | units.filter(pk__in=partners)
        else:
            self.fields["units"].queryset = in_use
        self.fields["responsible_unit"].queryset = in_use

    @staticmethod
    def values_of(application: Application) -> dict[str, Any]:
        names = ("title", "responsible_unit", "target_group", "text", "film_url", "accepts_terms")
        partners = list(application.partners.select_related("unit"))
        return {name: getattr(application, name) for name in names} | {
            "units": [row.unit for row in partners if row.unit],
            "others": [Row((row.name, row.kind)) for row in partners if not row.unit],
            "budget": [Row((row.text, row.use, without_zeros(row.amount))) for row in application.budget.all()],
        }

    def current_values(self, row: Application) -> dict[str, Any]:
        return self.values_of(row)
