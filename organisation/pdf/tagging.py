"""Three things WeasyPrint 70 leaves out of a tagged PDF, put right before the file is written.

- text in the page margins (running header, page number) is marked as an artifact, so that a screen reader skips it;
- the ids that table cells name as their headers can be looked up (IDTree);
- links have a text of their own (Contents).
"""

from collections.abc import Sequence
from typing import Any

import pydyf

from organisation.pdf.embedding import embed, identify
from organisation.pdf.order import Attachment


def finish(attachments: Sequence[Attachment], _document: Any, pdf: Any) -> None:
    by_reference = {item.reference: item for item in pdf.objects}
    identify(pdf, by_reference)
    embed(attachments, pdf)
    root = by_reference[pdf.catalog["StructTreeRoot"]]
    elements = reachable(root, by_reference)
    add_id_tree(root, elements, pdf)
    describe_links(pdf)
    mark_margins(root, elements, by_reference, pdf)


def reachable(root: Any, by_reference: dict[bytes, Any]) -> list[Any]:
    found, waiting = [], [root]
    while waiting:
        element = waiting.pop()
        found.append(element)
        waiting += [by_reference[kid] for kid in element.get("K", ()) if kid in by_reference]
    return found


def add_id_tree(root: Any, elements: list[Any], pdf: Any) -> None:
    names = sorted((element["ID"].data, element) for element in elements if "ID" in element)
    if not names:
        return
    tree = pydyf.Dictionary({"Names": pydyf.Array()})
    for _, element in names:
        tree["Names"] += [element["ID"], element.reference]
    pdf.add_object(tree)
    root["IDTree"] = tree.reference


def describe_links(pdf: Any) -> None:
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("Subtype") == "/Link":
            item["Contents"] = pydyf.String("Lenke til et annet sted i dokumentet")


def mark_margins(root: Any, elements: list[Any], by_reference: dict[bytes, Any], pdf: Any) -> None:
    """What is marked on a page but stands in no element of the document is decoration."""
    linked: dict[bytes, set[int]] = {}
    for element in elements:
        linked.setdefault(element.get("Pg"), set()).update(kid for kid in element.get("K", ()) if isinstance(kid, int))
    numbers = by_reference[root["ParentTree"]]["Nums"]
    parents = {numbers[at]: numbers[at + 1] for at in range(0, len(numbers), 2)}
    for page_number, reference in enumerate(pdf.page_references):
        stream = by_reference[by_reference[reference]["Contents"]].stream
        for at in range(2, len(stream)):
            if stream[at] == b"BDC" and (marked := stream[at - 1]["MCID"]) not in linked.get(reference, ()):
                stream[at - 2 : at + 1] = ["/Artifact", b"", b"BMC"]
                parents[page_number][marked] = "null"
