"""PostgreSQL itself shows nobody another municipality's rows: every table, without any filter (organisation/separation.py)."""

from typing import Any

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, models, transaction
from django.http import HttpRequest, StreamingHttpResponse

from measures.models import LogEntry, MainAim, Plan, PlanState
from organisation.access import SeparationMiddleware, scope_of
from organisation.models import Document, Municipality, Role, User
from organisation.separation import NOBODY, SYSTEM, Scope, SystemTask, current, of_municipalities, seeing
from reporting.models import Report, ReportPassage, ReportRound, ReportVersion
from tests.factories import (
    MunicipalityFactory,
    PlanFactory,
    ReportVersionFactory,
    RoundFactory,
    UnitFactory,
    UserFactory,
    make_member,
)
from tests.organisation.everything import everything_of

pytestmark = pytest.mark.django_db
APPS = ("organisation", "measures", "grants", "reporting")
# Tables without a policy, each with its reason.
OPEN = {
    "organisation_municipality": "says who somebody is, which has to be known before anything can be shown",
    "organisation_unit": "says where somebody belongs, as do roles; names of units are no secret between municipalities",
    "organisation_user": "says who somebody is; a person may have roles in several",
    "organisation_membership": "says where somebody belongs",
    "organisation_auditentry": "the log of all tables, also of users; read through `administered_by` only",
    "organisation_chainlink": "the hash chain over the logs: numbers and hashes",
    "organisation_unlinkedrow": "the hash chain over the logs: numbers and times",
    "organisation_notice": "belongs to a person, and a job writes it for people of all municipalities",
    "organisation_outgoingmail": "belongs to a person, with her notices, and a job makes it for people of all municipalities",
    "organisation_documentjob": "a worker's lease and progress: nothing of what the document says",
    "reporting_reportwords": "stems of words of published reports, which are public; the search's index could not be used else",
    "reporting_thingwords": "can't be read by the application; the one function that asks it asks whose words are shown",
    "reporting_logwords": "the same",
    "grants_tableedition": "says that a PDF of national tables was made; the document has a policy",
    "reporting_savedview": "belongs to a person, who may have roles in several: a name and an address, without rows",
    "grants_grantimport": "belongs to the person who has read a file and not stored it yet",
}

# Tables with policies of another kind.
OTHERWISE = {
    "organisation_readentry": "the log of reads of families; a line is shown where its family is open",
    "grants_publishedfigure": "figures of the whole country; everybody reads, the directorate writes; see the same tests",
    "grants_grantscheme": "the national ones are everybody's to read; see tests/grants/test_grant_separation.py",
}
# What the directorate reads in all municipalities, and what it writes there: judging a report that was sent in.
DIRECTORATE = {
    "measures_plan": {"SELECT"},
    "reporting_reportround": {"SELECT"},
    "reporting_report": {"SELECT"},
    "reporting_reportversion": {"SELECT"},
    "reporting_reportpassage": {"SELECT"},
    # Its own documents have no municipality, and are nobody else's.
    "organisation_document": {"SELECT", "ALL"},
    "grants_reportingunit": {"SELECT", "UPDATE"},
    "grants_grant": {"SELECT", "UPDATE"},
    "grants_yearlyreport": {"SELECT", "UPDATE"},
    "grants_measurereport": {"SELECT"},
    "grants_reportstep": {"SELECT", "INSERT"},
    "grants_reportremark": {"SELECT", "INSERT"},
}


def own_models() -> list[type[models.Model]]:
    return [row for label in APPS for row in apps.get_app_config(label).get_models(include_auto_created=True)]


def separated() -> list[type[models.Model]]:
    return [model for model in own_models() if model._meta.db_table not in {*OPEN, *OTHERWISE}]


def ask(statement: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] if len(row) == 1 else row for row in cursor.fetchall()]


def shown(municipality: Municipality) -> Scope:
    return of_municipalities({municipality.pk})


def municipalities_of(model: type[models.Model]) -> set[int]:
    """Whose rows the connection shows of a table, through the model's own manager and without any filter."""
    rows = model._default_manager.order_by().extra(select={"whose": f'"{model._meta.db_table}"."municipality_id"'})
    return set(rows.values_list("whose", flat=True))


