"""A list that was narrowed without leaving the page is saved as it is then, not as it was opened."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from organisation.models import Role
from reporting.models import SavedView
from tests.factories import SubProjectFactory, UnitFactory, make_member
from tests.pages.test_look import become

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_was_chosen_since_is_saved(live_server: Any, browser: Browser) -> None:
    sub_project = SubProjectFactory(title="Ferieleir", partners=1)
    user = make_member(Role.PROJECT_LEAD, UnitFactory(municipality=sub_project.municipality))
    SubProjectFactory(title="Leksehjelp", municipality=sub_project.municipality, partners=1)
    context = browser.new_context(locale="nb-NO")
    page = context.new_page()
    become(page, live_server, user)
    page.goto(live_server.url + reverse("sub-project-list"))
    page.locator("#filter-sok").press_sequentially("ferie")
    expect(page.get_by_text("Leksehjelp")).to_have_count(0)
    expect(page).to_have_url(re.compile("[?&]sok=ferie(&|$)"))
    page.get_by_role("link", name="Ferieleir").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ferieleir")
    page.go_back()
    expect(page.locator("#filter-sok")).to_have_value("ferie")
    expect(page.get_by_text("Leksehjelp")).to_have_count(0)
    page.locator(".save-view summary").click()
    page.get_by_label("Navn på visningen").fill("Ferie")
    page.locator(".save-view").get_by_role("button", name="Lagre visning").click()
    expect(page.get_by_text("Visningen er lagret.")).to_be_visible()
    assert SavedView.objects.get(user=user).url == f"{reverse('sub-project-list')}?sok=ferie"
    context.close()
