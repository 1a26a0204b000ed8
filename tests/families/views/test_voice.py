"""The family's voice as its team sees it: the link once, then never again; the answers, newest first."""

import datetime
import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from families.domain.own_form import take_answer
from families.domain.voice import make_link
from families.models import Family, VoiceLink
from organisation.models import Notice, Role
from tests.factories import UnitFactory, make_member
from tests.factories.families import inside, join_team, make_family

pytestmark = pytest.mark.django_db


@pytest.fixture
def family() -> Family:
    return make_family()


@pytest.fixture
def client(family: Family, client_for: Any) -> Client:
    return client_for(family.case_holder)


def url(family: Family, name: str = "family-voice", **more: str) -> str:
    return reverse(name, kwargs={"reference": family.public_id} | more)


def new_link(family: Family, days_ago: int = 0) -> tuple[VoiceLink, str]:
    at = timezone.now() - datetime.timedelta(days=days_ago)
    with inside(family) as vault:
        return make_link(vault=vault, language="nb", days=14, by=vault.user, at=at)


def say(family: Family, words: str, **changes: Any) -> None:
    said = {"helpful": "yes", "matters": words, "wants_contact": False, "language": "nb"}
    assert take_answer(token=new_link(family)[1], **(said | changes))


def links(family: Family) -> list[VoiceLink]:
    with inside(family) as vault:
        return list(vault.rows(VoiceLink))


def token_in(page: str) -> str:
    (token,) = set(re.findall(r"/stemme/([A-Za-z0-9_-]{43})/", page))
    return token


def test_the_link_is_shown_once_and_kept_nowhere(family: Family, client: Client) -> None:
    answer = client.post(url(family, "family-voice-link-new"), {"language": "nb", "days": "14"})
    assert answer.status_code == 200, "no redirect: an address of ours would have to hold it"
    page = answer.content.decode()
    token = token_in(page)
    assert f'value="http://testserver/stemme/{token}/"' in page
    assert "no-store" in answer["Cache-Control"]
    assert client.get(f"/stemme/{token}/").status_code == 200
    for name in ("family-voice", "family-voice-links", "family", "family-voice-link-new"):
        assert token not in client.get(url(family, name)).content.decode(), name
    assert all(token not in str(session.get_decoded()) for session in Session.objects.all())
    assert not any(token in notice.text + notice.url_path for notice in Notice.objects.all())


def test_the_sheet_is_in_the_familys_language_with_a_code_and_the_last_day(family: Family, client: Client) -> None:
    page = client.post(url(family, "family-voice-link-new"), {"language": "ar", "days": "7"}).content.decode()
    sheet = page[page.index('<section class="sheet"') :]
    assert 'lang="ar" dir="rtl"' in sheet
    assert "ما المهم بالنسبة لكم؟" in sheet
    assert "<title>رمز QR للاستمارة</title>" in sheet
    assert "style=" not in sheet
    last = timezone.localdate() + datetime.timedelta(days=7)
    assert re.search(rf"<bdi>{last.day} \w+، {last.year}</bdi>", sheet)
    assert family.reference not in sheet
    assert "Lenken vises bare nå." in page, "the rest of the page is the team's"


@pytest.mark.parametrize(
    ("changes", "field"), [({"language": "fr"}, "language"), ({"days": "365"}, "days"), ({"days": ""}, "days")]
)
def test_another_language_or_a_longer_time_is_refused(
    changes: dict[str, str], field: str, family: Family, client: Client
) -> None:
    answer = client.post(url(family, "family-voice-link-new"), {"language": "nb", "days": "14"} | changes)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert links(family) == []


def test_answers_stand_newest_first_with_the_wish_to_talk(family: Family, client: Client) -> None:
    say(family, "Først sagt")
    say(family, "شيء آخر", wants_contact=True, language="ar", helpful="no")
    page = client.get(url(family)).content.decode()
    assert page.index("شيء آخر") < page.index("Først sagt")
    assert page.count("Vil snakke med noen") == 1
    assert '<div class="quote" lang="ar" dir="auto"><blockquote>' in page
    assert "Først sagt" not in client.get(url(family, "family")).content.decode()
    assert "شيء آخر" in client.get(url(family, "family")).content.decode()


