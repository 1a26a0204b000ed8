"""The frozen copy of a round: everything its report says, as data. The shape is written down in docs/frozen-round.md."""

import datetime
from collections import Counter
from decimal import Decimal
from typing import Any

from django.utils import formats, translation
from django.utils.translation import gettext as _

from measures.domain.indicators import Cell, lay_out
from measures.domain.results import Result, results
from measures.models import Approach, Goal, LogEntry, Measure, MeasureState, Plan, StateChange
from organisation.models import Role
from reporting.domain.contribution import Standing, standings
from reporting.domain.family_release import answers_for_report
from reporting.domain.free_texts import free
from reporting.models import ReportRound

SCHEMA = 2


def figures_of(round: ReportRound) -> dict[str, Any]:
    """The figures of a closed round, in bokmål whatever the language of the one who closes."""
    with translation.override("nb"):
        return _Builder(round).content()


def report_title(round: ReportRound) -> str:
    """The report's title, in bokmål like all of the report."""
    with translation.override("nb"):
        return _("Statusrapport %(period)s: %(plan)s") % {"period": round.period.label, "plan": round.plan.name}


class _Builder:
    """Reads what a round needs with a fixed number of queries and puts it together."""

    def __init__(self, round: ReportRound) -> None:
        if round.closed_on is None:
            raise ValueError("An open round is not frozen.")
        self.round, self.plan, self.period, self.closed_on = round, round.plan, round.period, round.closed_on
        measures = list(
            self.plan.measures.with_overdue(self.closed_on, of_any_plan=True)
            .select_related("responsible_unit")
            .prefetch_related("goals", "partners")
        )
        self.standings = {row.measure.pk: row for row in standings(round, measures)}
        self.measures = measures
        # Only what a leader has read and confirmed leaves the unit, numbers too.
        unconfirmed = {
            entry.pk for row in self.standings.values() for entry in row.entries if entry not in row.confirmed_entries
        }
        self.results = results(measures, self.period.last_day, leave_out=unconfirmed)
        self.goals = list(self.plan.goals.all())
        self.summaries = {row.goal_id: row.text for row in round.goal_summaries.all()}
        self.tables: dict[int | None, list[Any]] = {}
        for table in self.plan.indicator_tables.prefetch_related("indicators__observations"):
            self.tables.setdefault(table.goal_id, []).append(_table(table))
        # A state that a measure was entered with has no known beginning.
        self.changed = set(
            StateChange.objects.filter(measure__in=measures).exclude(before="").values_list("measure_id", flat=True)
        )
        self.first_goal = {row.pk: self._first_goal(row) for row in measures}

    def content(self) -> dict[str, Any]:
        municipality, round = self.plan.municipality, self.round
        return {
            "schema": SCHEMA,
            "kind": "plan_half_year",
            "municipality": {"name": municipality.name, "number": municipality.number, "region": municipality.region},
            "plan": _plan(self.plan),
            "case_number": round.case_number,
            "period": {
                "code": self.period.code,
                "label": self.period.label,
                "start": self.period.first_day.isoformat(),
                "end": self.period.last_day.isoformat(),
            },
            "closed_on": self.closed_on.isoformat(),
            "closed_by_role": str(Role.COORDINATOR.label),
            "proposed_decision": free("proposed_decision", _("Forslag til vedtak"), "forslag", round.proposed_decision),
            "summary": free("summary", _("Sammendrag"), "sammendrag", round.summary),
            "main_aims": [{"number": row.number, "text": row.text} for row in self.plan.main_aims.all()],
            "state_counts": _state_counts(self.measures),
            "measure_count": len(self.measures),
            "indicator_tables": self.tables.get(None, []),
            "goals": [self._goal(row) for row in self.goals if row.parent_id is None],
            "overdue": self._overdue(),
            "not_reported": [self._reference(row) for row in self.measures if not self.standings[row.pk].is_confirmed],
            # Through the disclosure gate only; the round's own day is the last that counts.
            "family_answers": answers_for_report(municipality, self.closed_on),
            "log": [entry for row in self._in_order() for entry in self._log(self.standings[row.pk])],
        }

    def _goal(self, goal: Goal) -> dict[str, Any]:
        measures = [row for row in self.measures if goal.pk in {g.pk for g in row.goals.all()}]
        return {
            "id": goal.public_id,
            "number": goal.number,
            "kind": goal.kind,
            "kind_label": str(goal.get_kind_display()),
            "title": goal.title,
            "aim": goal.aim,
            "horizon_label": str(goal.get_horizon_display()),
            "summary": free(
                f"goal:{goal.public_id}",
                _("Sammendrag av %(goal)s") % {"goal": goal.label},
                "mal",
                self.summaries.get(goal.pk, ""),
            ),
            "state_counts": _state_counts(measures),
            "measures": [self._measure(row, goal) for row in measures],
            "indicator_tables": self.tables.get(goal.pk, []),
            "children": [self._goal(row) for row in self.goals if row.parent_id == goal.pk],
        }

    def _measure(self, measure: Measure, goal: Goal) -> dict[str, Any]:
        first = self.first_goal[measure.pk]
        head = {
            "id": measure.public_id,
            "title": measure.title,
            "unit": measure.responsible_unit.name,
            "state": measure.state,
            "state_label": str(measure.get_state_display()),
        }
        if first.pk != goal.pk:
            return {**head, "see_goal": first.number}
        standing = self.standings[measure.pk]
        next_evaluation = measure.next_evaluation  # type: ignore[attr-defined]
        return {
            **head,
            "partners": [unit.name for unit in measure.partners.all()],
            "approach_label": str(measure.get_approach_display()),
            "state_since": measure.state_since.isoformat() if measure.pk in self.changed else None,
            "state_reason": self._of_measure(
                measure, "state_reason", _("Hvorfor tilstanden er endret"), measure.state_reason
            ),
            "note": self._of_measure(measure, "note", _("Merknad"), measure.note),
            "text": self._of_measure(
                measure,
                "text",
                _("Tekst fra enheten"),
                standing.text if standing.is_confirmed else "",
                cleared=standing.identifies_nobody,
            ),
            "confirmed": standing.is_confirmed,
            "case_references": measure.case_references,
            "period": measure.period_label,
            "due": measure.due_as_printed or _day(measure.due_on),
            "evaluation_label": str(measure.get_evaluation_cadence_display()),
            "evaluation_by": measure.evaluation_by,
            "next_evaluation": next_evaluation.isoformat() if next_evaluation else None,
            "overdue": measure.evaluation_overdue,  # type: ignore[attr-defined]
            "deadline_overdue": measure.deadline_overdue,  # type: ignore[attr-defined]
            "targets": [_target(row) for row in self.results.get(measure.pk, [])],
            "also_under": [g.number for g in measure.goals.all() if g.pk != first.pk],
        }

    def _of_measure(self, measure: Measure, name: str, label: str, text: str, cleared: bool = False) -> dict[str, Any]:
        return free(f"measure:{measure.public_id}:{name}", f"{measure.title}: {label}", "mal", text, cleared)

    def _overdue(self) -> list[dict[str, Any]]:
        """What should have been done before the round was closed: deadlines first, then evaluations."""
        rows = []
        for measure in self.measures:
            if measure.deadline_overdue:  # type: ignore[attr-defined]
                due = measure.due_on.isoformat()  # type: ignore[union-attr]
                rows.append({**self._reference(measure), "due": due, "cadence_label": _("Frist")})
            if measure.evaluation_overdue:  # type: ignore[attr-defined]
                rows.append(
                    {
                        **self._reference(measure),
                        "due": measure.next_evaluation.isoformat(),  # type: ignore[attr-defined]
                        "cadence_label": _("Evaluering, %(cadence)s")
                        % {"cadence": str(measure.get_evaluation_cadence_display()).lower()},
                    }
                )
        return rows

    def _reference(self, measure: Measure) -> dict[str, Any]:
        return {
            "id": measure.public_id,
            "measure": measure.title,
            "goal": self.first_goal[measure.pk].number,
            "unit": measure.responsible_unit.name,
        }

    def _log(self, standing: Standing) -> list[dict[str, Any]]:
        """Only what a leader has read and confirmed leaves the unit."""
        measure = standing.measure
        return [
            {
                "id": entry.thread,
                "measure_id": measure.public_id,
                "measure": measure.title,
                "goal": self.first_goal[measure.pk].number,
                "on": entry.happened_on.isoformat(),
                "kind": entry.kind,
                "kind_label": str(entry.get_kind_display()),
                "text": free(
                    f"log:{entry.thread}",
                    f"{measure.title}: {_day(entry.happened_on)}",
                    "logg",
                    entry.text,
                    standing.identifies_nobody,
                ),
                "figures": _figures(entry),
                "evaluation": entry.is_evaluation,
            }
            for entry in standing.confirmed_entries
        ]

    def _first_goal(self, measure: Measure) -> Goal:
        order = {goal.pk: index for index, goal in enumerate(self._goals_in_order())}
        return min(measure.goals.all(), key=lambda goal: order[goal.pk])

    def _goals_in_order(self) -> list[Goal]:
        ordered = []
        for goal in self.goals:
            if goal.parent_id is None:
                ordered += [goal, *(child for child in self.goals if child.parent_id == goal.pk)]
        return ordered

    def _in_order(self) -> list[Measure]:
        order = {goal.pk: index for index, goal in enumerate(self._goals_in_order())}
        return sorted(self.measures, key=lambda row: (order[self.first_goal[row.pk].pk], row.position, row.pk))


