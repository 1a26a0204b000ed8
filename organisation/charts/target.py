"""Target against result: a bar for the result, and a line where the target is.

Each row has a scale of its own, as rows may count different things. Targets stand below each other at the same place, so that one
sees at a glance which are reached; a bar that would leave the frame is cut, with a sign.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from organisation.charts.frame import Chart, chart_of
from organisation.charts.numbers import Value, exact_of, norwegian
from organisation.charts.stack import link_of
from organisation.charts.words import clean, sentences

TARGET_AT = Decimal(80)  # per cent of the frame; what is beyond is more than the target
FRAME = Decimal(100)


def targets(
    *,
    id: str,
    title: str,
    rows: Sequence[Mapping[str, Any]],
    description: str = "",
    caption: str = "",
    head: tuple[str, str, str] | None = None,
) -> Chart:
    """A row for each {"label", "url", "target", "result", "target_text", "result_text"}.

    A protected count is None with a text such as "<5": it is said and not drawn. Without a target there is nothing to measure
    against, and the result too is in words only.
    """
    drawn = [_row(f"{id}-{number}", row) for number, row in enumerate(rows, 1)]
    legend = [{"mark": "result", "text": _("resultat")}, {"mark": "target", "text": _("mål")}]
    if any(row["is_cut"] for row in drawn):
        legend.append({"mark": "cut", "text": _("stolpen er kortet av: resultatet er mer enn en firedel over målet")})
    table = {
        "head": list(head or ("", _("Mål"), _("Resultat"))),
        "rows": [[row["label"], row["target_text"], row["result_text"]] for row in drawn],
    }
    return chart_of(
        "targets", id=id, title=title, caption=caption, description=description,
        told=sentences(*(row["told"] for row in drawn)), table=table, rows=drawn, legend=legend,
    )  # fmt: skip


def _row(id: str, row: Mapping[str, Any]) -> dict[str, Any]:
    label = clean(row["label"])
    texts = {
        "target_text": clean(row.get("target_text") or "") or norwegian(row["target"]),
        "result_text": clean(row.get("result_text") or "") or norwegian(row["result"]),
    }
    words = _("resultat %(result)s, mål %(target)s") % {
        "result": texts["result_text"],
        "target": texts["target_text"],
    }
    return {
        "id": id, "label": label, "title": label, **link_of(row),
        "told": f"{label}: {words}.", **texts, **_drawn(row["target"], row["result"]),
    }  # fmt: skip


def _drawn(target: Value, result: Value) -> dict[str, Any]:
    aim, reached = exact_of(target), exact_of(result)
    at = "" if aim is None else f"{TARGET_AT if aim > 0 else 0:.2f}"
    if aim is None or reached is None:
        return {"target_at": at, "width": "", "is_cut": False}
    beyond_nought = TARGET_AT if reached > 0 else Decimal(0)  # where the target is nought, any result is beyond it
    width = max(reached, Decimal(0)) / aim * TARGET_AT if aim > 0 else beyond_nought
    return {"target_at": at, "width": f"{min(width, FRAME):.2f}", "is_cut": width > FRAME}
