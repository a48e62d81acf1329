#!/usr/bin/env bash
# Builds the whole solution once, in Release; every script of the root runs what this made.
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! dotnet build Provost.slnx -c Release -v q --nologo "$@" >"$log" 2>&1; then
  cat "$log"
  exit 1
fi
