"""What the tables are made of: PostgreSQL counts and adds up, grouped by what stands in rows or columns. One query a table.

On the connection of whoever asks, so that row-level security decides whose answers are counted.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, Count, Expression, F, Func, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from grants.domain.table_list import (
    AMOUNT,
    GRANTS,
    MEAN,
    MEASURES,
    REGION,
    REPORTS,
    UNIT,
    YEAR,
    Number,
    TableSpec,
)
from grants.models import COUNTED_STATES, Grant, GrantScheme, MeasureReport, YearlyReport
from organisation.models import Municipality
from organisation.models.ordering import by_name

TO_GRANT = {GRANTS: "", REPORTS: "grant__", MEASURES: "report__grant__"}
OWNER = "owner"  # UNIT by its id, for counting


@dataclass(frozen=True)
class Selection:
    """Whose answers of which year, or of the years up to it. `is_today`: merged units are the one they have become.

    `municipality`: only the units of that one, whatever the connection shows.
    """

    scheme: GrantScheme
    year: int
    region: str
    is_today: bool
    is_over_time: bool
    municipality: Municipality | None = None

    def rows(self, base: str) -> QuerySet[Any]:
        """Grants that were awarded, or reports that were submitted, or the measures of such reports."""
        path = TO_GRANT[base]
        year = "year__lte" if self.is_over_time else "year"
        rows = _everything(base).filter(**{f"{path}scheme": self.scheme, f"{path}{year}": self.year}).order_by()
        if self.municipality is not None:
            rows = rows.filter(**{f"{path}reporting_unit__municipality": self.municipality})
        if base == MEASURES and not self.is_over_time:
            rows = rows.filter(_OneOf("report_id", ArraySubquery(self.rows(REPORTS).values("pk"))))
        return rows.alias(its_region=self.what(REGION, base)).filter(its_region=self.region) if self.region else rows

    def what(self, name: str, base: str) -> F | Expression:
        """What answers are grouped by: UNIT, REGION, YEAR, or a question."""
        path = TO_GRANT[base]
        if name == YEAR:
            return F(f"{path}year")
        field_name = {UNIT: "name", REGION: "region", OWNER: "id"}.get(name)
        if field_name is None:
            return F(name)
        own = f"{path}reporting_unit__{field_name}"
        # Where the successor is not the reader's to see, the unit stands for itself.
        return Coalesce(f"{path}reporting_unit__successor__{field_name}", own) if self.is_today else F(own)


def _everything(base: str) -> QuerySet[Any]:
    if base == REPORTS:
        return YearlyReport.objects.counted()
    if base == MEASURES:
        return MeasureReport.objects.filter(report__state__in=COUNTED_STATES)
    counted = Q(report__state__in=COUNTED_STATES)
    return Grant.objects.awarded().annotate(
        # The directorate knows what it has paid out, also before the unit has said what it received.
        **{AMOUNT: Coalesce(Case(When(counted, then=f"report__{AMOUNT}")), "awarded_nok")},
        active_measures=Case(When(counted, then="report__active_measures")),
    )


class _OneOf(Func):
    """`report_id = ANY(ARRAY(SELECT ...))`, which the index of report_id answers.

    By the join alone the planner reads the measures of all years, and asks the policies about each of them: some five times
    as long with ten years of reports (benchmarks/grant_tables.py).
    """

    arg_joiner, template, output_field = " = ANY(", "%(expressions)s)", BooleanField()


def _rounded(value: Fraction, decimals: int) -> int | Decimal:
    """Half away from zero, exactly."""
    scaled = abs(value) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator) * (-1 if value < 0 else 1)
    return Decimal(whole).scaleb(-decimals) if decimals else whole


@dataclass
class Tally:
    """How many chose each option. `base` is N: those that answered; `missing` those that left it open."""

    counts: Counter[str] = field(default_factory=Counter)
    base: int = 0
    missing: int = 0

    @property
    def asked(self) -> int:
        return self.base + self.missing

    def percent(self, code: str) -> int | Decimal | None:
        return _rounded(Fraction(100 * self.counts[code], self.base), 0) if self.base else None

    @property
    def hundred(self) -> int | None:
        """What percents sum to as they are printed, also where the rounded parts don't."""
        return 100 if self.base else None

    def add(self, other: "Tally") -> None:
        self.counts.update(other.counts)
        self.base += other.base
        self.missing += other.missing