def _plan(plan: Plan) -> dict[str, Any]:
    explained = [
        (Approach.STRUCTURAL, _("arbeid, kvalifisering og utdanning")),
        (Approach.ALLEVIATING, _("det som letter hverdagen for den som er fattig")),
        (Approach.PREVENTIVE, _("det som hindrer at fattigdom oppstår")),
    ]
    used = set(plan.measures.values_list("approach", flat=True))
    return {
        "id": plan.public_id,
        "title": plan.title,
        "short_title": plan.short_title,
        "kind_label": str(plan.get_kind_display()),
        "adopted": plan.adopted_as_printed or _day(plan.adopted_on),
        "period": plan.period_label,
        "case_number": plan.case_number,
        "description": plan.description,
        "approaches": [{"label": str(kind.label), "text": text} for kind, text in explained if kind in used],
    }


def _state_counts(measures: list[Measure]) -> list[dict[str, Any]]:
    counts = Counter(row.state for row in measures)
    return [
        {"state": state.value, "label": str(state.label), "count": counts[state.value]}
        for state in MeasureState
        if counts[state.value]
    ]


def _table(table: Any) -> dict[str, Any]:
    laid_out = lay_out(table)
    return {
        "title": table.title,
        "note": table.note,
        "columns": laid_out.columns,
        "rows": [
            {
                "label": row.label,
                "unit": row.measured_in,
                "in_total": row.in_total,
                "cells": [_cell(c) for c in row.cells],
            }
            for row in laid_out.rows
        ],
        "total": {"label": table.total_label, "cells": [_cell(c) for c in laid_out.total]} if laid_out.total else None,
        "mixed_bases": laid_out.mixed_bases,
        "bases": [{"basis": basis, "columns": columns} for basis, columns in laid_out.bases.items()],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {"value": _number(cell.value), "remark": cell.remark, "basis": cell.basis}


def _target(result: Result) -> dict[str, Any]:
    return {
        "name": result.target.name,
        "unit": "",
        "target": _number(result.target.value),
        "result": _number(result.value),
        "entries": result.entries,
    }


def _figures(entry: LogEntry) -> list[dict[str, Any]]:
    return [{"name": row.target.name, "value": _number(row.value), "unit": ""} for row in entry.figures.all()]


def _number(value: Decimal | None) -> int | float | None:
    """A JSON number: whole where it is whole. Two decimals are held exactly enough by a float."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _day(day: datetime.date | None) -> str:
    return formats.date_format(day, "DATE_FORMAT") if day else ""
