#!/usr/bin/env bash
# Stores the screen's password in the form the VNC server reads, 0600. It travels by environment and pipe, never by argument.
cd "$(dirname "$0")" || exit 1
. ./lib.sh
password=${VNC_PASSWORD:?}
unset VNC_PASSWORD
mkdir -p "$run"
tool=$(command -v tigervncpasswd || command -v vncpasswd) || fail "vncpasswd is missing: install tigervnc-tools."
printf '%s\n' "$password" | "$tool" -f >"$run/passwd.new"
[ -s "$run/passwd.new" ] || fail "vncpasswd wrote nothing."
mv "$run/passwd.new" "$run/passwd"
