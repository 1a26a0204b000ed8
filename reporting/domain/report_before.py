"""The report that a plan's report is compared with: the one before, of the same plan or of the plan that it revises."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from measures.models import MeasureFate
from reporting.models import ReportRound, ReportVersion, VersionState

Content = dict[str, Any]


def content_before(round: ReportRound) -> Content | None:
    """What the newest earlier report says: as it was published, else as it was frozen. Two queries, at most three.

    What is not published has told nobody its counts, and disclosure control doesn't know them: it comes without them. Of a
    plan that was revised, its measures are known as what they have become in the new one. What was counted on them is left
    out, for the new plan counts anew.
    """
    earlier = Q(report__year__lt=round.year) | Q(report__year=round.year, report__half__lt=round.half)
    of_plans = [pk for pk in (round.plan_id, round.plan.revises_id) if pk is not None]
    rows = ReportVersion.objects.filter(earlier, report__round__plan__in=of_plans).exclude(state=VersionState.WITHDRAWN)
    order = ("-report__year", "-report__half", "-number")
    published = rows.filter(state=VersionState.PUBLISHED).select_related("report__round").order_by(*order).first()
    version = published or rows.select_related("report__round").order_by(*order).first()
    if version is None:
        return None
    content: Content = version.content or version.figures
    if "goals" not in content:
        return None
    if published is None:
        content = without_counts(content)
    of_this_plan = version.report.round is not None and version.report.round.plan_id == round.plan_id
    return content if of_this_plan else _carried_over(content, round)


def without_counts(content: Content) -> Content:
    """A content as if nothing had been counted in it: neither results nor tables."""
    return {**content, "goals": _emptied(content["goals"], ("targets", "indicator_tables")), "indicator_tables": []}


def _emptied(value: Any, names: Collection[str]) -> Any:
    """With nothing in the lists of these names, however deep."""
    if isinstance(value, list):
        return [_emptied(row, names) for row in value]
    if not isinstance(value, dict):
        return value
    return {name: [] if name in names else _emptied(part, names) for name, part in value.items()}


def _carried_over(content: Content, round: ReportRound) -> Content:
    fates = MeasureFate.objects.filter(measure__plan=round.plan.revises_id, successor__isnull=False)
    became = dict(fates.values_list("measure__public_id", "successor__public_id"))

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(row) for row in value]
        if not isinstance(value, dict):
            return value
        row = {name: walk(part) for name, part in value.items()}
        if row.get("id") in became:
            row["id"] = became[row["id"]]
        return row

    return {
        **content, "goals": _emptied(walk(content["goals"]), ("targets",)), "overdue": walk(content["overdue"])
    }  # fmt: skip
