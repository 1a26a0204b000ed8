"""Mail to a real server on this machine: sent once, tried again, given up; and what stands in it."""

import datetime
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from kombu.exceptions import OperationalError

from organisation.domain import outbox
from organisation.domain.notices import mark_read
from organisation.domain.outbox import send, try_again, unsent
from organisation.models import MailFailure, MailState, OutgoingMail, Role, User
from tests.at_once import at_once, wait_until
from tests.factories import NoticeFactory, OutgoingMailFactory, make_member
from tests.smtp import MailServer, mail_on, mail_server
from tests.worker import Worker

__all__ = ["mail_on", "mail_server"]
pytestmark = pytest.mark.django_db
SECOND, MINUTE = datetime.timedelta(seconds=1), datetime.timedelta(minutes=1)
committed = pytest.mark.django_db(transaction=True)


def queued(**user: Any) -> OutgoingMail:
    """Today's mail to somebody new, with one notice."""
    mail = OutgoingMailFactory(user=make_member(Role.CASEWORKER, **user))
    NoticeFactory(user=mail.user, mail=mail, url_path="/delprosjekter/?fane=stoppunkt")
    return mail


def put(mail: OutgoingMail, state: str) -> None:
    """As if it had come so far."""
    failure = MailFailure.REFUSED if state == MailState.FAILED else ""
    sent_at = Now() if state == MailState.SENT else None
    OutgoingMail.objects.filter(pk=mail.pk).update(state=state, failure=failure, sent_at=sent_at)


def due_again() -> None:
    """What the clock does in the end."""
    OutgoingMail.objects.update(next_attempt_at=Now() - SECOND)


def worker_dies(mail: OutgoingMail) -> None:
    """Claimed, and never heard of again until the lease is over."""
    assert outbox._claim(mail.pk)
    OutgoingMail.objects.filter(pk=mail.pk).update(leased_until=Now() - SECOND)


# What is sent


def test_a_mail_has_the_sentence_and_a_link_and_goes_to_the_address_of_the_moment(mail_on: MailServer) -> None:
    mail = queued(email="gammel@prove.example")
    user = mail.user
    user.email = "ny@prove.example"
    user.save()
    send(mail.pk)
    ((to, message),) = mail_on.taken
    assert to == ["ny@prove.example"]
    assert (message["From"], message["Subject"]) == ("plan@prove.example", "1 varsel fra Povertyplan")
    assert message["Auto-Submitted"] == "auto-generated"
    lines = message.get_content().split()
    assert mail.notices.get().text in message.get_content()
    assert "https://plan.prove.example/delprosjekter/?fane=stoppunkt" in lines
    assert "https://plan.prove.example/varsler/innstillinger/" in lines
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.leased_until) == (MailState.SENT, 1, None)
    assert mail.sent_at is not None


def test_a_mail_is_sent_once_however_often_it_is_asked_for(mail_on: MailServer) -> None:
    mail = queued()
    for _ in range(3):
        send(mail.pk)
    assert len(mail_on.taken) == 1


def read_meanwhile(mail: OutgoingMail) -> None:
    mark_read(notice=mail.notices.get(), by=mail.user)


def change_user(**changes: Any) -> Callable[[OutgoingMail], None]:
    def change(mail: OutgoingMail) -> None:
        User.objects.filter(pk=mail.user_id).update(**changes)

    return change


def leave(mail: OutgoingMail) -> None:
    mail.user.memberships.update(valid_to="2000-01-02")


@pytest.mark.parametrize(
    "event",
    [
        read_meanwhile,
        leave,
        change_user(is_active=False),
        change_user(mail_rhythm="never"),
        change_user(muted_mail_groups=["test"]),
    ],
    ids=["has read it", "has left", "is shut out", "wants no mail", "wants none of this kind"],
)
def test_a_mail_that_has_lost_its_reader_is_dropped(event: Callable[[OutgoingMail], None], mail_on: MailServer) -> None:
    mail = queued()
    event(mail)
    send(mail.pk)
    assert mail_on.asked == 0
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, mail.leased_until) == (MailState.DROPPED, None, None)
    assert unsent() == []


