"""The parts of the tables of URLs: each `may_*.py` beside this one says who may open the pages of its part of the product."""

from importlib import import_module
from pathlib import Path
from typing import Any

PARTS: list[Any] = [
    import_module(f"tests.pages.{path.stem}")
    for path in sorted(Path(__file__).parent.glob("may_*.py"))
    if path.stem != Path(__file__).stem
]


def together(name: str) -> set[str]:
    """A set of names that parts may have, of all of them."""
    return {url for part in PARTS for url in getattr(part, name, ())}
