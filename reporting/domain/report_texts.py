"""The free texts of a draft: edited, and confirmed to identify nobody. What a text is: domain/free_texts.py."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from organisation.domain.errors import DomainError, StaleWrite
from organisation.domain.writing import acting, locked
from organisation.models import User
from reporting.domain.free_texts import FreeText, hash_of, is_cleared, shared, texts_in
from reporting.domain.report import clearances_of, edits_of
from reporting.models import ReportText, ReportVersion, TextClearance


@dataclass(frozen=True)
class StandingText:
    """A free text of a draft as it stands: edited or as it came, cleared or not; `version` is for whoever edits it next."""

    came: FreeText
    text: str
    is_cleared: bool
    version: int

    @property
    def sha256(self) -> str:
        return hash_of(self.text)


def standing_texts(row: ReportVersion) -> list[StandingText]:
    """All free texts of a version that say something, or may be written, in the order of the report; two queries."""
    rows = {text.key: text for text in row.texts.all()}
    edited, cleared = {key: text.text for key, text in rows.items()}, clearances_of(row)
    return [
        StandingText(
            text,
            edited.get(text.key, text.text),
            is_cleared(text, edited, cleared),
            rows[text.key].version if text.key in rows else 0,
        )
        for text in texts_in(row.figures)
    ]


def same_words(texts: Sequence[StandingText], key: str) -> list[StandingText]:
    """The other texts of the version in which something of one text stands word for word, as it came or as it is now.

    A unit's contribution is made from its log, and the log stands in the appendix: what is taken out of one is in the other.
    """
    own = next((row for row in texts if row.came.key == key), None)
    if own is None:
        return []
    return [row for row in texts if row is not own and (shared(own.text, row.text) or shared(own.came.text, row.text))]


def left_in(texts: Sequence[StandingText], key: str) -> list[StandingText]:
    """Those of them that hold something that has been taken out of the text."""
    own = next((row for row in texts if row.came.key == key), None)
    if own is None:
        return []
    now = " ".join(own.text.split()).casefold()
    return [row for row in texts if row is not own and any(s not in now for s in shared(own.came.text, row.text))]


def edit_text(*, draft: ReportVersion, key: str, text: str, version: int, by: User) -> ReportText:
    """Write a free text of a draft anew. `version` is that of the text the user read: 0 where it stood as it came."""
    with acting(by, "report.text"):
        row = _draft(draft)
        came = next((text for text in texts_in(row.figures) if text.key == key), None)
        if came is None:
            raise DomainError(_("Teksten finnes ikke i rapporten."))
        if came.is_fixed:
            raise DomainError(_("Det som er vedtatt, kan ikke skrives om i rapporten."))
        before = ReportText.objects.filter(report_version=row, key=key).first()
        if before is None:
            return ReportText.objects.create(report_version=row, key=key, text=text.strip(), written_by=by)
        if before.version != version:
            raise StaleWrite(before)
        edited = locked(before, version)
        edited.writers_before = sorted({*edited.writers_before, edited.written_by_id})
        edited.text, edited.written_by = text.strip(), by
        edited.save()
    return edited


def clear_texts(*, draft: ReportVersion, read: Mapping[str, str], by: User, at: datetime.datetime) -> int:
    """Confirm that texts identify nobody. `read` are the hashes, by key, of the texts that the user had before her.

    Refused when one of them has been edited since: what was read is what is confirmed. Returns how many were new.
    """
    with acting(by, "report.clear_texts"):
        row = _draft(draft)
        edited, cleared = edits_of(row), clearances_of(row)
        now = {came.key: came for came in texts_in(row.figures)}
        if any(key not in now or hash_of(edited.get(key, now[key].text)) != sha256 for key, sha256 in read.items()):
            raise DomainError(_("En av tekstene er endret siden du leste den. Les den på nytt, og bekreft igjen."))
        waiting = [key for key in read if not is_cleared(now[key], edited, cleared)]
        TextClearance.objects.bulk_create(
            TextClearance(report_version=row, key=key, sha256=read[key], cleared_at=at, cleared_by=by)
            for key in waiting
        )
    return len(waiting)


def _draft(version: ReportVersion) -> ReportVersion:
    """The version, held until the transaction ends; its texts are fixed once it has been sent."""
    row = ReportVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    if not row.is_draft:
        raise DomainError(_("Rapporten er sendt til gjennomgang, og tekstene kan ikke endres."))
    return row