def test_what_was_read_or_is_not_wanted_is_left_out_of_the_mail(mail_on: MailServer) -> None:
    mail = queued(muted_mail_groups=["review"])
    read = NoticeFactory(user=mail.user, mail=mail, text="Dette er lest.")
    mark_read(notice=read, by=mail.user)
    NoticeFactory(user=mail.user, mail=mail, kind="review", text="Dette vil hun ikke ha.")
    NoticeFactory(user=mail.user, text="Dette hører til en annen dag.")
    send(mail.pk)
    (message,) = mail_on.mails
    assert message["Subject"] == "1 varsel fra Povertyplan"
    assert [word in message.get_content() for word in ("Påminnelse", "Dette")] == [True, False]


# One a day


def test_a_mail_is_begun_on_its_own_day_only(mail_on: MailServer) -> None:
    mail = queued()
    for days in (-1, 1):
        OutgoingMail.objects.update(day=timezone.localdate() + datetime.timedelta(days))
        assert unsent() == []
        send(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail_on.asked) == (MailState.QUEUED, 0, 0)


@pytest.mark.parametrize("state", MailState.values)
def test_the_database_takes_one_mail_per_person_and_day(state: str) -> None:
    mail = queued()
    put(mail, state)
    with pytest.raises(IntegrityError, match="one_mail_per_user_and_day"), transaction.atomic():
        OutgoingMailFactory(user=mail.user, state=MailState.DROPPED)


@pytest.mark.parametrize("state", ["queued", "failed"])
def test_the_database_takes_no_second_mail_while_one_has_not_come_through(state: str) -> None:
    mail = queued()
    put(mail, state)
    with pytest.raises(IntegrityError, match="one_mail_waits_per_user"), transaction.atomic():
        OutgoingMailFactory(user=mail.user, day=mail.day + datetime.timedelta(1))


# What goes wrong


@pytest.mark.parametrize("answer", ["451 later", "554 no"])
def test_a_server_that_refuses_is_tried_again_later(answer: str, mail_on: MailServer) -> None:
    mail_on.answer = answer
    mail = queued()
    send(mail.pk)
    send(mail.pk)
    assert (mail_on.asked, unsent()) == (1, [])
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.leased_until) == (MailState.QUEUED, 1, None)
    mail_on.answer = "250 OK"
    due_again()
    assert unsent() == [mail.pk]
    send(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, len(mail_on.taken)) == (MailState.SENT, 1)


def test_a_server_that_is_not_there_is_tried_again_later(mail_on: MailServer, settings: Any) -> None:
    settings.EMAIL_PORT = 1
    mail = queued()
    send(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 1)


def test_all_wait_for_a_server_that_is_away_and_only_one_for_its_own_refusal(
    mail_on: MailServer, settings: Any
) -> None:
    first, second, third = queued(), queued(), queued()
    mail_on.answer = "554 no"
    send(first.pk)
    assert unsent() == [second.pk, third.pk]
    settings.EMAIL_PORT = 1
    send(second.pk)
    assert unsent() == []
    send(third.pk)
    third.refresh_from_db()
    assert (third.state, third.attempts) == (MailState.QUEUED, 0)
    settings.EMAIL_PORT, mail_on.answer = mail_on.port, "250 OK"
    due_again()
    assert len(unsent()) == 3


def test_a_server_that_is_away_all_day_is_no_reason_to_give_a_mail_up(mail_on: MailServer, settings: Any) -> None:
    settings.EMAIL_PORT, settings.MAIL_MAX_ATTEMPTS = 1, 2
    mail = queued()
    for _ in range(5):
        due_again()
        assert unsent() == [mail.pk]
        send(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.failure) == (MailState.QUEUED, "")
    settings.EMAIL_PORT = mail_on.port
    due_again()
    send(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, len(mail_on.taken)) == (MailState.SENT, 1)


def test_an_address_that_is_refused_is_said_to_be_the_reason(mail_on: MailServer, settings: Any) -> None:
    settings.MAIL_MAX_ATTEMPTS, mail_on.unknown = 1, {"borte@prove.example"}
    mail, other = queued(email="borte@prove.example"), queued()
    send(mail.pk)
    send(other.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.failure) == (MailState.FAILED, MailFailure.ADDRESS)
    assert [to for to, _message in mail_on.taken] == [[other.user.email]]


