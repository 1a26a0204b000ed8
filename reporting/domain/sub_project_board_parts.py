"""Sections that the dashboards of sub-projects have in common: money by half-year, results against targets."""

from collections.abc import Sequence
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from grants.domain.economy import NOUGHT, format_kroner
from organisation.charts import lines, norwegian, targets
from organisation.charts.numbers import MINUS, NO_BREAK
from organisation.periods import HalfYear
from reporting.domain.board import Section
from reporting.domain.board_money import MoneyByHalf
from reporting.domain.sub_project_numbers import Numbers

BEFORE, AFTER = 5, 4  # half-years of money around the one that is asked about
MOST_GOALS = 24


def kroner(amount: Decimal) -> str:
    return _("%(amount)s kr") % {"amount": format_kroner(amount.quantize(Decimal(1))).replace("-", MINUS)}


def brief(amount: Decimal) -> str:
    """ "14,2 mill." from a million on: room in a card, and no more digits than an estimate is worth."""
    if abs(amount) < 1_000_000:
        return format_kroner(amount.quantize(Decimal(1))).replace("-", MINUS)
    return _("%(amount)s mill.") % {"amount": norwegian((amount / 1_000_000).quantize(Decimal("0.1")))}


def money_section(money: MoneyByHalf, around: HalfYear | None, url: str, url_label: str) -> Section:
    """Awarded, paid and forecast per half-year, those around one; where they have no money, the last that have. None: all."""
    halves = _shown(money.halves, around)
    now = HalfYear.of(money.on)
    series = [
        thousands_line(_("Tildelt"), [money.awarded.get(half, NOUGHT) for half in halves]),
        thousands_line(_("Brukt"), [money.paid.get(half, NOUGHT) if half <= now else None for half in halves]),
        *([thousands_line(_("Prognose"), [money.expected.get(half) for half in halves])] if money.expected else ()),
    ]
    chart = lines(
        id="chart-money", title=_("Penger per halvår"), points=[half.short for half in halves], series=series,
        head=_("Halvår"), caption=_("Penger per halvår, i tusen kroner"),
    ) if halves else None  # fmt: skip
    return Section(
        "money", _("Tildelt, brukt og prognose per halvår"), charts=[chart] if chart else (), url=url, url_label=url_label,
        empty=_("Her kommer pengene når et tildelingsbrev gjelder eller noe er betalt."),
        note=_(
            "Prognosen er det som er betalt, faste utbetalinger som er avtalt, og for resten samme tempo som de siste seks "
            "månedene fram til slutten, aldri mer enn det som er tildelt. Det som gjenstår, er fordelt på dagene som er igjen."
        ) if money.expected else "",
    )  # fmt: skip


def _shown(halves: Sequence[HalfYear], around: HalfYear | None) -> list[HalfYear]:
    if around is None:
        return list(halves)
    place = around.year * 2 + around.half
    near = [half for half in halves if -BEFORE <= half.year * 2 + half.half - place <= AFTER]
    return near or list(halves[-BEFORE - AFTER - 1 :])


def thousands_line(label: str, amounts: Sequence[Decimal | None]) -> dict[str, object]:
    """Money on a line chart: in full in the table, in thousands beside the points, where full kroner lie on the line."""
    thousands = [None if amount is None else (amount / 1000).quantize(Decimal(1)) for amount in amounts]
    return {
        "label": label,
        "values": thousands,
        "texts": ["–" if amount is None else kroner(amount).replace(" ", NO_BREAK) for amount in amounts],
        "drawn": ["" if amount is None else norwegian(amount) for amount in thousands],
    }


def targets_section(rows: Sequence[Numbers], *, names_owner: bool) -> Section:
    """Each result goal against its target. What counts people is what has been told of it, never a live count."""
    goals = [(row, goal) for row in rows for goal in row.goals]
    drawn = [
        {
            "label": f"{row.row.title}: {goal.goal.indicator}" if names_owner else goal.goal.indicator,
            "url": reverse("sub-project-results", args=[row.row.public_id]),
            "target": goal.goal.target_value,
            "result": goal.value,
            "result_text": goal.text,
        }
        for row, goal in goals[:MOST_GOALS]
    ]
    charts = [targets(id="chart-targets", title=_("Resultat mot mål"), rows=drawn)] if drawn else []
    note = _(
        "Tall på personer og familier er det nyeste som er publisert i en rapport eller i tall fra familiene, med dagen. "
        "Under fem står som <5, og «vises ikke» er holdt tilbake av personvernet."
    )
    if len(goals) > MOST_GOALS:
        note += " " + _("De %(shown)s første av %(all)s mål vises.") % {"shown": MOST_GOALS, "all": len(goals)}
    return Section(
        "targets", _("Resultater mot mål"), charts=charts, note=note if drawn else "",
        empty=_("Her kommer resultatmålene når et tildelingsbrev gjelder."),
    )  # fmt: skip
