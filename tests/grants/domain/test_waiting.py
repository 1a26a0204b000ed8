import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grants.domain.waiting import waiting_for
from grants.models import ProposalState, SubProject
from organisation.models import Municipality, Role, Unit, User
from tests.factories import (
    CallFactory,
    ClosingReportFactory,
    PaymentProposalFactory,
    RecurringPaymentFactory,
    ReviewFactory,
    SubProjectFactory,
    SubProjectPartnerFactory,
    UnitFactory,
    make_funded,
    make_member,
    make_offered,
)

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 5, 4)


class Place:
    """A municipality with a running sub-project, one partner, its representative and the leadership."""

    def __init__(self) -> None:
        self.unit: Unit = UnitFactory()
        self.town: Municipality = self.unit.municipality  # type: ignore[assignment]
        self.leader: User = make_member(Role.PROJECT_LEAD, UnitFactory(municipality=self.town))
        self.partner_user: User = make_member(Role.PARTNER, self.unit)
        self.sub_project: SubProject = make_funded(
            ("2026-1", 500_000), municipality=self.town, ends_on=datetime.date(2027, 6, 30)
        )
        self.partner = SubProjectPartnerFactory(sub_project=self.sub_project, unit=self.unit)


@pytest.fixture
def place() -> Place:
    return Place()


def texts(user: User) -> list[str]:
    return [f"{row.title}: {row.asked}" for row in waiting_for(user, TODAY)]


def test_nothing_waits_for_who_has_nothing_to_do(place: Place) -> None:
    assert texts(place.leader) == texts(place.partner_user) == []


def test_a_letter_waits_for_the_partners_signature(place: Place) -> None:
    planned = SubProjectFactory(municipality=place.town)
    SubProjectPartnerFactory(sub_project=planned, unit=place.unit, role="responsible")
    make_offered(planned)
    assert texts(place.partner_user) == [f"{planned.title}: Godkjenn tildelingsbrevet for {place.unit.name}"]
    assert texts(place.leader) == texts(Place().partner_user) == []


def test_a_review_waits_for_leadership_and_its_questionnaire_for_the_partner(place: Place) -> None:
    review = ReviewFactory(sub_project=place.sub_project, due_on=TODAY + datetime.timedelta(days=30))
    (line,) = waiting_for(place.leader, TODAY)
    assert (line.title, line.asked, line.due_on, line.is_late) == (
        place.sub_project.title, "Hold stoppunktet", review.due_on, False
    )  # fmt: skip
    assert texts(place.partner_user) == [f"{place.sub_project.title}: Svar på spørreskjemaet for {place.unit.name}"]
    late = waiting_for(place.leader, review.due_on + datetime.timedelta(days=1))
    assert late[0].is_late
    type(review).objects.update(due_on=TODAY + datetime.timedelta(days=31))
    assert texts(place.leader) == texts(place.partner_user) == []


def test_no_review_waits_when_the_sub_project_is_over(place: Place) -> None:
    ReviewFactory(sub_project=place.sub_project, due_on=TODAY)
    SubProject.objects.filter(pk=place.sub_project.pk).update(state="stopped", state_reason="x")
    assert texts(place.leader) == texts(place.partner_user) == []


def test_payments_wait_for_leadership_but_not_for_who_proposed_them(place: Place) -> None:
    PaymentProposalFactory(sub_project=place.sub_project)
    RecurringPaymentFactory(sub_project=place.sub_project, state=ProposalState.PROPOSED)
    PaymentProposalFactory(sub_project=place.sub_project, proposed_by=place.leader)
    PaymentProposalFactory()
    assert texts(place.leader) == ["2 utbetalinger: Venter på godkjenning"]
    assert texts(place.partner_user) == []


def test_a_closing_report_waits_for_those_who_work_on_it(place: Place) -> None:
    ClosingReportFactory(sub_project=place.sub_project, due_on=TODAY - datetime.timedelta(days=1))
    worker = make_member(Role.CASEWORKER, place.unit)
    for user in (place.leader, worker):
        (line,) = waiting_for(user, TODAY)
        assert (line.title, line.asked) == (place.sub_project.title, "Skriv sluttrapporten")
        assert line.is_late
    assert texts(place.partner_user) == texts(make_member(Role.CASEWORKER)) == []


def test_a_closed_call_waits_for_leadership(place: Place) -> None:
    call = CallFactory(municipality=place.town, state="closed")
    assert texts(place.leader) == [f"{call.title}: Følg juryens vurdering"]
    assert texts(Place().leader) == []


def test_what_is_due_first_stands_first_and_the_number_of_queries_is_fixed(place: Place) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            waiting_for(User.objects.get(pk=place.leader.pk), TODAY)
        return len(queries)

    few = count()
    for days in (20, 10):
        other = make_funded(("2026-1", 500_000), municipality=place.town, ends_on=datetime.date(2027, 6, 30))
        ReviewFactory(sub_project=other, due_on=TODAY + datetime.timedelta(days=days))
        PaymentProposalFactory(sub_project=other)
    found = waiting_for(User.objects.get(pk=place.leader.pk), TODAY)
    assert [row.due_on and (row.due_on - TODAY).days for row in found] == [10, 20, None]
    assert count() == few
