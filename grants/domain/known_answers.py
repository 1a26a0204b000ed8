"""What is known of a yearly report's answers before anybody types: the value, and in words where it comes from.

docs/yearly-report.md has the table of all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from grants.domain.known_facts import Known, read_facts
from grants.domain.known_measures import known_of_form
from grants.domain.known_units import known_of_unit_form
from grants.models import YearlyReport

__all__ = ["Known", "KnownAnswers", "known_of_report"]


@dataclass(frozen=True)
class KnownAnswers:
    """`unit` by question; `measures` by pk of the measure's form, then by question."""

    unit: Mapping[str, Known] = field(default_factory=dict)
    measures: Mapping[int, Mapping[str, Known]] = field(default_factory=dict)


def known_of_report(report: YearlyReport) -> KnownAnswers:
    """Of all its forms. The number of queries is the same however many there are."""
    facts = read_facts(report)
    return KnownAnswers(known_of_unit_form(facts), {form.pk: known_of_form(facts, form) for form in facts.forms})
