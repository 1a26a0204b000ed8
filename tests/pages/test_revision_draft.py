"""A revision whose log-in ended: all that was chosen comes back, whatever page it stood on; in a real browser."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from measures.models import PlanState
from organisation.models import Role
from tests.factories import PASSWORD, MeasureFactory, PlanFactory, UnitFactory, make_member
from tests.pages.test_chain import log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.console_error("401", "422")
def test_a_draft_brings_back_the_choices_of_every_page(live_server: Any, page: Page, monkeypatch: Any) -> None:
    monkeypatch.setattr("measures.revision_forms.ON_A_PAGE", 2)
    plan = PlanFactory(state=PlanState.ADOPTED)
    unit = UnitFactory(municipality=plan.municipality)
    rows = [MeasureFactory(plan=plan, responsible_unit=unit, title=f"Tiltak {n}", position=n) for n in range(4)]
    user = make_member(Role.COORDINATOR, unit)
    log_in(page, live_server, user)
    page.goto(live_server.url + reverse("plan-revise", args=[plan.public_id]))

    def fate(n: int) -> Any:
        return page.locator(f"[name=fate-{rows[n].public_id}]")

    fate(0).select_option("ended")
    page.get_by_role("button", name="Neste").click()
    fate(3).select_option("changed")
    Session.objects.all().delete()
    page.get_by_role("button", name="Lag den nye planen").click()
    page.get_by_role("main").get_by_role("link", name="Logg inn").click()
    page.get_by_label("E-postadresse").fill(user.email)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Logg inn").click()
    expect(page.locator("[data-draft]")).to_be_focused()
    page.get_by_role("button", name="Bruk").click()
    expect(fate(3)).to_have_value("changed")
    page.get_by_role("button", name="Forrige").click()
    expect(fate(0)).to_have_value("ended")
