"""The page of a revision, made bearable for hundreds of measures."""

import json
from typing import Any

import pytest
from django.urls import reverse

from measures.models import Measure, MeasureFate, MeasureState, Plan, PlanState
from organisation.models import Role
from tests.factories import GoalFactory, MeasureFactory, PlanFactory, UnitFactory, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    """Two goals; under the first one measure that goes on and one that was stopped."""
    plan: Plan = PlanFactory(state=PlanState.ADOPTED)
    first, second = (GoalFactory(plan=plan, number=number, position=ord(number)) for number in "AB")
    unit = UnitFactory(municipality=plan.municipality)
    for title, goal, state, reason in (
        ("Leksehjelp", first, MeasureState.IN_PROGRESS, ""),
        ("Ferieleir", first, MeasureState.STOPPED, "Ingen deltakere"),
        ("Sommerjobb", second, MeasureState.COMPLETED, ""),
    ):
        row = MeasureFactory(plan=plan, responsible_unit=unit, title=title, state=state, state_reason=reason)
        row.goals.set([goal])
    return plan


@pytest.fixture
def client(plan: Plan, client_for: Any) -> Any:
    return client_for(make_member(Role.COORDINATOR, UnitFactory(municipality=plan.municipality)))


def address(plan: Plan) -> str:
    return reverse("plan-revise", args=[plan.public_id])


def sent_by(page: Any) -> dict[str, Any]:
    """What a browser sends of the page when nothing is touched."""
    form = page.context["form"]
    hidden = {"valgt": form.carried, "her": str(form.number), "tiltak": form.seen, "vist": form.shows}
    return {name: form[name].value() or "" for name in form.fields} | hidden | {"starts_on": "2030-01-01"}


def test_each_measure_stands_with_what_is_usual_for_its_state(plan: Plan, client: Any) -> None:
    groups = list(client.get(address(plan)).context["form"].groups())
    stands = [(row.measure.title, row.fate.value(), row.reason.value()) for group in groups for row in group.rows]
    assert stands == [
        ("Leksehjelp", "carried_over", ""),
        ("Ferieleir", "ended", "Ingen deltakere"),
        ("Sommerjobb", "ended", "Gjennomført"),
    ]


def test_untouched_it_can_be_sent(plan: Plan, client: Any) -> None:
    answer = client.post(address(plan), sent_by(client.get(address(plan))))
    assert answer.status_code == 302
    assert MeasureFate.objects.filter(measure__plan=plan, kind="ended").count() == 2


def test_all_in_a_goal_are_set_with_one_button_and_nothing_is_saved(plan: Plan, client: Any) -> None:
    sent = sent_by(client.get(address(plan)))
    goal = plan.goals.get(number="A")
    sent |= {f"fate-all-{goal.public_id}": "changed", f"reason-all-{goal.public_id}": "Ny enhet"}
    page = client.post(address(plan), sent | {"for_alle": goal.public_id})
    values = {
        row.measure.title: (row.fate.value(), row.reason.value())
        for g in page.context["form"].groups()
        for row in g.rows
    }
    assert values == {
        "Leksehjelp": ("changed", "Ny enhet"), "Ferieleir": ("changed", "Ny enhet"), "Sommerjobb": ("ended", "Gjennomført"),
    }  # fmt: skip
    assert not Plan.objects.filter(revises=plan).exists()


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [("", 3), ("i-gang", 1), ("over", 2), ("uten-begrunnelse", 0)],
)
def test_the_filter_shows_some_and_keeps_all(plan: Plan, client: Any, wanted: str, shown: int) -> None:
    sent = sent_by(client.get(address(plan))) | {"vis": wanted, "bare_vis": "1"}
    form = client.post(address(plan), sent).context["form"]
    assert sum(group.shown for group in form.groups()) == sum(len(group.rows) for group in form.groups()) == shown
    assert len(form.fates()) == 3
    assert not form.errors


def test_what_the_filter_leaves_out_is_not_set_with_the_others(plan: Plan, client: Any) -> None:
    sent = sent_by(client.get(address(plan)))
    goal = plan.goals.get(number="A")
    sent |= {f"fate-all-{goal.public_id}": "ended", f"reason-all-{goal.public_id}": "Slutt"}
    sent |= {"vist": "i-gang", "vis": "over"}
    form = client.post(address(plan), sent | {"for_alle": goal.public_id}).context["form"]
    reasons = {measure.title: fate.reason for measure, fate in form.fates().items()}
    assert reasons == {"Leksehjelp": "Slutt", "Ferieleir": "Ingen deltakere", "Sommerjobb": "Gjennomført"}


