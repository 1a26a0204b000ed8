"""The indexes of long tables are made while others write, and the migration can be run again when it broke off."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test.utils import CaptureQueriesContext

from tests import database

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("audit_of_settings", "notices_of_user")
VALID = """
SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relname IN ('audit_of_settings', 'notices_of_user')
"""


def test_they_are_made_anew_without_a_lock_on_who_writes() -> None:
    """As after a break: one of the indexes is there, the other is not, and the migration is not noted as run."""
    loader = MigrationLoader(connection)
    migration = loader.get_migration("organisation", "0022_lists_at_size")
    before = loader.project_state(("organisation", "0021_municipality_accent"))
    with database.owner_cursor() as cursor:
        cursor.execute("DROP INDEX notices_of_user")
        database.log_in_as(database.owner_settings())
        try:
            with (
                CaptureQueriesContext(connection) as asked,
                connection.schema_editor(atomic=migration.atomic) as editor,
            ):
                migration.apply(before, editor)
        finally:
            database.log_in_as(database.app_settings())
        cursor.execute(VALID)
        assert dict(cursor.fetchall()) == dict.fromkeys(NAMES, True)
    made = [query["sql"] for query in asked if "CREATE INDEX" in query["sql"]]
    assert len(made) == len(NAMES)
    assert all("CREATE INDEX CONCURRENTLY" in statement for statement in made)
