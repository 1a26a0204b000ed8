"""Grants and yearly reports: audited, kept apart by municipality, read by the directorate once sent, final once accepted."""

from django.db import migrations

from organisation.schema import AppendOnly, Audited
from organisation.schema_municipality import (
    MunicipalityKey,
    National,
    OfMunicipality,
    ReadWhenPublished,
    SameMunicipality,
    Separated,
    WriteWhenPublished,
)

AUDITED = (
    "grantscheme", "reportingunit", "grant", "fundedmeasure", "funding", "yearlyreport", "measurereport",
    "publishedfigure", "tableedition",
)  # fmt: skip
APPEND_ONLY = ("reportstep", "reportremark")
# Which row says whose a row is. Above a row stands what it is taken from.
OF = (
    ("grant", "reporting_unit_id", "reportingunit"),
    ("fundedmeasure", "reporting_unit_id", "reportingunit"),
    ("funding", "grant_id", "grant"),
    ("yearlyreport", "grant_id", "grant"),
    ("measurereport", "report_id", "yearlyreport"),
    ("reportstep", "report_id", "yearlyreport"),
    ("reportremark", "step_id", "reportstep"),
)
SAME = (
    ("reportingunit", "unit_id", "organisation_unit"),
    ("grant", "responsible_unit_id", "organisation_unit"),
    ("fundedmeasure", "measure_id", "measures_measure"),
    ("fundedmeasure", "sub_project_id", "grants_subproject"),
    ("fundedmeasure", "children_target_id", "measures_target"),
    ("funding", "funded_measure_id", "grants_fundedmeasure"),
    ("measurereport", "funded_measure_id", "grants_fundedmeasure"),
    ("reportremark", "measure_report_id", "grants_measurereport"),
)
SEPARATED = (
    "reportingunit", "grant", "fundedmeasure", "funding", "yearlyreport", "measurereport", "reportstep", "reportremark",
)  # fmt: skip
# A composite key can't say it, for a national scheme has no municipality.
OWN_SCHEME = """
CREATE FUNCTION grants_own_scheme() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM public.grants_grantscheme s WHERE s.id = NEW.scheme_id
        AND (s.municipality_id IS NULL OR s.municipality_id = NEW.municipality_id)
    ) THEN
        RAISE EXCEPTION 'the scheme is another municipality''s'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'scheme_is_own_or_national';
    END IF;
    RETURN NEW;
END $$;
-- After "municipality", which fills in whose the row is: triggers fire in the order of their names.
CREATE TRIGGER own_scheme BEFORE INSERT OR UPDATE OF scheme_id ON grants_grant
FOR EACH ROW EXECUTE FUNCTION grants_own_scheme();
CREATE TRIGGER own_scheme BEFORE INSERT OR UPDATE OF scheme_id ON grants_fundedmeasure
FOR EACH ROW EXECUTE FUNCTION grants_own_scheme();
"""
OWN_SCHEME_BACK = """
DROP TRIGGER own_scheme ON grants_grant;
DROP TRIGGER own_scheme ON grants_fundedmeasure;
DROP FUNCTION grants_own_scheme();
"""
# A report that was accepted stands, whoever writes.
FINAL = """
CREATE FUNCTION grants_report_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state text;
BEGIN
    IF TG_TABLE_NAME = 'grants_yearlyreport' THEN
        state := OLD.state;
    ELSE
        SELECT r.state INTO state FROM public.grants_yearlyreport r
        WHERE r.id = CASE TG_OP WHEN 'INSERT' THEN NEW.report_id ELSE OLD.report_id END;
    END IF;
    IF state = 'accepted' THEN
        RAISE EXCEPTION 'an accepted report is final'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'accepted_report_is_final';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON grants_yearlyreport
FOR EACH ROW EXECUTE FUNCTION grants_report_is_final();
CREATE TRIGGER final BEFORE INSERT OR UPDATE OR DELETE ON grants_measurereport
FOR EACH ROW EXECUTE FUNCTION grants_report_is_final();
"""
FINAL_BACK = """
DROP TRIGGER final ON grants_yearlyreport;
DROP TRIGGER final ON grants_measurereport;
DROP FUNCTION grants_report_is_final();
"""
REPORTED_HERE = "scheme_id IN (SELECT s.id FROM grants_grantscheme s WHERE s.reported_here)"
# Each asks the policies of the table inside, so that what is no analyst's there is none of hers here.
SENT = "SELECT r.id FROM grants_yearlyreport r WHERE r.state <> 'draft'"
COUNTED = "SELECT r.id FROM grants_yearlyreport r WHERE r.state IN ('submitted', 'accepted')"
STEPS = "SELECT t.id FROM grants_reportstep t"


def of_municipality():
    for name, column, parent in OF:
        yield OfMunicipality(f"grants_{name}", column, f"grants_{parent}")
        if name not in ("funding", "reportremark"):
            yield MunicipalityKey(f"grants_{name}")


class Migration(migrations.Migration):
    dependencies = [("grants", "0006_grants_received"), ("organisation", "0015_national_documents")]
    operations = [
        *(Audited(f"grants_{name}") for name in AUDITED),
        # The file's lines are thrown away when they are stored; what they became is audited.
        Audited("grants_grantimport", without=("columns", "rows")),
        *(AppendOnly(f"grants_{name}") for name in APPEND_ONLY),
        MunicipalityKey("grants_reportingunit"),
        *of_municipality(),
        *(SameMunicipality(f"grants_{name}", column, other) for name, column, other in SAME),
        migrations.RunSQL(OWN_SCHEME, OWN_SCHEME_BACK),
        migrations.RunSQL(FINAL, FINAL_BACK),
        *(Separated(f"grants_{name}") for name in (*SEPARATED, "grantscheme")),
        National("grants_grantscheme", read_by_all=True),
        ReadWhenPublished("grants_reportingunit", "true"),
        ReadWhenPublished("grants_grant", f"awarded_nok IS NOT NULL AND {REPORTED_HERE}"),
        ReadWhenPublished("grants_yearlyreport", "state <> 'draft' AND grant_id IN (SELECT g.id FROM grants_grant g)"),
        ReadWhenPublished("grants_measurereport", f"report_id IN ({COUNTED})"),
        ReadWhenPublished("grants_reportstep", f"report_id IN ({SENT})"),
        ReadWhenPublished("grants_reportremark", f"step_id IN ({STEPS})"),
        WriteWhenPublished("grants_yearlyreport", "UPDATE", "state IN ('returned', 'accepted')"),
        WriteWhenPublished("grants_reportstep", "INSERT", f"report_id IN ({SENT})"),
        WriteWhenPublished("grants_reportremark", "INSERT", f"step_id IN ({STEPS})"),
    ]
