"""A report in review whose figures can be followed back, for the world of tests/pages/world.py."""

from measures.models import Measure
from organisation.models import Municipality
from reporting.models import Report, ReportKind
from tests.factories import ReportFactory, ReportVersionFactory

KEY = "measures:all"


def traced_report(town: Municipality, measure: Measure, secret: str) -> Report:
    report: Report = ReportFactory(
        kind=ReportKind.YEARLY_GRANTS,
        round=None,
        municipality=town,
        year=2001,
        half=None,
        title=f"Årsrapport. {secret}",
    )
    figures = {"schema": 2, "kind": "yearly_grants", "figures": [{"key": KEY, "label": secret, "value": 1}]}
    sources = {KEY: {"kind": "measures", "ids": [measure.public_id]}}
    ReportVersionFactory(report=report, state="in_review", figures=figures, sources=sources)
    return report
