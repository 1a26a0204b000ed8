-- How many open cases a user is in the team of today, for her first page. Which they are is not said, and none is opened.
CREATE FUNCTION povertyplan_my_open_cases(p_user bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*) FROM families_family f
    WHERE f.closed_on IS NULL AND povertyplan_basis(p_user, f.id, 'team') = 'team'
      AND f.id IN (SELECT family_id FROM families_teammember WHERE user_id = p_user)
$$;
