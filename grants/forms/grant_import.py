"""The form that lays a file before the product: input only. What is read is in domain/."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grants.domain.grant_files import MAX_BYTES, TOO_LARGE
from grants.domain.grant_import_rows import YEARS
from grants.models import GrantScheme
from organisation.forms import BaseForm
from organisation.models import LEADERSHIP_ROLES, Role, User

NOT_A_YEAR = _("Skriv et årstall fra 1990 til 2100.")


class GrantFileForm(BaseForm):
    file = forms.FileField(
        label=_("Fil"), widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        help_text=_("CSV eller XLSX, høyst 5 MB. Ingenting lagres før du har sett hva som vil skje."),
        error_messages={"required": _("Velg en fil.")},
    )  # fmt: skip
    scheme = forms.ModelChoiceField(
        GrantScheme.objects.none(), to_field_name="public_id", label=_("Tilskuddsordning"), empty_label=_("Velg")
    )
    year = forms.IntegerField(
        label=_("Tilskuddsår"), min_value=YEARS[0], max_value=YEARS[-1],
        help_text=_("Året pengene er gitt for, ikke året det rapporteres i."),
        error_messages={"invalid": NOT_A_YEAR, "min_value": NOT_A_YEAR, "max_value": NOT_A_YEAR},
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Q(municipality=None) | Q(municipality__in=user.municipality_ids(*LEADERSHIP_ROLES))
        if user.has_role(Role.ANALYST):
            own = Q(reported_here=True)
        schemes = GrantScheme.objects.visible_to(user).filter(own)
        self.fields["scheme"].queryset = schemes
        if not self.is_bound:
            here = list(schemes.reported_here()[:2])
            self.initial.setdefault("scheme", here[0] if len(here) == 1 else None)

    def clean_file(self) -> Any:
        """Before it is read into memory."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file
