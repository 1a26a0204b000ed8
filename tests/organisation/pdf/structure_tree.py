"""The tree of a tagged PDF: what stands where, in which order, and what a screen reader needs to say it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pikepdf

BLOCKS = set(
    ["Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index", "NonStruct", "Private"]
)
HEADINGS = {f"H{level}" for level in range(1, 7)}
TEXTS = HEADINGS | set(["P", "L", "LI", "Lbl", "LBody", "Span", "Quote", "Note", "Reference", "Code"])
OTHERS = set(["Table", "THead", "TBody", "TFoot", "TR", "TH", "TD", "Figure", "Formula", "Form", "Link", "Annot"])
KNOWN = BLOCKS | TEXTS | OTHERS
# Who may stand directly in whom; an element that groups nothing (NonStruct) is looked through.
WITHIN = {
    "L": {"LI", "L", "Caption"},
    "LI": {"Lbl", "LBody"},
    "Table": {"THead", "TBody", "TFoot", "TR", "Caption"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
}
PARENTS = {"LI": {"L"}, "LBody": {"LI"}, "TR": {"Table", "THead", "TBody", "TFoot"}, "TH": {"TR"}, "TD": {"TR"}}
PARENTS |= {"THead": {"Table"}, "TBody": {"Table"}, "TFoot": {"Table"}}


def kind(element: Any) -> str:
    return str(element.S).removeprefix("/")


def kids(element: Any) -> list[Any]:
    inside = element.get("/K", [])
    return list(inside) if isinstance(inside, pikepdf.Array) else [inside]


def is_element(kid: Any) -> bool:
    return isinstance(kid, pikepdf.Dictionary) and "/S" in kid


def children(element: Any) -> list[Any]:
    return [kid for kid in kids(element) if is_element(kid)]


def elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every element in reading order."""
    waiting = children(pdf.Root.StructTreeRoot)
    while waiting:
        element = waiting.pop(0)
        yield element
        waiting = children(element) + waiting


def pages(pdf: pikepdf.Pdf) -> dict[tuple[int, int], int]:
    return {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}


def own_content(element: Any, numbers: dict[tuple[int, int], int]) -> Iterator[tuple[int, int]]:
    """Page and number of the marked content that is directly in an element."""
    found = (content_of(kid, element, numbers) for kid in kids(element))
    return (content for content in found if content)


def content_of(kid: Any, element: Any, numbers: dict[tuple[int, int], int]) -> tuple[int, int] | None:
    if isinstance(kid, int):
        return numbers[element.Pg.objgen], kid
    if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/MCR":
        return numbers[kid.get("/Pg", element.get("/Pg")).objgen], int(kid.MCID)
    return None


def on_pages(element: Any, numbers: dict[tuple[int, int], int]) -> set[int]:
    found = {page for page, _ in own_content(element, numbers)}
    return found.union(*(on_pages(child, numbers) for child in children(element)))


def owners(pdf: pikepdf.Pdf) -> dict[tuple[int, int], Any]:
    numbers = pages(pdf)
    return {content: element for element in elements(pdf) for content in own_content(element, numbers)}


def parent_tree(pdf: pikepdf.Pdf) -> dict[int, Any]:
    return {int(key): value for key, value in pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree).items()}


def headings(pdf: pikepdf.Pdf) -> list[tuple[int, str]]:
    """Level and place of each heading."""
    numbers = pages(pdf)
    found = ((kind(element), element) for element in elements(pdf))
    return [(int(name[1]), place(element, numbers)) for name, element in found if name in HEADINGS]


def place(element: Any, numbers: dict[tuple[int, int], int]) -> str:
    path, here = [], element
    while is_element(here):
        path.append(kind(here))
        here = here.P
    page = numbers.get(element.Pg.objgen, "?") if "/Pg" in element else "?"
    return f"page {page}, {'/'.join(reversed(path))} ({element.objgen[0]})"


def faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    if "/StructTreeRoot" not in pdf.Root:
        yield "structure: none"
        return
    numbers = pages(pdf)
    seen: Counter[tuple[int, int]] = Counter()
    ids = identifiers(pdf)
    for element in elements(pdf):
        seen[element.objgen] += 1
        here = place(element, numbers)
        yield from (f"{here}: {fault}" for fault in relations(element))
        yield from (f"{here}: {fault}" for fault in alternatives(element))
        if kind(element) == "TR" and len(torn := on_pages(element, numbers)) > 1:
            yield f"{here}: a row torn over the pages {sorted(torn)}"
        if kind(element) == "Table":
            yield from (f"{here}: {fault}" for fault in table(element, ids))
    yield from (f"object {number}: in the structure {times} times" for (number, _), times in seen.items() if times > 1)
    yield from order(pdf, numbers)
    yield from heading_order(headings(pdf))
    yield from identifier_tree(pdf, ids)


