"""Award letters: what can be offered, who signs, and what follows when all have signed."""

import datetime
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.domain.award_letter import (
    create_letter,
    default_halves,
    offer_letter,
    sign,
    sign_on_paper,
    update_letter,
    withdraw_letter,
)
from grants.domain.counted_goals import count_in_log, has_counted
from grants.domain.letter_content import (
    Goal,
    following,
    goals_of,
    how_signed,
    instalments_from_call,
    instalments_of,
    period_of,
    signed_content,
)
from grants.domain.spending import approve
from grants.models import (
    AwardLetter,
    Call,
    LedgerEntry,
    LetterState,
    Review,
    Signature,
    SubProject,
    SubProjectPartner,
    SubProjectState,
)
from organisation.domain.errors import DomainError
from organisation.models import Document, Notice, Role
from organisation.periods import HalfYear
from tests.at_once import at_once
from tests.database import undone
from tests.factories import (
    LedgerEntryFactory,
    LogFigureFactory,
    MeasureFactory,
    PaymentProposalFactory,
    SubProjectFactory,
    SubProjectPartnerFactory,
    TargetFactory,
    UserFactory,
    make_agreed,
    make_draft,
    make_member,
    make_offered,
    sign_all,
)
from tests.factories.grants_sub_projects import EFFECT_GOAL, GOALS, RESULT_GOAL

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 1, 1)
NOW = datetime.datetime(2025, 1, 10, 12, tzinfo=datetime.UTC)


def offer(letter: AwardLetter) -> AwardLetter:
    return offer_letter(letter=letter, version=letter.version, by=UserFactory(), on=DAY)


def withdraw(letter: AwardLetter) -> AwardLetter:
    return withdraw_letter(letter=letter, version=letter.version, by=UserFactory())


def signatures(letter: AwardLetter) -> list[Signature]:
    return list(letter.signatures.all())


def new_version(sub_project: SubProject, **fields: Any) -> AwardLetter:
    draft = create_letter(sub_project=sub_project, by=UserFactory())
    fields = {"change_reason": "Vi utvider.", **fields}
    return update_letter(letter=draft, version=draft.version, by=UserFactory(), **fields)


def test_a_first_draft_is_filled_from_the_sub_project_and_its_call() -> None:
    sub_project = SubProjectFactory(partners=2, target_group="Ungdom")
    sub_project.call = Call.objects.create(
        municipality=sub_project.municipality, title="Utlysning", text="Søk!", places=2, half_years=3,
        amount_per_half_year=500_000, terms="Alle er med i følgeforskningen.", opens_at=NOW,
        closes_at=NOW + datetime.timedelta(days=30),
    )  # fmt: skip
    sub_project.save()
    letter = create_letter(sub_project=sub_project, by=UserFactory())
    assert (letter.number, letter.state, letter.target_group) == (1, LetterState.DRAFT, "Ungdom")
    assert letter.conditions == "Alle er med i følgeforskningen."
    assert {half.code: amount for half, amount in instalments_of(letter).items()} == {
        "2025-1": 500_000, "2025-2": 500_000, "2026-1": 500_000,
    }  # fmt: skip


@given(
    start=st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 12, 31)), days=st.integers(1, 1500),
    halves=st.integers(1, 8),
)  # fmt: skip
def test_the_call_gives_its_amount_for_each_half_year_from_the_start(
    start: datetime.date, days: int, halves: int
) -> None:
    end = start + datetime.timedelta(days=days)
    given_ = instalments_from_call(Call(amount_per_half_year=Decimal(500_000), half_years=halves), start, end)
    assert 1 <= len(given_) <= halves
    assert min(given_) == HalfYear.of(start)
    assert max(given_).first_day <= end
    assert all(following(half) in given_ for half in list(given_)[:-1])
    assert set(given_.values()) == {Decimal(500_000)}
    assert instalments_from_call(None, start, end) == {}


def test_a_draft_can_be_changed_and_its_goals_are_numbered_within_their_kind() -> None:
    letter = make_draft(SubProjectFactory(partners=2))
    assert [(row.kind, row.number, row.text) for row in letter.goals.all()] == [
        ("effect", 1, GOALS[0].text), ("result", 1, GOALS[1].text), ("result", 2, GOALS[2].text),
    ]  # fmt: skip
    letter = update_letter(letter=letter, version=letter.version, by=UserFactory(), goals=GOALS[:2])
    assert letter.goals.count() == 2
    assert instalments_of(letter)[HalfYear(2025, 1)] == 500_000, "what is not given stays"


