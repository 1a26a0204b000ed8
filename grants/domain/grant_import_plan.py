"""What storing a file of amounts or answers would do: the rows of the database as they would become, none of them saved."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grants.domain.grant import report_day
from grants.domain.grant_file_columns import GRANTED, MEASURE_ANSWERS, UNIT, UNIT_ANSWERS
from grants.domain.grant_file_values import plain
from grants.domain.grant_import_preview import Counts, Preview, PreviewRow
from grants.domain.grant_import_reports import ReportPlan
from grants.domain.grant_import_rows import Row, refuse_repeated
from grants.domain.grant_import_units import UnitNames, units_of
from grants.domain.grant_import_writing import add, rewrite
from grants.domain.grant_state import move
from grants.domain.yearly_report import add_form, begin_report
from grants.models import AWARDED_STATES, Grant, GrantScheme, GrantState, MeasureReport, ReportingUnit, YearlyReport
from organisation.amounts import format_kroner
from organisation.domain.errors import DomainError
from organisation.models import User


@dataclass
class Step:
    """One row of the file and what it would do, in words. Nothing: the database says the same already."""

    row: Row
    unit: ReportingUnit | None = None
    is_new: bool = False
    changes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Plan:
    """Reads what there is of the scheme's year (a handful of queries, however long the file), and lays the rows beside it."""

    def __init__(
        self, rows: list[Row], *, kind: str, scheme: GrantScheme, year: int, whose: Collection[int] | None, hold: bool
    ) -> None:
        self.kind, self.scheme, self.year, self.hold = kind, scheme, year, hold
        self.units = UnitNames(self._held(units_of(whose)), may_create=whose is None)
        # Before the grants, as when a report is sent or returned: who locks in another order waits for ever.
        self.reports = ReportPlan(kind, *self._reports(whose), is_own=whose is not None)
        self.grants = self._grants(whose)
        self.new_grants: list[Grant] = []
        self.changed_grants: list[Grant] = []
        self.awarded: list[Grant] = []  # those of them that were applied for
        self.steps = [self._find(row) for row in rows]
        self._refuse_repeated()
        for step in self.steps:
            if not step.row.errors:
                self._lay_beside(step)

    def preview(self) -> Preview:
        rows = tuple(
            PreviewRow(
                step.row.number, step.unit.name if step.unit else step.row.name, step.row.title,
                tuple(step.changes), tuple(step.notes), tuple(step.row.errors),
            )
            for step in self.steps
        )  # fmt: skip
        amounts = [step.row.amount for step in self.steps if step.row.amount is not None]
        changed = sum(bool(row.changes) for row in rows)
        counts = Counts(
            units=len({id(step.unit) for step in self.steps if step.unit}),
            measures=len(rows) if self.kind == MEASURE_ANSWERS else 0,
            amount=sum(amounts, Decimal(0)) if amounts else None,
            new_units=len(self.units.new), changed=changed, unchanged=len(rows) - changed,
        )  # fmt: skip
        return Preview(self.kind, rows, counts)

    def save(self, *, by: User | None, at: datetime.datetime) -> None:
        """Write what the rows would do. What stands as the file says is not written, so that nothing tells of it."""
        on = at.astimezone(timezone.get_current_timezone()).date()
        for grant in self.new_grants:
            grant.state_since = on
        for grant in self.awarded:
            move(grant, GrantState.GRANTED, on)
        reported = self.reports.submit(by=by, at=at, on=on)
        add(self.units.new_municipalities)
        add(self.units.new, "municipality")
        rewrite(self.units.changed, ["region"])
        add(self.new_grants, "reporting_unit")
        made = {grant.pk for grant in self.new_grants}
        changed = {grant.pk: grant for grant in (*self.changed_grants, *reported) if grant.pk not in made}
        rewrite(changed.values(), ["awarded_nok", "report_by", "state", "state_since", "state_reason"])
        self.reports.save(by=by)
        self._begin_reports(by)

    def _begin_reports(self, by: User | None) -> None:
        """A grant of a scheme that is reported here has a report from the day it is awarded, as grant.award sees to."""
        if not self.scheme.reported_here:
            return
        begun = {id(grant): report for report, grant in self.reports.touched.values()}
        add(YearlyReport(grant=grant) for grant in self.new_grants if id(grant) not in begun)
        for grant in self.awarded:  # these may have measures already; an application that a file awards is rare
            report = begun.get(id(grant)) or begin_report(grant=grant, by=by)
            if report.is_open:
                for funding in grant.fundings.select_related("funded_measure"):
                    add_form(report=report, funded_measure=funding.funded_measure, by=by)

    def _grants(self, whose: Collection[int] | None) -> dict[int, Grant]:
        grants = Grant.objects.filter(scheme=self.scheme, year=self.year)
        return {grant.reporting_unit_id: grant for grant in self._held(_within(grants, whose, "reporting_unit__"))}

    def _reports(self, whose: Collection[int] | None) -> tuple[list[YearlyReport], list[MeasureReport]]:
        reports = YearlyReport.objects.filter(grant__scheme=self.scheme, grant__year=self.year)
        forms = MeasureReport.objects.filter(report__grant__scheme=self.scheme, report__grant__year=self.year)
        if self.kind not in (UNIT_ANSWERS, MEASURE_ANSWERS):
            forms = forms.none()
        unit = "grant__reporting_unit__"
        found = _within(forms, whose, f"report__{unit}").order_by("number", "pk")
        return list(self._held(_within(reports, whose, unit))), list(found)

    def _held(self, rows: Any) -> Any:
        return rows.select_for_update(no_key=True, of=("self",)).order_by("pk") if self.hold else rows

    def _find(self, row: Row) -> Step:
        step = Step(row)
        if row.name:
            known = len(self.units.new)
            try:
                step.unit = self.units.find(row.name, row.region)
            except DomainError as error:
                row.refuse(error.message, UNIT)
            step.is_new = len(self.units.new) > known
        if step.unit and self.scheme.municipality_id not in (None, step.unit.municipality_id):
            row.refuse(_("Ordningen hører til en annen kommune."), UNIT)
        return step

    def _refuse_repeated(self) -> None:
        unit_of = {id(step.row): step.unit for step in self.steps}
        refuse_repeated([step.row for step in self.steps], lambda row: (id(unit_of[id(row)]), plain(row.title)))

    def _lay_beside(self, step: Step) -> None:
        assert step.unit is not None
        if step.is_new:
            step.changes.append(_("Ny enhet i %(municipality)s.") % {"municipality": step.unit.municipality.name})
        if step.row.region and step.unit.region != step.row.region:
            step.notes.append(_("Regionen er «%(region)s», og blir stående.") % {"region": step.unit.region})
        grant = self._grant(step)
        if grant and self.kind in (UNIT_ANSWERS, MEASURE_ANSWERS):
            self.reports.lay_beside(step.row, grant, step.changes)

    def _grant(self, step: Step) -> Grant | None:
        """The unit's grant with the row's amount. Answers rest on a grant that has been awarded."""
        row, unit = step.row, step.unit
        assert unit is not None
        grant = self.grants.get(unit.pk) if unit.pk else self._new_grant_of(unit)
        if grant is None:
            if row.amount is None:
                row.refuse(_("Enheten har ikke noe tilskudd dette året. Les inn beløpene først."))
                return None
            grant = self._make(unit, row.amount)
            step.changes.append(_("Nytt tilskudd: %(amount)s kroner.") % {"amount": format_kroner(row.amount)})
        elif row.amount is None and grant.state not in AWARDED_STATES:
            row.refuse(_("Tilskuddet er ikke innvilget. Les inn beløpet først."))
        elif row.amount is not None:
            self._award(step, grant, row.amount)
        return grant

    def _new_grant_of(self, unit: ReportingUnit) -> Grant | None:
        return next((grant for grant in self.new_grants if grant.reporting_unit is unit), None)

    def _make(self, unit: ReportingUnit, amount: Decimal) -> Grant:
        grant = Grant(
            reporting_unit=unit, scheme=self.scheme, year=self.year, state=GrantState.GRANTED, awarded_nok=amount,
            report_by=report_day(self.scheme, self.year),
        )  # fmt: skip
        self.new_grants.append(grant)
        if unit.pk:
            self.grants[unit.pk] = grant
        return grant

    def _award(self, step: Step, grant: Grant, amount: Decimal) -> None:
        """Put another amount into a grant that stands. One that was applied for is awarded with it."""
        if grant.state in AWARDED_STATES and grant.awarded_nok == amount:
            return
        before = format_kroner(grant.awarded_nok or Decimal(0))
        if grant.state == GrantState.REFUSED:
            step.row.refuse(_("Tilskuddet er registrert som avslått."), GRANTED)
            return
        if grant.state == GrantState.CLOSED:
            step.row.refuse(_("Tilskuddet er avsluttet med %(before)s kroner.") % {"before": before}, GRANTED)
            return
        if grant.state == GrantState.APPLIED:
            self.awarded.append(grant)
            grant.report_by = grant.report_by or report_day(self.scheme, self.year)
            text = _("Søknaden blir innvilget med %(after)s kroner.")
        else:
            text = _("Beløpet endres fra %(before)s til %(after)s kroner.")
        step.changes.append(text % {"before": before, "after": format_kroner(amount)})
        grant.awarded_nok = amount
        self.changed_grants.append(grant)


def _within(rows: Any, whose: Collection[int] | None, unit: str) -> Any:
    return rows if whose is None else rows.filter(**{f"{unit}municipality__in": whose})
