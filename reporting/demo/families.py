"""The demo's families. All of them are made up, and their names look it; nobody like them exists."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from families.domain.consent import Terms, give_consent, withdraw_consents
from families.domain.contact import log_contact
from families.domain.decision import record_decision
from families.domain.family import open_case
from families.domain.household import add_member
from families.domain.need import Said, add_need, rate_needs
from families.domain.outcome import record_family_outcome
from families.domain.participation import add_participation
from families.domain.reading import open_families, reading
from families.domain.support import give_support
from families.domain.team import add_to_team
from families.domain.vault import OpenFamily
from families.models import Family, Member, TeamMember
from grants.models import SpendingMode, SubProject
from measures.models import Measure
from organisation.models import LivingConditionZone, Membership, Notice, User
from organisation.periods import HalfYear
from reporting.demo.organisation import Town
from reporting.demo.reading import read
from reporting.domain.family_release import make_release

Facts = Mapping[str, Any]
PAGE = "demo"
# Of the light families' outcomes, in whose sub-project they are counted.
COUNTED_IN = "Åpen fritid (eksempel)"
RELEASED = 40  # days ago; new numbers may be made after 28
LEADER = "prosjektleder@lillehammer.example"


def load(towns: Mapping[str, Town], people: Mapping[str, User], today: datetime.date) -> None:
    facts = read("families.yaml")
    for row in facts["families"]:
        _family(towns["Trondheim"], people, facts["team"], row, today)
    _counted(towns["Lillehammer"], people[facts["counted"]["holder"]], facts["counted"], today)
    day = _ago(today, RELEASED)
    make_release(municipality=towns["Lillehammer"].municipality, until=day, by=people[LEADER], at=noon(day), on=day)
    # Whoever joins a team is told, and so is who a consent concerns; the demo begins with what waits today.
    Notice.objects.filter(kind__in=("family-team", "consent")).delete()


def noon(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(12), timezone.get_current_timezone())


def _ago(today: datetime.date, days: int) -> datetime.date:
    return today - datetime.timedelta(days=days)


class _Story:
    """One family's story: who records, and on which day."""

    def __init__(
        self, town: Town, people: Mapping[str, User], family: Family, holder: User, today: datetime.date
    ) -> None:
        self.town, self.people, self.family, self.holder, self.today = town, people, family, holder, today
        self.members: list[Member] = []

    def at(self, days: int, by: str = "") -> tuple[OpenFamily, dict[str, Any]]:
        """The family as somebody has it open on a day, and who and when for what she records."""
        user, day = self.people[by] if by else self.holder, _ago(self.today, days)
        open_families(ids=[self.family.pk], page=PAGE)
        return OpenFamily(self.family, user, day), {"by": user, "at": noon(day)}

    def who(self, place: int | None) -> str:
        return "" if place is None else self.members[place].public_id


def _family(town: Town, people: Mapping[str, User], team: Facts, facts: Facts, today: datetime.date) -> None:
    holder, opened = people[team["holder"]], _ago(today, facts["opened"])
    zone = LivingConditionZone.objects.filter(municipality=town.municipality, name=facts.get("zone", "")).first()
    with reading(holder):
        family = open_case(
            unit=town.unit(team["service"]), by=holder, on=opened, zone=zone, protected=facts.get("protected", False)
        )
        story = _Story(town, people, family, holder, today)
        vault, written = story.at(facts["opened"])
        for row in facts["members"]:
            story.members.append(
                add_member(
                    vault=vault, role=row["role"], first_name=row["first_name"], birth_year=opened.year - row["age"],
                    is_guardian=row.get("guardian", False), left_on=None, **written,
                )
            )  # fmt: skip
        _team(story, team, opened)
        measure = Measure.objects.get(plan__municipality=town.municipality, title=facts["measure"])
        add_participation(vault=vault, measure=measure, started_on=opened, **written)
        _consents(story, facts.get("consents", ()))
        _needs(story, facts.get("needs", ()))
        for row in facts.get("contacts", ()):
            if "by" not in row:
                _contact(story, row)
        _given(story, facts)
    # Each service records its own: the others' rows are written with them as the readers.
    for email in [row["email"] for row in team["others"]]:
        with reading(people[email]):
            _others(story, facts, email)


def _team(story: _Story, team: Facts, opened: datetime.date) -> None:
    for row in team["others"]:
        person = Membership.objects.get(user=story.people[row["email"]], unit=story.town.unit(row["service"]))
        vault, written = story.at(0)
        add_to_team(vault=vault, person=person, by=written["by"])
    TeamMember.objects.filter(family=story.family).update(from_day=opened)


