"""What reports can be searched by: one list for all kinds, each user with her own rows of it."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from organisation.models import Role, User
from organisation.models.ordering import by_name, sorted_by
from reporting.models import INSIDE_ROLES, OUT_STATES, Report, ReportKind, ReportVersion, VersionState

SORT_KEYS: dict[str, Any] = {
    "tittel": (by_name("title"), "-year", "id"),
    "periode": ("year", "half", "id"),
    "kommune": (by_name("municipality__name"), "-year", "id"),
    "tilstand": ("newest_state", "-year", "id"),
}


def rows_of(user: User) -> QuerySet[Report]:
    """The reports she may see, newest first, each with the state of the newest version that she may see.

    Of a report that she reads from outside, it is the newest published one that is in force; one withdrawn where none is.
    """
    inside = Q(report__municipality__in=user.municipality_ids(*INSIDE_ROLES))
    in_force = Case(When(inside | Q(state=VersionState.PUBLISHED), then=Value(0)), default=Value(1))
    newest = ReportVersion.objects.visible_to(user).filter(report=OuterRef("pk")).order_by(in_force, "-number")
    last = ReportVersion.objects.visible_to(user).filter(report=OuterRef("pk")).order_by("-number")
    names = ("number", "state", "document_id", "published_at")
    rows = Report.objects.visible_to(user).select_related("municipality")
    return rows.annotate(
        **{f"newest_{name.removesuffix('_id')}": Subquery(newest.values(name)[:1]) for name in names},
        last_number=Subquery(last.values("number")[:1]),
    ).newest_first()


def states_seen_by(user: User) -> list[VersionState]:
    """The states that versions she sees may have."""
    if user.has_role(*INSIDE_ROLES):
        return list(VersionState)
    return list(OUT_STATES) if user.has_role(Role.BOARD_MEMBER) else [VersionState.PUBLISHED]


class ReportFilter(django_filters.FilterSet):
    """Filters in the URL, by Norwegian names."""

    type = django_filters.ChoiceFilter(
        field_name="kind", choices=ReportKind.choices, label=_("Type"), empty_label=_("Alle typer")
    )
    tilstand = django_filters.ChoiceFilter(
        field_name="newest_state", choices=VersionState.choices, label=_("Tilstand"), empty_label=_("Alle tilstander")
    )
    ar = django_filters.ChoiceFilter(field_name="year", label=_("År"), empty_label=_("Alle år"))
    sorter = django_filters.CharFilter(method="sort", widget=forms.HiddenInput)

    class Meta:
        model = Report
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, user: User) -> None:
        super().__init__(data, queryset=rows_of(user))
        years = Report.objects.visible_to(user).order_by("-year").values_list("year", flat=True).distinct()
        self.filters["tilstand"].extra["choices"] = [(state.value, state.label) for state in states_seen_by(user)]
        self.filters["ar"].extra["choices"] = [(str(year), str(year)) for year in years]
        for name, field in self.form.fields.items():
            field.widget.attrs.setdefault("class", "ds-input")
            field.widget.attrs["id"] = f"filter-{name}"

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.filters if name != "sorter")

    def sort(self, rows: QuerySet[Report], name: str, value: str) -> QuerySet[Report]:
        return sorted_by(rows, SORT_KEYS, value)