def test_a_mail_that_has_failed_is_sent_when_somebody_tries_again(mail_on: MailServer) -> None:
    mail, admin = queued(), make_member(Role.ADMINISTRATOR)
    put(mail, "failed")
    OutgoingMail.objects.update(day=mail.day - datetime.timedelta(3), attempts=10)
    try_again(mail=mail, by=admin)
    assert unsent() == [mail.pk]
    send(mail.pk)
    try_again(mail=mail, by=admin)  # who presses twice
    assert unsent() == []
    mail.refresh_from_db()
    assert (mail.state, mail.day, mail.attempts) == (MailState.SENT, timezone.localdate(), 1)
    assert len(mail_on.taken) == 1


def test_a_server_that_does_not_answer_is_given_up_soon(mail_on: MailServer, settings: Any) -> None:
    settings.EMAIL_TIMEOUT, mail_on.seconds = 0.2, 30
    mail = queued()
    send(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 1)


def test_nothing_is_sent_in_the_clear_to_a_server_that_can_not_encrypt(mail_on: MailServer, settings: Any) -> None:
    settings.EMAIL_USE_TLS = True
    mail = queued()
    send(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail_on.asked) == (MailState.QUEUED, 1, 0)


def test_each_wait_is_twice_the_one_before_and_then_it_has_failed(mail_on: MailServer, settings: Any) -> None:
    mail_on.answer, settings.MAIL_MAX_ATTEMPTS = "451 later", 5
    mail = queued()
    waits = []
    for _ in range(4):
        due_again()
        send(mail.pk)
        wait = OutgoingMail.objects.values_list(F("next_attempt_at") - Now(), flat=True).get()
        waits.append(round(wait / MINUTE))
    assert waits == [1, 2, 4, 8]
    due_again()
    send(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.failure) == (MailState.FAILED, 5, MailFailure.REFUSED)
    send(mail.pk)
    assert (mail_on.asked, unsent()) == (5, [])


def test_a_mail_whose_workers_die_again_and_again_has_failed(mail_on: MailServer, settings: Any) -> None:
    settings.MAIL_MAX_ATTEMPTS = 2
    mail = queued()
    worker_dies(mail)
    worker_dies(mail)
    send(mail.pk)
    assert unsent() == []
    mail.refresh_from_db()
    assert (mail.state, mail.leased_until, mail_on.asked) == (MailState.FAILED, None, 0)
    assert mail.failure == MailFailure.INTERRUPTED


def test_neither_addresses_nor_texts_are_logged(
    mail_on: MailServer, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    mail = queued(email="kjennelig@prove.example", name="Kjennelig Navn")
    mail_on.answer = "554 kjennelig@prove.example is unknown"
    send(mail.pk)
    mail_on.answer = "250 OK"
    due_again()
    send(mail.pk)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("organisation", "django"))]
    assert any(f"Mail {mail.pk}, attempt 1: not sent, SMTPDataError" in line for line in ours)
    assert "ennelig" not in " ".join(ours)
    assert mail.notices.get().text not in " ".join(ours)


# Several workers


@committed
def test_workers_at_once_send_a_mail_once(mail_on: MailServer) -> None:
    mail_on.seconds = 0.2
    mail = queued()
    assert at_once(*[lambda: send(mail.pk)] * 4) == [None] * 4
    assert len(mail_on.taken) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.SENT, 1)


def test_a_mail_whose_worker_died_is_taken_up_when_the_lease_is_over(mail_on: MailServer) -> None:
    mail = queued()
    assert outbox._claim(mail.pk)
    assert unsent() == []
    send(mail.pk)
    assert mail_on.taken == []
    OutgoingMail.objects.update(leased_until=Now() - SECOND)
    assert unsent() == [mail.pk]
    send(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, len(mail_on.taken)) == (MailState.SENT, 2, 1)


