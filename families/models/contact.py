from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from families.models.base import VaultRow
from families.models.member import Member
from families.models.privacy import NO_DAY, STRUCTURE, Privacy, Purpose, Topic
from organisation.models import Versioned


class ContactKind(models.TextChoices):
    HOME_VISIT = "home_visit", _("Hjemmebesøk")
    MEETING = "meeting", _("Møte")
    PHONE = "phone", _("Telefon")
    MESSAGE = "message", _("Melding")


class Contact(VaultRow, Versioned):
    """One contact with the family, and what was agreed to do next."""

    privacy: ClassVar[Privacy] = Privacy(
        topic=Topic.CONTACT,
        purpose=Purpose.FOLLOW_UP,
        sensitive=("subject", "kind", "happened_on", "text", "next_step", "next_on", "done_on"),
        texts=("text", "next_step"),
        plain=(*STRUCTURE, "form_key"),
        removed={"kind": "message", "happened_on": NO_DAY},
    )

    subject = models.ForeignKey(
        Member, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("hvem det gjelder")
    )
    kind = models.CharField(_("type"), max_length=10, choices=ContactKind, default=ContactKind.HOME_VISIT)
    happened_on = models.DateField(_("dato"))
    text = models.TextField(_("hva skjedde?"), blank=True)
    next_step = models.CharField(_("neste steg"), max_length=200, blank=True)
    next_on = models.DateField(_("når"), null=True, blank=True)
    done_on = models.DateField(null=True, editable=False)
    # Of the form it came from: sent twice, it makes one contact.
    form_key = models.CharField(max_length=20, blank=True, editable=False)

    class Meta:
        verbose_name = _("kontakt")
        verbose_name_plural = _("kontakter")
        ordering = ["-happened_on", "-id"]
        indexes = [
            models.Index(fields=["family", "-happened_on", "-id"], name="contacts_of_family"),
            # Asked on everybody's first page: few among all there have been.
            models.Index(
                fields=["family", "unit"],
                condition=~Q(next_step="") & Q(done_on=None, removed_at=None),
                name="open_next_steps",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["form_key"], condition=~Q(form_key=""), name="contact_form_key_unique"),
            models.CheckConstraint(
                # Of a contact that was removed the words are gone, and the day may be left.
                condition=Q(next_on=None) | ~Q(next_step="") | Q(removed_at__isnull=False),
                name="next_step_says_what",
                violation_error_message=_("Skriv hva som er neste steg."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"
