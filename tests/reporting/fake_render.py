"""A stand-in for the PDF's maker, for tests about the job around it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def fake_render(content: dict[str, Any], out: Path, *, on_progress: Callable[[str, int], None]) -> None:
    """Writes the content itself, so that a test sees what the report was made from."""
    on_progress("Lager sidene", 50)
    out.write_bytes(made_from(content))
    on_progress("Skriver PDF-filen", 100)


def made_from(content: dict[str, Any]) -> bytes:
    return b"%PDF-1.7\n" + json.dumps(content, sort_keys=True).encode()
