"""The demo's grants of these years, in both towns. All of it is made up and says so, but for the national scheme's name.

The measures are tied to those of the running plan and the running sub-projects, so that most of the yearly report is
known from the log, the plan, the ledger and the grant before anybody types.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone

from grants.domain.funded_measure import create_funded_measure, fund
from grants.domain.grant import apply_for, award, close, mark_reported, refuse
from grants.domain.known_answers import known_of_report
from grants.domain.reporting_unit import create_reporting_unit, own_reporting_unit
from grants.domain.scheme import create_scheme
from grants.domain.yearly_report import accept, return_report, save_measure_answers, save_unit_answers, submit
from grants.models import FundedMeasure, Grant, GrantScheme, MeasureReport, ReportingUnit, SubProject, YearlyReport
from measures.domain.log import add_log_entry
from measures.domain.measure import set_target
from measures.models import LogKind, Measure, Target
from organisation.models import Notice, User
from organisation.periods import HalfYear
from reporting.demo.organisation import Town
from reporting.demo.reading import read

ANALYST = "analytiker@direktoratet.example"
NOTE = "Oppdiktet tilskudd, laget for demoen (eksempel)."
CASE = "Sak {year} (eksempel)"
# What a measure is: named alike in the file and in the database.
PROFILE = (
    "description", "goal_category", "targeting", "primary_target_group", "immigrant_background_primary",
    "aims_parents_into_work", "recruited_by",
)  # fmt: skip
Facts = Mapping[str, Any]


def load(towns: Mapping[str, Town], people: Mapping[str, User], today: datetime.date) -> None:
    for name, facts in read("running-grants.yaml").items():
        load_town(towns[name], people[ANALYST], facts, today)
    # Whoever sent a report was told what became of it; the demo begins with what waits today, and that is found anyway.
    Notice.objects.filter(kind__in=("report_accepted", "report_returned")).delete()


@dataclass
class Story:
    """One town's grants: its schemes, who gets money, and for what, by the words of the data file."""

    town: Town
    analyst: User
    today: datetime.date
    schemes: dict[str, GrantScheme]
    units: dict[str, ReportingUnit]
    funded: dict[str, FundedMeasure] = field(default_factory=dict)

    @property
    def year(self) -> int:
        """The year that is reported on: that of the half-year before today."""
        return HalfYear.of(self.today).previous().year

    @property
    def by(self) -> User:
        return self.town.coordinator

    def day(self, year: int, month: int, day: int) -> datetime.date:
        """A day of that year, or today if it has not come yet."""
        return min(datetime.date(year, month, day), self.today)


def load_town(town: Town, analyst: User, facts: Facts, today: datetime.date) -> None:
    if "unit" in facts:
        _reporting_unit(town, facts["unit"])
    units = {"own": own_reporting_unit(municipality=town.municipality, by=town.coordinator)}
    if "district" in facts:
        units["district"] = _reporting_unit(town, facts["district"])
    schemes = {
        "national": GrantScheme.objects.get(municipality=None),
        "own": _own_scheme(town, facts["own_scheme"], today),
    }
    story = Story(town, analyst, today, schemes, units)
    for name, row in facts["measures"].items():
        story.funded[name] = _funded_measure(story, row)
    for row in facts["grants"]:
        _grant(story, row)


def _reporting_unit(town: Town, facts: Facts) -> ReportingUnit:
    unit = town.unit(facts["unit"]) if "unit" in facts else None
    return create_reporting_unit(
        municipality=town.municipality, name=facts["name"], region=facts["region"], unit=unit, by=town.coordinator
    )


def _own_scheme(town: Town, facts: Facts, today: datetime.date) -> GrantScheme:
    fields = {name: facts[name] for name in ("name", "funder", "purpose", "max_years")}
    apply_by = today + datetime.timedelta(days=facts["apply_in"])
    return create_scheme(municipality=town.municipality, by=town.coordinator, apply_by=apply_by, **fields)


def _funded_measure(story: Story, facts: Facts) -> FundedMeasure:
    measure, sub_project = None, None
    if "measure" in facts:
        measure = Measure.objects.get(plan__municipality=story.town.municipality, title=facts["measure"])
    if "sub_project" in facts:
        sub_project = SubProject.objects.get(municipality=story.town.municipality, title=facts["sub_project"])
    counted = measure or (sub_project and sub_project.measure)
    target = _target(story, counted, facts["children"]) if counted and "children" in facts else None
    if counted and target and "log" in facts:
        _log(story, counted, target, facts["log"])
    return create_funded_measure(
        reporting_unit=story.units[facts.get("of", "own")], scheme=story.schemes[facts.get("scheme", "national")],
        title=facts["title"], measure=measure, sub_project=sub_project, children_target=target, by=story.by,
        **{name: facts[name] for name in PROFILE if name in facts},
    )  # fmt: skip


