#!/usr/bin/env bash
# Starts the session in a sandbox and ends once its screen answers. Whatever an interrupted run left is ended first,
# so that there is exactly one session afterwards.
cd "$(dirname "$0")" || exit 1
. ./lib.sh
. ./sandbox.sh
: "${GEOMETRY:?}" "${DEPTH:?}" "${KIND:?}" "${MEMORY:?}" "${PROCESSES:?}" "${INCARNATION:?}" "${DESKTOP_NAME:=$DESKTOP_ID}"

ports_in_use() {
  awk '$4 == "0A" { sub(/.*:/, "", $2); print $2 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null | sort -u
}

# A port is ours while fd 8 holds its lock, so desktops that start at the same time never try the same one. What listens
# is checked as well, and a lost race with a stranger shows as a server that ends: the next port is tried.
claim_port_from() {
  local candidate used locks
  locks=$(dirname "$DESKTOP_DIRECTORY")/.ports
  mkdir -p "$locks"
  used=$(ports_in_use)
  for ((candidate = $1; candidate <= 6900; candidate++)); do
    grep -qxF "$(printf '%04X' "$candidate")" <<<"$used" && continue
    exec 8>"$locks/$candidate"
    flock --nonblock 8 && port=$candidate && return 0
  done
  fail "No free port between 5901 and 6900 for the screen."
}

# A session of its own and none of our descriptors: Terraform would wait for whoever holds its pipes, and the worker kills
# what stays in Terraform's process group. The session writes its display's number to fd 5 once the screen is up.
launch() {
  local command=("${sandbox[@]}")
  [ ${#sandbox[@]} -gt 0 ] && command+=(--info-fd 7)
  setsid env -i "${environment[@]}" RFB_PORT="$port" "${command[@]}" "$session" \
    </dev/null >"$run/session.log" 2>&1 5>"$run/display" 7>"$run/info.json" 8>&- 9>&- &
  launched=$!
}

answers() {
  local greeting=''
  [ -s "$run/display" ] || return 1
  { exec 6<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || return 1
  read -r -t 2 -n 12 greeting <&6 || true
  exec 6>&-
  [ "${greeting:0:4}" = "RFB " ]
}

ready_within() {
  local twentieths=$(($1 * 20))
  until answers; do
    kill -0 "$launched" 2>/dev/null || return 1
    [ "$((twentieths--))" -gt 0 ] || return 1
    sleep 0.05
  done
}

remember() {
  local pid=$launched
  [ ${#sandbox[@]} -gt 0 ] && pid=$(sed -n 's/.*"child-pid": *\([0-9]*\).*/\1/p' "$run/info.json")
  environment+=("DISPLAY=:$(tr -cd 0-9 <"$run/display")")
  printf '%s\0' "${environment[@]}" >"$run/environment"
  printf '%s\n' "$port" >"$run/port"
  printf '%s\n' "$INCARNATION" >"$run/incarnation.new"
  printf '{"pid": %s, "started": "%s", "boot": "%s", "port": %s, "sandbox": "%s"}\n' \
    "$pid" "$(started_at "$pid")" "$(boot)" "$port" "$([ ${#sandbox[@]} -gt 0 ] && echo yes || echo no)" >"$record.new"
  mv "$run/incarnation.new" "$run/incarnation"
  mv "$record.new" "$record"
}

command -v Xtigervnc >/dev/null || fail "Xtigervnc is missing: install tigervnc-standalone-server."
[ -s "$run/passwd" ] || fail "The screen's password was not stored."
lock_desktop
rm -f "$record"
end_processes
rm -rf "$run/inside" "$run/user" "$run/port" "$run/display"
mkdir -p "$DESKTOP_DIRECTORY/home"
cp -R ../inside "$run/inside"
build_sandbox
build_environment
if [ ${#sandbox[@]} -gt 0 ]; then
  session=$inside/session.sh
else
  session=$run/inside/session.sh
  printf 'Warning: no sandbox on this machine, the desktop sees all of it: %s\n' "$(head -c 300 "$run/sandbox.log")"
fi

port=5900
for _ in 1 2 3 4 5; do
  claim_port_from $((port + 1))
  launch
  if ready_within 30; then
    remember
    printf 'Screen %s is served on port %s.\n' "$GEOMETRY" "$port"
    exit 0
  fi
  end_processes
  grep -qiE 'in use|unable to bind|already active' "$run/session.log" || break
done
fail "The screen did not start: $(tail -n 20 "$run/session.log" | head -c 2000)"
