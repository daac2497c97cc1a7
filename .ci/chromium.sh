#!/bin/sh
# Install Debian's chromium, which the pages are tried with, and a Chinese font for their pictures:
#   sh .ci/chromium.sh
# Needs apt-get and the rights to install; without either it says so, and the tests that need a browser are skipped.
set -eu
if command -v chromium >/dev/null; then exit 0; fi
if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
  echo "chromium: not installed, this needs apt-get and its rights"
  exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