def test_every_table_is_separated_or_open_for_a_reason() -> None:
    found = ask(
        "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    own = {model._meta.db_table for model in own_models()}
    assert {table for table, guarded in found if table in own and not guarded} == set(OPEN)


def test_all_policies_say_the_same() -> None:
    """One policy for reading and writing by everybody; and the few for the directorate."""
    policies = ask("SELECT tablename, policyname, permissive, roles, cmd, qual, with_check FROM pg_policies")
    own = {model._meta.db_table for model in separated()}
    by_municipality = [row for row in policies if row[0] in own and row[1] == "municipality"]
    assert {row[0] for row in by_municipality} == own
    assert len({tuple(map(str, row[2:])) for row in by_municipality}) == 1
    others: dict[str, set[str]] = {}
    for row in policies:
        if row[0] in own and row[1] != "municipality":
            others.setdefault(row[0], set()).add(row[4])
    assert others == DIRECTORATE


def test_no_table_shows_rows_of_another_municipality() -> None:
    """Each model is asked for everything it has; every table has rows of both, so that there is something to leak."""
    one, other = everything_of(), everything_of()
    for model in separated():
        table = model._meta.db_table
        with seeing(SYSTEM):
            assert {one.pk, other.pk} <= municipalities_of(model), f"{table} has nothing that could leak"
        with seeing(shown(one)):
            assert municipalities_of(model) == {one.pk}, table
        with seeing(shown(other)):
            assert municipalities_of(model) == {other.pk}, table
        with seeing(of_municipalities({one.pk, other.pk})):
            assert municipalities_of(model) == {one.pk, other.pk}, table
        for scope in (NOBODY, of_municipalities(set())):
            with seeing(scope):
                assert municipalities_of(model) == set(), table


def test_nothing_said_is_nothing_shown() -> None:
    """Also for a connection that has never heard of the setting, or has been told nonsense."""
    PlanFactory()
    for said in ("", "none", "ALL", " all", "{}"):
        ask("SELECT set_config('povertyplan.municipalities', %s, true)", said)
        assert not Plan.objects.exists(), said
    ask("SELECT set_config('povertyplan.municipalities', 'all', true)")
    assert Plan.objects.exists()


def test_another_municipalitys_rows_can_not_be_changed_or_removed() -> None:
    one, other = MunicipalityFactory(), everything_of()
    may = "SELECT has_table_privilege(current_user, %s, 'UPDATE'), has_table_privilege(current_user, %s, 'DELETE')"
    for model in separated():
        table = model._meta.db_table
        ((update, delete),) = ask(may, table, table)
        with seeing(shown(one)):
            assert not (update and ask(f"UPDATE {table} SET id = id RETURNING id")), table
            assert not (delete and ask(f"DELETE FROM {table} RETURNING id")), table
        assert other.pk in municipalities_of(model)


def refused() -> Any:
    return pytest.raises(ProgrammingError, match="row-level security policy")


def test_nothing_is_written_into_another_municipality() -> None:
    one, other = MunicipalityFactory(), MunicipalityFactory()
    mine, foreign = PlanFactory(municipality=one), PlanFactory(municipality=other)
    with seeing(shown(one)):
        with refused(), transaction.atomic():
            PlanFactory(municipality=other)
        with refused(), transaction.atomic():
            Plan.objects.filter(pk=mine.pk).update(municipality=other)
        # Through its parent: the database looks up whose it is, and doesn't see it.
        with refused(), transaction.atomic():
            MainAim.objects.create(plan=foreign, number=1, text="Mål")
        MainAim.objects.create(plan=mine, number=1, text="Mål")


def test_nobody_writes_anything() -> None:
    municipality = MunicipalityFactory()
    with seeing(NOBODY), refused(), transaction.atomic():
        PlanFactory(municipality=municipality)


def test_a_user_sees_the_municipalities_of_todays_roles() -> None:
    one, other = UnitFactory(), UnitFactory()
    user = make_member(Role.CASEWORKER, one)
    assert scope_of(user) == of_municipalities({one.municipality_id})
    for role in Role:
        assert (
            scope_of(make_member(role, other)).municipalities
            == of_municipalities({other.municipality_id}).municipalities
        )
    assert scope_of(UserFactory()) == NOBODY
    outside = make_member(Role.CASEWORKER, UnitFactory(municipality=None))
    assert scope_of(outside) == NOBODY


def test_an_analyst_reads_what_all_municipalities_have_published_and_nothing_else() -> None:
    everything_of()
    with seeing(SYSTEM):
        PlanFactory(state=PlanState.DRAFT)
        RoundFactory()
        for state in ("draft", "in_review", "approved", "withdrawn"):
            ReportVersionFactory(state=state)
        published = ReportVersionFactory(state="published")
        for version in ReportVersion.objects.filter(passages=None):
            ReportPassage.objects.create(report_version=version, position=0, title="Rapporten")
    with seeing(scope_of(make_member(Role.ANALYST))):
        found = {model._meta.db_table for model in separated() if model._default_manager.exists()}
        # What she sees of grants: tests/grants/test_grant_separation.py.
        assert found == set(DIRECTORATE)
        assert list(Report.objects.all()) == [published.report]
        assert list(ReportVersion.objects.all()) == [published]
        assert list(ReportPassage.objects.all()) == list(published.passages.all())
        assert list(Document.objects.exclude(municipality=None)) == [published.document]
        assert not Plan.objects.filter(state=PlanState.DRAFT).exists()
        assert list(ReportRound.objects.all()) == [published.report.round]
        assert not Plan.objects.update(title="Ny")
        assert not ReportRound.objects.update(summary="Ny")
        assert not Report.objects.update(title="Ny")
        assert not ReportVersion.objects.update(withdrawn_reason="Ny")


def test_what_is_published_is_for_analysts_only() -> None:
    ReportVersionFactory(state="published")
    with seeing(scope_of(make_member(Role.BOARD_MEMBER))):
        assert not Report.objects.exists()


def test_a_scope_ends_with_its_block_also_when_something_fails() -> None:
    with seeing(NOBODY):
        with seeing(Scope("{7}", published=True)):
            assert told() == ("{7}", "on")
        assert told() == ("", "")
        with pytest.raises(RuntimeError), seeing(SYSTEM):
            raise RuntimeError
        assert told() == ("", "")
        # The transaction takes back what was said in it; the block has said it again by then.
        with pytest.raises(ProgrammingError), transaction.atomic(), seeing(SYSTEM):
            ask("SELECT no_such_thing")
        assert (current(), told()) == (NOBODY, ("", ""))


def told() -> tuple[str, str]:
    found = ask("SELECT current_setting('povertyplan.municipalities'), current_setting('povertyplan.published')")
    return tuple(found[0])  # type: ignore[return-value]


def test_a_task_is_the_system_and_only_while_it_runs() -> None:
    PlanFactory()
    seen: list[Any] = []

    class Count(SystemTask):
        name = "test.count"

        def run(self) -> None:
            seen.append(Plan.objects.count())

    with seeing(NOBODY):
        Count()()
        assert (seen, told()) == ([1], ("", ""))


def test_every_task_is_of_that_class() -> None:
    from povertyplan.celery import app

    app.loader.import_default_modules()
    own = {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}
    assert len(own) > 5
    assert {name for name, task in own.items() if not isinstance(task, SystemTask)} == set()


def request_of(user: User) -> HttpRequest:
    request = HttpRequest()
    request.user = user
    return request


def test_a_response_that_streams_sees_what_its_request_sees_and_leaves_nothing() -> None:
    plan = PlanFactory()
    PlanFactory(title="Naboens plan")
    user = make_member(Role.COORDINATOR, UnitFactory(municipality=plan.municipality))

    def view(request: HttpRequest) -> Any:
        read_before = [row.title for row in Plan.objects.all()]
        return StreamingHttpResponse(title for rows in (read_before, late()) for title in rows)

    def late() -> Any:
        yield from (f"Sent: {row.title}" for row in Plan.objects.all())

    with seeing(NOBODY):
        response = SeparationMiddleware(view)(request_of(user))
        assert b"".join(response).decode() == f"{plan.title}Sent: {plan.title}"  # type: ignore[arg-type]
        assert not Plan.objects.exists()


def test_saying_who_asks_is_none_of_a_pages_queries(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1), seeing(NOBODY):
        assert not LogEntry.objects.exists()
