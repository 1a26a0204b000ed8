-- The functions behind row-level security of the vault (families/schema.py). All run as the tables' owner.

-- Whether what is kept so many months after a case was closed is out on a day. It counts from when the case really was
-- closed, whatever day was written for it, and is never less than 30 days.
CREATE OR REPLACE FUNCTION povertyplan_is_out(p_closed_on date, p_closed_at timestamptz, p_months integer, p_day date)
RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT p_closed_on IS NOT NULL AND p_closed_at IS NOT NULL
        AND greatest(p_closed_on, (p_closed_at AT TIME ZONE 'Europe/Oslo')::date) + make_interval(months => p_months) <= p_day
        AND (p_closed_at AT TIME ZONE 'Europe/Oslo')::date + 30 <= p_day
$$;
REVOKE ALL ON FUNCTION povertyplan_is_out(date, timestamptz, integer, date) FROM PUBLIC;

-- A random id for addresses, as organisation/models/base.py makes them.
CREATE FUNCTION povertyplan_new_public_id() RETURNS text
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    -- gen_random_uuid is the one strong source of chance that is always there; two bytes of its hash for each of ten letters.
    SELECT string_agg(substr('23456789bcdfghjkmnpqrstvwxz', 1 + (get_byte(bytes, 2 * n) * 256 + get_byte(bytes, 2 * n + 1)) % 27, 1), '')
    FROM (SELECT sha256((gen_random_uuid()::text || gen_random_uuid()::text)::bytea) AS bytes) b, generate_series(0, 9) n
$$;

-- Whoever reads in this transaction: a user's primary key, or nothing.
CREATE FUNCTION povertyplan_reader() RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT nullif(current_setting('povertyplan.reader', true), '')::bigint
$$;

-- Whether somebody may log in, and has a role today, with which one can be in a family's team, in a unit or one above it.
-- So whoever leaves a service leaves the teams she was in for it.
CREATE FUNCTION povertyplan_works_in(p_reader bigint, p_unit bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM organisation_membership m
        JOIN organisation_unit at_work ON at_work.id = m.unit_id
        JOIN organisation_unit u ON u.id = p_unit AND starts_with(u.path, at_work.path)
        JOIN organisation_user w ON w.id = m.user_id AND w.is_active
        WHERE m.user_id = p_reader AND m.role IN ('caseworker', 'unit_leader', 'partner')
          AND m.valid_from <= (now() AT TIME ZONE 'Europe/Oslo')::date
          AND (m.valid_to IS NULL OR m.valid_to >= (now() AT TIME ZONE 'Europe/Oslo')::date))
$$;

-- The same for any unit of a municipality: who may use an emergency access there.
CREATE FUNCTION povertyplan_works_for(p_reader bigint, p_municipality bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM organisation_membership m
        WHERE m.user_id = p_reader AND povertyplan_works_in(p_reader, m.unit_id)
          AND m.unit_id IN (SELECT id FROM organisation_unit WHERE municipality_id = p_municipality))
$$;

