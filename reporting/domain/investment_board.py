"""The dashboards of social investments: all accounts with cost per result, and one with what it hangs on."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grants.domain.economy import NOUGHT, paid_by_half
from grants.models import GoalAbout, OutcomeKind, SubProject
from measures.models import Plan
from organisation.charts import bars, norwegian
from organisation.models import User
from organisation.periods import HalfYear
from reporting.domain.board import Board, Figure, Section, Table
from reporting.domain.investment import Account, account
from reporting.domain.investment_board_parts import (
    assumptions_section,
    assumptions_table,
    estimate_warning,
    payers_section,
    percent,
    sensitivity_section,
)
from reporting.domain.investment_case import terms_of
from reporting.domain.sub_project_board_parts import brief, kroner
from reporting.domain.sub_project_numbers import goal_numbers
from reporting.domain.told_results import Told, told_results
from reporting.models import InvestmentCase

Paid = Mapping[int, Mapping[HalfYear, Decimal]]
# What it is called, the number, how that is written, when it was told, and whether there may be more of it.
Result = tuple[str, Decimal | None, str, Told | None, bool]
RESULTS = (
    OutcomeKind.FAMILIES, OutcomeKind.CHILDREN, OutcomeKind.HOUSING, OutcomeKind.OWN_HOME, OutcomeKind.WORK_OR_EDUCATION,
    OutcomeKind.DRIVING_LICENCES,
)  # fmt: skip
MOST_ROWS = 60


@dataclass(frozen=True)
class Counted:
    """A case with what follows from it."""

    case: InvestmentCase
    account: Account

    @property
    def url(self) -> str:
        return reverse("investment-case", args=[self.case.public_id])

    @property
    def plan(self) -> Plan | None:
        measure = self.case.measure or (self.case.sub_project.measure if self.case.sub_project else None)
        return measure.plan if measure else None


def with_terms(rows: QuerySet[InvestmentCase]) -> QuerySet[InvestmentCase]:
    """With all that their pages show; two queries."""
    return rows.select_related("sub_project__measure__plan", "measure__plan").prefetch_related("assumptions")


def build_investment_board(user: User, on: datetime.date) -> Board:
    """All that the user may see; seven queries at the most.

    A measure that is a sub-project too is one thing: where both have an account, it is the sub-project's that counts.
    """
    rows = list(SubProject.objects.visible_to(user).select_related("measure__plan").order_by("starts_on", "id"))
    paid, _recent = paid_by_half(rows, on)
    seen = InvestmentCase.objects.visible_to(user)
    twice = seen.filter(sub_project__measure=OuterRef("measure"))
    cases = with_terms(seen.filter(~Exists(twice))).order_by("id")
    counted = [Counted(case, account(terms_of(case, total_of(paid, case)))) for case in cases]
    return Board(
        title=_("Gevinst av sosiale investeringer"),
        lead=estimate_warning(),
        figures=_figures(counted),
        sections=[
            _accounts(counted),
            _by_plan(counted),
            _cost_per_result(rows, paid, on),
            assumptions_section([row.case for row in counted]),
        ],
    )


def build_case_board(case: InvestmentCase, on: datetime.date) -> Board:
    """One account; the row comes from `with_terms`. One query more, for what was paid."""
    paid = paid_by_half([case.sub_project], on)[0] if case.sub_project else {}
    terms = terms_of(case, total_of(paid, case))
    found = account(terms)
    here = reverse("investment-case", args=[case.public_id])
    spending = reverse("sub-project-spending", args=[case.sub_project.public_id]) if case.sub_project else here
    return Board(
        title=_("Gevinst: %(title)s") % {"title": case.of.title},
        lead=estimate_warning(),
        figures=[
            Figure(_("kroner i kostnad"), brief(found.cost), spending, exact=found.cost, note=_cost_note(case)),
            Figure(_("kroner i forventet besparelse"), brief(found.total), f"{here}#payers", exact=found.total),
            Figure(_("kroner netto"), brief(found.net), f"{here}#sensitivity", exact=found.net),
            Figure(
                _("må lykkes for å gå i null"), _break_even(found), f"{here}#assumptions",
                note=_("forutsatt: %(share)s") % {"share": percent(case.share)},
            ),
        ],
        sections=[
            payers_section(found),
            sensitivity_section(terms, found),
            Section(
                "assumptions", _("Forutsetningene"), table=assumptions_table([case], names_owner=False),
                lead=case.note, empty="",
            ),
        ],
    )  # fmt: skip


def total_of(paid: Paid, case: InvestmentCase) -> Decimal:
    """What was paid of a case's sub-project."""
    return sum(paid.get(case.sub_project_id or 0, {}).values(), NOUGHT)


def _cost_note(case: InvestmentCase) -> str:
    return _("utbetalt i delprosjektet") if case.cost is None else case.cost_source


def _break_even(found: Account) -> str:
    if found.break_even is None or found.break_even > 100:
        return _("går ikke i null")
    return percent(found.break_even.quantize(Decimal("0.1")))


def _figures(counted: Sequence[Counted]) -> list[Figure]:
    here = reverse("investment")
    cost = sum((row.account.cost for row in counted), NOUGHT)
    total = sum((row.account.total for row in counted), NOUGHT)
    worth_it = sum(row.account.net > 0 for row in counted)
    note = _years_note(counted)
    return [
        Figure(ngettext("regnskap", "regnskaper", len(counted)), norwegian(len(counted)), f"{here}#accounts", exact=len(counted)),
        Figure(_("kroner i kostnad"), brief(cost), f"{here}#accounts", exact=cost, note=note),
        Figure(_("kroner i forventet besparelse"), brief(total), f"{here}#accounts", exact=total, note=note),
        Figure(_("kroner netto"), brief(total - cost), f"{here}#accounts", exact=total - cost, note=note),
        Figure(
            _("ventes å spare mer enn de koster"),
            _("%(number)s av %(all)s") % {"number": worth_it, "all": len(counted)}, f"{here}#accounts",
        ),
    ]  # fmt: skip


