"""The checker itself: whatever is broken in a good document is found and said with its place."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import weasyprint

from organisation.pdf.order import A2
from tests.organisation.pdf import structure_tree as tree
from tests.organisation.pdf.structure import check, faults
from tests.organisation.pdf.test_structure import BODY, FILES, make

Break = Callable[[pikepdf.Pdf], None]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(BODY, tmp_path_factory.mktemp("pdf") / "good.pdf")


def first(pdf: pikepdf.Pdf, kind: str) -> Any:
    return next(element for element in tree.elements(pdf) if tree.kind(element) == kind)


def delete(find: Callable[[pikepdf.Pdf], Any], key: str) -> Break:
    def broken(pdf: pikepdf.Pdf) -> None:
        del find(pdf)[key]

    return broken


def put(find: Callable[[pikepdf.Pdf], Any], key: str, value: Any) -> Break:
    def broken(pdf: pikepdf.Pdf) -> None:
        find(pdf)[key] = value

    return broken


def root(pdf: pikepdf.Pdf) -> Any:
    return pdf.Root


def page(pdf: pikepdf.Pdf) -> Any:
    return pdf.pages[2].obj


def element(kind: str) -> Callable[[pikepdf.Pdf], Any]:
    return lambda pdf: first(pdf, kind)


def link(pdf: pikepdf.Pdf) -> Any:
    return pdf.pages[0].obj.Annots[0]


def font(pdf: pikepdf.Pdf) -> Any:
    return next(item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/FontFile2" in item)


def replaced_in_xmp(before: bytes, after: bytes) -> Break:
    def broken(pdf: pikepdf.Pdf) -> None:
        text = pdf.Root.Metadata.read_bytes()
        assert before in text
        pdf.Root.Metadata.write(text.replace(before, after))

    return broken


def replaced_on_page(before: bytes, after: bytes) -> Break:
    def broken(pdf: pikepdf.Pdf) -> None:
        text = pdf.pages[2].Contents.read_bytes()
        assert before in text
        pdf.pages[2].Contents.write(text.replace(before, after, 1))

    return broken


def associated_twice(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AF.append(pdf.Root.AF[0])


def head_twice(pdf: pikepdf.Pdf) -> None:
    table = first(pdf, "Table")
    table.K.append(next(child for child in tree.children(table) if tree.kind(child) == "THead"))


def blended(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Resources.ExtGState["/Wrong"] = pikepdf.Dictionary(BM=pikepdf.Name.Strange)


def heading_last(pdf: pikepdf.Pdf) -> None:
    here = {at: owner for (page, at), owner in tree.owners(pdf).items() if page == 3}
    here[max(here)].S = pikepdf.Name.H3


def row_torn(pdf: pikepdf.Pdf) -> None:
    cell = tree.children(first(pdf, "TR"))[0]
    cell.K = pikepdf.Array([pikepdf.Dictionary(Type=pikepdf.Name.MCR, Pg=pdf.pages[0].obj, MCID=0)])


BROKEN: dict[str, tuple[Break, str]] = {
    "language": (delete(root, "/Lang"), "no language"),
    "marked": (delete(root, "/MarkInfo"), "MarkInfo"),
    "window title": (delete(root, "/ViewerPreferences"), "would not show the title"),
    "output intent": (delete(root, "/OutputIntents"), "output intents"),
    "bookmarks": (delete(root, "/Outlines"), "bookmarks: none"),
    "open action": (put(root, "/OpenAction", pikepdf.Dictionary(S=pikepdf.Name.JavaScript)), "OpenAction"),
    "file twice": (associated_twice, "are associated with"),
    "relationship": (put(lambda pdf: pdf.Root.AF[0], "/AFRelationship", pikepdf.Name.Source), "relationship"),
    "part": (replaced_in_xmp(b'pdfaid:part="3"', b'pdfaid:part="2"'), "pdfaid:part"),
    "ua": (replaced_in_xmp(b'pdfuaid:part="1"', b""), "pdfuaid:part"),
    "schema": (replaced_in_xmp(b"<pdfaSchema:prefix>pdfuaid", b"<pdfaSchema:prefix>x"), "extension schema"),
    "info": (put(lambda pdf: pdf.docinfo, "/Title", "Annet"), "dc:title"),
    "tabs": (delete(page, "/Tabs"), "page 3: Tabs"),
    "parents": (delete(page, "/StructParents"), "page 3: no StructParents"),
    "unmarked": (replaced_on_page(b"/Artifact\n\nBMC", b"/Other\n\nBMC"), "neither content nor artifact"),
    "foreign content": (replaced_on_page(b"/MCID 3>>", b"/MCID 999>>"), "page 3: marked content 999"),
    "figure": (delete(element("Figure"), "/Alt"), "without alternative text"),
    "figure's place": (delete(element("Figure"), "/A"), "without its place"),
    "scope": (delete(element("TH"), "/A"), "without Scope"),
    "headers": (
        put(lambda pdf: first(pdf, "TD").A, "/Headers", pikepdf.Array([pikepdf.String("x")])),
        "none of this table",
    ),
    "ids": (delete(lambda pdf: pdf.Root.StructTreeRoot, "/IDTree"), "no IDTree"),
    "row": (put(element("TR"), "/K", pikepdf.Array()), "a row without cells"),
    "head twice": (head_twice, "a repeated one"),
    "heading": (put(element("H2"), "/S", pikepdf.Name.H4), "H4 after H1"),
    "first heading": (put(element("H1"), "/S", pikepdf.Name.P), "not H1"),
    "list": (put(element("LI"), "/S", pikepdf.Name.P), "P stands directly in L"),
    "type": (put(element("P"), "/S", pikepdf.Name.Paragraph), "no standard type"),
    "link's text": (delete(link, "/Contents"), "without a text of its own"),
    "hidden link": (put(link, "/F", 2), "hidden or not printed"),
    "link's parent": (delete(link, "/StructParent"), "not in the structure"),
    "font": (delete(font, "/FontFile2"), "not embedded"),
    "heading last": (heading_last, "page 3: the last on it is H3"),
    "torn row": (row_torn, "a row torn over the pages"),
    "blend": (blended, "blend mode"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_found(good: Path, tmp_path: Path, name: str) -> None:
    break_it, word = BROKEN[name]
    with pikepdf.open(good) as pdf:
        break_it(pdf)
        pdf.save(tmp_path / "broken.pdf")
    found = faults(tmp_path / "broken.pdf", attachments=FILES)
    assert [fault for fault in found if word in fault], found


def test_a_wrong_variant_and_a_missing_file_are_found(good: Path) -> None:
    assert {fault.split(":")[0] for fault in faults(good, variant=A2)} >= {"XMP", "files"}
    with pytest.raises(AssertionError, match=r"good\.pdf: \d+ faults\nfiles"):
        check(good)


def test_a_document_that_only_weasyprint_made_is_not_good_enough(tmp_path: Path) -> None:
    """What the finisher is for; where a new WeasyPrint does something itself, this test says so."""
    html = f"<html lang=nb><title>x</title><style>@page {{@top-left {{content: 'x'}}}}</style><h1>x</h1>{BODY}</html>"
    weasyprint.HTML(string=html).write_pdf(tmp_path / "bare.pdf", pdf_variant="pdf/a-3a")
    found = "\n".join(faults(tmp_path / "bare.pdf"))
    for word in ("pdfuaid", "extension schema", "without Scope", "is in no element", "no IDTree"):
        assert word in found
