"""Bad input: a Norwegian message beside its field, status 422, everything typed kept, nothing written."""

import datetime
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from measures.models import LogEntry, Measure, Plan, StateChange
from organisation.models import Role
from organisation.periods import HalfYear
from reporting.models import Contribution
from tests.factories import GoalFactory
from tests.pages.world import PDF, World, make_world

pytestmark = pytest.mark.django_db

TYPED = "Dette skrev jeg, og det skal stå her fortsatt."


@pytest.fixture
def world() -> World:
    return make_world(timezone.localdate())


@pytest.fixture
def coordinator(world: World, client_for: Any) -> Client:
    return client_for(world.users[Role.COORDINATOR])


def refused(answer: Any, field: str, message: str) -> None:
    """The message stands at the field, is tied to it, and what was typed is in the page."""
    page = answer.content.decode()
    assert answer.status_code == 422, page[:500]
    assert message in " ".join(str(error) for error in answer.context["form"].errors[field]), answer.context[
        "form"
    ].errors
    error_id = f"{answer.context['form'][field].auto_id}_error"
    assert f'id="{error_id}"' in page
    assert re.search(rf'aria-describedby="[^"]*{error_id}', page), "the message isn't tied to its field"
    assert TYPED in page


def measure_input(world: World, **changes: Any) -> dict[str, Any]:
    measure = world.measure
    fields: dict[str, Any] = {
        "title": TYPED,
        "note": measure.note,
        "case_references": "\n".join(measure.case_references),
        "evaluation_cadence": measure.evaluation_cadence,
        "goals": [goal.pk for goal in measure.goals.all()],
        "responsible_unit": world.unit.pk,
        "version": measure.version,
    }
    return fields | changes


def log_input(world: World, **changes: Any) -> dict[str, Any]:
    prefix = world.measure.public_id
    fields = {"text": TYPED, "happened_on": timezone.localdate().isoformat(), "kind": "activity"}
    return {f"{prefix}-{name}": value for name, value in (fields | changes).items()}


def log(client: Client, world: World, **changes: Any) -> Any:
    return client.post(reverse("log-new", args=[world.measure.public_id]), log_input(world, **changes))


def test_a_measure_that_ends_before_it_starts(world: World, coordinator: Client) -> None:
    url = reverse("measure-edit", args=[world.measure.public_id])
    answer = coordinator.post(url, measure_input(world, starts_on="2026-05-01", ends_on="2026-04-30"))
    refused(answer, "ends_on", "Tiltaket slutter før det starter.")
    assert 'value="2026-05-01"' in answer.content.decode()
    assert not Measure.objects.filter(title=TYPED).exists()


def test_a_plan_that_ends_before_it_begins(world: World, coordinator: Client) -> None:
    fields = {"title": TYPED, "kind": "action_plan", "starts_on": "2026-05-01", "ends_on": "2026-04-30"}
    refused(coordinator.post(reverse("plan-new"), fields), "ends_on", "Planen slutter før den begynner.")
    assert not Plan.objects.filter(title=TYPED).exists()


def test_a_goal_of_another_plan(world: World, coordinator: Client) -> None:
    other = GoalFactory(plan__municipality=world.municipality)
    url = reverse("measure-edit", args=[world.measure.public_id])
    refused(coordinator.post(url, measure_input(world, goals=[other.pk])), "goals", "Velg et gyldig valg")
    assert other not in world.measure.goals.all()


def test_a_unit_of_another_municipality(world: World, coordinator: Client) -> None:
    foreign = make_world(timezone.localdate()).unit
    url = reverse("measure-edit", args=[world.measure.public_id])
    answer = coordinator.post(url, measure_input(world, responsible_unit=foreign.pk))
    refused(answer, "responsible_unit", "Velg et gyldig valg")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("vedlegg.exe", b"MZ\x90\x00", "ikke av en type"),
        ("vedlegg.pdf", b"MZ\x90\x00 and more", "ikke av en type"),
        ("vedlegg.docx", b"PK\x03\x04 not an office file", "ikke av en type"),
        ("vedlegg.pdf", b"", "tom"),
        ("vedlegg.pdf", PDF + b"\0" * (10 * 1024**2), "høyst 10 MB"),
    ],
)
def test_a_file_that_can_not_be_attached(
    name: str, content: bytes, message: str, world: World, client_for: Any
) -> None:
    answer = log(client_for(world.users[Role.CASEWORKER]), world, file=SimpleUploadedFile(name, content))
    refused(answer, "file", message)
    assert not LogEntry.objects.filter(text=TYPED).exists()


