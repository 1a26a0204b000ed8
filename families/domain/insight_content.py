"""Everything that is stored on a family, for one of its members: made from the models' metadata, model by model.

The keys and what they hold: docs/insight.md. A new model or field is here by itself; what is left out is named in LEFT_OUT,
with the reason.
"""

import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from families.domain.insight_masking import Asker, last_changed, person_of, without_names, written_on
from families.domain.read_log import in_words, reads
from families.domain.retention import vault_models
from families.domain.support import state_of
from families.domain.vault import MemberView, OpenFamily
from families.models import Consent, Family, Member, Need
from grants.models import PaymentProposal
from organisation.amounts import format_kroner

SCHEMA = "povertyplan-innsyn-1"
# First the family as it is, then what was done; models that nobody has named come last.
ORDER = (
    "Family", "Member", "TeamMember", "Participation", "Need", "NeedRating", "Decision", "Support", "FamilyOutcome",
    "Contact", "Consent", "ConsentService", "VoiceLink", "VoiceAnswer", "EmergencyAccess", "InsightRequest",
)  # fmt: skip
# Fields that say nothing of the family, by their names in all models.
LEFT_OUT = {
    "id": "the database's own number",
    "public_id": "stands as the row's `id`",
    "family": "all of it is about one family",
    "municipality": "stands once, at the top",
    "version": "counts the changes, for those who write at the same time",
    "form_key": "of the form a row came from, so that it is made once",
    "removed_at": "rows that have it are listed as removed",
    "written_by": "the service is named; who has read stands in `reads`",
    "withdrawn_by": "as written_by",
    "seen_by": "as written_by",
    "user": "as written_by",
    "token_sha256": "a hash that nobody can use, of a link that the family has had",
    "document": "this file, or one like it",
    "erased": "set when there is nothing more to read",
    "anonymised_on": "set when there is nothing more to read",
}
# Words for fields whose models have none, since no form shows them.
LABELS = {
    "adults": gettext_lazy("antall voksne"),
    "children": gettext_lazy("antall barn"),
    "closed_at": gettext_lazy("avslutningen registrert"),
    "consent": gettext_lazy("samtykke"),
    "done_on": gettext_lazy("gjort"),
    "ended_at": gettext_lazy("avsluttet"),
    "expires_at": gettext_lazy("gjelder til"),
    "half": gettext_lazy("halvår"),
    "handed_over_at": gettext_lazy("levert"),
    "link": gettext_lazy("kom med lenken"),
    "need": gettext_lazy("behov"),
    "opened_at": gettext_lazy("åpnet"),
    "proposal": gettext_lazy("penger"),
    "revoked_at": gettext_lazy("trukket tilbake"),
    "seen_at": gettext_lazy("sett av leder"),
    "unit": gettext_lazy("tjeneste"),
    "used_at": gettext_lazy("brukt"),
    "withdrawn_at": gettext_lazy("trukket tilbake"),
    "written_at": gettext_lazy("registrert"),
    "year": gettext_lazy("år"),
}
# Of the family's own row, what one who has moved out gets. All else there can have been changed since.
FAMILY_THEN = ("opened_on",)
OTHER, REMOVED, LATER = "other_member", "removed", "after_leaving"
WITHHELD = {
    OTHER: gettext_lazy("Gjelder en annen i familien"),
    REMOVED: gettext_lazy("Registrert ved en feil og fjernet"),
    LATER: gettext_lazy("Registrert eller endret etter at den som ber om innsyn, flyttet ut"),
}


def insight(*, vault: OpenFamily, member: Member, asked_on: datetime.date, at: datetime.datetime) -> dict[str, Any]:
    """All that is stored, as JSON can hold it, in bokmål. `vault` must be opened for innsyn, which sees every service."""
    if not vault.reader.sees_all:
        raise ValueError("Innsyn sees every service's rows: open the family for it")
    with translation.override("nb"):
        maker = _Maker(vault, member)
        family = vault.family
        return {
            "schema": SCHEMA,
            "made_at": _here(at).isoformat(timespec="seconds"),
            "municipality": family.municipality.name,
            "reference": family.reference,
            "asked_on": asked_on.isoformat(),
            "asked_by": maker.who(member.pk),
            "masked_names": bool(maker.names),
            "moved_out": maker.asker.gone_from is not None,
            "sections": [maker.section(model) for model in _models()],
            "reads": maker.reads(),
        }


def _models() -> list[type[models.Model]]:
    everything: list[type[models.Model]] = [Family, *vault_models()]
    return sorted(everything, key=lambda model: ORDER.index(model.__name__) if model.__name__ in ORDER else len(ORDER))


def exported(model: type[models.Model]) -> list[models.Field]:
    """The fields of a model that are in the export."""
    return [column for column in model._meta.concrete_fields if column.name not in LEFT_OUT]


def label_of(column: models.Field) -> str:
    return str(column.verbose_name if getattr(column, "_verbose_name", None) else LABELS[column.name])