def test_saving_the_same_goals_again_keeps_their_rows() -> None:
    letter = make_draft(SubProjectFactory(partners=2))
    before = list(letter.goals.values_list("pk", flat=True))
    update_letter(letter=letter, version=letter.version, by=UserFactory(), goals=goals_of(letter))
    assert list(letter.goals.values_list("pk", flat=True)) == before


def test_an_effect_goal_is_not_counted() -> None:
    odd = replace(RESULT_GOAL, kind="effect")
    letter = make_draft(SubProjectFactory(partners=1), goals=[odd])
    goal = letter.goals.get()
    assert (goal.indicator, goal.target_value, goal.outcome_kind) == ("", None, "")


@pytest.mark.parametrize(
    "goals",
    [
        [replace(RESULT_GOAL, indicator=" ")],
        [replace(RESULT_GOAL, target_value=None)],
        [replace(RESULT_GOAL, due_on=None)],
        [RESULT_GOAL, replace(RESULT_GOAL, text="Et annet mål", indicator="Familier ")],
    ],
)
def test_a_result_goal_can_be_measured_and_has_an_indicator_of_its_own(goals: list[Goal]) -> None:
    with pytest.raises(DomainError) as refusal:
        make_draft(SubProjectFactory(partners=1), goals=goals)
    assert refusal.value.field == "goals"


LATE = replace(RESULT_GOAL, due_on=datetime.date(2027, 1, 1))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"goals": [RESULT_GOAL]}, "effektmål"),
        ({"goals": [EFFECT_GOAL]}, "resultatmål"),
        ({"goals": [EFFECT_GOAL, LATE]}, "utenfor perioden"),
        ({"instalments": {HalfYear(2027, 1): Decimal(1)}}, "utenfor perioden"),
        ({"instalments": {HalfYear(2024, 2): Decimal(1)}}, "utenfor perioden"),
        ({"ends_on": datetime.date(2026, 1, 31)}, "utenfor perioden"),
    ],
)
def test_what_is_missing_or_outside_the_period_is_not_offered(fields: dict[str, Any], message: str) -> None:
    letter = make_draft(SubProjectFactory(partners=2), **fields)
    with pytest.raises(DomainError, match=message):
        offer(letter)
    letter.refresh_from_db()
    assert (letter.state, letter.content) == (LetterState.DRAFT, None)


def test_an_offer_freezes_the_text_and_asks_each_active_partner() -> None:
    sub_project = SubProjectFactory(partners=3)
    gone = sub_project.partners.last()
    gone.left_on = DAY
    gone.save()
    asked = [make_member(Role.PARTNER, partner.unit) for partner in sub_project.partners.active(DAY)]
    leader = make_member(Role.UNIT_LEADER, sub_project.partners.active(DAY)[0].unit)
    not_asked = make_member(Role.CASEWORKER, gone.unit)
    letter = offer(make_draft(sub_project))
    assert {row.partner for row in signatures(letter)} == set(sub_project.partners.active(DAY))
    assert {notice.user for notice in Notice.objects.all()} == {*asked, leader}
    assert not_asked not in {notice.user for notice in Notice.objects.all()}
    sub_project.title = "Et nytt navn"
    sub_project.save()
    letter.refresh_from_db()
    assert letter.content["title"].startswith("Prøvedelprosjekt")
    assert letter.content["total"] == "1\xa0000\xa0000"
    result_goals = letter.content["goals"][1]["about"]
    assert [row["label"] for row in result_goals] == ["Mål om innbyggerne", "Mål om samhandlingen"]
    assert result_goals[0]["goals"][0]["due_label"] == "30. juni 2026"


def test_no_name_of_a_person_stands_in_the_letter() -> None:
    sub_project = SubProjectFactory(partners=2)
    make_offered(sub_project)
    signed = sign_all(sub_project.letters.get())
    assert "Prøve Person" not in str(signed.document.content)


def test_what_is_offered_is_not_changed_but_withdrawn() -> None:
    sub_project = SubProjectFactory(partners=2)
    letter = make_offered(sub_project)
    with pytest.raises(DomainError, match="ny versjon"):
        update_letter(letter=letter, version=letter.version, by=UserFactory(), conditions="Andre vilkår")
    with pytest.raises(DomainError, match="allerede"):
        offer(letter)
    with pytest.raises(DomainError, match="ikke er godkjent"):
        create_letter(sub_project=sub_project, by=UserFactory())
    assert withdraw(letter).state == LetterState.WITHDRAWN
    again = create_letter(sub_project=sub_project, by=UserFactory())
    assert (again.number, goals_of(again)) == (2, goals_of(letter))


