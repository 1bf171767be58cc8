#!/usr/bin/env bash
# Removes the desktop: processes first, then everything it kept.
cd "$(dirname "$0")" || exit 1
. ./lib.sh
[ -d "$DESKTOP_DIRECTORY" ] || exit 0
lock_desktop
end_processes
# A program's last write may land while the tree is being removed; and what its user made read-only (Go keeps its modules so) does not
# go by itself unless we are root. Neither command follows links.
for _ in 1 2 3; do
  rm -rf -- "$DESKTOP_DIRECTORY" 2>/dev/null && break
  chmod -R u+rwX -- "$DESKTOP_DIRECTORY" 2>/dev/null || true
  sleep 0.2
done
[ ! -e "$DESKTOP_DIRECTORY" ] || fail "$DESKTOP_DIRECTORY cannot be removed."
printf 'Desktop removed.\n'
