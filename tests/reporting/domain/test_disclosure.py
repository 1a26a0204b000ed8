"""The gate, attacked: by a reader with all published tables, and by one who knows the rules and tries every history."""

import datetime
import random
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.domain.disclosure import LEAST, Cell, Figure, Key, Published, Shown, gate

FAMILIES, HOUSING = (1, "families"), (1, "housing")
Counted = dict[Key, tuple[str, dict[int, int], Key | None]]


def day(number: int) -> datetime.date:
    return datetime.date(2026, 1, 1) + datetime.timedelta(days=28 * number)


class Town:
    """A row of releases: what was published, and what was true."""

    def __init__(self) -> None:
        self.past: list[Published] = []
        self.withheld: set[Key] = set()
        self.tables: list[list[Cell]] = []
        self.truths: list[dict[Key, Figure]] = []

    def release(self, figures: list[Figure]) -> dict[Key, Cell]:
        cells = gate(figures=figures, past=self.past, on=day(len(self.tables)), withheld=frozenset(self.withheld))
        self.past += [cell.standing for cell in cells if cell.is_new and cell.standing]
        self.withheld |= {cell.key for cell in cells if cell.shown == Shown.WITHHELD}
        self.tables.append(cells)
        self.truths.append({row.key: row for row in figures})
        return {cell.key: cell for cell in cells}


def row_of(families: set[int], housing: set[int] = frozenset(), sub_project: int = 1) -> list[Figure]:  # type: ignore[assignment]
    base = (sub_project, "families")
    return [
        Figure(base, "families", len(families), frozenset(families)),
        Figure((sub_project, "housing"), "families", len(housing), frozenset(housing), base),
    ]


def shown(cell: Cell) -> int | str:
    return cell.standing.value if cell.standing else str(cell.shown)


def test_a_twelfth_family_is_not_seen_to_join() -> None:
    """Eleven families; a twelfth joins, and nobody can see it. At sixteen the number is sixteen."""
    town, seen = Town(), []
    for families in (11, 12, 15, 16):
        cell = town.release(row_of(set(range(families))))[FAMILIES]
        seen.append((shown(cell), cell.standing.on if cell.standing else None))
    assert seen == [(11, day(0)), (11, day(0)), (11, day(0)), (16, day(3))]


def test_under_five_is_shown_as_that_and_nothing_else_of_the_row() -> None:
    cells = Town().release(row_of({1, 2, 3, 4}, {1}))
    assert [shown(cell) for cell in cells.values()] == ["under", "too_few"]


def test_nought_is_under_five_too() -> None:
    assert shown(Town().release(row_of(set(range(12))))[HOUSING]) == "under"


def test_all_but_two_is_as_good_as_two() -> None:
    for housing, expected in ((7, 7), (8, "withheld"), (10, "withheld"), (12, "withheld"), (3, "under")):
        assert shown(Town().release(row_of(set(range(12)), set(range(housing))))[HOUSING]) == expected


def test_of_a_small_row_under_and_withheld_would_say_the_number() -> None:
    for families in range(5, 9):
        for housing in range(families + 1):
            cells = Town().release(row_of(set(range(families)), set(range(housing))))
            assert [shown(cell) for cell in cells.values()] == [families, "too_few"]


def test_one_who_alone_is_in_one_of_two_sub_projects_is_not_found() -> None:
    """All but two of the first are in the second: 12 beside 10 would say so."""
    first, second = set(range(12)), set(range(10))
    cells = Town().release([row_of(first)[0], row_of(second, sub_project=2)[0]])
    assert [shown(cell) for cell in cells.values()] == [12, "withheld"]


def test_two_sub_projects_that_together_are_nearly_a_third() -> None:
    parts = set(range(8)), set(range(8, 15))
    rows = [row_of(part, sub_project=n)[0] for n, part in enumerate((*parts, set(range(17))), start=1)]
    assert [shown(cell) for cell in Town().release(rows).values()] == [8, 7, "withheld"]
    assert [shown(cell) for cell in Town().release(rows[::-1]).values()] == [17, 7, "withheld"]


def test_many_children_of_few_families_are_not_counted() -> None:
    base = row_of(set(range(12)))[0]
    few = Figure((1, "children"), "children", 9, frozenset({1, 2, 3}), base.key)
    more = Figure((1, "children"), "children", 15, frozenset(range(6)), base.key)
    town = Town()
    assert shown(town.release([base, few])[few.key]) == "withheld"
    assert shown(town.release([base, more])[more.key]) == 15
    # Three more families with two children each: by the children nobody sees that few came.
    assert shown(town.release([base, Figure(more.key, "children", 21, frozenset(range(9)), base.key)])[more.key]) == 15


def test_those_left_do_not_grow_by_one() -> None:
    """10 with 5 housed, then 16 with 10: those without would have become six."""
    town = Town()
    town.release(row_of(set(range(10)), set(range(5))))
    cells = town.release(row_of(set(range(16)), set(range(10))))
    assert [shown(cell) for cell in cells.values()] == [16, 5]