def test_nobody_signs_another_letter_than_the_one_that_was_shown() -> None:
    sub_project = SubProjectFactory(partners=2)
    shown = make_offered(sub_project)
    signature = signatures(shown)[0]
    withdraw(shown)
    offer(make_draft(sub_project))
    with pytest.raises(DomainError, match="ny versjon"):
        sign(signature=signature, by=UserFactory(), at=NOW)
    assert not Signature.objects.exclude(accepted_at=None).exists()


def test_who_has_signed_is_not_reminded_any_more() -> None:
    sub_project = SubProjectFactory(partners=2)
    users = [make_member(Role.PARTNER, partner.unit) for partner in sub_project.partners.select_related("unit")]
    letter = make_offered(sub_project)
    signature = letter.signatures.get(partner__unit=users[0].memberships.get().unit)
    assert [Notice.objects.unread().filter(user=user).count() for user in users] == [1, 1]
    sign_on_paper(signature=signature, reference="26/1", by=UserFactory(), at=NOW)
    assert [Notice.objects.unread().filter(user=user).count() for user in users] == [0, 1]


def test_a_partner_signs_once() -> None:
    signature = signatures(make_offered(SubProjectFactory(partners=2)))[0]
    sign(signature=signature, by=UserFactory(), at=NOW)
    with pytest.raises(DomainError, match="allerede godkjent"):
        sign(signature=signature, by=UserFactory(), at=NOW)


def test_a_letter_is_in_force_when_all_have_signed_and_not_before() -> None:
    sub_project = SubProjectFactory(partners=3)
    letter = make_offered(sub_project)
    first, second, third = signatures(letter)
    for signature in (first, second):
        assert sign(signature=signature, by=UserFactory(), at=NOW).state == LetterState.OFFERED
    sub_project.refresh_from_db()
    assert sub_project.state == SubProjectState.PLANNED
    letter = sign(signature=third, by=UserFactory(), at=NOW)
    sub_project.refresh_from_db()
    assert (letter.state, letter.in_force_on) == (LetterState.IN_FORCE, NOW.date())
    assert (sub_project.state, sub_project.state_since) == (SubProjectState.RUNNING, NOW.date())
    review = Review.objects.get()
    assert (review.number, review.starts_on, review.due_on) == (1, DAY, datetime.date(2025, 7, 1))


def test_a_signature_on_paper_needs_its_reference() -> None:
    first, second = signatures(make_offered(SubProjectFactory(partners=2)))
    with pytest.raises(DomainError) as refusal:
        sign_on_paper(signature=first, reference=" ", by=UserFactory(), at=NOW)
    assert refusal.value.field == "reference"
    sign_on_paper(signature=first, reference="25/17-3", by=UserFactory(), at=NOW)
    letter = sign(signature=second, by=UserFactory(), at=NOW)
    assert [row["how"] for row in letter.document.content["signatures"]] == [
        "signert på papir, arkivref. 25/17-3",
        "signert i Povertyplan 10. januar 2025",
    ]
    assert how_signed(Signature()) == ""


def test_the_pdf_is_made_of_the_frozen_text_and_the_signatures() -> None:
    letter = sign_all(make_offered(SubProjectFactory(partners=2)))
    document = Document.objects.get()
    assert (letter.document, document.kind) == (document, "award_letter")
    assert document.content == signed_content(letter)
    assert {key: document.content[key] for key in letter.content} == letter.content
    assert document.content["in_force_on"] == "1. januar 2025"


def test_changed_terms_make_a_new_version_and_the_old_one_stays_readable() -> None:
    sub_project = make_agreed()
    old = sub_project.letters.get()
    with pytest.raises(DomainError, match="endret siden"):
        offer(new_version(sub_project, change_reason=""))
    withdraw(sub_project.letters.first())
    end = datetime.date(2027, 6, 30)
    new = offer(new_version(sub_project, ends_on=end))
    old.refresh_from_db()
    assert old.state == LetterState.IN_FORCE, "the old one holds until all have signed"
    new = sign_all(new, at=NOW)
    old.refresh_from_db()
    sub_project.refresh_from_db()
    assert (old.state, old.content["number"]) == (LetterState.SUPERSEDED, 1)
    assert (new.state, new.number, period_of(new)[1]) == (LetterState.IN_FORCE, 3, end)
    assert sub_project.ends_on == end
    assert Review.objects.count() == 1


