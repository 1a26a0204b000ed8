import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.domain import application as applications
from grants.domain.application import RulesBroken, breaches, count_partners
from grants.domain.call import close_call
from grants.models import Application, ApplicationPartner, ApplicationState, Call, SpendingUse
from organisation.domain.errors import DomainError
from organisation.models import AuditEntry, Role, Unit, UnitKind
from tests.at_once import at_once, while_uncommitted
from tests.database import undone
from tests.factories import (
    TODAY_AT,
    ApplicationFactory,
    CallFactory,
    MembershipFactory,
    UnitFactory,
    UserFactory,
    make_member,
)

pytestmark = pytest.mark.django_db
SECOND = datetime.timedelta(seconds=1)


def refused(match: str) -> Any:
    return pytest.raises(DomainError, match=match)


def create(call: Call | None = None, **fields: Any) -> Application:
    call = call or CallFactory()
    unit = fields.pop("responsible_unit", None) or UnitFactory(municipality=call.municipality)
    values = {"title": "Sammen", "by": UserFactory(), "at": TODAY_AT} | fields
    return applications.create_application(call=call, responsible_unit=unit, **values)


def update(row: Application, **fields: Any) -> Application:
    values = {"version": row.version, "by": UserFactory(), "at": TODAY_AT} | fields
    return applications.update_application(application=row, **values)


def submit(row: Application, **fields: Any) -> Application:
    values = {"version": row.version, "by": UserFactory(), "at": TODAY_AT} | fields
    return applications.submit_application(application=row, **values)


def withdraw(row: Application, **fields: Any) -> Application:
    values = {"version": row.version, "by": UserFactory(), "at": TODAY_AT} | fields
    return applications.withdraw_application(application=row, **values)


def fields_of(row: Application) -> list[str]:
    return [breach.field for breach in breaches(row)]


# --- Half-finished ----------------------------------------------------------------------------------------


def test_a_draft_needs_a_title_and_a_responsible_unit_only() -> None:
    row = create()
    assert row.state == ApplicationState.DRAFT
    assert fields_of(row) == ["units", "target_group", "text", "budget", "accepts_terms"]


def test_a_draft_is_resumed_and_what_is_left_out_stays() -> None:
    call = CallFactory()
    unit = UnitFactory(municipality=call.municipality)
    row = create(
        call, units=[unit], others=[("Idrettslaget", UnitKind.VOLUNTARY)],
        budget=[("Klær", SpendingUse.RESIDENTS, Decimal(1600))],
    )  # fmt: skip
    row = update(row, target_group="Ungdom")
    assert [partner.name for partner in row.partners.all()] == [unit.name, "Idrettslaget"]
    assert row.partners.get(unit=unit).kind == unit.kind
    row = update(row, others=[], units=[], budget=[("Mat", SpendingUse.ACTIVITY, Decimal(10))])
    assert (row.partners.count(), row.budget.get().text, row.target_group) == (0, "Mat", "Ungdom")


def test_the_responsible_unit_is_no_partner_of_its_own() -> None:
    call = CallFactory()
    unit = UnitFactory(municipality=call.municipality)
    assert create(call, responsible_unit=unit, units=[unit]).partners.count() == 0


def test_units_are_the_municipalitys_own() -> None:
    foreign = UnitFactory()
    for fields in ({"responsible_unit": foreign}, {"units": [foreign]}):
        with refused("Velg en"):
            create(**fields)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "ftp://film.example/1", "https://", "film.example", "//film.example"]
)
def test_a_film_is_on_the_web(link: str) -> None:
    with refused("må begynne med https"):
        create(film_url=link)
    assert create(film_url="https://film.example/1").film_url


@pytest.mark.parametrize("again", ["røde kors ", "Røde  Kors", "Røde\tKors", "Røde\u00a0Kors"])
def test_the_same_partner_stands_once(again: str) -> None:
    with refused("står to ganger"):
        create(others=[("Røde Kors", "voluntary"), (again, "voluntary")])


def test_a_name_is_kept_with_one_space_between_its_words() -> None:
    assert create(others=[(" Røde  Kors ", "voluntary")]).partners.get().name == "Røde Kors"


