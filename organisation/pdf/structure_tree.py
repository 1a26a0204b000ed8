"""The structure of a PDF as a tree that can be changed: read from WeasyPrint's objects, and written back to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pydyf

# The HTML element that an element of the structure comes from, and its tag: "li", "li::marker".
Sources = dict[int, tuple[Any, str]]


@dataclass(frozen=True)
class Content:
    """Something painted on a page: its number there."""

    page: int
    number: int


class Node:
    """An element of the structure. Its kids are nodes, contents, and references to annotations."""

    __slots__ = ("element", "inside", "kids", "kind", "last_page", "page", "source", "tag")

    def __init__(self, element: Any, page: int, source: Any, tag: str) -> None:
        self.element = element
        self.kind: str = element["S"].removeprefix("/")
        self.page = self.last_page = page
        self.source, self.tag = source, tag
        self.kids: list[Any] = []
        self.inside: list[bytes] = []  # annotations of what stands in this one

    def walk(self) -> Iterator["Node"]:
        """This one and all below it, in reading order."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Node):
                yield from kid.walk()

    def nodes(self, *kinds: str) -> list["Node"]:
        return [kid for kid in self.kids if isinstance(kid, Node) and kid.kind in kinds]

    def objects(self) -> list[bytes]:
        return [kid for kid in self.kids if isinstance(kid, bytes)]


class Tree:
    def __init__(self, pdf: Any, by_reference: dict[bytes, Any], sources: Sources) -> None:
        self.pdf, self.by_reference, self.sources = pdf, by_reference, sources
        self.root = by_reference[pdf.catalog["StructTreeRoot"]]
        self.pages: tuple[bytes, ...] = pdf.page_references
        self.number_of = {reference: number for number, reference in enumerate(self.pages)}
        self.read: list[Node] = []
        self.document = self._node(by_reference[self.root["K"][0]])

    def _node(self, element: Any) -> Node:
        source, tag = self.sources.get(element.number, (None, ""))
        node = Node(element, self.number_of.get(element.get("Pg"), 0), source, tag)
        self.read.append(node)
        for kid in element["K"]:
            if isinstance(kid, int):
                node.kids.append(Content(node.page, kid))
            else:
                found = self.by_reference[kid]
                node.kids.append(self._node(found) if found["Type"] == "/StructElem" else kid)
        return node

    def write(self) -> None:
        """Everything back into the objects; what no node holds any more becomes decoration."""
        nums = self.by_reference[self.root["ParentTree"]]["Nums"]
        entries = dict(zip(nums[::2], nums[1::2], strict=True))
        owners: list[dict[int, bytes]] = [{} for _ in self.pages]
        identified: list[tuple[bytes, Any]] = []
        kept = set()
        for node in self.document.walk():
            kept.add(node.element.number)
            self._write(node, entries, owners)
            if "ID" in node.element:
                identified.append((node.element["ID"].data, node.element))
        for node in self.read:
            if node.element.number not in kept:
                node.element.clear()
        for number, owned in enumerate(owners):
            entries[number][:] = [owned.get(at, "null") for at in range(len(entries[number]))]
            self._decorate(number, owned)
        nums[:] = [item for entry in sorted(entries.items()) for item in entry]
        self.root["ParentTreeNextKey"] = len(entries)
        self._write_ids(identified)

    def _write(self, node: Node, entries: dict[int, Any], owners: list[dict[int, bytes]]) -> None:
        element, reference = node.element, node.element.reference
        element["S"] = f"/{node.kind}"
        element["K"] = pydyf.Array()
        for kid in node.kids:
            if isinstance(kid, Node):
                kid.element["P"] = reference
                element["K"].append(kid.element.reference)
            elif isinstance(kid, Content):
                owners[kid.page][kid.number] = reference
                element["K"].append(kid.number if kid.page == node.page else self._elsewhere(kid))
            else:
                entries[self.by_reference[self.by_reference[kid]["Obj"]]["StructParent"]] = reference
                element["K"].append(kid)

    def _elsewhere(self, content: Content) -> Any:
        return pydyf.Dictionary({"Type": "/MCR", "Pg": self.pages[content.page], "MCID": content.number})

    def _write_ids(self, identified: list[tuple[bytes, Any]]) -> None:
        """The ids that table cells name as their headers can be looked up."""
        if not identified:
            return
        names = pydyf.Array()
        for _, element in sorted(identified, key=lambda pair: pair[0]):
            names += [element["ID"], element.reference]
        tree = pydyf.Dictionary({"Names": names})
        self.pdf.add_object(tree)
        self.root["IDTree"] = tree.reference

    def _decorate(self, number: int, owned: dict[int, bytes]) -> None:
        stream = self.by_reference[self.by_reference[self.pages[number]]["Contents"]].stream
        for at, instruction in enumerate(stream):
            if instruction == b"BDC" and stream[at - 1]["MCID"] not in owned:
                stream[at - 2 : at + 1] = ["/Artifact", b"", b"BMC"]
