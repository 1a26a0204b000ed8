"""One chart of each kind with awkward figures, and how a chart is shown as XML."""

from typing import Any
from xml.etree import ElementTree

from django.template.loader import render_to_string

from organisation.charts import bars, lines, stacked, targets

LONG = (
    "Barn og unge i familier med vedvarende lav inntekt skal kunne delta på fritidsaktiviteter på lik linje med andre"
)
HOSTILE = "<script>alert('x')</script> & \"sitat\" {{ chart }} {% now 'Y' %} ]]> <!-- \x00\x0b\ufffe\ud800 slutt"
SVG = "{http://www.w3.org/2000/svg}"
LABELS = {"planned": "Planlagt", "in_operation": "I ordinær drift", "stopped": "Stoppet"}


def parts(*counts: int) -> list[dict[str, Any]]:
    return [
        {"key": key, "label": label, "count": count}
        for (key, label), count in zip(LABELS.items(), counts, strict=False)
    ]


def awkward(words: str = LONG) -> list[dict[str, Any]]:
    return [
        bars(
            id="stolper", title=f"Tiltak {words}", unit="%",
            rows=[
                {"label": words, "value": 60.5}, {"label": "Nord", "value": 0}, {"label": "Sør", "value": None},
                {"label": "Vest", "value": None, "text": "<5"}, {"label": "Hele landet", "value": 12, "whole": True},
            ],
        ),
        bars(id="store", title="Store", unit="kroner", rows=[{"label": "A", "value": 10**15}, {"label": "B", "value": -1838}]),
        bars(id="ingen", title="Ingen", rows=[{"label": words, "value": None}]),
        bars(id="tomt", title="Tomt", rows=[]),
        stacked(
            id="status", title="Status", description=words,
            rows=[{"label": words, "url": "#mal-1", "parts": parts(1, 1838, 3)}, {"label": "Tomt", "parts": parts(0, 0)},
                  {"label": "", "parts": [{"key": "ukjent", "label": words, "count": 2}]}],
        ),
        lines(
            id="linjer", title="Mottakere", points=["2008", "2009", words, "2011"], unit="personer",
            series=[{"label": words, "values": [2070, None, 1458.5, 1448], "texts": ["", "<5", "", ""]},
                    {"label": "Ingen", "values": [None] * 4}],
            bases=["Måned 1–8", "", words, words], apart=[1], earlier=([0], "publisert tidligere", "regnet ut"),
        ),
        lines(id="punkt", title="Ett", points=["2026"], series=[{"label": "A", "values": [-3]}], scale=(1, 5)),
        targets(
            id="mal", title="Resultat mot mål",
            rows=[
                {"label": words, "target": 50, "result": 38, "target_text": "50 personer"},
                {"label": "Over", "target": 10, "result": 1838, "url": "/tiltak/1/"},
                {"label": "Vernet", "target": 10, "result": None, "result_text": "<5"},
                {"label": "Uten mål", "target": None, "result": 4}, {"label": "Null", "target": 0, "result": 3},
            ],
        ),
    ]  # fmt: skip


def shown(chart: dict[str, Any], **how: Any) -> ElementTree.Element:
    """The chart as the template writes it. Raises ParseError where it is no XML."""
    return ElementTree.fromstring(render_to_string("charts/chart.html", {"chart": chart, **how}))


def words_of(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split(" "))
