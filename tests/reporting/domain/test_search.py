"""The one search: each finds what she may see by its words, and nothing else."""

import datetime
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from measures.domain.log import correct_log_entry, withdraw_log_entry
from measures.models import LogEntry, Measure, Plan
from organisation.models import CASE_ROLES, Role, Unit, User
from organisation.separation import NOBODY, SYSTEM, of_municipalities, seeing
from reporting.domain import search
from reporting.domain.search import WHO, find, hits, kinds_of
from reporting.models import SearchKind
from tests.factories import (
    FundedMeasureFactory,
    GoalFactory,
    LogEntryFactory,
    MeasureFactory,
    MembershipFactory,
    PlanFactory,
    SubProjectFactory,
    SubProjectPartnerFactory,
    UnitFactory,
    make_member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    row: Unit = UnitFactory()
    return row


@pytest.fixture
def plan(unit: Unit) -> Plan:
    row: Plan = PlanFactory(municipality=unit.municipality, title="Plan mot fattigdom", short_title="", description="")
    return row


@pytest.fixture
def user(unit: Unit) -> User:
    return make_member(Role.CASEWORKER, unit)


def titles(words: str, user: User, **options: Any) -> list[str]:
    found = find(words=words, by=user, kinds=kinds_of(by=user), **options)
    return [hit.title for listed in hits(found=found, words=words, by=user).values() for hit in listed]


def measure_of(plan: Plan, title: str, **fields: Any) -> Measure:
    row: Measure = MeasureFactory(plan=plan, title=title, goals=[], **fields)
    return row


def test_each_kind_is_found_by_its_title_and_its_text(plan: Plan, user: User) -> None:
    town = plan.municipality
    measure = measure_of(plan, "Alfa", note="Om badeland")
    rows = {
        SearchKind.PLAN: PlanFactory(municipality=town, title="Badeland for alle"),
        SearchKind.GOAL: GoalFactory(plan=plan, title="Mål", aim="Flere i badelandet"),
        SearchKind.MEASURE: measure,
        SearchKind.SUB_PROJECT: SubProjectFactory(municipality=town, title="Beta", target_group="De på badeland"),
        SearchKind.FUNDED_MEASURE: FundedMeasureFactory(
            reporting_unit__municipality=town, title="Gamma", description="Badelandene"
        ),
        SearchKind.LOG: LogEntryFactory(measure=measure, text="Vi var i BADELANDET."),
    }
    found = find(words="badeland", by=user, kinds=kinds_of(by=user))
    assert found == {kind: [row.pk] for kind, row in rows.items()}
    shown = hits(found=found, words="badeland", by=user)
    assert shown[SearchKind.MEASURE][0].pieces == [("Om ", False), ("badeland", True)]
    assert shown[SearchKind.PLAN][0].title_pieces == [("Badeland", True), (" for alle", False)]
    assert shown[SearchKind.LOG][0].url == f"/logg/{rows[SearchKind.LOG].thread}/"
    assert shown[SearchKind.LOG][0].on == rows[SearchKind.LOG].happened_on


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Åpne møteplasser for ungdom", "åpne møteplass"),
        ("Åpne møteplasser for ungdom", "ÅPNE MØTEPLASSENE"),
        ("Åpne møteplasser for ungdom", "a\u030apne mø"),
        ("Æresgjester på øya", "æresgj øy"),
        ("Tiltak mot gjeld", "tiltakene"),
        ("Tiltakene mot gjeld", "tiltak"),
        ("Boligsosialt arbeid", "bolig"),
        ("Muligheter for alle", "mulighe"),
        ("Bolig for barn", "barn for bolig"),
    ],
)
def test_forms_of_words_and_norwegian_letters(title: str, words: str, plan: Plan, user: User) -> None:
    measure_of(plan, title)
    measure_of(plan, "Noe helt annet")
    assert titles(words, user) == [title]


@pytest.mark.parametrize(("title", "words"), [("Apne skoler", "åpne"), ("Måned", "maned"), ("Badeland", "land")])
def test_other_letters_are_other_words(title: str, words: str, plan: Plan, user: User) -> None:
    measure_of(plan, title)
    assert titles(words, user) == []


def test_the_very_title_comes_first_and_then_what_begins_so(plan: Plan, user: User) -> None:
    measure_of(plan, "Fritid", note="")
    measure_of(plan, "Fritidskort for fritid og fritid", note="fritid fritid fritid")
    measure_of(plan, "Mer fritid")
    measure_of(plan, "Annet", note="fritid")
    assert titles("FRITID", user) == ["Fritid", "Fritidskort for fritid og fritid", "Mer fritid", "Annet"]
    assert titles("fritid", user, titles_only=True) == ["Fritid", "Fritidskort for fritid og fritid", "Mer fritid"]


