import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import organisation.models.base
from organisation.schema import AppendOnly, Audited
from organisation.schema_municipality import MunicipalityKey, OfMunicipality, SameMunicipality, Separated

RESOLUTION, POINT, NOTE = "reporting_resolution", "reporting_resolutionpoint", "reporting_pointnote"
OWN_RULES = [
    MunicipalityKey(RESOLUTION),
    SameMunicipality(RESOLUTION, "plan_id", "measures_plan"),
    SameMunicipality(RESOLUTION, "report_version_id", "reporting_reportversion"),
    OfMunicipality(POINT, "resolution_id", RESOLUTION),
    MunicipalityKey(POINT),
    SameMunicipality(POINT, "responsible_unit_id", "organisation_unit"),
    OfMunicipality(NOTE, "point_id", POINT),
    *(Separated(table) for table in (RESOLUTION, POINT, NOTE)),
    Audited(RESOLUTION),
    Audited(POINT),
    AppendOnly(NOTE),
]


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0005_counts_people"),
        ("organisation", "0016_national_document_jobs"),
        ("reporting", "0010_guard_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Resolution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=organisation.models.base.new_public_id, editable=False, max_length=10, unique=True
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("decided_on", models.DateField(verbose_name="vedtatt dato")),
                ("body", models.CharField(default="Formannskapet", max_length=100, verbose_name="vedtatt av")),
                ("case_number", models.CharField(blank=True, max_length=50, verbose_name="saksnummer")),
                ("text", models.TextField(verbose_name="vedtaket")),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resolutions",
                        to="organisation.municipality",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="resolutions", to="measures.plan"
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "report_version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resolutions",
                        to="reporting.reportversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "vedtak",
                "verbose_name_plural": "vedtak",
                "ordering": ["-decided_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ResolutionPoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=organisation.models.base.new_public_id, editable=False, max_length=10, unique=True
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("text", models.TextField(verbose_name="punkt")),
                ("due_on", models.DateField(null=True, verbose_name="frist")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Åpent"), ("closed", "Lukket")], default="open", editable=False, max_length=10
                    ),
                ),
                ("closed_on", models.DateField(editable=False, null=True)),
                ("closing_text", models.TextField(blank=True, editable=False, verbose_name="hva som er gjort")),
                (
                    "closed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "resolution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="points", to="reporting.resolution"
                    ),
                ),
                (
                    "responsible_unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resolution_points",
                        to="organisation.unit",
                        verbose_name="ansvarlig enhet",
                    ),
                ),
            ],
            options={
                "verbose_name": "punkt i vedtak",
                "verbose_name_plural": "punkter i vedtak",
                "ordering": ["resolution", "number"],
            },
        ),
        migrations.CreateModel(
            name="PointNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="hva som er gjort")),
                ("on", models.DateField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="reporting.resolutionpoint",
                    ),
                ),
            ],
            options={
                "verbose_name": "oppfølging av punkt",
                "verbose_name_plural": "oppfølging av punkter",
                "ordering": ["on", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="resolution",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="resolution_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="resolutionpoint",
            constraint=models.UniqueConstraint(fields=("resolution", "number"), name="resolution_point_number_unique"),
        ),
        migrations.AddConstraint(
            model_name="resolutionpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="resolution_point_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="resolutionpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_by", None), ("closed_on", None), ("closing_text", ""), ("state", "open")),
                    models.Q(
                        ("closed_by__isnull", False),
                        ("closed_on__isnull", False),
                        ("state", "closed"),
                        models.Q(("closing_text", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="closed_point_says_who_when_and_what",
                violation_error_message="Skriv hva som er gjort.",
            ),
        ),
        migrations.AddConstraint(
            model_name="pointnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="point_note_says_something"
            ),
        ),
        *OWN_RULES,
    ]
