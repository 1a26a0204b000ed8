"""Grants: applied for, awarded or refused, reported and closed. Which state follows which: grant_state.py."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grants.domain.grant_money import check_amount
from grants.domain.grant_state import move
from grants.domain.grant_state import set_granted_again as set_granted_again
from grants.domain.grant_state import set_reported as set_reported
from grants.domain.yearly_report import begin_report
from grants.models import AWARDED_STATES, FundedMeasure, Funding, Grant, GrantScheme, GrantState, ReportingUnit
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply, locked, refusing
from organisation.models import User

S = GrantState
EARLIEST, LATEST = 1990, 2100
AMOUNTS = ("applied_nok", "awarded_nok", "carried_over_nok", "spent_nok")
# Which grant it is: wrong only as long as nothing rests on it.
IDENTITY = ("reporting_unit", "scheme", "year")
MOST_POSITIONS = Decimal("9999.99")
REFUSED: dict[str, Any] = {
    "grant_unique": (_("Tilskuddet for dette året er registrert allerede."), "year"),
    "awarded_grant_says_how_much": (_("Skriv hvor mye som er tildelt."), "awarded_nok"),
    "scheme_is_own_or_national": (_("Velg en ordning som kommunen kan søke på."), "scheme"),
}


def apply_for(
    *, reporting_unit: ReportingUnit, scheme: GrantScheme, year: int, by: User | None, on: datetime.date, **fields: Any
) -> Grant:
    """Register that money of a scheme has been applied for. Sent twice, the second says that it is there."""
    grant = Grant(
        reporting_unit=reporting_unit, scheme=scheme, year=year, state=S.APPLIED, state_since=on,
        report_by=report_day(scheme, year),
    )  # fmt: skip
    if fields.get("report_by") is None:
        fields.pop("report_by", None)
    apply(grant, fields)
    _check(grant)
    with acting(by, "grant.apply"), refusing(**REFUSED):
        grant.save()
    return grant


def report_day(scheme: GrantScheme, year: int) -> datetime.date | None:
    """When a year's grant is to be reported, as the scheme says: in the year after."""
    if not scheme.has_reporting_duty:
        return None
    return datetime.date(year + 1, scheme.report_by_month, scheme.report_by_day)


def award(
    *, grant: Grant, version: int | None, awarded_nok: Decimal | None, by: User, on: datetime.date, **fields: Any
) -> Grant:
    """The money comes, also after an appeal. A scheme that is reported here gets the draft of its yearly report at once."""
    if awarded_nok is None:
        raise DomainError(_("Skriv hvor mye som er tildelt."), "awarded_nok")
    with acting(by, "grant.award"), refusing(**REFUSED):
        grant = locked(grant, version)
        move(grant, S.GRANTED, on)
        apply(grant, fields | {"awarded_nok": awarded_nok})
        if grant.report_by is None:
            grant.report_by = report_day(grant.scheme, grant.year)
        _check(grant)
        grant.save()
        if grant.scheme.reported_here:
            begin_report(grant=grant, by=by)
    return grant


def refuse(*, grant: Grant, version: int | None, reason: str, by: User | None, on: datetime.date) -> Grant:
    """No money, and why: for whoever applies next year."""
    if not reason.strip():
        raise DomainError(_("Skriv hvorfor søknaden ble avslått."), "reason")
    with acting(by, "grant.refuse"):
        grant = locked(grant, version)
        move(grant, S.REFUSED, on, reason)
        grant.save()
    return grant


def update_grant(*, grant: Grant, version: int, by: User, **fields: Any) -> Grant:
    """Change what is said of a grant. When it is closed its amounts stand. The day the scheme gives follows scheme and year."""
    with acting(by, "grant.update"), refusing(**REFUSED):
        grant = locked(grant, version)
        changed = [name for name, value in fields.items() if getattr(grant, name) != value]
        _check_may_change(grant, changed)
        follows = "report_by" not in changed and grant.report_by == report_day(grant.scheme, grant.year)
        apply(grant, fields)
        if follows and {"scheme", "year"} & set(changed):
            grant.report_by = report_day(grant.scheme, grant.year)
        _check(grant)
        grant.save()
    return grant


def delete_application(*, grant: Grant, version: int, by: User) -> None:
    """One that was registered by mistake: while nothing rests on it."""
    with acting(by, "grant.delete"):
        grant = locked(grant, version)
        if not may_be_deleted(grant):
            raise DomainError(_("Bare en søknad som ikke har svar eller tiltak, kan slettes."))
        grant.delete()


def may_be_deleted(grant: Grant) -> bool:
    return grant.state == S.APPLIED and not grant.fundings.exists()


def mark_reported(*, grant: Grant, version: int | None, by: User, on: datetime.date) -> Grant:
    """Of a scheme whose report goes elsewhere: say that it has gone."""
    with acting(by, "grant.report"):
        grant = locked(grant, version)
        if grant.scheme.reported_here:
            raise DomainError(_("Årsrapporten for denne ordningen fylles ut og sendes i Povertyplan."))
        move(grant, S.REPORTED, on)
        grant.save()
    return grant