-- On what basis the reader may open a family now, or null. Nothing is logged.
CREATE FUNCTION povertyplan_basis(p_reader bigint, p_family bigint, p_wanted text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE
        WHEN p_wanted = 'retention' THEN (
            -- The system alone, and only where some period has run out since the case was closed.
            SELECT 'retention' FROM families_family f JOIN families_retentionrule r USING (municipality_id)
            WHERE p_reader IS NULL AND f.id = p_family AND f.anonymised_on IS NULL
              AND r.in_force_from <= (now() AT TIME ZONE 'Europe/Oslo')::date
              AND povertyplan_is_out(f.closed_on, f.closed_at, r.months, (now() AT TIME ZONE 'Europe/Oslo')::date)
            LIMIT 1)
        WHEN EXISTS (
            SELECT FROM families_teammember t
            WHERE t.user_id = p_reader AND t.family_id = p_family
              AND t.from_day <= (now() AT TIME ZONE 'Europe/Oslo')::date
              AND (t.to_day IS NULL OR t.to_day >= (now() AT TIME ZONE 'Europe/Oslo')::date)
              AND povertyplan_works_in(p_reader, t.unit_id)
        ) THEN CASE WHEN p_wanted = 'insight' THEN 'insight' ELSE 'team' END
        WHEN EXISTS (
            SELECT FROM families_emergencyaccess e
            WHERE e.user_id = p_reader AND e.family_id = p_family
              AND e.ended_at IS NULL AND e.expires_at > clock_timestamp()
              AND povertyplan_works_for(p_reader, e.municipality_id)
        ) THEN 'emergency'
    END
$$;

-- Open families by their primary keys: one line of the read log for each, granted or refused. Returns those granted.
CREATE FUNCTION povertyplan_open_ids(p_families bigint[], p_page text, p_wanted text) RETURNS bigint[]
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH asked AS MATERIALIZED (
        SELECT f.id, povertyplan_basis(povertyplan_reader(), f.id, p_wanted) AS basis
        FROM (SELECT DISTINCT unnest(p_families) AS id) f
    ), logged AS (
        INSERT INTO organisation_readentry (at, transaction, reader_id, family, page, basis)
        SELECT clock_timestamp(), pg_current_xact_id()::text::bigint, povertyplan_reader(), id, p_page,
               coalesce(basis, 'denied')
        FROM asked ORDER BY id
    )
    SELECT coalesce(array_agg(id ORDER BY id) FILTER (WHERE basis IS NOT NULL), '{}') FROM asked
$$;

-- Open families by their case references. A reference that leads nowhere is logged too, without a family.
CREATE FUNCTION povertyplan_open(p_references text[], p_page text, p_wanted text) RETURNS bigint[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found bigint[] := ARRAY(SELECT id FROM families_family WHERE public_id = ANY (p_references));
BEGIN
    IF cardinality(found) < (SELECT count(DISTINCT r) FROM unnest(p_references) r) THEN
        INSERT INTO organisation_readentry (at, transaction, reader_id, family, page, basis)
        VALUES (clock_timestamp(), pg_current_xact_id()::text::bigint, povertyplan_reader(), NULL, p_page, 'denied');
    END IF;
    RETURN povertyplan_open_ids(found, p_page, p_wanted);
END $$;

-- What the reader has opened in this transaction and may still see: asked by the policies of every table.
-- `at` as well, since a restored database counts its transactions anew.
CREATE FUNCTION povertyplan_opened() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(family), '{}') FROM (
        SELECT DISTINCT family, basis FROM organisation_readentry
        WHERE transaction = pg_current_xact_id_if_assigned()::text::bigint AND at >= now() AND basis <> 'denied'
          AND reader_id IS NOT DISTINCT FROM povertyplan_reader()
    ) e
    WHERE povertyplan_basis(povertyplan_reader(), family, basis) IS NOT NULL
$$;

-- The opened families in which the reader may write: those of her teams. Emergency access only reads.
CREATE FUNCTION povertyplan_writable() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(family), '{}') FROM (
        SELECT DISTINCT family FROM organisation_readentry
        WHERE transaction = pg_current_xact_id_if_assigned()::text::bigint AND at >= now()
          AND basis IN ('team', 'insight') AND reader_id = povertyplan_reader()
    ) e
    WHERE povertyplan_basis(povertyplan_reader(), family, 'team') = 'team'
$$;

-- The opened families of which what is kept for a purpose may be deleted: the system's, when its time is out.
CREATE FUNCTION povertyplan_erasable(p_purpose text) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(f.id), '{}')
    FROM families_family f JOIN families_retentionrule r USING (municipality_id)
    WHERE povertyplan_reader() IS NULL AND f.id = ANY (povertyplan_opened()) AND r.purpose = p_purpose
      AND r.in_force_from <= (now() AT TIME ZONE 'Europe/Oslo')::date
      AND povertyplan_is_out(f.closed_on, f.closed_at, r.months, (now() AT TIME ZONE 'Europe/Oslo')::date)
$$;

-- Begin a new family: its number, and the reader as its first team member and case holder, for a service she works in.
-- The family's own row follows in the same transaction; nobody can begin the team of a family that is there already.
CREATE FUNCTION povertyplan_begin_family(p_unit bigint, p_from date) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    number bigint;
BEGIN
    IF NOT povertyplan_works_in(povertyplan_reader(), p_unit) THEN
        RAISE insufficient_privilege USING MESSAGE = 'The reader does not work in this unit.';
    END IF;
    number := nextval(pg_get_serial_sequence('families_family', 'id'));
    INSERT INTO families_teammember
        (public_id, version, family_id, municipality_id, user_id, unit_id, is_case_holder, from_day)
    SELECT povertyplan_new_public_id(), 1, number, municipality_id, povertyplan_reader(), id, true, p_from
    FROM organisation_unit WHERE id = p_unit;
    PERFORM povertyplan_open_ids(ARRAY[number], 'family-new', 'team');
    RETURN number;
END $$;

