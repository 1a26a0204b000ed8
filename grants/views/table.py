"""The 41 tables of yearly reports: the list, one table, and the files of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from grants.domain.table_export import as_csv
from grants.domain.table_list import SPECS, TableSpec
from grants.domain.table_overview import TABLE_OF_CHILDREN, Overview, overview
from grants.domain.table_shown import shown
from grants.domain.table_spreadsheet import as_xlsx
from grants.domain.tables import THEN, TODAY, Table, all_tables, make_table, years_with_answers, years_with_grants
from grants.forms.table import DIVISIONS, TableFilter, name_of_division
from grants.models import Grant, GrantScheme, ReportingUnit, TableEdition
from organisation.access import SignedInRequest, access, roles
from organisation.models import CASE_ROLES, Role, User
from organisation.paging import numbered
from organisation.separation import of_municipalities, seeing

READERS = roles(*CASE_ROLES, Role.ANALYST)
PAGE_SIZE = 25
BOM = "\ufeff"  # Excel takes the file for something else without it
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def groups() -> list[tuple[str, str, tuple[int, ...]]]:
    """What the tables are about, for the list: an anchor, a heading and the numbers. Every table stands in one group."""
    return [
        ("midler", _("Kommuner og midler"), (1, 2, 3, 4)),
        ("samarbeid", _("Beslutninger og samarbeid"), (5, 6, 7, 8)),
        ("tiltak", _("Tiltakene"), (9, 10, 12, 13, 14)),
        ("innvandrerbakgrunn", _("Innvandrerbakgrunn"), (11, 15, 16, 17, 18, 19)),
        ("penger", _("Penger til tiltakene"), (20, 21, 22, 23, 24)),
        ("regioner", _("Regionene"), (25, 26, 27, 28, 40)),
        ("resultater", _("Oppfølging og resultater"), (29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 41)),
    ]


@contextmanager
def reports_of(user: User) -> Iterator[None]:
    """Show the database's rows that the user's tables are made of: those of her case work, for an analyst those of all.

    A request shows all her municipalities, also one where she is a juror. The engine asks no queryset who she is.
    """
    with seeing(of_municipalities(user.municipality_ids(*CASE_ROLES), published=user.has_role(Role.ANALYST))):
        yield


@dataclass(frozen=True)
class Chosen:
    """What the URL asks for, or what stands in its place: the newest year, the whole country, the division of the time."""

    schemes: list[GrantScheme]
    scheme: GrantScheme
    years: list[int]
    year: int
    regions: list[str]
    region: str
    division: str | None  # None: the table's own

    @property
    def wanted(self) -> dict[str, Any]:
        """The arguments of the engine."""
        return {"scheme": self.scheme, "year": self.year, "region": self.region, "division": self.division}

    @property
    def query(self) -> dict[str, str]:
        """As it stands in the URL; what is not said is left out."""
        said = {
            "ordning": self.scheme.public_id if len(self.schemes) > 1 else "", "ar": str(self.year),
            "region": self.region, "inndeling": name_of_division(self.division),
        }  # fmt: skip
        return {name: value for name, value in said.items() if value}

    def form(self, spec: TableSpec | None = None) -> TableFilter:
        """Of one table, or of all: then it doesn't ask for the division, which each has one of its own of."""
        # The table's own is shown as chosen where nothing is said.
        initial = {"inndeling": name_of_division(_own_division(spec))} | self.query if spec else self.query
        found = TableFilter(
            schemes=self.schemes, years=self.years, regions=self.regions, initial=initial, then=self._then(spec)
        )
        if not spec:
            del found.fields["inndeling"]
        return found

    def _then(self, spec: TableSpec | None) -> str:
        if spec and spec.is_over_time:
            return _("Kommuner som i hvert av årene")
        return _("Kommuner som i %(year)s") % {"year": self.year}

    def division_used(self, spec: TableSpec) -> str:
        """Which municipalities the table is of, where nobody has chosen; else nothing."""
        if self.division:
            return ""
        if _own_division(spec) == TODAY:
            return _("Tabellen bruker kommunene som i dag, så årene kan sammenlignes.")
        return _("Tabellen bruker kommunene som i %(year)s.") % {"year": self.year}


def _own_division(spec: TableSpec) -> str:
    return TODAY if spec.is_over_time else THEN


def chosen_by(request: SignedInRequest) -> Chosen | None:
    """None where there are no answers at all to make tables of. Whatever the URL says is compared, and never asked for."""
    granted = Grant.objects.awarded().filter(scheme=OuterRef("pk"))
    schemes = list(GrantScheme.objects.visible_to(request.user).reported_here().filter(Exists(granted)))
    if not schemes:
        return None
    asked = request.GET
    scheme = next((row for row in schemes if row.public_id == asked.get("ordning")), schemes[0])
    answered = years_with_answers(scheme)
    # Tables of amounts are made before anybody has answered; a year with answers comes first all the same.
    years = sorted({*answered, *years_with_grants(scheme)}, reverse=True)
    units = ReportingUnit.objects.filter(grants__in=Grant.objects.awarded().filter(scheme=scheme)).exclude(region="")
    regions = sorted(units.order_by().values_list("region", flat=True).distinct())
    return Chosen(
        schemes=schemes, scheme=scheme, years=years, regions=regions if len(regions) > 1 else [],
        year=next((year for year in years if str(year) == asked.get("ar")), [*answered, *years][0]),
        region=next((name for name in regions if name == asked.get("region")), ""),
        division=DIVISIONS.get(asked.get("inndeling", "")),
    )  # fmt: skip


