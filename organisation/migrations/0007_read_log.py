import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from organisation.schema import ReadOnly


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0006_documents"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReadEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "transaction",
                    models.BigIntegerField(help_text="The database's number of the transaction that read."),
                ),
                (
                    "family",
                    models.BigIntegerField(
                        help_text="Its primary key; null where there was none to refuse.", null=True
                    ),
                ),
                ("page", models.CharField(help_text="The name of the page, address or job that asked.", max_length=60)),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("team", "I teamet til familien"),
                            ("emergency", "Nødtilgang"),
                            ("insight", "Innsyn på vegne av familien"),
                            ("retention", "Sletting når oppbevaringstiden er ute"),
                            ("denied", "Avvist"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        help_text="Null for the system.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "lesning",
                "verbose_name_plural": "lesninger",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["transaction"], name="reads_of_transaction"),
                    models.Index(fields=["family", "-id"], name="reads_of_family"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("family__isnull", False), ("basis", "denied"), _connector="OR"),
                        name="read_names_the_family",
                    )
                ],
            },
        ),
        ReadOnly("organisation_readentry"),
    ]
