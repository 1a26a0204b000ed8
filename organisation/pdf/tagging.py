"""What WeasyPrint 70 leaves out of a tagged PDF, or says wrongly, put right before the file is written.

- what is torn by a page's end (table, list, paragraph) is one element again, and a head that a table repeats is decoration;
- text in the page margins (running header, page number) is decoration too, so that a screen reader skips it;
- cells say which header cells are theirs (table_cells.py), figures what they show and where they are, links where they lead;
- lists hold items and nothing else.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pydyf

from organisation.pdf.embedding import embed, identify
from organisation.pdf.order import Attachment
from organisation.pdf.structure_tree import Node, Sources, Tree
from organisation.pdf.table_cells import name_headers

POINTS = 0.75  # of a CSS pixel
SVG = "{http://www.w3.org/2000/svg}"
# They say nothing when they are empty, and some must hold what they may and nothing else.
NOTHING_WHEN_EMPTY = {"NonStruct", "Div", "Span", "P", "Sect", "Part", "Art", "L", "LI", "LBody", "Lbl"}
BLOCKS = {"L", "Part", "Art", "Sect", "Div", "BlockQuote", "P", "Caption"}
STRICT = {"L", "LI", "Table", "THead", "TBody", "TFoot", "TR"}


class Finisher:
    """Made for one document: watches it being tagged, then finishes it."""

    def __init__(self, attachments: Sequence[Attachment]) -> None:
        self.attachments = attachments
        self.sources: Sources = {}
        self.seconds = 0.0  # that finishing took; the benchmark asks

    @contextmanager
    def watching(self) -> Iterator[None]:
        """WeasyPrint forgets which HTML each element of the structure comes from; this notes it down."""
        from weasyprint.pdf import tags

        build = tags._build_box_tree

        def build_and_note(box: Any, *rest: Any) -> Iterator[Any]:
            for element in build(box, *rest):
                self.sources.setdefault(
                    element.number, (getattr(box, "element", None), getattr(box, "element_tag", ""))
                )
                yield element

        tags._build_box_tree = build_and_note
        try:
            yield
        finally:
            tags._build_box_tree = build

    def __call__(self, _document: Any, pdf: Any) -> None:
        begin = time.perf_counter()
        self._finish(pdf)
        self.seconds = time.perf_counter() - begin

    def _finish(self, pdf: Any) -> None:
        by_reference = {item.reference: item for item in pdf.objects}
        identify(pdf, by_reference)
        tree = Tree(pdf, by_reference, self.sources)
        tree.document.kids = in_one_piece(tree.document.kids)
        simplify(tree.document)
        gather_links(tree.document)
        for node in tree.document.walk():
            if node.kind == "Figure":
                describe_figure(node, by_reference)
            elif node.kind == "Link":
                describe_link(node, by_reference)
            elif node.kind == "Table":
                name_headers(node)
        tree.write()
        paint_as_it_is(pdf)
        embed(self.attachments, pdf)


def paint_as_it_is(pdf: Any) -> None:
    """PDF/A wants no pixels made up between those that a picture has."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and "Interpolate" in item.extra:
            item.extra["Interpolate"] = "false"


def in_one_piece(kids: list[Any]) -> list[Any]:
    """The elements of page after page, those that go on put together with what they go on from."""
    whole: list[Any] = []
    for kid in kids:
        if whole and goes_on(whole[-1], kid):
            join(whole[-1], kid)
        else:
            whole.append(kid)
    return whole


def goes_on(before: Any, after: Any) -> bool:
    if not isinstance(before, Node) or not isinstance(after, Node) or before.source is None:
        return False
    same = before.source is after.source and (before.tag, before.kind) == (after.tag, after.kind)
    return same and before.last_page < after.page


def join(before: Node, after: Node) -> None:
    rest = after.kids
    if before.kind == "Table":
        heads = {id(kid.source) for kid in before.kids if isinstance(kid, Node) and kid.kind == "THead"}
        rest = [kid for kid in rest if not (isinstance(kid, Node) and kid.kind == "THead" and id(kid.source) in heads)]
        feet = {id(kid.source) for kid in rest if isinstance(kid, Node) and kid.kind == "TFoot"}
        before.kids = [kid for kid in before.kids if not (isinstance(kid, Node) and id(kid.source) in feet)]
    before.last_page = after.last_page
    before.kids = in_one_piece([*before.kids, *rest]) if before.kids and rest else [*before.kids, *rest]


