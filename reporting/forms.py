"""Forms of rounds and contributions."""

import datetime
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from organisation.forms import BaseForm, DateInput
from organisation.periods import HalfYear


class RoundForm(BaseForm):
    """A new round: the half-years that can be reported on, newest first."""

    period = forms.ChoiceField(label=_("Halvår"))
    deadline = forms.DateField(label=_("Frist for enhetene"), widget=DateInput)
    case_number = forms.CharField(
        label=_("Arkivsaksnummer for statusrapporten"), max_length=50, required=False,
        help_text=_("Kan fylles ut senere, men må stå der før runden lukkes for å komme med i rapporten."),
    )  # fmt: skip
    proposed_decision = forms.CharField(
        label=_("Forslag til vedtak"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )

    def __init__(self, *args: Any, periods: list[HalfYear], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = [(period.code, period.label) for period in periods]

    def clean_period(self) -> HalfYear:
        return HalfYear.parse(self.cleaned_data["period"])


def reportable_periods(today: datetime.date, starts_on: datetime.date | None, taken: set[str]) -> list[HalfYear]:
    """Half-years from the plan's start to today that have no round yet, newest first; at most ten years back."""
    first = HalfYear.of(starts_on) if starts_on else HalfYear(today.year - 10, 1)
    period, found = HalfYear.of(today), list[HalfYear]()
    while period >= first and len(found) < 20:
        if period.code not in taken:
            found.append(period)
        period = period.previous()
    return found


class FamilyReleaseForm(BaseForm):
    """New numbers from the families: the days they can be made for."""

    until = forms.ChoiceField(label=_("Til og med"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, days: list[datetime.date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].choices = [(day.isoformat(), date_format(day)) for day in days]

    def clean_until(self) -> datetime.date:
        return datetime.date.fromisoformat(self.cleaned_data["until"])


class RoundEditForm(BaseForm):
    edits = True

    deadline = forms.DateField(label=_("Frist for enhetene"), widget=DateInput)
    case_number = forms.CharField(label=_("Arkivsaksnummer for statusrapporten"), max_length=50, required=False)
    proposed_decision = forms.CharField(
        label=_("Forslag til vedtak"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    summary = forms.CharField(
        label=_("Sammendrag"), widget=forms.Textarea(attrs={"rows": 6}), required=False,
        help_text=_("Står først i rapporten. Hva har skjedd, hva er forsinket, hva må bestemmes?"),
    )  # fmt: skip


class EntryIds(forms.CharField):
    """The ids of the log entries that were on the page, with spaces between."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> set[int]:  # type: ignore[override]
        words = super().to_python(value).split()
        if not all(word.isdecimal() and len(word) < 19 for word in words):
            raise forms.ValidationError(_("Skjemaet kom ikke helt fram. Last siden på nytt, og prøv igjen."))
        return {int(word) for word in words}

    def run_validators(self, value: Any) -> None:
        """Numbers only, checked above."""


class ContributionForm(BaseForm):
    edits = True

    seen = EntryIds(required=False, label=_("Skjemaet"))
    text = forms.CharField(
        label=_("Tekst til rapporten"), widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Skriv en tekst. Skriv «Ingen aktivitet» når det ikke har skjedd noe.")},
        help_text=_("Rapporten blir offentlig. Ikke skriv noe som viser hvem en person eller familie er."),
    )  # fmt: skip


class GoalSummaryForm(BaseForm):
    edits = True

    text = forms.CharField(label=_("Sammendrag av målet"), widget=forms.Textarea(attrs={"rows": 6}), required=False)
