"""What the directorate's pages can be narrowed by: scheme and year, region, and what has become of the report."""

from typing import Any

import django_filters
from django import forms
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from grants.domain.directorate import regions_of, years_of_schemes
from grants.models import Grant, GrantScheme, ReportState
from organisation.filters import ListFilter
from organisation.models.ordering import by_name, sorted_by

NOT_SENT = "ikke-sendt"
SORT_KEYS: dict[str, Any] = {
    "navn": by_name("reporting_unit__name"),
    "region": by_name("reporting_unit__region"),
    "belop": F("awarded_nok"),
    "frist": F("report_by"),
    "rapport": F("sent_state"),
    "tiltak": F("measures"),
    "barn": F("children"),
}


class Choice:
    """Scheme, year and region of a page. What the address says and isn't there gives way to what is: never an error."""

    def __init__(self, query: QueryDict) -> None:
        self.schemes = years_of_schemes()
        self.scheme = self._scheme(query.get("ordning", ""))
        self.years = self.schemes[self.scheme] if self.scheme else []
        asked = query.get("ar", "")
        self.year = next((year for year in self.years if str(year) == asked), self.years[0] if self.years else 0)
        self.regions = regions_of(scheme=self.scheme, year=self.year) if self.scheme else []
        self.region = region if (region := query.get("region", "")) in self.regions else None
        self.query = query.copy()
        self.query["ordning"] = self.scheme.public_id if self.scheme else ""
        self.query["ar"] = str(self.year)
        self.query["region"] = self.region or ""

    def _scheme(self, asked: str) -> GrantScheme | None:
        """The one asked for, or the one with the newest year."""
        wanted = [scheme for scheme in self.schemes if scheme.public_id == asked]
        newest = sorted(self.schemes, key=lambda scheme: -self.schemes[scheme][0])
        return next(iter([*wanted, *newest]), None)

    def whole_address(self) -> str:
        """The scheme and the year, without what narrows them."""
        return self.address(region="")

    def address(self, **more: Any) -> str:
        """The query of a page with the same choice."""
        query = QueryDict(mutable=True)
        query.update({name: self.query[name] for name in ("ordning", "ar", "region") if self.query[name]})
        for name, value in more.items():
            query[name] = str(value)
        return query.urlencode()


class DirectorateFilter(ListFilter):
    """Scheme (where there are several), year and region: their choices are those of what has been awarded."""

    ordning = django_filters.ChoiceFilter(method="chosen_before", label=_("Ordning"), empty_label=None)
    ar = django_filters.ChoiceFilter(method="chosen_before", label=_("År"), empty_label=None)
    region = django_filters.ChoiceFilter(
        field_name="reporting_unit__region", label=_("Region"), empty_label=_("Alle regioner")
    )

    class Meta:
        model = Grant
        fields: list[str] = []

    def __init__(self, *, choice: Choice, **kwargs: Any) -> None:
        self.choice = choice
        super().__init__(data=choice.query, **kwargs)

    def limit_choices(self) -> None:
        choice = self.choice
        self.filters["ordning"].extra["choices"] = [(scheme.public_id, scheme.name) for scheme in choice.schemes]
        self.filters["ar"].extra["choices"] = [(str(year), str(year)) for year in choice.years]
        self.filters["region"].extra["choices"] = [(name, name) for name in choice.regions]
        if len(choice.schemes) < 2:
            self.filters["ordning"].extra["widget"] = forms.HiddenInput

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.filters if name not in ("ordning", "ar", "sorter"))

    def chosen_before(self, rows: QuerySet[Grant], name: str, value: str) -> QuerySet[Grant]:
        return rows  # the rows are of one scheme and year: units_of


class MissingFilter(DirectorateFilter):
    sorter = django_filters.CharFilter(method="sort", widget=forms.HiddenInput)

    def sort(self, rows: QuerySet[Grant], name: str, value: str) -> QuerySet[Grant]:
        keys = {name: (key, by_name("reporting_unit__name"), "id") for name, key in SORT_KEYS.items()}
        return sorted_by(rows, keys, value)


class UnitFilter(MissingFilter):
    rapport = django_filters.ChoiceFilter(
        method="by_state", label=_("Årsrapport"), empty_label=_("Alle"),
        choices=[
            ("inne", _("Sendt inn eller godkjent")), ("til-godkjenning", _("Venter på godkjenning")),
            ("godkjent", _("Godkjent")), ("sendt-tilbake", _("Sendt tilbake")), (NOT_SENT, _("Ikke sendt")),
        ],
    )  # fmt: skip

    def by_state(self, rows: QuerySet[Grant], name: str, value: str) -> QuerySet[Grant]:
        states = {
            "inne": [ReportState.SUBMITTED, ReportState.ACCEPTED], "til-godkjenning": [ReportState.SUBMITTED],
            "godkjent": [ReportState.ACCEPTED], "sendt-tilbake": [ReportState.RETURNED], NOT_SENT: [""],
        }  # fmt: skip
        return rows.filter(sent_state__in=states[value])
