"""Outcomes: what has changed for a family. Counted in the results of the sub-project it took part in, never named there."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from families.domain.about import UNCHANGED, corrected_subject
from families.domain.days import check_happened
from families.domain.once import for_service, once
from families.domain.recording import check_texts, own, recorded
from families.domain.support import taking_part
from families.domain.vault import OpenFamily
from families.models import FamilyOutcome, Member
from grants.models import SubProject
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply
from organisation.models import Unit, User


def record_family_outcome(
    *,
    vault: OpenFamily,
    kind: str,
    happened_on: datetime.date,
    by: User,
    at: datetime.datetime,
    member: str = "",
    sub_project: SubProject | None = None,
    note: str = "",
    form_key: str = "",
    unit: Unit | None = None,
) -> FamilyOutcome:
    """Record an outcome. Which sub-project it is a result of decides where it is counted; without one it is counted nowhere."""
    values = _values(vault, kind, happened_on, member, sub_project, note, None)
    _check_takes_part(vault, sub_project)

    def write() -> FamilyOutcome:
        mine = recorded(vault=vault, by=by, at=at, unit=unit)
        row: FamilyOutcome = FamilyOutcome.objects.create(**mine, **values, form_key=form_key)
        return row

    with acting(by, "family_outcome.record"):
        return once(
            vault=vault, model=FamilyOutcome, form_key=form_key, constraint="family_outcome_form_key_unique",
            values=values | for_service(unit), by=by, write=write,
        )  # fmt: skip


def update_family_outcome(
    *,
    vault: OpenFamily,
    outcome: FamilyOutcome,
    version: int,
    kind: str,
    happened_on: datetime.date,
    by: User,
    member: str = UNCHANGED,
    sub_project: SubProject | None = None,
    note: str = "",
) -> FamilyOutcome:
    values = _values(vault, kind, happened_on, member, sub_project, note, outcome.subject)
    with acting(by, "family_outcome.update"):
        current = own(vault=vault, row=outcome, version=version)
        if sub_project is not None and current.sub_project_id != sub_project.pk:
            _check_takes_part(vault, sub_project)
        apply(current, values)
        current.save()
        return current


def _check_takes_part(vault: OpenFamily, sub_project: SubProject | None) -> None:
    """Takes part, or has done: a result often comes after."""
    if sub_project is not None and not taking_part(vault).filter(sub_project=sub_project).exists():
        raise DomainError(_("Familien er ikke med i dette delprosjektet."), "sub_project")


def _values(
    vault: OpenFamily,
    kind: str,
    happened_on: datetime.date,
    member: str,
    sub_project: SubProject | None,
    note: str,
    about: Member | None,
) -> dict[str, Any]:
    check_happened(vault=vault, day=happened_on, on=vault.on, field="happened_on")
    values = {
        "kind": kind, "happened_on": happened_on, "subject": corrected_subject(vault=vault, member=member, now=about),
        "sub_project": sub_project, "note": note,
    }  # fmt: skip
    check_texts(FamilyOutcome, values)
    return values
