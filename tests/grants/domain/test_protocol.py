"""The protocol of the example computed by hand (tests/grants/jury_example.py), as it is frozen and as it is printed."""

import json
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from pypdf import PdfReader

from grants.domain.call import decide_call
from grants.models import Application, Call, CallState, JuryMember
from organisation.pdf import render
from tests.factories import TODAY_AT, ApplicationFactory, CallFactory, JuryMemberFactory, UserFactory
from tests.grants import jury_example as example

pytestmark = pytest.mark.django_db


def decide(call: Call, chosen: list[Application], reason: str = "Juryens beste, og den som når flest barn.") -> Any:
    call = decide_call(
        call=call, chosen=chosen, reason=reason, version=call.version, by=UserFactory(name="Lea Leder"), at=TODAY_AT
    )
    assert call.protocol is not None
    # As it stands in the database and nowhere else.
    return json.loads(json.dumps(call.protocol.content))


@pytest.fixture
def content() -> Any:
    call, rows, _members = example.make_example()
    return decide(example.close(call), [rows["P"], rows["S"]])


def recompute(content: Any) -> list[tuple[int, str]]:
    """Rank and title, computed from the protocol alone by somebody who has nothing but the protocol."""
    excluded = {member["number"] for member in content["jury"]["members"] if member["excluded_as"]}
    conflicts = {tuple(pair) for pair in content["jury"]["conflicts"]}
    totals = {}
    for application in content["applications"]:
        given = defaultdict(list)
        for sheet in application["sheets"]:
            if sheet["member"] in excluded or (sheet["member"], application["number"]) in conflicts:
                continue
            for criterion, points in zip(content["criteria"], sheet["points"], strict=True):
                if points is not None:
                    given[criterion["number"]].append(points)
        weights = {row["number"]: row["weight"] for row in content["criteria"] if given[row["number"]]}
        weighted = sum(Fraction(sum(given[n]), len(given[n])) * weight for n, weight in weights.items())
        totals[application["title"]] = weighted / sum(weights.values())
    ranks = {title: 1 + sum(other > total for other in totals.values()) for title, total in totals.items()}
    return sorted((ranks[title], title) for title in totals)


def test_anyone_can_compute_the_ranking_again_from_the_protocol_alone(content: Any) -> None:
    printed = sorted((row["result"]["rank"], row["title"]) for row in content["applications"])
    assert recompute(content) == printed == sorted((rank, f"Søknad {name}") for name, rank in example.RANKS.items())


def test_the_protocol_has_the_exact_figures_of_the_example(content: Any) -> None:
    by_title = {row["title"][-1]: row["result"] for row in content["applications"]}
    for name, result in by_title.items():
        assert Fraction(result["total"]["exact"]) == example.TOTALS[name]
        assert [Fraction(mean["exact"]) for mean in result["means"]] == example.MEANS[name]
    assert {row["group"]: Fraction(row["exact"]) for row in by_title["P"]["groups"]} == example.GROUPS_ON_P
    assert [by_title["P"]["total"]["decimal"], by_title["T"]["total"]["decimal"]] == ["4,350", "2,200"]
    assert [row["title"][-1] for row in content["applications"]] == ["P", "Q", "S", "T"]


def test_sheets_that_do_not_count_are_shown_as_such(content: Any) -> None:
    not_counted = {
        (row["title"][-1], sheet["member"]) for row in content["applications"] for sheet in row["sheets"]
        if not sheet["counts"]
    }  # fmt: skip
    assert not_counted == {("P", 6), ("Q", 6), ("S", 6), ("T", 6), ("S", 5)}
    assert sum(len(row["sheets"]) for row in content["applications"]) == 24
    first = content["applications"][0]["sheets"]
    assert [sheet["points"] for sheet in first if sheet["member"] == 4] == [[4, 4, None]]


def test_ties_conflicts_exclusions_and_the_decision_are_there(content: Any) -> None:
    numbers = {row["title"][-1]: row["number"] for row in content["applications"]}
    assert content["tied_at_the_cut"] == [numbers["Q"], numbers["S"]]
    assert content["jury"]["conflicts"] == [[5, numbers["S"]]]
    assert [row["excluded_as"] for row in content["jury"]["members"]] == ["", "", "", "", "", "takes_part"]
    assert content["decision"]["chosen"] == [numbers["P"], numbers["S"]]
    assert content["decision"]["reason"] == "Juryens beste, og den som når flest barn."
    assert [row["result"]["needed"] for row in content["applications"]] == [3, 3, 3, 3]


def test_no_member_can_be_found_by_age_or_background(content: Any) -> None:
    assert set(content["jury"]["members"][0]) == {"number", "group", "excluded_as"}
    assert content["jury"]["ages"] == [17, 32]
    assert content["jury"]["backgrounds"] == [f"Bakgrunn {n}" for n in range(1, 7)]  # not in the members' order
    text = json.dumps(content, ensure_ascii=False)
    for member in JuryMember.objects.select_related("user"):
        assert member.user.name not in text
        assert member.user.email not in text
        assert member.public_id not in text
    assert "nabo med lederen" not in text, "the reason for a conflict of interest is the member's own"
    for row in Application.objects.select_related("written_by"):
        assert row.written_by.name not in text