def test_all_words_must_be_there(plan: Plan, user: User) -> None:
    measure_of(plan, "Gratis kino", note="for ungdom")
    measure_of(plan, "Gratis buss")
    assert titles("gratis ungdom", user) == ["Gratis kino"]
    assert titles("gratis -kino", user) == ["Gratis buss"]


@pytest.mark.parametrize("role", list(Role))
def test_each_role_finds_what_it_may_see(role: Role, plan: Plan, unit: Unit) -> None:
    """There is something of each kind to leak."""
    measure = measure_of(plan, "Solsikke")
    GoalFactory(plan=plan, title="Solsikke")
    PlanFactory(municipality=plan.municipality, title="Solsikke")
    SubProjectFactory(municipality=plan.municipality, title="Solsikke")
    FundedMeasureFactory(reporting_unit__municipality=plan.municipality, title="Solsikke")
    LogEntryFactory(measure=measure, text="Solsikke")
    user = make_member(role) if role == Role.ANALYST else make_member(role, unit)
    expected: set[SearchKind] = set()
    if role in CASE_ROLES:
        expected = set(search.BY_WORDS)
    elif role == Role.STEERING_GROUP:
        expected = {SearchKind.SUB_PROJECT}
    for kinds in (kinds_of(by=user), list(SearchKind)):
        assert set(find(words="solsikke", by=user, kinds=kinds)) == expected
    assert set(kinds_of(by=user)) == {kind for kind, who in WHO.items() if role in who}


def test_another_municipalitys_rows_are_not_found(plan: Plan, user: User) -> None:
    foreign = measure_of(PlanFactory(title="Solsikke"), "Solsikke")
    LogEntryFactory(measure=foreign, text="Solsikke")
    SubProjectFactory(title="Solsikke")
    FundedMeasureFactory(title="Solsikke")
    for scope in (SYSTEM, of_municipalities({plan.municipality_id})):
        with seeing(scope):
            assert find(words="solsikke", by=user, kinds=kinds_of(by=user)) == {}
    measure_of(plan, "Solsikke")
    assert titles("solsikke", user) == ["Solsikke"]


def test_a_role_in_another_municipality_opens_its_own_kinds_there_only(plan: Plan, user: User) -> None:
    other = PlanFactory(title="Solsikke")
    SubProjectFactory(municipality=other.municipality, title="Solsikke")
    MembershipFactory(user=user, unit=UnitFactory(municipality=other.municipality), role=Role.STEERING_GROUP)
    user = User.objects.get(pk=user.pk)
    assert set(find(words="solsikke", by=user, kinds=kinds_of(by=user))) == {SearchKind.SUB_PROJECT}


def test_a_partner_finds_the_sub_projects_it_takes_part_in(plan: Plan, unit: Unit) -> None:
    partner = make_member(Role.PARTNER, unit)
    mine, left, _other = (SubProjectFactory(municipality=plan.municipality, title=f"Solsikke {n}") for n in range(3))
    SubProjectPartnerFactory(sub_project=mine, unit=unit)
    SubProjectPartnerFactory(sub_project=left, unit=unit, left_on=timezone.localdate() - datetime.timedelta(days=1))
    assert titles("solsikke", partner) == ["Solsikke 0"]


def test_a_partners_own_is_found_among_many_that_she_may_not_see(plan: Plan, unit: Unit) -> None:
    partner = make_member(Role.PARTNER, unit)
    SubProjectPartnerFactory(
        sub_project=SubProjectFactory(municipality=plan.municipality, title="Solsikke i byen"), unit=unit
    )
    for n in range(5):
        SubProjectFactory(municipality=plan.municipality, title=f"Solsikke {n}")
    for more in ({"most": 2}, {"most": 2, "titles_only": True}):
        assert titles("solsikke", partner, **more) == ["Solsikke i byen"]


def test_no_more_than_asked_for_come_of_many_that_a_partner_sees(plan: Plan, unit: Unit) -> None:
    partner = make_member(Role.PARTNER, unit)
    for n in range(5):
        row = SubProjectFactory(municipality=plan.municipality, title=f"Solsikke {n}")
        SubProjectPartnerFactory(sub_project=row, unit=unit)
    assert len(titles("solsikke", partner, most=2)) == 3


