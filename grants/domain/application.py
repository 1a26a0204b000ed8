"""Applications: saved half-finished, held against the call's rules, submitted once. The one place that writes their state."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from grants.domain.call import hold
from grants.domain.economy import format_kroner
from grants.models import Application, ApplicationPartner, ApplicationState, BudgetLine, Call, SpendingUse
from organisation.domain.errors import DomainError
from organisation.domain.writing import acting, apply, locked, refusing
from organisation.models import Unit, UnitKind, User

S = ApplicationState
TITLE_TAKEN = {
    "application_title_unique": (_("Det finnes allerede en søknad med dette navnet i utlysningen."), "title"),
}
Others = Sequence[tuple[str, str]]  # name and kind of those who are none of the registered units
PartnerRow = tuple[Unit | None, str, str]  # unit, name, kind
Budget = Sequence[tuple[str, str, Decimal]]  # text, use, kroner


@dataclass(frozen=True)
class Breach:
    """A rule of the call that an application doesn't hold to; `field` is the form's."""

    field: str
    message: str


class RulesBroken(DomainError):
    """The application can't be submitted; `breaches` says why, each for itself."""

    def __init__(self, found: list[Breach]) -> None:
        super().__init__(_("Søknaden kan ikke sendes inn ennå. Noe mangler eller bryter med reglene."))
        self.breaches = found


def create_application(
    *,
    call: Call,
    title: str,
    responsible_unit: Unit,
    by: User,
    at: datetime.datetime,
    units: Sequence[Unit] = (),
    others: Others = (),
    budget: Budget = (),
    **fields: Any,
) -> Application:
    """Begin an application. Only the title and the responsible unit have to be there."""
    with acting(by, "application.create"), refusing(**TITLE_TAKEN):
        call = hold(call)
        _check_is_open(call, at)
        application = Application(call=call, written_by=by)
        _write(application, title=title, responsible_unit=responsible_unit, **fields)
        _write_partners(application, units, others)
        _write_budget(application, budget)
    return application


def update_application(
    *,
    application: Application,
    version: int,
    by: User,
    at: datetime.datetime,
    units: Sequence[Unit] | None = None,
    others: Others | None = None,
    budget: Budget | None = None,
    **fields: Any,
) -> Application:
    """Save a draft. What is left out stays; `units` and `others` go together."""
    with acting(by, "application.update"), refusing(**TITLE_TAKEN):
        call = hold(application.call)
        held = _draft(application, version)
        _check_is_open(call, at)
        _write(held, **fields)
        if units is not None or others is not None:
            _write_partners(held, units or (), others or ())
        if budget is not None:
            _write_budget(held, budget)
    return held


def breaches(application: Application) -> list[Breach]:
    """Every rule of the call that the application breaks as it is saved, in the order of the form."""
    call, found = application.call, []
    budget = list(application.budget.all())
    total = sum((line.amount for line in budget), Decimal(0))
    pay = [line.text for line in budget if line.use == SpendingUse.PAY]

    def check(holds: bool, field: str, message: Any, **values: Any) -> None:
        if not holds:
            found.append(Breach(field, str(message % values if values else message)))

    municipal = application.responsible_unit.kind == UnitKind.MUNICIPAL
    count = count_partners(application)
    check(
        municipal or not call.responsible_is_municipal, "responsible_unit",
        _("En kommunal enhet må være hovedansvarlig, og %(unit)s er ikke kommunal."),
        unit=application.responsible_unit.name,
    )  # fmt: skip
    check(
        count >= call.min_partners, "units",
        _("Minst %(least)s ulike partnere må være med, medregnet den hovedansvarlige. Dere er %(count)s."),
        least=call.min_partners, count=count,
    )  # fmt: skip
    check(bool(application.target_group.strip()), "target_group", _("Målgruppa er ikke beskrevet."))
    check(bool(application.text.strip()), "text", _("Teksten om deltakerne og hva dere vil, mangler."))
    check(bool(application.film_url) or not call.wants_film, "film_url", _("Lenken til filmen mangler."))
    check(bool(budget), "budget", _("Budsjettet mangler."))
    check(
        not pay or call.allows_pay, "budget",
        _("Pengene kan ikke brukes til stillinger eller lønn. Det gjelder: %(lines)s."), lines=", ".join(pay),
    )  # fmt: skip
    check(
        total <= call.amount, "budget",
        _("Budsjettet er på %(total)s kroner, og det kan søkes om høyst %(most)s kroner."),
        total=format_kroner(total), most=format_kroner(call.amount),
    )  # fmt: skip
    check(
        application.accepts_terms, "accepts_terms",
        _("Det er ikke krysset av for at alle partnerne godtar reglene og vilkårene."),
    )  # fmt: skip
    return found


