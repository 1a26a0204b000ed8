"""Indicator tables: figures with their basis, missing values that stay missing, totals that are computed."""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from measures.domain.plan import check_plan_is_open
from measures.models import Goal, Indicator, IndicatorTable, Observation, Plan
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply, locked, refusing
from organisation.models import User

PERIOD_TAKEN = {
    "observation_period_unique": (gettext_lazy("Indikatoren har allerede et tall for denne perioden."), "period")
}
NAME_TAKEN = {"indicator_name_unique": (gettext_lazy("Tabellen har allerede en indikator med dette navnet."), "name")}


def create_table(
    *, plan: Plan, title: str, by: User, goal: Goal | None = None, note: str = "", total_label: str = ""
) -> IndicatorTable:
    """A new, empty table under a goal or under the plan as a whole."""
    if goal and goal.plan_id != plan.pk:
        raise DomainError(_("Velg et mål i samme plan."), "goal")
    with acting(by, "indicator.create_table"):
        check_plan_is_open(plan)
        position = plan.indicator_tables.count() + 1
        return IndicatorTable.objects.create(
            plan=plan, goal=goal, title=title, note=note, total_label=total_label, position=position
        )


def add_indicator(
    *,
    table: IndicatorTable,
    name: str,
    by: User,
    measured_in: str = "",
    in_total: bool = True,
    counts_people: bool = True,
) -> Indicator:
    """A new row. `counts_people`: its figures count persons or families, and reports protect them."""
    with acting(by, "indicator.add"), refusing(**NAME_TAKEN):
        check_plan_is_open(table.plan)
        position = table.indicators.count() + 1
        return Indicator.objects.create(
            table=table,
            name=name,
            measured_in=measured_in,
            in_total=in_total,
            counts_people=counts_people,
            position=position,
        )


def update_table(
    *, table: IndicatorTable, title: str, goal: Goal | None, note: str, total_label: str, version: int, by: User
) -> IndicatorTable:
    if goal and goal.plan_id != table.plan_id:
        raise DomainError(_("Velg et mål i samme plan."), "goal")
    with acting(by, "indicator.update_table"):
        check_plan_is_open(table.plan)
        table = locked(table, version)
        apply(table, {"title": title, "goal": goal, "note": note, "total_label": total_label})
        table.save()
    return table


def update_indicator(
    *, indicator: Indicator, name: str, measured_in: str, in_total: bool, counts_people: bool, version: int, by: User
) -> Indicator:
    with acting(by, "indicator.update"), refusing(**NAME_TAKEN):
        check_plan_is_open(indicator.table.plan)
        indicator = locked(indicator, version)
        fields = {"name": name, "measured_in": measured_in, "in_total": in_total, "counts_people": counts_people}
        apply(indicator, fields)
        indicator.save()
    return indicator


def add_observation(
    *, indicator: Indicator, period: str, value: Decimal | None, by: User, basis: str = "", remark: str = ""
) -> Observation:
    """A figure for a period. `value` None: there is none, and `remark` says why."""
    _check_observation(value, remark)
    with acting(by, "indicator.observe"), refusing(**PERIOD_TAKEN):
        check_plan_is_open(indicator.table.plan)
        return Observation.objects.create(
            indicator=indicator, period=period, sort_year=_year(period), value=value, basis=basis, remark=remark
        )


def update_observation(
    *, observation: Observation, value: Decimal | None, version: int, by: User, basis: str = "", remark: str = ""
) -> Observation:
    _check_observation(value, remark)
    with acting(by, "indicator.update_observation"):
        check_plan_is_open(observation.indicator.table.plan)
        observation = locked(observation, version)
        apply(observation, {"value": value, "basis": basis, "remark": remark})
        observation.save()
    return observation


@dataclass(frozen=True)
class Cell:
    value: Decimal | None
    remark: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Row:
    label: str
    measured_in: str
    in_total: bool
    cells: list[Cell]
    indicator: Indicator


@dataclass(frozen=True)
class Table:
    """A table ready to show. `total` has one cell per column, or is None where the table isn't summed."""

    table: IndicatorTable
    columns: list[str]
    rows: list[Row]
    total: list[Cell] | None
    bases: dict[str, list[str]]
    mixed_bases: bool


def lay_out(table: IndicatorTable) -> Table:
    """Rows by indicator, columns by period. Expects `indicators__observations` to be prefetched."""
    indicators = list(table.indicators.all())
    found = {(row.pk, o.period): o for row in indicators for o in row.observations.all()}
    years = {o.period: o.sort_year for o in found.values()}
    columns = sorted(years, key=lambda period: (years[period] or 9999, period))
    rows = [
        Row(row.name, row.measured_in, row.in_total, [_cell(found.get((row.pk, period))) for period in columns], row)
        for row in indicators
    ]
    bases = _bases(columns, found)
    return Table(
        table=table,
        columns=columns,
        rows=rows,
        total=[_sum_up(rows, index) for index in range(len(columns))] if table.total_label else None,
        bases=bases,
        mixed_bases=_mixed(rows),
    )


def _cell(observation: Observation | None) -> Cell:
    if observation is None:
        return Cell(None, _("ikke registrert"))
    return Cell(observation.value, observation.remark, observation.basis)


def _sum_up(rows: list[Row], column: int) -> Cell:
    """The sum of a column, or nothing where a part of it is missing: half a sum would be read as the whole."""
    parts = [row.cells[column].value for row in rows if row.in_total]
    if not parts or any(part is None for part in parts):
        return Cell(None, _("kan ikke summeres, tall mangler"))
    return Cell(sum((part for part in parts if part is not None), Decimal(0)))


def _bases(columns: list[str], found: dict[tuple[int, str], Observation]) -> dict[str, list[str]]:
    """Each basis with the periods it was used for, in the order of the columns."""
    bases: dict[str, list[str]] = {}
    for column in columns:
        for (_pk, period), observation in found.items():
            if period == column and observation.basis and column not in bases.setdefault(observation.basis, []):
                bases[observation.basis].append(column)
    return bases


def _mixed(rows: list[Row]) -> bool:
    """Whether figures that stand beside each other in one row rest on different bases."""
    return any(len({cell.basis for cell in row.cells if cell.value is not None}) > 1 for row in rows)


def _check_observation(value: Decimal | None, remark: str) -> None:
    if value is None and not remark.strip():
        raise DomainError(_("Skriv tallet, eller skriv i merknaden hvorfor det mangler."), "value")


def _year(period: str) -> int | None:
    match = re.search(r"\b(1[89]|20|21)\d\d\b", period)
    return int(match[0]) if match else None
