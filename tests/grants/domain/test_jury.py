import datetime
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from grants.domain import jury, scoring
from grants.domain.application import submit_application, update_application
from grants.models import (
    Application,
    Call,
    CallState,
    ConflictOfInterest,
    Exclusion,
    JuryMember,
    Placement,
    Score,
    ScoreSheet,
)
from organisation.domain.errors import DomainError, StaleWrite
from organisation.models import Role, UnitKind, User
from tests.at_once import at_once, while_uncommitted
from tests.factories import (
    TODAY_AT,
    ApplicationFactory,
    CallFactory,
    JuryMemberFactory,
    MembershipFactory,
    UnitFactory,
    UserFactory,
    make_judged_call,
    make_member,
    make_sheet,
)
from tests.grants import jury_example as example

pytestmark = pytest.mark.django_db
DAY = TODAY_AT.date()


def refused(match: str) -> Any:
    return pytest.raises(DomainError, match=match)


def juror(call: Call) -> User:
    return make_member(Role.JUROR, UnitFactory(municipality=call.municipality))


def appoint(call: Call, user: User | None = None, **fields: Any) -> JuryMember:
    return jury.appoint(call=call, user=user or juror(call), by=UserFactory(), on=DAY, **fields)


def before_the_jury(applications: int = 1) -> tuple[JuryMember, Any]:
    """A closed call with a member and its applications."""
    call = CallFactory(state=CallState.CLOSED)
    rows = [ApplicationFactory(call=call, state="submitted") for _ in range(applications)]
    return JuryMemberFactory(call=call), rows if applications > 1 else rows[0]


def score(function: Any, member: JuryMember, row: Application, *points: int | None, **fields: Any) -> ScoreSheet:
    answered = dict(zip(row.call.criteria.all(), points, strict=False))
    values = {"version": 0, "by": member.user, "on": DAY} | fields
    return function(member=member, application=row, points=answered, **values)


def save(member: JuryMember, row: Application, *points: int | None, **fields: Any) -> ScoreSheet:
    return score(jury.save_sheet, member, row, *points, **fields)


def deliver(member: JuryMember, row: Application, *points: int | None, **fields: Any) -> ScoreSheet:
    return score(jury.deliver_sheet, member, row, *points, at=TODAY_AT, **fields)


def declare(member: JuryMember, row: Application, reason: str = "Vi er naboer") -> ConflictOfInterest:
    return jury.declare_conflict(member=member, application=row, reason=reason, by=member.user, at=TODAY_AT)


def close_scoring(call: Call, **fields: Any) -> list[Placement]:
    values = {"version": call.version, "by": UserFactory(), "at": TODAY_AT, "on": DAY} | fields
    return scoring.close_scoring(call=call, **values)


# --- Members ----------------------------------------------------------------------------------------------


def test_members_get_numbers_in_the_order_they_are_appointed() -> None:
    call = CallFactory()
    members = [appoint(call, age=17, background="Elev", group=2), appoint(call)]
    assert [member.number for member in members] == [1, 2]
    assert (members[0].age, members[0].background, members[0].group, members[1].age) == (17, "Elev", 2, None)


def test_nobody_is_appointed_twice() -> None:
    call = CallFactory()
    member = appoint(call)
    with refused("allerede med"):
        appoint(call, member.user)


def test_only_jurors_of_the_municipality_are_appointed() -> None:
    call = CallFactory()
    for user in (make_member(Role.JUROR), make_member(Role.CASEWORKER, UnitFactory(municipality=call.municipality))):
        with refused("rollen jurymedlem"):
            appoint(call, user)


@pytest.mark.parametrize("role", [Role.PROJECT_LEAD, Role.COORDINATOR, Role.STEERING_GROUP])
def test_whoever_leads_or_steers_is_not_appointed(role: Role) -> None:
    call = CallFactory()
    user = juror(call)
    MembershipFactory(user=user, role=role, unit=UnitFactory(municipality=call.municipality))
    with refused("kan ikke sitte i juryen"):
        appoint(call, user)


def test_a_member_is_changed_and_taken_out_until_she_has_delivered() -> None:
    member, row = before_the_jury()
    unit = UnitFactory(municipality=row.call.municipality)
    member = jury.update_member(
        member=member, version=member.version, by=UserFactory(), group=3, connected_units=[unit]
    )
    assert (member.group, list(member.connected_units.all())) == (3, [unit])
    save(member, row, 3)
    jury.remove_member(member=member, by=UserFactory())
    assert not JuryMember.objects.exists()


