"""What is known of a yearly report's answers before anybody types: the value, and in words where it comes from."""

from grants.domain.report_answers import Known
from grants.models import YearlyReport


def known_of_unit(report: YearlyReport) -> dict[str, Known]:
    """By question of the unit's own form."""
    return {}


def known_of_measures(report: YearlyReport) -> dict[int, dict[str, Known]]:
    """By pk of the measure's form, then by question."""
    return {}
