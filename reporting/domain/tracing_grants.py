"""The rows of sub-projects and grants that a figure was counted from, as a reader may see them. What a trace is: tracing.py."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from grants.models import (
    AwardLetter,
    FundedMeasure,
    Grant,
    LedgerEntry,
    MeasureReport,
    Outcome,
    Review,
    SubProject,
    YearlyReport,
)
from reporting.domain.tracing_rows import Asked, Found, Row, became, sum_of


def outcomes_rows(asked: Asked) -> Found:
    rows = Outcome.objects.filter(public_id__in=asked.ids, sub_project__in=sub_projects_of(asked))
    found = {
        row.public_id: Row(
            f"{row.sub_project.title}: {row.name}", reverse("result-history", args=[row.sub_project.public_id]),
            row.counted_on, row.value, row.source, became(row),
        )
        for row in rows.select_related("sub_project", "corrected_by")
    }  # fmt: skip
    return Found(found, sum_of(found))


def ledger_rows(asked: Asked) -> Found:
    rows = LedgerEntry.objects.filter(public_id__in=asked.ids, sub_project__in=sub_projects_of(asked))
    found = {
        row.public_id: Row(
            f"{row.sub_project.title}: {row.purpose}", reverse("sub-project-spending", args=[row.sub_project.public_id]),
            row.paid_on, row.amount,
        )
        for row in rows.select_related("sub_project")
    }  # fmt: skip
    return Found(found, sum_of(found))


def sub_projects_of(asked: Asked) -> Any:
    return SubProject.objects.visible_to(asked.by).filter(municipality=asked.municipality)


def sub_projects_rows(asked: Asked) -> Found:
    rows = sub_projects_of(asked).filter(public_id__in=asked.ids)
    return Found({row.public_id: Row(row.title, reverse("sub-project", args=[row.public_id])) for row in rows})


def award_letters_rows(asked: Asked) -> Found:
    rows = AwardLetter.objects.visible_to(asked.by).filter(
        public_id__in=asked.ids, sub_project__municipality=asked.municipality
    )
    return Found(
        {
            row.public_id: Row(
                _("%(title)s: tildelingsbrev %(number)s") % {"title": row.sub_project.title, "number": row.number},
                reverse("award-letter", args=[row.public_id]),
            )
            for row in rows.select_related("sub_project")
        }
    )


def reviews_rows(asked: Asked) -> Found:
    rows = Review.objects.visible_to(asked.by).filter(
        public_id__in=asked.ids, sub_project__municipality=asked.municipality
    )
    return Found(
        {
            row.public_id: Row(
                _("Stoppunkt for %(title)s") % {"title": row.sub_project.title}, reverse("review", args=[row.public_id]),
                row.due_on,
            )
            for row in rows.select_related("sub_project")
        }
    )  # fmt: skip


def grants_rows(asked: Asked) -> Found:
    rows = Grant.objects.visible_to(asked.by).filter(
        public_id__in=asked.ids, reporting_unit__municipality=asked.municipality
    )
    return Found(
        {
            row.public_id: Row(
                f"{row.scheme.name} {row.year}: {row.reporting_unit.name}", reverse("grant", args=[row.public_id])
            )
            for row in rows.select_related("scheme", "reporting_unit__unit")
        }
    )


def yearly_reports_rows(asked: Asked) -> Found:
    rows = YearlyReport.objects.visible_to(asked.by).filter(
        public_id__in=asked.ids, grant__reporting_unit__municipality=asked.municipality
    )
    return Found(
        {
            row.public_id: Row(
                _("Årsrapport %(year)s: %(unit)s") % {"year": row.grant.year, "unit": row.grant.reporting_unit.name},
                reverse("yearly-report", args=[row.public_id]),
            )
            for row in rows.select_related("grant__reporting_unit__unit")
        }
    )


def measure_reports_rows(asked: Asked) -> Found:
    """The forms of single measures, each by the yearly report it stands in."""
    reports = YearlyReport.objects.visible_to(asked.by).filter(grant__reporting_unit__municipality=asked.municipality)
    rows = MeasureReport.objects.filter(public_id__in=asked.ids, report__in=reports).select_related("report")
    return Found({row.public_id: Row(row.title, reverse("yearly-report", args=[row.report.public_id])) for row in rows})


def funded_measures_rows(asked: Asked) -> Found:
    rows = FundedMeasure.objects.visible_to(asked.by).filter(
        public_id__in=asked.ids, reporting_unit__municipality=asked.municipality
    )
    return Found({row.public_id: Row(row.title, reverse("funded-measure", args=[row.public_id])) for row in rows})


def fundings_rows(asked: Asked) -> Found:
    """Money of a grant to a measure: by both of them."""
    return Found(grants_rows(asked).rows | funded_measures_rows(asked).rows)


def spending_rows(asked: Asked) -> Found:
    """Sub-projects whose ledgers were added up."""
    rows = sub_projects_of(asked).filter(public_id__in=asked.ids)
    return Found({row.public_id: Row(row.title, reverse("sub-project-spending", args=[row.public_id])) for row in rows})
