"""The yearly report on grants to formannskapet: figures for a municipality and a year, as they stand on a day.

The shape is written down in docs/yearly-report.md. What is read: yearly_grant_facts.py; the first page: yearly_grant_front.py;
one grant: yearly_grant_part.py; the children reached, protected: yearly_grant_counts.py; the tables: yearly_grant_tables.py;
what has changed since last year's report: yearly_grant_changes.py.
"""

import datetime
from typing import Any, NamedTuple

from django.db.models import Case, When
from django.utils import translation
from django.utils.translation import gettext as _

from organisation.domain.errors import DomainError
from organisation.models import Municipality
from reporting.domain.free_texts import free
from reporting.domain.published_counts import earlier, sums_told
from reporting.domain.yearly_grant_changes import changes, is_empty
from reporting.domain.yearly_grant_counts import Children, children_of, year_key
from reporting.domain.yearly_grant_facts import Facts, facts_of
from reporting.domain.yearly_grant_front import five_figures, late_of, money_in_all, turned_down, with_change
from reporting.domain.yearly_grant_part import part_of, sources_of
from reporting.domain.yearly_grant_tables import table_sources, tables_of
from reporting.models import Report, ReportKind, ReportVersion, VersionState

SCHEMA = 2
Json = dict[str, Any]


class Yearly(NamedTuple):
    figures: Json
    sources: dict[str, Json]


def yearly_title(year: int) -> str:
    """The report's title, in bokmål like all of the report."""
    with translation.override("nb"):
        return _("Årsrapport om tilskudd %(year)s") % {"year": year}


def yearly_grants(report: Report, on: datetime.date) -> Yearly:
    """The figures of a yearly report on grants, as they stand on a day; in bokmål, whoever asks."""
    if datetime.date(report.year, 1, 1) > on:
        raise DomainError(_("Året har ikke begynt."), "period")
    with translation.override("nb"):
        facts = facts_of(report.municipality, report.year, on)
        children = children_of(
            told=facts.awarded,
            year=report.year,
            earlier=earlier(report.municipality),
            told_sums=sums_told(report.municipality),
        )
        figures = _figures(report, facts, children)
        before = last_years(report.municipality, report.year)
        moved = changes(before, figures) if before else None
        since = before["period"]["label"] if before else ""
        figures["five"] = with_change(figures["five"], since, moved["five"] if moved else [])
        figures["changes"] = moved and moved | {"nothing": is_empty(moved)}
        return Yearly(figures, _sources(facts, children))


def last_years(municipality: Municipality, year: int) -> Json | None:
    """The content of last year's report that was approved or published; None where there is none.

    A published version goes before a correction that is not out yet. One that is approved only has told nobody its protected
    counts, so it comes without them.
    """
    versions = ReportVersion.objects.filter(
        report__municipality=municipality,
        report__kind=ReportKind.YEARLY_GRANTS,
        report__year=year - 1,
        state__in=(VersionState.APPROVED, VersionState.PUBLISHED),
    )
    published_first = Case(When(state=VersionState.PUBLISHED, then=0), default=1)
    row = versions.order_by(published_first, "-number").values_list("content", "state").first()
    if row is None:
        return None
    content, state = row
    return content if state == VersionState.PUBLISHED else without_counts(content or {})


def without_counts(content: Json) -> Json:
    """A content as if no protected count stood in it: what has not gone out is not compared with."""
    grants = [
        {**grant, "children": None, "measures": [{**row, "children": None} for row in grant["measures"]]}
        for grant in content.get("grants", ())
    ]
    return {
        **content,
        "grants": grants,
        "five": [{**row, "cell": None} for row in content.get("five", ())],
        "counts": [],
    }


def _figures(report: Report, facts: Facts, children: Children) -> Json:
    municipality, money = report.municipality, money_in_all(facts)
    return {
        "schema": SCHEMA,
        "kind": "yearly_grants",
        "title": yearly_title(report.year),
        "subject": _("Pengene, tiltakene og rapportene"),
        "municipality": {"name": municipality.name, "number": municipality.number, "region": municipality.region},
        "case_number": report.case_number,
        "period": {
            "code": str(report.year),
            "label": str(report.year),
            "start": datetime.date(report.year, 1, 1).isoformat(),
            "end": datetime.date(report.year, 12, 31).isoformat(),
        },
        "as_of": facts.on.isoformat(),
        "counted_on": facts.on.isoformat(),
        "closed_on": facts.on.isoformat(),
        "proposed_decision": free(
            "proposed_decision",
            _("Forslag til vedtak"),
            "forslag",
            _("Årsrapporten om tilskudd for %(year)s tas til orientering.") % {"year": report.year},
        ),
        "summary": free("summary", _("Sammendrag"), "sammendrag", ""),
        "five": five_figures(facts, children, money),
        "late": late_of(facts),
        "turned_down": turned_down(facts),
        "money": money,
        "children": children.cell(year_key(report.year)),
        "grants": [part_of(told, children, facts.on) for told in facts.told],
        "ordinary": [
            {"id": funded.public_id, "title": funded.title, "unit": funded.reporting_unit.name} for funded in facts.now_ordinary
        ],
        "tables": tables_of(facts, children),
        "counts": children.counts,
        "count_sums": children.count_sums,
    }  # fmt: skip


def _sources(facts: Facts, children: Children) -> dict[str, Json]:
    """By the key of each figure, what it was counted from."""
    grants = [told.id for told in facts.awarded]
    reports = [told.report.public_id for told in facts.awarded if told.report]
    sources = children.sources | table_sources(facts)
    sources |= {
        "five:received": {"kind": "sum", "ids": [f"money:{id}:awarded" for id in grants]},
        "five:measures": {"kind": "grants", "ids": grants},
        "five:children": {"kind": "sum", "ids": [children.key(year_key(facts.year))]},
        "five:ordinary": {"kind": "funded_measures", "ids": [row.public_id for row in facts.now_ordinary]},
        "five:accepted": {"kind": "yearly_reports", "ids": reports},
    }
    every = [told.id for told in facts.told]  # what was refused had been applied for too
    for name in ("applied", "awarded", "carried_over", "spent", "left"):
        ids = every if name == "applied" else grants
        sources[f"money:total:{name}"] = {"kind": "sum", "ids": [f"money:{id}:{name}" for id in ids]}
    for told in facts.told:
        sources |= sources_of(told)
    return sources