def close(
    *,
    grant: Grant,
    version: int | None,
    spent_nok: Decimal | None,
    by: User | None,
    on: datetime.date,
    carry_over: bool = False,
) -> Grant:
    """The year is over: what the accounts say was spent. A grant with a duty to report is reported first.

    `carry_over` writes what is left into next year's grant, where there is one: see `next_years`.
    """
    if spent_nok is None:
        raise DomainError(_("Skriv hvor mye som er brukt."), "spent_nok")
    check_amount(spent_nok, "spent_nok")
    with acting(by, "grant.close"):
        grant = locked(grant, version)
        if grant.state == S.GRANTED and grant.scheme.has_reporting_duty:
            raise DomainError(_("Tilskuddet må rapporteres før det kan avsluttes."))
        move(grant, S.CLOSED, on)
        later = next_years(grant) if carry_over else None
        before, grant.spent_nok = _left(grant), spent_nok
        grant.save()
        if later:
            _carry_over(grant, later, before)
    return grant


def next_years(grant: Grant) -> Grant | None:
    """Next year's grant of the same unit and scheme, if what is left may be carried over to it.

    It says nothing of it yet, or what was left before: a grant whose report was sent back is closed once more.
    """
    later = _following(grant).exclude(state__in=(S.REFUSED, S.CLOSED)).first()
    return later if later and later.carried_over_nok in (None, _left(grant)) else None


def carried_otherwise(grant: Grant) -> Grant | None:
    """Next year's grant, if it says that something else was carried over than what is left of a closed one."""
    later = _following(grant).exclude(carried_over_nok=None).exclude(state=S.REFUSED).first()
    return later if later and later.carried_over_nok != max(_left(grant) or 0, 0) else None


def _following(grant: Grant) -> QuerySet[Grant]:
    return Grant.objects.filter(reporting_unit=grant.reporting_unit_id, scheme=grant.scheme_id, year=grant.year + 1)


def _left(grant: Grant) -> Decimal | None:
    """None while nobody has said what was spent."""
    if grant.spent_nok is None:
        return None
    return (grant.awarded_nok or Decimal(0)) + (grant.carried_over_nok or 0) - grant.spent_nok


def years_funded(funded_measures: Iterable[FundedMeasure]) -> dict[int, list[int]]:
    """The years in which each measure has been given money, in order, by its key. One query."""
    keys = [row.pk for row in funded_measures]
    found: dict[int, list[int]] = {key: [] for key in keys}
    rows = Funding.objects.filter(funded_measure__in=keys, grant__state__in=AWARDED_STATES)
    for key, year in rows.order_by("grant__year").values_list("funded_measure_id", "grant__year").distinct():
        found[key].append(year)
    return found


def _carry_over(grant: Grant, later: Grant, before: Decimal | None) -> None:
    later, left = locked(later, None), _left(grant)
    new = left if left and left > 0 else None
    if later.carried_over_nok in (None, before) and later.carried_over_nok != new:
        later.carried_over_nok = new
        later.save()


def award_stands(grant: Grant) -> bool:
    """The directorate has the report, and reads it with the amount."""
    report = getattr(grant, "report", None)
    return grant.scheme.reported_here and report is not None and not report.is_open


def _check_may_change(grant: Grant, changed: list[str]) -> None:
    moved = [name for name in changed if name in IDENTITY]
    if moved and (grant.state != S.APPLIED or grant.fundings.exists()):
        raise DomainError(_("Ordning, år og enhet kan bare endres før det er fordelt eller tildelt penger."), moved[0])
    if "awarded_nok" in changed and not grant.is_awarded:
        raise DomainError(_("Tilskuddet er ikke innvilget."), "awarded_nok")
    if "awarded_nok" in changed and award_stands(grant):
        raise DomainError(_("Årsrapporten er sendt inn. Da kan ikke det som er tildelt, endres."), "awarded_nok")
    amounts = [name for name in changed if name in (*AMOUNTS, "positions", "report_by")]
    if amounts and grant.state == S.CLOSED:
        raise DomainError(_("Tilskuddet er avsluttet. Beløpene kan ikke endres lenger."), amounts[0])


def _check(grant: Grant) -> None:
    if not EARLIEST <= grant.year <= LATEST:
        raise DomainError(_("Skriv et år fra 1990 til 2100."), "year")
    municipality = grant.reporting_unit.municipality_id
    if grant.scheme.municipality_id not in (None, municipality):
        raise DomainError(_("Velg en ordning som kommunen kan søke på."), "scheme")
    if grant.responsible_unit and grant.responsible_unit.municipality_id != municipality:
        raise DomainError(_("Velg en enhet i samme kommune."), "responsible_unit")
    for name in AMOUNTS:
        check_amount(getattr(grant, name), name)
    check_amount(grant.positions, "positions")
    if grant.positions is not None and grant.positions > MOST_POSITIONS:
        raise DomainError(_("Tallet er for stort."), "positions")
    if grant.report_by and grant.report_by.year < grant.year:
        raise DomainError(_("Rapportfristen er før tilskuddsåret."), "report_by")
