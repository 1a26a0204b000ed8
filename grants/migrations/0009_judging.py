"""What judging a yearly report is, in the database: the directorate's, of what waits for it, and it changes no answers."""

from django.db import migrations

from organisation.schema_municipality import WriteWhenPublished

JUDGED = "state IN ('returned', 'accepted')"
OF_ANY_STATE = WriteWhenPublished("grants_yearlyreport", "UPDATE", JUDGED)
# The policy of the municipality itself lets it write all of its rows: a trigger says what isn't its to say.
JUDGING = """
CREATE FUNCTION grants_report_is_judged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    its_own CONSTANT text[] := ARRAY['state', 'version', 'accepted_at', 'accepted_by_id'];
BEGIN
    -- INSERT ... ON CONFLICT DO UPDATE of a row that stands so already is an update, which the other trigger looks at.
    IF TG_OP = 'INSERT' AND EXISTS (
        SELECT FROM public.grants_yearlyreport r WHERE r.id = NEW.id AND r.state = NEW.state
    ) THEN
        RETURN NEW;
    END IF;
    IF NOT (public.povertyplan_reads_published()
            OR coalesce(current_setting('povertyplan.municipalities', true) = 'all', false)) THEN
        RAISE EXCEPTION 'only the directorate judges a report'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'report_is_judged_by_the_directorate';
    END IF;
    IF OLD.state = 'submitted' AND to_jsonb(NEW) - its_own IS DISTINCT FROM to_jsonb(OLD) - its_own THEN
        RAISE EXCEPTION 'who judges a report changes none of its answers'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'judgement_changes_no_answers';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER judged_from_the_first BEFORE INSERT ON grants_yearlyreport
FOR EACH ROW WHEN (NEW.state IN ('returned', 'accepted')) EXECUTE FUNCTION grants_report_is_judged();
CREATE TRIGGER judged BEFORE UPDATE ON grants_yearlyreport
FOR EACH ROW WHEN (NEW.state IN ('returned', 'accepted') AND OLD.state IS DISTINCT FROM NEW.state)
EXECUTE FUNCTION grants_report_is_judged();
"""
JUDGING_BACK = """
DROP TRIGGER judged ON grants_yearlyreport;
DROP TRIGGER judged_from_the_first ON grants_yearlyreport;
DROP FUNCTION grants_report_is_judged();
"""


def final(reports):
    """The function of 0007 whose triggers see to it that an accepted report stands, with the reports that are asked of."""
    return f"""
    CREATE OR REPLACE FUNCTION grants_report_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        is_final boolean;
    BEGIN
        IF TG_TABLE_NAME = 'grants_yearlyreport' THEN
            is_final := OLD.state = 'accepted';
        ELSE
            is_final := EXISTS (
                SELECT FROM public.grants_yearlyreport r WHERE r.state = 'accepted' AND r.id IN ({reports})
            );
        END IF;
        IF is_final THEN
            RAISE EXCEPTION 'an accepted report is final'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'accepted_report_is_final';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END $$;
    """


# A form is of the report it leaves and of the one it comes to.
FINAL = final("OLD.report_id, NEW.report_id")
FINAL_BACK = final("CASE TG_OP WHEN 'INSERT' THEN NEW.report_id ELSE OLD.report_id END")


class Migration(migrations.Migration):
    dependencies = [("grants", "0008_directorate_writes")]
    operations = [
        migrations.RunSQL(OF_ANY_STATE.reverse_sql, OF_ANY_STATE.sql),
        WriteWhenPublished("grants_yearlyreport", "UPDATE", JUDGED, "state = 'submitted'"),
        migrations.RunSQL(JUDGING, JUDGING_BACK),
        migrations.RunSQL(FINAL, FINAL_BACK),
    ]
