"""What has changed between two years' reports on grants, out of the two contents and nothing else."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reporting.domain.yearly_grant_changes import LISTS, changes, is_empty, moved
from tests.reporting.yearly_content import cell, make_content

Json = dict[str, Any]


def year(before: Json | None = None) -> Json:
    content = copy.deepcopy(before or make_content())
    for grant in content["grants"]:
        for row in grant["measures"]:
            row["children"] = cell("children:x", value=30)
    return content


def test_the_same_content_has_no_changes() -> None:
    found = changes(year(), year())
    assert is_empty(found)
    assert all(row["difference"] in (0, None) for row in found["five"])
    assert found["since"] == {"title": "Årsrapport om tilskudd 2009", "label": "2009"}


def test_a_grant_of_the_next_year_is_the_same_where_scheme_and_unit_are() -> None:
    before, after = year(), year()
    for grant in after["grants"]:
        grant["id"] = grant["id"] + "-ny"
    after["grants"][0]["money"]["awarded"] = 5
    after["grants"][1]["unit"] = "En annen enhet"
    found = changes(before, after)
    assert found["amounts"] == [{"id": "tilskudd1-ny", "title": "Ordning 1, Enhet 1", "from": 600_001, "to": 5}]
    assert [row["id"] for row in found["new"]] == ["tilskudd2-ny"]
    assert [row["id"] for row in found["gone"]] == ["tilskudd2"]
    # Its measures are new with it, and gone with it.
    assert len(found["new_measures"]) == len(found["gone_measures"]) == 3


def test_what_was_refused_is_no_grant_that_is_new() -> None:
    before, after = year(), year()
    after["grants"][0]["is_awarded"] = False
    found = changes(before, after)
    assert [row["id"] for row in found["gone"]] == ["tilskudd1"]
    assert not found["new"]


def test_children_are_compared_only_where_both_may_be_told() -> None:
    before, after = year(), year()
    rows = after["grants"][0]["measures"]
    rows[0]["children"], rows[1]["children"] = cell("children:x", value=42), cell("children:x", "under")
    rows[2]["children"] = cell("children:x", value=50, on="2008-12-31")
    (found,) = changes(before, after)["children"]
    assert (found["id"], found["from"], found["to"]) == (rows[0]["id"], 30, 42)


def test_five_figures_move_and_what_is_protected_does_not_tell() -> None:
    before, after = year(), year()
    after["five"][1]["value"] = 12
    after["five"][2]["cell"] = cell("children:year:2010", "withheld")
    found = {row["key"]: row["difference"] for row in changes(before, after)["five"]}
    assert found == {"received": 0, "measures": 3, "children": None, "ordinary": None, "accepted": 0}


def test_it_looks_at_no_free_text() -> None:
    before, after = year(), year()
    after["grants"][0]["feedback"] = {"free": "x", "label": "", "section": "", "text": "Noe annet", "cleared": False}
    assert is_empty(changes(before, after))


@given(st.integers(0, 4), st.integers(0, 4))
def test_turned_round_what_is_new_is_gone(one: int, other: int) -> None:
    before, after = make_content(grants=one), make_content(grants=other)
    there, back = changes(before, after), changes(after, before)
    assert there["new"] == back["gone"] and there["gone"] == back["new"]
    assert there["new_measures"] == back["gone_measures"]
    assert set(LISTS) <= there.keys()


@given(st.sampled_from(["number", "under", "withheld", "too_few"]), st.integers(5, 99), st.booleans())
def test_only_two_numbers_have_a_difference(shown: str, value: int, stands: bool) -> None:
    after = cell("a", shown, value, "2008-01-01" if stands else None)
    told = shown == "number" and not stands
    assert moved(cell("a", value=5), after) == (value - 5 if told else None)
    assert moved(after, None) is None