@pytest.mark.parametrize("name", ["Røde Kors", " røde  KORS "])
@pytest.mark.parametrize("active", [True, False])
def test_a_unit_that_is_written_by_its_name_is_that_unit(name: str, active: bool) -> None:
    call = CallFactory()
    UnitFactory(name="Røde Kors")  # another municipality's
    unit = UnitFactory(municipality=call.municipality, name="Røde Kors", kind=UnitKind.VOLUNTARY)
    Unit.objects.filter(pk=unit.pk).update(active=active)
    rows = [
        create(call, others=[(name, UnitKind.STATE)]),
        update(ApplicationFactory(call=call), others=[(name, "state")]),
    ]
    for row in rows:
        partner = row.partners.get()
        assert (partner.unit, partner.name, partner.kind) == (unit, "Røde Kors", UnitKind.VOLUNTARY)


def test_a_unit_of_another_municipality_is_only_a_name() -> None:
    UnitFactory(name="Røde Kors")
    assert create(others=[("Røde Kors", UnitKind.VOLUNTARY)]).partners.get().unit is None


def test_of_units_with_like_names_the_one_in_use_is_meant() -> None:
    call = CallFactory()
    likes = [UnitFactory(municipality=call.municipality, name=name) for name in ("Røde kors", "Røde Kors", "RØDE KORS")]
    unit = likes[1]
    Unit.objects.filter(pk__in=[likes[0].pk, likes[2].pk]).update(active=False)
    assert create(call, others=[("røde kors", UnitKind.VOLUNTARY)]).partners.get().unit == unit


def test_a_unit_that_is_both_chosen_and_written_stands_twice() -> None:
    call = CallFactory()
    unit = UnitFactory(municipality=call.municipality, name="Røde Kors")
    with refused("står to ganger"):
        create(call, units=[unit], others=[("røde kors", UnitKind.VOLUNTARY)])


def test_the_responsible_unit_by_its_name_is_no_partner_either() -> None:
    call = CallFactory()
    unit = UnitFactory(municipality=call.municipality, name="Skolen")
    assert create(call, responsible_unit=unit, others=[("skolen", UnitKind.MUNICIPAL)]).partners.count() == 0


@pytest.mark.parametrize("line", [("", SpendingUse.OTHER, Decimal(1)), ("Mat", SpendingUse.OTHER, Decimal(0))])
def test_a_budget_line_has_a_text_and_costs_something(line: Any) -> None:
    with refused("tekst og et beløp"):
        create(budget=[line])


def test_two_applications_of_a_call_have_different_titles() -> None:
    call = CallFactory()
    create(call)
    with refused("dette navnet"):
        create(call)
    create(title="Sammen")  # in another call


def test_nothing_is_begun_before_the_opening_or_saved_after_the_deadline() -> None:
    call = CallFactory()
    row = ApplicationFactory(call=call)
    with refused("ikke åpen ennå"):
        create(call, at=call.opens_at - SECOND)
    for action in (lambda at: create(call, at=at), lambda at: update(row, at=at, text="Nytt")):
        with refused("har gått ut"):
            action(call.closes_at + SECOND)


# --- The rules of the call --------------------------------------------------------------------------------


def test_a_complete_application_breaks_no_rule() -> None:
    assert breaches(ApplicationFactory()) == []


def test_each_breach_is_named_for_itself() -> None:
    call = CallFactory(wants_film=True, amount_per_half_year=Decimal(100), half_years=2)
    row = ApplicationFactory(
        call=call, responsible_unit=UnitFactory(municipality=call.municipality, kind=UnitKind.VOLUNTARY, name="Laget"),
        target_group="", text=" ", accepts_terms=False, partners=["Skolen"],
        budget=[("Prosjektleder", SpendingUse.PAY, 200), ("Mat", SpendingUse.ACTIVITY, 1)],
    )  # fmt: skip
    assert [(breach.field, breach.message.split(",")[0]) for breach in breaches(row)] == [
        ("responsible_unit", "En kommunal enhet må være hovedansvarlig"),
        ("units", "Minst 3 ulike partnere må være med"),
        ("target_group", "Målgruppa er ikke beskrevet."),
        ("text", "Teksten om deltakerne og hva dere vil"),
        ("film_url", "Lenken til filmen mangler."),
        ("budget", "Pengene kan ikke brukes til stillinger eller lønn. Det gjelder: Prosjektleder."),
        ("budget", "Budsjettet er på 201 kroner"),
        ("accepts_terms", "Det er ikke krysset av for at alle partnerne godtar reglene og vilkårene."),
    ]


