"""Who may open the dashboards of sub-projects, participation and social investments, for test_urls.py; and their arguments."""

from grants.models import SubProject
from organisation.models import CASE_ROLES, LEADERSHIP_ROLES, Role
from reporting.models import InvestmentAssumption, InvestmentCase

AROUND = frozenset({*CASE_ROLES, Role.STEERING_GROUP, Role.PARTNER})
LEADERS = frozenset(LEADERSHIP_ROLES)
MAY: dict[str, frozenset[Role]] = {
    **dict.fromkeys(("sub-projects-dashboard", "sub-project-dashboard", "investment", "investment-case"), AROUND),
    "participation-dashboard": LEADERS | {Role.STEERING_GROUP},
    **dict.fromkeys(
        (
            "investment-new",
            "investment-edit",
            "investment-assumption-new",
            "investment-assumption-edit",
            "investment-assumption-remove",
        ),
        LEADERS,
    ),
}
POST_ONLY: set[str] = set()
NOT_PAGES: set[str] = set()


def ids(sub_project: SubProject, case: InvestmentCase, assumption: InvestmentAssumption) -> dict[str, dict[str, str]]:
    """The arguments of the addresses."""
    of_case = ("investment-case", "investment-edit", "investment-assumption-new")
    of_assumption = ("investment-assumption-edit", "investment-assumption-remove")
    return {
        "sub-project-dashboard": {"public_id": sub_project.public_id},
        **{name: {"public_id": case.public_id} for name in of_case},
        **{name: {"public_id": assumption.public_id} for name in of_assumption},
    }
