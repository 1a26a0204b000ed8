"""Who may use the addresses, for test_urls.py; which are no pages, for test_look.py; and their arguments."""

from typing import Any

from grants.models import ReportState
from organisation.models import CASE_ROLES, LEADERSHIP_ROLES, Role

READERS = frozenset({*CASE_ROLES, Role.ANALYST})
EDITORS = frozenset({*LEADERSHIP_ROLES, Role.UNIT_LEADER})
JUDGES = frozenset({Role.ANALYST})
# The report page's report is one that was sent: the directorate reads it too.
MAY: dict[str, frozenset[Role]] = {
    **dict.fromkeys(("yearly-report-list", "yearly-report"), READERS),
    **dict.fromkeys(
        ("yearly-report-unit", "yearly-report-measure", "yearly-report-submit", "yearly-report-form-remove"), EDITORS
    ),
    **dict.fromkeys(("yearly-report-accept", "yearly-report-return"), JUDGES),
}
POST_ONLY: set[str] = set()
NOT_PAGES: set[str] = set()


def ids(made: Any) -> dict[str, dict[str, str]]:
    """The arguments of the addresses; `made` is a GrantsWorld of world_grants.py."""
    sent, returned = made.reports[ReportState.SUBMITTED], made.reports[ReportState.RETURNED]
    form = returned.measure_reports.get()
    judged = {"public_id": sent.public_id}
    written = {"public_id": returned.public_id}
    of_form = {**written, "form_id": form.public_id}
    of_form = {**written, "form_id": form.public_id}
    return {
        **dict.fromkeys(("yearly-report", "yearly-report-accept", "yearly-report-return"), judged),
        **dict.fromkeys(("yearly-report-unit", "yearly-report-submit"), written),
        **dict.fromkeys(("yearly-report-measure", "yearly-report-form-remove"), of_form),
    }