def test_who_has_left_finds_nothing(plan: Plan, unit: Unit) -> None:
    measure_of(plan, "Solsikke")
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    membership = MembershipFactory(unit=unit, role=Role.CASEWORKER, valid_to=yesterday)
    assert kinds_of(by=membership.user) == []
    assert find(words="solsikke", by=membership.user, kinds=list(SearchKind)) == {}


def test_words_follow_the_row(plan: Plan, user: User) -> None:
    measure = measure_of(plan, "Solsikke")
    Measure.objects.filter(pk=measure.pk).update(title="Rose", note="Tulipan")
    assert (titles("solsikke", user), titles("rose", user), titles("tulipan", user)) == ([], ["Rose"], ["Rose"])
    goal = GoalFactory(plan=plan, title="Bringebær")
    assert titles("bringebær", user) == [str(goal)]
    goal.delete()
    assert titles("bringebær", user) == []


def test_a_corrected_entry_is_found_by_its_new_words_and_one_taken_back_by_none(plan: Plan, user: User) -> None:
    today = timezone.localdate()
    entry = LogEntryFactory(measure=measure_of(plan, "Tiltak"), text="Solsikke", happened_on=today, written_by=user)

    def found(words: str) -> list[int]:
        return find(words=words, by=user, kinds=[SearchKind.LOG]).get(SearchKind.LOG, [])

    assert found("solsikke") == [entry.pk]
    new = correct_log_entry(
        entry=entry, text="Rose", reason="Feil.", happened_on=today, kind=entry.kind, by=user, today=today
    )
    assert (found("solsikke"), found("rose")) == ([], [new.pk])
    withdraw_log_entry(entry=new, reason="Feil.", by=user)
    assert found("rose") == []
    assert LogEntry.objects.filter(thread=entry.thread).count() == 3


def test_entries_come_the_newest_first_and_no_more_than_asked_for(plan: Plan, user: User) -> None:
    measure = measure_of(plan, "Tiltak")
    days = [datetime.date(2020, 1, day) for day in (3, 1, 5, 2, 4)]
    rows = {day: LogEntryFactory(measure=measure, text="Solsikke", happened_on=day) for day in days}
    found = find(words="solsikke", by=user, kinds=[SearchKind.LOG], most=3)[SearchKind.LOG]
    assert found == [rows[day].pk for day in sorted(days, reverse=True)[:4]], (
        "one more than asked for tells that there are more"
    )


def test_a_text_of_any_length_is_saved_and_found_by_its_beginning(plan: Plan, user: User) -> None:
    measure_of(plan, "Tiltak", note="solsikke " + " ".join(f"ord{n}" for n in range(300_000)))
    assert titles("solsikke", user) == ["Tiltak"]


def test_what_stands_in_a_text_is_shown_as_text(plan: Plan, user: User) -> None:
    measure_of(plan, "Tiltak", note="<b>Solsikke</b> \x02 & \x03 mer")
    found = find(words="solsikke", by=user, kinds=[SearchKind.MEASURE])
    (hit,) = hits(found=found, words="solsikke", by=user)[SearchKind.MEASURE]
    assert [text for text, is_found in hit.pieces if is_found] == ["Solsikke"]
    assert "\x02" not in hit.text


@pytest.mark.parametrize("words", ["", " ", "&", "'"])
def test_no_words_find_nothing(words: str, plan: Plan, user: User) -> None:
    measure_of(plan, "Solsikke")
    assert find(words=words, by=user, kinds=kinds_of(by=user)) == {}


@pytest.mark.parametrize("table", ["reporting_thingwords", "reporting_logwords"])
def test_the_application_can_not_read_the_words(table: str) -> None:
    """They are of all municipalities: without a policy, so that the index can be used."""
    for statement in ("SELECT * FROM {}", "DELETE FROM {}", "UPDATE {} SET words = ''"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format(table))


def test_the_database_asks_itself_whose_words_the_connection_is_shown(plan: Plan) -> None:
    measure_of(plan, "Solsikke")
    asks = "SELECT count(*) FROM reporting_find('solsikk', 'solsikke', '{tiltak,logg}', %s, 10)"
    LogEntryFactory(measure=measure_of(plan, "Annet"), text="Solsikke")

    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute(asks, [[plan.municipality_id]])
            return int(cursor.fetchone()[0])

    assert count() == 2
    for scope in (NOBODY, of_municipalities({UnitFactory().municipality_id})):
        with seeing(scope):
            assert count() == 0
