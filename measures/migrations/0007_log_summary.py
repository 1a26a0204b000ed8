"""What each measure's log comes to, kept by the database (measures/models/log_summary.py), and an index of corrections."""

import django.db.models.deletion
from django.db import migrations, models

from organisation.schema import ReadOnly
from organisation.schema_municipality import OfMunicipality, Separated

CURRENT = "NOT e.withdrawn AND NOT EXISTS (SELECT FROM measures_logentry c WHERE c.corrects_id = e.id)"
# Each is one step into an index of the measure's entries.
LAST = f"""
    last_logged_on = (
        SELECT e.happened_on FROM measures_logentry e WHERE e.measure_id = kept.measure_id AND {CURRENT}
        ORDER BY e.happened_on DESC, e.id DESC LIMIT 1
    ),
    last_evaluated_on = (
        SELECT e.happened_on FROM measures_logentry e WHERE e.measure_id = kept.measure_id AND e.is_evaluation AND {CURRENT}
        ORDER BY e.happened_on DESC LIMIT 1
    )"""
# The first statement waits for whoever writes about the same measures; the second one sees what they have written.
KEEP = f"""
CREATE FUNCTION measures_keep_summary() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
    INSERT INTO measures_logsummary AS kept (measure_id, threads)
    SELECT a.measure_id, count(*) FILTER (WHERE a.corrects_id IS NULL) FROM added a GROUP BY 1 ORDER BY 1
    ON CONFLICT (measure_id) DO UPDATE SET threads = kept.threads + excluded.threads;

    UPDATE measures_logsummary kept SET {LAST}
    WHERE kept.measure_id IN (SELECT a.measure_id FROM added a);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION measures_keep_summary() FROM PUBLIC;
CREATE TRIGGER keep_summary AFTER INSERT ON measures_logentry REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION measures_keep_summary();
"""
KEEP_BACK = """
DROP TRIGGER keep_summary ON measures_logentry;
DROP FUNCTION measures_keep_summary();
"""
WHAT_IS_THERE = f"""
INSERT INTO measures_logsummary (measure_id, threads)
SELECT measure_id, count(*) FILTER (WHERE corrects_id IS NULL) FROM measures_logentry GROUP BY 1;
UPDATE measures_logsummary kept SET {LAST};
"""


class Migration(migrations.Migration):
    dependencies = [("measures", "0006_log_counts")]
    operations = [
        migrations.CreateModel(
            name="LogSummary",
            fields=[
                (
                    "measure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="log_summary",
                        serialize=False, to="measures.measure",
                    ),
                ),
                ("threads", models.IntegerField(default=0)),
                ("last_logged_on", models.DateField(null=True)),
                ("last_evaluated_on", models.DateField(null=True)),
            ],
        ),
        OfMunicipality("measures_logsummary", "measure_id", "measures_measure"),
        Separated("measures_logsummary"),
        ReadOnly("measures_logsummary"),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(
                fields=["corrects"], condition=models.Q(corrects__isnull=False), name="log_corrections"
            ),
        ),
        migrations.RunSQL(KEEP, KEEP_BACK),
        # New rows wait for the check of their keys, and a table isn't changed while they do: Django adds its own keys at the
        # end of the transaction. So they are checked at once.
        migrations.RunSQL(WHAT_IS_THERE, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
    ]  # fmt: skip