def test_each_reason_that_is_missing_is_asked_for_beside_its_field(plan: Plan, client: Any) -> None:
    sent = sent_by(client.get(address(plan)))
    sent |= {name: "" for name in sent if name.startswith("reason-")}
    answer = client.post(address(plan), sent | {"vist": "i-gang"})
    assert answer.status_code == 422
    assert len([name for name in answer.context["form"].errors if name.startswith("reason-")]) == 2
    assert sum(group.shown for group in answer.context["form"].groups()) == 3  # what was refused is in sight


def test_two_hundred_measures_take_no_more_queries_than_three(
    plan: Plan, client: Any, django_assert_max_num_queries: Any
) -> None:
    MeasureFactory.create_batch(200, plan=plan)
    with django_assert_max_num_queries(12):
        assert client.get(address(plan)).status_code == 200


@pytest.fixture
def long_plan(plan: Plan) -> Plan:
    """2 000 measures: more than one form may have fields for."""
    first = plan.measures.select_related("responsible_unit", "state_by").get(title="Leksehjelp")
    goals = list(plan.goals.filter(number__in="AB").order_by("number"))
    rows = Measure.objects.bulk_create(
        Measure(
            plan=plan, title=f"Tiltak {n}", responsible_unit=first.responsible_unit, position=n, state=first.state,
            state_since=first.state_since, state_by=first.state_by, evaluation_cadence=first.evaluation_cadence,
        )
        for n in range(1, 1_998)
    )  # fmt: skip
    through = Measure.goals.through
    through.objects.bulk_create(through(measure=row, goal=goals[n % 2]) for n, row in enumerate(rows))
    return plan


def test_a_plan_of_two_thousand_measures_is_revised_with_what_was_chosen_on_each_page(
    long_plan: Plan, client: Any, django_assert_max_num_queries: Any
) -> None:
    sent = sent_by(client.get(address(long_plan)))
    assert len(sent) < 300
    form = client.post(address(long_plan), sent | {"side": "20"}).context["form"]
    last = form.page[-1]
    sent = sent_by(client.post(address(long_plan), sent | {"side": "20"}))
    sent |= {f"fate-{last}": "ended", f"reason-{last}": "Målet er nådd"}
    page = client.post(address(long_plan), sent | {"side": "3"})
    assert page.context["form"].number == 3 and last not in page.context["form"].page
    assert "Side 3 av 20" in page.content.decode()
    with django_assert_max_num_queries(100):
        assert client.post(address(long_plan), sent_by(page)).status_code == 302
    assert MeasureFate.objects.filter(measure__plan=long_plan).count() == 2_000
    assert MeasureFate.objects.get(measure__public_id=last).reason == "Målet er nådd"
    new = Plan.objects.get(revises=long_plan)
    assert new.measures.count() == 2_000 - 3
    assert new.measures.filter(goals__plan=new).count() == 2_000 - 3


def test_all_of_a_goal_are_set_whatever_page_they_stand_on(long_plan: Plan, client: Any) -> None:
    sent = sent_by(client.get(address(long_plan)))
    goal = long_plan.goals.get(number="A")
    sent |= {f"fate-all-{goal.public_id}": "changed", f"reason-all-{goal.public_id}": "Ny enhet"}
    page = client.post(address(long_plan), sent | {"for_alle": goal.public_id})
    form = page.context["form"]
    kinds = [fate.kind for fate in form.fates().values()]
    assert kinds.count("changed") == len(form.of_goal[goal.public_id]) == 1_001
    again = client.post(address(long_plan), sent_by(page) | {"side": "2"}).context["form"]
    assert again.fates() == form.fates()


def test_what_is_wrong_on_another_page_is_shown_when_the_plan_is_to_be_made(long_plan: Plan, client: Any) -> None:
    sent = sent_by(client.get(address(long_plan)))
    here = client.post(address(long_plan), sent | {"side": "20"})
    last = here.context["form"].page[-1]
    page = client.post(address(long_plan), sent_by(here) | {f"fate-{last}": "ended", "side": "1"})
    answer = client.post(address(long_plan), sent_by(page))
    form = answer.context["form"]
    assert (answer.status_code, form.number) == (422, 20)
    assert form.errors[f"reason-{last}"]
    assert not Plan.objects.filter(revises=long_plan).exists()


