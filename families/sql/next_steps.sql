-- The open next steps that a user's own services have agreed with the families of her teams, what is due first on top,
-- then what has no day: primary keys, and how many there are in all. What the steps are, and of whom, is read in the
-- vault, and logged there.
CREATE FUNCTION povertyplan_next_steps(p_user bigint, p_most integer)
RETURNS TABLE (contact bigint, family bigint, total bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.id, c.family_id, count(*) OVER ()
    FROM families_contact c JOIN families_family f ON f.id = c.family_id
    WHERE c.next_step <> '' AND c.done_on IS NULL AND c.removed_at IS NULL AND f.closed_on IS NULL AND EXISTS (
        SELECT FROM families_teammember t
        WHERE t.user_id = p_user AND t.family_id = c.family_id AND t.unit_id = c.unit_id
          AND povertyplan_works_in(p_user, t.unit_id)
          AND t.from_day <= (now() AT TIME ZONE 'Europe/Oslo')::date
          AND (t.to_day IS NULL OR t.to_day >= (now() AT TIME ZONE 'Europe/Oslo')::date))
    ORDER BY c.next_on NULLS LAST, c.happened_on, c.id
    LIMIT p_most
$$;
