"""The 55 units that reported on grants used in 2009, read in from files as the directorate would.

The scheme, the amounts, the regions and the figures of the years before are real. The measures and the answers are made up
to agree with the counts that were published; they say so in the measures' titles and in each unit's feedback.
"""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from grants.domain.grant_files import read_file
from grants.domain.grant_import import store
from grants.domain.published_figures import publishable_rows, set_published
from grants.domain.reporting_unit import create_reporting_unit
from grants.domain.scheme import create_scheme
from grants.domain.yearly_report import accept
from grants.models import GrantScheme, ReportState, YearlyReport
from organisation.models import Notice, User
from reporting.demo.organisation import Town
from reporting.demo.reading import DATA, read

YEAR = 2009
FILES = ("grants-2009-amounts.csv", "grants-2009-units.csv", "grants-2009-measures.csv")
# How many reports the demo's analyst has left to accept, or to send back.
LEFT_TO_JUDGE = 5
SENT_ON, ACCEPTED_ON = datetime.date(2010, 2, 22), datetime.date(2010, 4, 12)
ANALYST = "analytiker@direktoratet.example"
Facts = Mapping[str, Any]


def load(town: Town, people: Mapping[str, User]) -> None:
    """`town` is the one of the 55 that the demo has people in."""
    facts, analyst = read("grants-2009-tables.yaml"), people[ANALYST]
    scheme = _scheme(facts["scheme"], analyst)
    create_reporting_unit(
        municipality=town.municipality, name="Trondheim kommune", region="Region Midt-Norge", by=town.coordinator
    )
    for name in FILES:
        # By the system, as `manage.py import_grants` does it: nobody accepts what she has sent herself.
        store(sheet=read_file(name, (DATA / name).read_bytes()), scheme=scheme, year=YEAR, by=None, at=_noon(SENT_ON))
    _accept(scheme, analyst)
    _publish(scheme, facts["earlier_years"], analyst)


def _scheme(facts: Facts, analyst: User) -> GrantScheme:
    return create_scheme(
        municipality=None, by=analyst, name=facts["name"], funder=facts["funder"], max_years=facts["max_years"],
        purpose="Barn og unge i familier med lav inntekt får være med på det andre er med på.", reported_here=True,
    )  # fmt: skip


def _accept(scheme: GrantScheme, analyst: User) -> None:
    reports = YearlyReport.objects.filter(grant__scheme=scheme, state=ReportState.SUBMITTED).order_by("id")
    for report in list(reports)[:-LEFT_TO_JUDGE]:
        accept(report=report, version=report.version, by=analyst, at=_noon(ACCEPTED_ON))
    Notice.objects.filter(kind="report_accepted").delete()


def _publish(scheme: GrantScheme, figures: Mapping[int, Mapping[int, Any]], analyst: User) -> None:
    """Percents and means of the rounds before, as they were published; by option in the options' order."""
    for table, years in figures.items():
        codes = [code for code, label in publishable_rows(table)]
        for year, printed in years.items():
            values = printed if isinstance(printed, list) else [printed]
            by_code = {code: Decimal(str(value)) for code, value in zip(codes, values, strict=True)}
            set_published(scheme=scheme, table=table, year=year, values=by_code, by=analyst)


def _noon(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(12), timezone.get_current_timezone())
