"""The team's side of the family's voice: links, what becomes of them, and word of an answer."""

import datetime
from typing import Any

import pytest
from django.core import mail
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from families.domain.own_form import open_link, take_answer
from families.domain.vault import OpenFamily
from families.domain.voice import make_link, open_links, revoke_link, revoke_open_links, state_of, tell_team
from families.models import LinkState, VoiceAnswer, VoiceLink
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry, Notice, OutgoingMail, Role
from tests.database import owner_cursor
from tests.factories import UnitFactory, make_member
from tests.factories.families import inside, join_team, make_family, make_family_member

pytestmark = pytest.mark.django_db


def answered(token: str, wants_contact: bool = False) -> bool:
    return take_answer(token=token, helpful="yes", matters="", wants_contact=wants_contact, language="nb")


def test_a_link_holds_to_the_end_of_its_last_day() -> None:
    with inside(make_family()) as vault:
        at = datetime.datetime(2026, 3, 20, 23, 30, tzinfo=datetime.UTC)  # the 21st here, and summer time a week later
        link, _token = make_link(vault=vault, language="pl", days=14, by=vault.user, at=at)
        assert timezone.localtime(link.expires_at).isoformat() == "2026-04-04T23:59:59.999999+02:00"
        assert (link.language, link.unit, link.written_by) == ("pl", vault.unit, vault.user)


@pytest.mark.django_db(transaction=True)
def test_of_a_token_only_the_hash_is_stored() -> None:
    with inside(make_family()) as vault:
        link, token = make_link(vault=vault, language="nb", days=7, by=vault.user, at=timezone.now())
        _other, second = make_link(vault=vault, language="nb", days=7, by=vault.user, at=timezone.now())
    assert len(token) == 43
    assert token != second
    assert link.token_sha256 == VoiceLink.hash_of(token)
    assert token not in link.token_sha256
    with owner_cursor() as cursor:
        cursor.execute("SET povertyplan.maintenance = 'on'")
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{token}%"])
            assert cursor.fetchone() == (0,), table


def test_the_audit_log_has_neither_the_hash_nor_the_answer() -> None:
    with inside(make_family()) as vault:
        link, token = make_link(vault=vault, language="uk", days=7, by=vault.user, at=timezone.now())
    take_answer(token=token, helpful="no", matters="Et ord som er familiens", wants_contact=True, language="uk")
    rows = AuditEntry.objects.filter(table_name__in=["families_voicelink", "families_voiceanswer"])
    assert {row.action for row in rows} == {"voice_link.make", "voice.answer"}
    told = " ".join(f"{row.before} {row.after}" for row in rows)
    assert link.token_sha256 not in told
    assert "familiens" not in told


@pytest.mark.parametrize(("language", "days", "field"), [("fr", 14, "language"), ("nb", 3650, "days")])
def test_other_languages_and_longer_times_are_refused(language: str, days: int, field: str) -> None:
    with inside(make_family()) as vault:
        with pytest.raises(DomainError) as refused:
            make_link(vault=vault, language=language, days=days, by=vault.user, at=timezone.now())
        assert refused.value.field == field
        assert not vault.rows(VoiceLink).exists()


def test_a_closed_case_gets_no_link_and_its_links_lead_nowhere() -> None:
    family = make_family()
    with inside(family) as vault:
        link, token = make_link(vault=vault, language="nb", days=7, by=vault.user, at=timezone.now())
        vault.family.closed_on = vault.on
        vault.family.closed_reason = "moved"
        vault.family.save()
        with pytest.raises(DomainError, match="avsluttet"):
            make_link(vault=vault, language="nb", days=7, by=vault.user, at=timezone.now())
        with pytest.raises(DomainError, match="avsluttet"):
            revoke_link(vault=vault, link=link, by=vault.user, at=timezone.now())
    assert open_link(token=token) is None
    assert not answered(token)


def test_anybody_in_the_team_takes_a_link_back_and_it_is_useless() -> None:
    family = make_family()
    colleague = make_member(Role.CASEWORKER, UnitFactory(municipality=family.municipality))
    with inside(family) as vault:
        link, token = make_link(vault=vault, language="nb", days=7, by=vault.user, at=timezone.now())
        join_team(family, colleague, colleague.current_memberships[0].unit)
    with inside(family, colleague) as vault:
        first = revoke_link(vault=vault, link=link, by=colleague, at=timezone.now())
        assert revoke_link(vault=vault, link=link, by=colleague, at=timezone.now()).revoked_at == first.revoked_at
    assert open_link(token=token) is None
    assert not answered(token)


def test_a_link_that_was_used_is_not_taken_back() -> None:
    family = make_family()
    with inside(family) as vault:
        link, token = make_link(vault=vault, language="nb", days=7, by=vault.user, at=timezone.now())
    assert answered(token)
    with inside(family) as vault, pytest.raises(DomainError, match="har svart"):
        revoke_link(vault=vault, link=link, by=vault.user, at=timezone.now())


@pytest.mark.parametrize("change", [{"used_at": None}, {"token_sha256": "0" * 64}, {"expires_at": timezone.now()}])
def test_nobody_makes_a_used_link_new_or_an_old_one_last(change: dict[str, object]) -> None:
    """Not even the application itself: the database lets it write the end of a link and nothing else of it."""
    with inside(make_family()) as vault:
        link, _token = make_link(vault=vault, language="nb", days=7, by=vault.user, at=timezone.now())
        with pytest.raises(ProgrammingError), transaction.atomic():
            VoiceLink.objects.filter(pk=link.pk).update(**change)


