"""Cases for test_stale_writes.py: the yearly report and its forms."""

from typing import Any

from grants.domain import yearly_report
from organisation.models import Versioned
from tests.grants.report_example import AT, begun, filled_in, sent

Case = tuple[Versioned, dict[str, Any]]


def a_draft() -> Case:
    row = begun()
    return row, {"report": row, "answers": {"decided_by": "alone"}, "explanations": {}}


def a_form() -> Case:
    row = begun().measure_reports.get()
    return row, {"form": row, "answers": {"children_reached": 3}, "explanations": {}}


def a_report_to_submit() -> Case:
    row = filled_in()
    return row, {"report": row, "at": AT}


def a_report_to_return() -> Case:
    row = sent()
    return row, {"report": row, "comment": "Se over tallene.", "remarks": {}, "at": AT}


def a_report_to_accept() -> Case:
    row = sent()
    return row, {"report": row, "at": AT}


CASES = {
    yearly_report.save_unit_answers: a_draft,
    yearly_report.save_measure_answers: a_form,
    yearly_report.submit: a_report_to_submit,
    yearly_report.return_report: a_report_to_return,
    yearly_report.accept: a_report_to_accept,
}
