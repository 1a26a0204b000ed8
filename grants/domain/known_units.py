"""What is known of the unit's own form: money, partners, how it went, and what was answered last year."""

import datetime
from collections.abc import Iterator
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from grants.domain.known_facts import Facts, Known, linked_measure
from grants.domain.known_measures import last_years
from grants.domain.questions import UNIT_QUESTIONS
from grants.models import FundedMeasure, SubProjectState, Verdict
from grants.models.answers import (
    COOPERATION_OF,
    Anchoring,
    Cooperation,
    ExpectedNumber,
    FollowUp,
    GoalsReached,
    NowOrdinary,
)
from measures.models import MeasureState, PlanState
from organisation.models import Unit, UnitKind

FROM_LAST_YEAR = ("decided_by", "user_influence", "feedback_system", "reached_target_groups")
# "The number one expected" is never hit exactly: a tenth more or less is still that.
AS_EXPECTED_WITHIN = Decimal("0.10")
SEVERAL_FROM = 2  # "ja, flere"; one is "ja, noen få"


def known_of_unit_form(facts: Facts) -> dict[str, Known]:
    """By question."""
    known = dict(_from_last_year(facts))
    if facts.fundings:
        known["active_measures"] = Known(len(facts.fundings), _("Tiltakene som har fått av tilskuddet"))
    if facts.grant.awarded_nok is not None:
        known["amount_received_nok"] = Known(facts.grant.awarded_nok, _("Tilskuddet"))
    for name, of in (
        ("cooperated_with", _cooperation), ("follows_up_measures", _follow_up), ("goals_reached", _goals),
        ("reached_expected_number", _expected), ("anchored_in_plan", _anchoring),
        ("earlier_measures_now_ordinary", _now_ordinary),
    ):  # fmt: skip
        if answer := of(facts):
            known[name] = answer
    return known


def _from_last_year(facts: Facts) -> Iterator[tuple[str, Known]]:
    for name in FROM_LAST_YEAR:
        if facts.last and UNIT_QUESTIONS[name].is_answered(value := getattr(facts.last, name)):
            yield name, Known(value, last_years(facts), binds=False)


def _cooperation(facts: Facts) -> Known | None:
    """Partners of the plan's measures and of the sub-projects, and whoever else answers for a measure."""
    own = {facts.grant.reporting_unit.unit_id, facts.grant.responsible_unit_id} - {None}
    units: set[Unit] = set()
    for funded in facts.funded:
        if measure := linked_measure(funded):
            units |= set(measure.partners.all())
            # Who "we" are is known only where the reporting unit, or the holder of the grant, is one of the units.
            units |= {measure.responsible_unit} if own else set()
        units |= {partner.unit for partner in facts.partners.get(funded.sub_project_id or 0, ())}
    kinds = {COOPERATION_OF[UnitKind(unit.kind)] for unit in units if unit.pk not in own}
    if not kinds:
        return None
    value = [str(code) for code in Cooperation.values if code in kinds]
    return Known(value, _("Partnerne til tiltakene i planen og til delprosjektene"))


def _follow_up(facts: Facts) -> Known | None:
    """An evaluation in the log of the year, or a review that was held. Nothing is said of measures that are not linked."""
    if not facts.forms or not all(form.funded_measure and _is_linked(form.funded_measure) for form in facts.forms):
        return None
    followed = sum(_is_followed_up(facts, funded) for funded in facts.funded)
    value = FollowUp.NONE if not followed else FollowUp.ALL if followed == len(facts.forms) else FollowUp.SOME
    return Known(
        value,
        _("Evalueringer og stoppunkter i %(year)s: %(followed)s av %(all)s tiltak")
        % {"year": facts.year, "followed": followed, "all": len(facts.forms)},
    )


def _is_linked(funded: FundedMeasure) -> bool:
    return funded.measure_id is not None or funded.sub_project_id is not None


def _is_followed_up(facts: Facts, funded: FundedMeasure) -> bool:
    measure = linked_measure(funded)
    entries = facts.entries.get(measure.pk, []) if measure else []
    return (funded.sub_project_id or 0) in facts.reviews or any(entry.is_evaluation for entry in entries)


