"""Every list: cut into pages by the one pager, and with the same queries for ten rows as for two hundred.

A new list must be put into LISTS, and a test says so.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from grants.models import Call, GrantScheme, Outcome, SubProject
from measures.models import Measure
from organisation.models import Membership, Role, User, new_public_id
from tests.factories import NoticeFactory, PlanFactory
from tests.pages.world import World, make_world
from tests.turning import turn

BASE = Path(__file__).resolve().parents[2]
KINDS = {"numbered", "keyset", "page_of", "windowed"}
QUERIES = "tests/pages/test_queries.py"

# What cuts a list into pages: where, how, and where its queries are counted (here where nothing is said).
LISTS: dict[str, tuple[str, str]] = {
    "organisation/views/audit.py:change_list": ("keyset", ""),
    "organisation/views/mail.py:failed_list": ("numbered", "tests/organisation/test_mail_pages.py"),
    "organisation/views/notices.py:notice_list": ("keyset", ""),
    "organisation/views/users.py:user_list": ("numbered", ""),
    "measures/views/plan.py:plan_list": ("numbered", ""),
    "measures/views/plan.py:measure_list": ("keyset", ""),
    "measures/views/all_measures.py:all_measures": ("keyset", "tests/pages/test_boards.py"),
    "measures/views/timeline.py:timeline": ("page_of", QUERIES),
    "grants/views/application.py:application_list": ("numbered", "tests/pages/test_grant_inside.py"),
    "grants/views/call.py:call_list": ("numbered", ""),
    "grants/views/directorate.py:_list_context": ("numbered", "tests/pages/test_directorate_pages.py"),
    "grants/views/grant_import.py:grant_import_list": ("numbered", "tests/pages/test_import_pages.py"),
    "grants/views/grant_import.py:_previewed": ("numbered", "tests/pages/test_import_pages.py"),
    "grants/views/grant_list.py:grant_list": ("numbered", "tests/pages/test_grant_queries.py"),
    "grants/views/reporting_unit.py:reporting_unit_list": ("numbered", "tests/pages/test_grant_queries.py"),
    "grants/views/result.py:result_history": ("keyset", ""),
    "grants/views/review.py:review_list": ("numbered", "tests/pages/test_letter_and_review_pages.py"),
    "grants/views/scheme.py:scheme_detail": ("numbered", "tests/pages/test_grant_queries.py"),
    "grants/views/scheme.py:scheme_list": ("numbered", ""),
    "grants/views/spending.py:payments_waiting": ("keyset", "tests/pages/test_sub_project_queries.py"),
    "grants/views/spending.py:sub_project_spending": ("keyset", "tests/pages/test_sub_project_queries.py"),
    "grants/views/sub_project.py:sub_project_list": ("numbered", ""),
    "grants/views/table.py:table_list": ("numbered", "tests/pages/test_table_pages.py"),
    "grants/views/yearly_report.py:yearly_report_list": ("numbered", "tests/pages/test_yearly_report_queries.py"),
    "families/views/case.py:family_list": ("numbered", "tests/families/views/test_case.py"),
    "families/views/contact.py:_log": ("keyset", "tests/families/views/test_contact.py"),
    "families/views/decision.py:decision_list": ("numbered", "tests/families/views/test_decision.py"),
    "families/views/emergency.py:emergency_list": ("numbered", "tests/families/views/test_emergency.py"),
    "families/views/read_log.py:read_log": ("keyset", "tests/families/test_privacy_pages.py"),
    "families/views/support.py:support_list": ("numbered", "tests/families/views/test_support.py"),
    "families/views/voice.py:voice": ("numbered", "tests/families/views/test_voice.py"),
    "families/views/voice.py:voice_links": ("numbered", "tests/families/views/test_voice.py"),
    "reporting/views/family_release.py:release_list": ("numbered", "tests/pages/test_family_release_pages.py"),
    "reporting/views/home_work.py:measures_part": ("windowed", "tests/pages/test_first_page.py"),
    "reporting/views/reading_room.py:_found": ("numbered", "tests/pages/test_reading_room_pages.py"),
    "reporting/views/reading_room.py:_listed": ("numbered", "tests/pages/test_reading_room_pages.py"),
    "reporting/views/report_list.py:report_list": ("numbered", QUERIES),
    "reporting/views/report_texts.py:report_texts": ("numbered", "tests/pages/test_report_life.py"),
    "reporting/views/search.py:_part": ("numbered", "tests/pages/test_search_pages.py"),
    "reporting/views/resolution.py:resolution_list": ("numbered", QUERIES),
    "reporting/views/round.py:round_list": ("numbered", QUERIES),
}


def pagers() -> Iterator[tuple[str, str]]:
    """Each use of the pager in the views, by the function that it stands in."""
    for path in sorted(BASE.glob("*/views/*.py")):
        tree = ast.parse(path.read_text())
        imported = {
            alias.asname or alias.name
            for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "organisation.paging"
            for alias in node.names
        } & KINDS  # fmt: skip
        for function in tree.body:
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in imported:
                    yield f"{path.relative_to(BASE)}:{getattr(function, 'name', '')}", node.func.id


def test_every_list_is_known() -> None:
    assert dict(pagers()) == {name: kind for name, (kind, _counted) in LISTS.items()}


def test_nothing_else_cuts_a_list_into_pages() -> None:
    apps = ("organisation", "measures", "grants", "families", "reporting")
    found = [
        str(path.relative_to(BASE))
        for app in apps
        for path in (BASE / app).rglob("*.py")
        if "Paginator" in path.read_text()
    ]
    assert found == ["organisation/paging.py"]


@pytest.mark.parametrize("counted", sorted({counted for _kind, counted in LISTS.values() if counted}))
def test_where_the_other_lists_are_counted_there_are_tests(counted: str) -> None:
    assert (BASE / counted).exists(), counted


def clones(row: Any, number: int, **changes: Callable[[int], Any]) -> list[Any]:
    """Rows like one that is there, with random ids of their own, made at once."""
    model = type(row)
    fields = {
        field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields if not field.primary_key
    }
    made = [
        model(**fields | {name: make(n) for name, make in changes.items()})
        for n in range(number)
    ]  # fmt: skip
    for one in made:
        if "public_id" in fields:
            one.public_id = new_public_id()
    found: list[Any] = model._default_manager.bulk_create(made)
    return found


def more_plans(world: World, number: int) -> None:
    clones(PlanFactory(municipality=world.municipality, state="draft"), number, title=lambda n: f"Plan {n}")


def more_measures(world: World, number: int) -> None:
    made = clones(world.measure, number, title=lambda n: f"Tiltak {n}")
    through = Measure.goals.through
    through.objects.bulk_create(through(measure=row, goal=goal) for row in made for goal in world.measure.goals.all())


def more_notices(world: World, number: int) -> None:
    notice = NoticeFactory(user=world.users[Role.COORDINATOR])
    clones(notice, number, key=lambda n: f"{notice.key}-{n}", text=lambda n: f"Sak {n}.")


def more_users(world: World, number: int) -> None:
    """Each a line of the audit log too."""
    some = world.users[Role.CASEWORKER]
    start = User.objects.count()
    made = clones(some, number, email=lambda n: f"bruker{start + n}@kommune.example", name=lambda n: f"Bruker {n}")
    membership = Membership.objects.filter(user=some).first()
    assert membership is not None
    clones(membership, number, user_id=lambda n: made[n].pk)


def more_sub_projects(world: World, number: int) -> None:
    some = SubProject.objects.filter(municipality=world.municipality).first()
    none = {name: lambda n: None for name in ("measure_id", "application_id") if hasattr(some, name)}
    start = SubProject.objects.count()
    clones(some, number, title=lambda n: f"Delprosjekt {start + n}", **none)


def more_calls(world: World, number: int) -> None:
    clones(
        Call.objects.filter(municipality=world.municipality, state="open").first(), number,
        title=lambda n: f"Utlysning {n}",
    )  # fmt: skip


def more_schemes(world: World, number: int) -> None:
    start = GrantScheme.objects.count()
    clones(GrantScheme.objects.first(), number, name=lambda n: f"Ordning {start + n}")


def more_outcomes(world: World, number: int) -> None:
    sub_project = SubProject.objects.get(public_id=world.ids["result-history"]["public_id"])
    some = Outcome.objects.filter(sub_project=sub_project, corrects=None).first()
    clones(some, number, form_key=lambda n: "") if hasattr(some, "form_key") else clones(some, number)


COUNTED: dict[str, tuple[Role, Callable[[World, int], None]]] = {
    "plan-list": (Role.COORDINATOR, more_plans),
    "measure-list": (Role.COORDINATOR, more_measures),
    "notice-list": (Role.COORDINATOR, more_notices),
    "user-list": (Role.ADMINISTRATOR, more_users),
    "change-list": (Role.ADMINISTRATOR, more_users),
    "sub-project-list": (Role.PROJECT_LEAD, more_sub_projects),
    "call-list": (Role.PROJECT_LEAD, more_calls),
    "scheme-list": (Role.PROJECT_LEAD, more_schemes),
    "result-history": (Role.PROJECT_LEAD, more_outcomes),
}
MOST = 12


@pytest.mark.django_db
def test_ten_rows_take_as_many_queries_as_two_hundred(client_for: Any) -> None:
    world = make_world(timezone.localdate())
    found: dict[str, tuple[int, int]] = {}
    for name, (role, more) in COUNTED.items():
        client, url = client_for(world.users[role]), reverse(name, kwargs=world.ids.get(name))

        def queries(client: Any = client, url: str = url) -> int:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            return len(captured)

        more(world, 10)
        few = queries()
        more(world, 200)
        found[name] = (few, queries())
    assert {name: counts for name, counts in found.items() if counts[0] != counts[1]} == {}
    assert {name: many for name, (_few, many) in found.items() if many > MOST} == {}


@pytest.mark.django_db
@pytest.mark.parametrize("sorter", ["", "tittel", "-tittel", "tilstand", "-sist-logget", "evaluering"])
def test_turning_the_pages_of_measures_shows_each_once(sorter: str, client_for: Any) -> None:
    world = make_world(timezone.localdate())
    more_measures(world, 110)
    client, url = client_for(world.users[Role.COORDINATOR]), reverse("measure-list", kwargs=world.ids["measure-list"])
    page, shown = client.get(url, {"sorter": sorter} if sorter else {}), []
    while True:
        shown += [row.pk for row in page.context["page_obj"]]
        if not page.context["page_obj"].has_next:
            break
        page = turn(client, page)
    assert len(shown) == len(set(shown)) == world.plan.measures.count()
    back = turn(client, page, "prev")
    assert [row.pk for row in back.context["page_obj"]] == shown[50:100]
    # Another order begins at its first page.
    assert "etter=" not in page.content.decode().split("<tbody>")[0]


@pytest.mark.django_db
def test_the_timeline_has_every_entry_and_change_once(client_for: Any) -> None:
    world = make_world(timezone.localdate())
    entry = world.measure.log_entries.filter(corrected_by=None, corrects=None).first()
    clones(
        entry, 65, thread=lambda n: new_public_id(), form_key=lambda n: "", text=lambda n: f"Nummer {n}.",
        attachment_id=lambda n: None,
    )  # fmt: skip
    client, url = client_for(world.users[Role.COORDINATOR]), reverse("measure", kwargs=world.ids["measure"])
    page, shown = client.get(url), []
    while True:
        shown += [(item["kind"], item["row"].pk) for item in page.context["page_obj"]]
        if not page.context["page_obj"].has_next:
            break
        page = turn(client, page)
    entries = world.measure.log_entries.filter(corrected_by=None)
    expected = {("log", row.pk) for row in entries} | {("change", row.pk) for row in world.measure.state_changes.all()}
    assert len(shown) == len(expected) and set(shown) == expected
    days = {("log", row.pk): row.happened_on for row in entries}
    days |= {("change", row.pk): row.on for row in world.measure.state_changes.all()}
    assert [days[one] for one in shown] == sorted((days[one] for one in shown), reverse=True)
    back = turn(client, page, "prev")
    last = len(page.context["page_obj"])
    assert [(item["kind"], item["row"].pk) for item in back.context["page_obj"]] == shown[-last - 20 : -last]
