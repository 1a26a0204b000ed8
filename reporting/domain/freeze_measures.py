"""Goals, measures and log as a report freezes them."""

import datetime
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from measures.domain.results import Result
from measures.models import Goal, LogEntry, Measure
from reporting.domain.contribution import Standing
from reporting.domain.free_texts import free
from reporting.domain.plan_counts import Keys, PlanCounts
from reporting.domain.sources import SourceKind, Sources, source


class FrozenMeasures:
    """Writes measures and their log out. `goals` in the plan's order; a measure stands in full under its first one."""

    def __init__(
        self, goals: list[Goal], measures: list[Measure], standings: dict[int, Standing],
        results: dict[int, list[Result]], counts: PlanCounts, sources: Sources, changed: set[int],
    ) -> None:  # fmt: skip
        self.standings, self.results, self.counts, self.sources = standings, results, counts, sources
        self.changed = changed
        self.order = {goal.pk: index for index, goal in enumerate(goals)}
        self.first_goal = {row.pk: min(row.goals.all(), key=lambda goal: self.order[goal.pk]) for row in measures}
        self.in_order = sorted(measures, key=lambda row: (self.order[self.first_goal[row.pk].pk], row.position, row.pk))

    def measure(self, measure: Measure, goal: Goal) -> dict[str, Any]:
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
            "state_reason": self._said(
                measure, "state_reason", _("Hvorfor tilstanden er endret"), measure.state_reason
            ),
            "note": self._said(measure, "note", _("Merknad"), measure.note),
            "text": self._said(
                measure,
                "text",
                _("Tekst fra enheten"),
                standing.text if standing.is_confirmed else "",
                cleared=standing.identifies_nobody and not standing.small_entries,
            ),
            "confirmed": standing.is_confirmed,
            "case_references": measure.case_references,
            "period": measure.period_label,
            "due": measure.due_as_printed or written_out(measure.due_on),
            "evaluation_label": str(measure.get_evaluation_cadence_display()),
            "evaluation_by": measure.evaluation_by,
            "next_evaluation": next_evaluation.isoformat() if next_evaluation else None,
            "overdue": measure.evaluation_overdue,  # type: ignore[attr-defined]
            "deadline_overdue": measure.deadline_overdue,  # type: ignore[attr-defined]
            "targets": [self._target(row) for row in self.results.get(measure.pk, [])],
            "also_under": [g.number for g in measure.goals.all() if g.pk != first.pk],
        }

    def reference(self, measure: Measure) -> dict[str, Any]:
        return {
            "id": measure.public_id,
            "measure": measure.title,
            "goal": self.first_goal[measure.pk].number,
            "unit": measure.responsible_unit.name,
        }

    def log(self) -> list[dict[str, Any]]:
        """Only what a leader has read and confirmed leaves the unit."""
        return [
            entry
            for measure in self.in_order
            for entry in self._log(self.standings[measure.pk], self.results.get(measure.pk, []))
        ]

    def _target(self, result: Result) -> dict[str, Any]:
        key = Keys.target(result.target)
        self.sources[key] = source(SourceKind.LOG, result.counted)
        printed = self.counts.printed(key, result.value)
        is_hidden = isinstance(printed, dict) and (printed["shown"] != "number" or printed["on"] is not None)
        return {
            "key": key,
            "name": result.target.name,
            "unit": "",
            "target": self.counts.plain(result.target.value),
            "result": printed,
            # Of few, how many entries they were counted in would tell something too.
            "entries": 0 if is_hidden else result.entries,
        }

    def _log(self, standing: Standing, results: list[Result]) -> list[dict[str, Any]]:
        measure = standing.measure
        shown, small = self._shown_figures(standing, results), standing.small_entries
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
                    f"{measure.title}: {written_out(entry.happened_on)}",
                    "logg",
                    entry.text,
                    standing.identifies_nobody and entry.pk not in small,
                ),
                "figures": self._figures(entry, shown),
                "evaluation": entry.is_evaluation,
            }
            for entry in standing.confirmed_entries
        ]

    def _shown_figures(self, standing: Standing, results: list[Result]) -> set[int]:
        """The targets whose single numbers may stand in the log, by primary key."""
        found: dict[int, list[tuple[str, Any]]] = {}
        for entry in standing.confirmed_entries:
            for row in entry.figures.all():
                found.setdefault(row.target_id, []).append((Keys.figure(entry, row.target), row.value))
        shown = set()
        for result in results:
            entries = found.get(result.target.pk)
            if (
                entries
                and result.value is not None
                and self.counts.figures_to_print(result.target, entries, result.value)
            ):
                shown.add(result.target.pk)
                if result.target.counts_people:
                    self.counts.remember(entries)
        return shown

    def _figures(self, entry: LogEntry, shown: set[int]) -> list[dict[str, Any]]:
        rows = [row for row in entry.figures.all() if row.target_id in shown]
        for row in rows:
            self.sources[Keys.figure(entry, row.target)] = source(SourceKind.LOG, [entry.public_id])
        return [
            {
                "key": Keys.figure(entry, row.target),
                "name": row.target.name,
                "value": self.counts.plain(row.value),
                "unit": "",
            }
            for row in rows
        ]

    def _said(self, measure: Measure, name: str, label: str, text: str, cleared: bool = False) -> dict[str, Any]:
        return free(f"measure:{measure.public_id}:{name}", f"{measure.title}: {label}", "mal", text, cleared)


def written_out(day: datetime.date | None) -> str:
    """A day as it is read: "15. mai 2026"."""
    return formats.date_format(day, "DATE_FORMAT") if day else ""
