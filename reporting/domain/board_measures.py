"""The parts of the dashboards of municipality, plan and goal: figures that lead to what they count, and charts."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from measures.models import MeasureState
from organisation.charts import lines, norwegian, stacked, targets
from organisation.periods import HalfYear
from reporting.domain.board import Figure, Section
from reporting.domain.board_money import MoneyByHalf
from reporting.domain.board_standings import Moment, Standing, TargetLine
from reporting.domain.disclosure import LEAST
from reporting.domain.sub_project_board_parts import money_section as by_half_section

MOST_TARGETS = 15


@dataclass(frozen=True)
class MeasureLinks:
    """Where the lists behind the figures are. `query` is what narrows them to what the dashboard is about."""

    url: str
    query: Mapping[str, str]
    at: Moment

    def to(self, at: Moment | None = None, **filters: str) -> str:
        moment = at or self.at
        then = {} if moment.is_now else {"per": moment.period.code}
        query = urlencode({**self.query, **then, **filters})
        return f"{self.url}?{query}" if query else self.url


def change_text(now: int, then: int, compared: Moment, *, has_data: bool = True) -> str:
    """What has become of a count since the moment it is compared with. `has_data`: something was there to count."""
    words = {"since": compared.period.label, "count": norwegian(abs(now - then))}
    if not has_data:
        return _("ingen tall fra %(since)s") % words
    if now == then:
        return _("som i %(since)s") % words
    return (_("%(count)s flere enn i %(since)s") if now > then else _("%(count)s færre enn i %(since)s")) % words


def measure_figures(
    *, now: Standing, then: Standing, compared: Moment, results: Sequence[TargetLine], links: MeasureLinks
) -> list[Figure]:
    """Five figures of measures, each with the list that has as many rows."""
    reached, with_targets = measures_on_target(results)
    before, _all = measures_on_target(results, then=True)
    has_data = then.total > 0

    def figure(label: str, value: int, old: int, url: str, is_late: bool = False, note: str = "") -> Figure:
        text = change_text(value, old, compared, has_data=has_data)
        return Figure(label, norwegian(value), url, exact=value, change=text, note=note, is_late=is_late and value > 0)

    first_day = compared.period.last_day + datetime.timedelta(days=1)
    since = _("Gjennomført siden %(period)s") % {"period": compared.period.label}
    note = _("av %(count)s med resultatmål") % {"count": norwegian(with_targets)}
    return [
        figure(_("Tiltak"), now.total, then.total, links.to()),
        figure(_("Evaluering forfalt"), now.overdue, then.overdue, links.to(evaluering="forfalt"), is_late=True),
        figure(_("Stille i 90 dager"), now.quiet, then.quiet, links.to(stille="on"), is_late=True),
        Figure(
            since, norwegian(now.completed), links.to(tilstand="completed", siden=first_day.isoformat()),
            exact=now.completed,
        ),
        figure(_("Har nådd resultatmålet"), reached, before, links.to(resultat="nadd"), note=note),
    ]  # fmt: skip


def measures_on_target(results: Iterable[TargetLine], then: bool = False) -> tuple[int, int]:
    """How many measures have reached every number they were to reach, and how many have one. As the lists behind have it."""
    reached: dict[str, bool] = {}
    for row in (row for row in results if row.is_comparable):
        is_reached = row.was_reached if then else row.is_reached
        reached[row.measure_id] = reached.get(row.measure_id, True) and is_reached
    return sum(reached.values()), len(reached)


@dataclass(frozen=True)
class Bar:
    """The measures of a plan, a goal or a half-year: name, where its list is, their states, and what it is below in words."""

    label: str
    url: str
    states: Counter[str]
    under: str = ""


def status_section(*, title: str, rows: Sequence[Bar], empty: str, head: str, note: str = "") -> Section:
    """A bar for each plan or goal that has measures."""
    shown = [row for row in rows if row.states.total()]
    charts = [stacked(id="board-status", title=title, head=head, rows=_bars(shown))] if shown else []
    return Section("status", title, charts=charts, empty=empty, note=note if len(shown) > 1 else "")


def over_time_section(*, standings: Mapping[Moment, Standing], links: MeasureLinks) -> Section:
    """The states of the measures at the end of each half-year, and how many evaluations were overdue and measures quiet.

    From the first half-year with a measure on; one without any after that is a gap.
    """
    title = _("Tiltakene over tid")
    lead = _("Slik det var ved utgangen av hvert halvår, etter loggen slik den er i dag.")
    shown = dict(dropwhile(lambda item: not item[1].total, standings.items()))
    if not shown:
        return Section("over-tid", title, lead, empty=_("Her kommer utviklingen når det finnes tiltak."))
    rows = [Bar(_label(at), links.to(at), row.states) for at, row in shown.items()]
    states = stacked(id="board-states", title=_("Tiltak etter tilstand"), rows=_bars(rows), head=_("Periode"))
    known = [row if row.total else None for row in shown.values()]
    late = lines(
        id="board-late", title=_("Forfalte evalueringer og stille tiltak"), points=[_short(at) for at in shown],
        series=[
            {"label": _("Evaluering forfalt"), "values": [row and row.overdue for row in known]},
            {"label": _("Ikke loggført på 90 dager"), "values": [row and row.quiet for row in known]},
        ],
        head=_("Ved utgangen av"),
    )  # fmt: skip
    return Section("over-tid", title, lead, charts=[states, late])


def results_section(*, results: Sequence[TargetLine], links: MeasureLinks) -> Section:
    """The targets that are furthest from what is to be reached. Few people are never told as a number."""
    title = _("Resultater mot mål")
    if not results:
        return Section("resultater", title, empty=_("Ingen av tiltakene har et måltall. Sett det på tiltakets side."))
    shown = results[:MOST_TARGETS]
    chart = targets(
        id="board-targets",
        title=title,
        rows=[_target(row) for row in shown],
        head=(_("Tiltak"), _("Mål"), _("Resultat")),
    )
    notes = []
    if len(results) > len(shown):
        words = {"shown": norwegian(len(shown)), "all": norwegian(len(results))}
        notes.append(_("De %(shown)s som er lengst unna målet, av %(all)s.") % words)
    if not all(row.is_comparable for row in results):
        notes.append(
            _("Mål på færre enn %(least)s personer er verken talt som nådd eller ikke nådd.") % {"least": LEAST}
        )
    url, label = links.to(resultat="ikke-nadd"), _("Tiltak med resultatmål som ikke er nådd")
    return Section("resultater", title, charts=[chart], note=" ".join(notes), url=url, url_label=label)


def log_section(*, months: Sequence[tuple[datetime.date, int]]) -> Section:
    title = _("Loggføringer per måned")
    if not any(count for _month, count in months):
        return Section("logg", title, empty=_("Ingenting er loggført det siste året. Loggfør på tiltakets side."))
    chart = lines(
        id="board-log", title=title, points=[_month_label(month) for month, _count in months],
        series=[{"label": _("Loggføringer"), "values": [count for _month, count in months]}], head=_("Måned"),
    )  # fmt: skip
    return Section("logg", title, charts=[chart])


def money_section(*, money: MoneyByHalf, around: HalfYear, url: str) -> Section:
    """As on the dashboard of sub-projects, and what it comes to in all."""
    section = by_half_section(money, around, url, _("Delprosjektene"))
    title = _("Penger i delprosjektene")
    if not money.halves:
        empty = _("Ingen delprosjekter har fått penger. Tildelinger og utbetalinger føres på delprosjektets side.")
        return replace(section, title=title, empty=empty)
    sums = {"awarded": sum(money.awarded.values()), "paid": sum(money.paid.values()), "forecast": money.forecast}
    text = _(
        "Tildelt i alt %(awarded)s kr, utbetalt %(paid)s kr. Med avtalte utbetalinger og samme tempo "
        "blir %(forecast)s kr brukt."
    )
    return replace(section, title=title, lead=text % {name: norwegian(amount) for name, amount in sums.items()})


def _bars(rows: Iterable[Bar]) -> list[dict[str, Any]]:
    return [
        {
            "label": row.label,
            "url": row.url,
            "under": row.under,
            "parts": [
                {"key": state.value, "label": str(state.label), "count": row.states[state.value]}
                for state in MeasureState
            ],
        }
        for row in rows
    ]


def _target(row: TargetLine) -> dict[str, Any]:
    return {
        "label": f"{row.measure}: {row.name}", "url": reverse("measure", args=[row.measure_id]),
        "target": row.value, "result": None if row.is_few else row.result,
        "result_text": f"<{LEAST}" if row.is_few else "" if row.result is not None else _("ikke telt"),
    }  # fmt: skip


def _label(at: Moment) -> str:
    return _("Nå") if at.is_now else at.period.label


def _short(at: Moment) -> str:
    return _("nå") if at.is_now else at.period.short


def _month_label(month: datetime.date) -> str:
    return date_format(month, "n/y")
