"""The report that a plan's report is compared with: the one before, of the same plan or of the plan that it revises."""

from typing import Any

from django.db.models import Q

from measures.models import MeasureFate
from reporting.models import ReportRound, ReportVersion, VersionState

Content = dict[str, Any]


def content_before(round: ReportRound) -> Content | None:
    """What the newest earlier report says: as it was published, else as it was frozen. Two queries, at most three.

    Of a plan that was revised, its measures are known as what they have become in the new one. What was counted on them
    is left out, for the new plan counts anew.
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
    of_this_plan = version.report.round is not None and version.report.round.plan_id == round.plan_id
    return content if of_this_plan else _carried_over(content, round)


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
        if "targets" in row:
            row["targets"] = []
        return row

    return {**content, "goals": walk(content["goals"]), "overdue": walk(content["overdue"])}
