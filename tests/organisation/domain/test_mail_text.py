"""What stands in a mail: sentences and links in the reader's language, a subject that says nothing, and never too much."""

import datetime
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Any

import pytest
from django.urls import reverse

from organisation.domain import mail_text
from organisation.domain.mail_text import LISTED, UNGROUPED, message_of
from organisation.models import Notice, OutgoingMail, Role
from tests.factories import NoticeFactory, OutgoingMailFactory, make_member

pytestmark = pytest.mark.django_db
SITE = "https://plan.prove.example"


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.SITE_URL, settings.DEFAULT_FROM_EMAIL = SITE, "plan@prove.example"


def mail_to(**user: Any) -> OutgoingMail:
    mail: OutgoingMail = OutgoingMailFactory(user=make_member(Role.CASEWORKER, **user), day=datetime.date(2026, 11, 23))
    mail.refresh_from_db()
    return mail


def notices(number: int, **fields: Any) -> list[Notice]:
    return [NoticeFactory(text=f"Sak {n}.", url_path=f"/planer/?side={n}", **fields) for n in range(1, number + 1)]


def body_of(rows: Sequence[Notice]) -> str:
    return str(message_of(mail_to(), rows).body)


def test_a_mail_says_the_day_the_sentences_with_links_and_where_to_tune_it() -> None:
    message = message_of(mail_to(), notices(2))
    assert message.subject == "2 varsler fra Povertyplan"
    assert message.body == (
        "23. november 2026 har du 2 uleste varsler i Povertyplan:\n\n"
        f"Sak 1.\n{SITE}/planer/?side=1\n\n"
        f"Sak 2.\n{SITE}/planer/?side=2\n\n"
        f"{'-' * 40}\n\n"
        "Du får høyst én slik e-post om dagen. Velg hvor ofte den skal komme, og hva den skal handle om:\n"
        f"{SITE}{reverse('mail-choice')}\n"
    )


def test_one_is_told_of_as_one() -> None:
    message = message_of(mail_to(), notices(1))
    assert message.subject == "1 varsel fra Povertyplan"
    assert str(message.body).startswith("23. november 2026 har du 1 ulest varsel i Povertyplan:")


def test_many_stand_under_what_they_are_about_and_an_old_kind_under_other_things() -> None:
    rows = notices(3, kind="review") + notices(UNGROUPED - 3, kind="grant")
    assert "STOPPUNKT" not in body_of(rows)
    rows += notices(1, kind="review") + notices(1, kind="no longer made")
    lines = [line for line in body_of(rows).splitlines() if line.isupper()]
    assert lines == ["STOPPUNKT", "TILSKUDD", "ANNET"]
    body = body_of(rows)
    assert body[body.index("STOPPUNKT") : body.index("TILSKUDD")].count("Sak") == 4


def test_of_very_many_the_oldest_are_listed_and_the_rest_is_counted() -> None:
    body = body_of(notices(LISTED + 1))
    assert body.count("Sak ") == LISTED
    assert f"Og 1 varsel til. Se alle under Varsler:\n{SITE}{reverse('notice-list')}\n" in body
    assert "Og 30 varsler til." in body_of(notices(LISTED + 30))
    assert "til. Se alle" not in body_of(notices(LISTED))


def test_the_frame_is_in_the_readers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils.translation import get_language

    monkeypatch.setattr(mail_text, "ngettext", lambda one, many, number: f"{get_language()}: {one}")
    monkeypatch.setattr(mail_text, "_", lambda text: f"{get_language()}: {text}")
    for language, said in (("en", "en:"), ("", "nb:"), ("nb", "nb:")):
        message = message_of(mail_to(language=language), notices(1))
        assert message.subject.startswith(said)
        assert str(message.body).count(said) == 2
    assert "23 November 2026" in str(message_of(mail_to(language="en"), notices(1)).body)


def test_the_subject_says_nothing_of_what_is_told() -> None:
    message = message_of(mail_to(name="Kjennelig Navn"), [*notices(1), NoticeFactory(text="Hemmelig sak.")])
    headers: EmailMessage = message.message()
    assert "Hemmelig" not in str(headers["Subject"]) + str(headers["Message-ID"])
    assert "Kjennelig" not in headers.as_string()


def test_the_id_is_the_mails_and_the_days() -> None:
    mail = mail_to()
    first, again = (message_of(mail, notices(n)).extra_headers["Message-ID"] for n in (1, 2))
    assert first == again == f"<{mail.message_id.hex}.20261123@plan.prove.example>"
    mail.day += datetime.timedelta(1)
    assert message_of(mail, notices(1)).extra_headers["Message-ID"] != first
