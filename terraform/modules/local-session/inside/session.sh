#!/usr/bin/env bash
# The session's first process: the screen, then what is shown on it. It ends with the screen, and the sandbox with it.
umask 077
cd "$HOME" || exit 1

# A desktop shares its machine with the product and with other desktops: a program that goes astray ends by itself, and where the machine's
# memory runs out all the same, the kernel takes a desktop's programs before it takes anything of ours.
ulimit -c 0
ulimit -d $((MEMORY * 1024))
[ -z "$PROCESSES" ] || ulimit -u "$PROCESSES"
printf 500 >/proc/self/oom_score_adj

start_screen() {
  local cookie display
  cookie=$(mcookie)
  mkfifo "$XDG_RUNTIME_DIR/display"
  # The server takes cookies from this file whatever display they are for; clients look for theirs, known only later.
  printf 'add :0 . %s\n' "$cookie" | xauth -q -f "$XAUTHORITY" source - 2>/dev/null
  # Every port and socket that is not needed is off; clients come from the desktop proxy alone, so a wrong password must not lock it out.
  # Its log has errors only: it is asked every minute whether it still answers.
  Xtigervnc -displayfd 4 -geometry "$GEOMETRY" -depth "$DEPTH" -rfbport "$RFB_PORT" -localhost -SecurityTypes VncAuth \
    -PasswordFile "$CWS_PASSWORD_FILE" -auth "$XAUTHORITY" -desktop "$DESKTOP_NAME" -AlwaysShared -AcceptSetDesktopSize \
    -UseBlacklist=0 -MaxCutText 1048576 -FrameRate 60 -nolisten tcp -nolisten local -noreset -dpi 96 -s 0 -Log '*:stderr:0' \
    4>"$XDG_RUNTIME_DIR/display" 5>&- &
  screen=$!
  read -r -t 20 display <"$XDG_RUNTIME_DIR/display" || exit 1
  export DISPLAY=":$display"
  printf 'add %s . %s\n' "$DISPLAY" "$cookie" | xauth -q -f "$XAUTHORITY" source - 2>/dev/null
}

# Programs come and go without a word in the session's log, which is for the screen.
background() {
  "$@" </dev/null >/dev/null 2>&1 5>&- &
}

start_screen
printf '%s\n' "$DISPLAY" >&5
exec 5>&-
xrdb -nocpp -merge "$CWS_INSIDE/Xresources" 2>/dev/null
. "$CWS_INSIDE/programs.sh"
"show_$KIND"
wait "$screen"
