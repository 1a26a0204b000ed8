"""What each model of the vault says about its fields: who may share them, how long they live, and what is never logged.

The audit log, the export for the family (innsyn), the check for identity numbers and the erasure are made from this,
and a test fails for a field that says nothing.
"""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """What a consent can cover. What has no topic (the team, consents, the family's own answers) is for the whole team."""

    HOUSEHOLD = "household", _("Hvem som er i familien, og hvor de bor")
    PARTICIPATION = "participation", _("Hva familien er med på")
    NEEDS = "needs", _("Hva familien sier er viktig")
    SUPPORT = "support", _("Støtte familien har fått")
    DECISIONS = "decisions", _("Vedtak, ytelser og økonomi")
    CONTACT = "contact", _("Samtaler og møter")
    OUTCOMES = "outcomes", _("Resultater")


class Purpose(models.TextChoices):
    """Why something is kept. How long is a setting of each municipality (RetentionRule), never a constant."""

    FOLLOW_UP = "follow_up", _("Oppfølging av familien")
    CONSENT = "consent", _("Dokumentasjon av samtykke")
    SUPPORT = "support", _("Dokumentasjon av støtte")
    VOICE = "voice", _("Familiens egne svar")


@dataclass(frozen=True)
class Privacy:
    """`sensitive` fields say something of people: they are in no log, and are erased. `plain` ones are structure.

    `texts` are the sensitive fields in which people write freely.

    What happens when the time of the purpose is out (domain/retention.py): the row is deleted, but for two kinds. A row
    that is `kept` survives, for statistics; one that `lingers` is what rows of other purposes point to, and is deleted
    with the last of them. Of both, each sensitive field is set to its value in `blanks`, is a time that becomes the first
    of its half-year (`coarse`), is `counted` and stays as it is, or gets a new random value when all is over (`renewed`).

    A row that was recorded by mistake is emptied of every sensitive field at once (domain/recording.py). `removed` says
    what one becomes that can neither be null nor an empty text: the same in every removed row, so that it says nothing.
    A `models.F` is another column of the row.
    """

    topic: Topic | None
    purpose: Purpose
    sensitive: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    kept: bool = False
    lingers: bool = False
    blanks: dict[str, Any] = field(default_factory=dict)
    coarse: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    renewed: tuple[str, ...] = ()
    removed: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        said = {*self.blanks, *self.coarse, *self.counted, *self.renewed}
        stands = self.kept or self.lingers
        if not set(self.texts) <= set(self.sensitive) or (not set(self.sensitive) <= said if stands else said):
            raise ValueError("Texts are sensitive, and what stands says what its sensitive fields become")


# The day of what is not there any more, in rows that were removed.
NO_DAY = datetime.date(1900, 1, 1)
# What every row of the vault has, and says nothing of the family itself.
STRUCTURE = ("id", "public_id", "family", "municipality", "unit", "written_by", "written_at", "removed_at", "version")
