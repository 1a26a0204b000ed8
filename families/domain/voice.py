"""The family's voice, on the team's side: one-time links to the family's own form, and word of what came (own_form.py)."""

import datetime
import secrets
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from families.domain.recording import check_open, recorded
from families.domain.vault import OpenFamily
from families.models import LinkState, VoiceLanguage, VoiceLink
from organisation.domain.errors import DomainError
from organisation.domain.notices import notify
from organisation.domain.writing import acting
from organisation.models import Unit, User

DAYS = (7, 14, 30)  # how long a link can be valid
USUAL_DAYS = 14
TOKEN_BYTES = 32  # 256 bits: nobody guesses one, so nobody needs to count the guesses


def make_link(
    *, vault: OpenFamily, language: str, days: int, by: User, at: datetime.datetime, unit: Unit | None = None
) -> tuple[VoiceLink, str]:
    """A link that can be used once, to the end of its last day. The token comes with it, and is stored nowhere."""
    if language not in VoiceLanguage.values:
        raise DomainError(_("Velg et språk."), "language")
    if days not in DAYS:
        raise DomainError(_("Velg hvor lenge lenken skal gjelde."), "days")
    zone = timezone.get_current_timezone()
    last = at.astimezone(zone).date() + datetime.timedelta(days=days)
    end = datetime.datetime.combine(last, datetime.time.max, zone)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with acting(by, "voice_link.make"):
        link: VoiceLink = VoiceLink.objects.create(
            **recorded(vault=vault, by=by, at=at, unit=unit),
            token_sha256=VoiceLink.hash_of(token),
            language=language,
            expires_at=end,
        )
    return link, token


def revoke_link(*, vault: OpenFamily, link: VoiceLink, by: User, at: datetime.datetime) -> VoiceLink:
    """Make a link that has not been used useless. Anybody in the team may: it can have come into the wrong hands."""
    with acting(by, "voice_link.revoke"):
        check_open(vault)
        if not vault.can_write:
            raise DomainError(_("Bare de som er i teamet til familien, kan trekke en lenke tilbake."))
        current: VoiceLink = VoiceLink.objects.select_for_update(no_key=True).get(pk=link.pk)
        if current.used_at:
            raise DomainError(_("Familien har svart med denne lenken. Den kan ikke brukes igjen."))
        current.revoked_at = current.revoked_at or at
        current.save(update_fields=["revoked_at"])
    return current


def revoke_open_links(*, vault: OpenFamily, by: User, at: datetime.datetime) -> int:
    """Somebody has left the household, or its address is protected: what is out may be where it should not. How many."""
    with acting(by, "voice_link.revoke"):
        out: int = open_links(vault=vault, at=at).update(revoked_at=at)
        return out


def open_links(*, vault: OpenFamily, at: datetime.datetime) -> QuerySet[VoiceLink]:
    """Those the family can answer with, of all services."""
    rows: Any = VoiceLink.objects.standing().filter(family=vault.family)
    found: QuerySet[VoiceLink] = rows.filter(used_at=None, revoked_at=None, expires_at__gt=at)
    return found


def state_of(link: VoiceLink, at: datetime.datetime) -> LinkState:
    """What has become of a link, as the team sees it."""
    if link.revoked_at:
        return LinkState.REVOKED
    if link.used_at:
        return LinkState.USED
    return LinkState.OUT_OF_TIME if link.expires_at <= at else LinkState.OPEN


def tell_team(*, answer: int, reference: str, members: list[int], wants_contact: bool) -> None:
    """A notice to each. A wish to talk with somebody leaves by mail too; an answer can wait until the next visit."""
    wish, news = _("En familie du arbeider med, vil snakke med noen."), _("En familie du arbeider med, har svart.")
    notify(
        users=User.objects.filter(pk__in=members), kind="voice", key=f"voice-{answer}",
        text=wish if wants_contact else news, url_path=reverse("family-voice", args=[reference]), mail=wants_contact,
    )  # fmt: skip
