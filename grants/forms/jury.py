"""Forms of the jury: input only. The rules are in domain/jury.py."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grants.models import HIGHEST_POINTS, LOWEST_POINTS, Call, Criterion, JuryMember, ScoreSheet
from organisation.forms import BaseForm, dress
from organisation.models import Unit, User

CAN_NOT_JUDGE = "-"
POINTS = [*((str(n), str(n)) for n in range(LOWEST_POINTS, HIGHEST_POINTS + 1)), (CAN_NOT_JUDGE, _("Kan ikke vurdere"))]


class MemberForm(BaseForm):
    edits = True

    user = forms.ModelChoiceField(
        User.objects.none(), label=_("Person"), empty_label=_("Velg person"),
        help_text=_("De som har rollen jurymedlem. Andre får den av administratoren først."),
    )  # fmt: skip
    age = forms.IntegerField(
        label=_("Alder"), min_value=10, max_value=120, required=False,
        help_text=_("Protokollen viser bare fra hvilken alder til hvilken."),
    )  # fmt: skip
    background = forms.CharField(
        label=_("Bakgrunn"), max_length=150, required=False,
        help_text=_("For eksempel «elev» eller «småbarnsforelder». Står i protokollen, men ikke ved medlemmet."),
    )  # fmt: skip
    group = forms.IntegerField(label=_("Gruppe"), min_value=1, max_value=100, initial=1)
    connected_units = forms.ModelMultipleChoiceField(
        Unit.objects.none(), label=_("Tilknytning"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Enheter og organisasjoner medlemmet hører til, for eksempel som frivillig."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, call: Call, member: JuryMember | None = None, people: Any = None, **kwargs: Any
    ) -> None:
        if member is not None:
            kwargs["initial"] = self.values_of(member) | {"version": member.version}
        super().__init__(*args, **kwargs)
        if member is not None:
            del self.fields["user"]
        else:
            self.fields["user"].queryset = people
        units = Unit.objects.filter(municipality=call.municipality)
        kept = units.filter(pk__in=member.connected_units.values("pk")) if member else units.none()
        self.fields["connected_units"].queryset = units.filter(active=True) | kept

    @staticmethod
    def values_of(member: JuryMember) -> dict[str, Any]:
        names = ("age", "background", "group")
        values = {name: getattr(member, name) for name in names}
        return values | {"connected_units": list(member.connected_units.all())}

    def current_values(self, row: JuryMember) -> dict[str, Any]:
        return self.values_of(row)


class SheetForm(BaseForm):
    """Points on each criterion. What is not answered yet stays out of `points`."""

    edits = True
    marks_optional = False

    comment = forms.CharField(
        label=_("Kommentar"), widget=forms.Textarea(attrs={"rows": 3}), required=False,
        help_text=_("De andre i juryen ser den når de selv har levert. Ikke skriv navn."),
    )  # fmt: skip

    def __init__(self, *args: Any, criteria: list[Criterion], sheet: ScoreSheet | None = None, **kwargs: Any) -> None:
        self.criteria = criteria
        kwargs["initial"] = {"version": 0} | (self.values_of(sheet) | {"version": sheet.version} if sheet else {})
        super().__init__(*args, **kwargs)
        comment = self.fields.pop("comment")
        for criterion in criteria:
            field = forms.ChoiceField(label=criterion.text, choices=POINTS, required=False, widget=forms.RadioSelect)
            dress(field.widget)
            field.template_name = "grants/jury/_points_field.html"
            self.fields[f"criterion_{criterion.number}"] = field
        self.fields["comment"] = comment

    @staticmethod
    def values_of(sheet: ScoreSheet) -> dict[str, Any]:
        answers = {
            f"criterion_{row.criterion.number}": CAN_NOT_JUDGE if row.points is None else str(row.points)
            for row in sheet.scores.select_related("criterion")
        }
        return answers | {"comment": sheet.comment}

    def points(self, data: dict[str, Any]) -> dict[Criterion, int | None]:
        answers = {row: data[f"criterion_{row.number}"] for row in self.criteria}
        return {row: None if said == CAN_NOT_JUDGE else int(said) for row, said in answers.items() if said}

    def current_values(self, row: ScoreSheet) -> dict[str, Any]:
        return dict.fromkeys((name for name in self.fields if name != "version"), "") | self.values_of(row)


class ConflictForm(BaseForm):
    reason = forms.CharField(
        label=_("Hvorfor er du inhabil?"), max_length=300,
        help_text=_("Bare prosjektledelsen ser dette. I protokollen står det at du meldte deg inhabil, ikke hvorfor."),
    )  # fmt: skip
