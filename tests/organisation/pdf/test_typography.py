"""What every document's print sheet promises of its pages, whatever stands in it."""

import random
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from tests.organisation.pdf import structure_tree as tree
from tests.organisation.pdf.structure import check
from tests.organisation.pdf.test_structure import FIGURE, FILES, ROW, TABLE, make

WORDS = [
    "tiltak",
    "familier",
    "kommunen",
    "høsten",
    "åpen",
    "kafé",
    "bolig",
    "arbeid",
    "skole",
    "oppfølging",
    "partnerne",
]


def document(seed: int) -> str:
    """Headings with a text, a table or a figure below, of all lengths, so that the ends of pages fall anywhere."""
    chance = random.Random(seed)

    def text() -> str:
        return f"<p>{' '.join(chance.choices(WORDS, k=chance.randint(1, 160)))}.</p>"

    parts = []
    for number in range(30):
        rows = "".join(ROW.format(row) for row in range(chance.randint(1, 14)))
        under = chance.choice([text(), TABLE.format(rows, number), f"<figure>{FIGURE}</figure>"])
        level = (
            f"<h3>Del {number}</h3>" + (text() if chance.random() < 0.3 else "") + "<h4>Under</h4>" * (number % 3 == 0)
        )
        parts.append(f"<h2>Kapittel {number}</h2>{text() if chance.random() < 0.5 else ''}{level}{under}{text()}")
    return "".join(parts)


@pytest.fixture(scope="module", params=range(3))
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(document(request.param), tmp_path_factory.mktemp("pdf") / "many.pdf")


def test_no_heading_caption_or_head_of_a_table_is_last_on_a_page_and_no_row_is_torn(made: Path) -> None:
    """And all else that is checked of a document."""
    check(made, attachments=FILES)
    with pikepdf.open(made) as pdf:
        assert len(pdf.pages) >= 5


def test_a_table_has_its_head_on_each_of_its_pages(made: Path) -> None:
    texts = [page.extract_text() for page in PdfReader(made).pages]
    with pikepdf.open(made) as pdf:
        numbers = tree.pages(pdf)
        heads: dict[int, int] = {}
        for element in tree.elements(pdf):
            if tree.kind(element) == "Table":
                for page in {page for row in tree.rows(element) for page in tree.on_pages(row, numbers)}:
                    heads[page] = heads.get(page, 0) + 1
    assert {page: texts[page - 1].count("Merknad") for page in heads} == heads


def test_the_pages_say_which_they_are_and_after_the_first_what_they_belong_to(made: Path) -> None:
    texts = [page.extract_text() for page in PdfReader(made).pages]
    assert all(f"Side {number} av {len(texts)}" in text for number, text in enumerate(texts, start=1))
    assert [("Arkivsak 26/1" in text) for text in texts] == [False, *[True] * (len(texts) - 1)]


def test_a_sum_stands_once_below_its_table(tmp_path: Path) -> None:
    rows = "".join(ROW.format(row) for row in range(90))
    foot = "<tfoot><tr><th scope=row>Sum i alt</th><td>1</td><td></td></tr></tfoot></table>"
    path = make("<h2>Tall</h2>" + TABLE.format(rows, 1).replace("</table>", foot), tmp_path / "sum.pdf")
    check(path, attachments=FILES)
    texts = [page.extract_text() for page in PdfReader(path).pages]
    assert len(texts) > 2
    assert [text.count("Sum i alt") for text in texts] == [*[0] * (len(texts) - 1), 1]


def test_a_paragraph_leaves_no_single_line_at_the_end_or_the_beginning_of_a_page(tmp_path: Path) -> None:
    """Three lines at least on both sides."""
    for filler in range(3):
        text = "<p>Fyll.</p>" * filler + f"<p>{'Nokså lange ord i et avsnitt. ' * 14}</p>" * 30
        path = make(f"<h2>Tekst</h2>{text}", tmp_path / "text.pdf")
        with pikepdf.open(path) as pdf:
            numbers = tree.pages(pdf)
            for element in tree.elements(pdf):
                lines = [page for page, _ in tree.own_content(element, numbers)]
                if tree.kind(element) == "P" and len(set(lines)) > 1:
                    assert min(lines.count(page) for page in set(lines)) >= 3, lines
