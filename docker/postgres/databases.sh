#!/bin/sh
# Runs once, when the server's data folder is new: a database for each service, an owner for its migrations and a role for itself
# that may do no DDL (the migrations grant it what it needs). Passwords are those of the addresses the services are given.
set -eu

password() { sed 's|^[^:]*://[^:]*:\([^@]*\)@.*$|\1|' "${SECRETS:-/run/secrets}/$1"; }

for owner_address in "${SECRETS:-/run/secrets}"/*_database_owner_url; do
  service=$(basename "$owner_address" _database_owner_url)
  psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    -v service="$service" -v owner="${service}_owner" -v application="${service}_app" \
    -v owner_password="$(password "${service}_database_owner_url")" \
    -v application_password="$(password "${service}_database_url")" <<'SQL'
CREATE ROLE :"owner" LOGIN PASSWORD :'owner_password';
CREATE ROLE :"application" LOGIN PASSWORD :'application_password';
CREATE DATABASE :"service" OWNER :"owner";
REVOKE CONNECT ON DATABASE :"service" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"service" TO :"application";
SQL
done
