"""What sub-projects can be searched by; the page and the API share it."""

from typing import Any

import django_filters
from django import forms
from django.db.models import DecimalField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from grants.models import (
    RUNNING_STATES,
    Application,
    ApplicationState,
    Call,
    Instalment,
    LedgerDay,
    LetterState,
    PartnerRole,
    Review,
    SubProject,
    SubProjectPartner,
    SubProjectState,
)
from organisation.choices import read_at_once
from organisation.models import LivingConditionZone, Unit
from organisation.models.ordering import by_name, sorted_by

SORT_KEYS: dict[str, Any] = {
    "navn": (by_name("title"), "id"),
    "ansvarlig": (by_name("responsible"), "id"),
    "tilstand": ("state", "starts_on", "id"),
    "start": ("starts_on", "id"),
    "slutt": ("ends_on", "id"),
    "tildelt": ("awarded", "id"),
    "utbetalt": ("paid", "id"),
    "stoppunkt": ("next_review", "id"),
}
IN_PROGRESS = "i-gang"
MONEY = DecimalField(max_digits=14, decimal_places=2)


def with_figures(rows: QuerySet[SubProject]) -> QuerySet[SubProject]:
    """Adds `responsible` (a name), `awarded`, `paid` (kroner) and `next_review` (a day, or None)."""
    responsible = SubProjectPartner.objects.filter(
        sub_project=OuterRef("pk"), role=PartnerRole.RESPONSIBLE, left_on=None
    )
    awarded = Instalment.objects.filter(letter__sub_project=OuterRef("pk"), letter__state=LetterState.IN_FORCE)
    paid = LedgerDay.objects.filter(sub_project=OuterRef("pk"))
    return rows.annotate(
        responsible=Subquery(responsible.values("unit__name")[:1]),
        awarded=_total(awarded, "letter__sub_project"),
        paid=_total(paid, "sub_project"),
        next_review=Subquery(Review.objects.open().filter(sub_project=OuterRef("pk")).values("due_on")[:1]),
    )


def _total(rows: QuerySet[Any], owner: str) -> Coalesce:
    total = rows.order_by().values(owner).annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(total, output_field=MONEY), Value(0, MONEY))


class SubProjectFilter(django_filters.FilterSet):
    """Filters in the URL, by Norwegian names. Choices are those of what the user may see."""

    sok = django_filters.CharFilter(method="by_text", label=_("Søk i navn og tekst"))
    tilstand = django_filters.ChoiceFilter(
        method="by_state", choices=[(IN_PROGRESS, _("I gang, med og uten vilkår")), *SubProjectState.choices],
        label=_("Tilstand"), empty_label=_("Alle tilstander"),
    )  # fmt: skip
    utlysning = django_filters.ModelChoiceFilter(
        field_name="call", queryset=Call.objects.none(), to_field_name="public_id", label=_("Utlysning"),
        empty_label=_("Alle utlysninger"),
    )  # fmt: skip
    sone = django_filters.ModelChoiceFilter(
        method="by_zone", queryset=LivingConditionZone.objects.none(), to_field_name="public_id", label=_("Sone"),
        empty_label=_("Alle soner"),
    )  # fmt: skip
    enhet = django_filters.ModelChoiceFilter(
        method="by_unit", queryset=Unit.objects.none(), to_field_name="public_id", label=_("Partner"),
        empty_label=_("Alle partnere"),
    )  # fmt: skip
    sorter = django_filters.CharFilter(method="sort", widget=forms.HiddenInput)

    class Meta:
        model = SubProject
        fields: list[str] = []

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = SubProject.objects.visible_to(user)
        calls = Call.objects.visible_to(user).filter(pk__in=seen.values("call")).only("public_id", "title")
        zones = LivingConditionZone.objects.filter(pk__in=seen.values("zones"))
        units = Unit.objects.filter(pk__in=seen.values("partners__unit"))
        for name, rows in (("utlysning", calls), ("sone", zones), ("enhet", units)):
            self.filters[name].queryset = rows
        read_at_once(self.form)
        for name, field in self.form.fields.items():
            field.widget.attrs.setdefault("class", "ds-input")
            field.widget.attrs["id"] = f"filter-{name}"

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.filters if name != "sorter")

    def by_text(self, rows: QuerySet[SubProject], name: str, value: str) -> QuerySet[SubProject]:
        return rows.filter(Q(title__icontains=value) | Q(note__icontains=value) | Q(target_group__icontains=value))

    def by_zone(self, rows: QuerySet[SubProject], name: str, zone: LivingConditionZone) -> QuerySet[SubProject]:
        return rows.filter(
            pk__in=SubProject.zones.through.objects.filter(livingconditionzone=zone).values("subproject")
        )

    def by_state(self, rows: QuerySet[SubProject], name: str, value: str) -> QuerySet[SubProject]:
        return rows.filter(state__in=RUNNING_STATES if value == IN_PROGRESS else [value])

    def by_unit(self, rows: QuerySet[SubProject], name: str, unit: Unit) -> QuerySet[SubProject]:
        partners = SubProjectPartner.objects.filter(unit__path__startswith=unit.path)
        return rows.filter(pk__in=partners.values("sub_project"))

    def sort(self, rows: QuerySet[SubProject], name: str, value: str) -> QuerySet[SubProject]:
        return sorted_by(rows, SORT_KEYS, value)


class ApplicationFilter(django_filters.FilterSet):
    """What applications can be narrowed to, in the URL."""

    tilstand = django_filters.ChoiceFilter(
        field_name="state", choices=ApplicationState.choices, label=_("Tilstand"), empty_label=_("Alle tilstander")
    )

    class Meta:
        model = Application
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["tilstand"].widget.attrs |= {"class": "ds-input", "id": "filter-tilstand"}

    @property
    def is_used(self) -> bool:
        return bool(self.data.get("tilstand"))
