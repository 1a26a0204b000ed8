"""Pages as people also meet them: when something went wrong; with axe, on a phone."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page

from organisation.models import Role
from organisation.views.errors import server_error
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
    """No access, not found, a form that stood too long, logged out. 500 has a page and a style of its own."""
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
    body = server_error(None).content.decode()  # type: ignore[arg-type]
    page.route("**/feil/", lambda route: route.fulfill(status=500, content_type="text/html; charset=utf-8", body=body))
    page.goto(live_server.url + "/feil/")
    assert page.evaluate("getComputedStyle(document.querySelector('.button')).minHeight") == "44px", "it has its style"
    problems += [f"500: {problem}" for problem in look(page, PHONE)]
    assert not problems, "\n".join(problems)


@pytest.mark.django_db
def test_the_page_for_our_own_errors_needs_neither_database_nor_the_names_of_static_files(
    settings: Any, monkeypatch: Any, django_assert_num_queries: Any
) -> None:
    def lost(*args: Any, **options: Any) -> str:
        raise ValueError("Missing staticfiles manifest entry")

    monkeypatch.setattr("django.templatetags.static.StaticNode.handle_simple", lost)
    with django_assert_num_queries(0):
        answer = server_error(None)  # type: ignore[arg-type]
    page = answer.content.decode()
    assert answer.status_code == 500
    files = re.findall(r'(?:href|src)="/static/([^"]+)"', page)
    assert len(files) == 2 and all(finders.find(name) for name in files)
    assert "<style" not in page and "style=" not in page and "<script" not in page, "the content security policy"
    assert "url(" not in Path(finders.find("povertyplan/error.css")).read_text(), "nothing that would be looked up"


@pytest.mark.django_db
def test_a_failing_page_is_answered_with_it(client_for: Any, monkeypatch: Any) -> None:
    client = client_for(make_member(Role.JUROR, UnitFactory()))
    client.raise_request_exception = False
    monkeypatch.setattr("reporting.views.home.render", lambda *args: 1 / 0)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Noe gikk galt hos oss" in answer.content.decode()
    assert "default-src 'self'" in answer["Content-Security-Policy"], "its sheet is a file of ours"
