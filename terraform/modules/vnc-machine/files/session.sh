#!/usr/bin/env bash
# What is on the screen: the desktop environment that the system has.
set -euo pipefail
cd "$HOME"
export XDG_SESSION_TYPE=x11
unset WAYLAND_DISPLAY
bus=${XDG_RUNTIME_DIR:-/nowhere}/bus
[ -S "$bus" ] && export DBUS_SESSION_BUS_ADDRESS=unix:path=$bus
xset s off -dpms || true

if command -v startxfce4 >/dev/null; then
  export XDG_CURRENT_DESKTOP=XFCE
  session=(startxfce4)
else
  export XDG_CURRENT_DESKTOP=GNOME
  session=(gnome-session)
fi
if [ -z "${DBUS_SESSION_BUS_ADDRESS:-}" ]; then
  session=(dbus-run-session -- "${session[@]}")
fi
exec "${session[@]}"
