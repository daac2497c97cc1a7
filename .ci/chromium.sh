#!/bin/sh
# Install Debian's Chromium, whole and without its windows, which the pages are tried with, and a Chinese font for
# their pictures:
#   sh .ci/chromium.sh
# Needs apt-get and the rights to install; without either it says so, and the tests that need a browser are skipped
# where there is none.
set -eu
if command -v chromium >/dev/null && command -v chromium-headless-shell >/dev/null; then exit 0; fi
if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
  echo "chromium: not installed, this needs apt-get and its rights"
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
# The tests do without this one, at the cost of half as much work again; not every release of Debian has it.
apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null || true