class _Maker:
    """One family's content for one member."""

    def __init__(self, vault: OpenFamily, member: Member) -> None:
        self.vault = vault
        members = tuple(Member.objects.filter(family=vault.family, removed_at=None))
        self.asker = Asker(member, members, vault.on)
        self.names = self.asker.others()
        self.changed: dict[int, datetime.date] = {}  # of the model at hand
        self.views: dict[int, MemberView] = {row.pk: row for row in vault.members}

    def who(self, pk: int | None) -> str:
        if pk is None:
            return _("Familien")
        if not self.asker.gets_member(pk) or pk not in self.views:
            return _("En annen i familien")
        return str(self.views[pk])

    def section(self, model: Any) -> dict[str, Any]:
        mine = {"pk": self.vault.family.pk} if model is Family else {"family": self.vault.family}
        related = [column.name for column in exported(model) if isinstance(column, models.ForeignKey)]
        # Everything there is, removed rows too.
        found = model._default_manager.filter(**mine).select_related(*related, *DEEPER.get(model, ())).order_by("pk")
        rows = list(found)
        self.changed = last_changed(rows) if self.asker.gone_from else {}
        return {
            "name": model._meta.model_name,
            "title": _("Familien") if model is Family else _first_large(model._meta.verbose_name_plural),
            "rows": [self.row(row) for row in rows],
        }

    def row(self, row: Any) -> dict[str, Any]:
        if reason := self.withheld(row):
            return {"withheld": reason, "text": str(WITHHELD[reason])}
        return {
            "id": row.reference if isinstance(row, Family) else row.public_id,
            "about": self.who(person_of(row)),
            "fields": [self.field(row, column) for column in exported(type(row)) if self.shows(row, column)],
        }

    def withheld(self, row: Any) -> str:
        """Why a row is listed without what it says, or "" where it is shown."""
        if getattr(row, "removed_at", None) is not None:
            return REMOVED
        person = person_of(row)
        if person is not None:
            return "" if self.asker.gets_member(person) else OTHER
        if isinstance(row, Family) or self.asker.lived_there(written_on(row), self.changed.get(row.pk)):
            return ""
        return LATER

    def shows(self, row: Any, column: models.Field) -> bool:
        """Where the family lives, who helps it and whether it is protected is nothing for one who has left it."""
        return not (isinstance(row, Family) and self.asker.gone_from) or column.name in FAMILY_THEN

    def field(self, row: Any, column: models.Field) -> dict[str, Any]:
        text = self.text(row, column)
        value = text if isinstance(column, models.ForeignKey) else _plain(getattr(row, column.attname))
        if column.name in row.privacy.texts and not isinstance(row, Member):
            value = text = without_names(text, self.names)
        return {"name": column.name, "label": label_of(column), "value": value, "text": text}

    def text(self, row: Any, column: models.Field) -> str:
        """A value as people read it; nothing where there is none."""
        value = getattr(row, column.name)
        if value is None or value == "":
            return ""
        if isinstance(value, Member):
            return self.who(value.pk)
        if isinstance(column, models.ForeignKey):
            return _named(value)
        if isinstance(value, list):
            choices = dict(column.base_field.flatchoices)  # type: ignore[attr-defined]
            return ", ".join(str(choices.get(item, item)) for item in value)
        if column.flatchoices:
            return str(dict(column.flatchoices).get(value, value))
        return _said(value)

    def reads(self) -> list[dict[str, Any]]:
        """Who has read, but for what came after one had left the household: it could tell where the family is now."""
        gone = self.asker.gone_from
        until = gone - datetime.timedelta(days=1) if gone else None
        lines = in_words(vault=self.vault, entries=reads(vault=self.vault, to_day=until).order_by("id"))
        return [
            {
                "at": _here(line.at).isoformat(timespec="seconds"), "text": _said(line.at), "who": line.who,
                "services": line.services, "page": line.page, "basis": line.basis,
            }
            for line in lines
        ]  # fmt: skip


# What the words for a related row, and whom it is about, take.
DEEPER: dict[Any, tuple[str, ...]] = {
    model: ("proposal__entry__reversed_by",)
    for model in vault_models()
    if any(column.name == "proposal" for column in model._meta.concrete_fields)
}


def _named(value: Any) -> str:
    """A related row in words."""
    if isinstance(value, PaymentProposal):
        words = {"amount": format_kroner(value.amount), "day": date_format(value.pay_on), "state": state_of(value)}
        return _("%(amount)s kroner, %(day)s: %(state)s") % words
    if isinstance(value, Consent):
        return _("gitt %(day)s") % {"day": date_format(value.given_on)}
    if isinstance(value, Need):
        return str(value.get_need_display())
    for name in ("name", "title", "public_id"):
        if hasattr(value, name):
            return str(getattr(value, name))
    return str(value)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("Ja") if value else _("Nei")
    if isinstance(value, datetime.datetime):
        return date_format(_here(value), "DATETIME_FORMAT")
    if isinstance(value, datetime.date):
        return date_format(value)
    return format_kroner(value) if isinstance(value, Decimal) else str(value)


def _plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, datetime.datetime):
        return _here(value).isoformat(timespec="seconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _here(at: datetime.datetime) -> datetime.datetime:
    return at.astimezone(timezone.get_current_timezone())


def _first_large(text: Any) -> str:
    words = str(text)
    return words[:1].upper() + words[1:]