def test_what_was_withheld_is_not_given_away_by_what_comes_after() -> None:
    """9 of 12 withheld (8 to 12); 9 of 20 later would say that it was 8 or 9."""
    town = Town()
    assert shown(town.release(row_of(set(range(12)), set(range(9))))[HOUSING]) == "withheld"
    assert shown(town.release(row_of(set(range(20)), set(range(9))))[HOUSING]) == "withheld"
    assert shown(town.release(row_of(set(range(20)), set(range(12))))[HOUSING]) == 12


def test_a_number_that_stands_does_not_get_a_floor_from_another() -> None:
    """11 stands though there are 14; another sub-project with 13 of them would say 13 at least."""
    town = Town()
    town.release([row_of(set(range(11)))[0]])
    cells = town.release([row_of(set(range(14)))[0], row_of(set(range(1, 14)), sub_project=2)[0]])
    assert [shown(cell) for cell in cells.values()] == [11, "withheld"]


def test_a_sub_project_that_two_others_nearly_cover() -> None:
    """8 and 7 with no family in common, and 13 of the 15 in a third: two are not."""
    rows = [set(range(8)), set(range(8, 15)), set(range(2, 15))]
    for order in permutations(range(3)):
        cells = Town().release([row_of(rows[n], sub_project=n)[0] for n in order])
        assert [cell.shown for cell in cells.values()].count(Shown.NUMBER) == 2


def test_a_birth_is_not_seen_by_comparing_two_sub_projects() -> None:
    def children(sub_project: int, count: int) -> list[Figure]:
        base = row_of(set(range(6)), sub_project=sub_project)[0]
        return [base, Figure((sub_project, "children"), "children", count, base.families, base.key)]

    town = Town()
    town.release(children(1, 12))
    cells = town.release([*children(1, 12), *children(2, 13)])
    assert shown(cells[2, "children"]) == "withheld"


def test_five_of_few_and_six_of_enough_say_nothing_of_each_other() -> None:
    """5 children in three families were withheld; 6 in five families later would say that it was 5 or 6."""
    base, town = row_of(set(range(12)))[0], Town()
    for count, families, expected in ((5, 3, "withheld"), (6, 5, "withheld"), (9, 5, 9)):
        figure = Figure((1, "children"), "children", count, frozenset(range(families)), base.key)
        assert shown(town.release([base, figure])[figure.key]) == expected


def test_a_row_is_safe_as_it_stands_on_the_page_also_after_mistakes_were_removed() -> None:
    """20 with 15 housed; five were there by mistake, three of them housed. 15 beside 15 would look like all."""
    town = Town()
    town.release(row_of(set(range(20)), set(range(15))))
    cells = town.release(row_of(set(range(3, 18)), set(range(3, 15))))
    assert [shown(cell) for cell in cells.values()] == [20, 15]


def test_a_number_without_memory_is_held_against_its_own_kind() -> None:
    before = Published((None, "voice_yes"), "answers", 10, None, day(0))
    for value, expected in ((12, 10), (15, 15), (6, 10), (5, 5)):
        now = Figure((None, "voice_yes"), "answers", value, frozenset(range(value)))
        (cell,) = gate(figures=[now], past=[before], on=day(1))
        assert shown(cell) == expected


# --- The reader with all tables, in which each sub-project may hold any families -----------------------------------


def history_of(seed: int) -> list[list[Figure]]:
    """Families join, leave by mistake, have children and reach things, in three sub-projects over one to four releases."""
    chance = random.Random(seed)
    town = range(chance.randint(8, 40))
    members: dict[int, set[int]] = {n: set() for n in (1, 2, 3)}
    housed: dict[int, set[int]] = {n: set() for n in members}
    children = {pk: chance.randint(0, 3) for pk in town}
    # One sub-project may take its families from the others, as such things do.
    shares = chance.random() < 0.5
    found = []
    for _ in range(chance.randint(1, 4)):
        figures: list[Figure] = []
        for n in chance.sample(sorted(members), 3):
            pool = sorted(members[1] | members[2]) if n == 3 and shares else list(town)
            members[n] |= set(chance.sample(pool, chance.randint(0, len(pool))))
            members[n] -= set(chance.sample(list(town), chance.randint(0, 3)))
            housed[n] = (
                housed[n] | set(chance.sample(sorted(members[n]), chance.randint(0, len(members[n]))))
            ) & members[n]
            if chance.random() < 0.2:
                children[chance.choice(list(town))] += 1
            figures += row_of(members[n], housed[n], n)
            parents = frozenset(pk for pk in members[n] if children[pk])
            count = sum(children[pk] for pk in parents)
            figures.append(Figure((n, "children"), "children", count, parents, (n, "families")))
        found.append(figures)
    return found


def published_numbers(town: Town) -> list[Published]:
    """Each number that was ever on a page, once."""
    return list(dict.fromkeys(cell.standing for table in town.tables for cell in table if cell.standing))


