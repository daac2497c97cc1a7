#!/bin/sh
# Known weaknesses of what requirements.lock installs, by pip-audit in a folder of its own; without an answer of the advisory service it says so and ends with 0.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
python3 -m venv "$folder/venv"
if ! "$folder/venv/bin/pip" install --quiet --disable-pip-version-check pip-audit >"$folder/said" 2>&1; then
  echo "audit: not done, pip-audit cannot be installed here" && exit 0
fi
status=0
timeout 120 "$folder/venv/bin/pip-audit" --disable-pip --require-hashes --progress-spinner off -r requirements.lock >"$folder/found" 2>"$folder/said" || status=$?
if grep -q "could not be audited" "$folder/found" || ! grep -q "ulnerabilit" "$folder/found" "$folder/said"; then
  grep -v "could not be audited" "$folder/found" | grep -E "(PYSEC|CVE|GHSA)-" && exit 1
  echo "audit: not done, the advisory service does not answer here for all of the packages" && exit 0
fi
cat "$folder/found" "$folder/said"
exit "$status"