@pytest.mark.parametrize("button", [{}, {"side": "1"}])
@pytest.mark.parametrize(
    "told",
    [
        "tull", "[]", "null", "[" * 50_000, '{"a": 1}', '{"ID": ["ended"]}', '{"ID": [1, 2]}',
        r'{"ID": ["ended", "\ud800"]}', r'{"ID": ["\udfff", "x"]}', r'{"\ud800": ["ended", "\ud800"]}',
    ],
)  # fmt: skip
def test_where_choices_did_not_arrive_whole_it_is_said_and_nothing_is_saved(
    plan: Plan, client: Any, told: str, button: dict[str, str]
) -> None:
    page = client.get(address(plan))
    told = told.replace("ID", page.context["form"].page[0])
    answer = client.post(address(plan), sent_by(page) | {"valgt": told} | button)
    assert answer.status_code == 422
    assert "Valgene på de andre sidene kom ikke helt fram" in answer.content.decode()
    assert not Plan.objects.filter(revises=plan).exists()


def test_a_choice_for_what_is_no_measure_of_the_plan_changes_nothing(plan: Plan, client: Any) -> None:
    sent = sent_by(client.get(address(plan))) | {"valgt": '{"nobody": ["ended", "x"]}'}
    assert client.post(address(plan), sent).status_code == 302
    assert MeasureFate.objects.filter(measure__plan=plan, kind="ended").count() == 2


@pytest.mark.parametrize(("kind", "reason"), [("gone", "x"), ("ended", "x" * 501), ("ended", "x\0"), ("ended", " ")])
def test_what_is_carried_along_is_held_to_what_the_fields_are(
    long_plan: Plan, client: Any, kind: str, reason: str
) -> None:
    sent = sent_by(client.get(address(long_plan)))
    off = long_plan.measures.exclude(public_id__in=client.get(address(long_plan)).context["form"].page)[0].public_id
    answer = client.post(address(long_plan), sent | {"valgt": json.dumps({off: [kind, reason]})})
    assert (answer.status_code, off in answer.context["form"].page) == (422, True)
    assert not Plan.objects.filter(revises=long_plan).exists()


@pytest.fixture
def many_pages(plan: Plan, monkeypatch: Any) -> Plan:
    """Eleven measures, ten of them under the first goal, four to a page."""
    monkeypatch.setattr("measures.revision_forms.ON_A_PAGE", 4)
    unit, goal = UnitFactory(municipality=plan.municipality), plan.goals.get(number="A")
    for n in range(1, 9):
        row = MeasureFactory(plan=plan, responsible_unit=unit, position=n, title=f"Tiltak {n}")
        row.goals.set([goal])
    return plan


def add(plan: Plan) -> None:
    MeasureFactory(plan=plan, position=50, title="Nytt tiltak").goals.set([plan.goals.get(number="A")])


def stop(plan: Plan) -> None:
    plan.measures.filter(title="Tiltak 8").update(state=MeasureState.STOPPED, state_reason="Ingen penger")


def reword(plan: Plan) -> None:
    plan.measures.filter(title="Sommerjobb").update(state=MeasureState.STOPPED, state_reason="Ingen søkere")


def resume(plan: Plan) -> None:
    plan.measures.filter(title="Ferieleir").update(state=MeasureState.IN_PROGRESS, state_reason="")


@pytest.mark.parametrize("button", [{}, {"side": "1"}, {"bare_vis": "1", "vis": "uten-begrunnelse"}])
@pytest.mark.parametrize(
    ("change", "title"),
    [(add, "Nytt tiltak"), (stop, "Tiltak 8"), (reword, "Sommerjobb"), (resume, "Ferieleir")],
)
def test_where_the_measures_have_changed_nothing_is_saved_and_they_are_shown(
    many_pages: Plan, client: Any, change: Any, title: str, button: dict[str, str]
) -> None:
    page = client.get(address(many_pages))
    chosen = page.context["form"].page[0]
    sent = sent_by(page) | {f"fate-{chosen}": "ended", f"reason-{chosen}": "Målet er nådd"}
    change(many_pages)
    answer = client.post(address(many_pages), sent | button)
    form, text = answer.context["form"], answer.content.decode()
    assert answer.status_code == 422
    assert "Tiltakene i planen er endret siden du åpnet siden. Se over valgene, og lagre på nytt." in text
    assert text.count("Lagt til eller endret siden du åpnet siden") == 1
    assert title in [form.measures[public_id].title for public_id in form.page]
    assert form.chosen[chosen].reason == "Målet er nådd"
    assert not Plan.objects.filter(revises=many_pages).exists()
    assert client.post(address(many_pages), sent_by(answer)).status_code == 302
    assert MeasureFate.objects.get(measure__public_id=chosen).reason == "Målet er nådd"


