-- The family's own form, which has no log-in: whoever has the link may answer, once. All run as the tables' owner.

-- What a link is good for, and in which language it was made. A link that was taken back, and one whose case is closed, is
-- as unknown as one that never was; and once its time is out, nobody can see whether it was used.
CREATE FUNCTION povertyplan_voice_link(p_token_sha256 text) RETURNS TABLE (language text, state text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT l.language::text, CASE
        WHEN l.expires_at <= clock_timestamp() THEN 'out_of_time' WHEN l.used_at IS NOT NULL THEN 'used' ELSE 'open' END
    FROM families_voicelink l JOIN families_family f ON f.id = l.family_id
    WHERE l.token_sha256 = p_token_sha256 AND l.revoked_at IS NULL AND l.removed_at IS NULL AND f.closed_on IS NULL
$$;

-- Take an answer, once: of two at the same moment the second waits for the first one's row, and finds the link used.
-- No rows where the link can't be used. Else one for each member of the team today, for notices; at least one.
CREATE FUNCTION povertyplan_voice_answer(
    p_token_sha256 text, p_helpful text, p_matters text, p_wants_contact boolean, p_language text
) RETURNS TABLE (answer bigint, family_reference text, member bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    the_link public.families_voicelink%ROWTYPE;
    the_answer bigint;
    today date := (now() AT TIME ZONE 'Europe/Oslo')::date;
BEGIN
    UPDATE families_voicelink l SET used_at = clock_timestamp()
      FROM families_family f
     WHERE l.token_sha256 = p_token_sha256 AND l.used_at IS NULL AND l.revoked_at IS NULL AND l.removed_at IS NULL
       AND l.expires_at > clock_timestamp() AND f.id = l.family_id AND f.closed_on IS NULL
    RETURNING l.* INTO the_link;
    IF the_link.id IS NULL THEN RETURN; END IF;
    INSERT INTO families_voiceanswer
        (public_id, family_id, municipality_id, link_id, helpful, matters, wants_contact, language, answered_on)
    VALUES (povertyplan_new_public_id(), the_link.family_id, the_link.municipality_id, the_link.id, p_helpful, p_matters,
            p_wants_contact, p_language, today)
    RETURNING id INTO the_answer;
    RETURN QUERY
        SELECT DISTINCT the_answer, f.public_id::text, t.user_id
        FROM families_family f
        LEFT JOIN families_teammember t ON t.family_id = f.id AND t.from_day <= today
            AND (t.to_day IS NULL OR t.to_day >= today) AND povertyplan_works_in(t.user_id, t.unit_id)
        WHERE f.id = the_link.family_id
        ORDER BY 3;
END $$;
