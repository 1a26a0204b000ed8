"""Colours and shapes. A part of a bar has both, so that nothing is told by colour alone.

A tone is a name that static/organisation/charts.css knows; fill and ink here are what the PDF draws, for WeasyPrint gives an SVG
no page styles. Shapes are those of static/povertyplan/icons.svg, in a square of 20.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_noop

# tone: fill, ink
TONES = {
    "warning": ("#f3d58a", "#1c2329"),
    "info": ("#a9cdf0", "#1c2329"),
    "success": ("#9fd3b4", "#1c2329"),
    "success-strong": ("#125b33", "#ffffff"),
    "danger": ("#f3b5af", "#1c2329"),
    "danger-strong": ("#8c1d18", "#ffffff"),
    "neutral": ("#cdd3d9", "#1c2329"),
}
# shape: what it is called, its path, the stroke it is drawn with (none: filled), its dashes
SHAPES = {
    "dashed-ring": (
        gettext_noop("Stiplet ring"),
        "M10 3.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0 -13z",
        "2",
        "3 2.5",
    ),
    "half": (
        gettext_noop("Halvfylt ring"),
        "M10 2.5a7.5 7.5 0 1 1 0 15a7.5 7.5 0 1 1 0 -15zM10 4.5a5.5 5.5 0 0 0 0 11z",
        "",
        "",
    ),
    "disc": (gettext_noop("Fylt sirkel"), "M10 3a7 7 0 1 1 0 14a7 7 0 1 1 0 -14z", "", ""),
    "check": (gettext_noop("Hake"), "M4 10.5l4 4 8 -9", "2.5", ""),
    "cross": (gettext_noop("Kryss"), "M5 5l10 10M15 5L5 15", "2.5", ""),
    "arrow": (gettext_noop("Pil"), "M3 10h12M10.5 5l5 5 -5 5", "2.2", ""),
    "square": (gettext_noop("Fylt firkant"), "M4.5 4.5h11v11h-11z", "", ""),
    "diamond": (gettext_noop("Rute"), "M10 3.5l6.5 6.5 -6.5 6.5 -6.5 -6.5z", "2", ""),
}
# key: tone, shape
Palette = Mapping[str, tuple[str, str]]
STATES: Palette = {
    "planned": ("warning", "dashed-ring"),
    "in_progress": ("info", "half"),
    "in_operation": ("success", "disc"),
    "completed": ("success-strong", "check"),
    "not_feasible": ("danger", "cross"),
    "overtaken": ("neutral", "arrow"),
    "stopped": ("danger-strong", "square"),
}
NEUTRAL = ("neutral", "diamond")