def _goals(facts: Facts) -> Known | None:
    """Targets of the measures, and goals judged at reviews. That all were reached is said only when each measure has one."""
    judged = [_reached(facts, funded) for funded in facts.funded]
    flat = [reached for goals in judged for reached in goals]
    source = _("Måltall og stoppunkter per %(day)s: %(reached)s av %(all)s mål nådd") % {
        "day": date_format(facts.last_day), "reached": sum(flat), "all": len(flat),
    }  # fmt: skip
    if not all(flat):
        return Known(GoalsReached.NOT_ALL, source)
    return Known(GoalsReached.ALL, source) if judged and all(judged) and len(judged) == len(facts.forms) else None


def _reached(facts: Facts, funded: FundedMeasure) -> list[bool]:
    measure = linked_measure(funded)
    results = [row for row in facts.until_year.values() if measure and row.target.measure_id == measure.pk]
    counted = [
        row.value >= row.target.value for row in results if row.value is not None and row.target.value is not None
    ]
    review = facts.reviews.get(funded.sub_project_id or 0)
    return counted + ([row.verdict == Verdict.REACHED for row in review.judgements.all()] if review else [])


def _expected(facts: Facts) -> Known | None:
    """The children that the logs counted in the year, against those that were expected on the same measures."""
    results = [facts.in_year.get(funded.children_target_id or 0) for funded in facts.funded]
    pairs = [(row.value, row.target.value) for row in results if row and row.value is not None and row.target.value]
    reached = sum((value for value, expected in pairs), Decimal(0))
    expected = sum((expected for value, expected in pairs), Decimal(0))
    if not expected:
        return None
    near = abs(reached - expected) <= expected * AS_EXPECTED_WITHIN
    more = ExpectedNumber.MORE if reached > expected else ExpectedNumber.FEWER
    source = _("Loggen på %(measures)s av %(all)s tiltak: %(reached)s nådd, %(expected)s ventet") % {
        "measures": len(pairs), "all": len(facts.forms), "reached": f"{reached.normalize():f}",
        "expected": f"{expected.normalize():f}",
    }  # fmt: skip
    return Known(ExpectedNumber.AS_EXPECTED if near else more, source)


def _anchoring(facts: Facts) -> Known | None:
    """A plan that had been adopted when the year ended, or one that was on its way."""
    plans = {measure.plan for funded in facts.funded if (measure := linked_measure(funded))}
    if not plans:
        return None
    adopted = [
        plan for plan in plans
        if plan.state != PlanState.DRAFT and (plan.adopted_on is None or plan.adopted_on <= facts.last_day)
    ]  # fmt: skip
    if not adopted:  # what it is called is nobody else's business yet
        return Known(Anchoring.DISCUSSED, _("Tiltakene står i en plan som ikke var vedtatt"))
    titles = sorted(plan.title for plan in adopted)
    return Known(Anchoring.ADOPTED, _("Planen tiltakene står i: %(plans)s") % {"plans": ", ".join(titles)})


def _now_ordinary(facts: Facts) -> Known | None:
    found = [funded for funded in facts.earlier if is_ordinary(funded, facts.last_day)]
    if not found:
        return None
    value = NowOrdinary.SEVERAL if len(found) >= SEVERAL_FROM else NowOrdinary.FEW
    titles = ", ".join(sorted(funded.title for funded in found))
    return Known(value, _("Tidligere tilskuddstiltak i ordinær drift: %(titles)s") % {"titles": titles})


def is_ordinary(funded: FundedMeasure, day: datetime.date) -> bool:
    """Whether what a grant once paid for was in ordinary operation by a day: its measure, or its sub-project in the line."""
    measure, sub_project = linked_measure(funded), funded.sub_project
    in_line = sub_project and sub_project.state == SubProjectState.IN_LINE
    in_operation = measure and measure.state == MeasureState.IN_OPERATION
    return bool(
        (in_line and sub_project and sub_project.state_since <= day)
        or (in_operation and measure and measure.state_since <= day)
    )  # fmt: skip
