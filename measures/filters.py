"""What measures can be searched by; the page and the API share it."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from measures.models import Approach, Goal, Measure, MeasureState, Plan
from organisation.models import LivingConditionZone, Unit
from organisation.models.ordering import by_name, sorted_by

SORT_KEYS = {
    "tittel": (by_name("title"), "id"),
    "enhet": (by_name("responsible_unit__name"), "position", "id"),
    "tilstand": ("state", "position", "id"),
    "evaluering": ("next_evaluation", "position", "id"),
    "sist-logget": ("last_logged_on", "position", "id"),
}


class MeasureFilter(django_filters.FilterSet):
    """Filters in the URL, by Norwegian names. Choices are those of the plan, or of what the user may see."""

    sok = django_filters.CharFilter(method="by_text", label=_("Søk i tittel og tekst"))
    mal = django_filters.ModelChoiceFilter(
        field_name="goals",
        queryset=Goal.objects.none(),
        to_field_name="public_id",
        label=_("Mål"),
        empty_label=_("Alle mål"),
    )
    enhet = django_filters.ModelChoiceFilter(
        method="by_unit", queryset=Unit.objects.none(), to_field_name="public_id", label=_("Enhet"),
        empty_label=_("Alle enheter"),
    )  # fmt: skip
    tilstand = django_filters.ChoiceFilter(
        field_name="state", choices=MeasureState.choices, label=_("Tilstand"), empty_label=_("Alle tilstander")
    )
    innretning = django_filters.ChoiceFilter(
        field_name="approach", choices=Approach.choices, label=_("Type tiltak"), empty_label=_("Alle")
    )
    sone = django_filters.ModelChoiceFilter(
        field_name="zones",
        queryset=LivingConditionZone.objects.none(),
        to_field_name="public_id",
        label=_("Sone"),
        empty_label=_("Alle soner"),
    )
    forfalt = django_filters.BooleanFilter(
        method="by_overdue", label=_("Bare det som er forfalt"), widget=forms.CheckboxInput(attrs={"class": "ds-input"})
    )
    sorter = django_filters.CharFilter(method="sort", widget=forms.HiddenInput)

    class Meta:
        model = Measure
        fields: list[str] = []

    def __init__(self, *args: Any, user: Any, plan: Plan | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        goals, units = Goal.objects.visible_to(user), Unit.objects.visible_to(user)
        zones = LivingConditionZone.objects.filter(municipality__in=user.case_municipality_ids())
        if plan is not None:
            goals = goals.filter(plan=plan)
            units = units.filter(Q(measures__plan=plan) | Q(partner_measures__plan=plan)).distinct()
            zones = zones.filter(plans=plan)
        for name, rows in (("mal", goals), ("enhet", units), ("sone", zones)):
            self.filters[name].queryset = rows
        if plan is not None and not zones.exists():
            del self.filters["sone"]
        for name, field in self.form.fields.items():
            field.widget.attrs.setdefault("class", "ds-input")
            field.widget.attrs["id"] = f"filter-{name}"

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.filters if name != "sorter")

    def by_text(self, rows: QuerySet[Measure], name: str, value: str) -> QuerySet[Measure]:
        return rows.filter(Q(title__icontains=value) | Q(note__icontains=value))

    def by_unit(self, rows: QuerySet[Measure], name: str, unit: Unit) -> QuerySet[Measure]:
        return rows.filter(Q(responsible_unit__path__startswith=unit.path) | Q(partners=unit)).distinct()

    def by_overdue(self, rows: Any, name: str, value: bool) -> QuerySet[Measure]:
        return rows.overdue(timezone.localdate()) if value else rows

    def sort(self, rows: Any, name: str, value: str) -> QuerySet[Measure]:
        return sorted_by(rows.with_next_evaluation(), SORT_KEYS, value)
