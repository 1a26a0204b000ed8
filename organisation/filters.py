"""What the administrator's lists can be searched and sorted by."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisation.choices import read_at_once
from organisation.forms import DateInput
from organisation.models import AuditEntry, Membership, Role, Unit, User
from organisation.models.ordering import by_name

SORT_KEYS = {"navn": "name", "epost": "email", "innlogget": "last_login"}


class ListFilter(django_filters.FilterSet):
    """Filters in one row, in the URL, with Designsystemet's look."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.today = user, timezone.localdate()
        self.limit_choices()
        read_at_once(self.form)
        for name, field in self.form.fields.items():
            field.widget.attrs.setdefault("class", "ds-input")
            field.widget.attrs["id"] = f"filter-{name}"

    def limit_choices(self) -> None:
        """Give the filters the choices that the user may see."""

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.filters if name != "sorter")


class UserFilter(ListFilter):
    """Role and unit ask for one membership that has both, and has not ended."""

    sok = django_filters.CharFilter(
        method="by_text", label=_("Navn eller e-post"), widget=forms.TextInput(attrs={"type": "search"})
    )
    rolle = django_filters.ChoiceFilter(
        method="by_membership", label=_("Rolle"), empty_label=_("Alle roller"),
        choices=[(role.value, role.label) for role in Role if role != Role.ANALYST],
    )  # fmt: skip
    enhet = django_filters.ModelChoiceFilter(
        method="by_membership", queryset=Unit.objects.none(), to_field_name="public_id", label=_("Enhet"),
        empty_label=_("Alle enheter"),
    )  # fmt: skip
    tilgang = django_filters.ChoiceFilter(
        method="by_access", label=_("Tilgang"), empty_label=_("Alle"),
        choices=[("rolle", _("Har rolle")), ("ingen", _("Ingen rolle nå")), ("stengt", _("Stengt ute"))],
    )  # fmt: skip
    sorter = django_filters.CharFilter(method="sort", widget=forms.HiddenInput)

    class Meta:
        model = User
        fields: list[str] = []

    def limit_choices(self) -> None:
        self.filters["enhet"].queryset = Unit.objects.editable_by(self.user)

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset)
        chosen = self.form.cleaned_data
        role, unit = chosen.get("rolle"), chosen.get("enhet")
        if role or unit:
            memberships = self.memberships()
            memberships = memberships.filter(role=role) if role else memberships
            memberships = memberships.filter(unit=unit) if unit else memberships
            rows = rows.filter(Exists(memberships))
        return rows

    def memberships(self) -> Any:
        """What the user of the row has in the administrator's municipality, now or later."""
        return Membership.objects.editable_by(self.user).not_ended(self.today).filter(user=OuterRef("pk"))

    def by_text(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return rows.filter(Q(name__icontains=value) | Q(email__icontains=value))

    def by_membership(self, rows: QuerySet[User], name: str, value: Any) -> QuerySet[User]:
        return rows  # both at once, in filter_queryset

    def by_access(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        if value == "stengt":
            return rows.filter(is_active=False)
        has_role = Exists(self.memberships())
        return rows.filter(has_role if value == "rolle" else ~has_role)

    def sort(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        field = SORT_KEYS.get(value.removeprefix("-"))
        if field is None:
            return rows
        by = by_name() if field == "name" else F(field)
        order = by.desc(nulls_last=True) if value.startswith("-") else by.asc(nulls_first=True)
        return rows.order_by(order, by_name(), "id")


class ChangeFilterForm(forms.Form):
    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("fra") and data.get("til") and data["til"] < data["fra"]:
            raise ValidationError({"til": _("Sluttdatoen er før startdatoen.")})
        return data


class ChangeFilter(ListFilter):
    """Who did it, whom it is about, and when."""

    av = django_filters.ModelChoiceFilter(
        method="by_actor",
        queryset=User.objects.none(),
        to_field_name="public_id",
        label=_("Gjort av"),
        empty_label=_("Alle"),
    )
    gjelder = django_filters.ModelChoiceFilter(
        method="by_subject", queryset=User.objects.none(), to_field_name="public_id", label=_("Gjelder bruker"),
        empty_label=_("Alle"),
    )  # fmt: skip
    fra = django_filters.DateFilter(field_name="at", lookup_expr="date__gte", label=_("Fra og med"), widget=DateInput)
    til = django_filters.DateFilter(field_name="at", lookup_expr="date__lte", label=_("Til og med"), widget=DateInput)

    class Meta:
        model = AuditEntry
        fields: list[str] = []
        form = ChangeFilterForm

    def limit_choices(self) -> None:
        for name in ("av", "gjelder"):
            self.filters[name].queryset = User.objects.editable_by(self.user)

    def by_actor(self, rows: QuerySet[AuditEntry], name: str, value: User) -> QuerySet[AuditEntry]:
        return rows.filter(actor_id=value.pk)

    def by_subject(self, rows: Any, name: str, value: User) -> QuerySet[AuditEntry]:
        return rows.about(value)
