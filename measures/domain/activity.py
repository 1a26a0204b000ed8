"""What the log and the states of measures say in the activity of a row."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organisation.domain.activity import Event, Source, day_as_moment
from organisation.models import CASE_ROLES, User


def log_of(entries: Callable[[Any], Any]) -> Source:
    """Log entries as they stand now: the last version of each, when it was written, with the day it is about."""
    return Source("log", lambda row, _reader: entries(row).current(), "written_at", _log)


def _log(rows: Any, _row: Any, reader: User) -> dict[int, Event]:
    leads = reader.has_role(*CASE_ROLES)
    return {
        entry.pk: Event(
            (_("Rettet loggføring for %(day)s: %(kind)s") if entry.corrects_id else _("Loggført for %(day)s: %(kind)s"))
            % {"kind": entry.get_kind_display().lower(), "day": date_format(entry.happened_on)},
            who=entry.written_by.name, text=entry.text, icon="completed",
            url=reverse("log-versions", args=[entry.thread]) if leads else "",
        )
        for entry in rows.select_related("written_by")
    }  # fmt: skip


def states_of(changes: Callable[[Any], Any], *, names_measure: bool = False) -> Source:
    """New states of measures, on the day they are said to have come. `names_measure`: on the page of something else."""

    def lines(rows: Any, _row: Any, _reader: User) -> dict[int, Event]:
        return {
            change.pk: Event(
                _what(change, names_measure), who=change.by.name, text=change.reason, icon="running", is_day=True,
                url=reverse("measure", args=[change.measure.public_id]) if names_measure else "",
            )
            for change in rows.select_related("by", "measure")
        }  # fmt: skip

    return Source("state", lambda row, _reader: changes(row), day_as_moment("on"), lines)


def _what(change: Any, names_measure: bool) -> str:
    words = {"state": change.get_after_display().lower(), "title": change.measure.title}
    return (_("%(title)s: %(state)s") if names_measure else _("Ny tilstand: %(state)s")) % words
