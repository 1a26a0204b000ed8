"""Every kind as it is written: XML, with names and a table, hostile words as words, the same each time, and on paper."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from pypdf import PdfReader

from organisation.charts import bars
from organisation.pdf import render
from tests.organisation.charts.chart_examples import HOSTILE, SVG, awkward, shown, words_of

WAYS: list[dict[str, Any]] = [
    {},
    {"in_pdf": True},
    {"table_elsewhere": True, "no_legend": True, "no_caption": True},
]


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("how", WAYS)
def test_every_kind_is_xml_with_names_and_unique_ids(how: dict[str, Any], language: str) -> None:
    with translation.override(language):
        charts = [shown(chart, **how) for chart in awkward()]
    ids = [element.get("id") for chart in charts for element in chart.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) > 20
    drawings = [svg for chart in charts for svg in chart.iter(f"{SVG}svg") if svg.get("role")]
    assert len(drawings) > 10
    for svg in drawings:
        title, told = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
        assert title is not None and told is not None and (title.text or "").strip()
        assert svg.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}"
        if how.get("in_pdf"):  # the alternative text of a PDF is made of the title only
            assert (told.text or "") in (title.text or "")


def test_figures_have_a_table_behind_them_unless_it_stands_elsewhere() -> None:
    with translation.override("nb"):
        for chart in awkward():
            on_page, on_paper, beside = (shown(chart, **how) for how in WAYS)
            assert [len(one.findall(".//table")) for one in (on_page, on_paper, beside)] == [1, 1, 0]
            assert on_page.find("./details[@class='ds-details chart-figures']/summary") is not None
            assert on_paper.find(".//details") is None
            (table,) = on_paper.iter("table")
            rows = [[words_of(cell) for cell in row] for row in table.findall("./tbody/tr")]
            assert rows == chart["table"]["rows"]
            assert len(table.findall("./thead/tr/*")) == len(chart["table"]["head"])


@pytest.mark.parametrize("how", WAYS)
def test_hostile_words_are_words(how: dict[str, Any]) -> None:
    for chart in awkward(HOSTILE):
        page = shown(chart, **how)
        assert not [element for element in page.iter() if element.tag.endswith("script")]
        assert not [name for element in page.iter() for name in element.attrib if name.startswith(("on", "style"))]
        links = [element.get("href") for element in page.iter("a")]
        assert links in ([], ["#mal-1"], ["/tiltak/1/"])


def test_a_chart_is_json_and_the_same_each_time() -> None:
    assert json.loads(json.dumps(awkward())) == awkward()
    first, second = (["".join(render_to_string("charts/chart.html", {"chart": c}) for c in awkward())] for _ in "ab")
    assert first == second


def test_an_id_that_could_break_out_is_refused() -> None:
    for id in ("", "1a", 'a"b', "a b", "æ"):
        with pytest.raises(ValueError, match="id"):
            bars(id=id, title="T", rows=[])


def test_numbers_in_a_drawing_have_points_and_texts_have_commas() -> None:
    for language in ("nb", "en"):
        with translation.override(language):
            page = shown(awkward()[0])
        assert "60,5\u00a0%" in words_of(page)
        numbers = [
            value for element in page.iter() for name, value in element.attrib.items() if name in {"x", "y", "width"}
        ]
        assert numbers and all(float(value.removesuffix("%")) >= 0 for value in numbers)


def elements(reader: PdfReader) -> list[Any]:
    """Every element of the document's structure."""
    found, waiting = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        found.append(element)
        kids = element.get("/K", [])
        kids = kids if isinstance(kids, list) else [kids]
        waiting += [kid for kid in kids if hasattr(kid.get_object(), "get") and "/S" in kid.get_object()]
    return found


@pytest.mark.parametrize("words", ["Mål 1: flere i arbeid", HOSTILE])
def test_every_kind_is_drawn_on_paper_with_an_alternative_text(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The renderer fails on any error of its own."""
    with translation.override("nb"):
        charts = awkward(words)
        body = "".join(render_to_string("charts/chart.html", {"chart": chart, "in_pdf": True}) for chart in charts)
    frame = render_to_string("pdf/base.html", {"content": {"title": "Prøve"}})
    page = render.CONTROL.sub("", frame.replace("</main>", f'<p id="mal-1">Mål 1</p>{body}</main>'))
    monkeypatch.setattr(render, "build_html", lambda template, content: page)
    render.render_pdf("", {}, tmp_path / "charts.pdf", on_progress=lambda step, percent: None)
    found = elements(PdfReader(tmp_path / "charts.pdf"))
    figures = [element["/Alt"] for element in found if element.get("/S") == "/Figure"]
    drawings = sum(len(chart["panels"]) for chart in charts)
    rows = sum(bool(row.get("parts") or row.get("target_at")) for chart in charts for row in chart["rows"])
    keys = sum(item["mark"] != "sign" for chart in charts for item in chart["legend"])
    assert len(figures) == drawings + rows + keys
    assert any("1 838" in " ".join(text.split()) for text in figures) and all(figures)
    assert [element.get("/S") for element in found].count("/Table") == len(charts)
