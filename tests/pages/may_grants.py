"""Who may use the addresses, for test_urls.py; which are no pages, for test_look.py; and their arguments."""

from typing import Any

from organisation.models import CASE_ROLES, LEADERSHIP_ROLES, Role

CASE, LEADERSHIP = frozenset(CASE_ROLES), frozenset(LEADERSHIP_ROLES)
DIRECTORATE = frozenset({Role.ANALYST})
# The leader of the unit that is the reporting unit writes its grants too.
WRITERS = LEADERSHIP | {Role.UNIT_LEADER}
MAY: dict[str, frozenset[Role]] = {
    **dict.fromkeys(("grant-list", "grant-list-csv", "grant-list-xlsx", "grant", "scheme-list"), CASE | DIRECTORATE),
    **dict.fromkeys(("reporting-unit-list", "api-grant-list", "api-grant"), CASE | DIRECTORATE),
    **dict.fromkeys(("scheme", "funded-measure"), CASE),
    **dict.fromkeys(
        ("grant-new", "grant-edit", "grant-award", "grant-refuse", "grant-reported", "grant-close", "grant-delete"),
        WRITERS,
    ),
    **dict.fromkeys(("funding-new", "funding-edit", "funding-remove", "funded-measure-edit"), WRITERS),
    "scheme-new": LEADERSHIP | DIRECTORATE,
    "scheme-edit": LEADERSHIP,
    "reporting-unit-new": LEADERSHIP,
    "reporting-unit-edit": LEADERSHIP | DIRECTORATE,
    "reporting-unit-merge": DIRECTORATE,
}
POST_ONLY = {"funding-remove"}
NOT_PAGES = {"grant-list-csv", "grant-list-xlsx"}


def ids(made: Any) -> dict[str, dict[str, str]]:
    """The arguments of the addresses; `made` is a GrantsWorld of world_grants.py."""
    granted = {"public_id": made.reports["draft"].grant.public_id}
    applied = {"public_id": made.applied.public_id}
    funded = {"public_id": made.funded.public_id}
    own = {"public_id": made.own_scheme.public_id}
    unit = {"public_id": made.reporting_unit.public_id}
    sent = {"public_id": made.reports["submitted"].grant.public_id, "funded_id": made.funded.public_id}
    return {
        **dict.fromkeys(("grant", "grant-edit", "funding-new", "api-grant", "grant-reported"), granted),
        **dict.fromkeys(("grant-award", "grant-refuse", "grant-delete"), applied),
        **dict.fromkeys(("funded-measure", "funded-measure-edit"), funded),
        **dict.fromkeys(("scheme", "scheme-edit"), own),
        **dict.fromkeys(("reporting-unit-edit", "reporting-unit-merge"), unit),
        "funding-edit": {**granted, "funded_id": made.funded.public_id},
        # Refused in words: what has been sent stands, for the pages that are visited after it.
        "funding-remove": sent,
        "grant-close": {"public_id": sent["public_id"]},
    }
