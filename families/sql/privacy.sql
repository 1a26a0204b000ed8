-- Retention and innsyn (families/domain/retention.py, insight.py). All run as the tables' owner, and say nothing of people.

-- The families whose cases were closed so long ago that what is kept for a purpose must go, and that has not happened.
-- One whose purposes are all out is here until it is anonymised, whatever has been erased before.
CREATE OR REPLACE FUNCTION povertyplan_expired() RETURNS TABLE (family bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT f.id FROM families_family f JOIN families_retentionrule r USING (municipality_id)
    WHERE f.anonymised_on IS NULL
      AND f.closed_on + make_interval(months => r.months) <= (now() AT TIME ZONE 'Europe/Oslo')::date
    GROUP BY f.id
    HAVING bool_or(r.purpose <> ALL (f.erased))
        OR array_agg(r.purpose::text) @> ARRAY['follow_up', 'consent', 'support', 'voice']
    ORDER BY f.id
$$;

-- How many families of a municipality a period would erase for a purpose today: so many fives, and not one more. Whoever
-- tries one period after another learns no single family.
CREATE FUNCTION povertyplan_would_expire(p_municipality bigint, p_purpose text, p_months integer) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (count(*) / 5 * 5)::integer FROM families_family f
    WHERE f.municipality_id = p_municipality AND f.anonymised_on IS NULL AND p_purpose <> ALL (f.erased)
      AND f.closed_on + make_interval(months => p_months) <= (now() AT TIME ZONE 'Europe/Oslo')::date
$$;

-- Whose request for innsyn a document is made for, as primary keys: what its worker needs to open the family as the one
-- who asked for it. The document's own rows say neither.
CREATE FUNCTION povertyplan_insight_of(p_document bigint)
RETURNS TABLE (request bigint, family bigint, asked_by bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT id, family_id, written_by_id FROM families_insightrequest
    WHERE document_id = p_document AND removed_at IS NULL
$$;
