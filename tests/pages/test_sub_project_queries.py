"""The number of queries of the pages of results, relations and money doesn't grow with what is on them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from grants.models import ProposalState
from organisation.models import Role
from organisation.periods import HalfYear
from tests.factories import (
    LedgerEntryFactory,
    LogEntryFactory,
    LogFigureFactory,
    PaymentProposalFactory,
    RecurringPaymentFactory,
    TargetFactory,
    UserFactory,
    make_funded,
)
from tests.factories.grants_results import LessonFactory, OutcomeFactory, QuoteFactory, count_in_log, make_partners
from tests.pages.place import Place, make_place
from tests.pages.test_relations_pages import rate_all

pytestmark = pytest.mark.django_db

# Name of the page: who asks, and the most queries it may take (session and user are two of them).
PAGES = {
    "sub-project-results": (Role.COORDINATOR, 14),
    "result-totals": (Role.COORDINATOR, 10),
    "result-history": (Role.COORDINATOR, 8),
    "sub-project-relations": (Role.CASEWORKER, 10),
    "relations-rate": (Role.CASEWORKER, 10),
    "sub-project-spending": (Role.COORDINATOR, 18),
    "payments-waiting": (Role.COORDINATOR, 11),
}
WITHOUT_ID = {"result-totals", "payments-waiting"}


def one_more_of_everything(place: Place, number: int) -> None:
    today, half = timezone.localdate(), HalfYear.of(timezone.localdate())
    sub_project = place.sub_project
    OutcomeFactory(sub_project=sub_project, kind="other", label=f"saker {number}", counted_on=today)
    target = TargetFactory(measure__plan__municipality=place.municipality)
    another = make_funded(("2025-1", 1000), municipality=place.municipality)
    count_in_log(another, target, "children")
    LogFigureFactory(target=target, entry=LogEntryFactory(measure=target.measure, happened_on=today))
    OutcomeFactory(sub_project=another)
    LessonFactory(sub_project=sub_project)
    QuoteFactory(sub_project=sub_project)
    make_partners(sub_project, 1)
    place.caseworker = place.caseworker if number == 0 else UserFactory()
    rate_all(place, half, 3, half.first_day)
    fields: dict[str, Any] = {"sub_project": sub_project, "proposed_by": UserFactory()}
    entry = LedgerEntryFactory(amount=1, paid_on=today, **fields)
    PaymentProposalFactory(pay_on=today, **fields)
    PaymentProposalFactory(pay_on=today, kind="reversal", reverses=entry, **fields)
    refusal = {"decided_by": UserFactory(), "decided_at": timezone.now(), "decision_reason": "nei"}
    PaymentProposalFactory(pay_on=today, state=ProposalState.REFUSED, **fields, **refusal)
    RecurringPaymentFactory(**fields)
    RecurringPaymentFactory(state=ProposalState.PROPOSED, **fields)


@pytest.mark.parametrize("name", list(PAGES))
def test_the_queries_of_a_page_do_not_grow(name: str, client_for: Any) -> None:
    place = make_place()
    role, most = PAGES[name]
    client = client_for(place.caseworker if role == Role.CASEWORKER else place.coordinator)
    url = reverse(name, args=[] if name in WITHOUT_ID else [place.sub_project.public_id])

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    one_more_of_everything(place, 0)
    few = count()
    for number in range(1, 5):
        one_more_of_everything(place, number)
    many = count()
    assert many <= few, f"{few} queries with little on the page, {many} with more"
    assert many <= most
