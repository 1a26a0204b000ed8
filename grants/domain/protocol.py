"""The jury's protocol: what it is made from, frozen when the call is decided, complete enough to compute it all again.

Members stand with number and group only. Ages are a range and backgrounds a list of their own: the jury are residents,
some of them under age, and nobody is to find one of them again by putting the pieces together.
"""

import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format

from grants.domain.economy import format_kroner
from grants.domain.ranking import Result, as_decimal
from grants.domain.tally import Tally, tally
from grants.models import Application, ApplicationState, Call, ScoreSheet

DOCUMENT_KIND = "jury_protocol"
SCHEMA = 1
FEWEST_AGES = 5  # a range of fewer would tell somebody's age


def content(call: Call) -> dict[str, Any]:
    """Of a call that is just being decided. Fractions are text ("137/40"), with a decimal number beside for readers.

    The names of the first lines are those of templates/pdf/base.html; applications stand in the ranking's order.
    """
    counted = tally(call)
    numbers = {row.pk: number for number, row in enumerate(counted.applications, 1)}
    with translation.override("nb"):
        facts = _facts(call, counted)
    return {
        "schema": SCHEMA,
        "municipality": call.municipality.name,
        "kind": "Protokoll fra juryen" if counted.members else "Protokoll",
        "title": call.title,
        "dated": _local(call.decided_at).date().isoformat(),
        "facts": facts,
        "call": _call(call),
        "criteria": [{"number": row.number, "text": row.text, "weight": row.weight} for row in counted.criteria],
        "jury": _jury(call, counted, numbers) if counted.members else None,
        "applications": [_application(row, numbers[row.pk], counted) for row in _in_order(counted)],
        "tied_at_the_cut": [numbers[pk] for pk in counted.tied],
        "decision": {
            "at": _stamp(call.decided_at),
            "by": call.decided_by.name if call.decided_by else "",
            "reason": call.decision_reason,
            "chosen": [numbers[row.pk] for row in counted.applications if row.state == ApplicationState.AWARDED],
        },
    }


def _facts(call: Call, counted: Tally) -> list[list[str]]:
    """What stands on the first page, as it is printed: in bokmål."""
    rules = [f"minst {call.min_partners} ulike partnere" if call.min_partners > 1 else "minst 1 partner"]
    rules += ["en kommunal enhet er hovedansvarlig"] if call.responsible_is_municipal else []
    rules += [] if call.allows_pay else ["ingen penger til stillinger eller lønn"]
    rules += ["søknaden har en film"] if call.wants_film else []
    amount = f"{format_kroner(call.amount_per_half_year)} kroner per halvår i {call.half_years} halvår"
    facts = [
        ["Søknadsfrist", _moment(call.closes_at)],
        ["Plasser", str(call.places)],
        ["Beløp", amount],
        ["Regler", ", ".join(rules)],
        ["Søknader", str(len(counted.applications))],
    ]
    if call.scoring_closed_at:
        facts.append(["Vurderingen lukket", _moment(call.scoring_closed_at)])
    return [*facts, ["Avgjort", f"{_moment(call.decided_at)} av {call.decided_by.name if call.decided_by else ''}"]]


def _call(call: Call) -> dict[str, Any]:
    return {
        "title": call.title,
        "opens_at": _stamp(call.opens_at),
        "closes_at": _stamp(call.closes_at),
        "places": call.places,
        "amount_per_half_year": str(call.amount_per_half_year),
        "half_years": call.half_years,
        "min_partners": call.min_partners,
        "responsible_is_municipal": call.responsible_is_municipal,
        "allows_pay": call.allows_pay,
        "wants_film": call.wants_film,
        "terms": call.terms,
    }


def _jury(call: Call, counted: Tally, numbers: dict[int, int]) -> dict[str, Any]:
    by_pk = {row.pk: row.number for row in counted.members}
    ages = [row.age for row in counted.members if row.age is not None]
    return {
        "members": [
            {"number": row.number, "group": row.group, "excluded_as": row.excluded_as} for row in counted.members
        ],
        "groups": [
            {"group": group, "members": [row.number for row in counted.members if row.group == group]}
            for group in sorted({row.group for row in counted.members})
        ],
        "ages": [min(ages), max(ages)] if len(ages) >= FEWEST_AGES else None,
        "backgrounds": sorted({row.background.strip() for row in counted.members} - {""}, key=str.casefold),
        "quorum": call.quorum,
        "conflicts": sorted([by_pk[member], numbers[application]] for member, application in counted.conflicts),
        "closed_at": _stamp(call.scoring_closed_at),
    }


def _in_order(counted: Tally) -> list[Application]:
    by_pk = {row.pk: row for row in counted.applications}
    return [by_pk[result.application] for result in counted.results]


def _application(row: Application, number: int, counted: Tally) -> dict[str, Any]:
    result = next(result for result in counted.results if result.application == row.pk)
    return {
        "number": number,
        "title": row.title,
        "responsible_unit": row.responsible_unit.name,
        "partners": [partner.name for partner in row.partners.all()],
        "awarded": row.state == ApplicationState.AWARDED,
        "sheets": [_sheet(sheet, counted) for sheet in counted.sheets if sheet.application_id == row.pk],
        "result": _result(result, counted),
    }


def _sheet(sheet: ScoreSheet, counted: Tally) -> dict[str, Any]:
    """Points in the order of the criteria, null for "can't judge it". A sheet that does not count stands here too."""
    torn = (sheet.member_id, sheet.application_id) in counted.conflicts
    points = {row.criterion.number: row.points for row in sheet.scores.all()}
    return {
        "member": sheet.member.number,
        "counts": not (torn or sheet.member.excluded_as),
        "points": [points.get(criterion.number) for criterion in counted.criteria],
    }


def _result(result: Result, counted: Tally) -> dict[str, Any]:
    return {
        "rank": result.rank,
        "total": _fraction(result.total),
        "means": [_fraction(result.means.get(criterion.pk)) for criterion in counted.criteria],
        "groups": [{"group": group, **(_fraction(total) or {})} for group, total in result.groups.items()],
        "sheets": result.sheets,
        "judges": result.judges,
        "needed": result.needed,
    }


def _fraction(value: Fraction | None) -> dict[str, str] | None:
    return None if value is None else {"exact": str(value), "decimal": as_decimal(value)}


def _stamp(at: Any) -> str | None:
    return at.isoformat() if at else None


def _local(at: Any) -> datetime.datetime:
    moment: datetime.datetime = at.astimezone(ZoneInfo(settings.TIME_ZONE))
    return moment


def _moment(at: Any) -> str:
    return f"{date_format(_local(at))} kl. {_local(at):%H.%M}"