@dataclass
class Means:
    """The sums of some numbers by their names, and how many each is of, out of `asked`."""

    sums: Counter[str] = field(default_factory=Counter)
    ns: Counter[str] = field(default_factory=Counter)
    asked: int = 0

    def mean(self, number: Number) -> int | Decimal | None:
        if not self.ns[number.name]:
            return None
        return _rounded(Fraction(self.sums[number.name]) / self.ns[number.name], 1 if number.figure == MEAN else 0)

    def sum(self, number: Number) -> int | Decimal:
        return _rounded(Fraction(self.sums[number.name]), 0)

    def add(self, other: "Means") -> None:
        self.sums.update(other.sums)
        self.ns.update(other.ns)
        self.asked += other.asked


def tallies(selection: Selection, spec: TableSpec) -> dict[Any, Tally]:
    """By year, region or option: how the question's options were chosen there."""
    rows = selection.rows(spec.base)
    several, name = spec.has_several_answers, spec.counted
    options = list(spec.options)
    chosen = {f"option_{n}": _chose(name, several, [code]) for n, code in enumerate(options)}
    found = _grouped(rows, selection, spec).annotate(
        base=Count("pk", filter=_chose(name, several, options)),
        missing=Count("pk", filter=Q(**{name: [] if several else ""})),
        **{alias: Count("pk", filter=condition) for alias, condition in chosen.items()},
    )
    return {
        row["key"]: Tally(
            Counter({code: row[f"option_{n}"] for n, code in enumerate(options)}), row["base"], row["missing"]
        )
        for row in found
    }


def means(selection: Selection, spec: TableSpec) -> dict[Any, Means]:
    """By unit, region, year or option: each number's sum and how many it is of."""
    rows, by_unit = selection.rows(spec.base), spec.base != MEASURES
    names = [number.name for number in spec.means]
    # A unit that has merged counts once, however many reports have become its.
    if by_unit:
        rows = rows.alias(each=selection.what(OWNER, spec.base))
    count = partial(Count, "each" if by_unit else "pk", distinct=by_unit)
    found = _grouped(rows, selection, spec).annotate(
        asked=count(),
        **{f"{name}_sum": Sum(name) for name in names},
        **{f"{name}_n": count(filter=Q(**{f"{name}__isnull": False})) for name in names},
    )
    return {
        row["key"]: Means(
            Counter({name: row[f"{name}_sum"] or 0 for name in names}),
            Counter({name: row[f"{name}_n"] for name in names}),
            row["asked"],
        )
        for row in found
    }


def totals(selection: Selection, number: str, question: str) -> dict[tuple[str, str, str], tuple[int | None, int]]:
    """The sum of a number of the measures' forms, and how many forms: by region as it was and as it is today, and by option.

    None where none of them has the number; the option is empty where the question was left open.
    """
    rows = selection.rows(MEASURES).values(
        then=replace(selection, is_today=False).what(REGION, MEASURES),
        today=replace(selection, is_today=True).what(REGION, MEASURES),
        option=F(question),
    )
    found = rows.annotate(sum=Sum(number), forms=Count("pk"))
    return {
        (row["then"], row["today"], row["option"]): (None if row["sum"] is None else int(row["sum"]), row["forms"])
        for row in found
    }


def spread(selection: Selection, spec: TableSpec) -> Tally:
    """How many units answered each number, by the number as text, the smallest first."""
    rows = selection.rows(spec.base).values(key=selection.what(OWNER, spec.base))
    numbers = rows.annotate(number=Sum(spec.counted)).values_list("number", flat=True)
    answered = sorted(number for number in numbers if number is not None)
    return Tally(Counter(str(number) for number in answered), len(answered), len(numbers) - len(answered))


def _grouped(rows: QuerySet[Any], selection: Selection, spec: TableSpec) -> QuerySet[Any]:
    grouped = rows.values(key=selection.what(spec.by, spec.base))
    return grouped.order_by(by_name("key") if spec.by in (UNIT, REGION) else "key")


def _chose(name: str, several: bool, codes: list[str]) -> Q:
    """Those that chose one of the options at least."""
    return Q(**{f"{name}__overlap": codes}) if several else Q(**{f"{name}__in": codes})