def _target(story: Story, measure: Measure, name: str) -> Target:
    """The number of the measure's log that counts the children; made where the plan has none."""
    found = Target.objects.filter(measure=measure, name=name).first()
    return found or set_target(measure=measure, name=name, by=story.by)


def _log(story: Story, measure: Measure, target: Target, facts: Facts) -> None:
    """An entry of the year in the half that the open round is not about: what was confirmed there stays confirmed."""
    other_half = story.day(story.year, 5 if HalfYear.of(story.today).half == 1 else 10, 12)
    add_log_entry(
        measure=measure, text=facts["text"], happened_on=max(other_half, measure.starts_on or other_half), by=story.by,
        today=story.today, kind=LogKind.RESULT, figures={target: Decimal(facts["figure"])},
    )  # fmt: skip


def _grant(story: Story, facts: Facts) -> None:
    year = story.year - facts["back"]
    grant = apply_for(
        reporting_unit=story.units[facts.get("of", "own")], scheme=story.schemes[facts["scheme"]], year=year,
        applied_nok=Decimal(facts["applied"]), case_number=CASE.format(year=year), note=NOTE, by=story.by,
        on=story.day(year, 1, 15), responsible_unit=story.town.unit(facts["unit"]) if "unit" in facts else None,
    )  # fmt: skip
    for name, budget in facts.get("budgets", {}).items():
        fund(grant=grant, funded_measure=story.funded[name], budget_nok=Decimal(budget), by=story.by)
    if "refused" in facts:
        refuse(
            grant=grant,
            version=grant.version,
            reason=facts["refused"],
            by=story.by,
            on=story.day(year, 3, 1),
        )
    if "awarded" in facts:
        _awarded(story, grant, facts)


def _awarded(story: Story, grant: Grant, facts: Facts) -> None:
    fields: dict[str, Any] = {}
    if "positions" in facts:
        fields["positions"] = Decimal(facts["positions"])
    if "carried_over" in facts:
        fields["carried_over_nok"] = Decimal(facts["carried_over"])
    if "due" in facts:
        fields["report_by"] = story.today + datetime.timedelta(days=facts["due"])
    grant = award(
        grant=grant, version=grant.version, awarded_nok=Decimal(facts["awarded"]), by=story.by,
        on=story.day(grant.year, 3, 1), **fields,
    )  # fmt: skip
    if "report" in facts:
        _report(story, grant.report, facts["report"])
        grant.refresh_from_db()
    on = story.day(grant.year + 1, 2, 20)
    if "reported" in facts:
        grant = mark_reported(grant=grant, version=grant.version, by=story.by, on=on)
    if "spent" in facts:
        close(grant=grant, version=grant.version, spent_nok=Decimal(facts["spent"]), by=story.by, on=on)


def _report(story: Story, report: YearlyReport, facts: Facts) -> None:
    """Filled in by hand where nothing is known, sent, and judged by the directorate."""
    known = known_of_report(report)
    report = save_unit_answers(
        report=report, version=report.version, answers=_open(facts["unit"], known.unit), explanations={}, by=story.by
    )
    forms: dict[str, MeasureReport] = {}
    for name, answers in facts["measures"].items():
        form = report.measure_reports.get(funded_measure=story.funded[name])
        forms[name] = save_measure_answers(
            form=form,
            version=form.version,
            answers=_open(answers, known.measures[form.pk]),
            explanations={},
            by=story.by,
        )
    report.refresh_from_db()
    year = report.grant.year + 1
    report = submit(report=report, version=report.version, by=story.by, at=noon(story.day(year, 2, 15)))
    at = noon(story.day(year, 3, 8))
    if "accepted" in facts:
        accept(report=report, version=report.version, by=story.analyst, at=at)
    if "returned" in facts:
        remarks: dict[MeasureReport | None, str] = {forms[name]: text for name, text in facts["remarks"].items()}
        return_report(
            report=report, version=report.version, comment=facts["returned"], remarks=remarks, by=story.analyst, at=at
        )


def _open(answers: Facts, known: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if name not in known}


def noon(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(12), timezone.get_current_timezone())