def count_partners(application: Application) -> int:
    """How many different take part, the responsible unit among them. The same name or unit twice is one."""
    names = {_key(partner.name) for partner in application.partners.all()}
    return len(names | {_key(application.responsible_unit.name)})


def submit_application(*, application: Application, version: int, by: User, at: datetime.datetime) -> Application:
    """Send it in: once, before the deadline, when it breaks no rule. Raises RulesBroken with every breach."""
    with acting(by, "application.submit"):
        call = hold(application.call)
        held = _draft(application, version)
        _check_is_open(call, at)
        if found := breaches(held):
            raise RulesBroken(found)
        held.state, held.submitted_at, held.submitted_by = S.SUBMITTED, at, by
        held.save()
    return held


def withdraw_application(*, application: Application, version: int, by: User, at: datetime.datetime) -> Application:
    """Take it back before the deadline. It is a draft again, and can be changed and sent anew."""
    with acting(by, "application.withdraw"):
        call = hold(application.call)
        held = locked(application, version)
        if held.state != S.SUBMITTED:
            raise DomainError(_("Søknaden er ikke sendt inn."))
        _check_is_open(call, at)
        held.state, held.submitted_at, held.submitted_by = S.DRAFT, None, None
        held.save()
    return held


def _draft(application: Application, version: int) -> Application:
    """The draft, locked. The call is held, so nobody else submits it meanwhile."""
    if Application.objects.get(pk=application.pk).state != S.DRAFT:
        raise DomainError(_("Søknaden er allerede sendt inn. Den kan ikke endres."))
    return locked(application, version)


def _check_is_open(call: Call, at: datetime.datetime) -> None:
    if not call.takes_applications(at):
        early = at < call.opens_at
        raise DomainError(_("Utlysningen er ikke åpen ennå.") if early else _("Søknadsfristen har gått ut."))


def _write(application: Application, **fields: Any) -> None:
    apply(application, fields)
    if application.responsible_unit.municipality_id != application.call.municipality_id:
        raise DomainError(_("Velg en enhet i kommunen."), "responsible_unit")
    link = urlsplit(application.film_url)
    if application.film_url and (link.scheme not in ("http", "https") or not link.hostname):
        raise DomainError(_("Lenken må begynne med https:// eller http://."), "film_url")
    application.save()


def _write_partners(application: Application, units: Sequence[Unit], others: Others) -> None:
    """The registered units and the others, as they are now. Who is responsible takes part already.

    One of the others who has a unit's name is that unit: whoever belongs to it is to be excluded from the jury.
    """
    if any(unit.municipality_id != application.call.municipality_id for unit in units):
        raise DomainError(_("Velg enheter i kommunen."), "units")
    rows: list[PartnerRow] = [(unit, unit.name, unit.kind) for unit in units]
    rows += _others_as_units(application.call, others)
    names = [_key(name) for _unit, name, _kind in rows]
    if "" in names:
        raise DomainError(_("Skriv navnet på partneren."), "others")
    if len(set(names)) < len(names):
        raise DomainError(_("Den samme partneren står to ganger."), "others")
    application.partners.all().delete()
    ApplicationPartner.objects.bulk_create(
        ApplicationPartner(application=application, unit=unit, name=name, kind=kind)
        for unit, name, kind in rows
        if unit is None or unit.pk != application.responsible_unit_id
    )


def _others_as_units(call: Call, others: Others) -> list[PartnerRow]:
    """With the unit whose name it is, however the letters and spaces are; one that is in use before one that isn't."""
    if not others:
        return []
    units = Unit.objects.filter(municipality=call.municipality_id).order_by("active")
    by_key = {_key(unit.name): unit for unit in units}
    found = [(by_key.get(_key(name)), " ".join(name.split()), kind) for name, kind in others]
    return [(unit, unit.name, unit.kind) if unit else (None, name, kind) for unit, name, kind in found]


def _key(name: str) -> str:
    """What two names have in common when they are the same: not the letters' case, nor how many spaces."""
    return " ".join(name.split()).casefold()


def _write_budget(application: Application, budget: Budget) -> None:
    if any(not text.strip() or amount <= 0 for text, _use, amount in budget):
        raise DomainError(_("Hver linje i budsjettet må ha tekst og et beløp over 0."), "budget")
    application.budget.all().delete()
    BudgetLine.objects.bulk_create(
        BudgetLine(application=application, text=text, use=use, amount=amount) for text, use, amount in budget
    )
