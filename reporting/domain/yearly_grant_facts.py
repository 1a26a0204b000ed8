"""What the yearly report on grants is made of, read for one municipality with a number of queries that doesn't grow with it."""

import datetime
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from grants.domain.grant_money import GrantMoney, money_of
from grants.domain.known_units import is_ordinary
from grants.domain.report_steps import day_of
from grants.models import (
    AWARDED_STATES,
    COUNTED_STATES,
    FundedMeasure,
    Funding,
    Grant,
    GrantState,
    MeasureReport,
    ReportState,
    YearlyReport,
)
from organisation.models import Municipality


@dataclass(frozen=True)
class Line:
    """One measure that a grant pays for: its share of the money, its form in the report, or both."""

    funding: Funding | None
    form: MeasureReport | None

    @property
    def funded(self) -> FundedMeasure | None:
        return self.funding.funded_measure if self.funding else self.form.funded_measure if self.form else None

    @property
    def id(self) -> str:
        """The same from year to year where it is one of the municipality's measures."""
        return self.funded.public_id if self.funded else self.form.public_id if self.form else ""

    @property
    def title(self) -> str:
        return self.form.title if self.form else self.funded.title if self.funded else ""


@dataclass(frozen=True)
class Told:
    """One grant as the report tells of it. Answers are told once they have been sent, and not while they are sent back."""

    grant: Grant
    money: GrantMoney
    lines: list[Line]

    @property
    def id(self) -> str:
        return self.grant.public_id

    @property
    def report(self) -> YearlyReport | None:
        found: YearlyReport | None = getattr(self.grant, "report", None)
        return found

    @property
    def answers(self) -> YearlyReport | None:
        return self.report if self.report and self.report.state in COUNTED_STATES else None

    @property
    def forms(self) -> list[MeasureReport]:
        return [line.form for line in self.lines if line.form]

    @property
    def title(self) -> str:
        """The unit first: the names of schemes are long, and lists cut them."""
        return f"{self.grant.reporting_unit.name}, {self.grant.scheme.name}"

    @property
    def sent_on(self) -> datetime.date | None:
        """When the report was sent first. Of schemes that aren't reported here, when somebody said that it was."""
        if self.report is None:
            return self.grant.state_since if self.grant.state == GrantState.REPORTED else None
        first = next((step for step in self.report.steps.all() if step.after == ReportState.SUBMITTED), None)
        at = first.at if first else self.report.submitted_at
        return day_of(at) if at else None


@dataclass(frozen=True)
class Facts:
    """`told` are the year's grants, also those that were refused; `earlier` measures with money before and none this year."""

    municipality: Municipality
    year: int
    on: datetime.date
    told: list[Told]
    earlier: list[FundedMeasure]

    @property
    def awarded(self) -> list[Told]:
        return [told for told in self.told if told.grant.is_awarded]

    @property
    def until(self) -> datetime.date:
        """The year's last day, or today while it lasts."""
        return min(datetime.date(self.year, 12, 31), self.on)

    @property
    def now_ordinary(self) -> list[FundedMeasure]:
        return [funded for funded in self.earlier if is_ordinary(funded, self.until)]


def facts_of(municipality: Municipality, year: int, on: datetime.date) -> Facts:
    """Of this municipality only, whatever the connection shows."""
    grants = list(_grants(municipality, year))
    money = money_of(grants)
    return Facts(
        municipality,
        year,
        on,
        [Told(grant, money[grant.pk], lines_of(grant)) for grant in grants],
        list(_earlier(municipality, year)),
    )


def lines_of(grant: Grant) -> list[Line]:
    """The measures with money of the grant, and those that only a report's file names."""
    report: YearlyReport | None = getattr(grant, "report", None)
    forms = list(report.measure_reports.all()) if report and report.state in COUNTED_STATES else []
    by_measure = {form.funded_measure_id: form for form in forms if form.funded_measure_id}
    lines = [Line(funding, by_measure.get(funding.funded_measure_id)) for funding in grant.fundings.all()]
    paid_for = {line.form for line in lines}
    return [*lines, *(Line(None, form) for form in forms if form not in paid_for)]


def _grants(municipality: Municipality, year: int) -> QuerySet[Grant]:
    linked = [f"funded_measure__{path}" for path in ("measure__plan", "sub_project__measure__plan")]
    fundings = Funding.objects.select_related(*linked).order_by("funded_measure__title", "id")
    forms = MeasureReport.objects.select_related(*linked)
    return (
        Grant.objects.filter(reporting_unit__municipality=municipality, year=year)
        .select_related("scheme", "reporting_unit", "responsible_unit", "report")
        .prefetch_related(
            Prefetch("fundings", fundings), Prefetch("report__measure_reports", forms), "report__steps"
        )
        .order_by("scheme__name", "reporting_unit__name", "id")
    )  # fmt: skip


def _earlier(municipality: Municipality, year: int) -> QuerySet[FundedMeasure]:
    funded = Funding.objects.filter(grant__state__in=AWARDED_STATES)
    return (
        FundedMeasure.objects.filter(
            reporting_unit__municipality=municipality,
            pk__in=funded.filter(grant__year__lt=year).values("funded_measure"),
        )
        .exclude(pk__in=funded.filter(grant__year=year).values("funded_measure"))
        .select_related("measure", "sub_project__measure", "reporting_unit")
        .order_by("title", "id")
    )
