"""What a corrected version says of itself: which version it replaces, why, and everything that differs."""

from typing import Any

from reporting.domain.changes_of_version import changes_between, labelled
from reporting.domain.report_notices import day_of
from reporting.models import ReportVersion

# So many stand in the report; all of them on the page of versions.
MOST_IN_THE_REPORT = 100


def with_corrections(row: ReportVersion, content: dict[str, Any]) -> tuple[dict[str, Any], list[str] | None]:
    """The content with its section «Rettelser», and all changes; as it is, and None, where nothing has been out before."""
    before = replaced_by(row)
    if before is None or before.content is None or before.published_at is None:
        return content, None
    # What was withdrawn stays withdrawn: the list names what differs, and repeats nothing of it.
    changes = changes_between(
        labelled(before.figures, before.content), labelled(row.figures, content), values=before.is_published
    )
    corrections = {
        "number": row.number,
        "before": before.number,
        "published_on": day_of(before.published_at).isoformat(),
        "reason": content.get("correction", {}).get("reason", ""),
        "changes": changes[:MOST_IN_THE_REPORT],
        "more": max(0, len(changes) - MOST_IN_THE_REPORT),
    }
    kept = {name: value for name, value in content.items() if name != "correction"}
    return {**kept, "corrections": corrections}, changes


def replaced_by(row: ReportVersion) -> ReportVersion | None:
    """The last version that has been out before this one."""
    return ReportVersion.objects.out().filter(report=row.report_id, number__lt=row.number).order_by("-number").first()
