"""Retention periods: rows of the municipality's, outside the vault."""

from collections.abc import Callable
from typing import Any

from families.domain import retention
from families.models import RetentionRule
from organisation.models import Role
from tests.factories import make_member


def a_rule() -> tuple[RetentionRule, dict[str, Any]]:
    by = make_member(Role.ADMINISTRATOR)
    town = by.current_memberships[0].unit.municipality
    rule = retention.set_rule(municipality=town, purpose="voice", months=12, basis="Prøveloven § 1", by=by)
    return rule, {"by": by}


def a_rule_to_change() -> tuple[RetentionRule, dict[str, Any]]:
    rule, who = a_rule()
    return rule, who | {"municipality": rule.municipality, "purpose": "voice", "months": 24, "basis": "Prøveloven § 2"}


CASES: dict[Callable[..., Any], Callable[[], tuple[Any, dict[str, Any]]]] = {
    retention.set_rule: a_rule_to_change,
}
