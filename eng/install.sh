#!/usr/bin/env bash
# Installs what a fresh Debian machine lacks, and nothing that is there. Usage: eng/install.sh serve|test|bench
set -euo pipefail

missing=()
need() { # need <package> <test command...>
  local package=$1; shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}

has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_file() { [ -e "$1" ]; }

need postgresql has_postgres
need libssl3 has_file /usr/lib/x86_64-linux-gnu/libcrypto.so.3
if [ "${1:-serve}" = test ]; then
  need chromium command -v chromium
  need fonts-liberation has_file /usr/share/fonts/truetype/liberation
  need nodejs command -v node
  need npm command -v npm
  need golang command -v go
  need golang-golang-x-mod-dev has_file /usr/share/gocode/src/golang.org/x/mod/sumdb
fi
if [ "${1:-serve}" = bench ]; then
  need nginx command -v nginx
fi

# Started as root, the processes that hold keys run as users of their own (docs/custody.md); without these entries they
# take ids that no other user has.
if [ "$(id -u)" -eq 0 ] && command -v useradd >/dev/null; then
  for name in provost-signer provost-vault; do
    id "$name" >/dev/null 2>&1 || useradd --system --user-group --no-create-home --shell /usr/sbin/nologin "$name"
  done
fi

[ ${#missing[@]} -eq 0 ] && exit 0
echo "Installing: ${missing[*]}"
as_root=(); [ "$(id -u)" -eq 0 ] || as_root=(sudo)

# Debian's PostgreSQL and nginx packages start daemons of their own; Provost runs its private ones.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod +x "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