def test_a_call_without_these_rules_has_no_such_breaches() -> None:
    call = CallFactory(allows_pay=True, responsible_is_municipal=False, min_partners=1)
    unit = UnitFactory(municipality=call.municipality, kind=UnitKind.STATE)
    row = ApplicationFactory(call=call, responsible_unit=unit, partners=[], budget=[("Leder", SpendingUse.PAY, 100)])
    assert breaches(row) == []


def test_the_whole_sum_may_be_applied_for_and_not_a_krone_more() -> None:
    call = CallFactory(amount_per_half_year=Decimal(500_000), half_years=4)
    assert breaches(ApplicationFactory(call=call, budget=[("Alt", SpendingUse.OTHER, 2_000_000)])) == []
    over = breaches(ApplicationFactory(call=call, budget=[("Alt", SpendingUse.OTHER, Decimal("2000000.01"))]))
    assert [breach.field for breach in over] == ["budget"]
    assert "2 000 000" in over[0].message.replace("\u00a0", " ")


@given(
    st.lists(st.sampled_from(["Skolen", "skolen ", "Røde Kors", "røde  kors", "Biblioteket"]), unique=True),
    st.booleans(),
)
def test_partners_are_counted_by_who_they_are_and_the_responsible_is_one(names: list[str], same: bool) -> None:
    with undone():
        row = ApplicationFactory(partners=[])
        names = [*names, f" {row.responsible_unit.name.upper()}"] if same else names
        for name in names:
            ApplicationPartner.objects.create(application=row, name=name, kind=UnitKind.STATE)
        distinct = {" ".join(name.lower().split()) for name in names} | {row.responsible_unit.name.lower()}
        assert count_partners(row) == len(distinct)
        assert ("units" in fields_of(row)) == (len(distinct) < 3)


# --- Sending ----------------------------------------------------------------------------------------------


def test_what_breaks_no_rule_is_sent_in_with_who_and_when() -> None:
    by = UserFactory()
    row = submit(ApplicationFactory(), by=by)
    assert (row.state, row.submitted_by, row.submitted_at) == (ApplicationState.SUBMITTED, by, TODAY_AT)


def test_sending_is_refused_with_every_breach_and_keeps_everything() -> None:
    row = ApplicationFactory(partners=["Skolen"], budget=[("Leder", SpendingUse.PAY, 100)])
    with pytest.raises(RulesBroken) as error:
        submit(row)
    assert [breach.field for breach in error.value.breaches] == ["units", "budget"]
    row.refresh_from_db()
    assert (row.state, row.partners.count(), row.budget.count()) == (ApplicationState.DRAFT, 1, 1)


def test_an_application_is_sent_in_the_deadlines_second_and_not_after_it() -> None:
    call = CallFactory()
    submit(ApplicationFactory(call=call), at=call.closes_at + datetime.timedelta(microseconds=999_999))
    with refused("har gått ut"):
        submit(ApplicationFactory(call=call), at=call.closes_at + SECOND)


def test_what_was_sent_in_is_neither_edited_nor_sent_again() -> None:
    row = submit(ApplicationFactory())
    with refused("allerede sendt inn"):
        submit(row)
    with refused("allerede sendt inn"):
        update(row, text="Nytt")


def test_what_was_sent_in_can_be_taken_back_before_the_deadline_and_sent_anew() -> None:
    row = withdraw(submit(ApplicationFactory()))
    assert (row.state, row.submitted_at, row.submitted_by) == (ApplicationState.DRAFT, None, None)
    logged = AuditEntry.objects.get(table_name="grants_application", action="application.withdraw")
    assert (logged.before["state"], logged.after["state"]) == ("submitted", "draft")
    assert submit(update(row, text="Bedre")).state == ApplicationState.SUBMITTED


