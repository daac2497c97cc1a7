#!/bin/sh
# Put npm's oidc-provider, a real OpenID Connect issuer, into a folder, as its lock file pins it:
#   sh .ci/oidc.sh /tmp/oidc && export FETTLE_OIDC_PROVIDER=/tmp/oidc
# The tests start it from there. Needs node and npm; takes seconds.
set -eu
folder=${1:?a folder to put it into}
[ ! -d "$folder/node_modules/oidc-provider" ] || exit 0
mkdir -p "$folder"
cp "$(dirname "$0")/../tests/support/oidc/package.json" "$(dirname "$0")/../tests/support/oidc/package-lock.json" "$folder"
cd "$folder"
npm ci --omit=dev --ignore-scripts --no-audit --no-fund --silent