def test_the_protocol_stays_what_it_was() -> None:
    call, rows, members = example.make_example()
    content = decide(example.close(call), [rows["P"]])
    JuryMember.objects.filter(pk=members[1].pk).update(excluded_as="leadership", age=99)
    call.refresh_from_db()
    assert call.protocol is not None
    assert call.protocol.content == content


def pdf_text(content: Any, folder: Path) -> str:
    out = folder / "protokoll.pdf"
    render.render_pdf("grants/pdf/protocol.html", content, out, on_progress=lambda step, percent: None)
    return " ".join(" ".join(page.extract_text() for page in PdfReader(out).pages).split())


def test_the_pdf_has_every_figure_it_takes_to_compute_it_again(content: Any, tmp_path: Path) -> None:
    text = pdf_text(content, tmp_path)
    for row in content["applications"]:
        result = row["result"]
        assert f"Søknad {row['number']}: {row['title']}" in text
        assert (
            f"Samlet poeng: {result['total']['decimal']} (nøyaktig {result['total']['exact']}), plassering {result['rank']}."
            in text
        )
        for sheet in row["sheets"]:
            mark = "" if sheet["counts"] else " (teller ikke)"
            points = " ".join("–" if value is None else str(value) for value in sheet["points"])
            assert f"{sheet['member']}{mark} {points}" in text
        assert " ".join(mean["exact"] for mean in result["means"]) in text
    for phrase in (
        "Gruppe 1: 4,500 (9/2).", "Gruppe 2: 4,125 (33/8).", "Delt plassering; plassene rekker ikke til alle.",
        "6 medlemmer i 2 grupper. Alder: fra 17 til 32 år.", "Bakgrunn: Bakgrunn 1, Bakgrunn 2",
        "Gruppe 1: medlemmene 1, 2, 3", "Gruppe 2: medlemmene 4, 5, 6",
        "Medlem 6 deltok ikke i vurderingen: hører til en søker eller partner.",
        "meldte seg inhabil i søknad",
        "Juryens beste, og den som når flest barn.", "flere enn halvparten", "Alle deltar i følgeforskningen.",
        "500 000 kroner per halvår i 4 halvår", "ingen penger til stillinger eller lønn", "4 av 4", "5 av 5",
        "4. mai 2026 kl. 12.00 av Lea Leder",
    ):  # fmt: skip
        assert phrase in text, phrase


def test_a_call_without_a_jury_has_a_protocol_too(tmp_path: Path) -> None:
    call = CallFactory(state=CallState.CLOSED)
    row = ApplicationFactory(call=call, state="submitted", title="Den ene")
    content = decide(call, [row], reason="Den eneste som søkte.")
    assert (content["jury"], content["decision"]["chosen"]) == (None, [1])
    text = pdf_text(content, tmp_path)
    assert "Den eneste som søkte." in text
    assert "Rangeringen" not in text


def test_text_from_people_is_text_in_the_pdf(tmp_path: Path) -> None:
    call = CallFactory(state=CallState.CLOSED, title="<b>Fet</b> utlysning")
    row = ApplicationFactory(call=call, state="submitted", title="<script>alert(1)</script>")
    text = pdf_text(decide(call, [row], reason="<i>Fordi</i>"), tmp_path)
    assert "<b>Fet</b> utlysning" in text
    assert "<script>alert(1)</script>" in text
    assert "<i>Fordi</i>" in text


@pytest.mark.parametrize(("told", "ages"), [(0, None), (1, None), (4, None), (5, [17, 29]), (6, [17, 32])])
def test_the_range_of_ages_needs_five_who_told_theirs(told: int, ages: list[int] | None) -> None:
    """Of fewer it would tell somebody's age."""
    call, rows, _members = example.make_example()
    JuryMemberFactory(call=call)
    call.jury.filter(number__gt=told).update(age=None)
    assert decide(example.close(call), [rows["P"]])["jury"]["ages"] == ages


def test_one_is_written_as_one(content: Any) -> None:
    def written() -> str:
        return " ".join(render_to_string("grants/pdf/_protocol_ranking.html", {"content": content}).split())

    content["jury"]["quorum"] = 2
    assert "Juryen er vedtaksført når 2 medlemmer har vurdert en søknad." in written()
    content["jury"]["quorum"] = 1
    content["jury"]["groups"][1]["members"] = [4]
    text = written()
    assert "Juryen er vedtaksført når 1 medlem har vurdert en søknad." in text
    assert "Gruppe 1: medlemmene 1, 2, 3<" in text and "Gruppe 2: medlem 4<" in text


@pytest.mark.parametrize(("least", "rule"), [(3, "minst 3 ulike partnere, "), (1, "minst 1 partner, ")])
def test_the_least_number_of_partners_is_a_rule_of_the_call(least: int, rule: str) -> None:
    call = CallFactory(state=CallState.CLOSED, min_partners=least)
    facts = dict(decide(call, [ApplicationFactory(call=call, state="submitted")])["facts"])
    assert facts["Regler"].startswith(rule)
