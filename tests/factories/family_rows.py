"""A family with a row of every model of the vault, and a word of its own in every text that people can write.

The texts are found in the models' metadata: a new one has its word without anybody remembering it, and a new model fails
until it has a recipe here.
"""

import datetime
from typing import Any

from django.db import connection, models
from django.utils import timezone

from families.domain.own_form import take_answer
from families.domain.reading import reading
from families.models import (
    Consent,
    ConsentService,
    Contact,
    Decision,
    Family,
    FamilyOutcome,
    InFamily,
    InsightRequest,
    Member,
    Need,
    NeedRating,
    Participation,
    Support,
    VoiceLink,
)
from grants.models import PaymentProposal, SpendingUse
from organisation.models import Role, User
from tests.factories.families import NOW, inside
from tests.factories.grants_spending import make_funded
from tests.factories.organisation import make_member

DAY = datetime.date(2025, 5, 6)
# Rows that only functions of the database make; the team's are made with the family.
BY_FUNCTION = ("EmergencyAccess", "VoiceAnswer", "TeamMember")


def word(model: type[models.Model], name: str) -> str:
    """Letters that stand nowhere else: not in a table's name, not in another text."""
    return f"Zq{model.__name__}{name.replace('_', '')}qz"


def texts_of(model: Any) -> dict[str, str]:
    return {name: word(model, name) for name in model.privacy.texts}


def every_word() -> list[str]:
    """All the words that `make_everything` puts into a family."""
    from families.domain.retention import vault_models

    return [word(model, name) for model in vault_models() for name in model.privacy.texts]


def make_everything(family: Family, **subject: Any) -> dict[str, Any]:
    """A row of every model, by its name. The texts are about the mother unless a `subject` is given."""
    from families.domain.retention import vault_models

    made: dict[str, Any] = {}
    with inside(family):
        for model in vault_models():
            if model.__name__ not in BY_FUNCTION:
                made[model.__name__] = _make(model, family, made, subject)
    made["EmergencyAccess"] = _emergency(family)
    _voice_answer(family)
    return made


def _make(model: type[InFamily], family: Family, made: dict[str, Any], subject: dict[str, Any]) -> Any:
    values = RECIPES[model](family, made) | texts_of(model)
    names = {column.name for column in model._meta.concrete_fields}
    if "unit" in names:
        values.setdefault("unit", family.unit)
    if "written_by" in names:
        values |= {"written_by": family.case_holder, "written_at": NOW}
    if "subject" in names:
        values |= {"subject": made["Member"]} | subject
    return model._default_manager.create(family=family, **values)


def _proposal(family: Family) -> PaymentProposal:
    """Money from a sub-project: what stands there of it says nothing of the family."""
    return PaymentProposal.objects.create(
        sub_project=make_funded(("2025-1", 90_000), municipality=family.municipality, by=family.case_holder),
        amount=1600, mode="individual", use=SpendingUse.RESIDENTS, purpose="Støtte til familie: Inventar", pay_on=DAY,
        voucher="2025-1", proposed_by=family.case_holder, proposed_at=NOW,
    )  # fmt: skip


RECIPES: dict[type[InFamily], Any] = {
    Member: lambda family, made: {"role": "mother", "birth_year": 1990, "is_guardian": True},
    Participation: lambda family, made: {
        "sub_project": make_funded(("2025-1", 90_000), municipality=family.municipality, by=family.case_holder),
        "started_on": DAY, "ended_on": datetime.date(2025, 8, 9),
    },
    Consent: lambda family, made: {
        "member": made["Member"], "reason": "coordination", "topics": ["contact"], "form": "oral", "given_on": DAY,
        "expires_on": datetime.date(2025, 12, 1),
    },
    ConsentService: lambda family, made: {"consent": made["Consent"]},
    Need: lambda family, made: {"need": "work", "life_area": "work", "said_on": DAY},
    NeedRating: lambda family, made: {"need": made["Need"], "year": 2025, "half": 1, "value": 3, "rated_on": DAY},
    Support: lambda family, made: {
        "kind": "furniture", "given_on": DAY, "agreed_with": made["Member"], "proposal": _proposal(family)
    },
    FamilyOutcome: lambda family, made: {
        "kind": "driving_licences", "happened_on": DAY, "sub_project": made["Participation"].sub_project,
    },
    Decision: lambda family, made: {
        "kind": "decision", "scheme": "other", "service": family.unit, "starts_on": DAY, "amount": 1000,
        "rhythm": "monthly", "pay_day": 5,
    },
    Contact: lambda family, made: {"happened_on": DAY, "next_on": DAY},
    VoiceLink: lambda family, made: {
        "token_sha256": VoiceLink.hash_of(_token(family)), "expires_at": timezone.now() + datetime.timedelta(days=1)
    },
    InsightRequest: lambda family, made: {"member": made["Member"], "asked_on": DAY},
}  # fmt: skip


def _emergency(family: Family) -> int:
    from families.models import EmergencyAccess

    stranger: User = make_member(Role.CASEWORKER, family.unit)
    with reading(stranger), connection.cursor() as cursor:
        reason = word(EmergencyAccess, "reason")
        cursor.execute("SELECT povertyplan_emergency(%s, %s)", [family.public_id, reason])
        return int(cursor.fetchone()[0])


def _voice_answer(family: Family) -> None:
    """Through the family's own form, which tells the team."""
    from families.models import VoiceAnswer

    matters = word(VoiceAnswer, "matters")
    assert take_answer(token=_token(family), helpful="partly", matters=matters, wants_contact=True, language="nb")


def _token(family: Family) -> str:
    return f"{family.pk:043}"
