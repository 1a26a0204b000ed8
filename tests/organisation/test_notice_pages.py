"""The user's own notices: the list, the bell, and that marking them is nobody else's business."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from organisation.models import Notice, Role, User
from tests.factories import NoticeFactory, make_member
from tests.turning import turn

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return make_member(Role.CASEWORKER)


@pytest.fixture
def client(ada: User, client_for: Any) -> Client:
    made: Client = client_for(ada)
    return made


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def is_read(notice: Notice) -> bool:
    notice.refresh_from_db()
    return notice.read_at is not None


def test_the_list_has_ones_own_notices_newest_first(client: Client, ada: User) -> None:
    old, new = NoticeFactory(user=ada), NoticeFactory(user=ada)
    NoticeFactory(text="Til en annen.")
    answer = client.get(reverse("notice-list"))
    assert list(answer.context["page_obj"]) == [new, old]
    assert "Til en annen." not in text_of(answer)


def test_unread_ones_are_marked_with_words_and_reading_the_list_changes_nothing(client: Client, ada: User) -> None:
    notice = NoticeFactory(user=ada)
    for _ in range(2):
        page = text_of(client.get(reverse("notice-list")))
        assert "Ulest</span>" in page
        assert "1 ulest" in page
    assert not is_read(notice)


def test_an_empty_list_says_what_comes_there(client: Client) -> None:
    page = text_of(client.get(reverse("notice-list")))
    assert "Du har ingen varsler." in page
    assert "Merk alle" not in page


def test_a_notice_leads_on_and_is_read(client: Client, ada: User) -> None:
    notice = NoticeFactory(user=ada, url_path="/planer/?side=2")
    answer = client.post(reverse("notice-read", args=[notice.public_id]), {"open": "1"})
    assert (answer.status_code, answer["Location"]) == (302, "/planer/?side=2")
    assert is_read(notice)
    page = text_of(client.get(reverse("notice-list")))
    assert 'href="/planer/?side=2"' in page
    assert "Ulest" not in page


@pytest.mark.parametrize(
    ("mark", "where"), [("abc:d", "?etter=abc%3Ad"), ("", ""), ("2&next=x", "?etter=2%26next%3Dx")], ids=repr
)
def test_a_notice_is_marked_as_read_and_the_list_stays(mark: str, where: str, client: Client, ada: User) -> None:
    notice = NoticeFactory(user=ada)
    answer = client.post(reverse("notice-read", args=[notice.public_id]), {"etter": mark})
    assert answer["Location"] == reverse("notice-list") + where
    assert is_read(notice)


def test_all_are_marked_but_what_came_in_meanwhile(client: Client, ada: User) -> None:
    old, shown = NoticeFactory(user=ada), NoticeFactory(user=ada)
    assert reverse("notice-read-all", args=[shown.public_id]) in text_of(client.get(reverse("notice-list")))
    later = NoticeFactory(user=ada)
    client.post(reverse("notice-read-all", args=[shown.public_id]))
    assert [is_read(notice) for notice in (old, shown, later)] == [True, True, False]


@pytest.mark.parametrize("name", ["notice-read", "notice-read-all"])
def test_somebody_elses_notice_is_not_found(name: str, client: Client, ada: User) -> None:
    mine, foreign = NoticeFactory(user=ada), NoticeFactory()
    later = NoticeFactory(user=ada)
    assert client.post(reverse(name, args=[foreign.public_id]), {"open": "1"}).status_code == 404
    assert client.post(reverse(name, args=["2222222222"])).status_code == 404
    assert [is_read(notice) for notice in (mine, foreign, later)] == [False, False, False]


def test_the_list_comes_in_pages(client: Client, ada: User) -> None:
    for _ in range(26):
        NoticeFactory(user=ada)
    first = client.get(reverse("notice-list"))
    assert "1–25 av 26" in text_of(first)
    second = turn(client, first)
    assert len(second.context["page_obj"]) == 1
    mark = first.context["page_obj"].next_mark
    assert f'<input type="hidden" name="etter" value="{mark}">' in text_of(second)
    assert reverse("notice-read-all", args=[ada.notices.all()[0].public_id]) in text_of(second)


@pytest.mark.parametrize(("number", "shown", "said"), [(1, ">1<", "1 ulest<"), (100, ">99+<", "100 uleste<")])
def test_the_bell_tells_how_many_are_unread(number: int, shown: str, said: str, client: Client, ada: User) -> None:
    Notice.objects.bulk_create(
        [Notice(user=ada, kind="test", key=str(n), text="Noe.", url_path="/") for n in range(number)]
    )
    NoticeFactory()
    page = text_of(client.get(reverse("my-settings")))
    assert f'aria-hidden="true"{shown}' in page.replace('class="bell-count" ', "")
    assert f"Varsler, {said}" in page


def test_a_bell_with_nothing_new_has_no_number(client: Client, ada: User) -> None:
    page = text_of(client.get(reverse("my-settings")))
    assert 'class="bell"' in page
    assert "bell-count" not in page
