"""Units, zones and documents can be pointed to with their municipality. The documents get theirs from their owners' apps."""

import django.db.models.deletion
from django.db import migrations, models

from organisation.schema_municipality import MunicipalityKey, SameMunicipality


class Migration(migrations.Migration):
    dependencies = [("organisation", "0011_control_of_emergency_access")]
    operations = [
        migrations.AddField(
            model_name="document",
            name="municipality",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.municipality"
            ),
        ),
        *(MunicipalityKey(f"organisation_{name}") for name in ("unit", "livingconditionzone", "document")),
        SameMunicipality("organisation_unit", "parent_id", "organisation_unit"),
    ]
