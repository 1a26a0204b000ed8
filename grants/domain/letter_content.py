"""What a letter says: its goals and instalments while it is a draft, and the frozen text the partners accept."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from grants.domain.economy import format_kroner
from grants.models import (
    AwardGoal,
    AwardLetter,
    Call,
    GoalAbout,
    GoalKind,
    Instalment,
    Signature,
    SubProject,
    SubProjectPartner,
)
from organisation.periods import HalfYear

SCHEMA = 1


@dataclass(frozen=True)
class Goal:
    """A goal as it is typed. A result goal has indicator, number and date; an effect goal none of them."""

    kind: str
    about: str
    text: str
    indicator: str = ""
    target_value: Decimal | None = None
    due_on: datetime.date | None = None
    outcome_kind: str = ""


Instalments = dict[HalfYear, Decimal]


def goals_of(letter: AwardLetter) -> list[Goal]:
    names = ("kind", "about", "text", "indicator", "target_value", "due_on", "outcome_kind")
    return [Goal(**{name: getattr(row, name) for name in names}) for row in letter.goals.all()]


def instalments_of(letter: AwardLetter) -> Instalments:
    return {HalfYear(row.year, row.half): row.amount for row in letter.instalments.all()}


def instalments_from_call(call: Call | None, starts_on: datetime.date, ends_on: datetime.date) -> Instalments:
    """The call's amount for each half-year from the start, as many as the call gives and no later than the end."""
    found: Instalments = {}
    half = HalfYear.of(starts_on)
    while call and half.first_day <= ends_on and len(found) < call.half_years:
        found[half] = call.amount_per_half_year
        half = following(half)
    return found


def following(half: HalfYear) -> HalfYear:
    return HalfYear(half.year, 2) if half.half == 1 else HalfYear(half.year + 1, 1)


def write_goals(letter: AwardLetter, goals: Iterable[Goal]) -> None:
    """The draft's goals in the order given, numbered within their kind."""
    goals = [_tidy(goal) for goal in goals]
    if goals_of(letter) == sorted(goals, key=lambda goal: goal.kind):
        return
    letter.goals.all().delete()
    numbers = dict.fromkeys(GoalKind.values, 0)
    for goal in goals:
        numbers[goal.kind] += 1
        AwardGoal.objects.create(letter=letter, number=numbers[goal.kind], **vars(goal))


def write_instalments(letter: AwardLetter, instalments: Instalments) -> None:
    wanted = {half: amount for half, amount in instalments.items() if amount}
    if instalments_of(letter) == wanted:
        return
    letter.instalments.all().delete()
    for half, amount in wanted.items():
        Instalment.objects.create(letter=letter, year=half.year, half=half.half, amount=amount)


def frozen(letter: AwardLetter, partners: Iterable[SubProjectPartner]) -> dict[str, Any]:
    """The letter as JSON, in bokmål, dates and amounts as text beside their plain form. No names of persons."""
    sub_project = letter.sub_project
    starts_on, ends_on = period_of(letter)
    instalments = instalments_of(letter)
    with override("nb"):
        return {
            "schema": SCHEMA,
            "municipality": sub_project.municipality.name,
            "kind": _("Tildelingsbrev, versjon %(number)s") % {"number": letter.number},
            "title": sub_project.title,
            "number": letter.number,
            "dated": letter.offered_on.isoformat() if letter.offered_on else "",
            "case_number": letter.case_number,
            "change_reason": letter.change_reason,
            "offered_on": date_format(letter.offered_on) if letter.offered_on else "",
            "period": {
                "starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat(),
                "label": f"{date_format(starts_on)} – {date_format(ends_on)}",
            },
            "target_group": letter.target_group,
            "conditions": letter.conditions,
            "partners": [
                {"name": row.unit.name, "kind": str(row.unit.get_kind_display()), "role": str(row.get_role_display())}
                for row in partners
            ],
            "goals": [_frozen_goals(letter, kind) for kind in GoalKind],
            "instalments": [
                {"half": half.code, "label": half.label, "amount": str(amount), "kroner": format_kroner(amount)}
                for half, amount in sorted(instalments.items())
            ],
            "total": format_kroner(sum(instalments.values(), Decimal(0))),
        }  # fmt: skip


def period_of(letter: AwardLetter) -> tuple[datetime.date, datetime.date]:
    sub_project: SubProject = letter.sub_project
    return letter.starts_on or sub_project.starts_on, letter.ends_on or sub_project.ends_on


def signed_content(letter: AwardLetter) -> dict[str, Any]:
    """What the PDF is made from: the frozen text with who has signed it, how and when."""
    with override("nb"):
        signatures = [
            {"name": row.partner.unit.name, "how": how_signed(row)}
            for row in letter.signatures.select_related("partner__unit")
        ]
        in_force = date_format(letter.in_force_on) if letter.in_force_on else ""
    return {**(letter.content or {}), "signatures": signatures, "in_force_on": in_force}


def how_signed(signature: Signature) -> str:
    if signature.accepted_at is None:
        return ""
    if signature.paper_reference:
        return _("signert på papir, arkivref. %(reference)s") % {"reference": signature.paper_reference}
    day = signature.accepted_at.astimezone(timezone.get_current_timezone())
    return _("signert i Povertyplan %(day)s") % {"day": date_format(day)}


def _frozen_goals(letter: AwardLetter, kind: GoalKind) -> dict[str, Any]:
    rows = [goal for goal in letter.goals.all() if goal.kind == kind]
    return {
        "kind": kind.value,
        "label": str(_("Effektmål") if kind == GoalKind.EFFECT else _("Resultatmål")),
        "about": [
            {
                "about": about.value,
                "label": str(_("Mål om innbyggerne") if about == GoalAbout.RESIDENTS else _("Mål om samhandlingen")),
                "goals": [_frozen_goal(goal) for goal in rows if goal.about == about],
            }
            for about in GoalAbout
            if any(goal.about == about for goal in rows)
        ],
    }


def _frozen_goal(goal: AwardGoal) -> dict[str, Any]:
    measured = goal.target_value is not None and goal.due_on is not None
    return {
        "id": goal.public_id,
        "number": goal.number,
        "text": goal.text,
        "indicator": goal.indicator,
        "target": str(goal.target_value) if measured else "",
        "target_label": format_kroner(goal.target_value) if measured and goal.target_value is not None else "",
        "due_on": goal.due_on.isoformat() if goal.due_on else "",
        "due_label": date_format(goal.due_on) if goal.due_on else "",
    }


def _tidy(goal: Goal) -> Goal:
    """An effect goal has nothing that is counted."""
    if goal.kind == GoalKind.RESULT:
        return goal
    return Goal(goal.kind, goal.about, goal.text)
