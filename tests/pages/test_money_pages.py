"""The dashboards of sub-projects, participation and social investments as pages and files."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from grants.models import SubProject
from organisation.models import Role
from reporting.models import InvestmentCase
from tests.factories import (
    ApplicationFactory,
    CallFactory,
    LedgerEntryFactory,
    ReviewFactory,
    SubProjectFactory,
    TargetFactory,
    UnitFactory,
    make_funded,
    make_member,
)
from tests.factories.grants_results import OutcomeFactory, count_in_log
from tests.factories.grants_sub_projects import make_agreed
from tests.factories.investments import InvestmentAssumptionFactory, InvestmentCaseFactory

pytestmark = pytest.mark.django_db
PAGES = ("sub-projects-dashboard", "sub-project-dashboard", "participation-dashboard", "investment", "investment-case")
MOST = 12  # session, user, roles and notices are four of them


def one_more(municipality: Any) -> SubProject:
    sub_project: SubProject = make_agreed(SubProjectFactory(municipality=municipality, partners=2))
    LedgerEntryFactory(sub_project=sub_project)
    target = TargetFactory(measure__plan__municipality=municipality, counts_people=False)
    count_in_log(sub_project, target, "", number=9)
    OutcomeFactory(sub_project=sub_project)
    InvestmentAssumptionFactory(case=InvestmentCaseFactory(sub_project=sub_project))
    return sub_project


@pytest.mark.parametrize("name", PAGES)
def test_the_queries_of_a_dashboard_do_not_grow(name: str, client_for: Any) -> None:
    sub_project = one_more(UnitFactory().municipality)
    client = client_for(make_member(Role.PROJECT_LEAD, UnitFactory(municipality=sub_project.municipality)))
    of = {"sub-project-dashboard": sub_project, "investment-case": InvestmentCase.objects.get()}
    url = reverse(name, args=[of[name].public_id] if name in of else [])

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    few = count()
    for _ in range(3):
        one_more(sub_project.municipality)
    assert count() == few
    assert few <= MOST, few


def rows_behind(client: Any, url: str) -> int:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return len(answer.context["due"]) if "due" in answer.context else answer.context["page_obj"].paginator.count


@pytest.mark.parametrize("role", [Role.STEERING_GROUP, Role.PROJECT_LEAD])
def test_each_figure_of_sub_projects_leads_to_as_many_rows(role: Role, client_for: Any) -> None:
    unit, today = UnitFactory(), timezone.localdate()
    town, later = unit.municipality, today + datetime.timedelta(days=700)
    states = ["running", "running", "with_conditions", "with_conditions", "with_conditions", "ended", "planned"]
    for days, state in zip((-3, 10, 20, 55, 300, 20, 20), states, strict=True):
        row = make_funded(("2025-1", 1000), municipality=town, state=state, ends_on=later)
        ReviewFactory(sub_project=row, due_on=today + datetime.timedelta(days=days))
    for state in ("submitted", "submitted", "awarded"):
        ApplicationFactory(
            call=CallFactory(municipality=town), state=state, responsible_unit=UnitFactory(municipality=town)
        )
    client = client_for(make_member(role, unit))
    answer = client.get(reverse("home"))
    figures = answer.context.get("sub_project_figures") or answer.context["board"].figures
    counted = [row for row in figures if "av" not in row.value and "kroner" not in row.label]
    found = {row.label: (int(row.value), rows_behind(client, row.url)) for row in counted}
    assert len(found) == 3 and all(told == listed for told, listed in found.values()), found
    assert {told for told, _listed in found.values()} >= ({5, 2} if role == Role.STEERING_GROUP else {2, 3})


def test_applications_are_narrowed_to_a_state(client_for: Any) -> None:
    unit = UnitFactory()
    ApplicationFactory(call=CallFactory(municipality=unit.municipality), state="awarded", responsible_unit=unit)
    client, url = client_for(make_member(Role.PROJECT_LEAD, unit)), reverse("application-list")
    assert rows_behind(client, f"{url}?tilstand=awarded") == rows_behind(client, f"{url}?tilstand=%00") == 1
    page = client.get(f"{url}?tilstand=submitted").content.decode()
    assert "Ingen søknader har denne tilstanden." in page and "Vis alle søknader" in page
    assert client.get(f"{url}?tilstand=submitted&format=csv").getvalue().count(b"\n") == 1


@pytest.mark.parametrize("name", PAGES)
def test_a_dashboard_is_a_file_too(name: str, client_for: Any) -> None:
    sub_project = one_more(UnitFactory().municipality)
    client = client_for(make_member(Role.COORDINATOR, UnitFactory(municipality=sub_project.municipality)))
    of = {"sub-project-dashboard": sub_project, "investment-case": InvestmentCase.objects.get()}
    url = reverse(name, args=[of[name].public_id] if name in of else [])
    page = client.get(url).content.decode()
    assert "format=csv" in page
    for kind, mark in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        answer = client.get(url, {"format": kind})
        assert answer.getvalue().startswith(mark)
        assert answer["Content-Disposition"].startswith("attachment")


def test_a_partner_sees_its_own_sub_projects_and_accounts_only(client_for: Any) -> None:
    mine = one_more(UnitFactory().municipality)
    other = one_more(mine.municipality)
    partner = mine.partners.first()
    assert partner
    client = client_for(make_member(Role.PARTNER, partner.unit))
    for name in ("sub-projects-dashboard", "investment"):
        page = client.get(reverse(name)).content.decode()
        assert mine.title in page and other.title not in page, name
    assert client.get(reverse("sub-project-dashboard", args=[other.public_id])).status_code == 404
    assert client.get(reverse("investment-case", args=[other.investment_case.public_id])).status_code == 404


def test_a_project_lead_makes_an_account_and_changes_what_it_rests_on(client_for: Any) -> None:
    sub_project = SubProjectFactory(title="Prøveinvesteringen")
    client = client_for(make_member(Role.PROJECT_LEAD, UnitFactory(municipality=sub_project.municipality)))
    source = {f"{name}_source": "oppdiktet" for name in ("persons", "share", "years", "discount", "cost")}
    data = {"of": sub_project.public_id, "persons": 4, "share": "30", "years": 5, "discount": "4", "price_year": 2025}
    refused = client.post(reverse("investment-new"), data | source | {"cost": "400 000"})
    assert refused.status_code == 422
    made = client.post(reverse("investment-new"), data | source | {"cost": "400 000", "persons": 20})
    case = InvestmentCase.objects.get()
    assert made.url == reverse("investment-case", args=[case.public_id])
    saving = {"name": "Sosialhjelp", "payer": "municipality", "amount": "90 000", "source": "oppdiktet"}
    assert client.post(reverse("investment-assumption-new", args=[case.public_id]), saving).status_code == 302
    row = case.assumptions.get()
    page = client.get(made.url).content.decode()
    assert "Sosialhjelp" in page and "anslag" in page and "går ikke i null" not in page
    url = reverse("investment-assumption-edit", args=[row.public_id])
    assert client.post(url, saving | {"amount": "1", "version": row.version}).status_code == 302
    assert client.post(url, saving | {"amount": "2", "version": row.version}).status_code == 422
    assert "går ikke i null" in client.get(made.url).content.decode()
    row.refresh_from_db()
    remove = reverse("investment-assumption-remove", args=[row.public_id])
    assert client.post(remove, {"version": row.version}).status_code == 302
    assert not case.assumptions.exists()


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.STEERING_GROUP, Role.PARTNER])
def test_whoever_leads_nothing_can_change_no_account(role: Role, client_for: Any) -> None:
    case = InvestmentCaseFactory()
    client = client_for(make_member(role, UnitFactory(municipality=case.municipality)))
    for name in ("investment-edit", "investment-assumption-new"):
        assert client.get(reverse(name, args=[case.public_id])).status_code == 403
    other = client_for(make_member(Role.COORDINATOR))
    for name in ("investment-case", "investment-edit", "investment-assumption-new"):
        assert other.get(reverse(name, args=[case.public_id])).status_code == 404


def test_one_municipality_at_a_time_and_no_foreign_one(client_for: Any) -> None:
    unit, foreign = UnitFactory(), UnitFactory()
    client = client_for(make_member(Role.COORDINATOR, unit))
    url = reverse("participation-dashboard")
    assert unit.municipality.name in client.get(url).content.decode()
    assert client.get(url, {"kommune": foreign.municipality.public_id}).status_code == 404