def simplify(node: Node) -> None:
    """Lists as a reader knows them, no decoration, and no element without a meaning."""
    kids: list[Any] = []
    for kid in node.kids:
        if not isinstance(kid, Node):
            kids.append(kid)
        elif not is_decoration(kid, node):
            if kid.tag == "dl" and kid.kind == "L":
                kid.kids = description_list(kid)
            simplify(kid)
            if groups_nothing(kid, node) and (node.kind not in STRICT or kid.kind == "L"):
                kids += kid.kids
            elif node.kind == "L" and kid.kind == "L" and kids:
                body = kids[-1].kids[-1] if kids[-1].kids else kids[-1]
                body.kids.append(kid)
            elif kid.kids or kid.kind not in NOTHING_WHEN_EMPTY:
                kids.append(kid)
    node.kids = kids


def gather_links(node: Node, link: Node | None = None) -> None:
    """What stands in a link is the link's: WeasyPrint makes an annotation for each box inside, and a link of its ::after."""
    link = node if node.kind == "Link" and link is None else link
    kids: list[Any] = []
    for kid in node.kids:
        if isinstance(kid, Node):
            gather_links(kid, link)
            kids += kid.kids if link and kid.kind == "Link" else [kid]
        elif isinstance(kid, bytes) and link and link is not node:
            link.inside.append(kid)
        else:
            kids.append(kid)
    node.kids = [*node.inside, *kids]


def groups_nothing(node: Node, parent: Node) -> bool:
    """A box for the layout only (it has its parent's tag, as a column has), or a line of text that is no element of the page."""
    if node.source is None:
        return node.kind in {"NonStruct", "Span"}
    again = node.source is parent.source and (node.tag, node.kind) == (parent.tag, parent.kind)
    return node.kind == "NonStruct" or (again and node.kind in BLOCKS)


def is_decoration(node: Node, parent: Node) -> bool:
    """A figure that the HTML hides from readers; and the space between items of a list that stand in one line."""
    if node.source is None:
        return node.kind == "Span" and parent.kind == "L"
    hidden = node.source.get("aria-hidden") == "true" or node.source.get("role") in {"none", "presentation"}
    return node.kind == "Figure" and hidden


def description_list(node: Node) -> list[Any]:
    """One item for each term, which is its label. However the list is laid out: as a table, or in groups."""
    items: list[Node] = []
    waiting = [kid for kid in node.kids if isinstance(kid, Node)]
    while waiting:
        kid = waiting.pop(0)
        if kid.kind != "LI":
            waiting = [each for each in kid.kids if isinstance(each, Node)] + waiting
        elif kid.tag == "dd" and items:
            items[-1].kids += kid.kids
        else:
            for body in kid.kids:
                body.kind = "Lbl" if kid.tag == "dt" else body.kind
            items.append(kid)
    return items


def describe_figure(node: Node, by_reference: dict[bytes, Any]) -> None:
    """What it shows: title and description. Where it is: in points from below, not in pixels from above."""
    if node.source is not None and node.source.tag == SVG + "svg":
        texts = [words(node.source.find(SVG + name)) for name in ("title", "desc")]
        if alternative := ". ".join(text.removesuffix(".") for text in texts if text):
            node.element["Alt"] = pydyf.String(alternative + "." * bool(texts[1]))
    _, _, _, top = by_reference[node.element["Pg"]]["MediaBox"]
    x1, y1, x2, y2 = (at * POINTS for at in node.element["A"]["BBox"])
    node.element["A"]["BBox"] = pydyf.Array((x1, top - y2, x2, top - y1))


def describe_link(node: Node, by_reference: dict[bytes, Any]) -> None:
    for reference in node.objects():
        annotation = by_reference[by_reference[reference]["Obj"]]
        annotation["Contents"] = pydyf.String(words(node.source) or "Lenke til et annet sted i dokumentet")


def words(source: Any) -> str:
    return "" if source is None else " ".join("".join(source.itertext()).split())
