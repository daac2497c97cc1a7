#!/bin/sh
# A database and a role for each service; nobody may enter another's.
set -eu
for name in tickets dispatch sla notify; do
  psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    -c "create role $name login password '$SERVICE_PASSWORD'" \
    -c "create database $name owner $name" \
    -c "revoke connect on database $name from public"
done
