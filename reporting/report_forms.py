"""Forms of a report's life: its steps, its texts, comments beside it, and a new one."""

import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from organisation.forms import BaseForm
from organisation.models import Municipality
from organisation.periods import HalfYear
from reporting.models import ReportKind

PUBLIC = _("Teksten blir offentlig. Ikke skriv noe som viser hvem en person eller familie er.")


def area(label: Any, rows: int = 4, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **options)


class StepForm(BaseForm):
    """A step that may have a word to the next one."""

    edits = True

    remark = area(_("Merknad"), required=False, help_text=_("Leses av dem som arbeider med rapporten."))


class ReturnForm(BaseForm):
    edits = True

    remark = area(
        _("Hva må endres?"), help_text=_("Leses av dem som arbeider med rapporten."),
        error_messages={"required": _("Skriv hva som må endres.")},
    )  # fmt: skip

    def __init__(self, *args: Any, takes_back: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if takes_back:
            self.fields["remark"].label = _("Hva skal du endre?")


class WithdrawForm(BaseForm):
    edits = True

    reason = area(
        _("Hvorfor trekkes rapporten tilbake?"),
        help_text=_("Teksten blir offentlig, og følger rapporten til arkivet. Ikke skriv noe som viser hvem en person eller familie er."),  # noqa: E501
        error_messages={"required": _("Skriv hvorfor rapporten trekkes tilbake.")},
    )  # fmt: skip
    # It goes out at once, to the readers and the archive; nobody else confirms it as they do a report's texts.
    identifies_nobody = forms.BooleanField(
        label=_("Teksten peker ikke ut noen"),
        error_messages={"required": _("Les teksten en gang til, og bekreft at den ikke peker ut noen.")},
    )  # fmt: skip


class CorrectForm(BaseForm):
    reason = area(
        _("Hva rettes, og hvorfor?"), help_text=PUBLIC,
        error_messages={"required": _("Skriv hva som rettes, og hvorfor.")},
    )  # fmt: skip
    refresh = forms.BooleanField(
        label=_("Hent tallene på nytt"), required=False,
        help_text=_("Ellers er tallene de samme som i versjonen som rettes, og du endrer bare tekster."),
    )  # fmt: skip


class VersionForm(BaseForm):
    """Nothing but the version that was on the page."""

    edits = True


class CaseNumberForm(BaseForm):
    edits = True

    case_number = forms.CharField(
        label=_("Arkivsaksnummer"), max_length=50, error_messages={"required": _("Skriv arkivsaksnummeret.")}
    )


class TextForm(BaseForm):
    edits = True

    text = area(_("Tekst"), rows=8, required=False, help_text=PUBLIC)


class CommentForm(BaseForm):
    text = area(_("Kommentar"), error_messages={"required": _("Skriv en kommentar.")})


class NewReportForm(BaseForm):
    """The two kinds that no round makes."""

    municipality = forms.ModelChoiceField(Municipality.objects.none(), label=_("Kommune"))
    what = forms.ChoiceField(
        label=_("Hva skal rapporten handle om?"), widget=forms.RadioSelect,
        error_messages={"required": _("Velg hva rapporten skal handle om.")},
    )  # fmt: skip
    period = forms.ChoiceField(
        label=_("Periode"), error_messages={"required": _("Velg en periode.")},
        help_text=_("Et halvår for delprosjektene, et år for tilskuddene."),
    )  # fmt: skip
    case_number = forms.CharField(label=_("Arkivsaksnummer"), max_length=50, required=False)

    def __init__(self, *args: Any, today: datetime.date, municipalities: QuerySet[Municipality], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["municipality"].queryset = municipalities  # type: ignore[attr-defined]
        if len(municipalities) < 2:
            del self.fields["municipality"]
        kinds = (ReportKind.SUB_PROJECTS, ReportKind.YEARLY_GRANTS)
        self.fields["what"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["period"].choices = [("", _("Velg periode")), *_periods(today)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        period = data.get("period")
        if period and data.get("what"):
            wants_half, is_half = data["what"] == ReportKind.SUB_PROJECTS, "-" in period
            if wants_half != is_half:
                message = _("Velg et halvår.") if wants_half else _("Velg et år.")
                self.add_error("period", message)
            else:
                year, _dash, half = period.partition("-")
                data |= {"year": int(year), "half": int(half) if half else None}
        return data


def _periods(today: datetime.date) -> list[tuple[str, str]]:
    """The last six half-years that have begun and the years they are in, newest first."""
    half, found = HalfYear.of(today), []
    for _number in range(6):
        found.append((f"{half.year}-{half.half}", half.label))
        half = half.previous()
    years = dict.fromkeys(code.partition("-")[0] for code, _label in found)
    return found + [(year, year) for year in years]
