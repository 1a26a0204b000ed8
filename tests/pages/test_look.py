"""Every page in a real browser, wide and on a phone: no accessibility violation, nothing that sticks out, no error."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page

from organisation.access import walk
from organisation.models import Role
from tests.pages import may_parts
from tests.pages.test_urls import MAY, POST_ONLY
from tests.pages.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = (Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
NOT_PAGES = {"log-attachment", "health", "logout", "set-language"} | POST_ONLY
NOT_PAGES |= {"award-letter-pdf", "award-letter-progress", "protocol", "protocol-progress"}
NOT_PAGES |= {"family-reads-csv", "family-insight-pdf", "family-insight-json", "family-insight-progress"}
NOT_PAGES |= may_parts.together("NOT_PAGES")
BUSIEST = (
    Role.COORDINATOR,
    Role.ADMINISTRATOR,
    Role.UNIT_LEADER,
    Role.BOARD_MEMBER,
    Role.ANALYST,
    Role.JUROR,
    Role.CASEWORKER,
    Role.PROJECT_LEAD,
    Role.STEERING_GROUP,
    Role.PARTNER,
)


def pages() -> list[str]:
    names = [str(pattern.name) for _route, pattern in walk()]
    return [name for name in names if name not in NOT_PAGES and not name.startswith("api-")]


def visitor(world: World, name: str) -> Any:
    """Somebody who may see the page, with as much on it as possible; nobody for those that need no log-in."""
    who = next((world.users[role] for role in BUSIEST if role in MAY.get(name, ())), None)
    assert who or not MAY.get(name), f"{name}: nobody here may see it"
    return who


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_accessible_and_fits(width: int, scheme: Any, live_server: Any, browser: Browser) -> None:
    world = make_world(timezone.localdate())
    problems: list[str] = []
    # axe is injected, which the pages' own policy rightly forbids.
    context = browser.new_context(
        viewport={"width": width, "height": 900}, bypass_csp=True, locale="nb-NO", color_scheme=scheme
    )
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(f"script: {error}"))
    for name in pages():
        become(page, live_server, visitor(world, name))
        answer = page.goto(live_server.url + reverse(name, kwargs=world.ids.get(name)))
        assert answer is not None
        if answer.status >= 400:
            problems.append(f"{name}: status {answer.status}")
        problems += [f"{name}: {problem}" for problem in look(page, width)]
    context.close()
    assert not problems, "\n".join(problems)


def become(page: Page, server: Any, user: Any) -> None:
    page.context.clear_cookies()
    if user is None:
        return
    client = Client()
    client.force_login(user, backend="organisation.sign_in.RolesBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}])


def look(page: Page, width: int) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate(f"axe.run({{runOnly: {RULES}}})")
    problems = [f"axe {violation['id']}: {violation['nodes'][0]['html'][:160]}" for violation in found["violations"]]
    overflow = page.evaluate("document.documentElement.scrollWidth")
    if overflow > width:
        problems.append(f"{overflow} px wide on a screen of {width}")
    if page.evaluate("document.querySelectorAll('[style]').length"):
        problems.append("has a style attribute, which the content security policy forbids")
    return problems
