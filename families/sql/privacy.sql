-- Retention and innsyn (families/domain/retention.py, insight.py). All run as the tables' owner, and say nothing of people.

-- The families whose cases were closed so long ago that what is kept for a purpose must go, and that has not happened.
-- One whose purposes are all out is here until it is anonymised, whatever has been erased before.
CREATE FUNCTION povertyplan_expired() RETURNS TABLE (family bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT f.id FROM families_family f JOIN families_retentionrule r USING (municipality_id)
    WHERE f.anonymised_on IS NULL
      AND r.in_force_from <= (now() AT TIME ZONE 'Europe/Oslo')::date
      AND povertyplan_is_out(f.closed_on, f.closed_at, r.months, (now() AT TIME ZONE 'Europe/Oslo')::date)
    GROUP BY f.id
    HAVING bool_or(r.purpose <> ALL (f.erased))
        OR array_agg(r.purpose::text) @> ARRAY['follow_up', 'consent', 'support', 'voice']
    ORDER BY f.id
$$;

-- How many families of a municipality a period would erase for a purpose on the day it comes into force, 30 days from
-- now: so many fives, and not one more. Whoever tries one period after another learns no single family.
CREATE FUNCTION povertyplan_would_expire(p_municipality bigint, p_purpose text, p_months integer) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (count(*) / 5 * 5)::integer FROM families_family f
    WHERE f.municipality_id = p_municipality AND f.anonymised_on IS NULL AND p_purpose <> ALL (f.erased)
      AND povertyplan_is_out(f.closed_on, f.closed_at, p_months, (now() AT TIME ZONE 'Europe/Oslo')::date + 30)
$$;

-- Whose request for innsyn a document is made for, as primary keys: what its worker needs to open the family as the one
-- who asked for it. The document's own rows say neither.
CREATE FUNCTION povertyplan_insight_of(p_document bigint)
RETURNS TABLE (request bigint, family bigint, asked_by bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT id, family_id, written_by_id FROM families_insightrequest
    WHERE document_id = p_document AND removed_at IS NULL
$$;

-- When a case was closed is the database's to say: an old last day makes nothing older than it is. Of an anonymous family
-- it is the half-year that is left of that day.
CREATE FUNCTION povertyplan_closed_at() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.closed_at := CASE
        WHEN NEW.closed_on IS NULL THEN NULL
        WHEN NEW.anonymised_on IS NOT NULL THEN NEW.closed_on::timestamp AT TIME ZONE 'Europe/Oslo'
        WHEN TG_OP = 'UPDATE' AND OLD.closed_on IS NOT NULL AND OLD.anonymised_on IS NULL THEN OLD.closed_at
        ELSE now()
    END;
    RETURN NEW;
END $$;
CREATE TRIGGER closed_at BEFORE INSERT OR UPDATE ON families_family
FOR EACH ROW EXECUTE FUNCTION povertyplan_closed_at();

-- A period that is new or shorter holds from the 30th day on; one that is longer from when it did before.
CREATE FUNCTION povertyplan_in_force_from() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.in_force_from := (now() AT TIME ZONE 'Europe/Oslo')::date + 30;
    IF TG_OP = 'UPDATE' AND NEW.months >= OLD.months
        AND (NEW.municipality_id, NEW.purpose) = (OLD.municipality_id, OLD.purpose) THEN
        NEW.in_force_from := OLD.in_force_from;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER in_force_from BEFORE INSERT OR UPDATE ON families_retentionrule
FOR EACH ROW EXECUTE FUNCTION povertyplan_in_force_from();
