"""Counts that have left the vault, and the gate's memory of whom they were about. Both are their own history."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import organisation.models.base
from organisation.schema import AppendOnly

PROTECT = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [
        ("grants", "0003_audit"),
        ("organisation", "0010_log_chain"),
        ("reporting", "0004_documents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FamilyRelease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=organisation.models.base.new_public_id, editable=False, max_length=10, unique=True
                    ),
                ),
                ("until", models.DateField(verbose_name="per dato")),
                ("content", models.JSONField()),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="family_releases", to="organisation.municipality"
                    ),
                ),
            ],
            options={
                "verbose_name": "tall fra familiene",
                "verbose_name_plural": "tall fra familiene",
                "ordering": ["-until", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=["municipality", "until"], name="one_family_release_a_day"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FamilyFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("figure", models.CharField(max_length=20)),
                ("value", models.PositiveIntegerField(null=True)),
                (
                    "families",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=None
                    ),
                ),
                (
                    "sub_project",
                    models.ForeignKey(null=True, on_delete=PROTECT, related_name="+", to="grants.subproject"),
                ),
                (
                    "release",
                    models.ForeignKey(on_delete=PROTECT, related_name="figures", to="reporting.familyrelease"),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["release", "sub_project", "figure"], name="family_figure_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value", None), ("value__gte", 5), _connector="OR"),
                        name="published_family_figure_is_not_small",
                    ),
                ],
            },
        ),
        AppendOnly("reporting_familyrelease"),
        AppendOnly("reporting_familyfigure"),
    ]