def test_nobody_writes_or_corrects_a_familys_words() -> None:
    family = make_family()
    with inside(family) as vault:
        link, token = make_link(vault=vault, language="nb", days=7, by=vault.user, at=timezone.now())
    take_answer(token=token, helpful="no", matters="Som det ble sagt", wants_contact=False, language="nb")
    with inside(family):
        assert VoiceAnswer.objects.update(matters="Noe annet", helpful="yes") == 0
        assert VoiceAnswer.objects.get().matters == "Som det ble sagt"
        with pytest.raises(ProgrammingError), transaction.atomic():
            VoiceAnswer.objects.create(family=family, link=link, helpful="yes", language="nb", answered_on=vault.on)


@given(expires=st.integers(-3, 3), used=st.booleans(), revoked=st.booleans())
def test_the_state_of_a_link_is_one_of_four(expires: int, used: bool, revoked: bool) -> None:
    at = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    link = VoiceLink(expires_at=at + datetime.timedelta(seconds=expires))
    link.used_at, link.revoked_at = (at if used else None), (at if revoked and not used else None)
    state = state_of(link, at)
    assert (state == LinkState.USED) == used
    assert (state == LinkState.REVOKED) == (revoked and not used)
    assert (state == LinkState.OPEN) == (not used and not revoked and expires > 0)


def test_a_wish_to_talk_reaches_the_team_by_mail_and_names_nobody(settings: object) -> None:
    settings.MAIL_ENABLED = True  # type: ignore[attr-defined]
    family = make_family()
    colleague = make_member(Role.CASEWORKER, UnitFactory(municipality=family.municipality))
    gone = make_member(Role.CASEWORKER, family.unit)
    with inside(family) as vault:
        join_team(family, colleague, colleague.current_memberships[0].unit)
        yesterday = vault.on - datetime.timedelta(days=1)
        join_team(family, gone, family.unit, from_day=yesterday, to_day=yesterday)
        tokens = [make_link(vault=vault, language="nb", days=7, by=vault.user, at=timezone.now())[1] for _ in range(2)]
    assert answered(tokens[0], wants_contact=True)
    notices = list(Notice.objects.filter(kind="voice"))
    assert {notice.user_id for notice in notices} == {family.case_holder.pk, colleague.pk}
    assert {notice.text for notice in notices} == {"En familie du arbeider med, vil snakke med noen."}
    assert {notice.url_path for notice in notices} == {f"/familier/{family.public_id}/stemme/"}
    assert all(notice.awaits_mail for notice in notices)
    assert answered(tokens[1])
    assert Notice.objects.filter(text="En familie du arbeider med, har svart.").count() == 2
    assert Notice.objects.filter(awaits_mail=True).count() == 2, "an answer alone can wait"
    assert not OutgoingMail.objects.exists(), "it comes with the mail of the day"
    assert mail.outbox == []


def test_each_answer_is_told_of_once() -> None:
    family = make_family()
    for _ in range(2):
        tell_team(answer=1, reference=family.public_id, members=[family.case_holder.pk], wants_contact=True)
    assert Notice.objects.filter(kind="voice").count() == 1


def test_the_functions_of_the_form_tell_a_stranger_nothing_of_the_family() -> None:
    with inside(make_family()) as vault:
        make_link(vault=vault, language="nb", days=7, by=vault.user, at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM families_voicelink")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT * FROM povertyplan_voice_link(%s)", ["0" * 64])
        assert cursor.fetchall() == []


def open_and_spent(vault: OpenFamily) -> tuple[VoiceLink, VoiceLink]:
    """A link that is out, and one whose time was over before."""
    now = timezone.now()
    spent, _token = make_link(vault=vault, language="nb", days=7, by=vault.user, at=now - datetime.timedelta(days=30))
    link, _token = make_link(vault=vault, language="nb", days=7, by=vault.user, at=now)
    return link, spent


def test_whoever_leaves_the_household_takes_no_link_along(client_for: Any) -> None:
    family = make_family()
    with inside(family) as vault:
        father = make_family_member(family, "father")
        link, spent = open_and_spent(vault)
    url = reverse("family-member-edit", args=[family.public_id, father.public_id])
    sent = {"role": "father", "version": father.version}
    client = client_for(family.case_holder)
    client.post(url, sent)
    with inside(family) as vault:
        assert list(open_links(vault=vault, at=timezone.now())) == [link], "a correction withdraws nothing"
    answer = client.post(url, sent | {"version": 2, "left_on": timezone.localdate()}, follow=True)
    assert "er trukket tilbake" in answer.content.decode()
    with inside(family):
        link.refresh_from_db()
        spent.refresh_from_db()
    assert link.revoked_at
    assert spent.revoked_at is None


def test_a_protected_address_withdraws_the_links(client_for: Any) -> None:
    family = make_family()
    with inside(family) as vault:
        link, _spent = open_and_spent(vault)
    url = reverse("family-edit", args=[family.public_id])
    answer = client_for(family.case_holder).post(url, {"protected": "on", "version": 1}, follow=True)
    assert "er trukket tilbake" in answer.content.decode()
    with inside(family) as vault:
        link.refresh_from_db()
        assert link.revoked_at
        assert revoke_open_links(vault=vault, by=vault.user, at=timezone.now()) == 0
