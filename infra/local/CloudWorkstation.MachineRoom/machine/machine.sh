#!/usr/bin/env bash
# One machine, as an instance would be after its first boot: a VNC server on the instance's own address, a window manager, a terminal.
#   MACHINE_DIRECTORY MACHINE_ADDRESS MACHINE_NAME MACHINE_SCREEN MACHINE_PASSWORD
# It runs until it is told to stop; the directory's home is the machine's disk.
set -euo pipefail
umask 077

run=$MACHINE_DIRECTORY/run
rm -rf "$run"
mkdir -p "$run" "$MACHINE_DIRECTORY/home"
tool=$(command -v tigervncpasswd || command -v vncpasswd)
printf '%s\n' "$MACHINE_PASSWORD" | "$tool" -f >"$run/passwd"
unset MACHINE_PASSWORD

# Nothing of ours but what tells whose process it is, should it be left behind.
environment=("HOME=$MACHINE_DIRECTORY/home" "USER=desktop" "PATH=/usr/local/bin:/usr/bin:/bin" "LANG=C.UTF-8" "XAUTHORITY=$run/Xauthority"
  "CWS_MACHINE_DIRECTORY=$MACHINE_DIRECTORY" "CWS_STACK=$CWS_STACK")
[[ -z ${CWS_TEST_RUN:-} ]] || environment+=("CWS_TEST_RUN=$CWS_TEST_RUN")

trap 'trap - TERM EXIT; kill $(jobs -p) 2>/dev/null; wait; exit 0' TERM INT
trap 'kill $(jobs -p) 2>/dev/null' EXIT

screen_size=1280x720 screen_depth=24
[[ $MACHINE_SCREEN =~ ^([0-9]+x[0-9]+)x(16|24)$ ]] && screen_size=${BASH_REMATCH[1]} screen_depth=${BASH_REMATCH[2]}

cookie=$(mcookie)
printf 'add :0 . %s\n' "$cookie" | xauth -q -f "$run/Xauthority" source - 2>/dev/null
mkfifo "$run/display-number"
env -i "${environment[@]}" Xtigervnc -displayfd 4 -interface "$MACHINE_ADDRESS" -rfbport 5901 -geometry "$screen_size" -depth "$screen_depth" -SecurityTypes VncAuth \
  -PasswordFile "$run/passwd" -auth "$run/Xauthority" -desktop "$MACHINE_NAME" -AlwaysShared -AcceptSetDesktopSize -UseBlacklist=0 \
  -nolisten tcp -noreset -s 0 4>"$run/display-number" &
screen=$!
read -r -t 20 number <"$run/display-number"
environment+=("DISPLAY=:$number")
printf 'add :%s . %s\n' "$number" "$cookie" | xauth -q -f "$run/Xauthority" source - 2>/dev/null

cd "$MACHINE_DIRECTORY/home"
env -i "${environment[@]}" xsetroot -solid '#22384f' -cursor_name left_ptr
env -i "${environment[@]}" openbox &
env -i "${environment[@]}" xterm -geometry 100x30 &
# Last: who finds it finds a machine that has come up.
printf ':%s\n' "$number" >"$run/display"
wait "$screen"
