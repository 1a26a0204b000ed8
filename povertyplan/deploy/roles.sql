-- The database's roles, made by a superuser once per server; running it again changes nothing.
--
--   povertyplan_owner  owns the database, runs the migrations; no superuser
--   povertyplan_web    what web, worker and beat log in as; owns nothing
--   povertyplan_app    the group that the migrations grant to; povertyplan_web is its member
--
-- The embedded server of demo and tests and docker-compose.yml both use this file. By hand, connected to the database `povertyplan`:
--   PGOPTIONS="-c povertyplan.owner_password=... -c povertyplan.web_password=..." psql -d povertyplan -f roles.sql

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'povertyplan_app') THEN
        CREATE ROLE povertyplan_app NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'povertyplan_owner') THEN
        EXECUTE format(
            'CREATE ROLE povertyplan_owner LOGIN NOSUPERUSER CREATEDB CREATEROLE INHERIT PASSWORD %L',
            current_setting('povertyplan.owner_password')
        );
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'povertyplan_web') THEN
        EXECUTE format(
            'CREATE ROLE povertyplan_web LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE INHERIT PASSWORD %L',
            current_setting('povertyplan.web_password')
        );
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_auth_members
        WHERE roleid = 'povertyplan_app'::regrole AND member = 'povertyplan_web'::regrole
    ) THEN
        GRANT povertyplan_app TO povertyplan_web;
    END IF;
    -- With admin option, so that a migration run by the owner may grant the group's membership too.
    IF NOT EXISTS (
        SELECT FROM pg_auth_members
        WHERE roleid = 'povertyplan_app'::regrole AND member = 'povertyplan_owner'::regrole AND admin_option
    ) THEN
        GRANT povertyplan_app TO povertyplan_owner WITH ADMIN OPTION;
    END IF;
    IF (SELECT datdba FROM pg_database WHERE datname = 'povertyplan') <> 'povertyplan_owner'::regrole THEN
        ALTER DATABASE povertyplan OWNER TO povertyplan_owner;
        REVOKE ALL ON DATABASE povertyplan FROM PUBLIC;
        GRANT CONNECT ON DATABASE povertyplan TO povertyplan_app;
    END IF;
END
$$;

-- The server's log has errors without the statements, which hold what people typed, and without the rows that were refused.
ALTER ROLE povertyplan_web SET log_min_error_statement = panic;
ALTER ROLE povertyplan_web SET log_error_verbosity = terse;
