"""A real Chromium, for tests marked `browser`; with `live_server` as the address."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright runs an event loop in this thread; Django would take every query beside it for a mistake.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    executable = shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in Norwegian. The test fails on any error in the console, in a script, or with status 5xx.

    `@pytest.mark.console_error("422")` lets pass what has this text and is provoked by the test.
    """
    expected = [text for mark in request.node.iter_markers("console_error") for text in mark.args]
    errors: list[str] = []
    context = browser.new_context(locale="nb-NO", timezone_id="Europe/Oslo")
    page = context.new_page()
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("response", lambda answer: errors.append(_failure(answer)) if answer.status >= 500 else None)
    yield page
    context.close()
    unexpected = [error for error in errors if not any(text in error for text in expected)]
    assert not unexpected, unexpected


def _failure(answer: Any) -> str:
    return f"{answer.status} {answer.request.method} {answer.url}"
