"""Figures may be taken anew while a version is a draft; a draft is thrown away as a whole; a text remembers all its writers."""

import django.contrib.postgres.fields
from django.db import migrations, models

from organisation.schema import APP_ROLE

# What a version was made with stands from the moment it has been sent.
FIGURES = f"""
GRANT UPDATE (figures, figures_sha256, sources) ON reporting_reportversion TO {APP_ROLE};
CREATE FUNCTION reporting_figures_stand() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'the figures of a version that has been sent stand'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'figures_of_a_sent_version_stand';
END $$;
CREATE TRIGGER figures BEFORE UPDATE OF figures, figures_sha256, sources ON reporting_reportversion
FOR EACH ROW WHEN (
    (OLD.state <> 'draft' OR NEW.state <> 'draft') AND
    (NEW.figures_sha256, NEW.figures, NEW.sources) IS DISTINCT FROM (OLD.figures_sha256, OLD.figures, OLD.sources)
) EXECUTE FUNCTION reporting_figures_stand();
"""
FIGURES_BACK = f"""
DROP TRIGGER figures ON reporting_reportversion;
DROP FUNCTION reporting_figures_stand();
REVOKE UPDATE (figures, figures_sha256, sources) ON reporting_reportversion FROM {APP_ROLE};
"""
# What stands beside a draft is append-only for the application. With the draft itself it goes, by the owner's hand; what the
# connection doesn't show (row-level security) is not found here either.
THROW_AWAY = f"""
REVOKE DELETE ON reporting_reportversion FROM {APP_ROLE};
CREATE FUNCTION reporting_throw_away(draft bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
    PERFORM FROM reporting_reportversion WHERE id = draft AND state = 'draft' AND number > 1 FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only the draft of a correction can be thrown away'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'only_a_draft_is_thrown_away';
    END IF;
    DELETE FROM reporting_reportstep WHERE report_version_id = draft;
    DELETE FROM reporting_reporttext WHERE report_version_id = draft;
    DELETE FROM reporting_textclearance WHERE report_version_id = draft;
    DELETE FROM reporting_reportcomment WHERE report_version_id = draft;
    DELETE FROM reporting_reportversion WHERE id = draft;
END $$;
REVOKE ALL ON FUNCTION reporting_throw_away(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reporting_throw_away(bigint) TO {APP_ROLE};
"""
THROW_AWAY_BACK = f"""
DROP FUNCTION reporting_throw_away(bigint);
GRANT DELETE ON reporting_reportversion TO {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0013_search")]
    operations = [
        migrations.AddField(
            model_name="reporttext",
            name="writers_before",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, editable=False, size=None
            ),
        ),
        migrations.AlterField(
            model_name="reportversion",
            name="changes",
            field=models.JSONField(
                help_text="What differs from the version that was out before (domain/corrections.py).", null=True
            ),
        ),
        migrations.RunSQL(FIGURES, FIGURES_BACK),
        migrations.RunSQL(THROW_AWAY, THROW_AWAY_BACK),
    ]
