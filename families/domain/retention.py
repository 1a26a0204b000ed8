"""Oppbevaringstid: what is kept of a family, and what becomes of it when the time of a purpose is out.

The periods are each municipality's (RetentionRule); where there is none, nothing is erased, nor in the 30 days after one
was set or shortened, or after a case was closed. They count from when it was closed, whatever day was written. What
happens to each row and field is said by the models' metadata (models/privacy.py), and the database lets nobody erase
before the time is out.
"""

import datetime
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from families.domain.reading import open_families, reading
from families.models import Family, InFamily, InsightRequest, Member, MemberRole, Purpose, RetentionRule
from organisation.domain.documents import discard
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, locked, refusing
from organisation.models import Municipality, Notice, ReadBasis, User
from organisation.models.base import new_public_id

logger = logging.getLogger(__name__)
PAGE = "erase-expired"  # in the read log
TAKEN = {"one_retention_rule_each_purpose": (_("Det er satt en oppbevaringstid for dette formålet."), None)}


def vault_models() -> list[type[InFamily]]:
    """The models whose rows are of one family each; beside them there is Family itself."""
    return [model for model in apps.get_app_config("families").get_models() if issubclass(model, InFamily)]


def set_rule(
    *, municipality: Municipality, purpose: str, months: int, basis: str, by: User, version: int | None = None
) -> RetentionRule:
    """How long a municipality keeps what it has for a purpose, and by which law. A first rule has no version.

    The database says from when it holds: 30 days are left to think again, but for a period that only got longer.
    """
    if municipality.pk not in by.administered_municipality_ids():
        raise DomainError(_("Bare administratoren i kommunen kan sette oppbevaringstider."))
    if not basis.strip():
        raise DomainError(_("Skriv hvilken hjemmel fristen bygger på."), "basis")
    with acting(by, "retention.set"):
        row = RetentionRule(municipality=municipality, purpose=purpose)
        if version is not None:
            row = locked(RetentionRule.objects.get(municipality=municipality, purpose=purpose), version)
        row.months, row.basis = months, basis.strip()
        with refusing(**TAKEN):
            row.save()
        row.refresh_from_db(fields=["in_force_from"])
        return row


def remove_rule(*, rule: RetentionRule, by: User) -> None:
    """Without a rule nothing more is erased for the purpose, whatever somebody else has just set it to."""
    if rule.municipality_id not in by.administered_municipality_ids():
        raise DomainError(_("Bare administratoren i kommunen kan sette oppbevaringstider."))
    with acting(by, "retention.remove"):
        RetentionRule.objects.filter(pk=rule.pk).delete()


def would_erase(*, municipality: Municipality, purpose: str, months: int) -> int:
    """How many cases a period would erase when it comes into force, in whole fives: 0 is fewer than five."""
    return int(_ask("SELECT povertyplan_would_expire(%s, %s, %s)", municipality.pk, purpose, months)[0][0])


def expired_families() -> list[int]:
    """Primary keys of the families of which something must be erased now."""
    return [pk for (pk,) in _ask("SELECT family FROM povertyplan_expired()")]


@dataclass
class Erased:
    """What a run did: how many families lost something, how many became anonymous, how many it could not do."""

    families: int = 0
    anonymised: int = 0
    failed: list[int] = field(default_factory=list)


def erase_expired(*, on: datetime.date, by: None = None) -> Erased:
    """Erase what has run out, each family in a transaction of its own. One that fails stays as it was, for the next run."""
    result = Erased()
    for pk in expired_families():
        try:
            purposes, last = erase_family(pk=pk, on=on, by=by)
        except Exception:
            logger.exception("Retention: family %s could not be erased", pk)
            result.failed.append(pk)
            continue
        result.families += bool(purposes or last)
        result.anonymised += last
    return result


def erase_family(*, pk: int, on: datetime.date, by: None = None) -> tuple[list[str], bool]:
    """What was erased of one family: the purposes, and whether it was the last there was. By the system, never a user."""
    with reading(by), acting(by, "family.erase"):
        if not open_families(ids=[pk], page=PAGE, basis=ReadBasis.RETENTION):
            return [], False
        family = Family.objects.select_for_update(no_key=True).get(pk=pk)
        out = _purposes_out(pk)
        fresh = [purpose for purpose in out if purpose not in family.erased]
        for purpose in fresh:
            _erase(family, purpose)
        last = set(out) == set(Purpose.values)
        if last:
            _finish(family, on)
        elif fresh:
            Family.objects.filter(pk=pk).update(erased=sorted({*family.erased, *fresh}), version=F("version") + 1)
        if fresh or last:
            forget_notices(references=[family.public_id])
        return fresh, last


