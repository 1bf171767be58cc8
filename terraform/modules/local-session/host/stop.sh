#!/usr/bin/env bash
# Ends the session; the home stays.
cd "$(dirname "$0")" || exit 1
. ./lib.sh
[ -d "$DESKTOP_DIRECTORY" ] || exit 0
lock_desktop
# The record of a living session goes, that of a dead one stays: see `wanted` in main.tf.
if session_lives; then rm -f "$record"; fi
end_processes
rm -rf "$run/passwd" "$run/port" "$run/inside"
printf 'Session stopped.\n'
