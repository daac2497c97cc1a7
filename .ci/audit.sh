#!/bin/sh
# Known weaknesses of what requirements.lock installs, by pip-audit in a folder of its own. Without an answer of the advisory service it says so and ends with 0.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
python3 -m venv "$folder/venv"
if ! "$folder/venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.lock >"$folder/said" 2>&1; then
  echo "audit: not done, pip-audit cannot be installed here"
  exit 0
fi
status=0
timeout 120 "$folder/venv/bin/pip-audit" --disable-pip --require-hashes --progress-spinner off -r requirements.lock >"$folder/found" 2>"$folder/said" || status=$?
if grep -E "(PYSEC|CVE|GHSA)-" "$folder/found"; then
  echo "audit: weaknesses are known of what is named above"
  exit 1
fi
asked=$(grep -c "^[A-Za-z0-9._-]*==" requirements.lock)
unknown=$(grep -c "could not be audited" "$folder/found" || true)
if [ "$unknown" -gt 0 ]; then
  echo "audit: not done for $unknown of $asked packages, of which the advisory service knows nothing here"
elif grep -q "No known vulnerabilities" "$folder/found" "$folder/said"; then
  echo "audit: no weakness is known of $asked packages"
else
  echo "audit: not done, the advisory service does not answer here (pip-audit ended with $status)"
fi
