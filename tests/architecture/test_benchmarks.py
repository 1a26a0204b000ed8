"""A benchmark with a limit fails when it is over."""

from benchmarks import grant_tables
from benchmarks.grant_tables import LIMIT_ALL, LIMIT_EACH, is_over


def test_the_tables_are_held_to_both_limits() -> None:
    assert not is_over(LIMIT_EACH - 1, LIMIT_ALL - 1)
    assert is_over(LIMIT_EACH, 0)
    assert is_over(0, LIMIT_ALL)
    assert "sys.exit" not in is_over.__code__.co_names and "exit" in grant_tables.main.__code__.co_names
