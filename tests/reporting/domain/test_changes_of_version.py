"""What differs between two versions of a report, said in plain words, whatever its kind."""

import copy
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from organisation.charts import norwegian
from reporting.domain.changes_of_version import changes_between, label_of, labelled
from reporting.domain.free_texts import HELD, filled_in, free

Content = dict[str, Any]
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # many share the machine


def content() -> Content:
    """Of a plan, as freeze.py makes it, in small."""
    return {
        "schema": 2,
        "kind": "plan_half_year",
        "counted_on": "2026-01-05",
        "case_number": "11/26497",
        "measure_count": 2,
        "summary": {"free": "summary", "label": "Sammendrag", "text": "Slik gikk det."},
        "state_counts": [{"state": "planned", "label": "Planlagt", "count": 1}],
        "not_reported": [{"id": "t2", "measure": "Fritidskort", "goal": "2", "unit": "Kultur"}],
        "goals": [
            {
                "id": "g3", "number": "3", "kind_label": "Mål", "title": "Arbeid",
                "summary": {"free": "goal:g3", "label": "Sammendrag av mål 3", "text": "Nær."},
                "measures": [
                    {
                        "id": "t1", "title": "Jobbklubb", "state": "planned", "state_label": "Planlagt", "overdue": True,
                        "due": "2026-03-01", "partners": ["NAV"],
                        "targets": [
                            {"name": "deltakere", "target": 50, "result": 12},
                            {"name": "familier", "target": 20, "result": {"shown": "under", "value": None, "on": None}},
                        ],
                    }
                ],
                "indicator_tables": [
                    {"title": "Sosialhjelp", "columns": ["2009", "2010"], "rows": [{"label": "Mottakere", "cells": [
                        {"value": 1838, "remark": ""}, {"value": 60.5, "remark": ""}]}]}
                ],
            }
        ],
        "log": [{"id": "l1", "measure_id": "t1", "measure": "Jobbklubb", "on": "2026-01-03", "figures": []}],
    }  # fmt: skip


def after(change: Any) -> list[str]:
    later = content()
    change(later)
    return changes_between(content(), later)


def measure(row: Content) -> Content:
    found: Content = row["goals"][0]["measures"][0]
    return found


def cells(row: Content) -> list[Content]:
    found: list[Content] = row["goals"][0]["indicator_tables"][0]["rows"][0]["cells"]
    return found


def target(row: Content, number: int = 0) -> Content:
    found: Content = measure(row)["targets"][number]
    return found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: target(c).update(result=14), "Resultat for «Jobbklubb», deltakere er rettet fra 12 til 14"),
        (lambda c: target(c).update(result=None), "Resultat for «Jobbklubb», deltakere er rettet fra 12 til mangler"),
        (
            lambda c: target(c, 1).update(result={"shown": "number", "value": 7, "on": None}),
            "Resultat for «Jobbklubb», familier er rettet fra <5 til 7",
        ),
        (
            lambda c: target(c, 1).update(result={"shown": "number", "value": 7, "on": "2026-01-02"}),
            "Resultat for «Jobbklubb», familier er rettet fra <5 til 7 per 2. januar 2026",
        ),
        (
            lambda c: target(c, 1).update(result={"shown": "withheld", "value": None, "on": None}),
            "Resultat for «Jobbklubb», familier er rettet fra <5 til vises ikke",
        ),
        (
            lambda c: measure(c).update(state="stopped", state_label="Stanset"),
            "Tilstand for «Mål 3», Jobbklubb er rettet fra Planlagt til Stanset",
        ),
        (
            lambda c: measure(c).update(due="2026-04-01"),
            "Frist for «Mål 3», Jobbklubb er rettet fra 1. mars 2026 til 1. april 2026",
        ),
        (
            lambda c: measure(c).update(partners=["NAV", "Røde Kors"]),
            "Samarbeidspartnere for «Mål 3», Jobbklubb er rettet fra NAV til NAV, Røde Kors",
        ),
        (lambda c: cells(c)[1].update(value=61.5), "«Mottakere», 2010 er rettet fra 60,5 til 61,5"),
        (lambda c: c.update(case_number="11/1"), "Arkivsaksnummer er rettet fra 11/26497 til 11/1"),
        (
            lambda c: c["state_counts"][0].update(count=3),
            "Antall for «Planlagt» er rettet fra 1 til 3",
        ),
        (lambda c: c["not_reported"].clear(), "Tiltak uten rapport: «Fritidskort» er tatt ut"),
        (lambda c: c["log"].append({"id": "l2", "measure": "Jobbklubb", "on": "2026-01-04"}),
         "Loggen: «Jobbklubb 4. januar 2026» er kommet til"),
        (lambda c: c["summary"].update(text="Slik gikk det egentlig."), "Teksten «Sammendrag» er endret"),
        (lambda c: c["goals"][0]["summary"].update(text=""), "Teksten «Sammendrag av mål 3» er tatt ut"),
        (lambda c: c["goals"][0]["summary"].update(text=HELD), "Teksten «Sammendrag av mål 3» er tatt ut"),
    ],
)  # fmt: skip
def test_a_change_is_said_in_a_sentence(change: Any, said: str) -> None:
    assert after(change) == [said]


