"""What is searched in the reading room, and what has been taken out for the archive."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from organisation.schema import AppendOnly, Audited
from organisation.schema_municipality import OfMunicipality, ReadWhenPublished, Separated

OF_VERSION = ("reporting_reportpassage", "reporting_reportexport")


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0012_schedule"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="ReportExport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "report_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exports",
                        to="reporting.reportversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "uttrekk til arkivet",
                "verbose_name_plural": "uttrekk til arkivet",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ReportPassage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("anchor", models.CharField(blank=True, max_length=120)),
                ("title", models.CharField(max_length=300)),
                ("text", models.TextField(blank=True)),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.SearchVector("title", config="norwegian", weight="A"),
                            "||",
                            django.contrib.postgres.search.SearchVector("text", config="norwegian", weight="B"),
                            django.contrib.postgres.search.SearchConfig("norwegian"),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "report_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages",
                        to="reporting.reportversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "avsnitt i en rapport",
                "verbose_name_plural": "avsnitt i rapporter",
                "ordering": ["report_version", "position"],
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["words"], name="report_passage_words")],
                "constraints": [
                    models.UniqueConstraint(fields=("report_version", "position"), name="report_passage_once")
                ],
            },
        ),
        *(OfMunicipality(table, "report_version_id", "reporting_reportversion") for table in OF_VERSION),
        *(Separated(table) for table in OF_VERSION),
        *(AppendOnly(table) for table in OF_VERSION),
        # The versions' own policies are asked inside.
        ReadWhenPublished(
            "reporting_reportpassage",
            "EXISTS (SELECT FROM reporting_reportversion v"
            " WHERE v.state = 'published' AND v.id = reporting_reportpassage.report_version_id)",
        ),
        # Who took what out of the municipality's records stands in the log of changes too.
        Audited("reporting_reportexport"),
    ]
