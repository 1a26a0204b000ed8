"""Grants and reports as plain rows, for tests of the tables: made up, stored, and counted by hand in table_check.py."""

import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from grants.models import (
    Grant,
    GrantScheme,
    GrantState,
    MeasureReport,
    ReportingUnit,
    ReportState,
    YearlyReport,
)
from tests.factories import MunicipalityFactory, UserFactory
from tests.factories.grants_received import SENT_AT

Answers = dict[str, Any]
# Codes and words of the directorate's survey, in its order.
OPTIONS: dict[str, dict[str, str]] = {
    "goal_category": {
        "direct_support": "direkte økonomisk støtte til bruker", "equipment": "utstyr/skolebøker",
        "activities": "aktiviteter for barn/unge", "holiday": "ferie/aktivitet med familie",
        "jobs": "jobbtilbud for unge", "staff_skills": "kompetanseheving etat/kommune",
        "user_skills": "kompetanseheving bruker", "other": "annet",
    },
    "targeting": {"some": "rettet mot enkelte barn/unge/familier", "all": "åpent for alle"},
    "primary_target_group": {
        "children": "barn (0-12)", "youth": "ungdom (12-24)", "family": "familie",
        "staff": "ansatte i kommune, etat og lignende", "other": "annet",
    },
    "immigrant_background_primary": {"yes": "ja", "no": "nei"},
    "aims_parents_into_work": {"yes": "ja", "no": "nei"},
    "recruited_by": {
        "social_services": "sosialtjenesten utenfor NAV", "nav": "NAV", "child_welfare": "barnevernet",
        "school": "skolen", "kindergarten": "barnehager", "culture": "kultur/fritidsetaten",
        "introduction": "introduksjonsprogrammet", "refugee_service": "flyktning-/innvandreretaten",
        "self": "egenrekruttering", "other": "annet",
    },
    "budget_class": {"small": "opp til 10.000", "medium": "10.000-100.000", "large": "over 100.000"},
    "continue_next_year": {"yes": "ja", "no": "nei", "unknown": "vet ikke"},
    "decided_by": {
        "after_discussion": "sosialtjenesten, etter å ha diskutert med andre etater",
        "alone": "sosialtjenesten alene", "other": "annet",
    },
    "cooperated_with": {
        "same_municipality": "offentlige etater i samme kommune",
        "other_municipalities": "offentlige etater i andre kommuner", "voluntary": "frivillige organisasjoner",
        "other": "andre samarbeidspartnere", "none": "ikke samarbeidet",
    },
    "follows_up_measures": {"all": "ja, alle", "some": "ja, noen", "none": "nei"},
    "goals_reached": {"not_all": "ikke alle målsettinger", "all": "alle målsettinger"},
    "reason_not_reached": {
        "staff": "mangel på kvalifisert personell", "time": "mangel på tid",
        "resources": "mangel på økonomiske eller materielle ressurser",
        "organisation": "organisasjonsmessige problemer", "other": "annet",
    },
    "reached_expected_number": {
        "as_expected": "antall man forventet", "more": "flere enn forventet", "fewer": "færre enn forventet",
        "unknown": "vet ikke",
    },
    "reached_target_groups": {
        "all": "ja, alle", "mostly": "i stor grad", "partly": "bare til en viss grad", "none": "ingen",
    },
    "user_influence": {"all": "alle tiltakene", "some": "noen av tiltakene", "little": "liten eller ingen"},
    "feedback_system": {
        "established": "etablert", "considered": "ikke etablert men vurdert", "none": "ikke etablert",
    },
    "anchored_in_plan": {
        "adopted": "politisk vedtatt plan/strategi", "discussed": "plan/strategi til politisk diskusjon",
        "none": "ikke forankret",
    },
    "earlier_measures_now_ordinary": {
        "several": "ja, flere", "few": "ja, noen få", "none": "nei, ingen", "unsure": "usikker",
    },
}  # fmt: skip
OF_MEASURES = (
    "goal_category", "targeting", "primary_target_group", "immigrant_background_primary", "aims_parents_into_work",
    "recruited_by", "budget_class", "continue_next_year",
)  # fmt: skip
OF_UNITS = tuple(name for name in OPTIONS if name not in OF_MEASURES)
SEVERAL = ("recruited_by", "cooperated_with")
REGIONS = ("Region Øst", "Region Nord", "Ås og omland", "Region Ærfugl", "")
NAMES = ("Øre", "alta", "Ås", "Bærum", "Zalt", "Ærverd", "Alstahaug", "Aasen", "Ørsta", "Bø")


@dataclass
class Unit:
    name: str
    region: str = "Region Nord"
    successor: int | None = None  # the place of another unit, which has none itself


