"""A family takes part in a thing once for each service: one that is not shared must not show in another's refusal."""

from django.db import migrations, models


def once(field: str, name: str, message: str) -> list[migrations.operations.base.Operation]:
    return [
        migrations.RemoveConstraint("participation", name),
        migrations.AddConstraint(
            "participation",
            models.UniqueConstraint(
                fields=("family", "unit", field),
                condition=models.Q(("ended_on", None), ("removed_at", None)),
                name=name,
                violation_error_message=message,
            ),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("families", "0004_contact")]
    operations = [
        *once("sub_project", "in_sub_project_once", "Familien er allerede med i delprosjektet."),
        *once("measure", "in_measure_once", "Familien er allerede med i tiltaket."),
    ]
