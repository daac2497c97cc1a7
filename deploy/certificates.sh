#!/bin/sh
# The certificates of compose.yaml, made by its container `certificates` at the first start and renewed at any start in the last
# sixty days of one: sh certificates.sh FOLDER NAMES
#   FOLDER/authority/   the authority that signs them; its key leaves this folder never
#   FOLDER/public/      ca.pem, which clients trust
#   FOLDER/nats/  postgres/  gateway/   each server's certificate and key; the gateway's is for NAMES, such as localhost,127.0.0.1
# A server that runs goes on with the certificate that it has read, until it is restarted.
set -eu
umask 077
cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/openssl.cnf" <<'CNF'
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = $ENV::NAMES
CNF

certificate() { # DAYS COMMON_NAME SECTION …: into $work
  days=$1 name=$2 section=$3
  shift 3
  openssl req -x509 -config "$work/openssl.cnf" -extensions "$section" -subj "/CN=$name" -days "$days" -sha256 \
    -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/key" -out "$work/pem" "$@" 2>"$work/said" ||
    { cat "$work/said" >&2; exit 1; }
}

lasts() { openssl x509 -in "$1" -noout -checkend 5184000 >"$work/said" 2>&1; }

if ! lasts authority/ca.pem; then
  NAMES=DNS:none certificate 3650 "Fettle, $(date +%F)" authority
  mv "$work/key" authority/ca.key
  mv "$work/pem" authority/ca.pem
  echo "the authority is new: public/ca.pem is what clients are to trust"
fi
cmp -s authority/ca.pem public/ca.pem || install -m 444 authority/ca.pem public/ca.pem

server() { # NAME DAYS NAMES: a certificate that lasts, of this authority and for these names, is left as it is
  if lasts "$1/$1.pem" && openssl verify -CAfile authority/ca.pem "$1/$1.pem" >"$work/said" 2>&1 &&
    [ "$(cat "$1/names" 2>/dev/null)" = "$3" ]; then
    return
  fi
  NAMES=$3 certificate "$2" "$1" server -CA authority/ca.pem -CAkey authority/ca.key
  mv "$work/key" "$1/$1.key"
  mv "$work/pem" "$1/$1.pem"
  echo "$3" >"$1/names"
  echo "the certificate of $1 is new, for $3"
}

alternatives() { # a,10.0.0.1 → DNS:a,IP:10.0.0.1
  echo "$1" | tr , '\n' | sed -E 's/^([0-9.]+|.*:.*)$/IP:\1/; t; s/^/DNS:/' | paste -sd , -
}

server nats 3650 DNS:nats
server postgres 3650 DNS:postgres
server gateway 800 "$(alternatives "$2")" # longer ones browsers refuse
cat gateway/gateway.pem gateway/gateway.key >"$work/both"
mv -f "$work/both" gateway/both.pem
[ "$(id -u)" != 0 ] || chown 99:99 gateway/both.pem # haproxy's user in its image
