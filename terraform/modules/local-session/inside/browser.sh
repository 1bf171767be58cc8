#!/bin/sh
# Starts the web browser that is installed. With --installed it only says whether there is one.
for name in chromium firefox-esr firefox; do
  command -v "$name" >/dev/null 2>&1 && break
  name=
done
[ -n "$name" ] || exit 1
[ "${1:-}" = --installed ] && exit 0
case $name in
  chromium)
    set -- --no-first-run --password-store=basic --disable-gpu "$@"
    # Chromium's own sandbox needs a user namespace; where none can be made, ours around it is what there is.
    unshare --user --map-current-user true 2>/dev/null || set -- --no-sandbox --test-type "$@"
    ;;
esac
exec "$name" "$@"
