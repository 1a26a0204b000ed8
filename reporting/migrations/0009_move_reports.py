"""A report and its versions: what was one row becomes the lasting report and its first version, with the frozen copy in it.

There is no way back: a report with two versions, or with none that has been made, fits in no row of before.
"""

import django.db.models.deletion
from django.db import migrations, models

POLICIES = """
DROP POLICY published ON reporting_report;
DROP POLICY published ON reporting_reportround;
DROP POLICY published ON reporting_frozenround;
DROP POLICY published ON organisation_document;
"""
# What was not published waits for its review: its text is fixed and its PDF made or on its way.
MOVE = """
SELECT set_config('povertyplan.action', 'migrate.report_versions', true);
UPDATE reporting_report SET kind = 'plan_half_year', round_id = r.id, year = r.year, half = r.half, case_number = r.case_number
    FROM reporting_frozenround f JOIN reporting_reportround r ON r.id = f.round_id WHERE f.id = reporting_report.frozen_id;
INSERT INTO reporting_reportversion (
    version, report_id, number, state, figures, figures_sha256, sources, content, content_sha256, correction_reason,
    document_id, made_at, made_by_id, sent_at, sent_by_id, published_at, published_by_id, withdrawn_reason, without_review
) SELECT 1, p.id, 1, CASE WHEN p.published_at IS NULL THEN 'in_review' ELSE 'published' END, f.content, f.sha256, '{}',
    f.content, f.sha256, '', p.document_id, r.closed_on, r.closed_by_id, r.closed_on, r.closed_by_id, p.published_at,
    p.published_by_id, '', p.published_at IS NOT NULL
  FROM reporting_report p JOIN reporting_frozenround f ON f.id = p.frozen_id JOIN reporting_reportround r ON r.id = f.round_id
  ORDER BY p.id;
SELECT set_config('povertyplan.action', '', true);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
# The column is there (0006); from now on the report itself says whose it is.
OWN_MUNICIPALITY = """
DROP TRIGGER municipality ON reporting_report;
DROP FUNCTION reporting_report_municipality();
ALTER TABLE reporting_report ADD CONSTRAINT reporting_report_municipality_id FOREIGN KEY (municipality_id)
    REFERENCES organisation_municipality (id) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX reporting_report_municipality ON reporting_report (municipality_id);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0008_report_versions"),
    ]

    operations = [
        migrations.RunSQL(POLICIES),
        migrations.RunSQL(MOVE),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(OWN_MUNICIPALITY)],
            [
                migrations.AddField(
                    model_name="report",
                    name="municipality",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="organisation.municipality",
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="report",
            name="report_number_unique",
        ),
        migrations.RemoveConstraint(
            model_name="report",
            name="published_report_has_who_and_when",
        ),
        migrations.AlterField(
            model_name="report",
            name="kind",
            field=models.CharField(
                choices=[
                    ("plan_half_year", "Statusrapport for plan"),
                    ("sub_projects", "Halvårsstatus for delprosjekter"),
                    ("yearly_grants", "Årsrapport om tilskudd"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="year",
            field=models.PositiveSmallIntegerField(),
        ),
        migrations.RemoveField(
            model_name="report",
            name="frozen",
        ),
        migrations.RemoveField(
            model_name="report",
            name="document",
        ),
        migrations.RemoveField(
            model_name="report",
            name="number",
        ),
        migrations.RemoveField(
            model_name="report",
            name="published_at",
        ),
        migrations.RemoveField(
            model_name="report",
            name="published_by",
        ),
        migrations.RemoveField(
            model_name="frozenround",
            name="round",
        ),
        migrations.DeleteModel(
            name="FrozenRound",
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "plan_half_year"), _negated=True),
                fields=("municipality", "kind", "year", "half"),
                name="one_report_of_kind_and_period",
                nulls_distinct=False,
                violation_error_message="Det finnes allerede en rapport for denne perioden.",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "plan_half_year"), ("round__isnull", False)),
                    models.Q(models.Q(("kind", "plan_half_year"), _negated=True), ("round", None)),
                    _connector="OR",
                ),
                name="report_of_a_plan_has_its_round",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("half", None), ("kind", "yearly_grants")),
                    models.Q(models.Q(("kind", "yearly_grants"), _negated=True), ("half__isnull", False)),
                    _connector="OR",
                ),
                name="report_has_half_unless_yearly",
            ),
        ),
    ]
