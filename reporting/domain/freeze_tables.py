"""Indicator tables as a report freezes them, each figure with its key and as it is printed."""

from typing import Any

from measures.domain.indicators import Row, Table
from reporting.domain.free_texts import free
from reporting.domain.plan_counts import Keys, PlanCounts
from reporting.domain.sources import SourceKind, Sources, source


class FrozenTables:
    """Lays out the tables of a plan, and notes where each figure comes from."""

    def __init__(self, counts: PlanCounts, sources: Sources) -> None:
        self.counts, self.sources = counts, sources

    def frozen(self, table: Table) -> dict[str, Any]:
        return {
            "title": table.table.title,
            "note": self._note(table),
            "columns": table.columns,
            "rows": [self._row(table, row) for row in table.rows],
            "total": self._total(table) if table.total else None,
            "mixed_bases": table.mixed_bases,
            "bases": [{"basis": basis, "columns": columns} for basis, columns in table.bases.items()],
        }

    def _row(self, table: Table, row: Row) -> dict[str, Any]:
        cells = []
        observations = {o.period: o.public_id for o in row.indicator.observations.all()}
        label = f"{table.table.title}: {row.label}"
        for period, cell in zip(table.columns, row.cells, strict=True):
            key = Keys.cell(row.indicator.series, period)
            if period in observations:
                self.sources[key] = source(SourceKind.OBSERVATIONS, [observations[period]])
            remark: str | dict[str, Any] = cell.remark
            if period in observations and cell.remark:
                remark = free(f"observation:{observations[period]}", f"{label}, {period}", _section(table), cell.remark)
            value = self.counts.printed(key, cell.value)
            cells.append({"key": key, "value": value, "remark": remark, "basis": cell.basis})
        return {
            "id": row.indicator.series,
            "label": row.label,
            "unit": row.measured_in,
            "in_total": row.in_total,
            "cells": cells,
        }

    def _note(self, table: Table) -> str | dict[str, Any]:
        row = table.table
        return free(f"table:{row.public_id}:note", row.title, _section(table), row.note) if row.note else ""

    def _total(self, table: Table) -> dict[str, Any]:
        cells = []
        for period, cell in zip(table.columns, table.total or (), strict=True):
            key = Keys.total(table, period)
            parts = [Keys.cell(row.indicator.series, period) for row in table.rows if row.in_total]
            self.sources[key] = source(SourceKind.RESULTS, parts)
            value = self.counts.printed(key, cell.value)
            cells.append({"key": key, "value": value, "remark": cell.remark, "basis": cell.basis})
        return {"id": Keys.total_series(table), "label": table.table.total_label, "cells": cells}


def _section(table: Table) -> str:
    return "mal" if table.table.goal_id else "tall"
