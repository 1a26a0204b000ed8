"""The results of sub-projects as one system of counts: what is printed of them tells of nobody, also by an attacker's hand."""

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from grants.domain.outcome import StandingOutcome
from grants.models import Outcome, OutcomeKind, SubProject
from reporting.domain.free_texts import hash_of, texts_in
from reporting.domain.sub_project_changes import changes
from reporting.domain.sub_project_part import Part
from reporting.domain.sub_project_results import Results, is_told_in_words, results_of, total_key, without_counts
from reporting.domain.suppression import Earlier, Shown, Sum, as_earlier, from_json, leaks
from tests.reporting.domain.attack import Attacker

DAY = datetime.date(2025, 6, 30)
BEFORE = datetime.date(2024, 12, 31)
PEOPLE = [kind for kind in OutcomeKind.values if kind not in ("events", "other")]


def sub_project(number: int) -> SubProject:
    return SubProject(pk=number, public_id=f"p{number}", title=f"Prosjekt {number}")


def counted(owner: int, kind: str, value: Any, label: str = "", unit: str = "", at_least: bool = False) -> Any:
    outcome = Outcome(public_id=f"o{owner}{kind}", kind=kind, label=label, measured_in=unit)
    return StandingOutcome(owner, kind, Decimal(value), DAY, at_least, label, outcome)


def results(*standing: StandingOutcome, earlier: Any = (), told_sums: Any = ()) -> Results:
    owners = sorted({row.sub_project_id for row in standing})
    rows = [sub_project(number) for number in owners]
    return results_of(sub_projects=rows, standing=standing, goals=[], earlier=earlier, told_sums=told_sums)


def printed(found: Results) -> dict[str, Any]:
    return {key: cell["value"] if cell["shown"] == Shown.NUMBER else cell["shown"] for key, cell in found.cells.items()}


def test_a_small_number_is_not_printed_and_does_not_follow_from_the_total() -> None:
    found = results(counted(1, "families", 3), counted(2, "families", 12), counted(3, "families", 30))
    assert found.cells["outcome:families:p1"] == {
        "key": "outcome:families:p1", "shown": "under", "value": None, "on": None, "at_least": False,
    }  # fmt: skip
    shown = {key: cell["shown"] for key, cell in found.cells.items()}
    others = [shown[f"outcome:families:{name}"] for name in ("p2", "p3")] + [shown[found.totals["families"]]]
    assert "number" in others and set(others) != {"number"}, "something is hidden beside it, and not everything"


def test_large_numbers_stand_and_at_least_is_kept_in_the_total() -> None:
    found = results(counted(1, "families", 70, at_least=True), counted(2, "families", 12))
    total = found.totals["families"]
    assert printed(found) == {"outcome:families:p1": 70, "outcome:families:p2": 12, total: 82}
    assert [found.cells[key]["at_least"] for key in printed(found)] == [True, False, True]
    assert found.sums == [[total, "outcome:families:p1", "outcome:families:p2"]]
    assert {row["key"] for row in found.counts} == set(printed(found))


def test_what_counts_no_people_is_printed_as_it_is() -> None:
    found = results(counted(1, "events", 1), counted(2, "events", 2))
    assert printed(found) == {"outcome:events:p1": 1, "outcome:events:p2": 2, "outcome:events:total": 3}
    assert found.counts == [] and found.sums == []


def test_families_without_a_home_are_as_telling_as_those_with() -> None:
    """11 families, 10 of them housed: that one is not, would stand there."""
    found = results(counted(1, "families", 11), counted(1, "housing", 10))
    shown = [found.cells[f"outcome:{kind}:p1"]["shown"] for kind in ("families", "housing")]
    assert shown != ["number", "number"]
    assert not any(row["key"].startswith("rest:") for row in found.counts)
    large = results(counted(1, "families", 40), counted(1, "housing", 10))
    assert printed(large)["outcome:housing:p1"] == 10


def test_a_share_is_told_in_words_and_a_count_of_something_else_is_protected() -> None:
    share, few = counted(1, "other", 65, "Tilhørighet", "prosent"), counted(1, "other", 2, "Ansatt")
    assert is_told_in_words(share) and is_told_in_words(counted(1, "other", -60, "Endring"))
    assert not is_told_in_words(few)
    found = results(share, few, counted(1, "other", 29, "Begynt"))
    keys = [f"outcome:other:p1:{hash_of(label)[:12]}" for label in ("Ansatt", "Begynt")]
    assert printed(found) == dict(zip(keys, ("under", 29), strict=True))


def test_two_things_counted_without_a_row_are_confirmed_each_by_itself() -> None:
    rows = [StandingOutcome(1, "other", Decimal(-60), DAY, label=label) for label in ("Endring", "Avvik")]
    rows += [StandingOutcome(1, "other", Decimal(29), DAY, label=label) for label in ("Begynt", "Sluttet")]
    told = cast(Any, SimpleNamespace(id="p1", row=sub_project(1), review=None))
    part = Part(told, cast(Any, SimpleNamespace(standing=rows)), results(*rows))
    keys = [text.key for text in texts_in(part._other())]
    assert len(keys) == len(set(keys)) == 4 and max(map(len, keys)) <= 80


