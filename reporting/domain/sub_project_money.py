"""The money of sub-projects in a report: what was awarded for each half-year, what was paid in it, what is left."""

from decimal import Decimal
from typing import Any

from organisation.periods import HalfYear
from reporting.domain.sub_project_facts import Facts, Told
from reporting.domain.sub_project_results import plain

Json = dict[str, Any]
NOUGHT = Decimal(0)
Halves = dict[HalfYear, tuple[Decimal, Decimal]]


def money_of(told: Told, facts: Facts) -> Json:
    """One sub-project's, by half-year: awarded and paid in it, and what was left of everything awarded so far."""
    return _money(_halves(told, facts), facts)


def money_in_all(facts: Facts) -> Json:
    """The sum over the sub-projects of the report."""
    sums: Halves = {}
    for told in facts.told:
        for half, (awarded, paid) in _halves(told, facts).items():
            before = sums.get(half, (NOUGHT, NOUGHT))
            sums[half] = before[0] + awarded, before[1] + paid
    return _money(sums, facts)


def money_sources(facts: Facts) -> dict[str, Json]:
    """The letter behind what was awarded, the ledger's lines behind what was paid, by key."""
    sources: dict[str, Json] = {}
    for told in facts.told:
        letter = {"kind": "award_letters", "ids": [told.letter.public_id] if told.letter else []}
        paid = {half: ids for (owner, half), ids in facts.ledger.items() if owner == told.row.pk}
        for half in _halves(told, facts):
            sources[f"money:{told.id}:{half.code}:awarded"] = letter
            sources[f"money:{told.id}:{half.code}:paid"] = {"kind": "ledger", "ids": paid.get(half, [])}
        every = {"kind": "ledger", "ids": [line for ids in paid.values() for line in ids]}
        sources |= {
            f"money:{told.id}:{name}": row for name, row in (("awarded", letter), ("paid", every), ("left", every))
        }
    return sources  # fmt: skip


def _halves(told: Told, facts: Facts) -> Halves:
    """Nothing is paid after the half-year of the report, as far as the report knows."""
    return {
        row.half: (row.awarded, row.paid if row.half <= facts.period else NOUGHT)
        for row in told.money.halves
        if row.awarded or row.half <= facts.period
    }


def _money(halves: Halves, facts: Facts) -> Json:
    rows, awarded, paid = [], NOUGHT, NOUGHT
    for half in sorted(halves):
        awarded, paid = awarded + halves[half][0], paid + halves[half][1]
        rows.append(
            {
                "code": half.code,
                "label": half.label,
                "awarded": plain(halves[half][0]),
                "paid": plain(halves[half][1]),
                "left": plain(awarded - paid),
                "is_to_come": half > facts.period,
            }
        )
    return {"halves": rows, "awarded": plain(awarded), "paid": plain(paid), "left": plain(awarded - paid)}
