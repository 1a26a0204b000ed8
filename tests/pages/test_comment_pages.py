"""The pages of comments and activity: written, answered, corrected, taken back, and given to nobody else."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from organisation.models import AuditEntry, Comment, CommentFile, Notice, Role
from tests.factories import MeasureFactory, UnitFactory, make_member
from tests.factories.comments import CommentFileFactory, make_comment
from tests.identity_numbers import made_up
from tests.measures.uploads import EXE, HTML, PDF, upload

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


class Room:
    def __init__(self) -> None:
        self.measure = MeasureFactory(title="Sommerjobb for ungdom")
        unit = UnitFactory(municipality=self.measure.plan.municipality)
        self.writer = make_member(Role.CASEWORKER, unit, name="Siri Prøve")
        self.colleague = make_member(Role.UNIT_LEADER, unit, name="Ola Prøve")
        self.coordinator = make_member(Role.COORDINATOR, unit, name="Kari Prøve")
        self.url = reverse("measure-comments", args=[self.measure.public_id])
        self.activity = reverse("measure-activity", args=[self.measure.public_id])


@pytest.fixture
def room() -> Room:
    return Room()


def text_of(answer: Any) -> str:
    return answer.content.decode()  # type: ignore[no-any-return]


def test_a_comment_is_written_and_whoever_is_ticked_off_is_told(room: Room, client_for: Any) -> None:
    client = client_for(room.writer)
    answer = client.post(room.url, {"text": "Kan vi flytte fristen?", "told": [room.colleague.public_id]}, follow=True)
    comment = Comment.objects.get()
    assert "Kan vi flytte fristen?" in text_of(answer)
    assert "Sagt fra til Ola Prøve" in " ".join(text_of(answer).split())
    notice = Notice.objects.get()
    assert notice.user == room.colleague
    page = client_for(room.colleague).get(notice.url_path.split("#")[0])
    assert f'id="kommentar-{comment.public_id}"' in text_of(page)


def test_the_measures_own_page_leads_there_and_says_how_many(room: Room, client_for: Any) -> None:
    make_comment(room.measure)
    page = text_of(client_for(room.writer).get(reverse("measure", args=[room.measure.public_id])))
    assert "Kommentarer (1)" in page
    assert room.url in page
    assert room.activity in page
    assert page.index("Kommentarer (1)") < page.index("Tidslinje")


def test_what_people_write_is_never_run(room: Room, client_for: Any) -> None:
    make_comment(room.measure, text=EVIL, written_by=room.writer)
    CommentFileFactory(comment=Comment.objects.get(), name='"><script>alert(3)</script>.pdf')
    room.colleague.name = EVIL
    room.colleague.save()
    client = client_for(room.writer)
    for url in (room.url, room.activity, reverse("comment-edit", args=[Comment.objects.get().public_id])):
        page = text_of(client.get(url))
        assert "<script>alert" not in page, url
        assert "<img src=x" not in page, url
    assert "&lt;script&gt;alert(1)" in text_of(client.get(room.activity))


def test_an_answer_stands_under_what_it_answers(room: Room, client_for: Any) -> None:
    first = make_comment(room.measure, written_by=room.writer)
    client = client_for(room.colleague)
    url = f"{room.url}?svar={first.public_id}"
    assert "Svar på kommentaren" in text_of(client.get(url))
    client.post(url, {"text": "Ja, det gjør vi."})
    answer = Comment.objects.get(answers=first)
    assert Notice.objects.get().user == room.writer
    assert client.get(f"{room.url}?svar={answer.public_id}").status_code == 404
    assert client.get(f"{room.url}?svar={make_comment().public_id}").status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"text": ""}, "Skriv en kommentar."),
        ({"text": f"Ring {made_up()}"}, "fødselsnummer"),
        ({"text": "Se vedlegget.", "file": upload("bilde.png", EXE)}, "ikke av en type"),
        ({"text": "Se vedlegget.", "file": upload("notat.pdf", HTML)}, "ikke av en type"),
        ({"text": "Se vedlegget.", "file": [upload(f"{n}.pdf", PDF) for n in range(6)]}, "høyst 5 filer"),
    ],
)
def test_a_refused_comment_comes_back_as_it_was_typed(
    sent: dict[str, Any], said: str, room: Room, client_for: Any, media_root: Any
) -> None:
    answer = client_for(room.writer).post(room.url, sent)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert sent["text"] in text_of(answer)
    assert not Comment.objects.exists()
    assert not [path for path in media_root.rglob("*") if path.is_file()]


def test_somebody_who_may_not_see_it_is_not_in_the_list_nor_taken(room: Room, client_for: Any) -> None:
    stranger = make_member(Role.COORDINATOR, name="Fremmed Person")
    board = make_member(
        Role.BOARD_MEMBER, UnitFactory(municipality=room.measure.plan.municipality), name="Styre Person"
    )
    client = client_for(room.writer)
    page = text_of(client.get(room.url))
    assert "Ola Prøve" in page
    for other in (stranger, board):
        assert other.name not in page
        answer = client.post(room.url, {"text": "Se her.", "told": [other.public_id]})
        assert answer.status_code == 422
    assert not Notice.objects.exists()


def test_a_correction_meets_another_and_keeps_what_was_typed(room: Room, client_for: Any) -> None:
    comment = make_comment(room.measure, text="Først", written_by=room.writer)
    client = client_for(room.writer)
    url = reverse("comment-edit", args=[comment.public_id])
    assert "Den tidligere teksten blir stående" in text_of(client.get(url))
    assert client.post(url, {"text": "Så", "version": 1}).status_code == 302
    answer = client.post(url, {"text": "Sist", "version": 1})
    assert answer.status_code == 422
    assert "Dette har dere endret" in text_of(answer)
    assert "Sist" in text_of(answer)
    assert reverse("comment-versions", args=[comment.public_id]) in text_of(client.get(room.url))


def test_the_earlier_texts_are_read_until_it_is_taken_back(room: Room, client_for: Any) -> None:
    comment = make_comment(room.measure, text="Først", written_by=room.writer)
    client = client_for(room.writer)
    client.post(reverse("comment-edit", args=[comment.public_id]), {"text": "Så", "version": 1})
    url = reverse("comment-versions", args=[comment.public_id])
    page = text_of(client_for(room.colleague).get(url))
    assert page.index("<p>Så</p>") < page.index("<p>Først</p>")
    assert client_for(make_member(Role.COORDINATOR)).get(url).status_code == 404
    client.post(reverse("comment-withdraw", args=[comment.public_id]), {"version": 2})
    assert client.get(url).status_code == 404


def test_only_the_writer_corrects_and_only_she_and_the_coordinator_take_back(room: Room, client_for: Any) -> None:
    comment = make_comment(room.measure, written_by=room.writer)
    edit, withdraw = (reverse(name, args=[comment.public_id]) for name in ("comment-edit", "comment-withdraw"))
    for user in (room.colleague, room.coordinator):
        assert client_for(user).get(edit).status_code == 403
    assert client_for(room.colleague).post(withdraw, {"version": 1}).status_code == 403
    assert client_for(room.coordinator).post(withdraw, {"version": 1}).status_code == 302
    page = text_of(client_for(room.colleague).get(room.url))
    assert "trukket tilbake av Kari Prøve" in page
    assert "Se her." not in page


def test_a_file_is_a_download_until_its_comment_is_taken_back(room: Room, client_for: Any, media_root: Any) -> None:
    client = client_for(room.writer)
    client.post(room.url, {"text": "Se vedlegget.", "file": [upload("a.pdf", PDF), upload("b.pdf", PDF)]})
    assert CommentFile.objects.count() == 2
    url = reverse("comment-file", args=[CommentFile.objects.first().public_id])  # type: ignore[union-attr]
    for user, status in (
        (room.colleague, 200),
        (make_member(Role.COORDINATOR), 404),
        (make_member(Role.BOARD_MEMBER), 403),
    ):
        assert client_for(user).get(url).status_code == status
    answer = client.get(url)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    comment = Comment.objects.get()
    client.post(reverse("comment-withdraw", args=[comment.public_id]), {"version": comment.version})
    for user in (room.writer, room.colleague, room.coordinator):
        assert client_for(user).get(url).status_code == 404
    assert "a.pdf" not in text_of(client.get(room.url))


def test_another_municipality_gets_nothing(room: Room, client_for: Any) -> None:
    file = CommentFileFactory(comment=make_comment(room.measure))
    stranger = client_for(make_member(Role.COORDINATOR))
    for name, row in (
        ("measure-comments", room.measure), ("measure-activity", room.measure), ("comment-edit", file.comment),
        ("comment-file", file),
    ):  # fmt: skip
        assert stranger.get(reverse(name, args=[row.public_id])).status_code == 404, name
    assert stranger.post(room.url, {"text": "Hei"}).status_code == 404
    assert stranger.post(reverse("comment-withdraw", args=[file.comment.public_id]), {"version": 1}).status_code == 404
    assert Comment.objects.count() == 1


def test_a_session_that_has_ended_writes_nothing(room: Room, client: Client) -> None:
    assert client.post(room.url, {"text": "Hei"}).status_code == 401
    assert not Comment.objects.exists()


def test_the_activity_is_paged_by_place(room: Room, client_for: Any) -> None:
    for number in range(25):
        make_comment(room.measure, text=f"Nummer {number}.", written_at=timezone.now())
    client = client_for(room.writer)
    first = client.get(room.activity)
    assert "Nummer 24." in text_of(first)
    assert "Nummer 2." not in text_of(first)
    older = client.get(f"{room.activity}?for={first.context['activity'].older}")
    assert "Nummer 2." in text_of(older)
    assert "Nummer 24." not in text_of(older)
    assert "Lagt til" in text_of(older)


@pytest.mark.parametrize("page", ["url", "activity"])
def test_the_pages_take_few_queries_however_much_is_said(
    page: str, room: Room, client_for: Any, django_assert_max_num_queries: Any, media_root: Any
) -> None:
    for _ in range(8):
        CommentFileFactory(comment=make_comment(room.measure, answers=make_comment(room.measure)))
    client = client_for(room.coordinator)
    client.get(getattr(room, page))
    before = AuditEntry.objects.count()
    with django_assert_max_num_queries(12):
        client.get(getattr(room, page))
    assert AuditEntry.objects.count() == before
