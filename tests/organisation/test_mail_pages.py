"""Notices by e-mail: what a person chooses, and what an administrator sees of mail that did not come through."""

import datetime
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organisation.domain import outbox
from organisation.models import AuditEntry, MailFailure, MailState, OutgoingMail, Role, Unit, User
from tests.factories import MembershipFactory, NoticeFactory, OutgoingMailFactory, UnitFactory, make_member

pytestmark = pytest.mark.django_db
CHOICE, FAILED = "mail-choice", "failed-mail-list"


@pytest.fixture
def ada() -> User:
    return make_member(Role.CASEWORKER)


@pytest.fixture
def client(ada: User, client_for: Any) -> Client:
    made: Client = client_for(ada)
    return made


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def boxes(page: str) -> dict[str, bool]:
    """The groups that are asked about, and whether they are on."""
    lines = [line for line in page.split("<input")[1:] if 'name="group_' in line]
    return {line.split('name="group_')[1].split('"')[0]: "checked" in line.split(">")[0] for line in lines}


# One's own choice


def test_everybody_begins_with_a_daily_mail_about_everything(client: Client) -> None:
    page = text_of(client.get(reverse(CHOICE)))
    assert set(boxes(page)) >= {"round", "report", "review", "sub_project", "grant", "family"}
    assert all(boxes(page).values())
    assert [box.split('"')[0] for box in page.split('name="rhythm" value="')[1:] if "checked" in box.split(">")[0]] == [
        "daily"
    ]


def test_rhythm_and_groups_are_stored_and_shown_again(client: Client, ada: User) -> None:
    data = {"rhythm": "weekly", "group_review": "on", "group_round": "on"}
    answer = client.post(reverse(CHOICE), data, follow=True)
    assert answer.redirect_chain == [(reverse(CHOICE), 302)]
    ada.refresh_from_db()
    assert ada.mail_rhythm == "weekly"
    assert set(ada.muted_mail_groups) == set(boxes(text_of(answer))) - {"review", "round"}
    assert {key for key, on in boxes(text_of(answer)).items() if on} == {"review", "round"}
    assert "Hver mandag" in text_of(client.get(reverse("my-settings")))


def test_what_another_role_was_not_to_tell_stays_untold(client: Client, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(muted_mail_groups=["family", "of another role"])
    client.post(reverse(CHOICE), {"rhythm": "daily", "group_family": "on"})
    ada.refresh_from_db()
    assert "of another role" in ada.muted_mail_groups
    assert "family" not in ada.muted_mail_groups


@pytest.mark.parametrize(
    ("role", "there", "not_there"),
    [(Role.BOARD_MEMBER, "report", "family"), (Role.JUROR, "call", "grant"), (Role.PARTNER, "review", "round")],
)
def test_a_person_is_asked_about_what_her_roles_can_get(
    role: Role, there: str, not_there: str, client_for: Any
) -> None:
    asked = boxes(text_of(client_for(make_member(role)).get(reverse(CHOICE))))
    assert there in asked
    assert not_there not in asked


def test_a_rhythm_that_is_none_is_refused(client: Client, ada: User) -> None:
    answer = client.post(reverse(CHOICE), {"rhythm": "hourly"})
    assert answer.status_code == 422
    ada.refresh_from_db()
    assert ada.mail_rhythm == "daily"


def test_the_page_says_that_the_notices_come_all_the_same_and_when_no_mail_is_sent(
    client: Client, settings: Any
) -> None:
    said = "E-post er ikke satt opp ennå"
    page = text_of(client.get(reverse(CHOICE)))
    assert "kommer alt uansett" in page
    assert said in page
    settings.MAIL_ENABLED, settings.MAIL_HOUR = True, 6
    page = text_of(client.get(reverse(CHOICE)))
    assert said not in page
    assert "klokka 06.00" in page


def test_the_log_tells_that_the_choice_was_changed(client: Client, ada: User) -> None:
    client.post(reverse(CHOICE), {"rhythm": "never"})
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.actor_id, entry.after["mail_rhythm"]) == ("user.mail", ada.pk, "never")


