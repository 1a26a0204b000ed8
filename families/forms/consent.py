"""Forms of consents: input only. The rules are in domain/consent.py."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from families.domain.consent import LONGEST_YEARS, USUAL_MONTHS, Terms, later
from families.domain.vault import MemberView, OpenFamily
from families.domain.who_sees_what import units_in_team
from families.forms.recording import ForServiceForm
from families.models import Consent, ConsentForm, ConsentPurpose, Topic
from organisation.forms import BaseForm, DateInput
from organisation.models import Unit

# What stands behind each topic, in the words one uses with the family.
EXPLAINED = {
    Topic.HOUSEHOLD: _("navn, fødselsår og levekårssone"),
    Topic.PARTICIPATION: _("delprosjekter og tiltak, fra når til når"),
    Topic.NEEDS: _("behovene med egne ord, og hvordan familien vurderer dem"),
    Topic.SUPPORT: _("hva familien har fått, og beløp"),
    Topic.DECISIONS: _("vedtak, ytelser, moderasjoner og når pengene kommer"),
    Topic.CONTACT: _("hjemmebesøk, møter og avtaler om neste steg"),
    Topic.OUTCOMES: _("bolig, førerkort, arbeid, utdanning og fritid"),
}
ALL, ONE = "all", "one"


class GiveConsentForm(ForServiceForm):
    member = forms.ChoiceField(
        label=_("Hvem samtykker?"), widget=forms.RadioSelect,
        help_text=_(
            "Hver voksen samtykker for seg. De med foreldreansvar samtykker også for barn under 15 år. "
            "Er to personer med på det samme, registrerer du ett samtykke for hver."
        ),
    )  # fmt: skip
    services = forms.MultipleChoiceField(
        label=_("Hvilke tjenester kan dele med hverandre?"), widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Minst to, og din egen må være en av dem. Mangler en tjeneste her, må den først være med i teamet eller i noe "
            "familien er med på. En tjeneste ser ingenting før noen der er med i teamet."
        ),
    )  # fmt: skip
    topics = forms.MultipleChoiceField(
        label=_("Hva kan de dele?"), widget=forms.CheckboxSelectMultiple,
        choices=[
            (value, format_lazy("{topic}: {explained}", topic=label, explained=EXPLAINED[Topic(value)]))
            for value, label in Topic.choices
        ],
    )  # fmt: skip
    reason = forms.ChoiceField(
        label=_("Hva skal det brukes til?"), choices=ConsentPurpose.choices, widget=forms.RadioSelect,
        initial=ConsentPurpose.COORDINATION,
    )  # fmt: skip
    form = forms.ChoiceField(
        label=_("Hvordan er samtykket gitt?"), choices=ConsentForm.choices, widget=forms.RadioSelect
    )
    given_on = forms.DateField(label=_("Gitt"), widget=DateInput)
    expires_on = forms.DateField(
        label=_("Gjelder til og med"), widget=DateInput,
        help_text=format_lazy(
            _("Vanligvis {months} måneder, høyst {years} år. Saksansvarlig får et varsel 30 dager før."),
            months=USUAL_MONTHS, years=LONGEST_YEARS,
        ),
    )  # fmt: skip
    note = forms.CharField(
        label=_("Merknad"), max_length=200, required=False,
        help_text=_("For eksempel hvor papiret ligger. Bare tjenestene i samtykket ser merknaden."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, vault: OpenFamily, people: Iterable[MemberView], services: Iterable[Unit], **kwargs: Any
    ):
        usual = {"given_on": vault.on, "expires_on": later(vault.on, months=USUAL_MONTHS)}
        own = [vault.unit.public_id] if vault.unit else []
        kwargs["initial"] = usual | {"services": own} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.ask_for_service(vault)
        self.fields["member"].choices = [(row.public_id, str(row)) for row in people]
        self.fields["services"].choices = _service_choices(vault, services)

    def terms(self) -> Terms:
        return Terms(**{name: value for name, value in self.cleaned_data.items() if name != "unit"})


def _service_choices(vault: OpenFamily, services: Iterable[Unit]) -> list[tuple[str, Any]]:
    """Last, and marked, those with nobody in the team: a consent shares nothing with them yet."""
    here = units_in_team(vault=vault)
    ordered = sorted(services, key=lambda unit: unit.pk not in here)
    return [
        (unit.public_id, unit.name if unit.pk in here else _("%(unit)s (ingen i teamet ennå)") % {"unit": unit.name})
        for unit in ordered
    ]


def renewed(vault: OpenFamily, consent: Consent) -> dict[str, Any]:
    """What a consent was about, to be given anew from today; for the one of the reader's services that it names."""
    member = vault.member(consent.member_id)
    named = {service.unit_id for service in consent.services.all()}
    own = next((row.unit.public_id for row in vault.mine if row.unit_id in named), None)
    return ({"unit": own} if own else {}) | {
        "member": member.public_id if member else "",
        "services": [service.unit.public_id for service in consent.services.all()],
        "topics": consent.topics, "reason": consent.reason, "form": consent.form,
    }  # fmt: skip


class WithdrawForm(BaseForm):
    """One button. Where the person has said yes to other things too, whether those are taken back as well."""

    which = forms.ChoiceField(label=_("Hva trekkes?"), widget=forms.RadioSelect, initial=ALL)

    def __init__(self, *args: Any, valid: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if valid < 2:
            del self.fields["which"]
        else:
            everything = format_lazy(_("Alle samtykkene fra denne personen som gjelder nå ({n})"), n=valid)
            self.fields["which"].choices = [(ALL, everything), (ONE, _("Bare dette samtykket"))]
