#!/bin/sh
# Put Debian's prometheus and promtool into a folder, without installing them:
#   sh .ci/prometheus.sh /tmp/prometheus && export FETTLE_PROMETHEUS=/tmp/prometheus/usr/bin
# The tests find them there, or on the PATH. Needs apt-get, no rights.
set -eu
folder=${1:?a folder to put them into}
[ ! -x "$folder/usr/bin/promtool" ] || exit 0
mkdir -p "$folder"
cd "$folder"
apt-get download prometheus
dpkg-deb --extract prometheus_*.deb .
rm prometheus_*.deb
