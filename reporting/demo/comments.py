"""The demo's comments: colleagues who talk about the running plan, one of its measures and a sub-project. All made up."""

import datetime

from django.db.models import Max
from django.utils import timezone

from grants.models import SubProject
from measures.models import Measure, Plan
from organisation.domain.comments import add_comment
from organisation.models import Notice, User
from reporting.demo.organisation import Town

COORDINATOR, WRITER = "koordinator@trondheim.example", "saksbehandler@trondheim.example"
LEADER, LEAD = "enhetsleder@trondheim.example", "prosjektleder@trondheim.example"


def load(town: Town, people: dict[str, User], today: datetime.date) -> None:
    coordinator, writer, leader, lead = (people[email] for email in (COORDINATOR, WRITER, LEADER, LEAD))
    plan = Plan.objects.filter(municipality=town.municipality, state="adopted").order_by("-starts_on")[0]
    measure = _liveliest(plan)
    first = add_comment(
        row=measure, by=writer, at=_at(today, 9, 10), told=[leader],
        text="(Oppdiktet) Vi har flere påmeldte enn plasser fra nyttår. @Lars Enhetsleder, skal vi åpne en gruppe til?",
    )  # fmt: skip
    add_comment(
        row=measure, by=leader, at=_at(today, 8, 9), answers=first,
        text="(Oppdiktet) Ja, dersom frivilligsentralen kan låne oss rom på onsdager. Jeg spør dem.",
    )  # fmt: skip
    add_comment(
        row=measure, by=coordinator, at=_at(today, 2, 14), answers=first,
        text="(Oppdiktet) Fint. Loggfør det når det er avklart, så kommer det med i halvårsrapporten.",
    )  # fmt: skip
    add_comment(
        row=plan, by=coordinator, at=_at(today, 6, 11), told=[lead],
        text="(Oppdiktet) Til neste møte: Skal «utdanning og arbeid» ha et eget delmål om lærlingplasser?",
    )  # fmt: skip
    pilot = SubProject.objects.filter(municipality=town.municipality).order_by("title").first()
    if pilot:
        add_comment(
            row=pilot, by=lead, at=_at(today, 20, 12),
            text="(Oppdiktet) Erfaringene herfra bør stå i søknaden til neste år. Noen som kan skrive fem linjer?",
        )  # fmt: skip
    # One is left to be read: that of the unit's leader.
    Notice.objects.filter(kind__startswith="comment_").exclude(user=leader).update(read_at=timezone.now())


def _liveliest(plan: Plan) -> Measure:
    """The measure where something has been logged last."""
    return plan.measures.annotate(last=Max("log_entries__happened_on")).exclude(last=None).order_by("-last", "id")[0]


def _at(today: datetime.date, days: int, hour: int) -> datetime.datetime:
    day = today - datetime.timedelta(days=days)
    return datetime.datetime.combine(day, datetime.time(hour, 12), timezone.get_current_timezone())
