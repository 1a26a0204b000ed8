"""What grants can be searched by; the page, its files and the API share it."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from grants.models import Grant, GrantState, ReportingUnit
from organisation.models import CASE_ROLES
from organisation.models.ordering import by_name, sorted_by

SORT_KEYS: dict[str, Any] = {
    "ordning": (by_name("scheme__name"), "-year", "id"),
    "enhet": (by_name("reporting_unit__name"), "-year", "id"),
    "ar": ("year", "id"),
    "tilstand": ("state", "-year", "id"),
    "sokt": ("applied_nok", "id"),
    "tildelt": ("awarded_nok", "id"),
    "frist": ("report_by", "id"),
}


class _Dressed(django_filters.FilterSet):
    """As filters of a page look; `is_used` says whether one narrows the list."""

    def dress(self) -> None:
        for name, field in self.form.fields.items():
            field.widget.attrs.setdefault("class", "ds-input")
            field.widget.attrs["id"] = f"filter-{name}"

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.filters if name != "sorter")


class GrantFilter(_Dressed):
    """Filters in the URL, by Norwegian names. Choices are those of what the user may see, read by one query."""

    sok = django_filters.CharFilter(method="by_text", label=_("Søk i ordning, enhet og merknad"))
    ar = django_filters.ChoiceFilter(field_name="year", label=_("År"), empty_label=_("Alle år"))
    tilstand = django_filters.ChoiceFilter(
        field_name="state", choices=GrantState.choices, label=_("Tilstand"), empty_label=_("Alle tilstander")
    )
    ordning = django_filters.ChoiceFilter(
        field_name="scheme__public_id", label=_("Ordning"), empty_label=_("Alle ordninger")
    )
    enhet = django_filters.ChoiceFilter(
        field_name="reporting_unit__public_id", label=_("Rapporterende enhet"), empty_label=_("Alle enheter")
    )
    sorter = django_filters.CharFilter(method="sort", widget=forms.HiddenInput)

    class Meta:
        model = Grant
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, user: Any, forgiving: bool = False, **kwargs: Any) -> None:
        """`forgiving`: what is none of the choices is left out, and stands as no error in the page's row of filters."""
        seen = Grant.objects.visible_to(user).order_by().values_list(
            "year", "scheme__public_id", "scheme__name", "reporting_unit__public_id", "reporting_unit__name"
        )  # fmt: skip
        rows = list(seen.distinct())
        self.own = user.municipality_ids(*CASE_ROLES)
        years = sorted({row[0] for row in rows}, reverse=True)
        choices: dict[str, list[Any]] = {
            "ar": [(year, str(year)) for year in years],
            "ordning": _by_name({(row[1], row[2]) for row in rows}),
            "enhet": _by_name({(row[3], row[4]) for row in rows}),
        }
        if forgiving:
            data = _known(data, choices | {"tilstand": GrantState.choices})
        super().__init__(data, *args, **kwargs)
        for name, found in choices.items():
            self.filters[name].extra["choices"] = found
        if len(choices["enhet"]) < 2 and not self.data.get("enhet"):
            del self.form.fields["enhet"]  # nothing to choose between
        self.dress()

    def by_text(self, rows: QuerySet[Grant], name: str, value: str) -> QuerySet[Grant]:
        # What a municipality wrote for itself is searched by its own: to the directorate it is not there.
        inside = Q(case_number__icontains=value) | Q(note__icontains=value)
        return rows.filter(
            Q(scheme__name__icontains=value)
            | Q(scheme__funder__icontains=value)
            | Q(reporting_unit__name__icontains=value)
            | (Q(reporting_unit__municipality__in=self.own) & inside)
        )

    def sort(self, rows: QuerySet[Grant], name: str, value: str) -> QuerySet[Grant]:
        return sorted_by(rows, SORT_KEYS, value)


def _known(data: Any, choices: dict[str, Any]) -> Any:
    data = data.copy()
    for name, found in choices.items():
        if data.get(name) not in {str(code) for code, _label in found}:
            data.pop(name, None)
    for name in [name for name, value in data.items() if "\0" in value]:
        del data[name]
    return data


def _by_name(pairs: set[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(pairs, key=lambda pair: pair[1].casefold())


class ReportingUnitFilter(_Dressed):
    sok = django_filters.CharFilter(method="by_text", label=_("Søk i navn, nummer og region"))

    class Meta:
        model = ReportingUnit
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dress()

    def by_text(self, rows: QuerySet[ReportingUnit], name: str, value: str) -> QuerySet[ReportingUnit]:
        rows = rows.annotate(names=Cast("aliases", TextField()))
        return rows.filter(Q(name__icontains=value) | Q(region__icontains=value) | Q(names__icontains=value))
