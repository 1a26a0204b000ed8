-- The functions behind a reader's list of cases and behind emergency access. All run as the tables' owner.

-- The cases whose teams the reader is in today: what she needs to choose which to open. Says nothing of the people.
CREATE FUNCTION povertyplan_my_cases()
RETURNS TABLE (family bigint, reference text, opened_on date, closed_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT f.id, f.public_id::text, f.opened_on, f.closed_on
    FROM families_family f
    WHERE povertyplan_basis(povertyplan_reader(), f.id, 'team') = 'team'
      AND f.id IN (SELECT family_id FROM families_teammember WHERE user_id = povertyplan_reader())
    ORDER BY f.id DESC
$$;

-- How often the reader was refused emergency access in the last hour: who guesses at references is stopped.
CREATE FUNCTION povertyplan_emergency_refusals() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*) FROM organisation_readentry
    WHERE reader_id = povertyplan_reader() AND page = 'emergency' AND basis = 'denied'
      AND at > clock_timestamp() - interval '1 hour'
$$;

-- Emergency access for the reader to the family with a case reference in one of her municipalities: 24 hours, with a
-- reason. Returns the row's primary key, or null, logged as refused. One that still runs is given back as it is.
-- Whoever has been refused too often in the last hour is refused whatever she asks for.
CREATE FUNCTION povertyplan_emergency(p_reference text, p_reason text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given bigint;
    the_family public.families_family%ROWTYPE;
    today date := (now() AT TIME ZONE 'Europe/Oslo')::date;
    opened timestamptz := clock_timestamp();
BEGIN
    SELECT f.* INTO the_family FROM families_family f
     WHERE f.public_id = p_reference AND f.closed_on IS NULL AND EXISTS (
        SELECT FROM organisation_membership m
        JOIN organisation_unit u ON u.id = m.unit_id
        JOIN organisation_user w ON w.id = m.user_id
        WHERE m.user_id = povertyplan_reader() AND w.is_active AND u.municipality_id = f.municipality_id
          AND m.role IN ('caseworker', 'unit_leader')
          AND m.valid_from <= today AND (m.valid_to IS NULL OR m.valid_to >= today));
    IF the_family.id IS NULL OR p_reason = '' OR povertyplan_emergency_refusals() >= 10 THEN
        INSERT INTO organisation_readentry (at, transaction, reader_id, family, page, basis)
        SELECT clock_timestamp(), pg_current_xact_id()::text::bigint, povertyplan_reader(),
               (SELECT id FROM families_family WHERE public_id = p_reference), 'emergency', 'denied';
        RETURN NULL;
    END IF;
    SELECT id INTO given FROM families_emergencyaccess
     WHERE user_id = povertyplan_reader() AND family_id = the_family.id AND ended_at IS NULL
       AND expires_at > clock_timestamp();
    IF given IS NULL THEN
        INSERT INTO families_emergencyaccess
            (public_id, family_id, municipality_id, user_id, unit_id, reason, opened_at, expires_at)
        VALUES (povertyplan_new_public_id(), the_family.id, the_family.municipality_id, povertyplan_reader(),
                the_family.unit_id, p_reason, opened, opened + interval '24 hours')
        RETURNING id INTO given;
    END IF;
    RETURN given;
END $$;

-- Whether the reader leads a unit, or one above it, today.
CREATE FUNCTION povertyplan_leads(p_unit bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM organisation_membership m
        JOIN organisation_unit led ON led.id = m.unit_id
        JOIN organisation_unit below ON below.id = p_unit AND starts_with(below.path, led.path)
        WHERE m.user_id = povertyplan_reader() AND m.role = 'unit_leader'
          AND m.valid_from <= (now() AT TIME ZONE 'Europe/Oslo')::date
          AND (m.valid_to IS NULL OR m.valid_to >= (now() AT TIME ZONE 'Europe/Oslo')::date))
$$;

-- What was read under emergency accesses that the reader leads: the case reference, and each page with how often.
-- The leader sees neither rows nor people; that she saw the reference is a line of the read log, which opens nothing.
CREATE FUNCTION povertyplan_emergency_reads(p_accesses bigint[])
RETURNS TABLE (access bigint, reference text, page text, reads bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO organisation_readentry (at, transaction, reader_id, family, page, basis)
    SELECT clock_timestamp(), pg_current_xact_id()::text::bigint, povertyplan_reader(), led.family_id,
           'family-emergency-list', 'control'
    FROM (SELECT DISTINCT e.family_id FROM families_emergencyaccess e
          WHERE e.id = ANY (p_accesses) AND povertyplan_leads(e.unit_id)) led
    ORDER BY led.family_id;
    RETURN QUERY
    SELECT e.id, f.public_id::text, r.page::text, count(r.id)
    FROM families_emergencyaccess e
    JOIN families_family f ON f.id = e.family_id
    LEFT JOIN organisation_readentry r ON r.family = e.family_id AND r.reader_id = e.user_id AND r.basis = 'emergency'
         AND r.at BETWEEN e.opened_at AND coalesce(e.ended_at, e.expires_at)
    WHERE e.id = ANY (p_accesses) AND povertyplan_leads(e.unit_id)
    GROUP BY e.id, f.public_id, r.page
    ORDER BY e.id, count(r.id) DESC, r.page;
END $$;
