"""What is known of the form of one measure: its profile, its money, the children its log counts, and what was done."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from grants.domain.known_facts import Facts, Known, linked_measure
from grants.domain.questions import PROFILE_QUESTIONS
from grants.models import FundedMeasure, MeasureReport, SubProjectState
from grants.models.answers import BudgetClass, Continuation
from measures.models import LogEntry, LogKind, MeasureState

# The survey's three sizes. 10 000 is "up to 10 000", and 100 000 is not over 100 000.
SMALL_UP_TO, MEDIUM_UP_TO = Decimal(10_000), Decimal(100_000)
# A page or so: the directorate reads some 180 of them.
LONGEST_DESCRIPTION = 2000
# What was done and what came of it. Deviations and decisions are the municipality's own matter.
TOLD = (LogKind.ACTIVITY, LogKind.RESULT)
OVER = (MeasureState.COMPLETED, MeasureState.STOPPED, MeasureState.NOT_FEASIBLE, MeasureState.OVERTAKEN)


def budget_class_of(budget: Decimal) -> str:
    """The size of a budget in kroner, as the survey divides them."""
    if budget <= SMALL_UP_TO:
        return BudgetClass.SMALL
    return BudgetClass.MEDIUM if budget <= MEDIUM_UP_TO else BudgetClass.LARGE


def known_of_form(facts: Facts, form: MeasureReport) -> dict[str, Known]:
    """By question. A form that is linked to no measure knows what last year's of the same name said it is."""
    known = dict(_profile(facts, form))
    if form.funded_measure:
        known |= _money(facts, form.funded_measure)
        for name, of in (
            ("children_reached", _children), ("continue_next_year", _continuation), ("description", _description),
        ):  # fmt: skip
            if answer := of(facts, form.funded_measure):
                known[name] = answer
    return known


def _profile(facts: Facts, form: MeasureReport) -> Iterator[tuple[str, Known]]:
    last = facts.last_form(form)
    for name, question in PROFILE_QUESTIONS.items():
        if form.funded_measure and question.is_answered(value := getattr(form.funded_measure, name)):
            yield name, Known(value, _("Det som står om tilskuddstiltaket"))
        elif last and question.is_answered(value := getattr(last, name)):
            yield name, Known(value, last_years(facts), binds=False)


def last_years(facts: Facts) -> str:
    return _("Rapporten for %(year)s") % {"year": facts.year - 1}


def _money(facts: Facts, funded: FundedMeasure) -> dict[str, Known]:
    funding = facts.fundings.get(funded.pk)
    if funding is None or funding.budget_nok is None:
        return {}
    return {
        "budget_nok": Known(funding.budget_nok, _("Det tiltaket har fått av tilskuddet")),
        "budget_class": Known(budget_class_of(funding.budget_nok), _("Regnet ut av budsjettet")),
    }


def _children(facts: Facts, funded: FundedMeasure) -> Known | None:
    """From the log of the year; else what its sub-project had reached in all when the year ended, in its first form only."""
    result = facts.in_year.get(funded.children_target_id or 0)
    if result and (counted := _whole(result.value)) is not None:
        source = ngettext(
            "Loggen på tiltaket, %(count)s føring i %(year)s",
            "Loggen på tiltaket, %(count)s føringer i %(year)s",
            result.entries,
        )
        return Known(counted, source % {"count": result.entries, "year": facts.year})
    first = next(row for row in facts.funded if row.sub_project_id == funded.sub_project_id)
    outcome = facts.children.get(funded.sub_project_id or 0) if funded.pk == first.pk else None
    if outcome and (counted := _whole(outcome.value)) is not None:
        source = _("Delprosjektets resultater per %(day)s") % {"day": date_format(outcome.counted_on)}
        return Known(counted, source)
    return None


def _whole(value: Decimal | None) -> int | None:
    """Children are counted in whole numbers; anything else in the log is not a count of them."""
    return int(value) if value is not None and value >= 0 and value == value.to_integral_value() else None


def _continuation(facts: Facts, funded: FundedMeasure) -> Known | None:
    """Money next year says it best; then what became of the sub-project and of the measure; then how long it is to last."""
    if funded.pk in facts.funded_next_year:
        return Known(Continuation.YES, _("Tilskuddet for %(year)s") % {"year": facts.year + 1})
    sub_project, measure = funded.sub_project, linked_measure(funded)
    if sub_project and sub_project.state == SubProjectState.IN_LINE:
        return Known(Continuation.YES, _("Delprosjektet er videreført i linja"))
    stopped = sub_project and sub_project.state == SubProjectState.STOPPED
    ended = sub_project and sub_project.state == SubProjectState.ENDED and sub_project.state_since <= facts.last_day
    if stopped or ended:
        return Known(Continuation.NO, _("Delprosjektet er avsluttet"))
    if measure and measure.state in OVER:
        return Known(Continuation.NO, _("Tilstanden til tiltaket i planen"))
    if measure and measure.ends_on and measure.ends_on > facts.last_day:
        return Known(Continuation.YES, _("Sluttdatoen til tiltaket i planen"))
    return None


def _description(facts: Facts, funded: FundedMeasure) -> Known | None:
    if funded.description.strip():
        return Known(funded.description.strip(), _("Det som står om tilskuddstiltaket"))
    measure = linked_measure(funded)
    entries = [entry for entry in facts.entries.get(measure.pk, []) if entry.kind in TOLD] if measure else []
    if not entries:
        return None
    source: Any = ngettext(
        "Loggen på tiltaket, %(count)s føring i %(year)s", "Loggen på tiltaket, %(count)s føringer i %(year)s",
        len(entries),
    )  # fmt: skip
    return Known(_told(entries), source % {"count": len(entries), "year": facts.year})


def _told(entries: list[LogEntry]) -> str:
    """The entries of the year with their dates, newest last. Where they are too many, the oldest are left out."""
    lines: list[str] = []
    room = LONGEST_DESCRIPTION
    with override("nb"):  # an answer, and in the same words whoever opens the report
        for entry in reversed(entries):
            line = f"{date_format(entry.happened_on)}: {' '.join(entry.text.split())}"
            if len(line) > room:
                lines += [] if lines else [line[: room - 1] + "…"]
                break
            lines.append(line)
            room -= len(line) + 1
    return "\n".join(reversed(lines))
