"""How figures, dates and notes are written."""

from django.utils import translation

from reporting.templatetags import reporting_figures as figures
from tests.reporting.frozen_content import make_cell, make_content, mixed_table, plain_table


def test_figures_are_written_the_norwegian_way():
    shown = [figures.figure(value) for value in (1838, 0, 60.5, 12.0, -1234567.25, 100, None)]
    assert shown == ["1\u00a0838", "0", "60,5", "12", "−1\u00a0234\u00a0567,25", "100", "–"]


def test_dates_are_written_out():
    with translation.override("nb"):
        assert figures.long_date("2026-05-15") == "15. mai 2026"
        assert figures.long_date("2026-05-15T10:00:00+02:00") == "15. mai 2026"
    assert figures.long_date(None) == ""
    assert figures.long_date("våren 2011") == "våren 2011"


def test_words_are_joined_as_in_a_sentence():
    with translation.override("nb"):
        assert figures.join_words([]) == ""
        assert figures.join_words(["2009"]) == "2009"
        assert figures.join_words(["2009", "2010", "2011"]) == "2009, 2010 og 2011"
        counts = [{"state": "in_operation", "label": "I ordinær drift", "count": 4}]
        assert figures.state_sentence(counts) == "4\u00a0i ordinær drift"
    assert figures.lower_first("NAV-partnerskapet") == "NAV-partnerskapet"


def test_the_municipality_is_named_once():
    with translation.override("nb"):
        assert figures.municipality_name({"name": "Prøvevik"}) == "Prøvevik kommune"
        assert figures.municipality_name({"name": "Prøvevik kommune"}) == "Prøvevik kommune"


def test_a_goal_is_found_by_its_number_on_both_levels():
    goals = make_content()["goals"]
    assert figures.goal_label(goals, "2") == "mål\u00a02"
    assert figures.goal_label(goals, "2 b") == "strategi\u00a02 b"
    assert figures.goal_label(goals, "77") == "77"


def test_the_bar_uses_points_and_fills_its_width_in_every_language():
    with translation.override("nb"):
        bar = figures.status_bar(
            [
                {"state": "planned", "label": "Planlagt", "count": 1},
                {"state": "stopped", "label": "Stoppet", "count": 2},
            ]
        )
    assert [(part["x"], part["width"]) for part in bar["segments"]] == [("0.00", "199.33"), ("201.33", "398.67")]


def test_bases_stand_in_the_heads_when_they_differ_by_column():
    table = figures.annotated(mixed_table())
    assert [head["basis"][-3:] for head in table["heads"]] == ["1-8", "1-8", "1-4"]
    assert table["basis"] == ""
    assert table["notes"] == [(1, "utrullingsfase"), (2, "kan ikke summeres, et tall mangler")]
    assert table["rows"][1]["cells"][0]["notes"] == [1]


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