def derived(town: Town) -> Iterator[tuple[str, int]]:
    """What can be worked out: differences of nested numbers, what two make of a third, what is left of a row as it was
    shown, and how one number has changed."""
    numbers = published_numbers(town)
    for one, other in combinations(numbers, 2):
        assert one.families is not None and other.families is not None
        if one.unit == other.unit and (one.families <= other.families or other.families <= one.families):
            yield "nested", one.value - other.value
            yield "families behind", len(one.families) - len(other.families)
        if one.key == other.key:
            yield "over time", one.value - other.value
    for one, other in combinations(numbers, 2):
        assert one.families is not None and other.families is not None
        if one.unit == other.unit and one.families.isdisjoint(other.families):
            both = one.families | other.families
            for third in numbers:
                assert third.families is not None
                if third.unit == one.unit and (both <= third.families or third.families <= both):
                    yield "two and a third", third.value - one.value - other.value
    left: dict[int | None, list[int]] = defaultdict(list)
    for table in town.tables:
        cells = {cell.key: cell.standing for cell in table}
        for (n, name), part in cells.items():
            whole = cells[n, "families"]
            if name == "housing" and part and whole:
                assert whole.value - part.value >= LEAST
                left[n].append(whole.value - part.value)
    for rests in left.values():
        for one_rest, other_rest in combinations(rests, 2):
            yield "left over time", one_rest - other_rest


@settings(max_examples=500, deadline=None)
@given(st.integers(0, 2**64).map(history_of))
def test_no_number_from_1_to_4_can_be_worked_out_of_any_tables(history: list[list[Figure]]) -> None:
    town = Town()
    for figures in history:
        town.release(figures)
    for cell, truth in (
        (cell, now[cell.key]) for table, now in zip(town.tables, town.truths, strict=True) for cell in table
    ):
        if cell.standing:
            assert cell.standing.value >= LEAST and len(cell.standing.families or ()) >= LEAST
        if cell.shown == Shown.UNDER:
            assert truth.value < LEAST
        if cell.is_new:
            assert cell.standing and cell.standing.value == truth.value
    leaks = [(how, difference) for how, difference in derived(town) if 0 < abs(difference) < LEAST]
    assert leaks == []


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**64).map(history_of))
def test_the_same_in_gives_the_same_out_and_nothing_new_changes_nothing(history: list[list[Figure]]) -> None:
    town, again = Town(), Town()
    for figures in history:
        assert town.release(figures) == again.release(figures)
    before = {cell.key: (cell.shown, cell.standing) for cell in town.tables[-1]}
    repeated = town.release(history[-1])
    for key, cell in repeated.items():
        if before[key][1]:
            assert cell.standing == before[key][1] or cell.is_new


# --- The one who knows the rules: every history of a small town that gives the same pages --------------------------

MOST = 20


def every_history(steps: int, before: tuple[int, int] = (0, 0)) -> Iterator[tuple[tuple[int, int], ...]]:
    """How many families there are and how many of them have a home, at each release; neither becomes fewer."""
    if not steps:
        yield ()
        return
    for families in range(before[0], MOST + 1):
        for housed in range(before[1], families + 1):
            for rest in every_history(steps - 1, (families, housed)):
                yield ((families, housed), *rest)


def quantities(history: tuple[tuple[int, int], ...]) -> Iterator[tuple[str, int]]:
    """Everything that is somebody's number: those in, those housed, those not; at each time, and from one to another."""
    for place, (families, housed) in enumerate(history):
        now = {"in": families, "housed": housed, "not housed": families - housed}
        yield from ((f"{what} {place}", value) for what, value in now.items())
        for earlier, (families_then, housed_then) in enumerate(history[:place]):
            yield f"in {earlier}-{place}", families - families_then
            yield f"housed {earlier}-{place}", housed - housed_then
            yield f"not housed {earlier}-{place}", (families - housed) - (families_then - housed_then)


def test_whoever_knows_the_rules_still_has_five_possible_numbers_for_every_small_one() -> None:
    alike = defaultdict(list)
    for history in every_history(2):
        town = Town()
        for families, housed in history:
            town.release(row_of(set(range(families)), set(range(housed))))
        pages = tuple(
            tuple((shown(cell), cell.standing and cell.standing.on) for cell in table) for table in town.tables
        )
        alike[pages].append(history)
    checked = 0
    for histories_of_pages in alike.values():
        if any(history[-1][0] > MOST - LEAST for history in histories_of_pages):
            continue  # what is beyond the edge of the town is not among its histories
        possible = defaultdict(set)
        for history in histories_of_pages:
            for what, value in quantities(history):
                possible[what].add(value)
        for what, values in possible.items():
            checked += 1
            if any(0 < abs(value) < LEAST for value in values):
                assert max(values) - min(values) >= LEAST - 1, (what, sorted(values), histories_of_pages[:3])
    assert checked > 500
