"""What the ORM can't say about the ledger: it is never overdrawn, and nothing is paid unless the sub-project runs."""

from django.db import migrations

GUARD = """
CREATE FUNCTION grants_guard_ledger() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
    owner grants_subproject%ROWTYPE;
    paid numeric;
    released numeric;
    newest date;
    original grants_ledgerentry%ROWTYPE;
BEGIN
    -- Everything that writes on one sub-project's ledger comes one after the other.
    SELECT * INTO owner FROM grants_subproject WHERE id = NEW.sub_project_id FOR NO KEY UPDATE;
    -- A line of a later day would release what is not released yet, for itself and for those after it.
    IF NEW.paid_on > (NEW.written_at AT TIME ZONE 'Europe/Oslo')::date THEN
        RAISE EXCEPTION 'nothing is written ahead of its day'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_not_ahead';
    END IF;
    IF NEW.reverses_id IS NOT NULL THEN
        SELECT * INTO original FROM grants_ledgerentry WHERE id = NEW.reverses_id;
        IF original.sub_project_id <> NEW.sub_project_id OR original.amount <> -NEW.amount THEN
            RAISE EXCEPTION 'a reversal takes back the whole of one payment'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_reverses_its_payment';
        END IF;
        RETURN NEW;
    END IF;
    IF owner.state NOT IN ('running', 'with_conditions') THEN
        RAISE EXCEPTION 'nothing is paid unless the sub-project runs'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_not_unless_running';
    END IF;
    SELECT coalesce(sum(amount), 0), greatest(max(paid_on), NEW.paid_on) INTO paid, newest
      FROM grants_ledgerentry WHERE sub_project_id = NEW.sub_project_id;
    SELECT coalesce(sum(i.amount), 0) INTO released
      FROM grants_instalment i JOIN grants_awardletter l ON l.id = i.letter_id
     WHERE l.sub_project_id = NEW.sub_project_id AND l.state = 'in_force'
       AND make_date(i.year, CASE i.half WHEN 1 THEN 1 ELSE 7 END, 1) <= newest;
    IF paid + NEW.amount > released THEN
        RAISE EXCEPTION 'more than what is awarded'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_never_over_award';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard BEFORE INSERT ON grants_ledgerentry FOR EACH ROW EXECUTE FUNCTION grants_guard_ledger();
"""


class Migration(migrations.Migration):
    dependencies = [("grants", "0001_initial")]
    operations = [
        migrations.RunSQL(GUARD, "DROP TRIGGER guard ON grants_ledgerentry; DROP FUNCTION grants_guard_ledger();"),
    ]