def test_nothing_is_taken_back_after_the_deadline_or_before_it_was_sent() -> None:
    row = submit(ApplicationFactory())
    with refused("har gått ut"):
        withdraw(row, at=row.call.closes_at + SECOND)
    with refused("ikke sendt inn"):
        withdraw(ApplicationFactory())


# --- Who sees ---------------------------------------------------------------------------------------------


def test_the_applicant_and_the_partners_see_a_draft_and_nobody_else() -> None:
    call = CallFactory()
    ours, partner, other = (UnitFactory(municipality=call.municipality) for _ in range(3))
    writer = make_member(Role.CASEWORKER, other)
    row = ApplicationFactory(call=call, responsible_unit=ours, partners=[partner], written_by=writer)
    sees = {
        writer: True,
        make_member(Role.CASEWORKER, ours): True,
        make_member(Role.PARTNER, partner): True,
        make_member(Role.UNIT_LEADER, partner): True,
        make_member(Role.CASEWORKER, other): False,
        make_member(Role.COORDINATOR, other): False,
        make_member(Role.STEERING_GROUP, other): False,
        make_member(Role.PARTNER, ours): False,
        make_member(Role.JUROR, ours): False,
        make_member(Role.ADMINISTRATOR, ours): False,
        make_member(Role.COORDINATOR): False,
    }
    assert {user: row in Application.objects.visible_to(user) for user in sees} == sees
    may_edit = {user: row in Application.objects.editable_by(user) for user in sees}
    assert [user for user, may in may_edit.items() if may] == list(sees)[:2]


def test_what_was_sent_in_is_read_by_leadership_and_steering_group() -> None:
    row = ApplicationFactory(state=ApplicationState.SUBMITTED)
    unit = UnitFactory(municipality=row.call.municipality)
    for role, sees in {
        Role.COORDINATOR: True, Role.PROJECT_LEAD: True, Role.STEERING_GROUP: True, Role.CASEWORKER: False,
        Role.JUROR: False,
    }.items():  # fmt: skip
        assert (row in Application.objects.visible_to(make_member(role, unit))) == sees, role


def test_whoever_wrote_it_loses_it_with_her_role() -> None:
    row = ApplicationFactory()
    unit = UnitFactory(municipality=row.call.municipality)
    MembershipFactory(user=row.written_by, unit=unit, role=Role.JUROR)
    assert not Application.objects.visible_to(row.written_by).exists()


# --- At the same time ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_the_same_time_it_is_sent_once() -> None:
    row = ApplicationFactory()
    people = [UserFactory() for _ in range(4)]
    outcomes = at_once(*(lambda by=by: submit(row, by=by) for by in people))
    sent = [outcome for outcome in outcomes if isinstance(outcome, Application)]
    assert len(sent) == 1
    assert all(isinstance(outcome, DomainError) for outcome in outcomes if outcome not in sent)
    row.refresh_from_db()
    assert (row.version, row.submitted_by) == (2, sent[0].submitted_by)


@pytest.mark.django_db(transaction=True)
def test_taken_back_and_changed_at_the_same_time_one_of_them_gives_way() -> None:
    row = submit(ApplicationFactory())
    outcomes = at_once(*[lambda: withdraw(row) for _ in range(3)])
    assert sum(isinstance(outcome, Application) for outcome in outcomes) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("action", [submit, update], ids=["submit", "update"])
def test_no_application_slips_into_a_call_that_is_being_closed(action: Any) -> None:
    """Whoever comes while the call is closed waits for it, and is refused."""
    call = CallFactory()
    row, late = ApplicationFactory(call=call), call.closes_at + SECOND
    closed, sent, waited = while_uncommitted(
        lambda: close_call(call=call, version=None, by=None, at=late), lambda: action(row, at=call.closes_at)
    )
    assert isinstance(closed, Call)
    assert waited
    assert isinstance(sent, DomainError)
    row.refresh_from_db()
    assert (row.state, row.version) == (ApplicationState.DRAFT, 1)
