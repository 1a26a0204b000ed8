"""What the report says of one sub-project: letter, goals with result and verdict, review, money, partners, what was learnt."""

import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from grants.domain.goal_results import GoalResult
from grants.domain.outcome import StandingOutcome
from grants.domain.spending import day_of
from grants.models import (
    AwardLetter,
    ClosingReport,
    GoalJudgement,
    GoalKind,
    OutcomeKind,
    PartnerAnswer,
    PartnerRole,
    Review,
)
from measures.models import LogEntry
from organisation.charts import norwegian
from reporting.domain.contribution import counts_few
from reporting.domain.disclosure import LEAST
from reporting.domain.free_texts import free, hash_of
from reporting.domain.sub_project_facts import Facts, Told
from reporting.domain.sub_project_money import money_of
from reporting.domain.sub_project_results import (
    Results,
    counts_people,
    is_told_in_words,
    key_of,
    plain,
    target_key,
)

Json = dict[str, Any]
SECTION, APPENDIX = "delprosjekt-for-delprosjekt", "logg"


class Part:
    """One sub-project, put together of what has been read already."""

    def __init__(self, told: Told, facts: Facts, results: Results) -> None:
        self.told, self.row, self.facts, self.results = told, told.row, facts, results
        self.judged = {row.goal_id: row for row in told.review.judgements.all()} if told.review else {}

    def content(self) -> Json:
        told, standing = self.told, self.told.standing
        partners = list(self.row.partners.all())
        responsible = [row.unit.name for row in partners if row.role == PartnerRole.RESPONSIBLE]
        return {
            "id": told.id,
            "title": self.row.title,
            "unit": ", ".join(responsible),
            "partners": sorted(row.unit.name for row in partners if row.role == PartnerRole.PARTNER),
            "reference_group": sorted(row.unit.name for row in partners if row.role == PartnerRole.REFERENCE),
            "state": standing.state,
            "state_label": standing.label,
            "state_since": standing.since.isoformat(),
            "state_reason": self._free("state", _("Hvorfor tilstanden er endret"), self._reason()),
            "starts_on": self.row.starts_on.isoformat(),
            "ends_on": self.row.ends_on.isoformat(),
            "target_group": self._free("target_group", _("Målgruppe"), self._target_group()),
            "letter": self._letter(told.letter) if told.letter else None,
            "offered": offered(told.offered, self.facts.until) if told.offered else None,
            "effect_goals": self._effect_goals(),
            "goals": [self._goal(goal) for goal in told.goals],
            "judged_before": self._judged_before(),
            "verdicts": self._verdicts(),
            "review": self._review(told.review) if told.review else None,
            "earlier_conditions": self._earlier_conditions(),
            "next_review": told.open_review.due_on.isoformat() if told.open_review and standing.is_running else None,
            "money": money_of(told, self.facts),
            "results": self._recorded(),
            "other": self._other(),
            "lessons": [
                {"on": row.written_on.isoformat(), "text": self._free(f"lesson:{row.public_id}", _("Erfaring"), row.text)}
                for row in self.row.lessons.all()
                if row.written_on <= self.facts.until
            ],
            "closing": self._closing(told.closing_report),
            "entries": len(told.entries),
        }  # fmt: skip

    def log(self) -> list[Json]:
        """The half-year's entries, for the appendix. Numbers of persons and families are left out: the entries add up to what
        may be protected."""
        return [self._entry(entry) for entry in self.told.entries]

    def _entry(self, entry: LogEntry) -> Json:
        day, people = date_format(entry.happened_on), self._targets_of_people()
        return {
            "id": entry.thread,
            "sub_project": self.told.id,
            "title": self.row.title,
            "on": entry.happened_on.isoformat(),
            "kind_label": str(entry.get_kind_display()),
            "text": free(
                f"log:{entry.thread}", f"{self.row.title}: {day}", APPENDIX, entry.text,
                entry.pk in self.facts.cleared_entries and not counts_few(entry, people),
            ),
            "figures": [
                {"name": row.target.name, "value": plain(row.value)}
                for row in entry.figures.all()
                if row.target_id not in people
            ],
        }  # fmt: skip

    def _targets_of_people(self) -> set[int | None]:
        """What its target says, or the kind of a goal that is counted there."""
        by_goal = {goal.goal.log_target_id for goal in self.told.goals if counts_people(goal.goal)}
        figures = [row for entry in self.told.entries for row in entry.figures.all()]
        return by_goal | {row.target_id for row in figures if row.target.counts_people}

    def _free(self, name: str, label: str, text: str) -> Json:
        return free(f"subproject:{self.told.id}:{name}", f"{self.row.title}: {label}", SECTION, text)

    def _reason(self) -> str:
        """Said once: where the review of the half-year gives the same reason, it stands there."""
        reason, review = self.told.standing.reason, self.told.review
        return "" if review and review.reason == reason else reason

    def _target_group(self) -> str:
        return (self.told.letter.target_group if self.told.letter else "") or self.row.target_group

    def _letter(self, letter: AwardLetter) -> Json:
        return {
            "number": letter.number,
            "in_force_on": letter.in_force_on.isoformat() if letter.in_force_on else None,
            "case_number": letter.case_number,
            "change_reason": self._free("letter:change", _("Hva som er endret i tildelingsbrevet"), letter.change_reason),
            "conditions": self._free("letter:conditions", _("Vilkår i tildelingsbrevet"), letter.conditions),
        }  # fmt: skip

    def _effect_goals(self) -> list[Json]:
        goals = self.told.letter.goals.all() if self.told.letter else []
        return [
            {"about": goal.about, "about_label": str(goal.get_about_display()), "text": goal.text}
            for goal in goals
            if goal.kind == GoalKind.EFFECT
        ]

    def _goal(self, result: GoalResult) -> Json:
        goal, verdict = result.goal, self.judged.get(result.goal.pk)
        return {
            "id": goal.public_id,
            "number": goal.number,
            "about": goal.about,
            "text": goal.text,
            "indicator": goal.indicator,
            "target": None if goal.target_value is None else plain(goal.target_value),
            "due_on": goal.due_on.isoformat() if goal.due_on else None,
            "cell": self._cell(result),
            "counted_in": "log" if result.is_logged else "recorded" if result.recorded else "",
            **self._verdict(verdict),
        }

    def _cell(self, result: GoalResult) -> Json | None:
        if result.is_logged:
            return self.results.cells[target_key(result.goal)]
        return self.results.of_kind(self.row, result.recorded.kind) if result.recorded else None

    def _verdict(self, row: GoalJudgement | None) -> Json:
        comment = row.comment if row else ""
        name = f"verdict:{row.goal.public_id}" if row else ""
        return {
            "verdict": row.verdict if row else "",
            "verdict_label": str(row.get_verdict_display()) if row else "",
            "comment": self._free(name, _("Kommentar til vurderingen"), comment) if comment else "",
        }

    def _judged_before(self) -> list[Json]:
        """Goals of the letter that the review was held on, when another has taken its place since."""
        now = {result.goal.pk for result in self.told.goals}
        return [
            {"text": row.goal.text, **self._verdict(row)} for pk, row in sorted(self.judged.items()) if pk not in now
        ]

    def _verdicts(self) -> list[Json]:
        """How many of the goals that were judged are reached, partly reached and not."""
        labels = {row.verdict: str(row.get_verdict_display()) for row in self.judged.values()}
        counted = [row.verdict for row in self.judged.values()]
        order = ("reached", "partly", "not_reached")
        return [{"key": key, "label": labels[key], "count": counted.count(key)} for key in order if key in labels]

    def _review(self, review: Review) -> Json:
        answers = list(review.answers.all())
        return {
            "number": review.number,
            "held_on": review.held_on.isoformat() if review.held_on else None,
            "letter": review.letter.number if review.letter else None,
            "decision": review.decision,
            "decision_label": str(review.get_decision_display()),
            "reason": self._free(f"review:{review.number}:reason", _("Begrunnelse for avgjørelsen"), review.reason),
            "summary": self._free(f"review:{review.number}:summary", _("Oppsummering av stoppunktet"), review.summary),
            "conditions": self._free(f"review:{review.number}:conditions", _("Vilkår fra stoppunktet"), review.conditions),
            "answers": {
                "count": len(answers),
                "asked": len(self.row.partners.all()),
                "questions": [
                    {"text": str(text), "mean": _mean([getattr(row, name) for row in answers])}
                    for name, text in PartnerAnswer.QUESTIONS.items()
                ],
            },
        }  # fmt: skip

    def _earlier_conditions(self) -> Json | None:
        review = self.told.review_before
        if review is None or not review.conditions or review.held_on is None:
            return None
        text = self._free(f"review:{review.number}:conditions", _("Vilkår fra forrige stoppunkt"), review.conditions)
        return {"number": review.number, "held_on": review.held_on.isoformat(), "text": text}

    def _recorded(self) -> list[Json]:
        """What is counted beside the result goals."""
        in_goals = {cell["key"] for goal in self.told.goals if (cell := self._cell(goal))}
        rows = [(kind, self.results.of_kind(self.row, kind)) for kind in self.results.kinds]
        return [
            {"label": str(OutcomeKind(kind).label), "cell": cell}
            for kind, cell in rows
            if cell and cell["key"] not in in_goals
        ]

    def _other(self) -> list[Json]:
        """Something else that is counted: as a number, or in words where it is no count."""
        mine = [
            row for row in self.facts.standing if row.sub_project_id == self.row.pk and row.kind == OutcomeKind.OTHER
        ]
        return [self._other_row(row) for row in mine]

    def _other_row(self, row: StandingOutcome) -> Json:
        """The label and the unit are written by whoever recorded the number, and wait to be read like every other text."""
        outcome = row.outcome
        unit, note = (outcome.measured_in, outcome.note) if outcome else ("", "")
        # Without a row to name it by, the label tells it from the others of the sub-project.
        name = f"other:{outcome.public_id if outcome else hash_of(row.label)[:12]}"
        if is_told_in_words(row):
            said = f"{row.label}: {norwegian(row.value, unit)}. {note}"
            return {"label": "", "unit": "", "cell": None, "text": self._free(name, row.label, said)}
        return {
            "label": self._free(f"{name}:label", _("Hva som er telt"), row.label),
            "unit": self._free(f"{name}:unit", _("Hva det er telt i"), unit) if unit else "",
            "cell": self.results.cells[key_of(row, self.told.id)],
            "text": self._free(name, row.label, note) if note else "",
        }  # fmt: skip

    def _closing(self, report: ClosingReport | None) -> Json | None:
        """Not what was achieved and what is left, which are full of numbers: those stand in the tables, protected."""
        if report is None or report.started_on > self.facts.until:
            return None
        sent: datetime.date | None = day_of(report.submitted_at) if report.submitted_at else None
        sent = sent if sent and sent <= self.facts.until else None
        return {
            "due_on": report.due_on.isoformat(),
            "sent_on": sent.isoformat() if sent else None,
            "learnt": self._free("closing:learnt", _("Hva som ble lært"), report.learnt) if sent else "",
            "carried_on": self._free("closing:carried_on", _("Hva som lever videre"), report.carried_on) if sent else "",
        }  # fmt: skip


def offered(letter: AwardLetter, until: datetime.date) -> Json:
    """A letter that waited for signatures on a day, and whose."""
    missing = [
        row.partner.unit.name
        for row in letter.signatures.all()
        if row.accepted_at is None or day_of(row.accepted_at) > until
    ]
    return {
        "number": letter.number,
        "on": letter.offered_on.isoformat() if letter.offered_on else None,
        "missing": sorted(missing),
    }


def _mean(values: list[int]) -> str | None:
    """To one decimal, halves up; None where fewer than five have answered."""
    if len(values) < LEAST:
        return None
    return str((Decimal(sum(values)) / len(values)).quantize(Decimal("0.1"), ROUND_HALF_UP))
