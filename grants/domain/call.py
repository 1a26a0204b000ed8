"""Calls: what can be applied for. The one place that writes a call's state."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from grants.domain import protocol
from grants.models import SENT_STATES, Application, ApplicationState, Call, CallState, Criterion
from organisation.domain.documents import make_document
from organisation.domain.errors import DomainError
from organisation.domain.notices import notify
from organisation.domain.writing import acting, apply, locked, refusing
from organisation.models import Municipality, User

S = CallState
TRANSITIONS: dict[str, tuple[str, ...]] = {
    S.DRAFT: (S.OPEN,),
    S.OPEN: (S.CLOSED,),
    S.CLOSED: (S.DECIDED,),
    S.DECIDED: (),
}
# What stays as it was once an application has come in: the applicants went by it.
RULES = (
    "places", "amount_per_half_year", "half_years", "min_partners", "responsible_is_municipal", "allows_pay",
    "wants_film", "terms", "quorum",
)  # fmt: skip
TIMES = ("opens_at", "closes_at")
# Offered to whoever makes a call: what the jury of the pilot ranked by.
USUAL_CRITERIA = (
    _("Arbeider tverrfaglig, med flere tjenester sammen"),
    _("Lytter til hva innbyggerne selv sier at de trenger"),
    _("Prøver noe nytt, utenfor boksen"),
    _("Bygger på innbyggernes egne ressurser"),
    _("Kan brukes igjen andre steder"),
    _("Ser hele livet til dem det gjelder"),
    _("Hjelper folk å klare seg selv og høre til i fellesskapet"),
    _("Vår samlede erfaring og magefølelse"),
)
MOST_CRITERIA = 20
Criteria = Sequence[tuple[str, int]]
REFUSALS: dict[str, Any] = {
    "call_closes_after_opening": (_("Søknadsfristen er før utlysningen åpner."), "closes_at"),
    "call_gives_something": (_("Plasser, beløp, halvår og partnere må være minst 1."), None),
    "call_quorum_is_somebody": (_("Minst ett medlem må vurdere."), "quorum"),
}


def create_call(*, municipality: Municipality, by: User, criteria: Criteria = (), **fields: Any) -> Call:
    """A draft that only the leadership sees. `criteria` are texts with weights, in order."""
    _check_criteria(criteria)
    with acting(by, "call.create"), refusing(**REFUSALS):
        call = Call(municipality=municipality)
        apply(call, _to_the_second(fields))
        call.save()
        _write_criteria(call, criteria)
    return call


def update_call(*, call: Call, version: int, by: User, criteria: Criteria | None = None, **fields: Any) -> Call:
    """Change a call. Rules and criteria stand once an application has come in, everything once it is closed.

    The times of an open call are not changed here; see `extend_call`.
    """
    if criteria is not None:
        _check_criteria(criteria)
    with acting(by, "call.update"), refusing(**REFUSALS):
        held = locked(call, version)
        fields = _to_the_second(fields)
        changed = [name for name, value in fields.items() if getattr(held, name) != value]
        new_criteria = criteria is not None and list(criteria) != criteria_of(held)
        _check_may_change(held, changed, new_criteria)
        apply(held, fields)
        held.save()
        if new_criteria:
            held.criteria.all().delete()
            _write_criteria(held, criteria or ())
    return held


def criteria_of(call: Call) -> list[tuple[str, int]]:
    return [(row.text, row.weight) for row in call.criteria.all()]


def open_call(*, call: Call, version: int, by: User, at: datetime.datetime) -> Call:
    """Announce a call. One that was to open earlier opens now; one that is to open later waits for its time."""
    with acting(by, "call.open"):
        held = locked(call, version)
        _move(held, S.OPEN)
        if not held.text.strip():
            raise DomainError(_("Utlysningen mangler tekst."), "text")
        if not held.criteria.exists():
            raise DomainError(_("Utlysningen mangler kriterier. Juryen må ha noe å vurdere etter."), "criteria")
        if held.deadline_has_passed(at):
            raise DomainError(_("Søknadsfristen har allerede gått ut. Flytt den før du åpner."), "closes_at")
        held.opens_at = max(held.opens_at, at.replace(microsecond=0))
        held.save()
    return held


def extend_call(*, call: Call, closes_at: datetime.datetime, version: int, by: User, at: datetime.datetime) -> Call:
    """Move the deadline to a later time, while it has not passed. Never to an earlier one: somebody counts on it."""
    with acting(by, "call.extend"):
        held = locked(call, version)
        if held.state != S.OPEN or held.deadline_has_passed(at):
            raise DomainError(_("Fristen kan bare flyttes mens utlysningen er åpen og fristen ikke har gått ut."))
        closes_at = closes_at.replace(microsecond=0)
        if closes_at <= held.closes_at:
            raise DomainError(_("Den nye fristen må være senere enn den som gjelder nå."), "closes_at")
        held.closes_at = closes_at
        held.save()
    return held


def close_call(*, call: Call, version: int | None, by: User | None, at: datetime.datetime) -> Call:
    """After the deadline; by the leadership, or by the job (`by` None). The jury is told that it can begin."""
    with acting(by, "call.close"):
        held = locked(call, version)
        _move(held, S.CLOSED)
        if not held.deadline_has_passed(at):
            raise DomainError(_("Søknadsfristen har ikke gått ut ennå."))
        held.save()
        notify(
            users=User.objects.filter(jury_seats__call=held), kind="jury", key=f"jury:{held.public_id}",
            text=_("Søknadene er klare for vurdering. Gi poeng når du har lest dem."), url_path=reverse("jury-list"), by=by,
        )  # fmt: skip
    return held


def close_calls_past_deadline(at: datetime.datetime) -> list[Call]:
    """Close every open call whose deadline has passed; the job's part."""
    closed = []
    for call in Call.objects.filter(state=S.OPEN, closes_at__lt=at):
        try:
            closed.append(close_call(call=call, version=None, by=None, at=at))
        except DomainError:  # closed or extended by somebody meanwhile, or still in its last second
            continue
    return closed


