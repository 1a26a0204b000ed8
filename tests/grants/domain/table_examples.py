"""Tables made by hand, one of each kind that is printed differently; and reports to make real ones of."""

import random
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices

from grants.domain.published_figures import set_published
from grants.domain.table_list import COUNT, KRONER, MEAN, PERCENT, SPECS
from grants.domain.tables import Column, Row, Table
from grants.models import Grant, GrantScheme, GrantState, ReportState, YearlyReport, answers
from organisation.models import Municipality, User
from tests.factories import (
    GrantFactory,
    GrantSchemeFactory,
    MeasureReportFactory,
    MunicipalityFactory,
    ReportingUnitFactory,
    UserFactory,
    YearlyReportFactory,
)

REGIONS = ("Region Nord", "Region Sør", "Bydeler Oslo")


def a_table(number: int, columns: list[Column], rows: list[Row], **fields: Any) -> Table:
    """As it is declared, with what is given."""
    spec = SPECS[number]
    values = {"n": 50, "is_over_time": spec.is_over_time, "is_by_region": spec.is_by_region} | fields
    return Table(number=number, title=spec.title, year=2009, columns=tuple(columns), rows=tuple(rows), **values)


def shares(**fields: Any) -> Table:
    """Table 29 as it was published for 2009."""
    columns = [Column("antall", "Antall", COUNT), Column("prosent", "Prosent", PERCENT)]
    rows = [Row("ja, alle", (18, 36), "all"), Row("ja, noen", (19, 38), "some"), Row("nei", (13, 26), "none")]
    return a_table(29, columns, rows, total=Row("I alt", (50, 100)), **{"missing": 5} | fields)


def over_time(
    values: tuple[int | Decimal | None, ...] = (359839, 387692, 520628, 456430), years: tuple[int, ...] | None = None
) -> Table:
    """Table 4: one amount a year, of which all but the last were published earlier."""
    years = years or tuple(range(2010 - len(values), 2010))
    columns = [Column(str(year), str(year), KRONER, 55 if year == years[-1] else None) for year in years]
    return a_table(4, columns, [Row("Gjennomsnitt", values)], n=55, published_years=years[:-1])


def by_region() -> Table:
    """Table 27: percents down each region, and of the whole country."""
    columns = [Column(name, name, PERCENT, base) for name, base in (("Nord", 10), ("Sør", 30), ("Hele landet", 40))]
    return a_table(27, columns, [Row("ja", (50, 10, 20)), Row("nei", (50, 90, None))], n=40)


def regions_in_rows() -> Table:
    """Table 25: two means and a count for each region."""
    columns = [Column("beløp", "Beløp", KRONER), Column("tiltak", "Tiltak", MEAN), Column("antall", "Antall", COUNT)]
    rows = [Row("Nord", (200_000, Decimal("2.5"), 9)), Row("Sør", (400_000, Decimal("3.0"), 14))]
    return a_table(25, columns, rows, n=23, total=Row("Hele landet", (321_739, Decimal("2.8"), 23)))


def some_reports(scheme: GrantScheme | None = None, year: int = 2009, units: int = 6) -> tuple[GrantScheme, User]:
    """A scheme with reports of so many municipalities, with answers of every kind and some left open; the same each time."""
    chance, by = random.Random(year), UserFactory()
    scheme = scheme or GrantSchemeFactory()
    for number in range(units):
        unit = ReportingUnitFactory(region=REGIONS[number % len(REGIONS)])
        grant = GrantFactory(reporting_unit=unit, scheme=scheme, year=year, state=GrantState.REPORTED)
        a_report(grant, chance, by)
    return scheme, by


def a_report(grant: Grant, chance: random.Random, by: User) -> YearlyReport:
    def one(choices: type[TextChoices]) -> str:
        return str(chance.choice(["", *choices.values]))

    def several(choices: type[TextChoices]) -> list[str]:
        return [code for code in choices.values if chance.random() < 0.4]

    report: YearlyReport = YearlyReportFactory(
        grant=grant, state=ReportState.SUBMITTED, submitted_by=by, active_measures=chance.choice([None, 1, 2, 3]),
        amount_received_nok=chance.randint(40_000, 2_000_000), decided_by=one(answers.DecidedBy),
        cooperated_with=several(answers.Cooperation), follows_up_measures=one(answers.FollowUp),
        goals_reached=one(answers.GoalsReached), reason_not_reached=one(answers.ReasonNotReached),
        reached_expected_number=one(answers.ExpectedNumber), reached_target_groups=one(answers.ReachedGroups),
        user_influence=one(answers.UserInfluence), feedback_system=one(answers.FeedbackSystem),
        anchored_in_plan=one(answers.Anchoring), earlier_measures_now_ordinary=one(answers.NowOrdinary),
    )  # fmt: skip
    for _ in range(3):
        MeasureReportFactory(
            report=report, goal_category=one(answers.GoalCategory), targeting=one(answers.Targeting),
            primary_target_group=one(answers.TargetGroup), immigrant_background_primary=one(answers.YesNo),
            aims_parents_into_work=one(answers.YesNo), recruited_by=several(answers.Recruiter),
            budget_nok=chance.choice([None, 9_000, 75_000, 240_000]), budget_class=one(answers.BudgetClass),
            children_reached=chance.choice([None, 4, 31, 150]), continue_next_year=one(answers.Continuation),
        )  # fmt: skip
    return report


def published_before(scheme: GrantScheme, by: User) -> None:
    """Figures of 2006 and 2008: there is a gap between them."""
    for year, value in ((2006, "2.6"), (2008, "3.2")):
        set_published(scheme=scheme, table=3, year=year, values={"": Decimal(value)}, by=by)


def report_of(municipality: Municipality | None, scheme: GrantScheme, name: str, **fields: Any) -> YearlyReport:
    """A submitted report of one municipality for 2009."""
    unit = ReportingUnitFactory(municipality=municipality or MunicipalityFactory(), name=name)
    grant = GrantFactory(reporting_unit=unit, scheme=scheme, state=GrantState.REPORTED)
    report: YearlyReport = YearlyReportFactory(grant=grant, state=ReportState.SUBMITTED, **fields)
    return report
