"""A report that no round made, and that nobody but its writers has had, is thrown away with its first draft."""

from django.db import migrations

THROW_AWAY = """
CREATE OR REPLACE FUNCTION reporting_throw_away(draft bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    thrown reporting_reportversion;
BEGIN
    SELECT * INTO thrown FROM reporting_reportversion WHERE id = draft AND state = 'draft' FOR UPDATE;
    IF NOT FOUND OR thrown.number = 1 AND (
        EXISTS (SELECT FROM reporting_report r WHERE r.id = thrown.report_id AND r.round_id IS NOT NULL)
        OR EXISTS (SELECT FROM reporting_reportstep s WHERE s.report_version_id = draft AND s.after = 'in_review')
    ) THEN
        RAISE EXCEPTION 'only the draft of a correction, or a first one that was never sent, can be thrown away'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'only_a_draft_is_thrown_away';
    END IF;
    DELETE FROM reporting_reportstep WHERE report_version_id = draft;
    DELETE FROM reporting_reporttext WHERE report_version_id = draft;
    DELETE FROM reporting_textclearance WHERE report_version_id = draft;
    DELETE FROM reporting_reportcomment WHERE report_version_id = draft;
    DELETE FROM reporting_reportversion WHERE id = draft;
    IF thrown.number = 1 THEN
        DELETE FROM reporting_report WHERE id = thrown.report_id;
    END IF;
END $$;
"""
THROW_AWAY_BACK = """
CREATE OR REPLACE FUNCTION reporting_throw_away(draft bigint) RETURNS void
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
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0014_report_life")]
    operations = [migrations.RunSQL(THROW_AWAY, THROW_AWAY_BACK)]
