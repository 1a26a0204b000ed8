#!/bin/sh
# Run by the postgres image when it makes its database; roles.sql says which roles and why.
set -eu
export PGOPTIONS="-c povertyplan.owner_password=$POVERTYPLAN_OWNER_PASSWORD -c povertyplan.web_password=$POVERTYPLAN_WEB_PASSWORD"
psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --file /povertyplan/roles.sql
unset PGOPTIONS
