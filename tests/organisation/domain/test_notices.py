"""Reminders: who gets one, once, in which words; and that only their reader marks them as read."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext_lazy

from organisation.domain import outbox
from organisation.domain.notices import LONGEST_TEXT, mark_all_read, mark_read, notify
from organisation.models import AuditEntry, Notice, OutgoingMail, Role, User
from tests.at_once import at_once
from tests.factories import MembershipFactory, NoticeFactory, UserFactory, make_member

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)
ANOTHER = {"key": "review:2", "text": "Et annet stoppunkt nærmer seg."}


@pytest.fixture
def mail_on(settings: Any) -> None:
    settings.MAIL_ENABLED = True
    settings.SITE_URL = "https://plan.prove.example"


def remind(*users: User, **changes: Any) -> list[Notice]:
    values = {"kind": "review", "key": "review:1", "text": "Stoppunktet nærmer seg.", "url_path": "/delprosjekter/"}
    return notify(users=users, **(values | changes))


def test_each_user_gets_the_reminder() -> None:
    ada, bea = make_member(Role.CASEWORKER), make_member(Role.PARTNER)
    made = remind(ada, bea)
    assert {notice.user for notice in made} == {ada, bea}
    notice = ada.notices.get()
    assert (notice.kind, notice.text, notice.url_path) == ("review", "Stoppunktet nærmer seg.", "/delprosjekter/")
    assert notice.read_at is None
    assert abs(timezone.now() - notice.made_at) < datetime.timedelta(minutes=1)


def test_the_same_reminder_is_made_once_however_often_it_is_asked_for() -> None:
    ada, bea = make_member(Role.CASEWORKER), make_member(Role.CASEWORKER)
    remind(ada)
    assert [notice.user for notice in remind(ada, bea, text="Andre ord.")] == [bea]
    assert remind(ada, bea) == []
    assert ada.notices.get().text == "Stoppunktet nærmer seg."
    assert len(remind(ada, **ANOTHER)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_make_one_reminder() -> None:
    ada = make_member(Role.CASEWORKER)
    first, second = at_once(lambda: remind(ada), lambda: remind(ada))
    assert sorted([len(first), len(second)]) == [0, 1]
    assert ada.notices.count() == 1


def test_nobody_is_reminded_who_is_shut_out_or_has_no_role_today() -> None:
    shut_out, nobody = make_member(Role.CASEWORKER, is_active=False), UserFactory()
    left = MembershipFactory(valid_to=YESTERDAY).user
    not_yet = MembershipFactory(valid_from=timezone.localdate() + datetime.timedelta(days=1)).user
    assert remind(shut_out, nobody, left, not_yet) == []


def test_a_user_with_two_roles_gets_one_reminder() -> None:
    ada = make_member(Role.CASEWORKER)
    MembershipFactory(user=ada, role=Role.JUROR)
    assert len(remind(ada, ada)) == 1


def test_a_translated_sentence_is_in_each_readers_language() -> None:
    ada, bob = make_member(Role.CASEWORKER), make_member(Role.CASEWORKER, language="en")
    remind(ada, bob, text=gettext_lazy("Logg ut"))
    assert (ada.notices.get().text, bob.notices.get().text) == ("Logg ut", "Log out")


def test_a_sentence_that_is_too_long_is_cut_and_not_refused() -> None:
    (notice,) = remind(make_member(Role.CASEWORKER), text="å" * 400)
    assert notice.text == "å" * (LONGEST_TEXT - 1) + "…"
    assert Notice._meta.get_field("text").max_length == LONGEST_TEXT


def test_many_users_take_no_more_queries_than_one(mail_on: None) -> None:
    def queries(number: int, key: str) -> int:
        users = [make_member(Role.CASEWORKER) for _ in range(number)]
        with CaptureQueriesContext(connection) as captured:
            assert len(remind(*users, key=key)) == number
        return len(captured)

    assert queries(1, "a") == queries(12, "b")


@pytest.mark.parametrize(
    "path",
    ["", "delprosjekter/", "//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example", "/a b"],
)
def test_a_reminder_leads_to_a_place_in_the_product_only(path: str) -> None:
    ada = make_member(Role.CASEWORKER)
    with pytest.raises(IntegrityError, match="notice_stays_inside"), transaction.atomic():
        remind(ada, url_path=path)


@pytest.mark.parametrize("path", ["/", "/delprosjekter/abc/?fane=stoppunkt#plan", "/?side=2"])
def test_paths_of_the_product_are_places(path: str) -> None:
    assert remind(make_member(Role.CASEWORKER), url_path=path)[0].url_path == path


@pytest.mark.parametrize("name", ["kind", "key", "text"])
def test_an_empty_reminder_is_none(name: str) -> None:
    ada = make_member(Role.CASEWORKER)
    with pytest.raises(IntegrityError, match="notice_says_something"), transaction.atomic():
        remind(ada, **{name: ""})


# Mail


def test_a_notice_waits_for_the_next_mail_and_nothing_leaves_at_once(
    mail_on: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(outbox.celery_app, "send_task", lambda *args, **options: calls.append(args))
    ada, bea = make_member(Role.CASEWORKER), make_member(Role.CASEWORKER, mail_rhythm="weekly")
    assert [notice.awaits_mail for notice in remind(ada, bea)] == [True, True]
    assert not OutgoingMail.objects.exists()
    assert calls == []


def test_no_mail_for_who_wants_none_or_where_the_job_wants_none(mail_on: None) -> None:
    never, muted = make_member(Role.CASEWORKER, mail_rhythm="never"), make_member(Role.CASEWORKER)
    User.objects.filter(pk=muted.pk).update(muted_mail_groups=["review"])
    remind(never, muted)
    remind(make_member(Role.CASEWORKER), mail=False)
    assert list(Notice.objects.values_list("awaits_mail", flat=True)) == [False] * 3
    assert remind(muted, kind="stopped", key="another")[0].awaits_mail


def test_without_a_mail_server_the_notice_stands_alone(settings: Any) -> None:
    assert not settings.MAIL_ENABLED
    assert not remind(make_member(Role.CASEWORKER))[0].awaits_mail


def test_a_kind_that_no_app_has_registered_is_refused() -> None:
    with pytest.raises(ValueError, match="kind review_of_nothing"):
        remind(make_member(Role.CASEWORKER), kind="review_of_nothing")


# Reading


def test_a_notice_is_read_once() -> None:
    notice = NoticeFactory()
    mark_read(notice=notice, by=notice.user)
    notice.refresh_from_db()
    first = notice.read_at
    assert first is not None
    mark_read(notice=notice, by=notice.user)
    notice.refresh_from_db()
    assert notice.read_at == first


def test_nobody_reads_for_somebody_else() -> None:
    notice = NoticeFactory()
    mark_read(notice=notice, by=UserFactory())
    mark_all_read(newest=notice, by=UserFactory())
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_are_read_but_what_came_after_the_page_was_shown() -> None:
    ada = make_member(Role.CASEWORKER)
    other = NoticeFactory()
    old, shown, later = NoticeFactory(user=ada), NoticeFactory(user=ada), NoticeFactory(user=ada)
    mark_all_read(newest=shown, by=ada)
    assert list(Notice.objects.unread()) == [later, other]
    assert set(ada.notices.exclude(read_at=None)) == {old, shown}


def test_notices_leave_nothing_in_the_change_log() -> None:
    notice = NoticeFactory()
    mark_read(notice=notice, by=notice.user)
    assert not AuditEntry.objects.filter(table_name="organisation_notice").exists()
