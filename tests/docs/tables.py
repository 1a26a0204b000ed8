"""Reading the Markdown of docs/: tables, what stands in backticks, and the Python that it names."""

import importlib
import re
from functools import cache
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parents[2]
DOCS = BASE_DIR / "docs"


def section(name: str, heading: str) -> str:
    """The text under a heading of a document, up to the next heading of its level or above."""
    lines = (DOCS / name).read_text(encoding="utf-8").splitlines()
    start = next(index for index, line in enumerate(lines) if re.fullmatch(rf"#+ {re.escape(heading)}", line))
    level = lines[start].index(" ")
    for end in range(start + 1, len(lines)):
        if re.match(rf"#{{1,{level}}} ", lines[end]):
            return "\n".join(lines[start + 1 : end])
    return "\n".join(lines[start + 1 :])


def rows(text: str) -> list[list[str]]:
    """The cells of every table row, without the heads and the lines under them."""
    found: list[list[str]] = []
    for line in text.splitlines():
        if not line.startswith("|"):
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            found.pop()  # the line above was the head
        else:
            found.append(cells)
    return found


def code(cell: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", cell)


@cache
def resolve(path: str) -> Any:
    """The object behind a dotted path: the longest importable module, then attributes. Raises AttributeError."""
    parts = path.split(".")
    for cut in range(len(parts), 0, -1):
        name = ".".join(parts[:cut])
        try:
            found: Any = importlib.import_module(name)
        except ModuleNotFoundError as error:
            # What is missing must be the name itself, not something that its module imports.
            if error.name is None or not f"{name}.".startswith(f"{error.name}."):
                raise
            continue
        for attribute in parts[cut:]:
            found = getattr(found, attribute)
        return found
    raise AttributeError(path)
