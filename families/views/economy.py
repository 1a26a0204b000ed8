"""A family's economy month by month, and what decisions have to say on its first page."""

from itertools import pairwise
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from families.domain.about import subject_label
from families.domain.decision_periods import renewed_ids, standing
from families.domain.family_money import money_of
from families.domain.money_months import Money, Month, arrivals, fall, gaps, longest_gap, losses, months, next_month
from families.domain.same_money import perhaps_same, told_before
from families.domain.vault import OpenFamily
from families.models import Decision
from families.views.decision import decisions_crumbs
from families.views.family_page import TEAM, family_page
from families.views.tabs import page
from organisation.access import SignedInRequest, access

AHEAD = 12  # months after the running one
SEEN_FURTHER = 2  # months before and after, so that a gap is seen to its end
SHOWN_ENDING = 3


@access(TEAM)
@family_page
@require_GET
def family_economy(request: SignedInRequest, vault: OpenFamily) -> HttpResponse:
    money = money_of(vault)
    context = page(
        vault, "family-decisions", crumbs=[*decisions_crumbs(vault), (_("Økonomi"), None)],
        months=month_rows(money, vault), has_money=bool(money),
        same=same_rows(vault),
    )  # fmt: skip
    return render(request, "families/decisions/economy.html", context)


def same_rows(vault: OpenFamily) -> list[dict[str, Any]]:
    """Of what holds or is to come: what another service has recorded too, and what may be the same."""
    decisions: Any = vault.rows(Decision)
    rows = list(decisions.current(vault.on).select_related("unit"))
    twice, perhaps = told_before(rows), perhaps_same(rows)
    return [
        {"row": row, "who": subject_label(vault, row.subject_id), "twice": row.pk in twice, "perhaps": perhaps.get(row.pk)}
        for row in rows
        if row.pk in twice or row.pk in perhaps
    ]  # fmt: skip


def month_rows(money: list[Money], vault: OpenFamily) -> list[dict[str, Any]]:
    """The running month and twelve more, each with what is less than the month before, and its longest gap."""
    found = months(money, next_month(vault.on, -1), AHEAD + 2)
    first, last = next_month(vault.on, -SEEN_FURTHER), next_month(vault.on, AHEAD + SEEN_FURTHER)
    income = [row.day for row in arrivals(money, first, last) if not row.money.saving]
    stretches = gaps(income, first, last)
    return [
        _row(before, month, running=number == 0) | {"gap": longest_gap(stretches, month)}
        for number, (before, month) in enumerate(pairwise(found))
    ]


def _row(before: Month, month: Month, *, running: bool) -> dict[str, Any]:
    percent = fall(before, month)
    return {
        "month": month, "running": running, "before": before, "fall": percent,
        "losses": losses(before, month) if percent is not None else [],
    }  # fmt: skip


def decisions_part(vault: OpenFamily) -> tuple[str, dict[str, Any]] | None:
    """On the family's first page: what ends next, and this month's money."""
    rows = list(vault.rows(Decision))
    if not rows:
        return None
    renewed = renewed_ids(rows)
    stands = [(row, standing(row, vault.on, renewed=row.pk in renewed)) for row in rows]
    ending = [
        {"row": row, "stands": state, "who": subject_label(vault, row.subject_id)}
        for row, state in stands
        if state.state in ("danger", "warning")
    ]
    (month,) = months(money_of(vault, rows), vault.on, 1)
    left = [row for row in month.arrivals if row.day > vault.on]
    current = sum(1 for _row, state in stands if state.state != "ended")
    return "families/_overview_decisions.html", {
        "ending": ending[:SHOWN_ENDING], "more": max(0, len(ending) - SHOWN_ENDING), "current": current, "month": month,
        "next": left[0] if left else None,
    }  # fmt: skip
