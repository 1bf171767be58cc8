#!/usr/bin/env bash
# For support and tests: runs a command inside a living desktop, as its user, on its screen.
#   enter.sh DIRECTORY COMMAND [ARGUMENT...]
DESKTOP_DIRECTORY=$1
DESKTOP_ID=$(basename "$1")
shift
cd "$(dirname "$0")" || exit 1
. ./lib.sh
session_lives || fail "Desktop $DESKTOP_ID is not running."
pid=$(recorded pid)
if [ "$(recorded sandbox)" = yes ]; then
  enter=(nsenter --target "$pid" --user --mount --pid --ipc --uts --preserve-credentials)
else
  enter=()
fi
mapfile -d '' -t environment <"$run/environment"
exec "${enter[@]}" env -i "${environment[@]}" "$@"
