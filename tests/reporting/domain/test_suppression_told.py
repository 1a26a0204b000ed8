"""Sums of before, of what is only a part now."""

from reporting.domain.suppression import Count, Sum
from reporting.domain.suppression_told import counts_still_known, sums_still_known

COUNTS = {key: Count(key, value) for key, value in (("a", 3), ("b", 4), ("c", 5))}


def test_a_sum_is_known_while_all_its_parts_are_counted() -> None:
    told = [["whole", "half", "c"], ["half", "a", "b"], ["gone", "a", "d"], ["c", "a", "b"], ["half", "b", "c"]]
    assert sums_still_known(COUNTS.keys(), told) == [Sum("half", ("a", "b")), Sum("whole", ("half", "c"))]


def test_what_it_would_be_now_is_counted_and_not_shown() -> None:
    sums = sums_still_known(COUNTS.keys(), [["half", "a", "b"], ["whole", "half", "c"]])
    found = counts_still_known(COUNTS, sums)
    assert found == {"half": Count("half", 7, shown=False), "whole": Count("whole", 12, shown=False)}