def decide_call(
    *, call: Call, chosen: Sequence[Application], reason: str, version: int, by: User, at: datetime.datetime
) -> Call:
    """People decide who gets the places, with a reason, after the jury. Makes the protocol.

    The jury's ranking binds nobody; the protocol shows both. Without a jury the reason stands alone.
    """
    if not reason.strip():
        raise DomainError(_("Skriv hvorfor disse får plass."), "reason")
    with acting(by, "call.decide"):
        held = locked(call, version)
        _move(held, S.DECIDED)
        sent = list(held.applications.filter(state=ApplicationState.SUBMITTED))
        if held.scoring_closed_at is None and sent and held.jury.exists():
            raise DomainError(_("Juryen er ikke ferdig. Lukk vurderingen før du avgjør utlysningen."))
        _award(held, sent, {row.pk for row in chosen})
        held.decided_at, held.decided_by, held.decision_reason = at, by, reason
        title = f"Protokoll: {held.title}"  # in bokmål, as the document is
        held.protocol = make_document(
            municipality=held.municipality, kind=protocol.DOCUMENT_KIND, title=title, content=protocol.content(held)
        )
        held.save()
        _tell_applicants(sent, by)
    return held


def hold(call: Call) -> Call:
    """The call as it stands, locked until the transaction ends: applications, scores and decisions wait for each other."""
    return Call.objects.select_for_update(no_key=True).get(pk=call.pk)


def _move(call: Call, to: str) -> None:
    if to not in TRANSITIONS[call.state]:
        raise DomainError(
            _("En utlysning som er «%(from)s», kan ikke bli «%(to)s».")
            % {"from": CallState(call.state).label, "to": CallState(to).label}
        )
    call.state = to


def _award(call: Call, sent: list[Application], chosen: set[int]) -> None:
    if not chosen <= {row.pk for row in sent}:
        raise DomainError(_("En av de valgte søknadene er ikke sendt inn i denne utlysningen."), "chosen")
    if len(chosen) > call.places:
        raise DomainError(
            ngettext(
                "Du har valgt %(chosen)s søknader, men utlysningen har %(places)s plass.",
                "Du har valgt %(chosen)s søknader, men utlysningen har %(places)s plasser.",
                call.places,
            )
            % {"chosen": len(chosen), "places": call.places},
            "chosen",
        )
    for row in sent:
        row.state = ApplicationState.AWARDED if row.pk in chosen else ApplicationState.NOT_AWARDED
        row.version += 1
        row.save()


def _tell_applicants(sent: list[Application], by: User) -> None:
    for row in sent:
        awarded = row.state == ApplicationState.AWARDED
        text = _("Søknaden «{title}» fikk plass.") if awarded else _("Søknaden «{title}» fikk ikke plass.")
        notify(
            users=User.objects.filter(pk__in=[row.submitted_by_id, row.written_by_id]), kind="call",
            key=f"decided:{row.public_id}", text=format_lazy(text, title=row.title),
            url_path=reverse("application", args=[row.public_id]), by=by,
        )  # fmt: skip


def _check_may_change(call: Call, changed: list[str], new_criteria: bool) -> None:
    if call.state in (S.CLOSED, S.DECIDED) and (changed or new_criteria):
        raise DomainError(_("Utlysningen er lukket. Den kan ikke endres lenger."))
    if call.state == S.OPEN and (times := [name for name in changed if name in TIMES]):
        raise DomainError(_("Utlysningen er åpen. Fristen flyttes for seg."), times[0])
    rules = [name for name in changed if name in RULES] or (["criteria"] if new_criteria else [])
    if rules and call.state == S.OPEN and call.applications.filter(state__in=SENT_STATES).exists():
        raise DomainError(
            _("Det har kommet inn søknader. Regler og kriterier kan ikke endres, bare tittel og tekst."), rules[0]
        )


def _check_criteria(criteria: Criteria) -> None:
    texts = [text.strip().casefold() for text, _weight in criteria]
    if "" in texts or len(set(texts)) < len(texts):
        raise DomainError(_("Hvert kriterium må ha sin egen tekst."), "criteria")
    if any(weight < 1 for _text, weight in criteria):
        raise DomainError(_("Et kriterium må ha vekt 1 eller mer."), "criteria")
    if len(criteria) > MOST_CRITERIA:
        raise DomainError(_("Det kan være høyst 20 kriterier."), "criteria")


def _write_criteria(call: Call, criteria: Criteria) -> None:
    Criterion.objects.bulk_create(
        Criterion(call=call, number=number, text=text.strip(), weight=weight)
        for number, (text, weight) in enumerate(criteria, 1)
    )


def _to_the_second(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.replace(microsecond=0) if isinstance(value, datetime.datetime) else value
        for name, value in fields.items()
    }
