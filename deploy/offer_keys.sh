#!/bin/sh
# Both settings of the keys of offer and job tokens, from the private ones: sh deploy/offer_keys.sh "k2:$(openssl rand -base64 32)" k1:…
# The first signs; the others prove tokens that were signed before. See docs/operating.md.
set -eu
for key in "$@"; do
  # A seed is an Ed25519 private key without its DER head (RFC 8410 §7); a public key ends with the 32 bytes that are wanted here.
  public=$({
    printf '\060\056\002\001\000\060\005\006\003\053\145\160\004\042\004\040'
    echo "${key#*:}" | openssl base64 -d
  } | openssl pkey -inform DER -pubout -outform DER | tail -c 32 | openssl base64)
  private_keys=${private_keys:+$private_keys,}$key
  public_keys=${public_keys:+$public_keys,}${key%%:*}:$public
done
echo "FETTLE_OFFER_KEYS=$private_keys"
echo "FETTLE_OFFER_PUBLIC_KEYS=$public_keys"