def test_points_that_were_given_can_not_be_made_to_disappear() -> None:
    member, row = before_the_jury()
    deliver(member, row, 3, 4)
    with refused("kan ikke fjernes"):
        jury.remove_member(member=member, by=UserFactory())


def test_connected_units_are_the_municipalitys() -> None:
    member = JuryMemberFactory()
    with refused("enheter i kommunen"):
        jury.update_member(member=member, version=1, by=UserFactory(), connected_units=[UnitFactory()])
    with refused("enheter i kommunen"):
        appoint(member.call, connected_units=[UnitFactory()])


def test_the_jury_stands_once_the_scoring_is_closed() -> None:
    call = make_judged_call()
    close_scoring(call)
    member = call.jury.get(number=1)
    with refused("ikke endres lenger"):
        appoint(call)
    with refused("ikke endres lenger"):
        jury.update_member(member=member, version=member.version, by=UserFactory(), group=2)
    with refused("ikke endres lenger"):
        jury.remove_member(member=member, by=UserFactory())


# --- Exclusion --------------------------------------------------------------------------------------------


def excluded(call: Call) -> dict[int, str]:
    return jury.exclusions(call, DAY)


@pytest.mark.parametrize(
    ("role", "reason"),
    [
        (Role.COORDINATOR, Exclusion.LEADERSHIP),
        (Role.PROJECT_LEAD, Exclusion.LEADERSHIP),
        (Role.STEERING_GROUP, Exclusion.STEERING_GROUP),
        (Role.CASEWORKER, None),
        (Role.BOARD_MEMBER, None),
    ],
)
def test_whoever_gets_to_lead_after_the_appointment_is_excluded(role: Role, reason: str | None) -> None:
    member = JuryMemberFactory()
    MembershipFactory(user=member.user, role=role, unit=UnitFactory(municipality=member.call.municipality))
    assert excluded(member.call) == ({member.pk: reason} if reason else {})


def test_leading_elsewhere_excludes_nobody() -> None:
    member = JuryMemberFactory()
    MembershipFactory(user=member.user, role=Role.COORDINATOR)
    assert excluded(member.call) == {}


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.UNIT_LEADER, Role.PARTNER])
@pytest.mark.parametrize("place", ["responsible", "partner", "above", "below"])
def test_whoever_belongs_to_somebody_who_takes_part_is_excluded_from_the_whole_call(role: Role, place: str) -> None:
    call = CallFactory(state=CallState.CLOSED)
    above = UnitFactory(municipality=call.municipality)
    partner = UnitFactory(parent=above)
    below = UnitFactory(parent=partner)
    row = ApplicationFactory(call=call, state="submitted", partners=[partner])
    ApplicationFactory(call=call, state="submitted")
    unit = {"responsible": row.responsible_unit, "partner": partner, "above": above, "below": below}[place]
    member = JuryMemberFactory(call=call)
    MembershipFactory(user=member.user, role=role, unit=unit)
    assert excluded(call) == {member.pk: Exclusion.TAKES_PART}


def test_a_partner_who_is_written_by_name_excludes_as_one_who_is_chosen() -> None:
    call = CallFactory()
    partner = UnitFactory(municipality=call.municipality, name="Røde Kors", kind=UnitKind.VOLUNTARY)
    member, _other = JuryMemberFactory(call=call, connected_units=[partner]), JuryMemberFactory(call=call)
    row = ApplicationFactory(call=call, partners=[])
    names = [("røde  kors", UnitKind.VOLUNTARY), ("Idrettslaget", UnitKind.VOLUNTARY)]
    by = row.written_by
    row = update_application(application=row, version=row.version, by=by, at=TODAY_AT, others=names)
    submit_application(application=row, version=row.version, by=by, at=TODAY_AT)
    assert excluded(call) == {member.pk: Exclusion.TAKES_PART}


def test_a_connection_that_is_no_membership_excludes_too() -> None:
    call = CallFactory()
    partner = UnitFactory(municipality=call.municipality, kind=UnitKind.VOLUNTARY)
    beside = UnitFactory(municipality=call.municipality)
    ApplicationFactory(call=call, state="submitted", partners=[partner])
    member = JuryMemberFactory(call=call, connected_units=[partner])
    JuryMemberFactory(call=call, connected_units=[beside])
    assert excluded(call) == {member.pk: Exclusion.TAKES_PART}