def test_the_key_of_something_else_does_not_say_what_it_is() -> None:
    found = results(counted(1, "other", 29, "Hjemme hos Kari"))
    assert "Kari" not in str([found.cells, found.counts, found.sums, found.sources])


def test_a_total_of_people_says_what_it_is_of_in_its_key() -> None:
    assert total_key("families", ["a", "b"], True) == total_key("families", ["b", "a"], True)
    assert total_key("families", ["a", "b"], True) != total_key("families", ["a", "b", "c"], True)
    assert total_key("events", ["a", "b"], False) == "outcome:events:total"


def test_a_number_of_people_that_is_no_count_is_not_shown_nor_its_total() -> None:
    found = results(counted(1, "families", "12.5"), counted(2, "families", 30))
    assert printed(found) == {
        "outcome:families:p1": "too_few", "outcome:families:p2": 30, found.totals["families"]: "too_few",
    }  # fmt: skip


def test_an_older_number_stands_until_the_change_is_five() -> None:
    before = [Earlier("outcome:families:p1", 20, Shown.NUMBER, BEFORE)]
    stands = results(counted(1, "families", 22), counted(2, "families", 30), earlier=before)
    cell = stands.cells["outcome:families:p1"]
    assert (cell["value"], cell["on"]) == (20, BEFORE.isoformat())
    moves = results(counted(1, "families", 26), counted(2, "families", 30), earlier=before)
    assert printed(moves)["outcome:families:p1"] == 26
    elsewhere = [Earlier("target:noe-annet", 1, Shown.NUMBER, BEFORE)]
    assert printed(results(counted(1, "families", 22), earlier=elsewhere))["outcome:families:p1"] == 22


def test_when_another_sub_project_starts_counting_the_old_total_still_hides_the_small_one() -> None:
    """First 4 and 19, of which 23 in all is told. Then 10, 19 and 30: 19 would leave four then."""
    first = results(counted(1, "families", 4), counted(2, "families", 19))
    before = as_earlier([from_json(row) for row in first.counts], BEFORE, 1)
    assert printed(first)[first.totals["families"]] == 23 and printed(first)["outcome:families:p2"] == "withheld"
    now = [counted(1, "families", 10), counted(2, "families", 19), counted(3, "families", 30)]
    found = results(*now, earlier=before, told_sums=first.sums)
    old, new = first.totals["families"], found.totals["families"]
    assert old != new and first.sums[0] in found.sums
    assert old not in found.cells and old not in {row["key"] for row in found.counts}
    assert printed(found)["outcome:families:p2"] == "withheld"
    protected = {row["key"]: from_json(row) for row in found.counts}
    sums = [Sum(whole, tuple(parts)) for whole, *parts in found.sums]
    assert not leaks(protected=protected, sums=sums, earlier=before)


VALUES = st.one_of(st.none(), st.integers(0, 7), st.integers(0, 40))


@st.composite
def tables(draw: Any) -> list[StandingOutcome]:
    rows = []
    for owner in range(1, draw(st.integers(1, 5)) + 1):
        for kind in draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=4)):
            value = draw(VALUES)
            if value is not None:
                rows.append(counted(owner, kind, value))
    return rows


@settings(max_examples=60, deadline=None)
@given(tables())
def test_an_attacker_works_out_nothing_below_five(standing: list[StandingOutcome]) -> None:
    found = results(*standing)
    page = {key: from_json(cell) for key, cell in found.cells.items()}
    sums = [Sum(one[0], tuple(one[1:])) for one in found.sums]
    attacker = Attacker(sums, page).reads(page, with_marks=True)
    for key, row in page.items():
        if row.shown in (Shown.UNDER, Shown.WITHHELD):
            low, high = attacker.bounds(key)
            assert high - low >= 4, (key, low, high)
        if row.shown == Shown.UNDER:
            assert (round(low), round(min(high, 4))) == (0, 4)
    for key in {key for one in found.sums for key in one if key.startswith("rest:")}:
        low, high = attacker.bounds(key)
        assert low >= 5 or high - low >= 5 or high == low == 0, (key, low, high)


def test_what_has_not_gone_out_is_not_compared_with() -> None:
    content = {
        "five": [{"key": "families", "cell": {"value": 30}}, {"key": "running", "value": 2}], "counts": [1],
        "sub_projects": [{"id": "p1", "goals": [{"id": "g1", "cell": {"value": 12}}]}],
    }  # fmt: skip
    assert without_counts(content) == {
        "five": [{"key": "families", "cell": None}, {"key": "running", "value": 2}], "counts": [],
        "sub_projects": [{"id": "p1", "goals": [{"id": "g1", "cell": None}]}],
    }  # fmt: skip


def test_a_goals_count_that_has_not_gone_out_is_not_subtracted() -> None:
    def content(value: int) -> dict[str, Any]:
        cell = {"key": "target:a", "shown": "number", "value": value, "on": None}
        goal = {"id": "g1", "text": "Familier i bolig", "verdict": "", "cell": cell}
        return {"sub_projects": [{"id": "p1", "title": "Pilot", "state": "running", "letter": None, "goals": [goal]}]}

    assert changes(content(12), content(14))["results"]
    assert changes(without_counts(content(12)), content(14))["results"] == []