def test_the_sum_is_not_set_below_what_is_paid() -> None:
    sub_project = make_agreed()
    LedgerEntryFactory(sub_project=sub_project, amount=400_000)
    draft = new_version(sub_project, instalments={HalfYear(2025, 1): Decimal(399_999)})
    with pytest.raises(DomainError, match="allerede betalt ut 400\xa0000 kroner"):
        offer(draft)
    draft = update_letter(
        letter=draft, version=draft.version, by=UserFactory(), instalments={HalfYear(2025, 1): Decimal(400_000)}
    )
    assert offer(draft).state == LetterState.OFFERED


HUNDRED_THOUSAND = {HalfYear(2025, 1): Decimal(100_000)}


def test_what_is_paid_after_the_offer_holds_back_the_last_signature() -> None:
    sub_project = make_agreed()
    LedgerEntryFactory(sub_project=sub_project, amount=100_000)
    letter = offer(new_version(sub_project, instalments=HUNDRED_THOUSAND))
    first, last = signatures(letter)
    sign(signature=first, by=UserFactory(), at=NOW)
    LedgerEntryFactory(sub_project=sub_project, amount=300_000)
    for accept in (sign, partial(sign_on_paper, reference="25/17-3")):
        with pytest.raises(DomainError, match="betalt ut mer siden brevet ble sendt"):
            accept(signature=last, by=UserFactory(), at=NOW)
    letter.refresh_from_db()
    last.refresh_from_db()
    assert (letter.state, last.accepted_at) == (LetterState.OFFERED, None)
    assert sub_project.letters.get(state=LetterState.IN_FORCE).number == 1
    withdraw(letter)
    again = new_version(sub_project, instalments={HalfYear(2025, 1): Decimal(400_000)})
    assert sign_all(offer(again), at=NOW).state == LetterState.IN_FORCE


@pytest.mark.django_db(transaction=True)
def test_a_payment_and_the_last_signature_at_once_never_leave_more_paid_than_awarded() -> None:
    sub_project = make_agreed()
    letter = offer(new_version(sub_project, instalments=HUNDRED_THOUSAND))
    first, last = signatures(letter)
    sign(signature=first, by=UserFactory(), at=NOW)
    proposal = PaymentProposalFactory(sub_project=sub_project, amount=200_000, pay_on=NOW.date())
    pays, signs = UserFactory(), UserFactory()
    outcomes = at_once(
        partial(approve, proposal=proposal, version=proposal.version, by=pays, at=NOW),
        partial(sign, signature=last, by=signs, at=NOW),
    )
    assert sum(isinstance(outcome, DomainError) for outcome in outcomes) == 1, outcomes
    in_force = sub_project.letters.get(state=LetterState.IN_FORCE)
    paid = LedgerEntry.objects.filter(sub_project=sub_project).total()
    assert paid <= sum(instalments_of(in_force).values())


def test_one_whose_last_day_is_set_is_not_asked_to_accept() -> None:
    sub_project = SubProjectFactory(partners=3)
    leaving = sub_project.partners.last()
    SubProjectPartner.objects.filter(pk=leaving.pk).update(left_on=DAY + datetime.timedelta(days=30))
    letter = offer(make_draft(sub_project))
    assert leaving not in {row.partner for row in signatures(letter)}
    assert leaving.unit.name not in {row["name"] for row in letter.content["partners"]}


@pytest.mark.parametrize(("days", "gone"), [(-1, True), (0, True), (1, False)])
def test_one_who_has_left_does_not_sign(days: int, gone: bool) -> None:
    signature = signatures(make_offered(SubProjectFactory(partners=2)))[1]
    last_day = NOW.date() + datetime.timedelta(days=days)
    SubProjectPartner.objects.filter(pk=signature.partner_id).update(left_on=last_day)
    for accept in (sign, partial(sign_on_paper, reference="25/17-3")):
        if gone:
            with pytest.raises(DomainError, match="gått ut"):
                accept(signature=signature, by=UserFactory(), at=NOW)
    signature.refresh_from_db()
    assert not signature.is_signed
    if not gone:
        sign(signature=signature, by=UserFactory(), at=NOW)


SHORT = {
    "goals": [EFFECT_GOAL, replace(RESULT_GOAL, due_on=datetime.date(2025, 4, 1))],
    "instalments": HUNDRED_THOUSAND,
    "ends_on": datetime.date(2025, 4, 30),
}