def test_drafts_and_ended_roles_exclude_nobody() -> None:
    call = CallFactory()
    unit = UnitFactory(municipality=call.municipality)
    draft = ApplicationFactory(call=call, responsible_unit=unit, partners=[])
    member = JuryMemberFactory(call=call)
    membership = MembershipFactory(user=member.user, role=Role.CASEWORKER, unit=unit)
    assert excluded(call) == {}
    Application.objects.filter(pk=draft.pk).update(state="submitted", submitted_at=TODAY_AT, submitted_by=member.user)
    assert excluded(call) == {member.pk: Exclusion.TAKES_PART}
    type(membership).objects.update(valid_to=DAY - datetime.timedelta(days=1))
    assert excluded(call) == {}


def test_an_excluded_member_scores_nothing() -> None:
    member, row = before_the_jury()
    MembershipFactory(user=member.user, role=Role.CASEWORKER, unit=row.responsible_unit)
    for action in (save, deliver):
        with refused("deltar ikke i vurderingen"):
            action(member, row, 3, 3)


def test_exclusions_are_kept_as_they_were_when_the_scoring_was_closed() -> None:
    call, _rows, members = example.make_example()
    example.close(call)
    type(members[6].user.memberships.get(role=Role.PARTNER)).objects.filter(role=Role.PARTNER).delete()
    MembershipFactory(user=members[1].user, role=Role.CASEWORKER, unit=call.applications.first().responsible_unit)
    assert excluded(call) == {members[6].pk: Exclusion.TAKES_PART}


# --- Conflicts of interest --------------------------------------------------------------------------------


def test_a_member_in_conflict_does_not_score_that_application_and_may_score_others() -> None:
    member, (first, second) = before_the_jury(2)
    declare(member, first)
    with refused("meldt deg inhabil"):
        save(member, first, 3, 3)
    assert deliver(member, second, 3, 3).delivered_at == TODAY_AT


def test_a_conflict_has_a_reason_and_is_declared_once() -> None:
    member, row = before_the_jury()
    with refused("hvorfor du er inhabil"):
        declare(member, row, " ")
    declare(member, row)
    with refused("allerede meldt"):
        declare(member, row)


def test_a_conflict_is_taken_back_until_the_scoring_is_closed() -> None:
    call = make_judged_call()
    member, (first, second, _third) = call.jury.get(number=1), call.applications.all()
    member.sheets.filter(application__in=(first, second)).delete()
    jury.withdraw_conflict(conflict=declare(member, first), by=member.user)
    deliver(member, first, 5, 5)
    stays = declare(member, second)
    close_scoring(call)
    assert {row.application: row.sheets for row in Placement.objects.all()}[first] == 3
    assert {row.application: row.sheets for row in Placement.objects.all()}[second] == 2
    with refused("ikke vurdere søknadene nå"):
        jury.withdraw_conflict(conflict=stays, by=member.user)
    with refused("ikke vurdere søknadene nå"):
        declare(member, first)


def test_a_conflict_that_is_declared_after_delivering_stands() -> None:
    """She has seen the others' points, and may not choose whether hers count."""
    member, row = before_the_jury()
    make_sheet(JuryMemberFactory(call=row.call), row, 5, 5)
    deliver(member, row, 1, 1)
    conflict = declare(member, row)
    with refused("kan ikke trekkes tilbake"):
        jury.withdraw_conflict(conflict=conflict, by=member.user)
    assert ConflictOfInterest.objects.get() == conflict


def test_a_conflict_with_a_draft_is_taken_back_and_the_draft_goes_on() -> None:
    member, row = before_the_jury()
    draft = save(member, row, 3)
    jury.withdraw_conflict(conflict=declare(member, row), by=member.user)
    assert deliver(member, row, 3, 4, version=draft.version).delivered_at == TODAY_AT


def test_a_conflict_is_about_an_application_of_the_call() -> None:
    member, _row = before_the_jury()
    with refused("en annen utlysning"):
        declare(member, ApplicationFactory(state="submitted"))


# --- Sheets -----------------------------------------------------------------------------------------------


def test_a_sheet_is_kept_as_far_as_it_has_come_and_delivered_once() -> None:
    member, row = before_the_jury()
    sheet = save(member, row, 4, comment="Bra")
    assert (sheet.delivered_at, sheet.comment, [s.points for s in sheet.scores.all()]) == (None, "Bra", [4])
    sheet = save(member, row, 3, None, version=sheet.version)
    assert [s.points for s in sheet.scores.all()] == [3, None]
    sheet = deliver(member, row, 5, None, version=sheet.version)
    assert [s.points for s in sheet.scores.all()] == [5, None]
    for action in (save, deliver):
        with refused("er levert"):
            action(member, row, 1, 1, version=sheet.version)
    assert ScoreSheet.objects.get().version == sheet.version


def test_a_sheet_written_elsewhere_is_not_written_over() -> None:
    member, row = before_the_jury()
    save(member, row, 4)
    with pytest.raises(StaleWrite):
        save(member, row, 1)


