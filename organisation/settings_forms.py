"""Forms of the administrator's pages: input only. The rules are in domain/."""

import datetime
from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisation.forms import BaseForm, DateInput, Result
from organisation.models import Accent, Membership, Municipality, Role, Unit, UnitKind, User

# Analysts belong to the directorate, which no municipality's administrator gives roles in.
MUNICIPAL_ROLES = [(role.value, role.label) for role in Role if role != Role.ANALYST]
PASSWORD_HELP = _(
    "Minst 12 tegn. Gi det til brukeren på en trygg måte, og be brukeren bytte det under Mine innstillinger."
)


def password_field(label: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, max_length=128, strip=False, widget=widget, help_text=PASSWORD_HELP)


class UnitField(forms.ModelChoiceField):
    """A unit of the administrator's; with its municipality where she has several."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Unit.objects.none(), to_field_name="public_id", **kwargs)
        self.with_municipality = False

    def offer(self, units: Any, towns: int) -> None:
        self.queryset = units.select_related("municipality")
        self.with_municipality = towns > 1

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}, {obj.municipality}" if self.with_municipality else str(obj.name)


class RoleForm(BaseForm):
    """A role in a unit, from a day."""

    role = forms.ChoiceField(
        label=_("Rolle"), choices=[("", _("Velg rolle")), *MUNICIPAL_ROLES],
        help_text=_("Administratorer ser ingen saker. Medlemmer av formannskapet ser bare ferdige rapporter."),
    )  # fmt: skip
    unit = UnitField(
        label=_("Enhet"), empty_label=_("Velg enhet"), help_text=_("Rollen gjelder også i enhetene som ligger under.")
    )
    valid_from = forms.DateField(label=_("Fra og med"), widget=DateInput)
    valid_to = forms.DateField(
        label=_("Til og med"),
        widget=DateInput,
        required=False,
        help_text=_("La feltet stå tomt når rollen ikke har noen sluttdato."),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(
            Unit.objects.editable_by(by).filter(active=True), len(by.administered_municipality_ids())
        )


class UserCreateForm(RoleForm):
    """A new user and her first role."""

    name = forms.CharField(label=_("Navn"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label=_("E-postadresse"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("Brukeren logger inn med denne."),
    )  # fmt: skip
    password = password_field(_("Første passord"))
    field_order = ["name", "email", "role", "unit", "valid_from", "valid_to", "password"]

    def submit(self, action: Callable[[dict[str, Any]], Result]) -> Result | None:
        result = super().submit(action)
        if result is None and self.is_bound and "password" not in self.errors:
            self.add_error("password", _("Skriv passordet på nytt. Det blir ikke sendt tilbake til siden."))
        return result


class RoleByEmailForm(RoleForm):
    """A role for somebody who has a user already."""

    email = forms.EmailField(
        label=_("E-postadresse"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("Hele adressen, slik personen logger inn i dag."),
    )  # fmt: skip
    field_order = ["email"]


class UserForm(BaseForm):
    edits = True

    name = forms.CharField(label=_("Navn"), max_length=150)
    is_active = forms.BooleanField(
        label=_("Kan logge inn"), required=False,
        help_text=_("Ta bort haken for å stenge brukeren ute med en gang. Rollene og historikken blir stående."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, by: User, **kwargs: Any) -> None:
        initial = {"name": user.name, "is_active": user.is_active, "version": user.version}
        super().__init__(*args, initial=initial, **kwargs)
        if user == by:
            del self.fields["is_active"]


class PasswordForm(BaseForm):
    password = password_field(_("Nytt passord"))


class RoleEndForm(BaseForm):
    edits = acts = True

    valid_to = forms.DateField(
        label=_("Siste dag"), widget=DateInput,
        help_text=_("Rollen gjelder ut denne dagen. Skal tilgangen bort med en gang, så velg dagen i går."),
    )  # fmt: skip

    def __init__(self, *args: Any, membership: Membership, on: datetime.date, **kwargs: Any) -> None:
        last_day = membership.valid_to or max(on, membership.valid_from)
        super().__init__(*args, initial={"valid_to": last_day, "version": membership.version}, **kwargs)


class UnitForm(BaseForm):
    """A new unit, or one that stands."""

    edits = True

    name = forms.CharField(label=_("Navn"), max_length=150)
    municipality = forms.ModelChoiceField(
        Municipality.objects.none(), to_field_name="public_id", label=_("Kommune"), empty_label=_("Velg kommune")
    )
    kind = forms.ChoiceField(label=_("Type"), choices=UnitKind.choices, initial=UnitKind.MUNICIPAL)
    parent = UnitField(
        label=_("Ligger under"), required=False, empty_label=_("Øverste nivå"),
        help_text=_("Roller i en enhet gjelder også i enhetene under. Partnere utenfor kommunen står på øverste nivå."),
    )  # fmt: skip
    active = forms.BooleanField(
        label=_("I bruk"), required=False,
        help_text=_("Uten hake kan enheten ikke velges for nye tiltak og roller. Gitte roller gjelder fortsatt."),
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, unit: Unit | None = None, **kwargs: Any) -> None:
        if unit is not None:
            kwargs["initial"] = {name: getattr(unit, name) for name in ("name", "kind", "active", "version")}
            kwargs["initial"]["parent"] = unit.parent and unit.parent.public_id
        super().__init__(*args, **kwargs)
        towns = Municipality.objects.filter(pk__in=by.administered_municipality_ids())
        units = Unit.objects.editable_by(by)
        if unit is not None:
            above = units.filter(municipality=unit.municipality_id).exclude(path__startswith=unit.path)
            self.fields["parent"].offer(above.filter(Q(active=True) | Q(pk=unit.parent_id)), 1)
            del self.fields["municipality"]
            return
        self.fields["parent"].offer(units.filter(active=True), len(by.administered_municipality_ids()))
        self.fields["municipality"].queryset = towns
        del self.fields["active"]
        if len(by.administered_municipality_ids()) == 1:
            self.town = towns.get()
            del self.fields["municipality"]


class AccentForm(BaseForm):
    accent = forms.ChoiceField(
        label=_("Farge på knapper og lenker"), choices=Accent.choices, widget=forms.RadioSelect,
        help_text=_("Fargene kan leses av alle, på lys og mørk bakgrunn."),
    )  # fmt: skip


class LogoForm(BaseForm):
    """A picture; what it may be is said by domain/municipality.py."""

    file = forms.FileField(
        label=_("Bilde"), widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
        help_text=_("PNG eller JPEG på høyst 200 kB. Logoen blir inntil 18 mm høy og 60 mm bred, på hvit bakgrunn."),
    )  # fmt: skip
