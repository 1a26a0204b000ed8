"""Indexes of what grows without bound: what administrators read in the audit log, and each person's notices.

Both are made while others go on writing, outside of a transaction. When that breaks off, PostgreSQL leaves an index that is
not valid; so each is made anew, and the migration can simply be run again.
"""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


def made_anew(model: str, index: models.Index) -> list[Any]:
    return [
        migrations.RunSQL(f"DROP INDEX CONCURRENTLY IF EXISTS {index.name}", migrations.RunSQL.noop),
        AddIndexConcurrently(model_name=model, index=index),
    ]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("organisation", "0021_municipality_accent")]

    operations = [
        *made_anew(
            "auditentry",
            models.Index(
                fields=["-id"],
                condition=Q(
                    table_name__in=(
                        "organisation_municipality",
                        "organisation_livingconditionzone",
                        "organisation_unit",
                        "organisation_user",
                        "organisation_membership",
                    )
                ),
                name="audit_of_settings",
            ),
        ),
        *made_anew("notice", models.Index(fields=["user", "-id"], name="notices_of_user")),
    ]