def test_a_sheet_is_delivered_when_everything_is_answered_and_something_has_points() -> None:
    member, row = before_the_jury()
    with refused("alle kriteriene") as error:
        deliver(member, row, 4)
    assert error.value.field == "criterion_2"
    with refused("minst ett kriterium"):
        deliver(member, row, None, None)
    assert not ScoreSheet.objects.exists(), "a refused delivery leaves nothing behind"


@pytest.mark.parametrize("points", [0, 6, -1])
def test_points_are_on_the_scale(points: int) -> None:
    member, row = before_the_jury()
    with refused("fra 1 til 5"):
        save(member, row, points)
    sheet = make_sheet(member, row, None, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.filter(sheet=sheet).update(points=9)


def test_criteria_are_those_of_the_call() -> None:
    member, row = before_the_jury()
    foreign = CallFactory().criteria.first()
    with refused("en annen utlysning"):
        jury.save_sheet(member=member, application=row, points={foreign: 3}, version=0, by=member.user, on=DAY)


@pytest.mark.parametrize("state", [CallState.OPEN, CallState.DRAFT])
def test_nothing_is_scored_before_the_call_is_closed(state: str) -> None:
    member, row = before_the_jury()
    Call.objects.update(state=state)
    with refused("ikke vurdere søknadene nå"):
        save(member, row, 3)


def test_nothing_is_scored_after_the_scoring_is_closed() -> None:
    call = make_judged_call()
    late = JuryMemberFactory(call=call)
    close_scoring(call)
    with refused("ikke vurdere søknadene nå"):
        deliver(late, call.applications.first(), 1, 1)


def test_drafts_are_not_judged() -> None:
    member, row = before_the_jury()
    with refused("ikke sendt inn"):
        save(member, ApplicationFactory(call=row.call), 3)


# --- Blind ------------------------------------------------------------------------------------------------


def seen_by(user: User) -> set[ScoreSheet]:
    return set(ScoreSheet.objects.visible_to(User.objects.get(pk=user.pk)))


def test_a_member_sees_the_others_of_an_application_after_she_has_delivered_hers_for_it() -> None:
    member, (first, second) = before_the_jury(2)
    other = JuryMemberFactory(call=first.call)
    theirs = [make_sheet(other, first, 5, 5), make_sheet(other, second, 4, 4)]
    draft = make_sheet(member, first, 1, None, delivered=False)
    assert seen_by(member.user) == {draft}
    own = deliver(member, first, 1, 2, version=draft.version)
    assert seen_by(member.user) == {own, theirs[0]}
    assert seen_by(other.user) == {*theirs, own}


def test_whoever_has_a_conflict_sees_no_more_of_the_others_points() -> None:
    member, first = before_the_jury()
    other = JuryMemberFactory(call=first.call)
    theirs, hers = make_sheet(other, first, 5, 5), make_sheet(member, first, 3, 3)
    assert seen_by(member.user) == {theirs, hers}
    jury.declare_conflict(member=member, application=first, reason="Nabo", by=member.user, at=TODAY_AT)
    assert seen_by(member.user) == {hers}


def test_nobody_sees_an_others_draft() -> None:
    member, row = before_the_jury()
    other = JuryMemberFactory(call=row.call)
    make_sheet(other, row, 2, 2, delivered=False)
    own = deliver(member, row, 3, 3)
    assert seen_by(member.user) == {own}


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PROJECT_LEAD, Role.STEERING_GROUP])
def test_leadership_sees_no_points_before_the_scoring_is_closed(role: Role) -> None:
    call = make_judged_call()
    user = make_member(role, UnitFactory(municipality=call.municipality))
    draft = make_sheet(JuryMemberFactory(call=call), call.applications.first(), 3, 3, delivered=False)
    assert seen_by(user) == set()
    close_scoring(call)
    assert seen_by(user) == set(ScoreSheet.objects.exclude(pk=draft.pk))
    assert seen_by(make_member(role)) == set()


def test_whoever_gets_to_lead_does_not_see_what_she_saw_as_a_juror() -> None:
    call = make_judged_call()
    member = call.jury.first()
    assert len(seen_by(member.user)) == 9
    MembershipFactory(user=member.user, role=Role.COORDINATOR, unit=UnitFactory(municipality=call.municipality))
    assert seen_by(member.user) == set()


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.UNIT_LEADER, Role.PARTNER, Role.JUROR, Role.ADMINISTRATOR])
def test_nobody_else_sees_points(role: Role) -> None:
    call = make_judged_call()
    close_scoring(call)
    assert seen_by(make_member(role, UnitFactory(municipality=call.municipality))) == set()


