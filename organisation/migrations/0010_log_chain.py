from django.db import migrations, models

from organisation.chain_schema import CreateLogChain
from organisation.schema import ReadOnly


class Migration(migrations.Migration):
    """The hash chain over the audit log and the read log."""

    dependencies = [
        ("organisation", "0009_identity_numbers"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnlinkedRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "log", "row_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "log",
                    models.CharField(choices=[("audit", "endringsloggen"), ("read", "leseloggen")], max_length=5),
                ),
                ("row_id", models.BigIntegerField()),
                ("since", models.DateTimeField()),
            ],
            options={
                "verbose_name": "rad uten lenke",
                "verbose_name_plural": "rader uten lenke",
            },
        ),
        migrations.CreateModel(
            name="ChainLink",
            fields=[
                (
                    "position",
                    models.BigIntegerField(
                        help_text="1, 2, 3 and so on, without a gap.", primary_key=True, serialize=False
                    ),
                ),
                (
                    "log",
                    models.CharField(choices=[("audit", "endringsloggen"), ("read", "leseloggen")], max_length=5),
                ),
                ("row_id", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
                ("sealed_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "lenke",
                "verbose_name_plural": "lenker",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("log", "row_id"), name="log_row_is_linked_once"),
                    models.CheckConstraint(condition=models.Q(("position__gte", 1)), name="chain_begins_at_one"),
                ],
            },
        ),
        ReadOnly("organisation_unlinkedrow"),
        ReadOnly("organisation_chainlink"),
        CreateLogChain(),
    ]
