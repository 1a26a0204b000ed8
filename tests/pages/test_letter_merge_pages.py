"""Two people edit one draft of an award letter: goals move to other lines when one is taken out, and none is lost unseen."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from grants.domain.letter_content import Goal, goals_of
from grants.models import AwardLetter
from organisation.merging import Changed
from organisation.models import Role
from tests.factories import SubProjectFactory, UnitFactory, make_draft, make_member

pytestmark = pytest.mark.django_db
DUE = datetime.date(2026, 6, 30)


def goal(text: str, target: int) -> Goal:
    return Goal("result", "residents", text, f"familier {text}", Decimal(target), DUE)


@pytest.fixture
def letter() -> AwardLetter:
    goals = [Goal("effect", "residents", "Tryggere"), goal("A", 20), goal("B", 30), goal("C", 40)]
    row: AwardLetter = make_draft(SubProjectFactory(partners=2), goals=goals)
    return row


@pytest.fixture
def client(letter: AwardLetter, client_for: Any) -> Client:
    unit = UnitFactory(municipality=letter.sub_project.municipality)
    made: Client = client_for(make_member(Role.COORDINATOR, unit))
    return made


def edit(letter: AwardLetter) -> str:
    return reverse("award-letter-edit", args=[letter.public_id])


def opened(client: Client, letter: AwardLetter) -> QueryDict:
    """What a browser that opens the page now sends back."""
    return shown(client.get(edit(letter)).context["form"])


def shown(form: Any) -> QueryDict:
    data = QueryDict(mutable=True)
    for name in form.fields:
        value = form.fields[name].widget.format_value(form[name].value()) if "remove" not in name else None
        value = value[0] if isinstance(value, list) else value
        if value is not None:
            data[name] = str(value)
    data["base"] = form.standing_to_send()
    return data


def send(client: Client, letter: AwardLetter, data: QueryDict, **typed: str) -> Any:
    data = data.copy()
    data.update({name.replace("__", "-"): value for name, value in typed.items()})
    return client.post(edit(letter), dict(data.lists()))


def results(letter: AwardLetter) -> dict[str, int]:
    return {row.text: int(row.target_value or 0) for row in goals_of(letter) if row.kind == "result"}


def changes(answer: Any) -> dict[str, Changed]:
    assert answer.status_code == 422
    return {row.name: row.changed for row in answer.context["form"].merge.rows}


def test_both_take_out_one_goal_and_no_other_goes(client: Client, letter: AwardLetter) -> None:
    mine = opened(client, letter)
    assert send(client, letter, opened(client, letter), result__0__remove="on").status_code == 302
    answer = send(client, letter, mine, result__0__remove="on")
    assert changes(answer) == {}
    again = answer.context["form"].data
    assert send(client, letter, again).status_code == 302
    assert results(letter) == {"B": 30, "C": 40}


def test_a_goal_the_other_took_out_stays_out_and_my_other_change_stands(client: Client, letter: AwardLetter) -> None:
    mine = opened(client, letter)
    assert send(client, letter, opened(client, letter), result__0__remove="on").status_code == 302
    answer = send(client, letter, mine, target_group="Ungdom")
    assert changes(answer) == {"target_group": Changed.MINE, "result-rows": Changed.THEIRS}
    page = shown(answer.context["form"])
    assert send(client, letter, page).status_code == 302
    assert results(letter) == {"B": 30, "C": 40}
    letter.refresh_from_db()
    assert letter.target_group == "Ungdom"


@pytest.mark.parametrize(
    ("choice", "stands"), [("theirs", {"B": 30, "C": 40, "D": 50}), ("mine", {"A": 20, "B": 30, "C": 77})]
)
def test_goals_that_both_changed_are_chosen_between_with_both_in_sight(
    client: Client, letter: AwardLetter, choice: str, stands: dict[str, int]
) -> None:
    """He takes out one and adds another; she changes a third. Neither is told that only she has changed it."""
    mine, theirs = opened(client, letter), opened(client, letter)
    added = {"text": "D", "about": "residents", "indicator": "familier", "target_value": "50", "due_on": "2026-06-30"}
    lines = {f"result__3__{part}": value for part, value in added.items()}
    assert send(client, letter, theirs, result__0__remove="on", **lines).status_code == 302
    answer = send(client, letter, mine, result__2__target_value="77")
    assert changes(answer) == {"result-rows": Changed.BOTH}
    (row,) = answer.context["form"].merge.rows
    assert [line[3] for line in row.theirs.splitlines()] == ["B", "C", "D"]
    assert "77" in row.mine and "77" not in row.theirs
    page = shown(answer.context["form"])
    refused = send(client, letter, page)
    assert refused.status_code == 422, "nothing was chosen"
    assert results(letter) == {"B": 30, "C": 40, "D": 50}
    page = shown(refused.context["form"])
    assert send(client, letter, page, **{"choice-result-rows": choice}).status_code == 302
    assert results(letter) == stands


def test_more_goals_than_there_were_lines_are_taken_over_and_can_be_written_beside(
    client: Client, letter: AwardLetter
) -> None:
    mine, theirs = opened(client, letter), opened(client, letter)
    theirs["effect-rows"] = "9"
    lines = {
        f"effect__{n}__{part}": text for n in range(1, 9) for part, text in (("text", f"E{n}"), ("about", "residents"))
    }
    assert send(client, letter, theirs, **lines).status_code == 302
    answer = send(client, letter, mine, case_number="26/1")
    assert changes(answer) == {"case_number": Changed.MINE, "effect-rows": Changed.THEIRS}
    page = shown(answer.context["form"])
    assert send(client, letter, page, effect__9__text="Enda ett", effect__9__about="residents").status_code == 302
    texts = [row.text for row in goals_of(letter) if row.kind == "effect"]
    assert texts == ["Tryggere", *(f"E{n}" for n in range(1, 9)), "Enda ett"]