def test_whoever_is_no_juror_any_more_sees_nothing() -> None:
    call = make_judged_call()
    member = call.jury.first()
    member.user.memberships.update(valid_to=datetime.date(2020, 1, 1))
    assert seen_by(member.user) == set()
    assert not Application.objects.judged_by(User.objects.get(pk=member.user_id)).exists()


def test_a_juror_reads_what_is_before_her_own_jury_only() -> None:
    member, row = before_the_jury()
    ApplicationFactory(call=row.call)
    ApplicationFactory(call=CallFactory(state=CallState.CLOSED, municipality=row.call.municipality), state="submitted")
    assert list(Application.objects.judged_by(member.user)) == [row]
    Call.objects.update(state=CallState.OPEN)
    assert not Application.objects.judged_by(member.user).exists()


# --- Closing ----------------------------------------------------------------------------------------------


def test_closing_writes_the_placements_of_the_example() -> None:
    call, rows, _members = example.make_example()
    example.close(call)
    by_title = {row.application.title[-1]: row for row in Placement.objects.select_related("application")}
    assert {name: row.rank for name, row in by_title.items()} == example.RANKS
    assert {name: row.total for name, row in by_title.items()} == {n: str(t) for n, t in example.TOTALS.items()}
    assert by_title["S"].sheets == 4
    assert (call.scoring_closed_at, call.takes_scores) == (TODAY_AT, False)
    assert set(rows) == set(by_title)


def test_closing_waits_for_a_quorum_on_every_application() -> None:
    call = make_judged_call(sheets=2)
    lacking = ApplicationFactory(call=call, state="submitted", title="Den glemte")
    make_sheet(call.jury.first(), lacking, 5, 5)
    with refused("«Den glemte»"):
        close_scoring(call)
    assert not Placement.objects.exists()
    assert not JuryMember.objects.exclude(excluded_as="").exists()
    make_sheet(call.jury.last(), lacking, 5, 5)
    assert len(close_scoring(call)) == 4


def test_the_calls_own_quorum_goes_before_the_half() -> None:
    call = make_judged_call(sheets=2, quorum=3)
    with refused("For få"):
        close_scoring(call)


def test_a_call_without_a_jury_has_no_scoring_to_close() -> None:
    with refused("ingen jury"):
        close_scoring(CallFactory(state=CallState.CLOSED))


def test_the_scoring_is_closed_once_and_not_before_the_call() -> None:
    call = make_judged_call()
    Call.objects.update(state=CallState.OPEN)
    with refused("kan ikke lukkes nå"):
        close_scoring(call)
    Call.objects.update(state=CallState.CLOSED)
    close_scoring(call)
    call.refresh_from_db()
    with refused("kan ikke lukkes nå"):
        close_scoring(call)


def test_placements_are_never_changed() -> None:
    close_scoring(make_judged_call())
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Placement.objects.update(rank=1)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Placement.objects.all().delete()


def test_progress_is_counted_as_the_ranking_counts() -> None:
    call, rows, members = example.make_example()
    before = {row.application.title: row for row in scoring.standings(call, DAY)}
    example.close(call)
    for placement in Placement.objects.select_related("application"):
        standing = before[placement.application.title]
        assert (standing.sheets, standing.needed, standing.has_quorum) == (placement.sheets, placement.needed, True)
    assert before["Søknad S"].judges == 4
    assert (len(rows), len(members)) == (4, 6)


# --- At the same time -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_member_who_delivers_twice_at_once_delivers_once() -> None:
    member, row = before_the_jury()
    outcomes = at_once(*(lambda n=n: deliver(member, row, n, n) for n in (1, 2, 3, 4)))
    assert sum(isinstance(outcome, ScoreSheet) for outcome in outcomes) == 1
    assert Score.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_sheet_that_comes_while_the_scoring_is_closed_waits_and_is_refused() -> None:
    call = make_judged_call()
    late, row = JuryMemberFactory(call=call), call.applications.first()
    _closed, delivered, waited = while_uncommitted(lambda: close_scoring(call), lambda: deliver(late, row, 1, 1))
    assert waited
    assert isinstance(delivered, DomainError)
    assert Placement.objects.get(application=row).sheets == 3


@pytest.mark.django_db(transaction=True)
def test_members_appointed_at_once_get_different_numbers() -> None:
    call = CallFactory()
    first, second = juror(call), juror(call)
    one, other, waited = while_uncommitted(lambda: appoint(call, first), lambda: appoint(call, second))
    assert waited
    assert (one.number, getattr(other, "number", other)) == (1, 2)
