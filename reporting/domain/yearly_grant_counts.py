"""How many children and young people the grants reached, as counts that may be printed. No database and no clock.

One system: each measure's form, the sum of each grant and of the year, and the sums behind the means of table 34. A form is
of one year, so its key names the same quantity in every version of the report. The same child may be counted in several.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from grants.models import MeasureReport
from grants.models.answers import Targeting
from reporting.domain.suppression import Count, Earlier, Protected, Sum, as_json, protect
from reporting.domain.yearly_grant_facts import Told

Json = dict[str, Any]
GRANT_WEIGHT, YEAR_WEIGHT = 2, 4
ALL = ""  # in the place of an option: those that gave any


@dataclass(frozen=True)
class Children:
    """`protected` by key; `over` how many measures a sum is of; `sources` by key, what each was counted from."""

    protected: dict[str, Protected]
    sums: list[Sum]
    over: dict[str, int]
    sources: dict[str, Json]

    def cell(self, key: str) -> Json | None:
        """As it is printed; None where nobody has answered."""
        return as_json(self.protected[key]) if key in self.protected else None

    def mean_of(self, key: str) -> Decimal | None:
        """The mean over measures; None where it isn't told: with how many they are it would give the sum away."""
        total = self.protected.get(key)
        if total is None or total.value is None or not total.is_new:
            return None
        # Measures are no persons: the sum is what has to be tellable.
        return (Decimal(total.value) / self.over[key]).quantize(Decimal(1), ROUND_HALF_UP)

    @property
    def counts(self) -> list[Json]:
        return [as_json(row) for row in self.protected.values()]

    @property
    def count_sums(self) -> list[list[str]]:
        return [list(one.keys) for one in self.sums]


def form_key(form: MeasureReport) -> str:
    return f"children:{form.public_id}"


def grant_key(told: Told) -> str:
    return f"children:grant:{told.id}"


def year_key(year: int) -> str:
    return f"children:year:{year}"


def targeting_key(scheme: str, year: int, option: str) -> str:
    return f"children:targeting:{scheme}:{year}:{option}"


def children_of(*, told: Sequence[Told], year: int, earlier: Sequence[Earlier] = ()) -> Children:
    """What may be printed, beside everything that reports have told before."""
    values: dict[str, int] = {}
    wholes: dict[str, list[str]] = {}
    for one in told:
        for form in one.forms:
            if form.children_reached is None:
                continue
            key = form_key(form)
            values[key] = form.children_reached
            wholes.setdefault(grant_key(one), []).append(key)
            if form.targeting and one.grant.scheme.reported_here:
                for option in (form.targeting, ALL):
                    wholes.setdefault(targeting_key(one.grant.scheme.public_id, year, option), []).append(key)
    grants = [key for key in wholes if key.startswith("children:grant:")]
    over = {key: len(parts) for key, parts in wholes.items()}
    sums = [Sum(key, tuple(parts)) for key, parts in wholes.items()]
    for key, parts in wholes.items():
        values[key] = sum(values[part] for part in parts)
    if grants:
        values[year_key(year)] = sum(values[key] for key in grants)
        over[year_key(year)] = sum(over[key] for key in grants)
        sums.append(Sum(year_key(year), tuple(grants)))
    counts = [Count(key, value, _weight(key)) for key, value in values.items()]
    known = [row for row in earlier if row.key in values]
    protected = protect(counts=counts, sums=sums, earlier=known) if counts else {}
    return Children(protected, sums, over, _sources(told, sums))


def options_of_table(children: Children, scheme: str, year: int) -> dict[str, Decimal | None]:
    """The means of table 34 by option, ALL for the total; those that may not be told are None."""
    keys = {option: targeting_key(scheme, year, option) for option in (*Targeting.values, ALL)}
    return {option: children.mean_of(key) for option, key in keys.items() if key in children.protected}


def _weight(key: str) -> int:
    if key.startswith("children:year:"):
        return YEAR_WEIGHT
    return GRANT_WEIGHT if key.startswith("children:grant:") else 1


def _sources(told: Sequence[Told], sums: Sequence[Sum]) -> dict[str, Json]:
    forms = {form_key(form): form.public_id for one in told for form in one.forms if form.children_reached is not None}
    sources = {key: {"kind": "measure_reports", "ids": [id]} for key, id in forms.items()}
    return sources | {one.whole: {"kind": "sum", "ids": list(one.parts)} for one in sums}