@dataclass
class Received:
    """One unit's grant of a year, by its place among the units, and its report if it has one."""

    unit: int
    year: int = 2009
    state: str = GrantState.REPORTED
    awarded: Decimal | None = Decimal(400_000)
    report: str | None = ReportState.SUBMITTED
    answers: Answers = field(default_factory=dict)
    measures: list[Answers] = field(default_factory=list)
    elsewhere: bool = False  # of another scheme


def some_units(chance: random.Random, count: int) -> list[Unit]:
    """The first ones are of today; of the others every second has become part of one of them."""
    units = [Unit(name, chance.choice(REGIONS)) for name in NAMES[:count]]
    for place, unit in enumerate(units):
        if place > 1 and chance.random() < 0.5:
            unit.successor = chance.choice([before for before in range(place) if units[before].successor is None])
    return units


def some_received(
    chance: random.Random, units: list[Unit], years: range, measures: int, silence: float
) -> list[Received]:
    """Any state, any answers; a share of the questions is left open."""
    found = []
    for year in years:
        for place in range(len(units)):
            if chance.random() < 0.2:
                continue
            state = chance.choice([*GrantState])
            awarded = None if state in (GrantState.APPLIED, GrantState.REFUSED) else _amount(chance)
            report = chance.choice([None, *ReportState, ReportState.SUBMITTED, ReportState.ACCEPTED])
            found.append(
                Received(
                    place, year, state, awarded, report, _unit_answers(chance, silence),
                    [_measure_answers(chance, silence) for _ in range(chance.randint(0, measures))],
                    elsewhere=chance.random() < 0.1,
                )
            )  # fmt: skip
    return found


def store(scheme: GrantScheme, other: GrantScheme, units: list[Unit], received: list[Received]) -> None:
    by, municipality = UserFactory(), MunicipalityFactory()
    rows = [ReportingUnit(municipality=municipality, name=unit.name, region=unit.region) for unit in units]
    ReportingUnit.objects.bulk_create(rows)
    for row, unit in zip(rows, units, strict=True):
        if unit.successor is not None:
            row.successor = rows[unit.successor]
    ReportingUnit.objects.bulk_update(rows, ["successor"])
    reports, forms = [], []
    for one in received:
        grant = Grant(
            reporting_unit=rows[one.unit], scheme=other if one.elsewhere else scheme, year=one.year, state=one.state,
            state_since=SENT_AT.date(), awarded_nok=one.awarded,
        )  # fmt: skip
        reports.append((grant, one))
    Grant.objects.bulk_create(grant for grant, _one in reports)
    for grant, one in reports:
        if one.report is None:
            continue
        sent = one.report != ReportState.DRAFT
        # Accepted at last: no forms can be added then.
        state = ReportState.SUBMITTED if one.report == ReportState.ACCEPTED else one.report
        report = YearlyReport(
            grant=grant, state=state, submitted_at=SENT_AT if sent else None, submitted_by=by if sent else None,
            **one.answers,
        )  # fmt: skip
        forms += [(report, one, number, answers) for number, answers in enumerate([None, *one.measures])]
    YearlyReport.objects.bulk_create(report for report, _one, number, _answers in forms if number == 0)
    MeasureReport.objects.bulk_create(
        MeasureReport(report=report, number=number, title=f"Tiltak {number}", **(answers or {}))
        for report, _one, number, answers in forms if number
    )  # fmt: skip
    accepted = [report.pk for report, one, number, _ in forms if number == 0 and one.report == ReportState.ACCEPTED]
    YearlyReport.objects.filter(pk__in=accepted).update(state=ReportState.ACCEPTED, accepted_at=SENT_AT, accepted_by=by)


def _unit_answers(chance: random.Random, silence: float) -> Answers:
    found: Answers = {name: _choice(chance, name, silence) for name in OF_UNITS}
    found["active_measures"] = None if chance.random() < silence else chance.randint(0, 4)
    found["amount_received_nok"] = None if chance.random() < silence else _amount(chance)
    return found


def _measure_answers(chance: random.Random, silence: float) -> Answers:
    found: Answers = {name: _choice(chance, name, silence) for name in OF_MEASURES}
    found["budget_nok"] = None if chance.random() < silence else _amount(chance)
    found["children_reached"] = None if chance.random() < silence else chance.randint(0, 5)
    return found


def _choice(chance: random.Random, name: str, silence: float) -> Any:
    codes = list(OPTIONS[name])
    if chance.random() < silence:
        return [] if name in SEVERAL else ""
    return chance.sample(codes, chance.randint(1, len(codes))) if name in SEVERAL else chance.choice(codes)


def _amount(chance: random.Random) -> Decimal:
    """Small ones and halves often, so that means fall in the middle."""
    return chance.choice([Decimal(0), Decimal("0.50"), Decimal("2.50"), Decimal(chance.randint(0, 10**8)) / 100])
