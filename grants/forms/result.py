"""Forms of results, lessons and quotes: input only. The rules are in domain/."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grants.models import Outcome, OutcomeKind
from organisation.forms import BaseForm, DateInput, NumberField

VALUE_FIELDS = ("value", "is_at_least", "counted_on", "source", "note")


class OutcomeForm(BaseForm):
    kind = forms.ChoiceField(label=_("Hva som telles"), choices=OutcomeKind.choices)
    label = forms.CharField(
        label=_("Navn på det som telles"), max_length=150, required=False,
        widget=forms.TextInput(attrs={"list": "earlier-labels"}),
        help_text=_("Når du har valgt «Annet som telles». For eksempel «meldte straffesaker»."),
    )  # fmt: skip
    measured_in = forms.CharField(
        label=_("Måles i"), max_length=40, required=False, help_text=_("For eksempel «saker» eller «prosent».")
    )
    value = NumberField(
        label=_("Antall i alt"), max_digits=12,
        help_text=_(
            "Alle fra starten til og med datoen under, ikke bare de nye siden sist. Under «Annet som telles» skriver du "
            "tallet slik det måles, for eksempel saker i året."
        ),
    )  # fmt: skip
    is_at_least = forms.BooleanField(
        label=_("Minst så mange"), required=False,
        help_text=_("Når dere vet at det er flere, men ikke hvor mange. Vises som «minst 70»."),
    )  # fmt: skip
    counted_on = forms.DateField(label=_("Per dato"), widget=DateInput)
    source = forms.CharField(
        label=_("Kilde"),
        max_length=200,
        help_text=_("Hvor tallet kommer fra, for eksempel «telling i prosjektgruppa»."),
    )
    note = forms.CharField(
        label=_("Merknad"), max_length=300, required=False,
        help_text=_("Ikke skriv navn eller andre opplysninger som viser hvem en person er."),
    )  # fmt: skip

    def __init__(self, *args: Any, counted_in_log: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Velg"))] + [
            pair for pair in OutcomeKind.choices if pair[0] not in counted_in_log
        ]


class OutcomeCorrectionForm(OutcomeForm):
    """What is counted stands; the number, its day and its source can be put right."""

    kind = None  # type: ignore[assignment]
    label = None  # type: ignore[assignment]

    def __init__(self, *args: Any, outcome: Outcome, **kwargs: Any) -> None:
        initial = {name: getattr(outcome, name) for name in (*VALUE_FIELDS, "measured_in")}
        super(OutcomeForm, self).__init__(*args, initial=initial | {"value": outcome.value.normalize()}, **kwargs)
        if outcome.kind != OutcomeKind.OTHER:
            del self.fields["measured_in"]


class LessonForm(BaseForm):
    edits = True

    text = forms.CharField(
        label=_("Hva har dere lært?"), widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Det de neste bør vite. Ikke skriv navn eller andre opplysninger som viser hvem en person er."),
    )  # fmt: skip


class QuoteForm(BaseForm):
    edits = True

    text = forms.CharField(
        label=_("Sitat"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ordrett, uten anførselstegn. Ta ut navn, steder og annet som viser hvem som sa det."),
    )  # fmt: skip
    said_by = forms.CharField(
        label=_("Hvem sa det?"), max_length=100, help_text=_("Ikke navn. For eksempel «mor» eller «ungdom».")
    )
    consent_given_on = forms.DateField(
        label=_("Samtykke gitt"), widget=DateInput,
        error_messages={"required": _("Skriv når samtykket ble gitt. Uten samtykke kan sitatet ikke lagres.")},
    )  # fmt: skip
    consent_note = forms.CharField(
        label=_("Slik ble samtykket gitt"), max_length=200, help_text=_("For eksempel «signert skjema, arkivert»."),
        error_messages={
            "required": _("Skriv hvordan samtykket ble gitt. Uten samtykke kan sitatet ikke lagres.")
        },
    )  # fmt: skip


class WithdrawConsentForm(BaseForm):
    """Nothing to fill in: the page says what will happen."""
