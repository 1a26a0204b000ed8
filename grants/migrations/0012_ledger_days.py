"""What the ledger comes to day by day, kept by the database while it is written (grants/models/ledger_day.py)."""

import django.db.models.deletion
from django.db import migrations, models

from organisation.schema import ReadOnly
from organisation.schema_municipality import OfMunicipality, Separated

SUMS = "count(*), sum(l.amount), coalesce(sum(l.amount) FILTER (WHERE l.recurring_id IS NULL), 0)"
# Lines are only added: what is reversed has a line of its own, with its amount below nought.
KEEP = f"""
CREATE FUNCTION grants_keep_ledger_days() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
    INSERT INTO grants_ledgerday AS kept (sub_project_id, paid_on, lines, amount, once)
    SELECT l.sub_project_id, l.paid_on, {SUMS} FROM added l GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (sub_project_id, paid_on) DO UPDATE
    SET lines = kept.lines + excluded.lines, amount = kept.amount + excluded.amount, once = kept.once + excluded.once;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION grants_keep_ledger_days() FROM PUBLIC;
CREATE TRIGGER keep_days AFTER INSERT ON grants_ledgerentry REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION grants_keep_ledger_days();
"""
KEEP_BACK = """
DROP TRIGGER keep_days ON grants_ledgerentry;
DROP FUNCTION grants_keep_ledger_days();
"""
WHAT_IS_THERE = f"""
INSERT INTO grants_ledgerday (sub_project_id, paid_on, lines, amount, once)
SELECT l.sub_project_id, l.paid_on, {SUMS} FROM grants_ledgerentry l GROUP BY 1, 2;
"""


class Migration(migrations.Migration):
    dependencies = [("grants", "0011_published_figures_are_the_directorates")]
    operations = [
        migrations.CreateModel(
            name="LedgerDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("paid_on", models.DateField()),
                ("lines", models.IntegerField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18)),
                ("once", models.DecimalField(decimal_places=2, max_digits=18)),
                (
                    "sub_project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="ledger_days",
                        to="grants.subproject",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("sub_project", "paid_on"), name="ledger_day_unique")],
            },
        ),
        OfMunicipality("grants_ledgerday", "sub_project_id", "grants_subproject"),
        Separated("grants_ledgerday"),
        ReadOnly("grants_ledgerday"),
        migrations.RunSQL(KEEP, KEEP_BACK),
        # New rows wait for the check of their keys, and a table isn't changed while they do: Django adds its own keys at the
        # end of the transaction. So they are checked at once.
        migrations.RunSQL(WHAT_IS_THERE, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
    ]  # fmt: skip
