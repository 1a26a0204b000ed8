"""Colours and shapes. A part of a bar has both, so that nothing is told by colour alone.

A tone is a name that static/organisation/charts.css knows; fill and ink here are what the PDF draws, for WeasyPrint gives an SVG
no page styles. Shapes are those of static/povertyplan/icons.svg, in a square of 20.
"""

from collections.abc import Mapping
from math import cos, pi, sin

from django.utils.translation import gettext_noop


def _dashed_ring(outer: float, inner: float, *, dashes: int) -> str:
    """Pieces of a ring, each as long as two thirds of the way to the next."""
    parts = []
    for number in range(dashes):
        start = 2 * pi * number / dashes
        end = start + 2 * pi / dashes * 2 / 3
        (a, b), (c, d) = ((10 + outer * cos(at), 10 + outer * sin(at)) for at in (start, end))
        (e, f), (g, h) = ((10 + inner * cos(at), 10 + inner * sin(at)) for at in (end, start))
        parts.append(
            f"M{a:.1f} {b:.1f}A{outer} {outer} 0 0 1 {c:.1f} {d:.1f}L{e:.1f} {f:.1f}A{inner} {inner} 0 0 0 {g:.1f} {h:.1f}z"
        )
    return "".join(parts)


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
# shape: what it is called, and its path, which is filled by the even-odd rule
SHAPES = {
    "dashed-ring": (gettext_noop("Stiplet ring"), _dashed_ring(7.5, 5.5, dashes=8)),
    "half": (
        gettext_noop("Halvfylt ring"),
        "M10 2.5a7.5 7.5 0 1 1 0 15a7.5 7.5 0 1 1 0 -15zM10 4.5a5.5 5.5 0 0 0 0 11z",
    ),
    "disc": (gettext_noop("Fylt sirkel"), "M10 3a7 7 0 1 1 0 14a7 7 0 1 1 0 -14z"),
    "check": (gettext_noop("Hake"), "M3 11.4l1.8 -1.8l3.1 3.1l7.1 -8l1.9 1.7l-8.9 10z"),
    "cross": (
        gettext_noop("Kryss"),
        "M5.9 4.1l4.1 4.1l4.1 -4.1l1.8 1.8l-4.1 4.1l4.1 4.1l-1.8 1.8l-4.1 -4.1l-4.1 4.1l-1.8 -1.8l4.1 -4.1l-4.1 -4.1z",
    ),
    "arrow": (
        gettext_noop("Pil"),
        "M2.5 8.9h9.9l-2.7 -2.7l1.6 -1.6l5.4 5.4l-5.4 5.4l-1.6 -1.6l2.7 -2.7h-9.9z",
    ),
    "square": (gettext_noop("Fylt firkant"), "M4.5 4.5h11v11h-11z"),
    "diamond": (gettext_noop("Rute"), "M10 2.5l7.5 7.5l-7.5 7.5l-7.5 -7.5zM10 5.5l-4.5 4.5l4.5 4.5l4.5 -4.5z"),
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