def _years_note(counted: Sequence[Counted]) -> str:
    """That kroner of several years are added up as they are, where they are."""
    years = {row.case.price_year for row in counted}
    if len(years) < 2:
        return ""
    return _("kroner fra %(first)s til %(last)s lagt sammen, ikke omregnet") % {"first": min(years), "last": max(years)}


def _accounts(counted: Sequence[Counted]) -> Section:
    rows = [
        [
            row.case.of.title,
            kroner(row.account.cost),
            kroner(row.account.total),
            kroner(row.account.net),
            _break_even(row.account),
        ]
        for row in counted
    ]
    head = [_("Gjelder"), _("Kostnad"), _("Forventet besparelse"), _("Netto"), _("Andel for å gå i null")]
    chart = bars(
        id="chart-net", title=_("Netto per regnskap"), head=(_("Gjelder"), _("Netto")),
        rows=[
            {"label": row.case.of.title, "value": row.account.net, "text": kroner(row.account.net)} for row in counted
        ],
    ) if counted else None  # fmt: skip
    return Section(
        "accounts", _("Regnskapene"), charts=[chart] if chart else (),
        table=Table(head, rows, [row.url for row in counted]),
        empty=_(
            "Her kommer gevinstregnskapene. Prosjektleder og plankoordinator lager dem, med forutsetninger som står ved siden av."
        ),
    )  # fmt: skip


def _by_plan(counted: Sequence[Counted]) -> Section:
    """Two plans with one name, as of two municipalities, are two."""
    sums: dict[Plan | None, tuple[Decimal, Decimal, int]] = {}
    for row in counted:
        cost, total, number = sums.get(row.plan, (NOUGHT, NOUGHT, 0))
        sums[row.plan] = (cost + row.account.cost, total + row.account.total, number + 1)
    table = Table(
        [_("Plan"), _("Regnskaper"), _("Kostnad"), _("Forventet besparelse"), _("Netto")],
        [
            [
                plan.name if plan else _("Ikke i en plan"),
                norwegian(number),
                kroner(cost),
                kroner(total),
                kroner(total - cost),
            ]
            for plan, (cost, total, number) in sums.items()
        ],
    )
    return Section(
        "plans", _("Per plan"), table=table,
        note=_("Regnskapene i en plan er lagt sammen. De kan ha kroner fra ulike år, og samme person kan være med i flere."),
        empty=_("Her kommer summen for hver plan når det er laget et gevinstregnskap."),
    )  # fmt: skip


def _cost_per_result(rows: Sequence[SubProject], paid: Paid, on: datetime.date) -> Section:
    """Of what the sub-project is to do for residents, and of what reports and releases have told of it besides."""
    told = told_results({row.municipality_id for row in rows}, on) if rows else {}
    goals = goal_numbers(rows, on, told)
    lines: list[list[str]] = []
    links = []
    for row in rows:
        own = [goal for goal in goals.get(row.pk, ()) if goal.goal.about == GoalAbout.RESIDENTS]
        found = [(goal.goal.indicator, goal.value, goal.text, goal.told, goal.is_at_least) for goal in own]
        counted = {goal.goal.outcome_kind for goal in own}
        for kind in RESULTS:
            number = told.get(f"outcome:{kind}:{row.public_id}")
            if number and kind not in counted:
                found.append((str(kind.label).lower(), number.value, number.text, number, number.is_at_least))
        lines += [[row.title, *_line(result, paid.get(row.pk, {}), on)] for result in found]
        links += [reverse("sub-project-results", args=[row.public_id]) for _result in found]
    return Section(
        "cost-per-result", _("Kostnad per resultat"),
        table=Table(
            [_("Delprosjekt"), _("Resultat"), _("Antall"), _("Brukt"), _("Kroner per resultat")],
            lines[:MOST_ROWS], links[:MOST_ROWS],
        ),
        lead=_("Alt som er brukt i delprosjektet, delt på hvert resultat for seg. Ett delprosjekt kan ha flere resultater."),
        note=_(
            "Tall på personer og familier er de nyeste som er publisert, og delt på det som var brukt til og med det halvåret "
            "tallet er fra. Der tallet ikke vises, vises heller ikke kostnaden per resultat."
        ),
        empty=_("Her kommer kostnaden når et delprosjekt har resultatmål."),
    )  # fmt: skip


def _line(result: Result, paid: Mapping[HalfYear, Decimal], on: datetime.date) -> list[str]:
    """Of "at least" so many each has cost at most so much."""
    name, value, text, told, is_at_least = result
    until = HalfYear.of(told.on) if told else None
    spent = sum((amount for half, amount in paid.items() if until is None or half <= until), NOUGHT)
    spent_text = kroner(spent)
    if until:
        words = {"amount": spent_text, "day": date_format(min(until.last_day, on))}
        spent_text = _("%(amount)s til og med %(day)s") % words
    each = kroner(spent / value) if value and spent else "–"
    if is_at_least and value and spent:
        each = _("høyst %(amount)s") % {"amount": each}
    return [name, text, spent_text, each]
