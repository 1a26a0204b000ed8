"""How figures, dates and notes are written."""

import datetime
import re

from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from organisation.charts.palette import STATES
from organisation.charts.words import joined, lower_first
from reporting.domain.suppression import Protected, Shown, as_json
from reporting.templatetags import reporting_figures as figures
from tests.reporting.frozen_content import (
    LABELS,
    make_cell,
    make_content,
    make_entry,
    make_measure,
    mixed_table,
    plain_table,
)


def test_figures_are_written_the_norwegian_way():
    shown = [figures.figure(value) for value in (1838, 0, 60.5, 12.0, -1234567.25, 100, None)]
    assert shown == ["1\u00a0838", "0", "60,5", "12", "−1\u00a0234\u00a0567,25", "100", "mangler"]


def test_dates_are_written_out():
    with translation.override("nb"):
        assert figures.long_date("2026-05-15") == "15. mai 2026"
        assert figures.long_date("2026-05-15T10:00:00+02:00") == "15. mai 2026"
    assert figures.long_date(None) == ""
    assert figures.long_date("våren 2011") == "våren 2011"


def test_words_are_joined_as_in_a_sentence():
    with translation.override("nb"):
        assert joined([]) == ""
        assert joined(["2009"]) == "2009"
        assert joined(["2009", "2010", "2011"]) == "2009, 2010 og 2011"
        counts = [{"state": "in_operation", "label": "I ordinær drift", "count": 4}]
        assert figures.state_sentence(counts) == "4\u00a0i ordinær drift"
    assert lower_first("NAV-partnerskapet") == "NAV-partnerskapet"


def test_the_municipality_is_named_once():
    with translation.override("nb"):
        assert figures.municipality_name({"name": "Prøvevik"}) == "Prøvevik kommune"
        assert figures.municipality_name({"name": "Prøvevik kommune"}) == "Prøvevik kommune"


def test_a_goal_is_found_by_its_number_on_both_levels():
    goals = make_content()["goals"]
    assert figures.goal_label(goals, "2") == "mål\u00a02"
    assert figures.goal_label(goals, "2 b") == "strategi\u00a02 b"
    assert figures.goal_label(goals, "77") == "77"


def test_the_status_bar_has_a_part_for_each_state():
    with translation.override("nb"):
        chart = figures.status_chart(
            [
                {"state": "planned", "label": "Planlagt", "count": 1},
                {"state": "completed", "label": "Gjennomført", "count": 0},
                {"state": "stopped", "label": "Stoppet", "count": 2},
            ]
        )
    (bar,) = chart["rows"]
    assert [(part["key"], part["text"]) for part in bar["parts"]] == [("planned", "1"), ("stopped", "2")]
    assert (bar["title"], bar["told"]) == ("Tiltakene etter tilstand", "1\u00a0planlagt og 2\u00a0stoppet.")


def test_a_state_has_the_colour_it_has_in_the_app():
    for state, label in LABELS.items():
        tag = render_to_string("partials/state_tag.html", {"state": state, "label": label})
        assert f'data-color="{figures.state_color(state)}"' in tag
        assert STATES[state][0].startswith(figures.state_color(state))


def test_the_log_is_pointed_to_where_it_says_more_than_the_text():
    measure = make_measure(1, text="Kurset er holdt.\n")
    same = make_entry(1, measure, "1", text="Kurset er holdt.")
    assert figures.more_in_log([same], measure) == 0
    assert figures.more_in_log([same | {"text": "Noe annet."}], measure) == 1
    assert figures.more_in_log([same | {"figures": [{"name": "kurs", "value": 1, "unit": ""}]}], measure) == 1
    assert figures.more_in_log([same, same | {"id": 2}, same | {"measure_id": 2}], measure) == 2


def test_notes_are_letters_however_many():
    assert [figures.letter(at) for at in (0, 25, 26, 27, 701, 702)] == ["a", "z", "aa", "ab", "zz", "aaa"]


def test_a_sentence_ends_with_one_full_stop():
    assert [figures.full_stop(text) for text in ("Antall", "Antall.", "høsten 2011. ")] == [
        "Antall.",
        "Antall.",
        "høsten 2011.",
    ]


def test_bases_stand_in_the_heads_when_they_differ_by_column():
    table = figures.annotated(mixed_table())
    assert [head["basis"][-3:] for head in table["heads"]] == ["1-8", "1-8", "1-4"]
    assert table["basis"] == ""
    assert table["notes"] == [("a", "utrullingsfase"), ("b", "kan ikke summeres, et tall mangler")]
    assert table["rows"][1]["cells"][0]["notes"] == ["a"]


def test_a_basis_shared_by_all_is_said_once():
    table = figures.annotated(plain_table())
    assert (table["basis"], table["notes"], table["has_units"]) == ("Telling 30. juni", [], True)


def test_bases_that_differ_within_a_column_become_notes():
    table = mixed_table()
    table["rows"][0]["cells"][1] = make_cell(1458, "Telling i mars")
    table = figures.annotated(table)
    assert table["heads"][1]["basis"] == ""
    assert table["rows"][0]["cells"][1]["notes"] != table["rows"][1]["cells"][1]["notes"]
    assert {"Telling i mars", "Gjennomsnitt måned 1-8"} <= {note for _, note in table["notes"]}


def test_what_is_withheld_is_written_as_that():
    day = datetime.date(2026, 3, 1)
    rows = (
        Protected("k", Shown.NUMBER, 1200),
        Protected("k", Shown.UNDER),
        Protected("k", Shown.WITHHELD),
        Protected("k", Shown.TOO_FEW),
        Protected("k", Shown.NUMBER, 12, day),
        Protected("k", Shown.WITHHELD, 12, day),
    )
    tag = Template("{% load reporting_figures %}{% protected_number row until %}")
    with translation.override("nb"):
        written = [tag.render(Context({"row": as_json(row), "until": None})) for row in rows]
        of_its_own_day = tag.render(Context({"row": as_json(rows[4]), "until": day}))
    bare = [" ".join(re.sub("<[^>]+>", "", text).split()).replace("\u00a0", " ") for text in written]
    assert bare == ["1 200", "&lt;5", "vises ikke", "vises ikke", "12 per 1. mars 2026", "12 per 1. mars 2026"]
    assert of_its_own_day.strip() == "12"


def test_the_rule_is_explained_in_one_paragraph():
    with translation.override("nb"):
        text = render_to_string("reporting/report/_disclosure_rule.html")
    assert text.count("<p") == 1
    assert "&lt;5" in text and "«vises ikke»" in text and "eldre dato" in text
