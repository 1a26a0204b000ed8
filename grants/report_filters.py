"""What yearly reports can be searched by. One list for the municipality and the directorate: each sees her own rows of it."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from grants.models import ReportState, YearlyReport
from organisation.models.ordering import by_name, sorted_by

UNIT = "grant__reporting_unit"
SORT_KEYS: dict[str, Any] = {
    "enhet": (by_name(f"{UNIT}__name"), "-grant__year", "id"),
    "region": (by_name(f"{UNIT}__region"), by_name(f"{UNIT}__name"), "id"),
    "ar": ("grant__year", by_name(f"{UNIT}__name"), "id"),
    "tilstand": ("state", by_name(f"{UNIT}__name"), "id"),
    "tilskudd": ("grant__awarded_nok", "id"),
    "frist": ("grant__report_by", "id"),
    "sendt": ("submitted_at", "id"),
}


def rows_of(seen: QuerySet[YearlyReport]) -> QuerySet[YearlyReport]:
    """With what a row of the list shows, newest year first."""
    return seen.select_related("grant__reporting_unit", "grant__scheme").order_by(
        "-grant__year", by_name(f"{UNIT}__name"), "id"
    )


class YearlyReportFilter(django_filters.FilterSet):
    """Filters in the URL, by Norwegian names. Choices are those of what the user may see."""

    sok = django_filters.CharFilter(field_name=f"{UNIT}__name", lookup_expr="icontains", label=_("Søk etter enhet"))
    ar = django_filters.ChoiceFilter(field_name="grant__year", label=_("År"), empty_label=_("Alle år"))
    region = django_filters.ChoiceFilter(
        field_name=f"{UNIT}__region", label=_("Region"), empty_label=_("Alle regioner")
    )
    tilstand = django_filters.ChoiceFilter(field_name="state", label=_("Tilstand"), empty_label=_("Alle tilstander"))
    sorter = django_filters.CharFilter(method="sort", widget=forms.HiddenInput)

    class Meta:
        model = YearlyReport
        fields: list[str] = []

    def __init__(
        self, data: QueryDict, *args: Any, seen: QuerySet[YearlyReport], national: bool, **kwargs: Any
    ) -> None:
        """`national`: somebody who reads the reports of all, and wants the newest year unless she asks for another."""
        self.years = list(seen.order_by("-grant__year").values_list("grant__year", flat=True).distinct())
        self.asked = data
        data = data.copy()
        if national and "ar" not in data and self.years:
            data["ar"] = str(self.years[0])
        super().__init__(data, *args, queryset=rows_of(seen), **kwargs)
        units = seen.exclude(**{f"{UNIT}__region": ""}).order_by(by_name(f"{UNIT}__region"))
        regions = list(dict.fromkeys(units.values_list(f"{UNIT}__region", flat=True)))
        states = [pair for pair in ReportState.choices if not (national and pair[0] == ReportState.DRAFT)]
        self.filters["ar"].extra["choices"] = [(str(year), str(year)) for year in self.years]
        self.filters["region"].extra["choices"] = [(region, region) for region in regions]
        self.filters["tilstand"].extra["choices"] = states
        for name, field in self.form.fields.items():
            field.widget.attrs.setdefault("class", "ds-input")
            field.widget.attrs["id"] = f"filter-{name}"

    @property
    def is_used(self) -> bool:
        return any(self.asked.get(name) for name in self.filters if name != "sorter") or "ar" in self.asked

    @property
    def year(self) -> int | None:
        """The one year that is shown."""
        chosen = self.form.cleaned_data.get("ar") if self.form.is_valid() else ""
        return int(chosen) if chosen else None

    def sort(self, rows: QuerySet[YearlyReport], name: str, value: str) -> QuerySet[YearlyReport]:
        return sorted_by(rows, SORT_KEYS, value)
