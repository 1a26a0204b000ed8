"""Counts of the log by month, kept by the database while the log is written (measures/models/log_counts.py)."""

import django.db.models.deletion
from django.db import migrations, models

from organisation.schema import ReadOnly
from organisation.schema_municipality import OfMunicipality, Separated

MONTH = "date_trunc('month', {}.happened_on::timestamp)::date"
CURRENT = "NOT e.withdrawn AND NOT EXISTS (SELECT FROM measures_logentry c WHERE c.corrects_id = e.id)"
IN_MONTH = f"""e.measure_id = kept.measure_id AND e.happened_on >= kept.month
        AND e.happened_on < (kept.month + interval '1 month')::date AND {CURRENT}
        ORDER BY e.happened_on DESC LIMIT 1"""
# Each is one step into an index of the measure's entries. The statement before has waited for whoever writes about the same
# month, so this one sees what they have written.
LAST = f"""
    last_logged_on = (SELECT e.happened_on FROM measures_logentry e WHERE {IN_MONTH}),
    last_evaluated_on = (SELECT e.happened_on FROM measures_logentry e WHERE e.is_evaluation AND {IN_MONTH})"""
# An entry counts until another version takes its place; a version that withdraws counts nowhere.
COUNT = f"""
CREATE FUNCTION measures_count_entries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
    INSERT INTO measures_logmonth AS kept (measure_id, month, entries)
    SELECT c.measure_id, c.month, sum(c.n) FROM (
        SELECT a.measure_id, {MONTH.format("a")} AS month, 1 AS n FROM added a WHERE NOT a.withdrawn
        UNION ALL
        SELECT o.measure_id, {MONTH.format("o")}, -1
        FROM added a JOIN measures_logentry o ON o.id = a.corrects_id WHERE NOT o.withdrawn
    ) c GROUP BY c.measure_id, c.month ORDER BY c.measure_id, c.month
    ON CONFLICT (measure_id, month) DO UPDATE SET entries = kept.entries + excluded.entries;

    UPDATE measures_logmonth kept SET {LAST}
    WHERE (kept.measure_id, kept.month) IN (
        SELECT a.measure_id, {MONTH.format("a")} FROM added a
        UNION
        SELECT o.measure_id, {MONTH.format("o")} FROM added a JOIN measures_logentry o ON o.id = a.corrects_id
    );

    INSERT INTO measures_targetmonth AS kept (target_id, month, entries, total)
    SELECT f.target_id, {MONTH.format("o")}, -count(*), -sum(f.value)
    FROM added a
    JOIN measures_logentry o ON o.id = a.corrects_id AND NOT o.withdrawn
    JOIN measures_logfigure f ON f.entry_id = o.id
    GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (target_id, month)
    DO UPDATE SET entries = kept.entries + excluded.entries, total = kept.total + excluded.total;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION measures_count_entries() FROM PUBLIC;
CREATE TRIGGER count_entries AFTER INSERT ON measures_logentry REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION measures_count_entries();

CREATE FUNCTION measures_count_figures() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
    INSERT INTO measures_targetmonth AS kept (target_id, month, entries, total)
    SELECT a.target_id, {MONTH.format("e")}, count(*), sum(a.value)
    FROM added a JOIN measures_logentry e ON e.id = a.entry_id
    WHERE NOT e.withdrawn AND NOT EXISTS (SELECT FROM measures_logentry c WHERE c.corrects_id = e.id)
    GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (target_id, month)
    DO UPDATE SET entries = kept.entries + excluded.entries, total = kept.total + excluded.total;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION measures_count_figures() FROM PUBLIC;
CREATE TRIGGER count_figures AFTER INSERT ON measures_logfigure REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION measures_count_figures();
"""
COUNT_BACK = """
DROP TRIGGER count_figures ON measures_logfigure;
DROP FUNCTION measures_count_figures();
DROP TRIGGER count_entries ON measures_logentry;
DROP FUNCTION measures_count_entries();
"""
WHAT_IS_THERE = f"""
INSERT INTO measures_logmonth (measure_id, month, entries, last_logged_on, last_evaluated_on)
SELECT e.measure_id, {MONTH.format("e")}, count(*), max(e.happened_on), max(e.happened_on) FILTER (WHERE e.is_evaluation)
FROM measures_logentry e WHERE {CURRENT} GROUP BY 1, 2;
INSERT INTO measures_targetmonth (target_id, month, entries, total)
SELECT f.target_id, {MONTH.format("e")}, count(*), sum(f.value)
FROM measures_logfigure f JOIN measures_logentry e ON e.id = f.entry_id WHERE {CURRENT} GROUP BY 1, 2;
"""


class Migration(migrations.Migration):
    dependencies = [("measures", "0005_counts_people"), ("organisation", "0018_one_mail_a_day")]
    operations = [
        migrations.CreateModel(
            name="LogMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("entries", models.IntegerField()),
                ("last_logged_on", models.DateField(null=True)),
                ("last_evaluated_on", models.DateField(null=True)),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="log_months", to="measures.measure"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("measure", "month"), name="log_month_unique")],
            },
        ),
        migrations.CreateModel(
            name="TargetMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("entries", models.IntegerField()),
                ("total", models.DecimalField(decimal_places=2, max_digits=18)),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="months", to="measures.target"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("target", "month"), name="target_month_unique")],
            },
        ),
        OfMunicipality("measures_logmonth", "measure_id", "measures_measure"),
        OfMunicipality("measures_targetmonth", "target_id", "measures_target"),
        Separated("measures_logmonth"),
        Separated("measures_targetmonth"),
        ReadOnly("measures_logmonth"),
        ReadOnly("measures_targetmonth"),
        migrations.RunSQL(COUNT, COUNT_BACK),
        # New rows wait for the check of their keys, and a table isn't changed while they do: Django adds its own keys at the
        # end of the transaction. So they are checked at once.
        migrations.RunSQL(WHAT_IS_THERE, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
    ]
