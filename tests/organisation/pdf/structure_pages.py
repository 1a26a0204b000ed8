"""The pages of a tagged PDF: everything painted is an artifact, or content that an element of the structure owns."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pikepdf

from tests.organisation.pdf import structure_tree

PAINT = {"Tj", "TJ", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "INLINE IMAGE"}
BEGIN, END = {"BDC", "BMC"}, "EMC"


def faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    owners = structure_tree.owners(pdf)
    parents = structure_tree.parent_tree(pdf)
    marked: Counter[tuple[int, int]] = Counter()
    for number, page in enumerate(pdf.pages, start=1):
        place = f"page {number}"
        if page.obj.get("/Tabs") != "/S":
            yield f"{place}: Tabs is not S"
        entry = parents.get(int(page.obj.get("/StructParents", -1)))
        if entry is None:
            yield f"{place}: no StructParents, or none of the parent tree's"
            entry = []
        found: list[int] = []
        yield from (f"{place}: {fault}" for fault in contents(page, found))
        for mcid in found:
            marked[number, mcid] += 1
            owner = owners.get((number, mcid))
            if owner is None:
                yield f"{place}: marked content {mcid} is in no element of the structure"
            elif mcid >= len(entry) or entry[mcid] is None or entry[mcid].objgen != owner.objgen:
                yield f"{place}: marked content {mcid} has another parent in the parent tree"
        yield from annotations(place, page, parents)
        if number < len(pdf.pages):
            yield from (
                f"{place}: {fault}" for fault in ending([owners[number, at] for at in found if (number, at) in owners])
            )
    for (number, mcid), times in marked.items():
        if times > 1:
            yield f"page {number}: marked content {mcid} is there {times} times"
    yield from (
        f"page {number}: element for marked content {mcid} that is not there" for number, mcid in owners.keys() - marked
    )


def contents(page: pikepdf.Page, found: list[int]) -> Iterator[str]:
    """Faults of the page's stream; the numbers of its marked content are put into `found`."""
    open_tags: list[str] = []
    for place, instruction in enumerate(pikepdf.parse_content_stream(page)):
        operator = str(instruction.operator)
        if operator in BEGIN:
            properties = instruction.operands[1] if operator == "BDC" else {}
            mcid = properties.get("/MCID") if isinstance(properties, pikepdf.Dictionary) else None
            if mcid is not None:
                found.append(int(mcid))
            kind = "content" if mcid is not None else "artifact" if instruction.operands[0] == "/Artifact" else "other"
            if {kind, *open_tags} >= {"content", "artifact"} or (kind == "content" and "content" in open_tags):
                yield f"instruction {place}: {kind} inside {open_tags}"
            open_tags.append(kind)
        elif operator == END:
            if not open_tags:
                yield f"instruction {place}: ends what never began"
            else:
                open_tags.pop()
        elif operator in PAINT and not {"content", "artifact"} & set(open_tags):
            yield f"instruction {place}: {operator} paints what is neither content nor artifact"
    if open_tags:
        yield f"marked content is left open: {open_tags}"


def ending(painted: list[Any]) -> Iterator[str]:
    """What may not be the last on a page, since it belongs to what comes after it."""
    around = painted[-1] if painted else None
    while structure_tree.is_element(around):
        if structure_tree.kind(around) in structure_tree.HEADINGS | {"Caption", "THead"}:
            yield f"the last on it is {structure_tree.kind(around)}"
        around = around.P


def annotations(place: str, page: pikepdf.Page, parents: dict[int, Any]) -> Iterator[str]:
    for annotation in page.obj.get("/Annots", []):
        if annotation.Subtype != "/Link":
            yield f"{place}: annotation {annotation.Subtype}"
            continue
        text = str(annotation.get("/Contents", "")).strip()
        if not text:
            yield f"{place}: a link without a text of its own"
        if int(annotation.get("/F", 0)) & 0b100111 != 4:
            yield f"{place}: link {text!r} is hidden or not printed"
        owner = parents.get(int(annotation.get("/StructParent", -1)))
        kids = structure_tree.kids(owner) if isinstance(owner, pikepdf.Dictionary) else []
        objects = [
            kid.Obj.objgen for kid in kids if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR"
        ]
        if annotation.objgen not in objects or owner.S != "/Link":
            yield f"{place}: link {text!r} is not in the structure"
