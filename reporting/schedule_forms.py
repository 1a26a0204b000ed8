"""The form of a municipality's calendar of rounds. Which days there are: the database's constraints say it too."""

from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from organisation.forms import BaseForm
from reporting.models import ReportSchedule
from reporting.models.schedule import LONGEST_DEADLINE, LONGEST_REMINDER

NAMES = (
    "opens_rounds", "first_day", "first_month", "second_day", "second_month", "deadline_days", "reminds", "days_before",
    "days_after",
)  # fmt: skip


def _days(label: Any, longest: int, help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=longest, help_text=help_text)


def _day(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=31)


def _month(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=list(MONTHS.items()), coerce=int)


class ScheduleForm(BaseForm):
    edits = True

    opens_rounds = forms.BooleanField(
        label=_("Åpne rundene av seg selv"), required=False,
        help_text=_("For hver plan som er vedtatt, har begynt og ikke er slutt. Du kan åpne runder selv i tillegg."),
    )  # fmt: skip
    first_day = _day(_("Runden for 1. halvår åpner: dag"))
    first_month = _month(_("Runden for 1. halvår åpner: måned"))
    second_day = _day(_("Runden for 2. halvår åpner: dag"))
    second_month = _month(_("Runden for 2. halvår åpner: måned"))
    deadline_days = _days(
        _("Frist for enhetene, dager etter at runden åpner"), LONGEST_DEADLINE,
        _("Fristen i en runde som er åpen, endrer du i runden."),
    )  # fmt: skip
    reminds = forms.BooleanField(
        label=_("Send påminnelser"), required=False,
        help_text=_("Til ledere for tiltak som ikke er bekreftet. Du får en oppsummering."),
    )  # fmt: skip
    days_before = _days(_("Dager før fristen"), LONGEST_REMINDER, _("Da kommer den første påminnelsen."))
    days_after = _days(
        _("Dager etter fristen"), LONGEST_REMINDER, _("Så lenge går det mellom påminnelsene etter fristen, fire i alt.")
    )

    def __init__(self, *args: Any, schedule: ReportSchedule, **kwargs: Any) -> None:
        initial = {name: getattr(schedule, name) for name in (*NAMES, "version")}
        super().__init__(*args, initial=initial, **kwargs)
