#!/bin/sh
# The passwords and keys that compose.yaml asks for, made once: sh deploy/secrets.sh >.env
set -eu
for name in POSTGRES OPERATOR TICKETS DISPATCH SLA NOTIFY PORTAL GRAFANA; do
  echo "${name}_PASSWORD=$(openssl rand -hex 24)"
done
sh "$(dirname "$0")/offer_keys.sh" "k1:$(openssl rand -base64 32)"
echo "FETTLE_SECRETS_KEYS=k1:$(openssl rand -base64 32)"
echo "FETTLE_PORTAL_SIGNING_KEYS=k1:$(openssl rand -base64 32)"
