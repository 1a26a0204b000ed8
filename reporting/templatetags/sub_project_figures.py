"""How the report on sub-projects shows protected counts, verdicts and money. Everything comes from the frozen content."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from organisation.charts import bars, norwegian, stacked, targets, together
from organisation.charts.numbers import NO_BREAK
from organisation.charts.palette import Palette
from reporting.domain.disclosure import Shown
from reporting.templatetags.reporting_figures import clip, long_date

register = template.Library()
Json = dict[str, Any]

# The looks that the style sheets have (document.css, report-pdf.css), by state of a sub-project, decision and verdict.
LOOKS = {
    "running": "in_progress",
    "with_conditions": "planned",
    "ended": "completed",
    "in_line": "in_operation",
    "continue": "in_operation",
    "stop": "stopped",
    "reached": "completed",
    "partly": "in_progress",
    "not_reached": "not_feasible",
}
MOST_BARS, MOST_LETTERS = 9, 46
VERDICTS: Palette = {
    "reached": ("success-strong", "check"),
    "partly": ("info", "half"),
    "not_reached": ("danger", "cross"),
}


@register.filter
def look(state: str) -> str:
    return LOOKS.get(state, state)


@register.filter
def cell_text(cell: Json | None) -> str:
    """ "minst 70", "<5", "vises ikke", "12 per 1. mars 2026"; None is what nobody has counted."""
    if cell is None:
        return _("ikke telt")
    if cell["shown"] == Shown.UNDER:
        return "<5"
    if cell["shown"] != Shown.NUMBER:
        return _("vises ikke")
    number = norwegian(cell["value"])
    if cell["on"]:
        return _("%(number)s per %(day)s") % {"number": number, "day": long_date(cell["on"]).replace(" ", NO_BREAK)}
    return _("minst %(number)s") % {"number": number} if cell.get("at_least") else number


@register.filter
def part_of(content: Json, id: str) -> Json:
    """The part on a sub-project."""
    return next((row for row in content["sub_projects"] if row["id"] == id), {})


@register.filter
def judged(verdicts: list[Json], key: str) -> int:
    return sum(row["count"] for row in verdicts if row["key"] == key)


@register.filter
def mean_text(mean: str | None) -> str:
    """ "4,2"; where fewer than five have answered, that it is not shown."""
    return norwegian(float(mean)) if mean is not None else _("vises ikke")


@register.simple_tag
def verdict_bars(content: Json) -> Json | None:
    """A bar for each sub-project whose goals were judged in the half-year, as many as page one has room for."""
    rows = [
        {"label": clip(row["title"], MOST_LETTERS), "url": f"#delprosjekt-{row['id']}", "parts": row["verdicts"]}
        for row in content["sub_projects"]
        if row["verdicts"]
    ]
    title = _("Resultatmålene slik de ble vurdert")
    return stacked(id="vurderinger", title=title, rows=rows[:MOST_BARS], palette=VERDICTS) if rows else None


@register.simple_tag
def more_judged(content: Json) -> int:
    """How many bars there is no room for."""
    return max(sum(bool(row["verdicts"]) for row in content["sub_projects"]) - MOST_BARS, 0)


@register.simple_tag
def money_key(id: str, half: str, name: str) -> str:
    return f"money:{id}:{half}:{name}"


@register.simple_tag
def goals_chart(part: Json) -> Json | None:
    """Target against result of each goal that has been counted. What is protected is said and not drawn."""
    rows = [
        {
            "label": goal["text"],
            "target": goal["target"],
            "result": goal["cell"]["value"] if goal["cell"] and goal["cell"]["shown"] == Shown.NUMBER else None,
            "result_text": cell_text(goal["cell"]),
        }
        for goal in part["goals"]
        if goal["cell"]
    ]
    return targets(id=f"mal-{part['id']}", title=_("Resultat mot mål"), rows=rows) if rows else None


@register.simple_tag
def money_chart(money: Json) -> Json | None:
    """Awarded and paid, half-year by half-year, on one scale."""
    halves = [row for row in money["halves"] if not row["is_to_come"]]
    if not halves:
        return None
    top = max(max(row["awarded"], row["paid"]) for row in halves)

    def drawn(name: str, title: str) -> Json:
        rows = [{"label": row["label"], "value": row[name]} for row in halves]
        return bars(id=f"penger-{name}", title=title, rows=rows, unit=_("kroner"), top=top)

    charts = [drawn("awarded", _("Bevilget")), drawn("paid", _("Utbetalt"))]
    return together(id="penger-per-halvar", title=_("Bevilget og utbetalt i hvert halvår, i kroner"), charts=charts)
