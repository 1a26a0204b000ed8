"""Reads the demo's data files."""

from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"


def read(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