@pytest.mark.parametrize(
    ("began", "was_due", "terms", "due"),
    [
        (DAY, datetime.date(2025, 7, 1), SHORT, datetime.date(2025, 4, 30)),
        (datetime.date(2025, 6, 1), datetime.date(2025, 12, 1), SHORT, datetime.date(2025, 6, 1)),
        (DAY, datetime.date(2025, 3, 1), SHORT, datetime.date(2025, 3, 1)),
        (DAY, datetime.date(2025, 7, 1), {"ends_on": datetime.date(2027, 6, 30)}, datetime.date(2025, 7, 1)),
    ],
)
def test_an_open_review_is_due_within_the_new_period(
    began: datetime.date, was_due: datetime.date, terms: dict[str, Any], due: datetime.date
) -> None:
    sub_project = make_agreed()
    sub_project.reviews.update(starts_on=began, due_on=was_due)
    sign_all(offer(new_version(sub_project, **terms)), at=NOW)
    assert [row.due_on for row in sub_project.reviews.all()] == [due]


def test_a_concluded_review_keeps_its_dates_when_the_period_changes() -> None:
    sub_project = make_agreed()
    letter = sub_project.letters.get()
    sub_project.reviews.update(
        decision="continue", reason="Det går bra.", held_on=DAY, concluded_at=NOW, concluded_by=UserFactory(),
        letter=letter, evidence={},
    )  # fmt: skip
    sign_all(offer(new_version(sub_project, **SHORT)), at=NOW)
    assert sub_project.reviews.get(number=1).due_on == datetime.date(2025, 7, 1)


def test_result_goals_are_counted_on_the_measure_where_they_can_be_logged() -> None:
    sub_project = SubProjectFactory(partners=2)
    sub_project.measure = MeasureFactory(plan__municipality=sub_project.municipality)
    sub_project.save()
    known = TargetFactory(measure=sub_project.measure, name="Familier", value=Decimal(10))
    letter = sign_all(make_offered(sub_project))
    assert [(row.name, row.value) for row in sub_project.measure.targets.all()] == [("Familier", 40), ("møter", 20)]
    goals = list(letter.goals.filter(kind="result"))
    assert goals[0].log_target == known
    assert letter.goals.get(kind="effect").log_target is None
    assert not has_counted(letter)
    LogFigureFactory(target=known)
    assert has_counted(letter)
    count_in_log(letter=letter, measure=sub_project.measure, by=UserFactory())
    assert sub_project.measure.targets.count() == 2, "once more makes no more of them"


def test_what_is_over_is_neither_offered_nor_signed() -> None:
    sub_project = SubProjectFactory(partners=2)
    signature = signatures(make_offered(sub_project))[0]
    SubProject.objects.filter(pk=sub_project.pk).update(state=SubProjectState.ENDED)
    for action in (
        partial(sign, signature=signature, by=UserFactory(), at=NOW),
        partial(create_letter, sub_project=sub_project, by=UserFactory()),
    ):
        with pytest.raises(DomainError, match="over"):
            action()


def test_a_letter_in_force_is_not_withdrawn() -> None:
    with pytest.raises(DomainError, match="kan ikke trekkes"):
        withdraw(make_agreed().letters.get())


def test_a_form_for_instalments_has_a_line_for_each_half_year_of_the_period() -> None:
    letter = make_draft(SubProjectFactory(partners=1))
    assert [half.code for half in default_halves(letter)] == ["2025-1", "2025-2", "2026-1", "2026-2"]


@given(order=st.permutations(range(4)), paper=st.sets(st.integers(0, 3)))
def test_in_whatever_order_they_sign_the_last_one_puts_it_into_force(order: list[int], paper: set[int]) -> None:
    with undone():
        rows = signatures(make_offered(SubProjectFactory(partners=4)))
        for place, index in enumerate(order, start=1):
            ways: dict[str, Any] = {"signature": rows[index], "by": UserFactory(), "at": NOW}
            letter = sign_on_paper(**ways, reference="25/1") if index in paper else sign(**ways)
            assert (letter.state == LetterState.IN_FORCE) == (place == 4)
        assert Document.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_two_sign_at_the_same_moment_and_it_comes_into_force_once() -> None:
    sub_project = SubProjectFactory(partners=4)
    SubProjectPartnerFactory(sub_project=sub_project)
    rows = signatures(make_offered(sub_project))
    by = UserFactory()
    outcomes = at_once(*[partial(sign, signature=row, by=by, at=NOW) for row in rows])
    assert all(isinstance(outcome, AwardLetter) for outcome in outcomes), outcomes
    assert AwardLetter.objects.get().state == LetterState.IN_FORCE
    assert (Document.objects.count(), Review.objects.count()) == (1, 1)
    assert sub_project.state_changes.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_signature_twice_at_once_counts_once() -> None:
    row = signatures(make_offered(SubProjectFactory(partners=2)))[0]
    by = UserFactory()
    outcomes = at_once(*[partial(sign, signature=row, by=by, at=NOW)] * 2)
    assert sum(isinstance(outcome, DomainError) for outcome in outcomes) == 1
