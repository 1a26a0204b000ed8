"""A benchmark with a limit fails when it is over."""

from benchmarks import bare, boards, disclosure, grant_tables, lists, pdf, search
from benchmarks.grant_tables import LIMIT_ALL, LIMIT_EACH, is_over


def test_the_tables_are_held_to_both_limits() -> None:
    assert not is_over(LIMIT_EACH - 1, LIMIT_ALL - 1)
    assert is_over(LIMIT_EACH, 0)
    assert is_over(0, LIMIT_ALL)
    assert "sys.exit" not in is_over.__code__.co_names and "exit" in grant_tables.main.__code__.co_names


def test_our_way_of_making_a_pdf_is_held_to_its_limit() -> None:
    assert not pdf.is_over([2.0, 1.15, 1.0])
    assert pdf.is_over([1.0, 1.16, 1.16])
    assert "exit" in pdf.main.__code__.co_names
    report = pdf.report()
    assert (report.count("<table>"), report.count("<svg ")) == (pdf.TABLES, pdf.CHARTS) == (20, 6)


def test_disclosure_control_is_held_to_its_limit() -> None:
    assert not disclosure.is_over(disclosure.LIMIT - 0.1)
    assert disclosure.is_over(disclosure.LIMIT)
    assert "exit" in disclosure.main.__code__.co_names


def test_dashboards_are_held_to_their_limit() -> None:
    assert not boards.is_over(100, 119)
    assert boards.is_over(100, 121)
    assert not boards.is_over(10, 10 + boards.NOISE)
    assert "exit" in boards.main.__code__.co_names


def test_the_search_is_held_to_its_limit() -> None:
    assert not search.is_over(search.LIMIT - 0.1)
    assert search.is_over(search.LIMIT)
    assert "exit" in search.main.__code__.co_names


def test_lists_are_held_to_their_limits() -> None:
    assert lists.over({"a": 2.5}, {"a": 1.2}, [0.15], 15.0) == []
    assert len(lists.over({"a": 2.51}, {"a": 1.21}, [0.151], 15.1)) == 4
    assert "exit" in lists.main.__code__.co_names
    assert set(bare.CELLS) <= set(lists.PAGES)


def test_a_file_tells_what_it_costs_before_its_rows_and_hides_none_of_it_in_them() -> None:
    found = lists.of_files({("csv", 1_000): (90.0, 1.0), ("csv", 201_000): (10_090.0, 2.0)})
    assert found == {
        "csv, 1000 rows": (90.0, 0.09, 1.0),
        "csv, 201000 rows": (10_090.0, 10_090.0 / 201_000, 2.0),
        "csv, none and one more": (40.0, 0.05, 0.0),
    }
