"""What must hold of reports and their versions whatever the code does."""

from django.db import migrations

from organisation.schema import AppendOnly, Audited, WriteOnce
from organisation.schema_municipality import (
    MunicipalityKey,
    OfMunicipality,
    ReadWhenPublished,
    SameMunicipality,
    Separated,
)

VERSION = "reporting_reportversion"
OF_VERSION = ("reportstep", "reporttext", "textclearance", "reportcomment")
# Everything but what the version was made with: its figures, where they come from, whose version it is.
WRITABLE = (
    "version", "state", "content", "content_sha256", "correction_reason", "changes", "document_id", "sent_at", "sent_by_id",
    "approved_at", "approved_by_id", "published_at", "published_by_id", "withdrawn_at", "withdrawn_by_id", "withdrawn_reason",
)  # fmt: skip
# From draft to published; what has been read by others is fixed, and what has gone out is final.
LIFE = """
CREATE FUNCTION reporting_version_life() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    steps CONSTANT text[] := ARRAY['draft>in_review', 'in_review>draft', 'in_review>approved', 'approved>draft',
                                   'approved>published', 'published>withdrawn'];
    withdrawing CONSTANT text[] := ARRAY['version', 'state', 'withdrawn_at', 'withdrawn_by_id', 'withdrawn_reason'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'only a draft can be thrown away'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'only_a_draft_is_thrown_away';
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.state <> OLD.state AND NOT OLD.state || '>' || NEW.state = ANY (steps) THEN
        RAISE EXCEPTION 'a version does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'version_goes_step_by_step';
    END IF;
    IF OLD.state IN ('published', 'withdrawn') AND to_jsonb(NEW) - withdrawing IS DISTINCT FROM to_jsonb(OLD) - withdrawing
       OR OLD.state = 'withdrawn' AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'what has gone out stands'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'published_version_stands';
    END IF;
    IF OLD.state IN ('in_review', 'approved') AND NEW.state <> 'draft' AND
       (NEW.content, NEW.content_sha256, NEW.document_id, NEW.changes, NEW.correction_reason) IS DISTINCT FROM
       (OLD.content, OLD.content_sha256, OLD.document_id, OLD.changes, OLD.correction_reason) THEN
        RAISE EXCEPTION 'what was sent for review is what is approved and published'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'reviewed_version_is_fixed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER life BEFORE UPDATE OR DELETE ON reporting_reportversion
FOR EACH ROW EXECUTE FUNCTION reporting_version_life();
"""
LIFE_BACK = """
DROP TRIGGER life ON reporting_reportversion;
DROP FUNCTION reporting_version_life();
"""
OUT = "EXISTS (SELECT FROM reporting_reportversion v WHERE v.state = 'published' AND "


class Migration(migrations.Migration):
    dependencies = [("reporting", "0009_move_reports"), ("organisation", "0016_national_document_jobs")]
    operations = [
        MunicipalityKey("reporting_report"),
        SameMunicipality("reporting_report", "round_id", "reporting_reportround"),
        OfMunicipality(VERSION, "report_id", "reporting_report"),
        MunicipalityKey(VERSION),
        SameMunicipality(VERSION, "document_id", "organisation_document"),
        *(OfMunicipality(f"reporting_{name}", "report_version_id", VERSION) for name in OF_VERSION),
        *(Separated(f"reporting_{name}") for name in ("reportversion", *OF_VERSION)),
        ReadWhenPublished(VERSION, "state = 'published'"),
        ReadWhenPublished("reporting_report", OUT + "v.report_id = reporting_report.id)"),
        # The round that such a report is about: the report's own policies are asked inside.
        ReadWhenPublished(
            "reporting_reportround",
            "EXISTS (SELECT FROM reporting_report r WHERE r.round_id = reporting_reportround.id)",
        ),
        ReadWhenPublished("organisation_document", OUT + "v.document_id = organisation_document.id)"),
        # The figures and the content have a hash, and are too large for the log.
        Audited(VERSION, without=("figures", "sources", "content", "changes")),
        Audited("reporting_reporttext"),
        Audited("reporting_reportcomment"),
        WriteOnce(VERSION, but=WRITABLE),
        migrations.RunSQL("GRANT DELETE ON reporting_reportversion TO povertyplan_app;", migrations.RunSQL.noop),
        AppendOnly("reporting_reportstep"),
        AppendOnly("reporting_textclearance"),
        migrations.RunSQL(LIFE, LIFE_BACK),
    ]
