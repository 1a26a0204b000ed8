"""What each figure of a report was made from, so that it can be followed back. It stands beside the figures, in
`ReportVersion.sources`, and never leaves the product.

    {"target:7hqk2w9xzd": {"kind": "log", "ids": ["c2f..."]}, "overdue": {"kind": "measures", "ids": [...]}, ...}

The keys are those that the figures in the content carry as `key`. `ids` are public ids, in the order they were counted:

    log             versions of log entries (LogEntry.public_id; the log is append-only, so it is the very one that was counted)
    measures        measures
    observations    figures of indicators (Observation)
    results         other figures of the same report, by their key: what is counted or added up of figures
    resolutions     points of resolutions (ResolutionPoint)

Reports on other things add kinds of their own.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

Sources = dict[str, dict[str, Any]]


class SourceKind(StrEnum):
    LOG = "log"
    MEASURES = "measures"
    OBSERVATIONS = "observations"
    RESULTS = "results"
    RESOLUTIONS = "resolutions"


def source(kind: str, ids: Iterable[str]) -> dict[str, Any]:
    """Where one figure comes from, as it is stored."""
    return {"kind": str(kind), "ids": list(ids)}
