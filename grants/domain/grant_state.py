"""The life of a grant: the table of its states. grant.py moves it for people, and the yearly report as that goes."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from grants.models import Grant, GrantState
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting
from organisation.models import AuditEntry, User

S = GrantState
TRANSITIONS: dict[str, tuple[str, ...]] = {
    S.APPLIED: (S.GRANTED, S.REFUSED),
    S.GRANTED: (S.REPORTED, S.CLOSED),
    S.REFUSED: (S.GRANTED,),  # an appeal was upheld
    S.REPORTED: (S.CLOSED,),
    S.CLOSED: (),
}
# Only because the directorate sends the yearly report back: `set_granted_again`.
SENT_BACK_FROM = (S.REPORTED, S.CLOSED)


def move(grant: Grant, to: str, on: datetime.date, reason: str = "") -> None:
    """Along the table; not yet saved. The reason belongs to the state."""
    if to not in TRANSITIONS[grant.state]:
        raise DomainError(
            _("Et tilskudd som er «%(from)s», kan ikke bli «%(to)s».")
            % {"from": S(grant.state).label.lower(), "to": S(to).label.lower()}
        )
    _set(grant, to, on, reason)


def set_reported(*, grant: Grant, by: User | None, on: datetime.date) -> Grant:
    """The yearly report has been submitted. Submitted once more, it stays so."""
    with acting(by, "grant.report"):
        grant = _held(grant)
        if grant.state not in SENT_BACK_FROM:
            grant.version += 1
            move(grant, S.REPORTED, on)
            grant.save()
    return grant


def set_granted_again(*, grant: Grant, by: User | None, on: datetime.date) -> Grant:
    """The yearly report was sent back, and is due again; a grant that was closed meanwhile is open again."""
    with acting(by, "grant.report_returned"):
        # Asked for by its state: the directorate, which sends it back, may lock no other.
        rows = Grant.objects.select_for_update(no_key=True).filter(pk=grant.pk, state__in=SENT_BACK_FROM)
        if sent := rows.first():
            sent.version += 1
            _set(sent, S.GRANTED, on)
            sent.save()
    return sent or grant


@dataclass(frozen=True)
class Step:
    """A state the grant came into: since when, and who said so. Nobody is named where that is none whom one sees."""

    label: Any
    on: datetime.date
    who: str


def history(grant: Grant) -> list[Step]:
    """How it went, first step first, as the change log has it. Two queries."""
    rows = AuditEntry.objects.filter(table_name=Grant._meta.db_table, row_id=grant.pk, after__has_key="state")
    entries = list(rows.order_by("id"))
    names = dict(User.objects.filter(pk__in={row.actor_id for row in entries}).values_list("pk", "name"))
    found, since = [], ""
    for row in entries:
        assert row.after is not None  # the filter has seen to it
        since = row.after.get("state_since", since)
        name = names.get(row.actor_id, "") if row.actor_id else ""
        found.append(Step(S(row.after["state"]).label, datetime.date.fromisoformat(since), name))
    return found


def _held(grant: Grant) -> Grant:
    """As it stands, locked; not `locked`, for it may stay as it is."""
    return Grant.objects.select_for_update(no_key=True).get(pk=grant.pk)


def _set(grant: Grant, to: str, on: datetime.date, reason: str = "") -> None:
    grant.state, grant.state_since, grant.state_reason = to, on, reason.strip()
