"""Each request shows its own user's municipalities, whatever the one before it showed, and whatever a view forgets."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from measures.models import Plan, PlanState
from measures.models.measure import MeasureQuerySet
from measures.models.plan import PlanQuerySet
from organisation import separation
from organisation.access import SeparationMiddleware
from organisation.models import Role, User
from organisation.separation import NOBODY, SYSTEM, Scope, of_municipalities, seeing
from tests.at_once import at_once
from tests.database import owner_cursor
from tests.factories import MeasureFactory, PlanFactory, UnitFactory, make_member
from tests.pages.world import SECRET, make_world
from tests.worker import BASE_DIR, environment

ClientFor = Callable[[User], Client]


@pytest.fixture
def as_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection shows nothing unless a request says whose it is. What a test makes, it makes inside `seeing(SYSTEM)`."""
    monkeypatch.setattr(separation, "_of_process", NOBODY)
    connection.close()


def told() -> Scope:
    """What the connection was told last; `current()` only says what it ought to be."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('povertyplan.municipalities', true), current_setting('povertyplan.published', true)"
        )
        municipalities, published = cursor.fetchone()
    return Scope(municipalities or "", published == "on")


def request_of(user: Any) -> HttpRequest:
    request = HttpRequest()
    request.user = user
    return request


def coordinator_of(plan: Plan) -> User:
    return make_member(Role.COORDINATOR, UnitFactory(municipality=plan.municipality))


@pytest.mark.django_db
def test_a_filter_that_was_forgotten_shows_no_other_municipality(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, foreign = make_world(timezone.localdate()), make_world(timezone.localdate(), secret="Det naboen skrev")
    client = client_for(mine.users[Role.COORDINATOR])
    for queryset in (PlanQuerySet, MeasureQuerySet):
        for name in ("visible_to", "editable_by"):
            monkeypatch.setattr(queryset, name, lambda rows, user: rows.all())
    for page in ("plan-list", "api-measure-list"):
        text = client.get(reverse(page)).content.decode()
        assert SECRET in text
        assert "Det naboen skrev" not in text
    for page in ("plan", "plan-edit", "measure-list", "measure", "measure-edit", "log-new", "api-measure", "api-log"):
        assert client.get(reverse(page, kwargs=mine.ids[page])).status_code == 200, page
        assert client.get(reverse(page, kwargs=foreign.ids[page])).status_code == 404, page


@pytest.mark.django_db(transaction=True)
def test_a_connection_shows_nothing_of_the_request_before(as_in_production: None, client_for: ClientFor) -> None:
    """One connection, kept open, serves people of two municipalities, an analyst and nobody in turn."""
    with seeing(SYSTEM):
        one, other = PlanFactory(), PlanFactory()
        people = {coordinator_of(one): {one}, coordinator_of(other): {other}, make_member(Role.ANALYST): {one, other}}
        clients = {user: client_for(user) for user in people}
    seen: list[set[Plan]] = []
    ask = SeparationMiddleware(lambda request: seen.append(set(Plan.objects.all())) or HttpResponse())  # type: ignore[func-returns-value]
    backend = backend_pid()
    for user in [*people, *reversed(people)]:
        user = User.objects.get(pk=user.pk)
        ask(request_of(user))
        assert seen.pop() == people[user]
        assert (told(), Plan.objects.count()) == (NOBODY, 0)
        ask(request_of(AnonymousUser()))
        assert seen.pop() == set()
        # The same through everything that a page goes through.
        clients[user].get(reverse("home"), follow=True)
        assert (told(), Plan.objects.count()) == (NOBODY, 0)
    assert backend_pid() == backend


def backend_pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_view_that_fails_leaves_nothing_behind(
    as_in_production: None, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with seeing(SYSTEM):
        plan = PlanFactory()
        client = client_for(coordinator_of(plan))
    client.raise_request_exception = False

    def fail(*args: Any, **kwargs: Any) -> Any:
        assert Plan.objects.count() == 1
        raise RuntimeError

    monkeypatch.setattr(PlanQuerySet, "visible_to", fail)
    assert client.get(reverse("plan-list")).status_code == 500
    assert (told(), Plan.objects.count()) == (NOBODY, 0)


@pytest.mark.django_db(transaction=True)
def test_a_failed_statement_leaves_nothing_behind(as_in_production: None) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT no_such_thing")
        return HttpResponse()

    with seeing(SYSTEM):
        user = coordinator_of(PlanFactory())
    with pytest.raises(Exception, match="no_such_thing"):
        SeparationMiddleware(view)(request_of(user))
    assert (told(), Plan.objects.count()) == (NOBODY, 0)


@pytest.mark.django_db(transaction=True)
def test_a_connection_opened_in_the_middle_is_told(as_in_production: None) -> None:
    with seeing(SYSTEM):
        plan = PlanFactory()
    with seeing(of_municipalities({plan.municipality_id})):
        connection.close()
        assert Plan.objects.count() == 1
    assert Plan.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_can_not_be_told_is_closed(as_in_production: None) -> None:
    """The server ended it: the next statement opens another one, which shows what it should."""
    with seeing(SYSTEM):
        plan = PlanFactory()
    pid = backend_pid()

    def end() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])

    at_once(end)
    with seeing(of_municipalities({plan.municipality_id})):
        assert connection.connection is None
        assert (Plan.objects.count(), backend_pid() == pid) == (1, False)


@pytest.mark.django_db(transaction=True)
def test_threads_do_not_share_what_they_show(as_in_production: None) -> None:
    with seeing(SYSTEM):
        plans = [PlanFactory(), PlanFactory()]

    def look(plan: Plan) -> Callable[[], Any]:
        def act() -> list[int]:
            with seeing(of_municipalities({plan.municipality_id})):
                return list(Plan.objects.values_list("pk", flat=True))

        return act

    with seeing(SYSTEM):
        found = at_once(*(look(plan) for plan in plans), lambda: Plan.objects.count())
    assert found == [[plans[0].pk], [plans[1].pk], 0]


@pytest.mark.django_db(transaction=True)
def test_the_owner_too_sees_only_what_it_says_it_does() -> None:
    """Whoever logs in as the owner by mistake is kept apart like everybody; a migration says that it is the system."""
    measure = MeasureFactory(plan=PlanFactory(state=PlanState.ADOPTED))
    with owner_cursor() as cursor:
        cursor.execute("SELECT count(*) FROM measures_measure")
        assert cursor.fetchone() == (0,)
        cursor.execute("UPDATE measures_plan SET title = 'Ny'")
        assert cursor.rowcount == 0
        cursor.execute("SET povertyplan.municipalities = 'all'")
        cursor.execute("SELECT id FROM measures_measure")
        assert cursor.fetchall() == [(measure.pk,)]


@pytest.mark.django_db(transaction=True)
def test_a_command_is_the_system_and_another_program_is_nobody() -> None:
    MeasureFactory()
    count = "from measures.models import Measure; print('found', Measure.objects.count())"
    command = run([sys.executable, "manage.py", "shell", "-c", count])
    assert "found 1" in command.stdout
    start = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'povertyplan.settings'; django.setup(); "
    assert "found 0" in run([sys.executable, "-c", start + count]).stdout


def run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, cwd=BASE_DIR, env=environment(), capture_output=True, text=True, check=True, timeout=60
    )
