"""Tags, metadata and files of a document that has everything: long tables, figures, links, lists, headings."""

import base64
import re
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from organisation.documents import csv_attachment
from organisation.pdf import render
from organisation.pdf.order import A2, A3
from tests.factories import picture
from tests.organisation.pdf import structure_tree
from tests.organisation.pdf.structure import check

FILES = [csv_attachment("tall.csv", header=["Mål", "Antall"], rows=[["Åpen kafé", 12]], description="Tallene")]
FIGURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 20" width="300" height="60" role="img">
<title>Familier i tiltak</title><desc>Fra 12 i 2025 til 19 i 2026.</desc>
<rect x="0" y="2" width="60" height="16" fill="#0a5ea8"/><text x="62" y="14" font-size="8">19</text></svg>"""
DECORATION = '<svg aria-hidden="true" viewBox="0 0 10 10" width="10" height="10"><rect width="10" height="10"/></svg>'
ROW = "<tr><th scope=row>Tiltak {0}</th><td>{0}</td><td>Åpen kafé for familier på tirsdager, nummer {0}</td></tr>"
TABLE = """<table><caption>Tiltak {1}</caption><thead><tr><th scope=col>Tiltak</th><th scope=col>Antall</th>
<th scope=col>Merknad</th></tr></thead><tbody>{0}</tbody></table>"""
SPANS = """<table><caption>Over år</caption><thead><tr><th scope=col rowspan=2>Område</th>
<th scope=colgroup colspan=2>År</th></tr><tr><th scope=col>2025</th><th scope=col>2026</th></tr></thead><tbody>
<tr><th scope=row rowspan=2>Bolig</th><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr>
<tr><th scope=row>Arbeid</th><td colspan=2>mangler</td></tr></tbody>
<tfoot><tr><th scope=row>Sum</th><td>4</td><td>6</td></tr></tfoot></table>"""
COLUMNS = """.columns { columns: 2 } .columns a { display: block; position: relative; padding-left: 5mm }
.columns span { position: absolute; left: 0 } .columns a::after { content: leader(" . ") target-counter(attr(href), page) }"""
BODY = (
    '<h2>Innhold</h2><ul><li><a href="#b">Tabeller</a></li><li>Noe annet<ul><li>Under</li></ul></li></ul>'
    f"<style>{COLUMNS}</style><ol class=columns>{'<li><a href=#b><span>1</span> Side</a></li>' * 9}</ol>"
    '<style>.line, .line li { display: inline }</style><ul class="line"><li>Hver</li> <li>for seg</li></ul>'
    '<ol><li>En</li><li>To</li></ol><dl class="pdf-facts"><div><dt>Sak</dt><dd>26/1</dd></div></dl>'
    f"<p>Se <a href='https://example.org/'>nettsiden</a>. {DECORATION} {'Lang tekst om tiltak. ' * 400}</p>"
    f"<section><h2 id=b>Tabeller</h2><h3>Lang</h3>{TABLE.format(''.join(ROW.format(i) for i in range(120)), 1)}"
    f"{TABLE.format(ROW.format(1), 2)}{SPANS}</section><h2>Figurer</h2><h3>En</h3>{FIGURE}<h4>Liten</h4>{FIGURE}"
    f"<ul class=pdf-list>{''.join(f'<li>Punkt {i} {chr(111) * 60}</li>' for i in range(90))}</ul>"
)


@pytest.fixture(scope="module", params=[A3, A2])
def made(request: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    return request.param, make(BODY, tmp_path_factory.mktemp("pdf") / "all.pdf", request.param)


def make(body: str, out: Path, variant: str = A3) -> Path:
    content = {"municipality": "Prøvevik kommune", "title": "Rapport", "case_number": "26/1", "dated": "2026-02-01"}
    html = render.build_html("pdf/base.html", content)
    assert "</main>" in html
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render, "build_html", lambda template, content: html.replace("</main>", body + "</main>"))
        patch.setattr("django.conf.settings.PDF_VARIANT", variant)
        render.render_pdf("", {}, out, on_progress=lambda step, percent: None, attachments=FILES)
    return out


def test_nothing_is_wrong_with_it(made: tuple[str, Path]) -> None:
    variant, path = made
    check(path, variant=variant, attachments=FILES)


def test_a_table_over_several_pages_is_one_with_one_head(made: tuple[str, Path]) -> None:
    with pikepdf.open(made[1]) as pdf:
        numbers = structure_tree.pages(pdf)
        tables = [element for element in structure_tree.elements(pdf) if structure_tree.kind(element) == "Table"]
        assert [len(structure_tree.rows(table)) for table in tables] == [121, 2, 6]
        seen = {page for row in structure_tree.rows(tables[0]) for page in structure_tree.on_pages(row, numbers)}
        assert len(seen) >= 3
        heads = [row for row in structure_tree.rows(tables[0]) if structure_tree.kind(row.P) == "THead"]
        assert [structure_tree.on_pages(row, numbers) for row in heads] == [{min(seen)}]


def test_a_repeated_head_is_drawn_and_read_aloud_once(made: tuple[str, Path]) -> None:
    with pikepdf.open(made[1]) as pdf:
        artifacts = [artifact_texts(page) for page in pdf.pages]
    assert "MerknadTiltakAntall" not in "".join(artifacts)
    assert sum("Side " in text for text in artifacts) == len(artifacts)


def artifact_texts(page: pikepdf.Page) -> str:
    """What stands in artifacts, through the fonts' tables of characters."""
    tables = {name: to_unicode(font) for name, font in page.resources.Font.items()}
    depth, font, found = 0, {}, []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BMC", "BDC"):
            depth = depth + 1 if depth or operands[0] == "/Artifact" else 0
        elif name == "EMC":
            depth = max(0, depth - 1)
        elif name == "Tf":
            font = tables[str(operands[0])]
        elif name == "TJ" and depth:
            glyphs = b"".join(bytes(each) for each in operands[0] if isinstance(each, pikepdf.String))
            found += [font.get(glyphs[at : at + 2].hex(), "") for at in range(0, len(glyphs), 2)]
    return "".join(found)


def to_unicode(font: Any) -> dict[str, str]:
    table = re.findall(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>", font.ToUnicode.read_bytes())
    return {key.decode().lower(): bytes.fromhex(value.decode()).decode("utf-16-be") for key, value in table}


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L", "P", "LA"])
def test_the_logo_is_a_figure_with_the_municipalitys_name(tmp_path: Path, mode: str) -> None:
    logo = "data:image/png;base64," + base64.b64encode(picture(size=(600, 300), mode=mode)).decode()
    content = {"municipality": "Prøvevik kommune", "title": "Brev", "dated": "2026-02-01", "logo": logo}
    out = tmp_path / "logo.pdf"
    render.render_pdf("pdf/base.html", content, out, on_progress=lambda step, percent: None)
    check(out)
    with pikepdf.open(out) as pdf:
        (figure,) = [element for element in structure_tree.elements(pdf) if structure_tree.kind(element) == "Figure"]
        assert str(figure.Alt) == "Prøvevik kommune"
        left, low, right, high = (float(at) for at in structure_tree.attribute(figure, "/BBox"))
        assert high - low == pytest.approx(18 / 25.4 * 72, abs=0.1)
        assert (right - left) / (high - low) == pytest.approx(2, abs=0.01)