-- Into the team of a case that nobody holds any more: for who has opened it by emergency access and leads the unit that
-- answers for it. She is in the team from today; who holds the case is written by domain/team.py.
CREATE FUNCTION povertyplan_take_over(p_family bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    today date := (now() AT TIME ZONE 'Europe/Oslo')::date;
BEGIN
    IF NOT (p_family = ANY (povertyplan_opened()))
        OR NOT povertyplan_leads((SELECT unit_id FROM families_family WHERE id = p_family))
        OR EXISTS (SELECT FROM families_teammember t WHERE t.family_id = p_family AND t.is_case_holder
                   AND (t.to_day IS NULL OR t.to_day >= today) AND povertyplan_works_in(t.user_id, t.unit_id)) THEN
        RAISE insufficient_privilege USING MESSAGE = 'The case has a holder, or the reader does not lead its unit.';
    END IF;
    INSERT INTO families_teammember
        (public_id, version, family_id, municipality_id, user_id, unit_id, is_case_holder, from_day)
    SELECT povertyplan_new_public_id(), 1, f.id, f.municipality_id, povertyplan_reader(), f.unit_id, false, today
    FROM families_family f WHERE f.id = p_family;
    PERFORM povertyplan_open_ids(ARRAY[p_family], 'family-take-over', 'team');
END $$;

-- An emergency access is ended once, by who has it, and seen once, by another who leads the unit.
CREATE FUNCTION povertyplan_emergency_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.ended_at IS DISTINCT FROM OLD.ended_at
        AND (OLD.ended_at IS NOT NULL OR OLD.user_id IS DISTINCT FROM povertyplan_reader())
        OR NEW.seen_by_id IS DISTINCT FROM OLD.seen_by_id
        AND (OLD.seen_by_id IS NOT NULL OR OLD.user_id IS NOT DISTINCT FROM povertyplan_reader()
             OR NEW.seen_by_id IS DISTINCT FROM povertyplan_reader() OR NOT povertyplan_leads(OLD.unit_id)) THEN
        RAISE insufficient_privilege USING MESSAGE = 'An emergency access is ended by its user, and seen by another.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER emergency_stays BEFORE UPDATE ON families_emergencyaccess
FOR EACH ROW EXECUTE FUNCTION povertyplan_emergency_stays();

-- Decisions that end in a period, with whom to warn: the team members of the service that recorded each. Keys and days.
CREATE FUNCTION povertyplan_expiring(p_from date, p_to date)
RETURNS TABLE (decision bigint, family_reference text, ends_on date, "user" bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT d.id, f.public_id::text, d.ends_on, t.user_id
    FROM families_decision d JOIN families_family f ON f.id = d.family_id
    JOIN families_teammember t ON t.family_id = d.family_id AND t.unit_id = d.unit_id
    WHERE d.removed_at IS NULL AND d.ends_on BETWEEN p_from AND p_to AND f.closed_on IS NULL
      -- What the same service has renewed goes on; another's rows decide nothing here, shared or not.
      AND NOT EXISTS (
        SELECT FROM families_decision n
        WHERE n.family_id = d.family_id AND n.unit_id = d.unit_id AND n.id <> d.id AND n.removed_at IS NULL
          AND (n.kind, n.scheme, n.service_id) = (d.kind, d.scheme, d.service_id)
          AND n.subject_id IS NOT DISTINCT FROM d.subject_id
          AND n.starts_on = d.ends_on + 1)
      AND povertyplan_works_in(t.user_id, t.unit_id)
      AND t.from_day <= (now() AT TIME ZONE 'Europe/Oslo')::date
      AND (t.to_day IS NULL OR t.to_day >= (now() AT TIME ZONE 'Europe/Oslo')::date)
    ORDER BY 1, 4
$$;

-- For counts: which families are behind each figure of a municipality up to a day, as primary keys and nothing else.
-- `weight` is how many of what is counted the family adds (children, licences).
CREATE FUNCTION povertyplan_family_sets(p_municipality bigint, p_until date)
RETURNS TABLE (sub_project bigint, figure text, family bigint, weight integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH part AS (
        SELECT DISTINCT p.sub_project_id, p.family_id FROM families_participation p
        WHERE p.municipality_id = p_municipality AND p.sub_project_id IS NOT NULL AND p.removed_at IS NULL
          AND p.started_on <= p_until
    )
    SELECT sub_project_id, 'families'::text, family_id, 1 FROM part
    UNION ALL
    SELECT part.sub_project_id, 'children'::text, f.id, coalesce(f.children, (
        SELECT count(*) FROM families_member m
        WHERE m.family_id = f.id AND m.removed_at IS NULL AND m.role = 'child')::integer)
    FROM part JOIN families_family f ON f.id = part.family_id
    UNION ALL
    SELECT o.sub_project_id, o.kind::text, o.family_id, count(*)::integer FROM families_familyoutcome o
    WHERE o.municipality_id = p_municipality AND o.sub_project_id IS NOT NULL AND o.removed_at IS NULL
      AND o.happened_on <= p_until
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT NULL::bigint, 'voice_' || a.helpful, a.family_id, count(*)::integer FROM families_voiceanswer a
    WHERE a.municipality_id = p_municipality AND a.answered_on <= p_until
    GROUP BY 1, 2, 3
$$;

-- A measure has its municipality from its plan: no composite key can say that a participation stays within it.
CREATE FUNCTION povertyplan_own_measure() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.measure_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM measures_measure m JOIN measures_plan p ON p.id = m.plan_id
        WHERE m.id = NEW.measure_id AND p.municipality_id = NEW.municipality_id
    ) THEN
        RAISE foreign_key_violation USING CONSTRAINT = 'participation_in_own_measure',
            MESSAGE = 'The measure belongs to another municipality.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER own_measure BEFORE INSERT OR UPDATE OF measure_id, municipality_id ON families_participation
FOR EACH ROW EXECUTE FUNCTION povertyplan_own_measure();