def test_text_with_nul_bytes(world: World, client_for: Any) -> None:
    answer = log(client_for(world.users[Role.CASEWORKER]), world, text=f"{TYPED}\x00slutt")
    refused(answer, "text", "Null-tegn er ikke tillatt.")


@pytest.mark.parametrize("query", ["sok=\x00", "mal=\x00", "enhet=%00", "sorter=\x00", "side=\x00", "tilstand=%00"])
def test_nul_bytes_in_a_filter(query: str, world: World, coordinator: Client) -> None:
    assert coordinator.get(reverse("measure-list", args=[world.plan.public_id]) + "?" + query).status_code == 200
    assert coordinator.get(reverse("api-measure-list") + "?" + query).status_code in (200, 400, 404)


def test_a_state_change_that_the_table_does_not_allow(world: World, coordinator: Client) -> None:
    url = reverse("measure-state", args=[world.measure.public_id])
    fields = {
        "to": "planned",
        "on": timezone.localdate().isoformat(),
        "reason": TYPED,
        "version": world.measure.version,
    }
    refused(coordinator.post(url, fields), "to", "Et tiltak som er «Under arbeid», kan ikke bli «Planlagt».")
    assert not StateChange.objects.filter(reason=TYPED).exists()


def test_a_state_that_does_not_exist(world: World, coordinator: Client) -> None:
    url = reverse("measure-state", args=[world.measure.public_id])
    fields = {
        "to": "vanished",
        "on": timezone.localdate().isoformat(),
        "reason": TYPED,
        "version": world.measure.version,
    }
    refused(coordinator.post(url, fields), "to", "kan ikke bli")


def test_a_log_entry_dated_in_a_closed_period(world: World, client_for: Any) -> None:
    closed = HalfYear.of(timezone.localdate()).previous().previous().last_day
    answer = log(client_for(world.users[Role.CASEWORKER]), world, happened_on=closed.isoformat())
    refused(answer, "happened_on", "er rapportert og lukket")
    assert not LogEntry.objects.filter(text=TYPED).exists()


def test_a_log_entry_dated_in_the_future(world: World, client_for: Any) -> None:
    day = timezone.localdate() + datetime.timedelta(days=1)
    refused(
        log(client_for(world.users[Role.CASEWORKER]), world, happened_on=day.isoformat()), "happened_on", "fram i tid"
    )


@pytest.mark.parametrize("value", ["mange", "-1", "1e400", "NaN", "9" * 30])
def test_a_number_that_is_none(value: str, world: World, client_for: Any) -> None:
    target = world.measure.targets.get()
    answer = log(client_for(world.users[Role.CASEWORKER]), world, **{f"target-{target.public_id}": value})
    assert answer.status_code == 422
    assert TYPED in answer.content.decode()
    assert not LogEntry.objects.filter(text=TYPED).exists()


def test_norwegian_numbers_and_dates_are_read(world: World, client_for: Any) -> None:
    target = world.measure.targets.get()
    today = timezone.localdate()
    fields = {"happened_on": f"{today:%d.%m.%Y}", f"target-{target.public_id}": "2,5"}
    assert log(client_for(world.users[Role.CASEWORKER]), world, **fields).status_code == 302
    entry = LogEntry.objects.get(text=TYPED)
    assert entry.happened_on == today
    assert str(entry.figures.get().value) == "2.50"


def test_a_huge_text(world: World, client_for: Any) -> None:
    answer = log(client_for(world.users[Role.CASEWORKER]), world, text=TYPED + "a" * 20_001)
    refused(answer, "text", "20000")


def test_an_empty_form(world: World, client_for: Any) -> None:
    answer = client_for(world.users[Role.CASEWORKER]).post(reverse("log-new", args=[world.measure.public_id]), {})
    assert answer.status_code == 422
    assert {"text", "happened_on", "kind"} <= set(answer.context["form"].errors)