def test_more_new_measures_than_a_page_holds_are_all_shown_before_anything_is_saved(
    many_pages: Plan, client: Any
) -> None:
    page, seen = client.get(address(many_pages)), set()
    for _n in range(6):
        add(many_pages)
    for _turn in range(2):
        page = client.post(address(many_pages), sent_by(page))
        assert page.status_code == 422
        seen |= set(page.context["form"].page)
    assert client.post(address(many_pages), sent_by(page)).status_code == 302
    assert seen >= set(many_pages.measures.filter(title="Nytt tiltak").values_list("public_id", flat=True))


def test_a_page_that_does_not_tell_what_it_was_made_of_saves_nothing(plan: Plan, client: Any) -> None:
    sent = sent_by(client.get(address(plan)))
    del sent["tiltak"]
    assert client.post(address(plan), sent).status_code == 422


def test_what_was_added_meanwhile_is_not_set_with_the_others(many_pages: Plan, client: Any) -> None:
    goal = many_pages.goals.get(number="A")
    sent = sent_by(client.get(address(many_pages))) | {"for_alle": goal.public_id}
    add(many_pages)
    sent |= {f"fate-all-{goal.public_id}": "ended", f"reason-all-{goal.public_id}": "Slutt"}
    form = client.post(address(many_pages), sent).context["form"]
    kinds = {row.title: fate.kind for row, fate in form.fates().items()}
    assert (kinds["Nytt tiltak"], kinds["Tiltak 8"]) == ("carried_over", "ended")


@pytest.fixture
def without_reason(many_pages: Plan, client: Any) -> Any:
    """The first page of the ten under the first goal, all but one of them without the reason they need."""
    goal = many_pages.goals.get(number="A")
    page = client.get(address(many_pages))
    page = client.post(
        address(many_pages), sent_by(page) | {f"fate-all-{goal.public_id}": "ended", "for_alle": goal.public_id}
    )
    return client.post(address(many_pages), sent_by(page) | {"vis": "uten-begrunnelse", "bare_vis": "1"})


@pytest.mark.parametrize("filled", [0, 2, 4])
def test_who_fills_in_reasons_page_by_page_skips_none(
    many_pages: Plan, client: Any, without_reason: Any, filled: int
) -> None:
    """What has got its reason is no longer found, and the next page begins where the one before ended."""
    page, seen = without_reason, []
    lacking = set(page.context["form"].found)
    assert len(lacking) == 9
    for _turn in range(9):
        form = page.context["form"]
        seen += form.page
        if form.number == form.pages:
            break
        reasons = {f"reason-{public_id}": "Slutt" for public_id in form.page[:filled]}
        page = client.post(address(many_pages), sent_by(page) | reasons | {"side": str(form.number + 1)})
    assert set(seen) == lacking


def test_who_goes_back_comes_to_what_stood_before(many_pages: Plan, client: Any, without_reason: Any) -> None:
    first = without_reason.context["form"].page
    page = client.post(address(many_pages), sent_by(without_reason) | {"side": "2"})
    reasons = {f"reason-{public_id}": "Slutt" for public_id in page.context["form"].page}
    back = client.post(address(many_pages), sent_by(page) | reasons | {"side": "1"})
    assert back.context["form"].page == first


def test_a_filter_that_was_not_shown_yet_counts_for_nothing(many_pages: Plan, client: Any) -> None:
    goal = many_pages.goals.get(number="A")
    sent = sent_by(client.get(address(many_pages))) | {"vis": "over", f"fate-all-{goal.public_id}": "changed"}
    form = client.post(address(many_pages), sent | {"for_alle": goal.public_id}).context["form"]
    assert [fate.kind for fate in form.fates().values()].count("changed") == 10
    assert form["vis"].value() == form.shows == ""
