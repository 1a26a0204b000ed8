"""Indexes of what grows without bound: what administrators read in the audit log, and each person's notices."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("organisation", "0021_municipality_accent")]

    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
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
        migrations.AddIndex(model_name="notice", index=models.Index(fields=["user", "-id"], name="notices_of_user")),
    ]
