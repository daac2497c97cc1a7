#!/bin/sh
# A database and a role for each service and the portal; none may enter another's.
set -eu
service() {
  psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres -v name="$1" -v password="$2" <<'SQL'
create role :"name" login password :'password';
create database :"name" owner :"name";
revoke connect on database :"name" from public;
SQL
}
service tickets "$TICKETS_PASSWORD"
service dispatch "$DISPATCH_PASSWORD"
service sla "$SLA_PASSWORD"
service notify "$NOTIFY_PASSWORD"
service portal "$PORTAL_PASSWORD"