def test_a_worker_that_fails_late_undoes_nothing(mail_on: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lease ran out while it waited, and another worker has sent the mail."""
    mail = queued()
    deliver = EmailMessage.send

    def too_late(message: EmailMessage, **options: Any) -> int:
        monkeypatch.setattr(EmailMessage, "send", deliver)
        OutgoingMail.objects.update(leased_until=Now() - SECOND)
        send(mail.pk)
        raise TimeoutError

    monkeypatch.setattr(EmailMessage, "send", too_late)
    send(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, len(mail_on.taken)) == (MailState.SENT, 2, 1)


def test_a_worker_that_fails_late_leaves_the_lease_of_the_next_alone(
    mail_on: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = queued()

    def too_late(message: EmailMessage, **options: Any) -> int:
        worker_dies(mail)
        OutgoingMail.objects.update(leased_until=Now() + MINUTE)
        raise TimeoutError

    monkeypatch.setattr(EmailMessage, "send", too_late)
    monkeypatch.setattr(outbox, "LEASE", -SECOND)
    send(mail.pk)
    mail.refresh_from_db()
    assert (mail.token, mail.state, mail.attempts) == (2, MailState.QUEUED, 2)
    assert mail.leased_until is not None


def test_a_worker_that_comes_through_late_does_not_answer_for_another_days_mail(
    mail_on: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It slept over midnight, and its mail has been taken up the next morning, with more in it."""
    mail = queued()
    deliver = EmailMessage.send

    def late(message: EmailMessage, **options: Any) -> int:
        OutgoingMail.objects.update(day=mail.day + datetime.timedelta(1), token=F("token") + 1, leased_until=None)
        return deliver(message, **options)

    monkeypatch.setattr(EmailMessage, "send", late)
    send(mail.pk)
    mail.refresh_from_db()
    assert (mail.state, mail.sent_at, len(mail_on.taken)) == (MailState.QUEUED, None, 1)


def test_a_mail_that_was_sent_twice_has_the_same_id(mail_on: MailServer) -> None:
    mail = queued()
    send(mail.pk)
    OutgoingMail.objects.update(state=MailState.QUEUED, sent_at=None)  # the worker died before it could write that
    send(mail.pk)
    first, second = (message["Message-ID"] for message in mail_on.mails)
    assert first == second == f"<{mail.message_id.hex}.{mail.day:%Y%m%d}@plan.prove.example>"


# The sweep


def test_the_sweep_hands_out_what_is_due_longest_first(mail_on: MailServer, settings: Any) -> None:
    settings.MAIL_BATCH = 2
    later, now, first, second = queued(), queued(), queued(), queued()
    for mail, wait in ((later, MINUTE), (now, -SECOND), (first, -MINUTE), (second, -2 * SECOND)):
        OutgoingMail.objects.filter(pk=mail.pk).update(next_attempt_at=Now() + wait)
    assert unsent() == [first.pk, second.pk]


def test_mails_wait_while_no_server_is_set_up(settings: Any) -> None:
    assert not settings.MAIL_ENABLED
    queued()
    assert unsent() == []


def test_without_a_broker_nobody_has_to_wait(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def unreachable(*args: Any, **options: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(outbox.celery_app, "send_task", unreachable)
    outbox.wake()
    assert "the sweep will find the mails" in caplog.text


@pytest.fixture
def mail_settings(mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> MailServer:
    """What a worker beside the test reads."""
    monkeypatch.setenv("EMAIL_URL", f"smtp://127.0.0.1:{mail_server.port}/?tls=0")
    monkeypatch.setenv("DEFAULT_FROM_EMAIL", "plan@prove.example")
    monkeypatch.setenv("POVERTYPLAN_URL", "https://plan.prove.example")
    return mail_server


@committed
@pytest.mark.worker
@pytest.mark.parametrize("when", ["seconds", "hesitates"], ids=["before the server took it", "after"])
def test_a_mail_whose_worker_is_killed_is_sent_by_the_next(
    when: str, mail_settings: MailServer, start_worker: Callable[[], Worker]
) -> None:
    server = mail_settings
    setattr(server, when, 60)
    first = start_worker()
    mail = queued()  # no message tells of it: the sweep finds it
    assert wait_until(lambda: server.asked == 1), first.log.read_text()
    first.kill()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.QUEUED, 1), "killed too late to tell anything"
    taken_from_the_first = len(server.taken)
    assert when == "seconds" or taken_from_the_first == 1
    server.seconds = server.hesitates = 0
    OutgoingMail.objects.update(leased_until=Now() - SECOND)

    second = start_worker()
    assert wait_until(lambda: OutgoingMail.objects.get().state == MailState.SENT, 60), second.log.read_text()
    mail.refresh_from_db()
    assert mail.attempts == 2
    assert len(server.taken) >= taken_from_the_first + 1
    assert len({message["Message-ID"] for message in server.mails}) == 1, "a second copy is known as one"
    assert mail.user.email not in first.log.read_text() + second.log.read_text()
