# shellcheck shell=bash
# Shared by the scripts beside it, which Terraform runs with DESKTOP_ID and DESKTOP_DIRECTORY set.
# The processes of a desktop carry CWS_DESKTOP and CWS_DESKTOP_DIRECTORY instead, so that these scripts never
# mistake themselves for the desktop.

set -euo pipefail
umask 077

: "${DESKTOP_ID:?}" "${DESKTOP_DIRECTORY:?}"
run=$DESKTOP_DIRECTORY/run
record=$run/session.json

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# One script at a time per desktop: Terraform may have been killed while an earlier one still works.
lock_desktop() {
  exec 9>"$DESKTOP_DIRECTORY/.lock"
  flock --wait 60 9 || fail "Another start or stop of desktop $DESKTOP_ID has not ended for 60 s."
}

# Field 22 of /proc/PID/stat; the name before it may hold spaces and brackets. A zombie has ended: whoever should reap it does not.
started_at() {
  local stat fields
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  read -ra fields <<<"${stat##*) }"
  [ "${fields[0]}" != Z ] && printf '%s' "${fields[19]}"
}

boot() {
  cat /proc/sys/kernel/random/boot_id
}

recorded() {
  sed -n "s/.*\"$1\": *\"\{0,1\}\([^\",}]*\).*/\1/p" "$record" 2>/dev/null
}

# The recorded session, and not another process that was given its number later.
session_lives() {
  local pid
  pid=$(recorded pid)
  [ -n "$pid" ] && [ "$(recorded boot)" = "$(boot)" ] && [ "$(started_at "$pid")" = "$(recorded started)" ]
}

# Every process that carries this desktop's mark.
processes() {
  local file
  grep -lzxF "CWS_DESKTOP_DIRECTORY=$DESKTOP_DIRECTORY" /proc/[0-9]*/environ 2>/dev/null | while read -r file; do
    file=${file#/proc/}
    printf '%s\n' "${file%/environ}"
  done
}

# Those that are neither the sandbox, nor the screen, nor the script that holds them together.
programs() {
  local pid
  for pid in $(processes); do
    case $(cat "/proc/$pid/comm" 2>/dev/null) in
      '' | bwrap | session.sh | Xtigervnc) ;;
      *) printf '%s\n' "$pid" ;;
    esac
  done
}

# none_within SECONDS LISTER
none_within() {
  local tenths=$(($1 * 10))
  while [ -n "$("$2")" ]; do
    [ "$((tenths--))" -gt 0 ] || return 1
    sleep 0.1
  done
}

signal() {
  # shellcheck disable=SC2086
  [ -z "$2" ] || kill "-$1" $2 2>/dev/null || true
}

# Programs get two seconds to save while the screen is still there; then everything is killed.
end_processes() {
  signal TERM "$(programs)"
  none_within 2 programs || true
  for _ in 1 2 3 4 5; do
    signal KILL "$(processes)"
    none_within 2 processes && return 0
  done
  fail "Processes of desktop $DESKTOP_ID do not end: $(processes | tr '\n' ' ')"
}
