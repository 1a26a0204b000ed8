"""Every document has got its municipality from the row that has it."""

import django.db.models.deletion
from django.db import migrations, models

from organisation.schema_municipality import OfMunicipality


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0012_separation"),
        ("grants", "0004_separation"),
        ("reporting", "0006_separation"),
    ]
    operations = [
        migrations.AlterField(
            model_name="document",
            name="municipality",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.municipality"
            ),
        ),
        OfMunicipality("organisation_documentjob", "document_id", "organisation_document"),
    ]