def test_cells_are_called_by_row_and_column_also_where_they_are_protected() -> None:
    def table(*cells: Any) -> Content:
        return {"results": {"columns": [{"kind": "a", "label": "Familier"}, {"kind": "b", "label": "Barn"}],
                            "rows": [{"id": "p", "title": "Pilot", "cells": list(cells)}]}}  # fmt: skip

    def protected(value: int) -> Content:
        return {"key": "k", "shown": "number", "value": value, "on": None}

    before, later = table(None, protected(12)), table(protected(7), protected(14))
    assert changes_between(before, later) == [
        "«Pilot», Familier er rettet fra mangler til 7", "«Pilot», Barn er rettet fra 12 til 14",
    ]  # fmt: skip
    wrapped = [{"title": "Jobbklubb", "result": {"cell": protected(value)}} for value in (5, 6)]
    assert changes_between(*wrapped) == ["Resultat for «Jobbklubb» er rettet fra 5 til 6"]


def test_a_text_that_was_held_back_is_told_of_when_it_shows() -> None:
    before = content()
    before["summary"]["text"] = HELD
    assert changes_between(before, content()) == ["Teksten «Sammendrag» var holdt tilbake, og vises nå"]
    before["summary"]["text"] = " "
    assert changes_between(before, content()) == ["Teksten «Sammendrag» er ny"]


def test_rows_belong_together_by_id_and_not_by_their_place() -> None:
    before, later = content(), content()
    for row in (before, later):
        row["goals"][0]["measures"].append({"id": "t9", "title": "Leksehjelp", "result": 3})
    later["goals"][0]["measures"].reverse()
    assert changes_between(before, later) == []


def test_what_is_derived_or_for_machines_is_passed_over() -> None:
    derived = {
        "counted_on": "2026-05-05", "charts": {"a": 1}, "first_page": {"figures": [1]}, "counts": [{"key": "a"}],
        "corrections": {"number": 2}, "correction": {}, "changes": {"new": []},
    }  # fmt: skip
    assert after(lambda c: c.update(derived)) == []
    assert after(lambda c: measure(c).update(overdue=False)) == []


def test_a_result_that_is_held_back_now_does_not_say_how_many_entries_it_had() -> None:
    def count(row: Content) -> None:
        target(row).update(result={"shown": "withheld", "value": None, "on": None}, entries=0)

    before, later = content(), content()
    target(before)["entries"] = 3
    count(later)
    assert changes_between(before, later) == [
        "Resultat for «Jobbklubb», deltakere er rettet fra 12 til vises ikke"
    ]  # fmt: skip


def test_a_name_that_was_wrong_is_not_repeated() -> None:
    before, later = content(), content()
    measure(before)["title"] = before["not_reported"][0]["measure"] = "Støtte til Kari Nordmann"
    measure(before)["evaluation_by"], measure(later)["evaluation_by"] = "Kari Nordmann", "NAV"
    cells(before)[0]["remark"] = "Kari"
    said = changes_between(before, later)
    assert said == [
        "«Fritidskort» er endret", "Hvem som evaluerer for «Mål 3», Jobbklubb er endret", "«Mål 3», Jobbklubb er endret",
        "«Mottakere», 2009 er endret",
    ]  # fmt: skip


