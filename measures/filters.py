"""What measures can be searched by; the page and the API share it."""

import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from measures.models import Approach, Goal, Measure, MeasureState, Plan, Target
from measures.models.log_counts import comparable, unreached, with_result, with_target_set
from organisation.choices import read_at_once
from organisation.models import LivingConditionZone, Unit
from organisation.models.ordering import by_name, sorted_by
from organisation.periods import HalfYear

SORT_KEYS = {
    "tittel": (by_name("title"), "id"),
    "enhet": (by_name("responsible_unit__name"), "position", "id"),
    "tilstand": ("state", "position", "id"),
    "evaluering": ("next_evaluation", "position", "id"),
    "sist-logget": ("last_logged_on", "position", "id"),
    "plan": (by_name("plan__title"), "position", "id"),
}
YES = "ja"
REACHED, NOT_REACHED = "nadd", "ikke-nadd"
# What a dashboard's figures ask a list for. They have no field of their own: the page says in words that they are on.
FROM_BOARDS = ("per", "siden", "evaluering", "resultat", "vedtatt")


def _hidden(method: str, label: Any) -> django_filters.CharFilter:
    return django_filters.CharFilter(method=method, label=label, widget=forms.HiddenInput)


class MeasureFilter(django_filters.FilterSet):
    """Filters in the URL, by Norwegian names. Choices are those of the plan, or of what the user may see."""

    sok = django_filters.CharFilter(method="by_text", label=_("Søk i tittel og tekst"))
    plan = django_filters.ModelChoiceFilter(
        field_name="plan", queryset=Plan.objects.none(), to_field_name="public_id", label=_("Plan"),
        empty_label=_("Alle planer"),
    )  # fmt: skip
    mal = django_filters.ModelChoiceFilter(
        method="by_goal",
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
        method="by_state", choices=MeasureState.choices, label=_("Tilstand"), empty_label=_("Alle tilstander")
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
    stille = django_filters.BooleanFilter(
        method="by_quiet", label=_("Bare de stille: ikke loggført på 90 dager"),
        widget=forms.CheckboxInput(attrs={"class": "ds-input"}),
    )  # fmt: skip
    per = _hidden("as_it_was", _("Ved utgangen av"))
    siden = _hidden("by_since", _("Tilstand siden"))
    evaluering = _hidden("by_evaluation", _("Evaluering"))
    resultat = _hidden("by_result", _("Resultat"))
    vedtatt = _hidden("by_force", _("Planer"))
    sorter = django_filters.CharFilter(method="sort", widget=forms.HiddenInput)

    class Meta:
        model = Measure
        fields: list[str] = []

    def __init__(self, *args: Any, user: Any, plan: Plan | None = None, of_all: bool = False, **kwargs: Any) -> None:
        """`of_all`: a list over several plans, where a plan is chosen, and not a goal."""
        super().__init__(*args, **kwargs)
        self.today = self.at = timezone.localdate()
        goals, units = Goal.objects.visible_to(user), Unit.objects.visible_to(user)
        zones = LivingConditionZone.objects.filter(municipality__in=user.case_municipality_ids())
        if plan is not None:
            goals = goals.filter(plan=plan)
            units = units.filter(Q(measures__plan=plan) | Q(partner_measures__plan=plan)).distinct()
            zones = zones.filter(plans=plan)
        rows = {"mal": goals, "enhet": units, "sone": zones, "plan": Plan.objects.visible_to(user)}
        for name, choices in rows.items():
            self.filters[name].queryset = choices
        del self.filters["mal" if of_all else "plan"]
        if plan is not None and not zones.exists():
            del self.filters["sone"]
        read_at_once(self.form)
        for name, field in self.form.fields.items():
            field.widget.attrs.setdefault("class", "ds-input")
            field.widget.attrs["id"] = f"filter-{name}"

    @property
    def asked(self) -> list[tuple[str, str]]:
        """What the list is narrowed down by, for a form that is about the same rows."""
        return [(name, self.data[name]) for name in self.filters if name != "sorter" and self.data.get(name)]

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.filters if name != "sorter")

    @property
    def is_now(self) -> bool:
        return self.at >= self.today

    @property
    def told(self) -> list[str]:
        """What a dashboard has asked for, in words."""
        data = self.data
        texts = [gettext("i planer som gjelder")] if data.get("vedtatt") == YES else []
        texts += [gettext("evalueringen er forfalt")] if data.get("evaluering") == "forfalt" else []
        results = {REACHED: gettext("resultatmålene er nådd"), NOT_REACHED: gettext("resultatmål som ikke er nådd")}
        texts += [results[data["resultat"]]] if data.get("resultat") in results else []
        if since := _day(data.get("siden")):
            texts.append(gettext("tilstanden er satt %(day)s eller senere") % {"day": date_format(since)})
        if not self.is_now:
            texts.append(gettext("slik det var %(day)s") % {"day": date_format(self.at)})
        return texts

    def filter_queryset(self, queryset: Any) -> Any:
        asked = self.form.cleaned_data
        self.at = min(_end_of(asked.get("per")) or self.today, self.today)
        if not self.is_now or any(asked.get(name) for name in ("stille", "evaluering", "siden")):
            queryset = queryset.with_standing(self.at, self.is_now)
        return super().filter_queryset(queryset)

    def as_it_was(self, rows: QuerySet[Measure], name: str, value: str) -> QuerySet[Measure]:
        return rows  # for all filters at once, in filter_queryset

    def by_text(self, rows: QuerySet[Measure], name: str, value: str) -> QuerySet[Measure]:
        return rows.filter(Q(title__icontains=value) | Q(note__icontains=value))

    def by_goal(self, rows: Any, name: str, goal: Goal) -> QuerySet[Measure]:
        return rows.of_goal(goal)

    def by_unit(self, rows: Any, name: str, unit: Unit) -> QuerySet[Measure]:
        return rows.of_unit(unit)

    def by_state(self, rows: QuerySet[Measure], name: str, value: str) -> QuerySet[Measure]:
        return rows.filter(**{"state" if self.is_now else "state_then": value})

    def by_overdue(self, rows: Any, name: str, value: bool) -> QuerySet[Measure]:
        return rows.overdue(timezone.localdate()) if value else rows

    def by_quiet(self, rows: Any, name: str, value: bool) -> QuerySet[Measure]:
        return rows.filter(quiet_then=True) if value else rows

    def by_evaluation(self, rows: Any, name: str, value: str) -> QuerySet[Measure]:
        return rows.filter(evaluation_overdue_then=True) if value == "forfalt" else rows

    def by_since(self, rows: Any, name: str, value: str) -> QuerySet[Measure]:
        day = _day(value)
        return rows.filter(since_then__gte=day) if day else rows

    def by_force(self, rows: Any, name: str, value: str) -> QuerySet[Measure]:
        return rows.in_force(self.at, self.is_now) if value == YES else rows

    def by_result(self, rows: QuerySet[Measure], name: str, value: str) -> QuerySet[Measure]:
        if value not in (REACHED, NOT_REACHED):
            return rows
        targets = comparable(with_target_set(Target.objects.filter(measure=OuterRef("pk"))))
        behind = Exists(with_result(targets, self.at).filter(unreached()))
        return rows.filter(Exists(targets), ~behind if value == REACHED else behind)

    def sort(self, rows: Any, name: str, value: str) -> QuerySet[Measure]:
        return sorted_by(rows.with_next_evaluation(), SORT_KEYS, value)


def _end_of(code: str | None) -> datetime.date | None:
    try:
        return HalfYear.parse(code or "").last_day
    except ValueError:
        return None


def _day(text: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text or "")
    except ValueError:
        return None