def forget_notices(*, references: Iterable[str]) -> None:
    """Reminders that lead to a family's pages; a mail that waits to go out has that much less to say."""
    for reference in references:
        Notice.objects.filter(Q(url_path__contains=f"/{reference}/") | Q(key__contains=reference)).delete()


def _purposes_out(pk: int) -> list[str]:
    """As the database says, which also has to let it happen."""
    query = "SELECT p FROM unnest(%s) p WHERE %s = ANY (povertyplan_erasable(p)) ORDER BY p"
    return [purpose for (purpose,) in _ask(query, Purpose.values, pk)]


def _erase(family: Family, purpose: str) -> None:
    """Rows of the purpose: deleted, or emptied where they stand for statistics or for what other purposes keep."""
    if purpose == Purpose.FOLLOW_UP:
        _count_household(family)
        for request in InsightRequest.objects.filter(family=family).select_related("document"):
            if request.document is not None:
                discard(document=request.document, by=None)
    for model in vault_models():
        privacy = model.privacy
        rows: models.QuerySet[Any] = model._default_manager.filter(family=family)
        if privacy.purpose != purpose:
            continue
        if not (privacy.kept or privacy.lingers):
            _delete(rows)
            continue
        if privacy.kept and _has(model, "removed_at"):
            _delete(rows.exclude(removed_at=None))  # counted nowhere
        _empty(rows)
    if Family.privacy.purpose == purpose:
        _empty(Family.objects.filter(pk=family.pk))


def _count_household(family: Family) -> None:
    counted = Member.objects.standing().filter(family=family).aggregate(
        children=Count("pk", filter=Q(role=MemberRole.CHILD)), adults=Count("pk", filter=~Q(role=MemberRole.CHILD))
    )  # fmt: skip
    Family.objects.filter(pk=family.pk).update(**counted)


def _empty(rows: models.QuerySet[Any]) -> None:
    privacy = rows.model.privacy
    values = privacy.blanks | {name: HalfYearOf(rows.model._meta.get_field(name)) for name in privacy.coarse}
    if values:
        rows.update(**values)


NORWAY = "(%(expressions)s AT TIME ZONE 'Europe/Oslo')"


def _half(of: str) -> str:
    half = f"CASE WHEN extract(month FROM {of}) > 6 THEN interval '6 months' ELSE interval '0' END"
    return f"(date_trunc('year', {of}) + {half})"


class HalfYearOf(models.Func):
    """The first day of the half-year that a day is in; of a time, midnight of that day in Norway."""

    OF = {
        "DateField": _half("%(expressions)s::timestamp") + "::date",
        "DateTimeField": _half(NORWAY) + " AT TIME ZONE 'Europe/Oslo'",
    }

    def __init__(self, column: Any) -> None:
        super().__init__(F(column.name), output_field=column.__class__(), template=self.OF[column.get_internal_type()])


def _delete(rows: models.QuerySet[Any]) -> None:
    """In the database, whatever the order: its keys are asked when the transaction ends."""
    rows._raw_delete(rows.db)
    if rows.exists():
        raise RuntimeError(f"{rows.model.__name__}: the database would not let the rows go")


def _finish(family: Family, on: datetime.date) -> None:
    """Nothing is kept for any purpose: the people and the team go, and the reference leads nowhere."""
    for model in vault_models():
        if model.privacy.lingers:
            _delete(model._default_manager.filter(family=family))
    Family.objects.filter(pk=family.pk).update(
        public_id=new_public_id(), anonymised_on=on, erased=sorted(Purpose.values), version=F("version") + 1,
        **{name: HalfYearOf(Family._meta.get_field(name)) for name in ("opened_on", "closed_on")},
    )  # fmt: skip


def _has(model: type[models.Model], name: str) -> bool:
    return any(column.name == name for column in model._meta.concrete_fields)


def _ask(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
