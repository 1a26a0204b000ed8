"""How long it takes to decide what is withheld in tables of counts, and how much is lost: part of `make bench`.

Seconds of processor time for a table's first report, for a second one after small changes, and for the attack alone; and how
many numbers of five or more are lost. No database; it takes less than a minute. Nothing here runs in the tests: times depend
on the machine.
"""

import datetime
import random
import sys
import time
from pathlib import Path

BASE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BASE))

from reporting.domain.suppression import LEAST, Earlier, Protected, Table2D, as_earlier, leaks, protect  # noqa: E402

# Rows, columns, the largest number.
SIZES = ((4, 3, 40), (12, 6, 60), (20, 8, 150), (30, 12, 30), (30, 12, 60), (30, 12, 200))
LIMIT = 5.0  # seconds: it runs in the transaction that makes a draft
FIRST = datetime.date(2026, 6, 30)
Cells = dict[tuple[str, str], int]


def is_over(seconds: float) -> bool:
    return seconds >= LIMIT


def make_table(rows: int, columns: int, cells: Cells) -> Table2D:
    names = [f"r{row}" for row in range(rows)], [f"c{column}" for column in range(columns)]
    return Table2D(*names, cells, lambda row, column: f"{row}:{column}")


def timed(table: Table2D, earlier: list[Earlier]) -> tuple[float, float, dict[str, Protected]]:
    begun = time.process_time()
    page = protect(counts=table.counts, sums=table.sums, earlier=earlier)
    decided = time.process_time()
    assert not leaks(protected=page, sums=table.sums, earlier=earlier)
    return decided - begun, time.process_time() - decided, page


def main() -> None:
    made_up, worst = random.Random(1), 0.0
    print(f"{'table':>8} {'most':>5} {'small':>6} {'lost':>5} {'first s':>8} {'second s':>9} {'attack s':>9}")
    for rows, columns, most in SIZES:
        cells = {
            (f"r{row}", f"c{column}"): made_up.randint(0, most) for row in range(rows) for column in range(columns)
        }
        table = make_table(rows, columns, cells)
        first, _attack, page = timed(table, [])
        later = {place: max(0, value + made_up.choice((0, 0, 0, 2, 12, -7))) for place, value in cells.items()}
        second, attack, _page = timed(make_table(rows, columns, later), as_earlier(page.values(), FIRST))
        small = sum(count.value < LEAST for count in table.counts)
        lost = sum(not row.is_new for row in page.values()) - small
        print(
            f"{rows:>5}x{columns:<2} {most:>5} {small:>6} {lost:>5} {first:>8.2f} {second:>9.2f} {attack:>9.2f}",
            flush=True,
        )
        worst = max(worst, first, second)
    if is_over(worst):
        sys.exit(f"{worst:.1f} s is over the limit of {LIMIT} s")


if __name__ == "__main__":
    main()
