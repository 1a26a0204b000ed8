import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import organisation.models.base


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0016_national_document_jobs"),
        ("organisation", "__first__"),
        ("reporting", "0007_row_level_security"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportComment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=organisation.models.base.new_public_id, editable=False, max_length=10, unique=True
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("section", models.CharField(max_length=80)),
                ("text", models.TextField(verbose_name="kommentar")),
                ("written_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "kommentar",
                "verbose_name_plural": "kommentarer",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ReportStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("draft", "Utkast"),
                            ("in_review", "Til gjennomgang"),
                            ("approved", "Godkjent"),
                            ("published", "Publisert"),
                            ("withdrawn", "Trukket tilbake"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "after",
                    models.CharField(
                        choices=[
                            ("draft", "Utkast"),
                            ("in_review", "Til gjennomgang"),
                            ("approved", "Godkjent"),
                            ("published", "Publisert"),
                            ("withdrawn", "Trukket tilbake"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("remark", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ReportText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("key", models.CharField(max_length=80)),
                ("text", models.TextField(blank=True, verbose_name="tekst")),
            ],
            options={
                "verbose_name": "tekst i rapporten",
                "verbose_name_plural": "tekster i rapporten",
            },
        ),
        migrations.CreateModel(
            name="ReportVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("number", models.PositiveSmallIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Utkast"),
                            ("in_review", "Til gjennomgang"),
                            ("approved", "Godkjent"),
                            ("published", "Publisert"),
                            ("withdrawn", "Trukket tilbake"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("figures", models.JSONField()),
                ("figures_sha256", models.CharField(max_length=64)),
                ("sources", models.JSONField(default=dict)),
                ("content", models.JSONField(null=True)),
                ("content_sha256", models.CharField(blank=True, max_length=64)),
                ("correction_reason", models.TextField(blank=True, verbose_name="hva som rettes, og hvorfor")),
                (
                    "changes",
                    models.JSONField(
                        help_text="What differs from the published version before (domain/changes.py).", null=True
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_reason", models.TextField(blank=True, verbose_name="hvorfor rapporten trekkes tilbake")),
                ("without_review", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "verbose_name": "versjon",
                "verbose_name_plural": "versjoner",
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="TextClearance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=80)),
                ("sha256", models.CharField(max_length=64)),
                ("cleared_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "bekreftet tekst",
                "verbose_name_plural": "bekreftede tekster",
            },
        ),
        migrations.AddField(
            model_name="contribution",
            name="identifies_nobody",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="report",
            name="case_number",
            field=models.CharField(blank=True, max_length=50, verbose_name="arkivsaksnummer"),
        ),
        migrations.AddField(
            model_name="report",
            name="half",
            field=models.PositiveSmallIntegerField(
                choices=[(1, "1"), (2, "2")], help_text="Empty: the whole year.", null=True
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="kind",
            field=models.CharField(
                choices=[
                    ("plan_half_year", "Statusrapport for plan"),
                    ("sub_projects", "Halvårsstatus for delprosjekter"),
                    ("yearly_grants", "Årsrapport om tilskudd"),
                ],
                default=None,
                max_length=20,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="round",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="report",
                to="reporting.reportround",
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="year",
            field=models.PositiveSmallIntegerField(default=None, null=True),
        ),
        migrations.AddField(
            model_name="reportcomment",
            name="settled_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reportcomment",
            name="written_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reportstep",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reporttext",
            name="written_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reportversion",
            name="approved_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reportversion",
            name="document",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="report_version",
                to="organisation.document",
            ),
        ),
        migrations.AddField(
            model_name="reportversion",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reportversion",
            name="published_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reportversion",
            name="report",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="reporting.report"
            ),
        ),
        migrations.AddField(
            model_name="reportversion",
            name="sent_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reportversion",
            name="withdrawn_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reporttext",
            name="report_version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="texts", to="reporting.reportversion"
            ),
        ),
        migrations.AddField(
            model_name="reportstep",
            name="report_version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="reporting.reportversion"
            ),
        ),
        migrations.AddField(
            model_name="reportcomment",
            name="report_version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="comments", to="reporting.reportversion"
            ),
        ),
        migrations.AddField(
            model_name="textclearance",
            name="cleared_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="textclearance",
            name="report_version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="clearances", to="reporting.reportversion"
            ),
        ),
        migrations.AddIndex(
            model_name="reportversion",
            index=models.Index(
                condition=models.Q(("state", "published")), fields=["published_at"], name="published_reports"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportversion",
            constraint=models.UniqueConstraint(fields=("report", "number"), name="report_version_number_unique"),
        ),
        migrations.AddConstraint(
            model_name="reportversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("draft", "in_review", "approved"))),
                fields=("report",),
                name="one_version_at_work",
                violation_error_message="Rapporten har allerede en versjon som det arbeides med.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "draft"),
                    models.Q(
                        ("content__isnull", False),
                        ("document__isnull", False),
                        ("sent_at__isnull", False),
                        ("sent_by__isnull", False),
                        models.Q(("content_sha256", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="version_out_of_draft_is_fixed",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("draft", "in_review")),
                    ("without_review", True),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_by__isnull", False),
                        models.Q(("approved_by", models.F("made_by")), _negated=True),
                        models.Q(("approved_by", models.F("sent_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="version_is_approved_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("published", "withdrawn")), _negated=True),
                    models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                    _connector="OR",
                ),
                name="published_version_says_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), _negated=True),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawn_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="withdrawn_version_says_who_when_and_why",
                violation_error_message="Skriv hvorfor rapporten trekkes tilbake.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reportversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("number", 1), models.Q(("correction_reason", ""), _negated=True), _connector="OR"),
                name="correction_says_why",
                violation_error_message="Skriv hva som rettes, og hvorfor.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reporttext",
            constraint=models.UniqueConstraint(fields=("report_version", "key"), name="report_text_once"),
        ),
        migrations.AddConstraint(
            model_name="reportcomment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at", None), ("settled_by", None)),
                    models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                    _connector="OR",
                ),
                name="settled_comment_says_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="textclearance",
            constraint=models.UniqueConstraint(fields=("report_version", "key", "sha256"), name="text_cleared_once"),
        ),
    ]