def relations(element: Any) -> Iterator[str]:
    name = kind(element)
    if name not in KNOWN:
        yield f"{name} is no standard type"
    for child in children(element):
        if child.P.objgen != element.objgen:
            yield f"{kind(child)} names another parent"
        if name in WITHIN and kind(child) not in WITHIN[name]:
            yield f"{kind(child)} stands directly in {name}"
        if kind(child) in PARENTS and name not in PARENTS[kind(child)]:
            yield f"{kind(child)} stands in {name}"
    if name in WITHIN and len(children(element)) != len(kids(element)):
        yield f"text directly in {name}"
    if name == "TR" and not children(element):
        yield "a row without cells"


def alternatives(element: Any) -> Iterator[str]:
    name = kind(element)
    if name == "Figure":
        if not str(element.get("/Alt", "")).strip():
            yield "a figure without alternative text"
        box = [float(at) for at in attribute(element, "/BBox") or []]
        if len(box) != 4 or not (box[0] < box[2] and box[1] < box[3]):
            yield f"a figure without its place: {box}"
    if name == "TH" and str(attribute(element, "/Scope")) not in ("/Row", "/Column", "/Both"):
        yield "a header cell without Scope"
    if name == "Link" and not any(
        isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR" for kid in kids(element)
    ):
        yield "a link that is none"


def attribute(element: Any, name: str) -> Any:
    given = element.get("/A", [])
    found = (each[name] for each in ([given] if isinstance(given, pikepdf.Dictionary) else given) if name in each)
    return next(found, None)


def rows(element: Any) -> list[Any]:
    inside = [child if kind(child) == "TR" else rows(child) for child in children(element) if kind(child) != "Caption"]
    return [row for each in inside for row in (each if isinstance(each, list) else [each])]


def table(element: Any, ids: dict[bytes, list[Any]]) -> Iterator[str]:
    """Its rows are equally wide, it has one head, and its cells name header cells of its own."""
    heads = [child for child in children(element) if kind(child) == "THead"]
    if len(heads) > 1:
        yield f"{len(heads)} heads: a repeated one is in the structure"
    filled: set[tuple[int, int]] = set()
    widths, own = [], set()
    for at, row in enumerate(rows(element)):
        column = 0
        for cell in children(row):
            while (at, column) in filled:
                column += 1
            down, across = int(attribute(cell, "/RowSpan") or 1), int(attribute(cell, "/ColSpan") or 1)
            filled |= {(at + i, column + j) for i in range(down) for j in range(across)}
            own.add(cell.objgen)
        widths.append(len([1 for (line, _) in filled if line == at]))
    if len(set(widths)) > 1:
        yield f"rows of different widths: {widths}"
    cells = [cell for row in rows(element) for cell in children(row)]
    if not any(kind(cell) == "TH" for cell in cells):
        yield "a table without header cells"
    for cell in cells:
        for name in attribute(cell, "/Headers") or []:
            targets = ids.get(bytes(name), [])
            if len(targets) != 1 or targets[0].objgen not in own or kind(targets[0]) != "TH":
                yield f"cell ({cell.objgen[0]}) names the header {bytes(name)!r}, which is none of this table's"


def identifiers(pdf: pikepdf.Pdf) -> dict[bytes, list[Any]]:
    found: dict[bytes, list[Any]] = {}
    for element in elements(pdf):
        if "/ID" in element:
            found.setdefault(bytes(element.ID), []).append(element)
    return found


def identifier_tree(pdf: pikepdf.Pdf, ids: dict[bytes, list[Any]]) -> Iterator[str]:
    yield from (f"id {name!r}: {len(owners)} elements have it" for name, owners in ids.items() if len(owners) > 1)
    tree = pdf.Root.StructTreeRoot.get("/IDTree")
    if tree is None:
        if ids:
            yield "structure: no IDTree"
        return
    names = list(tree.Names)
    known = {bytes(key): element for key, element in zip(names[::2], names[1::2], strict=True)}
    if [bytes(key) for key in names[::2]] != sorted(known):
        yield "IDTree: not in order"
    if {key: each.objgen for key, each in known.items()} != {key: each[0].objgen for key, each in ids.items()}:
        yield "IDTree: other elements than have ids"


def order(pdf: pikepdf.Pdf, numbers: dict[tuple[int, int], int]) -> Iterator[str]:
    """Reading goes from page to page, never back."""
    last = 0
    waiting = [(kid, pdf.Root.StructTreeRoot) for kid in children(pdf.Root.StructTreeRoot)]
    while waiting:
        kid, parent = waiting.pop(0)
        if is_element(kid):
            waiting = [(inner, kid) for inner in kids(kid)] + waiting
        elif content := content_of(kid, parent, numbers):
            if content[0] < last:
                yield f"{place(parent, numbers)}: read after something of page {last}"
            last = content[0]


def heading_order(found: list[tuple[int, str]]) -> Iterator[str]:
    if not found or found[0][0] != 1:
        yield "headings: the first one is not H1"
    if sum(level == 1 for level, _ in found) > 1:
        yield "headings: more than one H1"
    before = 1
    for level, where in found:
        if level > before + 1:
            yield f"{where}: H{level} after H{before}"
        before = level
