"""The figures of a plan's half-year: everything its report says, as data. The shape is written down in docs/report-content.md."""

import datetime
from collections import Counter
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from measures.domain.indicators import lay_out
from measures.domain.results import results
from measures.models import Approach, Goal, Measure, MeasureState, Plan, StateChange
from organisation.models import Role
from reporting.domain.changes import ENDED, changes
from reporting.domain.contribution import standings
from reporting.domain.family_release import answers_for_report
from reporting.domain.first_page import first_page
from reporting.domain.free_texts import free
from reporting.domain.freeze_measures import FrozenMeasures, written_out
from reporting.domain.freeze_tables import FrozenTables
from reporting.domain.plan_counts import PlanCounts
from reporting.domain.published_counts import earlier, sums_told
from reporting.domain.report_before import content_before
from reporting.domain.resolution import points_to_report
from reporting.domain.sources import SourceKind, Sources, source
from reporting.models import ReportRound

SCHEMA = 2


def frozen_plan(round: ReportRound) -> tuple[dict[str, Any], Sources]:
    """The figures of a closed round and what they were made from, in bokmål whatever the language of the one who closes."""
    with translation.override("nb"):
        builder = _Builder(round)
        return builder.content(), builder.sources


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
        self.sources: Sources = {}
        self.measures = list(
            self.plan.measures.with_overdue(self.closed_on, of_any_plan=True)
            .select_related("responsible_unit")
            .prefetch_related("goals", "partners")
        )
        self.standings = {row.measure.pk: row for row in standings(round, self.measures)}
        # Only what a leader has read and confirmed leaves the unit, numbers too.
        unconfirmed = {
            entry.pk for row in self.standings.values() for entry in row.entries if entry not in row.confirmed_entries
        }
        found = results(self.measures, self.period.last_day, leave_out=unconfirmed)
        self.goals = list(self.plan.goals.all())
        self.summaries = {row.goal_id: row.text for row in round.goal_summaries.all()}
        laid_out = [lay_out(row) for row in self.plan.indicator_tables.prefetch_related("indicators__observations")]
        everything = [row for rows in found.values() for row in rows]
        self.counts = PlanCounts.of(
            everything, laid_out, earlier(self.plan.municipality), sums_told(self.plan.municipality),
            min(self.period.last_day, self.closed_on),
        )  # fmt: skip
        tables = FrozenTables(self.counts, self.sources)
        self.tables: dict[int | None, list[Any]] = {}
        for table in laid_out:
            self.tables.setdefault(table.table.goal_id, []).append(tables.frozen(table))
        # A state that a measure was entered with has no known beginning.
        changed = set(
            StateChange.objects.filter(measure__in=self.measures)
            .exclude(before="")
            .values_list("measure_id", flat=True)
        )
        self.written = FrozenMeasures(
            self._goals_in_order(), self.measures, self.standings, found, self.counts, self.sources, changed
        )

    def content(self) -> dict[str, Any]:
        municipality, round = self.plan.municipality, self.round
        content = {
            "schema": SCHEMA,
            "kind": "plan_half_year",
            "title": _("Statusrapport %(period)s") % {"period": self.period.label},
            "subject": self.plan.name,
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
            "proposed_decision": free("proposed_decision", _("Forslag til vedtak"), "forside", round.proposed_decision),
            "summary": free("summary", _("Sammendrag"), "sammendrag", round.summary),
            "main_aims": [{"number": row.number, "text": row.text} for row in self.plan.main_aims.all()],
            "state_counts": self._state_counts(self.measures, "state"),
            "measure_count": len(self.measures),
            "indicator_tables": self.tables.get(None, []),
            "goals": [self._goal(row) for row in self.goals if row.parent_id is None],
            "overdue": self._overdue(),
            "not_reported": [
                self.written.reference(row) for row in self.measures if not self.standings[row.pk].is_confirmed
            ],
            # Through the disclosure gate only; the round's own day is the last that counts.
            "family_answers": answers_for_report(municipality, self.closed_on),
            "log": self.written.log(),
        }
        return content | self._beside_the_last_one(content) | self.counts.as_content

    def _beside_the_last_one(self, content: dict[str, Any]) -> dict[str, Any]:
        """What has changed, what has become of the board's resolutions, and the first page, which is made of everything else."""
        before = content_before(self.round)
        since = datetime.date.fromisoformat(before["closed_on"]) if before else None
        plans = [pk for pk in (self.plan.pk, self.plan.revises_id) if pk is not None]
        resolutions = points_to_report(plans=plans, since=since, until=self.closed_on)
        for point in (point for row in resolutions for point in row["points"]):
            self.sources[f"point:{point['id']}"] = source(SourceKind.RESOLUTIONS, [point["id"]])
        found = changes(before, content) if before else None
        page = first_page({**content, "changes": found}, before)
        self._note_sources_of_the_first_page()
        return {"changes": found, "resolutions": resolutions, "first_page": page}

    def _note_sources_of_the_first_page(self) -> None:
        running = (MeasureState.IN_OPERATION, MeasureState.COMPLETED)
        late = [row for row in self.measures if row.evaluation_overdue or row.deadline_overdue]  # type: ignore[attr-defined]
        silent = [row for row in self.measures if not self.standings[row.pk].is_confirmed]
        targets = [key for key in self.sources if key.startswith("target:")]
        for name, measures in (
            ("running", [row for row in self.measures if row.state in running]),
            ("late", late),
            ("not_reported", silent),
            ("ended", [row for row in self.measures if row.state in ENDED]),
        ):
            self.sources[f"first:{name}"] = source(SourceKind.MEASURES, [row.public_id for row in measures])
        self.sources["first:reached"] = source(SourceKind.RESULTS, targets)

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
            "state_counts": self._state_counts(measures, f"goal:{goal.public_id}"),
            "measures": [self.written.measure(row, goal) for row in measures],
            "indicator_tables": self.tables.get(goal.pk, []),
            "children": [self._goal(row) for row in self.goals if row.parent_id == goal.pk],
        }

    def _overdue(self) -> list[dict[str, Any]]:
        """What should have been done before the round was closed: deadlines first, then evaluations."""
        rows = []
        for measure in self.measures:
            if measure.deadline_overdue:  # type: ignore[attr-defined]
                rows.append(self._late(measure, "deadline", measure.due_on, _("Frist")))
            if measure.evaluation_overdue:  # type: ignore[attr-defined]
                cadence = _("Evaluering, %(cadence)s") % {
                    "cadence": str(measure.get_evaluation_cadence_display()).lower()
                }
                rows.append(self._late(measure, "evaluation", measure.next_evaluation, cadence))  # type: ignore[attr-defined]
        return rows

    def _late(self, measure: Measure, what: str, due: Any, label: str) -> dict[str, Any]:
        return {**self.written.reference(measure), "what": what, "due": due.isoformat(), "cadence_label": label}

    def _state_counts(self, measures: list[Measure], key: str) -> list[dict[str, Any]]:
        counts = Counter(row.state for row in measures)
        rows = []
        for state in MeasureState:
            if counts[state.value]:
                name = f"{key}:{state.value}"
                ids = [row.public_id for row in measures if row.state == state.value]
                self.sources[name] = source(SourceKind.MEASURES, ids)
                row = {"key": name, "state": state.value, "label": str(state.label), "count": counts[state.value]}
                rows.append(row)
        return rows

    def _goals_in_order(self) -> list[Goal]:
        ordered = []
        for goal in self.goals:
            if goal.parent_id is None:
                ordered += [goal, *(child for child in self.goals if child.parent_id == goal.pk)]
        return ordered


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
        "adopted": plan.adopted_as_printed or written_out(plan.adopted_on),
        "period": plan.period_label,
        "case_number": plan.case_number,
        "description": plan.description,
        "approaches": [{"label": str(kind.label), "text": text} for kind, text in explained if kind in used],
    }
