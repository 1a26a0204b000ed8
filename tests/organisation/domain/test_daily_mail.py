"""One mail per person and day: who gets one, what goes into it, and that it is made once whenever it is asked for."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from kombu.exceptions import OperationalError

from organisation.domain.daily_mail import ALONE, make_mails
from organisation.domain.notices import mark_read, notify
from organisation.domain.outbox import send, unsent
from organisation.models import MailFailure, MailState, Notice, OutgoingMail, Role, User
from povertyplan.celery import app as celery_app
from tests.at_once import at_once, while_uncommitted
from tests.factories import NoticeFactory, OutgoingMailFactory, make_member
from tests.smtp import MailServer, mail_on, mail_server

__all__ = ["mail_on", "mail_server"]
pytestmark = pytest.mark.django_db
OSLO = timezone.get_default_timezone()
DAY, MINUTE = datetime.timedelta(days=1), datetime.timedelta(minutes=1)
MONDAY = datetime.date(2026, 11, 23)
TUESDAY, WEDNESDAY, SUNDAY = MONDAY + DAY, MONDAY + 2 * DAY, MONDAY - DAY


@pytest.fixture(autouse=True)
def _mail_is_set_up(settings: Any) -> None:
    settings.MAIL_ENABLED, settings.MAIL_HOUR = True, 7


def at(day: datetime.date, hour: int = 7, minute: int = 0) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour, minute), OSLO)


def waiting(user: User, made_at: datetime.datetime, **fields: Any) -> Notice:
    notice: Notice = NoticeFactory(user=user, awaits_mail=True, made_at=made_at, **fields)
    return notice


def mails() -> list[tuple[int, datetime.date, str, int]]:
    rows = OutgoingMail.objects.order_by("user", "day")
    return [(mail.user_id, mail.day, mail.state, mail.notices.count()) for mail in rows]


def person(**user: Any) -> User:
    return make_member(Role.CASEWORKER, **user)


# Which day, which notices


def test_what_waits_in_the_morning_goes_into_one_mail_for_each() -> None:
    ada, bea = person(), person()
    for hour in (8, 15, 23):
        waiting(ada, at(MONDAY, hour))
    waiting(bea, at(TUESDAY, 6, 59))
    assert make_mails(at=at(TUESDAY)) == 2
    assert mails() == [(ada.pk, TUESDAY, "queued", 3), (bea.pk, TUESDAY, "queued", 1)]
    assert not Notice.objects.filter(awaits_mail=True).exists()


def test_what_comes_after_the_hour_waits_for_the_next_day_whether_there_was_a_mail_or_not() -> None:
    ada, bea = person(), person()
    waiting(ada, at(MONDAY, 12))
    make_mails(at=at(TUESDAY))
    for user in (ada, bea):
        waiting(user, at(TUESDAY, 7, 1))
    assert [make_mails(at=at(TUESDAY, hour)) for hour in (8, 12, 23)] == [0, 0, 0]
    OutgoingMail.objects.update(state=MailState.SENT, sent_at=Now())
    assert make_mails(at=at(WEDNESDAY)) == 2
    assert [row[:3] for row in mails()] == [
        (ada.pk, TUESDAY, "sent"), (ada.pk, WEDNESDAY, "queued"), (bea.pk, WEDNESDAY, "queued"),
    ]  # fmt: skip


def test_nothing_is_made_before_the_hour_and_the_hour_is_a_setting(settings: Any) -> None:
    waiting(person(), at(MONDAY, 12))
    assert make_mails(at=at(TUESDAY, 6, 59)) == 0
    settings.MAIL_HOUR = 6
    assert make_mails(at=at(TUESDAY, 6, 59)) == 1


def test_the_hour_is_norwegian_in_summer_and_in_winter() -> None:
    ada = person()
    for month, utc in ((7, 5), (1, 6)):
        Notice.objects.all().delete()
        OutgoingMail.objects.all().delete()
        waiting(ada, datetime.datetime(2026, month, 1, tzinfo=datetime.UTC))
        early = datetime.datetime(2026, month, 2, utc - 1, 59, tzinfo=datetime.UTC)
        assert [make_mails(at=early), make_mails(at=early + MINUTE)] == [0, 1]


def test_a_morning_that_was_missed_is_made_up_for_later_the_same_day() -> None:
    waiting(person(), at(MONDAY, 12))
    assert make_mails(at=at(TUESDAY, 16, 30)) == 1


def test_a_weekly_mail_comes_on_monday_with_the_weeks_notices() -> None:
    ada = person(mail_rhythm="weekly")
    waiting(ada, at(SUNDAY - 3 * DAY))
    waiting(ada, at(MONDAY, 6))
    assert make_mails(at=at(SUNDAY)) == 0
    assert make_mails(at=at(MONDAY)) == 1
    assert mails() == [(ada.pk, MONDAY, "queued", 2)]
    waiting(ada, at(MONDAY, 8))
    OutgoingMail.objects.update(state=MailState.SENT, sent_at=Now())
    assert [make_mails(at=at(MONDAY + n * DAY)) for n in range(1, 7)] == [0] * 6
    assert make_mails(at=at(MONDAY + 7 * DAY)) == 1


def test_a_monday_that_was_missed_is_made_up_for_on_tuesday() -> None:
    ada = person(mail_rhythm="weekly")
    waiting(ada, at(SUNDAY))
    waiting(ada, at(MONDAY, 12))
    assert make_mails(at=at(TUESDAY)) == 1
    assert mails() == [(ada.pk, TUESDAY, "queued", 1)]


# Who wants what


def read(notice: Notice) -> None:
    mark_read(notice=notice, by=notice.user)


def change(**values: Any) -> Any:
    return lambda notice: User.objects.filter(pk=notice.user_id).update(**values)


def leave(notice: Notice) -> None:
    notice.user.memberships.update(valid_to=MONDAY - DAY)


EVENTS = [read, leave, change(mail_rhythm="never"), change(muted_mail_groups=["test"]), change(is_active=False)]
NAMES = ["has read it", "has left", "wants none", "wants none of this kind", "is shut out"]


@pytest.mark.parametrize("event", EVENTS, ids=NAMES)
def test_what_has_lost_its_reader_is_in_no_mail_and_comes_back_in_none(event: Any) -> None:
    ada, bea = person(), person()
    notice = waiting(ada, at(MONDAY, 12))
    waiting(bea, at(MONDAY, 12))
    event(notice)
    assert make_mails(at=at(TUESDAY)) == 1
    User.objects.filter(pk=ada.pk).update(mail_rhythm="daily", muted_mail_groups=[], is_active=True)
    ada.memberships.update(valid_to=None)
    Notice.objects.update(read_at=None)
    assert make_mails(at=at(WEDNESDAY)) == 1, "only the other's, which has not been sent yet"
    assert [row[0] for row in mails()] == [bea.pk]


def test_other_kinds_come_although_one_is_turned_off() -> None:
    ada = person(muted_mail_groups=["test", "a group that is no more"])
    waiting(ada, at(MONDAY, 12))
    for kind in ("review", "a kind that is no more"):
        waiting(ada, at(MONDAY, 12), kind=kind)
    assert make_mails(at=at(TUESDAY)) == 1
    assert set(OutgoingMail.objects.get().notices.values_list("kind", flat=True)) == {
        "review",
        "a kind that is no more",
    }


def test_no_mail_is_made_while_no_server_is_set_up(settings: Any) -> None:
    settings.MAIL_ENABLED = False
    waiting(person(), at(MONDAY, 12))
    assert make_mails(at=at(TUESDAY)) == 0
    assert mails() == []


# What did not come through


def test_what_was_not_sent_all_day_goes_with_the_next_days_mail() -> None:
    ada = person()
    waiting(ada, at(MONDAY, 6))
    make_mails(at=at(MONDAY))
    OutgoingMail.objects.update(attempts=9, next_attempt_at=Now() + DAY)
    waiting(ada, at(MONDAY, 12))
    assert make_mails(at=at(TUESDAY)) == 1
    assert mails() == [(ada.pk, TUESDAY, "queued", 2)]
    mail = OutgoingMail.objects.get()
    assert (mail.attempts, mail.next_attempt_at <= timezone.now()) == (0, True)


def test_what_was_not_sent_is_tried_the_next_day_also_when_there_is_nothing_new() -> None:
    ada = person(mail_rhythm="weekly")
    waiting(ada, at(SUNDAY))
    make_mails(at=at(MONDAY))
    waiting(ada, at(MONDAY, 12))
    assert make_mails(at=at(TUESDAY)) == 1
    assert mails() == [(ada.pk, TUESDAY, "queued", 1)]


def test_what_failed_waits_for_something_new_and_goes_with_it() -> None:
    ada = person()
    waiting(ada, at(MONDAY, 6))
    make_mails(at=at(MONDAY))
    OutgoingMail.objects.update(state=MailState.FAILED, failure=MailFailure.ADDRESS)
    assert make_mails(at=at(TUESDAY)) == 0
    waiting(ada, at(TUESDAY, 12))
    assert make_mails(at=at(WEDNESDAY)) == 1
    assert mails() == [(ada.pk, WEDNESDAY, "queued", 2)]


def test_a_mail_that_a_worker_holds_is_left_alone() -> None:
    ada = person()
    waiting(ada, at(MONDAY, 6))
    make_mails(at=at(MONDAY))
    OutgoingMail.objects.update(leased_until=Now() + MINUTE)
    waiting(ada, at(MONDAY, 12))
    assert make_mails(at=at(TUESDAY)) == 0
    assert mails() == [(ada.pk, MONDAY, "queued", 1)]
    OutgoingMail.objects.update(leased_until=Now() - MINUTE)
    assert make_mails(at=at(TUESDAY)) == 1
    assert mails() == [(ada.pk, TUESDAY, "queued", 2)]


# Once


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_make_one_mail_each_with_everything_in_it() -> None:
    users = [person() for _ in range(5)]
    for user in users:
        waiting(user, at(MONDAY, 12))
        waiting(user, at(MONDAY, 13))
    old = OutgoingMailFactory(user=users[0], day=MONDAY)
    made = at_once(*[lambda: make_mails(at=at(TUESDAY))] * 3)
    assert sorted(made) == [0, 0, 5], "not divided between the jobs"
    assert mails() == [(user.pk, TUESDAY, "queued", 2) for user in users]
    old.refresh_from_db()
    assert old.token == 1, "taken up once"


@pytest.mark.django_db(transaction=True)
def test_a_job_leaves_all_to_the_one_that_is_making_them() -> None:
    ada = person()
    waiting(ada, at(MONDAY, 12))

    def making() -> None:
        with connection.cursor() as cursor:
            cursor.execute(ALONE)

    _done, made, waited = while_uncommitted(making, lambda: make_mails(at=at(TUESDAY)))
    assert (made, waited, mails()) == (0, False, [])
    assert make_mails(at=at(TUESDAY)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_job_does_not_wait_for_somebody_who_is_marking_as_read() -> None:
    """Else each could wait for the other, and one of them would get an error."""
    ada, bea = person(), person()
    notice = waiting(ada, at(MONDAY, 12))
    waiting(ada, at(MONDAY, 13))
    waiting(bea, at(MONDAY, 12))
    _done, made, waited = while_uncommitted(lambda: read(notice), lambda: make_mails(at=at(TUESDAY)))
    assert (made, waited) == (2, False)
    assert [row[3] for row in mails()] == [1, 1]


def test_nothing_of_it_needs_the_broker(mail_on: MailServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*args: Any, **options: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(celery_app, "send_task", unreachable)
    settings.MAIL_HOUR = 0
    ada, now = person(), timezone.now()
    notify(users=[ada], kind="review", key="1", text="Stoppunktet nærmer seg.", url_path="/")
    Notice.objects.update(made_at=now - DAY)
    make_mails(at=now)
    (mail_id,) = unsent()
    send(mail_id)
    assert [to for to, _message in mail_on.taken] == [[ada.email]]


@given(
    days=st.lists(
        st.tuples(st.sampled_from(["notices", "nothing"]), st.sampled_from(["sent", "lost", "refused", "no worker"])),
        max_size=8,
    ),
    rhythm=st.sampled_from(["daily", "weekly"]),
)
def test_whatever_happens_every_notice_is_sent_once_and_no_day_has_two_mails(days: Any, rhythm: str) -> None:
    ada = person(mail_rhythm=rhythm)
    told: list[int] = []
    sent_on: list[datetime.date] = []
    for number, (news, end) in enumerate([*days, ("nothing", "sent"), *[("notices", "sent")] * 8]):
        day = MONDAY + number * DAY
        if news == "notices":
            waiting(ada, at(day, 5))
        for hour in (7, 8):
            make_mails(at=at(day, hour))
        mail = OutgoingMail.objects.filter(user=ada, day=day, state=MailState.QUEUED).first()
        if mail and end == "sent":
            told += mail.notices.values_list("pk", flat=True)
            sent_on.append(day)
            OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.SENT, sent_at=Now())
        elif mail and end == "refused":
            OutgoingMail.objects.filter(pk=mail.pk).update(state=MailState.FAILED, failure=MailFailure.REFUSED)
    assert len(told) == len(set(told)) and len(sent_on) == len(set(sent_on))
    monday = max(day for day in (MONDAY + n * DAY for n in range(number + 1)) if day.weekday() == 0)
    due = ada.notices.filter(made_at__lt=at(monday)) if rhythm == "weekly" else ada.notices.all()
    assert set(told) == set(due.values_list("pk", flat=True))
    Notice.objects.all().delete()
    OutgoingMail.objects.all().delete()


def test_the_number_of_statements_does_not_grow_with_people_or_notices() -> None:
    def statements(people: int, notices: int) -> int:
        for _ in range(people):
            user = person()
            for _number in range(notices):
                waiting(user, at(MONDAY, 12))
        with CaptureQueriesContext(connection) as captured:
            assert make_mails(at=at(TUESDAY)) == people
        OutgoingMail.objects.update(state=MailState.SENT, sent_at=Now())
        return len(captured)

    assert statements(1, 1) == statements(20, 4) <= 8


# All the way


def test_three_notices_of_a_day_are_one_mail_and_what_comes_then_is_tomorrows(
    mail_on: MailServer, settings: Any
) -> None:
    settings.MAIL_HOUR = 0
    ada, now = person(), timezone.now()
    for number in (1, 2, 3):
        waiting(ada, now - DAY + number * MINUTE, text=f"Sak nummer {number}.")
    make_mails(at=now)
    waiting(ada, now, text="Sak nummer 4.")
    for _ in range(3):
        make_mails(at=now)
        for mail_id in unsent():
            send(mail_id)
    (first,) = mail_on.mails
    assert first["Subject"] == "3 varsler fra Povertyplan"
    body = first.get_content()
    assert [body.find(f"Sak nummer {n}.") > 0 for n in (1, 2, 3, 4)] == [True, True, True, False]
    assert body.find("nummer 1") < body.find("nummer 2") < body.find("nummer 3")
    OutgoingMail.objects.update(day=F("day") - DAY)  # a day goes by
    Notice.objects.update(made_at=F("made_at") - DAY)
    make_mails(at=now)
    for mail_id in unsent():
        send(mail_id)
    assert [message["Subject"] for message in mail_on.mails] == [
        "3 varsler fra Povertyplan",
        "1 varsel fra Povertyplan",
    ]
    assert len({message["Message-ID"] for message in mail_on.mails}) == 2