def test_an_entry_sent_in_place_is_refused_in_place(world: World, client_for: Any) -> None:
    url = reverse("log-new", args=[world.measure.public_id])
    client = client_for(world.users[Role.CASEWORKER])
    answer = client.post(url, log_input(world, happened_on="i går"), headers={"HX-Request": "true"})
    refused(answer, "happened_on", "Oppgi en gyldig dato.")
    assert "<html" not in answer.content.decode()


def test_somebody_else_saved_first(world: World, coordinator: Client) -> None:
    """What stands now is laid beside what was typed; sending again is a choice, not an accident."""
    url = reverse("measure-edit", args=[world.measure.public_id])
    assert coordinator.post(url, measure_input(world, title="Den andres tittel")).status_code == 302
    answer = coordinator.post(url, measure_input(world))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert TYPED in page
    assert "Den andres tittel" in page
    assert "Noen andre lagret en endring mens du skrev" in page
    assert [str(row.label) for row in answer.context["form"].merge.rows] == ["Tittel"]
    again = measure_input(world, version=answer.context["form"].data["version"])
    assert coordinator.post(url, again).status_code == 302
    assert Measure.objects.get(pk=world.measure.pk).title == TYPED


def test_a_form_without_its_version_is_not_saved(world: World, coordinator: Client) -> None:
    url = reverse("measure-edit", args=[world.measure.public_id])
    answer = coordinator.post(url, measure_input(world, version=""))
    assert answer.status_code == 422
    assert not Measure.objects.filter(title=TYPED).exists()


def test_two_confirm_the_same_contribution(world: World, client_for: Any) -> None:
    url = reverse("contribution", args=[world.round.public_id, world.measure.public_id])
    client = client_for(world.users[Role.UNIT_LEADER])
    assert client.post(url, {"text": "Den første", "version": 0, "action": "confirm"}).status_code == 302
    answer = client.post(url, {"text": TYPED, "version": 0, "action": "confirm"})
    assert answer.status_code == 422
    assert TYPED in answer.content.decode()
    assert "Den første" in answer.content.decode()
    assert Contribution.objects.get(round=world.round, measure=world.measure).text == "Den første"


def test_a_round_that_is_sent_twice(world: World, coordinator: Client) -> None:
    url = reverse("round-new", args=[world.plan.public_id])
    code = HalfYear.of(timezone.localdate()).code
    fields = {"period": code, "deadline": timezone.localdate().isoformat(), "proposed_decision": TYPED}
    assert coordinator.post(url, fields).status_code == 302
    refused(coordinator.post(url, fields), "period", "Velg et gyldig valg")


def test_a_file_comes_back_as_it_was_to_those_who_may_see_it(world: World, client_for: Any) -> None:
    client = client_for(world.users[Role.CASEWORKER])
    assert log(client, world, file=SimpleUploadedFile("notat æøå.pdf", PDF)).status_code == 302
    entry = LogEntry.objects.get(text=TYPED)
    answer = client.get(reverse("log-attachment", args=[entry.public_id]))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("target", ["abc", "//evil.example/", "https://evil.example/", ""])
def test_taking_back_goes_on_to_our_own_pages_whatever_was_sent(target: str, world: World, client_for: Any) -> None:
    client = client_for(world.users[Role.CASEWORKER])
    assert log(client, world).status_code == 302
    entry = LogEntry.objects.get(text=TYPED)
    url = reverse("log-withdraw", args=[entry.public_id])
    answer = client.post(url, {"next": target, "reason": "feil\x00 tiltak"})
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert LogEntry.objects.get(corrects=entry).reason == "feil tiltak"


@pytest.mark.parametrize("target", ["abc", "//evil.example/", "javascript:alert(1)"])
def test_choosing_a_language_goes_on_to_our_own_pages_whatever_was_sent(target: str, client: Client) -> None:
    answer = client.post(reverse("set-language"), {"language": "en", "next": target})
    assert answer.status_code == 302
    assert "evil" not in answer["Location"] and "javascript" not in answer["Location"]
