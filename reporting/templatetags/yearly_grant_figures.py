"""How the yearly report on grants shows protected counts, money and reports. Everything comes from the frozen content."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from organisation.charts import bars, norwegian, stacked, together
from organisation.charts.palette import Palette
from reporting.domain.disclosure import Shown
from reporting.templatetags.reporting_figures import protected

register = template.Library()
Json = dict[str, Any]

# The looks that the style sheets have (document.css, report-pdf.css), by what became of a report.
LOOKS = {
    "draft": "planned",
    "submitted": "in_progress",
    "returned": "stopped",
    "accepted": "completed",
    "none": "overtaken",
}
REPORTS: Palette = {
    "accepted": ("success-strong", "check"),
    "submitted": ("info", "half"),
    "returned": ("danger", "cross"),
    "draft": ("warning", "dashed-ring"),
}
FEW = 2  # from here on there is something to compare


@register.filter
def report_look(state: str) -> str:
    return LOOKS.get(state, state)


@register.filter
def kroner(amount: float | None) -> str:
    """A dash where nothing is known."""
    return "–" if amount is None else norwegian(amount)


@register.filter
def awarded(grants: list[Json]) -> list[Json]:
    return [row for row in grants if row["is_awarded"]]


@register.filter
def has_measures(content: Json) -> bool:
    return any(row["measures"] for row in awarded(content["grants"]))


@register.filter
def by_scheme(tables: list[Json]) -> list[tuple[Json, list[Json]]]:
    """The tables under the scheme they are of, in their order."""
    schemes = {row["scheme"]["id"]: row["scheme"] for row in tables}
    return [(scheme, [row for row in tables if row["scheme"]["id"] == id]) for id, scheme in schemes.items()]


@register.simple_tag
def reports_chart(content: Json) -> Json | None:
    """One bar over the reports that are to be sent, by what became of them."""
    labels: dict[str, str] = {}
    counts: dict[str, int] = {}
    for grant in content["grants"]:
        state = grant["report"]["state"]
        if state in REPORTS:
            labels[state] = grant["report"]["label"]
            counts[state] = counts.get(state, 0) + 1
    parts = [{"key": key, "label": labels[key], "count": counts[key]} for key in REPORTS if key in counts]
    if not parts:
        return None
    title = _("Rapportene om tilskuddene")
    return stacked(id="rapportene-tegning", title=title, rows=[{"label": "", "parts": parts}], palette=REPORTS)


@register.simple_tag
def grants_chart(content: Json) -> Json | None:
    """What each grant brought and what is spent of it, on one scale; nothing where there is but one."""
    grants = awarded(content["grants"])
    if len(grants) < FEW:
        return None
    spent = [row["money"]["spent"] for row in grants if row["money"]["spent"] is not None]
    top = max([row["money"]["awarded"] for row in grants] + spent) or 1

    def drawn(name: str, title: str) -> Json:
        rows = [
            {
                "label": f"{row['unit']}: {row['scheme']}",
                "value": row["money"][name],
                "text": kroner(row["money"][name]),
            }
            for row in grants
        ]
        return bars(id=f"penger-{name}", title=title, rows=rows, unit=_("kroner"), top=top)

    charts = [drawn("awarded", _("Tildelt")), *([drawn("spent", _("Brukt"))] if spent else [])]
    title = _("Tildelt og brukt, i kroner") if spent else _("Tildelt, i kroner")
    return together(id="penger-tegning", title=title, charts=charts)


@register.simple_tag
def children_chart(content: Json) -> Json | None:
    """Children and young people reached by each measure. What is protected is said and not drawn."""
    rows = []
    for grant in awarded(content["grants"]):
        for row in grant["measures"]:
            cell = row["children"]
            if cell is None:
                continue
            number = cell["value"] if cell["shown"] == Shown.NUMBER else None
            rows.append({"label": row["title"], "value": number, "text": protected(cell)})
    if len(rows) < FEW:
        return None
    return bars(id="barn-og-unge", title=_("Barn og unge nådd i hvert tiltak"), rows=rows)
