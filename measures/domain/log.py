"""The log: one entry per thing that happened, never overwritten. Everything that is reported is made from it."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from measures.domain.plan import check_day_is_open, lock_plan
from measures.models import Attachment, LogEntry, LogFigure, LogKind, Measure, PlanState, Target
from organisation.domain.attachments import stored_attachments
from organisation.domain.errors import DomainError
from organisation.domain.identity_numbers import refuse_identity_numbers
from organisation.domain.writing import acting, refusing
from organisation.models import User

ALREADY_CORRECTED = {
    "measures_logentry_corrects_id_key": (
        _("Loggføringen er rettet i mellomtiden, så dette ble ikke lagret."),
        None,
    )
}
SENT_BEFORE = {
    "log_form_key_unique": (
        _("Dette skjemaet er lagret før. Lagre en gang til hvis også dette skal loggføres."),
        None,
    )
}


def add_log_entry(
    *,
    measure: Measure,
    text: str,
    happened_on: datetime.date,
    by: User,
    today: datetime.date,
    kind: str = LogKind.ACTIVITY,
    figures: dict[Target, Decimal] | None = None,
    is_evaluation: bool = False,
    file: UploadedFile | None = None,
    form_key: str = "",
) -> LogEntry:
    """Log what was done. The day may not be in the future, nor in a period that has been reported and closed.

    A form makes one entry: sent again with the same content, it is answered with the entry it made.
    """
    content = {"text": text, "happened_on": happened_on, "kind": kind, "is_evaluation": is_evaluation}
    try:
        _check_entry(measure, text, happened_on, today, figures)
        with _stored(file) as attachment, acting(by, "log.add"), refusing(**SENT_BEFORE):
            _check_plan_takes_entries(measure, happened_on)
            return _write(measure, figures, attachment, by, form_key=form_key, **content)
    except DomainError:
        entry = _made_of_this_form(form_key, measure, by, content, figures, file) if form_key else None
        if entry is None:
            raise
        return entry


def _made_of_this_form(
    form_key: str,
    measure: Measure,
    by: User,
    content: dict[str, Any],
    figures: dict[Target, Decimal] | None,
    file: UploadedFile | None,
) -> LogEntry | None:
    """The entry that `by` made on the measure with the same form, when it still stands and says the same."""
    entries = LogEntry.objects.current().filter(form_key=form_key, measure=measure, written_by=by, **content)
    entry = entries.select_related("attachment").first()
    if entry is None or (entry.attachment.size if entry.attachment else None) != (file.size if file else None):
        return None
    told = {target.pk: value for target, value in (figures or {}).items()}
    return entry if told == dict(entry.figures.values_list("target_id", "value")) else None


def correct_log_entry(
    *,
    entry: LogEntry,
    text: str,
    happened_on: datetime.date,
    by: User,
    today: datetime.date,
    kind: str,
    figures: dict[Target, Decimal] | None = None,
    is_evaluation: bool = False,
    file: UploadedFile | None = None,
    reason: str = "",
) -> LogEntry:
    """A new version of an entry; the earlier ones stay readable. A file is kept unless another comes with the correction."""
    _check_not_withdrawn(entry)
    _check_entry(entry.measure, text, happened_on, today, figures)
    with _stored(file) as attachment, acting(by, "log.correct"), refusing(**ALREADY_CORRECTED):
        _check_plan_takes_entries(entry.measure, entry.happened_on)
        _check_plan_takes_entries(entry.measure, happened_on)
        return _write(
            entry.measure, figures, attachment or entry.attachment, by,
            text=text, happened_on=happened_on, kind=kind, is_evaluation=is_evaluation,
            corrects=entry, thread=entry.thread, reason=reason,
        )  # fmt: skip


def withdraw_log_entry(*, entry: LogEntry, by: User, reason: str = "") -> LogEntry:
    """Take an entry back: a last version that counts nowhere. This is what "angre" does."""
    refuse_identity_numbers(reason, field="reason")
    _check_not_withdrawn(entry)
    with acting(by, "log.withdraw"), refusing(**ALREADY_CORRECTED):
        _check_plan_takes_entries(entry.measure, entry.happened_on)
        return _write(
            entry.measure, None, entry.attachment, by,
            text=entry.text, happened_on=entry.happened_on, kind=entry.kind, is_evaluation=False,
            corrects=entry, thread=entry.thread, reason=reason, withdrawn=True,
        )  # fmt: skip


def _write(
    measure: Measure, figures: dict[Target, Decimal] | None, attachment: Attachment | None, by: User, **fields: Any
) -> LogEntry:
    if attachment and attachment._state.adding:
        attachment.municipality_id = measure.plan.municipality_id
        attachment.save()
    entry = LogEntry.objects.create(
        measure=measure, attachment=attachment, written_at=timezone.now(), written_by=by, **fields
    )
    LogFigure.objects.bulk_create(
        LogFigure(entry=entry, target=target, value=value) for target, value in (figures or {}).items()
    )
    return entry


def _check_entry(
    measure: Measure,
    text: str,
    happened_on: datetime.date,
    today: datetime.date,
    figures: dict[Target, Decimal] | None,
) -> None:
    if not text.strip():
        raise DomainError(_("Skriv hva som ble gjort."), "text")
    if happened_on > today:
        raise DomainError(_("Datoen ligger fram i tid. Loggfør det som er gjort."), "happened_on")
    if any(target.measure_id != measure.pk for target in figures or {}):
        raise DomainError(_("Måltallet hører til et annet tiltak."))


def _check_not_withdrawn(entry: LogEntry) -> None:
    if entry.withdrawn:
        raise DomainError(_("Loggføringen er allerede trukket tilbake."))


def _check_plan_takes_entries(measure: Measure, day: datetime.date) -> None:
    plan = lock_plan(measure.plan)
    if plan.state == PlanState.CLOSED:
        raise DomainError(_("Planen er avsluttet. Det kan ikke loggføres på den lenger."))
    check_day_is_open(plan, day)


@contextmanager
def _stored(upload: UploadedFile | None) -> Iterator[Attachment | None]:
    with stored_attachments([upload] if upload else [], Attachment) as stored:
        yield stored[0] if stored else None
