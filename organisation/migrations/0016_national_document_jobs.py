"""The job that makes a document of the directorate's has no municipality either."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("organisation", "0015_national_documents")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE organisation_documentjob ALTER COLUMN municipality_id DROP NOT NULL;",
            "ALTER TABLE organisation_documentjob ALTER COLUMN municipality_id SET NOT NULL;",
        ),
    ]