@access(READERS)
@require_GET
def table_list(request: SignedInRequest) -> HttpResponse:
    is_analyst = not _is_own(request)
    with reports_of(request.user):
        chosen = chosen_by(request)
        figures = overview(scheme=chosen.scheme, year=chosen.year, region=chosen.region) if chosen else None
    editions = TableEdition.objects.visible_to(request.user).select_related("scheme", "made_by", "document__job")
    context = {
        "section": "tables",
        "chosen": chosen,
        "form": chosen.form() if chosen else None,
        "query": urlencode(chosen.query) if chosen else "",
        "has_answers": bool(figures and figures.reports),
        "figures": _figures(figures) if figures else [],
        "groups": [
            {"key": key, "title": title, "tables": [{"number": n, "title": SPECS[n].title} for n in numbers]}
            for key, title, numbers in groups()
        ],
        "is_own": not is_analyst,
        "may_make": is_analyst and chosen is not None,
        "page_obj": numbered(request, editions, PAGE_SIZE) if is_analyst else None,
    }
    return render(request, "grants/tables/list.html", context)


def _figures(found: Overview) -> list[dict[str, Any]]:
    """Five at most, each with the table it leads to."""
    return [
        {"value": found.units, "label": _("enheter med tilskudd"), "table": 1, "is_money": False},
        {"value": found.amount, "label": _("kroner i tilskudd"), "table": 1, "is_money": True},
        {"value": found.reports, "label": _("årsrapporter i tabellene"), "table": 2, "is_money": False},
        {"value": found.measures, "label": _("tiltak i årsrapportene"), "table": 12, "is_money": False},
        {"value": found.children, "label": _("barn og unge nådd"), "table": TABLE_OF_CHILDREN, "is_money": False},
    ]


@access(READERS)
@require_GET
def table_detail(request: SignedInRequest, number: int) -> HttpResponse:
    spec, is_own = _spec(number), _is_own(request)
    table: Table | None = None
    with reports_of(request.user):
        chosen = chosen_by(request)
        if chosen:
            table = make_table(number, **chosen.wanted)
    title = _("Tabell %(number)s: %(title)s") % {"number": number, "title": spec.title}
    context = {
        "section": "tables",
        "crumbs": [(_("Tabeller"), reverse("grant-table-list")), (title, None)],
        "title": title,
        "number": number,
        "chosen": chosen,
        "form": chosen.form(spec) if chosen else None,
        "division_used": chosen.division_used(spec) if chosen else "",
        "query": urlencode(chosen.query) if chosen else "",
        "table": shown(table, is_own=is_own) if table else None,
        "is_own": is_own,
        "before": _link(number - 1),
        "after": _link(number + 1),
    }
    return render(request, "grants/tables/table.html", context)


def _is_own(request: SignedInRequest) -> bool:
    """Whether the tables are of the reader's own municipality, and not of the whole country."""
    return not request.user.has_role(Role.ANALYST)


def _spec(number: int) -> TableSpec:
    if number not in SPECS:
        raise Http404
    return SPECS[number]


def _link(number: int) -> dict[str, Any] | None:
    return {"number": number, "title": SPECS[number].title} if number in SPECS else None


# --- Files ----------------------------------------------------------------------------------------------------


@access(READERS)
@require_GET
def table_csv(request: SignedInRequest, number: int) -> HttpResponse:
    return _file(
        request, number, "csv", lambda table: HttpResponse(BOM + as_csv(table), content_type="text/csv; charset=utf-8")
    )


@access(READERS)
@require_GET
def table_xlsx(request: SignedInRequest, number: int) -> HttpResponse:
    return _file(
        request,
        number,
        "xlsx",
        lambda table: HttpResponse(as_xlsx([table], is_own=_is_own(request)), content_type=XLSX),
    )


@access(READERS)
@require_GET
def table_json(request: SignedInRequest, number: int) -> HttpResponse:
    as_answer = lambda table: JsonResponse(table.as_json(), json_dumps_params={"ensure_ascii": False})  # noqa: E731
    return _file(request, number, "json", as_answer)


@access(READERS)
@require_GET
def tables_xlsx(request: SignedInRequest) -> HttpResponse:
    """Every table, one sheet each."""
    with reports_of(request.user):
        chosen = chosen_by(request)
        if chosen is None:
            raise Http404
        tables = all_tables(**chosen.wanted)
    return _named(
        HttpResponse(as_xlsx(tables, is_own=_is_own(request)), content_type=XLSX), f"tabeller-{_said(chosen)}.xlsx"
    )


def _file(request: SignedInRequest, number: int, ending: str, answer: Callable[[Table], HttpResponse]) -> HttpResponse:
    """The same table as the page of the same query; 404 where the page has none."""
    _spec(number)
    with reports_of(request.user):
        chosen = chosen_by(request)
        if chosen is None:
            raise Http404
        table = make_table(number, **chosen.wanted)
    return _named(answer(table), f"tabell-{number}-{_said(chosen)}.{ending}")


def _said(chosen: Chosen) -> str:
    """The choices, as part of a file's name."""
    return "-".join(filter(None, [str(chosen.year), slugify(chosen.region), name_of_division(chosen.division)]))


def _named(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
