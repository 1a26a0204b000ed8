"""National identity numbers are refused wherever somebody can type one: forms, API, files, searches and the log-in."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from measures.models import LogEntry
from organisation.models import Role
from tests.identity_numbers import grouped, made_up
from tests.measures.uploads import PDF, upload
from tests.pages.world import World, make_world

pytestmark = pytest.mark.django_db
NUMBER = made_up(3)
TYPED = f"Traff moren ({grouped(NUMBER, '2 2 2 5', '.')}) i dag."


@pytest.fixture
def world() -> World:
    return make_world(timezone.localdate())


@pytest.fixture
def client(world: World, client_for: Any) -> Client:
    return client_for(world.users[Role.COORDINATOR])


def entry(**changes: Any) -> dict[str, Any]:
    return {"text": "Møte.", "happened_on": timezone.localdate().isoformat(), "kind": "activity"} | changes


def post_log(client: Client, world: World, **changes: Any) -> Any:
    sent = {f"{world.measure.public_id}-{name}": value for name, value in entry(**changes).items()}
    return client.post(reverse("log-new", args=[world.measure.public_id]), sent)


def test_a_log_entry_with_one_is_not_saved_and_stays_on_the_page(client: Client, world: World) -> None:
    before = LogEntry.objects.count()
    answer = post_log(client, world, text=TYPED)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "ser ut til å inneholde et fødselsnummer" in page
    assert TYPED in page
    assert LogEntry.objects.count() == before
    assert post_log(client, world).status_code == 302


def test_a_file_named_by_one_is_refused_at_its_field(client: Client, world: World, media_root: Any) -> None:
    answer = post_log(client, world, file=upload(f"{NUMBER}.pdf", PDF))
    assert answer.status_code == 422
    assert "Filnavnet" in str(answer.context["form"].errors["file"])


def test_the_api_takes_none(client: Client, world: World) -> None:
    url = reverse("api-log", args=[world.measure.public_id])
    before = LogEntry.objects.count()
    answer = client.post(url, entry(text=TYPED), "application/json")
    assert (answer.status_code, list(answer.json())) == (400, ["text"])
    assert "fødselsnummer" in answer.json()["text"][0]
    assert LogEntry.objects.count() == before
    assert client.post(url, entry(), "application/json").status_code == 201


def test_a_reason_to_take_an_entry_back_holds_none(client: Client, world: World) -> None:
    row = LogEntry.objects.filter(measure=world.measure).first()
    assert row is not None
    answer = client.post(reverse("log-withdraw", args=[row.public_id]), {"reason": TYPED}, follow=True)
    assert "ser ut til å inneholde et fødselsnummer" in answer.content.decode()
    assert not LogEntry.objects.filter(withdrawn=True).exists()


def test_a_line_of_a_table_in_a_form_names_the_line(client: Client, world: World) -> None:
    url = reverse("call-new")
    answer = client.post(url, {"criteria-rows": "2", "criteria-0-text": "Mot", "criteria-1-text": TYPED})
    assert answer.status_code == 422
    (error,) = [text for text in answer.context["form"].errors["criteria"] if "fødselsnummer" in text]
    assert error.startswith("Linje 2, ")


@pytest.mark.parametrize("sok", [NUMBER, grouped(NUMBER, "6 5"), f"om {NUMBER}"])
@pytest.mark.parametrize("name", ["measure-list", "sub-project-list"])
def test_a_search_for_one_goes_back_to_the_address_without_it(
    name: str, sok: str, client: Client, world: World
) -> None:
    url = reverse(name, kwargs=world.ids.get(name, {}))
    answer = client.get(url, {"sok": sok, "tilstand": "x æ", "side": "1"})
    assert answer.status_code == 302
    assert answer["Location"] == f"{url}?tilstand=x+%C3%A6&side=1"
    assert [message.level_tag for message in get_messages(answer.wsgi_request)] == ["danger"]
    page = client.get(url).content.decode()
    assert "Slike finnes ikke her" in page
    assert NUMBER not in page
    assert client.get(url, {"sok": "50 000-100 000"}).status_code == 200


def test_a_search_while_typing_loads_the_page_anew(client: Client, world: World) -> None:
    url = reverse("measure-list", args=[world.plan.public_id])
    answer = client.get(url, {"sok": NUMBER}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"], answer.content) == (200, url, b"")


def test_the_api_searches_for_none(client: Client) -> None:
    answer = client.get(reverse("api-measure-list"), {"sok": NUMBER})
    assert answer.status_code == 400
    assert NUMBER not in answer.content.decode()


def test_nobody_is_sent_to_another_place(client: Client) -> None:
    answer = client.get("/%2Fondt.example/planer/", {"sok": NUMBER})
    assert answer["Location"] == "/%2Fondt.example/planer/"


def test_whoever_is_not_logged_in_is_asked_to_without_the_number(world: World) -> None:
    answer = Client().get(reverse("sub-project-list"), {"sok": NUMBER}, follow=True)
    assert NUMBER not in str(answer.redirect_chain)
    assert NUMBER not in answer.content.decode()


def test_a_log_in_with_one_is_counted_without_keeping_it() -> None:
    from axes.models import AccessAttempt

    client = Client()
    answers = [
        client.post(reverse("login"), {"username": NUMBER, "password": "gjetting"}).status_code for _ in range(8)
    ]
    assert answers == [200] * 7 + [429]
    rows: list[Any] = list(AccessAttempt.objects.values())
    assert rows
    assert NUMBER not in str(rows)