def test_nothing_is_repeated_of_what_was_withdrawn() -> None:
    before, later = content(), content()
    target(later).update(result=14)
    measure(later).update(state_label="Stanset")
    later["summary"]["text"] = "Slik gikk det egentlig."
    before["log"].append({"id": "l0", "measure": "Støtte til Kari Nordmann", "on": "2026-01-02"})
    before["other"], later["other"] = {"free": "o", "label": "Kari", "text": HELD}, ""
    assert changes_between(before, later, values=False) == [
        "Teksten «Sammendrag» er endret", "Tilstand for «Mål 3», Jobbklubb er endret",
        "Resultat for «Jobbklubb», deltakere er endret", "Loggen: noe er tatt ut", "En tekst er tatt ut",
    ]  # fmt: skip


@PATIENT
@given(st.text("xyz", min_size=4, max_size=8), st.integers(10**6, 10**7))
def test_no_word_and_no_number_of_a_withdrawn_version_is_in_the_list(word: str, number: int) -> None:
    row = {"id": "a", "title": word, "label": word, "count": number, "result": {"shown": "number", "value": number}}
    before = {"rows": [row, row | {"id": "gone"}], "titled": [{"title": word}], word: number, "case_number": word}
    later = {
        "rows": [{"id": "a", "title": "Ny", "label": "Ny", "count": 1, "result": None}],
        "titled": [{"title": "Ny"}],
    }
    said = changes_between(before, later, values=False)
    assert said and not any(word in one or norwegian(number) in one for one in said)


def test_the_same_measure_under_two_goals_is_told_of_once() -> None:
    before, later = content(), content()
    for row, label in ((before, "Planlagt"), (later, "Stanset")):
        row["goals"][0]["measures"].append({"id": "t5", "title": "Andre", "see_goal": "1", "state_label": label})
    assert changes_between(before, later) == []


def test_it_is_in_bokmal_whoever_sends_it() -> None:
    with translation.override("en"):
        assert after(lambda c: target(c).update(result=14)) == [
            "Resultat for «Jobbklubb», deltakere er rettet fra 12 til 14"
        ]


def test_long_words_are_cut() -> None:
    (said,) = after(lambda c: measure(c).update(state_label="x" * 500))
    assert len(said) < 250
    assert "…" in said


def test_free_texts_get_their_labels_back_from_the_figures() -> None:
    figures = {"rows": [{"text": free("a", "Hva som ble gjort", "logg", "En.", cleared=True)}], "n": 1}
    read = filled_in(figures, {}, {})
    assert labelled(figures, read) == {
        "rows": [{"text": {"free": "a", "label": "Hva som ble gjort", "text": "En."}}], "n": 1,
    }  # fmt: skip
    assert labelled(figures, {"n": 1, "more": [2]}) == {"n": 1, "more": [2]}


def test_rows_are_called_by_what_readers_know() -> None:
    assert label_of({"kind_label": "Mål", "number": "3", "title": "Arbeid"}) == "Mål 3"
    assert label_of({"measure": "Jobbklubb", "on": "2026-01-03"}) == "Jobbklubb 3. januar 2026"
    assert label_of({"count": 3}) == label_of(None) == ""


# --- Whatever the content ------------------------------------------------------------------------------------------

LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-5, 5) | st.text(max_size=4)
NAMES = st.sampled_from(
    ["id", "title", "label", "rows", "cells", "columns", "result", "count", "x", "shown", "value", "on"]
)
CONTENTS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)


@PATIENT
@given(CONTENTS)
def test_nothing_differs_from_itself(one: Any) -> None:
    assert changes_between(one, copy.deepcopy(one)) == []


@PATIENT
@given(CONTENTS, CONTENTS)
def test_any_two_contents_are_told_apart_in_sentences(one: Any, other: Any) -> None:
    said = changes_between(one, other)
    assert len(said) == len(set(said))
    assert all(isinstance(sentence, str) and sentence.strip() for sentence in said)


@PATIENT
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=6), st.integers(0, 5), st.integers(1001, 2000))
def test_a_figure_that_differs_is_told_of_with_both_numbers(results: list[int], at: int, new: int) -> None:
    at %= len(results)
    before = {"measures": [{"id": f"t{n}", "title": f"Tiltak {n}", "result": value} for n, value in enumerate(results)]}
    later = copy.deepcopy(before)
    later["measures"][at]["result"] = new
    (said,) = changes_between(before, later)
    assert said.startswith(f"Resultat for «Tiltak {at}» er rettet fra ")
