"""A document may be the directorate's, and belong to no municipality."""

import django.db.models.deletion
from django.db import migrations, models

from organisation.schema_municipality import National


class Migration(migrations.Migration):
    dependencies = [("organisation", "0014_row_level_security")]
    operations = [
        migrations.AlterField(
            model_name="document",
            name="municipality",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.municipality"
            ),
        ),
        National("organisation_document"),
    ]
