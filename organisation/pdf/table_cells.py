"""The cells of a table and the header cells that are theirs, over all the pages that the table takes."""

from dataclasses import dataclass

import pydyf

from organisation.pdf.structure_tree import Node

SCOPES = {"row": "/Row", "rowgroup": "/Row", "col": "/Column", "colgroup": "/Column"}


@dataclass(frozen=True)
class Cell:
    node: Node
    rows: range
    columns: range
    scope: str


def name_headers(table: Node) -> None:
    """Header cells get an id and say what they head; the others name those that are theirs."""
    cells = list(_cells(table))
    heads = [cell for cell in cells if cell.scope]
    for cell in heads:
        cell.node.element["ID"] = pydyf.String(f"{table.element.number}-{cell.rows.start}-{cell.columns.start}")
        cell.node.element["A"]["Scope"] = cell.scope
        cell.node.element["A"].pop("Headers", None)
    of_rows: dict[int, list[Cell]] = {}
    of_columns: dict[int, list[Cell]] = {}
    for cell in heads:
        lines, at = (of_rows, cell.rows) if cell.scope == "/Row" else (of_columns, cell.columns)
        for line in at:
            lines.setdefault(line, []).append(cell)
    for cell in cells:
        if not cell.scope:
            beside = [head for row in cell.rows for head in of_rows.get(row, ())]
            above = [
                head for at in cell.columns for head in of_columns.get(at, ()) if head.rows.start < cell.rows.start
            ]
            ids = {head.node.element["ID"].string: head.node.element["ID"] for head in beside + above}
            cell.node.element["A"].pop("Headers", None)
            if ids:
                cell.node.element["A"]["Headers"] = pydyf.Array(ids.values())


def _cells(table: Node) -> list[Cell]:
    found: list[Cell] = []
    taken: set[tuple[int, int]] = set()
    rows = [(row, part.kind) for part in table.nodes("THead", "TBody", "TFoot", "TR") for row in _rows(part)]
    for at, (row, part) in enumerate(rows):
        column = 0
        for node in row.nodes("TH", "TD"):
            while (at, column) in taken:
                column += 1
            attributes = node.element["A"]
            down = range(at, at + attributes.get("RowSpan", 1))
            across = range(column, column + attributes.get("ColSpan", 1))
            taken.update((i, j) for i in down for j in across)
            found.append(Cell(node, down, across, _scope(node, part, column) if node.kind == "TH" else ""))
    return found


def _rows(part: Node) -> list[Node]:
    return [part] if part.kind == "TR" else part.nodes("TR")


def _scope(node: Node, part: str, column: int) -> str:
    said = SCOPES.get(node.source.get("scope", "")) if node.source is not None else None
    return said or ("/Row" if part != "THead" and column == 0 else "/Column")