def test_what_a_family_writes_is_text_and_nothing_else(family: Family, client: Client) -> None:
    say(family, "<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)" in client.get(url(family)).content.decode()


def test_nothing_yet_says_what_comes_here_and_leads_on(family: Family, client: Client) -> None:
    page = client.get(url(family)).content.decode()
    assert "Her kommer det familien selv svarer" in page
    assert url(family, "family-voice-link-new") in page
    assert (
        "Familiens stemme"
        not in client.get(url(family, "family")).content.decode().split("<main")[1].split("</nav>")[-1]
    )
    assert "Her kommer lenkene" in client.get(url(family, "family-voice-links")).content.decode()


def test_each_link_says_what_has_become_of_it(family: Family, client: Client) -> None:
    new_link(family, days_ago=20)
    say(family, "Brukt")
    revoked, _token = new_link(family)
    revoke = url(family, "family-voice-link-revoke", public_id=revoked.public_id)
    assert client.post(revoke).status_code == 302
    new_link(family)
    page = client.get(url(family)).content.decode()
    states = re.findall(r'data-label="Tilstand"><span[^>]*>([^<]+)<', page)
    assert states == ["Ikke brukt", "Trukket tilbake", "Brukt", "Tiden er ute"]
    assert page.count("/trekk/") == 1
    assert "Lenken er trukket tilbake" in page


def test_a_used_link_is_not_taken_back_and_the_page_says_why(family: Family, client: Client) -> None:
    say(family, "Brukt")
    (used,) = links(family)
    answer = client.post(url(family, "family-voice-link-revoke", public_id=used.public_id), follow=True)
    assert "Familien har svart med denne lenken." in answer.content.decode()


def test_a_link_of_another_family_is_not_there(family: Family, client: Client) -> None:
    theirs, _token = new_link(make_family())
    address = url(family, "family-voice-link-revoke", public_id=theirs.public_id)
    assert client.post(address).status_code == 404


def test_a_colleague_of_another_service_hears_the_family_too(family: Family, client_for: Any) -> None:
    """What a family says to its team is for the whole team, without a consent of its own."""
    colleague = make_member(Role.PARTNER, UnitFactory(municipality=family.municipality))
    with inside(family):
        join_team(family, colleague, colleague.current_memberships[0].unit)
    say(family, "Til hele teamet")
    client = client_for(colleague)
    assert "Til hele teamet" in client.get(url(family)).content.decode()
    row, _token = new_link(family)
    assert client.post(url(family, "family-voice-link-revoke", public_id=row.public_id)).status_code == 302


def test_a_closed_case_shows_what_was_said_and_makes_no_links(family: Family, client: Client) -> None:
    say(family, "Sagt før")
    row, _token = new_link(family)
    with inside(family) as vault:
        vault.family.closed_on, vault.family.closed_reason = vault.on, "moved"
        vault.family.save()
    page = client.get(url(family)).content.decode()
    assert "Sagt før" in page
    assert "Ny lenke" not in page
    assert "/trekk/" not in page
    assert client.get(url(family, "family-voice-link-new")).status_code == 403
    assert client.post(url(family, "family-voice-link-revoke", public_id=row.public_id)).status_code == 403


def test_the_queries_do_not_grow_with_what_is_said(family: Family, client: Client) -> None:
    def count(name: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(family, name)).status_code == 200
        return len(queries)

    say(family, "Én")
    few = {name: count(name) for name in ("family-voice", "family-voice-links", "family")}
    for number in range(12):
        say(family, f"Svar {number}")
    assert {name: count(name) for name in few} == few
    assert client.get(url(family)).content.decode().count("<blockquote") == 10
    assert "Se alle lenkene" in client.get(url(family)).content.decode()
    assert client.get(url(family), {"side": "2"}).content.decode().count("<blockquote") == 3