@pytest.mark.parametrize("name", ["notice-list", "my-settings"])
def test_the_choice_is_found_from_the_pages_around_it(name: str, client: Client) -> None:
    assert f'href="{reverse(CHOICE)}"' in text_of(client.get(reverse(name)))


# What did not come through


@pytest.fixture
def root() -> Unit:
    return UnitFactory()


@pytest.fixture
def admin(root: Unit, client_for: Any) -> Client:
    made: Client = client_for(make_member(Role.ADMINISTRATOR, root))
    return made


def failed(user: User, **fields: Any) -> OutgoingMail:
    values = {"state": MailState.FAILED, "failure": MailFailure.ADDRESS, "attempts": 10} | fields
    mail: OutgoingMail = OutgoingMailFactory(user=user, **values)
    NoticeFactory(user=user, mail=mail, text="Det som bare er hennes.")
    return mail


def member(root: Unit, **user: Any) -> User:
    return make_member(Role.CASEWORKER, UnitFactory(parent=root), **user)


def test_the_administrator_sees_who_did_not_get_hers_since_when_and_why_and_not_what_it_said(
    admin: Client, root: Unit
) -> None:
    failed(member(root, name="Nina Nettløs", email="nina@prove.example"), day=datetime.date(2026, 11, 23))
    page = text_of(admin.get(reverse(FAILED)))
    for said in ("Nina Nettløs", "nina@prove.example", "23. november 2026", "E-posttjeneren tok ikke imot adressen."):
        assert said in page
    assert "Det som bare er hennes." not in page


def test_without_anything_the_page_says_so(admin: Client, root: Unit) -> None:
    OutgoingMailFactory(user=member(root, name="Nina Nettløs"))
    page = text_of(admin.get(reverse(FAILED)))
    assert "All e-post med varsler har kommet fram." in page
    assert "Nina Nettløs" not in page


def left(user: User) -> None:
    user.memberships.update(valid_to=timezone.localdate() - datetime.timedelta(days=1))
    MembershipFactory(user=user)


def test_other_municipalities_and_who_has_left_this_one_are_not_there(admin: Client, root: Unit) -> None:
    foreign, gone, quiet, out = make_member(Role.CASEWORKER), member(root), member(root), member(root)
    left(gone)
    User.objects.filter(pk=quiet.pk).update(mail_rhythm="never")
    User.objects.filter(pk=out.pk).update(is_active=False)
    for user in (foreign, gone, quiet, out):
        failed(user)
        assert user.name not in text_of(admin.get(reverse(FAILED)))
        assert admin.post(reverse("failed-mail-again", args=[user.public_id])).status_code == 404
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"failed"}


@pytest.mark.django_db(transaction=True)
def test_trying_again_queues_it_for_today_and_wakes_a_worker(
    admin: Client, root: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[Any] = []
    monkeypatch.setattr(outbox.celery_app, "send_task", lambda name, *args, **options: woken.append(name))
    mail = failed(member(root), day=datetime.date(2026, 11, 23))
    answer = admin.post(reverse("failed-mail-again", args=[mail.user.public_id]), follow=True)
    assert "blir sendt på nytt nå" in text_of(answer)
    mail.refresh_from_db()
    assert (mail.state, mail.failure, mail.attempts, mail.day) == ("queued", "", 0, timezone.localdate())
    assert woken == ["organisation.tasks.wake_outbox"]
    assert admin.post(reverse("failed-mail-again", args=[mail.user.public_id])).status_code == 404


def test_a_mail_that_came_through_is_not_sent_again(admin: Client, root: Unit) -> None:
    mail = OutgoingMailFactory(user=member(root), state=MailState.SENT, sent_at=Now())
    assert admin.post(reverse("failed-mail-again", args=[mail.user.public_id])).status_code == 404
    mail.refresh_from_db()
    assert mail.state == MailState.SENT


def test_many_take_no_more_queries_than_one(admin: Client, root: Unit) -> None:
    from django.db import connection

    def queries(number: int) -> int:
        for _ in range(number):
            failed(member(root))
        with CaptureQueriesContext(connection) as captured:
            admin.get(reverse(FAILED))
        return len(captured)

    assert queries(1) == queries(10) <= 8
