#!/bin/sh
# Run once by the image of PostgreSQL, on an empty volume: Convene's database and its owner, who is no superuser.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$CONVENE_DATABASE_PASSWORD" --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
CREATE ROLE convene LOGIN CREATEROLE PASSWORD :'password';
CREATE DATABASE convene OWNER convene;
SQL
