-- Consents that run out in a period, with the case holder to warn: keys and a day. Not those that are renewed already: the
-- same person has another that lasts longer, on all of its topics and with all of its services.
CREATE FUNCTION povertyplan_expiring_consents(p_from date, p_to date)
RETURNS TABLE (consent bigint, family_reference text, expires_on date, "user" bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.id, f.public_id::text, c.expires_on, t.user_id
    FROM families_consent c JOIN families_family f ON f.id = c.family_id
    JOIN families_teammember t ON t.family_id = c.family_id AND t.is_case_holder
    JOIN families_member m ON m.id = c.member_id AND m.removed_at IS NULL
    WHERE c.removed_at IS NULL AND c.withdrawn_at IS NULL AND f.closed_on IS NULL
      AND c.expires_on BETWEEN p_from AND p_to AND povertyplan_works_in(t.user_id, t.unit_id)
      AND t.from_day <= (now() AT TIME ZONE 'Europe/Oslo')::date
      AND (t.to_day IS NULL OR t.to_day >= (now() AT TIME ZONE 'Europe/Oslo')::date)
      AND NOT EXISTS (
        SELECT FROM families_consent n
        WHERE n.member_id = c.member_id AND n.removed_at IS NULL AND n.withdrawn_at IS NULL AND n.expires_on > p_to
          AND n.topics @> c.topics AND NOT EXISTS (
            SELECT FROM families_consentservice s WHERE s.consent_id = c.id AND NOT EXISTS (
                SELECT FROM families_consentservice r WHERE r.consent_id = n.id AND r.unit_id = s.unit_id)))
    ORDER BY 1, 4
$$;

-- What somebody has said yes to is not widened afterwards: a consent gets its services in the transaction it is made in,
-- whose number it keeps (families_consent.made_in, which nobody can change).
CREATE FUNCTION povertyplan_consent_is_new() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM families_consent WHERE id = NEW.consent_id AND made_in = pg_current_xact_id()::text::bigint
    ) THEN
        RAISE check_violation USING CONSTRAINT = 'consent_not_widened',
            MESSAGE = 'A consent gets its services when it is given, and no others later.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consent_is_new BEFORE INSERT ON families_consentservice
FOR EACH ROW EXECUTE FUNCTION povertyplan_consent_is_new();

-- Withdrawn is withdrawn: who wants to share again gives a new consent.
CREATE FUNCTION povertyplan_consent_stays_withdrawn() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at
        OR NEW.made_in IS DISTINCT FROM OLD.made_in THEN
        RAISE check_violation USING CONSTRAINT = 'consent_stays_withdrawn',
            MESSAGE = 'A consent that was withdrawn stays so.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consent_stays_withdrawn BEFORE UPDATE ON families_consent
FOR EACH ROW EXECUTE FUNCTION povertyplan_consent_stays_withdrawn();
