"""Figures of earlier years as they were published for the whole country, for the tables that run over years."""

from decimal import ROUND_HALF_UP, Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from grants.domain.table_list import MEAN, PERCENT, SPECS, TableSpec
from grants.models import GrantScheme, PublishedFigure
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting
from organisation.models import User

FIRST_YEAR, LAST_YEAR = 1990, 2100  # as the column has it


def publishable_rows(table: int) -> list[tuple[str, str]]:
    """The rows that a table's published figures are of: code and label. One without a code where it has one figure a year."""
    spec = _over_time(table)
    with override("nb"):
        return list(spec.options.items()) or [("", spec.means[0].label)]


def set_published(
    *, scheme: GrantScheme, table: int, year: int, values: dict[str, Decimal], by: User
) -> list[PublishedFigure]:
    """Replace what was published in a table of a year, by the options' codes; with no values, take it away."""
    codes = [code for code, _label in publishable_rows(table)]
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DomainError(_("Skriv et årstall fra 1990 til 2100."), "year")
    for code, value in values.items():
        if code not in codes:
            raise DomainError(_("Tabellen har ikke denne raden: %(row)s") % {"row": code})
        check_figure(table=table, value=value, field=code or None)
    with acting(by, "published_figures.set"):
        # Two who do it at once come one after the other.
        scheme = GrantScheme.objects.select_for_update(no_key=True).get(pk=scheme.pk)
        if not scheme.is_national:
            raise DomainError(_("Publiserte tall gjelder hele landet, og ordningen er en kommunes egen."))
        _figures(scheme, table).filter(year=year).delete()
        return PublishedFigure.objects.bulk_create(
            PublishedFigure(scheme=scheme, table=table, year=year, row=code, value=values[code])
            for code in codes if code in values
        )  # fmt: skip


def check_figure(*, table: int, value: Decimal, field: str | None = None) -> None:
    """As it was printed: percents and amounts are whole, a mean has one decimal at most."""
    figure = _figure(_over_time(table))
    if value < 0 or (figure == PERCENT and value > 100):
        raise DomainError(_("Tallet må være 0 eller høyere, og en prosent ikke over 100."), field)
    if value != round(value, 1 if figure == MEAN else 0):
        raise DomainError(
            _("Skriv gjennomsnittet med én desimal.") if figure == MEAN else _("Skriv et helt tall."), field
        )


def published(*, scheme: GrantScheme, table: int, until: int) -> dict[int, dict[str, Decimal]]:
    """What was published of a table, by year and the options' codes."""
    as_printed = Decimal("0.1") if _figure(_over_time(table)) == MEAN else Decimal(1)
    found: dict[int, dict[str, Decimal]] = {}
    for row in _figures(scheme, table).filter(year__lte=until):
        found.setdefault(row.year, {})[row.row] = row.value.quantize(as_printed, ROUND_HALF_UP)
    return found


def _figures(scheme: GrantScheme, table: int) -> QuerySet[PublishedFigure]:
    return PublishedFigure.objects.filter(scheme=scheme, table=table)


def _over_time(table: int) -> TableSpec:
    spec = SPECS.get(table)
    if spec is None or not spec.is_over_time:
        raise DomainError(_("Bare tabeller over flere år har tall som er publisert før."), "table")
    return spec


def _figure(spec: TableSpec) -> str:
    return spec.means[0].figure if spec.means else PERCENT
