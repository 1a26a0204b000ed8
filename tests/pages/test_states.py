"""Pages as people also meet them: empty, with errors in the form, and when something went wrong. With axe, on a phone."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page

from organisation.access import walk
from organisation.models import Role
from tests.factories import MunicipalityFactory, UnitFactory, make_member
from tests.pages.test_look import become, look, pages, visitor
from tests.pages.test_urls import MAY
from tests.pages.world import make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = 390
# Pages without rows of their own: a form, a menu, a document that is there from the start.
NOT_LISTS = re.compile(
    "-new$|-create$|-remind$|^help|^log-?in$|home|settings|choice|search|^directorate$|schedule|role-by-email"
)


@pytest.fixture
def page(browser: Browser) -> Any:
    context = browser.new_context(
        viewport={"width": PHONE, "height": 844}, bypass_csp=True, locale="nb-NO", color_scheme="dark"
    )
    yield context.new_page()
    context.close()


def test_a_form_with_errors_says_so_in_its_title_and_to_a_screen_reader(live_server: Any, page: Page) -> None:
    """Each form is sent as it comes when all that has been filled in is taken out. One that takes that has no errors to show."""
    world, problems, refused = make_world(timezone.localdate()), [], 0
    for name in pages():
        user = visitor(world, name)
        become(page, live_server, user)
        page.goto(live_server.url + reverse(name, kwargs=world.ids.get(name)))
        form = page.locator("main form.form[method=post][data-guard]:not(.report-form)").first
        # What an earlier form did may have taken a page away; the number at the end says that enough are left.
        if not form.count() or not form.locator(":is(input:not([type=hidden], [type=file]), textarea)").count():
            continue
        with page.expect_navigation():
            form.evaluate(EMPTIED)
        if not page.locator(".ds-error-summary").count():
            continue
        refused += 1
        problems += [f"{name}: {problem}" for problem in look(page, PHONE)]
        if not page.evaluate("document.activeElement.matches('.ds-error-summary')"):
            problems.append(f"{name}: the summary does not have the focus")
    assert not problems, "\n".join(problems)
    assert refused > 40


EMPTIED = """form => {
  for (const field of form.querySelectorAll("input:not([type=hidden]), textarea"))
    if (["checkbox", "radio"].includes(field.type)) field.checked = false; else field.value = "";
  HTMLFormElement.prototype.submit.call(form);
}"""


def test_an_empty_page_says_what_belongs_there(live_server: Any, page: Page) -> None:
    """A municipality on its first day: every page that needs no row, as each role that may open it first."""
    municipality, problems, seen = MunicipalityFactory(), [], 0
    unit = UnitFactory(municipality=municipality)
    users = {role: make_member(role, unit) for role in Role if role != Role.ANALYST}
    users[Role.ANALYST] = make_member(Role.ANALYST)
    plain = [str(pattern.name) for route, pattern in walk() if "<" not in route]
    for name in pages():
        if name not in plain or name not in MAY:
            continue
        become(page, live_server, next(users[role] for role in Role if role in MAY[name]))
        answer = page.goto(live_server.url + reverse(name))
        assert answer is not None and answer.status == 200, name
        problems += [f"{name}: {problem}" for problem in look(page, PHONE)]
        has_rows = page.locator("main :is(tbody, .work-list, form.form)").count()
        if not (has_rows or NOT_LISTS.search(name)):
            seen += 1
            if not page.locator("main .empty").count():
                problems.append(f"{name}: does not say what belongs here")
    assert not problems, "\n".join(problems)
    assert seen > 10


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_pages_for_what_went_wrong(language: str, live_server: Any, page: Page, settings: Any) -> None:
    """No access, not found, a form that stood too long, logged out. 500 has a page of its own without our style."""
    settings.DEBUG, problems = False, []
    become(page, live_server, make_member(Role.JUROR, UnitFactory()))
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    for path, status in (("/brukere/", 403), ("/finnes-ikke/", 404), ("/planer/2222222222/", 403)):
        answer = page.goto(live_server.url + path)
        assert answer is not None and answer.status == status, path
        problems += [f"{path}: {problem}" for problem in look(page, PHONE)]
    page.goto(live_server.url + "/innstillinger/")
    page.evaluate("document.querySelector('main form [name=csrfmiddlewaretoken]').value = ''")
    with page.expect_navigation():
        page.evaluate("document.querySelector('main form').submit()")
    problems += [f"csrf: {problem}" for problem in look(page, PHONE)]
    page.goto(live_server.url + "/innstillinger/")
    page.context.clear_cookies(name="sessionid")
    with page.expect_navigation():
        page.evaluate("document.querySelector('main form').submit()")
    problems += [f"logged out: {problem}" for problem in look(page, PHONE)]
    from organisation.views.errors import server_error

    page.set_content(server_error(None).content.decode())  # type: ignore[arg-type]
    problems += [f"500: {problem}" for problem in look(page, PHONE)]
    assert not problems, "\n".join(problems)
