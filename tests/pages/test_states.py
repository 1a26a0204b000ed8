"""Pages as people also meet them: when something went wrong; with axe, on a phone."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from organisation.models import Role
from tests.factories import UnitFactory, make_member
from tests.pages.test_look import become, look

PHONE = 390


@pytest.fixture
def page(browser: Browser) -> Any:
    context = browser.new_context(
        viewport={"width": PHONE, "height": 844}, bypass_csp=True, locale="nb-NO", color_scheme="dark"
    )
    yield context.new_page()
    context.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
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
