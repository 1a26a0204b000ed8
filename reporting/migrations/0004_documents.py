"""A report's file and job become those of a document (organisation/models/document.py), which other apps have too."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

JOB = "state, token, attempts, leased_until, step, percent, error, queued_at, finished_at"
# The document has the report's public id, which also tells the two tables' rows apart while they are matched.
MOVE = f"""
SELECT set_config('povertyplan.action', 'migrate.documents', true);
INSERT INTO organisation_document (public_id, kind, title, file, file_sha256, file_size)
    SELECT public_id, 'report', title, file, file_sha256, file_size FROM reporting_report ORDER BY id;
UPDATE reporting_report SET document_id = organisation_document.id
    FROM organisation_document WHERE kind = 'report' AND organisation_document.public_id = reporting_report.public_id;
INSERT INTO organisation_documentjob (document_id, {JOB})
    SELECT document_id, {JOB} FROM reporting_reportjob JOIN reporting_report ON reporting_report.id = report_id
    ORDER BY reporting_reportjob.id;
SELECT set_config('povertyplan.action', '', true);
-- Foreign keys are checked at the end of a transaction; a table with checks to come can't be altered.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
MOVE_BACK = f"""
SELECT set_config('povertyplan.action', 'migrate.documents', true);
UPDATE reporting_report SET file = organisation_document.file, file_sha256 = organisation_document.file_sha256,
    file_size = organisation_document.file_size
    FROM organisation_document WHERE organisation_document.id = document_id;
INSERT INTO reporting_reportjob (report_id, {JOB})
    SELECT reporting_report.id, {JOB} FROM organisation_documentjob
    JOIN reporting_report ON reporting_report.document_id = organisation_documentjob.document_id
    ORDER BY organisation_documentjob.id;
UPDATE reporting_report SET document_id = NULL;
DELETE FROM organisation_documentjob USING organisation_document
    WHERE organisation_document.id = document_id AND kind = 'report';
DELETE FROM organisation_document WHERE kind = 'report';
SELECT set_config('povertyplan.action', '', true);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


def document(**options):
    return models.OneToOneField(
        on_delete=django.db.models.deletion.PROTECT, related_name="report", to="organisation.document", **options
    )


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0006_documents"),
        ("reporting", "0003_finished_job_says_when"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="report", name="published_report_has_file_who_and_when"),
        migrations.AddField(model_name="report", name="document", field=document(null=True)),
        migrations.RunSQL(MOVE, MOVE_BACK),
        migrations.AlterField(model_name="report", name="document", field=document()),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=Q(
                    Q(("published_at", None), ("published_by", None)),
                    Q(("published_at__isnull", False), ("published_by__isnull", False)),
                    _connector="OR",
                ),
                name="published_report_has_who_and_when",
            ),
        ),
        migrations.RemoveField(model_name="report", name="file"),
        migrations.RemoveField(model_name="report", name="file_sha256"),
        migrations.RemoveField(model_name="report", name="file_size"),
        migrations.DeleteModel(name="ReportJob"),
    ]
