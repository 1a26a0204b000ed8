import django.db.models.deletion
from django.db import migrations, models

import organisation.models.base
from organisation.schema import Audited, WriteOnce


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0005_notices"),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=organisation.models.base.new_public_id, editable=False, max_length=10, unique=True
                    ),
                ),
                (
                    "kind",
                    models.CharField(help_text="A name registered in organisation/documents.py.", max_length=40),
                ),
                ("title", models.CharField(max_length=300)),
                (
                    "content",
                    models.JSONField(
                        help_text="What it is made from; null where its kind gets it elsewhere.", null=True
                    ),
                ),
                ("file", models.FileField(blank=True, max_length=200, upload_to="")),
                ("file_sha256", models.CharField(blank=True, max_length=64)),
                ("file_size", models.PositiveIntegerField(help_text="Bytes.", null=True)),
            ],
            options={
                "verbose_name": "dokument",
                "verbose_name_plural": "dokumenter",
            },
        ),
        migrations.CreateModel(
            name="DocumentJob",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Venter"),
                            ("running", "Lages nå"),
                            ("done", "Ferdig"),
                            ("failed", "Feilet"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("token", models.PositiveIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("leased_until", models.DateTimeField(null=True)),
                ("step", models.CharField(blank=True, max_length=100)),
                ("percent", models.PositiveSmallIntegerField(default=0)),
                ("error", models.TextField(blank=True)),
                ("queued_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="job", to="organisation.document"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("queued", "running"))),
                        fields=["id"],
                        name="unfinished_document_jobs",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("percent__lte", 100)), name="document_job_percent_at_most_100"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("leased_until__isnull", False), ("state", "running")),
                            models.Q(("state", "running"), _negated=True),
                            _connector="OR",
                        ),
                        name="running_document_job_has_lease",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("done", "failed")), _negated=True),
                            models.Q(("finished_at__gte", models.F("queued_at")), ("finished_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="finished_document_job_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "failed"), _negated=True),
                            models.Q(("error", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="failed_document_job_says_why",
                    ),
                ],
            },
        ),
        # The content stands in the row for good; a second copy of it in the log would tell nothing.
        Audited("organisation_document", without=("content",)),
        WriteOnce("organisation_document", but=("file", "file_sha256", "file_size")),
    ]
