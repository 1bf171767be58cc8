#!/usr/bin/env bash
# The screen and the session on it, as the desktop's user. When one of them ends the other ends too, and systemd begins anew.
set -euo pipefail
here=$(dirname "$0")
# shellcheck source=lib.sh
. "$here/lib.sh"
display=${CWS_DISPLAY:-1}
port=${CWS_PORT:-5901}
export DISPLAY=:$display
export XAUTHORITY=${XDG_RUNTIME_DIR:-$HOME}/cws-desktop.xauth

# Left behind by a machine that lost its power; a server that lives still holds its socket.
clean_display() {
  rm -f "/tmp/.X$display-lock" "/tmp/.X11-unix/X$display"
}

serve_screen() {
  local geometry depth screen
  screen=$(cat "$CWS_RUN/screen")
  depth=${screen##*x}
  geometry=${screen%x*}
  rm -f "$XAUTHORITY"
  (umask 077 && touch "$XAUTHORITY")
  xauth -q add "$DISPLAY" . "$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  # The network's rules admit nobody but the desktop's proxy; the password is asked for all the same.
  "$(vnc_server)" "$DISPLAY" -rfbport "$port" -SecurityTypes VncAuth -PasswordFile "$CWS_RUN/passwd" -geometry "$geometry" -depth "$depth" \
    -auth "$XAUTHORITY" -localhost=0 -AlwaysShared=1 -AcceptSetDesktopSize=1 -desktop "$USER" &
}

wait_for_screen() {
  local tries=0
  until [ -S "/tmp/.X11-unix/X$display" ]; do
    tries=$((tries + 1))
    [ "$tries" -le 100 ] || { say "The screen did not come up"; return 1; }
    sleep 0.1
  done
}

trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
clean_display
serve_screen
wait_for_screen
"${CWS_SESSION:-$here/session.sh}" &
status=0
wait -n || status=$?
say "The screen or its session ended with $status"
exit "$status"
