"""What a page weighs in a browser, as it is served in production: the first time, and with what the browser has kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test.testcases import LiveServerThread
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page

from measures.models import Measure
from organisation.models import Role
from tests.pages.world import World, make_world

FIRST, AFTER = 150_000, 30_000  # bytes as they are sent
PAGES = {"home": Role.CASEWORKER, "plan": Role.COORDINATOR, "measure-list": Role.COORDINATOR}
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def production(settings: Any, tmp_path: Path) -> Iterator[str]:
    """The application by itself, which sends its static files compressed and by names of their content."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert staticfiles_storage.url("povertyplan/app.css") != "/static/povertyplan/app.css"
    thread = LiveServerThread("127.0.0.1", lambda application: application)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    assert thread.error is None
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()


def fill(world: World) -> None:
    """A plan of an ordinary size."""
    goals = list(world.plan.goals.all())
    measures = Measure.objects.bulk_create(
        Measure(
            plan=world.plan, title=f"Et tiltak med et navn av vanlig lengde, nummer {n}", responsible_unit=world.unit,
            state="in_operation", evaluation_cadence="yearly", state_since=world.plan.starts_on, position=n,
            state_by=world.users[Role.COORDINATOR],
        )
        for n in range(60)
    )  # fmt: skip
    through = Measure.goals.through
    through.objects.bulk_create(through(measure=row, goal=goals[n % len(goals)]) for n, row in enumerate(measures))


def weigh(page: Page, url: str) -> tuple[int, dict[str, int]]:
    """Bytes over the wire, of all and of each address."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]}))
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update({names.get(event["requestId"], "?"): int(event["encodedDataLength"])}),
    )
    page.goto(url, wait_until="networkidle")
    session.detach()
    return sum(sizes.values()), sizes


def test_pages_are_light(production: str, browser: Browser, client_for: Any) -> None:
    world = make_world(timezone.localdate())
    fill(world)
    for name, role in PAGES.items():
        context = browser.new_context(locale="nb-NO")
        cookie = client_for(world.users[role]).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": production}])
        page, url = context.new_page(), production + reverse(name, kwargs=world.ids.get(name))
        first, parts = weigh(page, url)
        after, parts_after = weigh(page, url)
        context.close()
        assert any(".css" in part for part in parts) and any("woff2" in part for part in parts), parts
        assert 1_000 < after < AFTER, (name, parts_after)
        assert after < first < FIRST, (name, parts)
        print(name, first, after)