def _consents(story: _Story, rows: Any) -> None:
    for row in rows:
        given = _ago(story.today, row["given"])
        vault, written = story.at(row["given"])
        terms = Terms(
            member=story.who(row["member"]), reason="coordination", topics=row["topics"], form=row["form"],
            services=[story.town.unit(name).public_id for name in row["services"]], given_on=given,
            expires_on=given + datetime.timedelta(days=row["lasts"]),
        )  # fmt: skip
        consent = give_consent(vault=vault, terms=terms, on=given, **written)
        if "withdrawn" in row:
            vault, written = story.at(row["withdrawn"])
            withdraw_consents(vault=vault, consents=[consent], **written)


def _needs(story: _Story, rows: Any) -> None:
    for row in rows:
        vault, written = story.at(row["said"])
        said = Said(
            words=row["words"], need=row["need"], life_area=row["life_area"], said_on=_ago(story.today, row["said"]),
            member=story.who(row.get("member")),
        )  # fmt: skip
        need = add_need(vault=vault, said=said, on=said.said_on, value=row["ratings"][0], **written)
        half = HalfYear.of(said.said_on)
        for value in row["ratings"][1:]:
            half = HalfYear.of(half.last_day + datetime.timedelta(days=1))
            day = half.first_day + datetime.timedelta(days=20)
            if day < story.today:
                vault, written = story.at((story.today - day).days)
                rate_needs(vault=vault, values={need: value}, on=day, **written)


def _contact(story: _Story, row: Facts) -> None:
    vault, written = story.at(row["days"], row.get("by", ""))
    next_on = _ago(story.today, row["next_in"]) if "next" in row else None
    log_contact(
        vault=vault, kind=row["kind"], happened_on=vault.on, text=row["text"], next_step=row.get("next", ""),
        next_on=next_on, **written,
    )  # fmt: skip


def _decision(story: _Story, row: Facts) -> None:
    vault, written = story.at(row["starts"], row.get("by", ""))
    amount = Decimal(row["amount"]) if "amount" in row else None
    record_decision(
        vault=vault, subject=story.who(row.get("member")), kind=row["kind"], scheme=row["scheme"],
        title=row.get("title", ""), service=story.town.unit(row["service"]), starts_on=vault.on,
        ends_on=_ago(story.today, row["ends"]) if "ends" in row else None, conditions=row.get("conditions", ""),
        amount=amount, rhythm=row.get("rhythm", "none"), pay_day=row.get("pay_day"), **written,
    )  # fmt: skip


def _given(story: _Story, facts: Facts) -> None:
    """What the case holder's service has recorded of decisions, support and outcomes."""
    for row in facts.get("decisions", ()):
        if "by" not in row:
            _decision(story, row)
    for row in facts.get("support", ()):
        vault, written = story.at(row["days"])
        give_support(
            vault=vault, kind=row["kind"], what=row["what"], given_on=vault.on, mode=SpendingMode.INDIVIDUAL,
            member=story.who(row.get("member")), agreed_with=story.who(row.get("agreed_with")), **written,
        )  # fmt: skip
    for row in facts.get("outcomes", ()):
        vault, written = story.at(row["days"])
        record_family_outcome(
            vault=vault, kind=row["kind"], happened_on=vault.on, member=story.who(row.get("member")), **written
        )


def _others(story: _Story, facts: Facts, email: str) -> None:
    for row in facts.get("contacts", ()):
        if row.get("by") == email:
            _contact(story, row)
    for row in facts.get("decisions", ()):
        if row.get("by") == email:
            _decision(story, row)


def _counted(town: Town, holder: User, facts: Facts, today: datetime.date) -> None:
    """Families with little more than taking part, so that there is something to count."""
    sub_project = SubProject.objects.get(municipality=town.municipality, title=COUNTED_IN)
    started = sub_project.starts_on
    with reading(holder):
        for number in range(facts["families"]):
            family = open_case(unit=town.unit(facts["service"]), by=holder, on=started)
            story = _Story(town, {}, family, holder, today)
            vault, written = story.at((today - started).days)
            add_member(
                vault=vault, role="parent", first_name="", birth_year=None, is_guardian=True, left_on=None, **written
            )
            for _ in range(facts["children"][number]):
                add_member(
                    vault=vault,
                    role="child",
                    first_name="",
                    birth_year=None,
                    is_guardian=False,
                    left_on=None,
                    **written,
                )
            add_participation(vault=vault, sub_project=sub_project, started_on=started, **written)
            for kind, many in facts["outcomes"].items():
                if number < many:
                    vault, written = story.at(RELEASED + 5 + number)
                    record_family_outcome(
                        vault=vault, kind=kind, happened_on=vault.on, sub_project=sub_project, **written
                    )
