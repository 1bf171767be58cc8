# shellcheck shell=bash
# What a session shows. Uses `background` of session.sh.

settings=$XDG_RUNTIME_DIR/xdg

has() {
  command -v "$1" >/dev/null 2>&1
}

menu_item() {
  printf '  <item label="%s"><action name="Execute"><command>%s</command></action></item>\n' "$1" "$2"
}

# Only what is installed is offered. A menu of the user's own in ~/.config/openbox goes first.
write_menu() {
  printf '<?xml version="1.0" encoding="UTF-8"?>\n<openbox_menu xmlns="http://openbox.org/">\n<menu id="root-menu" label="Desktop">\n'
  menu_item Terminal xterm
  has pcmanfm && menu_item Files pcmanfm
  "$CWS_INSIDE/browser.sh" --installed && menu_item "Web browser" "$CWS_INSIDE/browser.sh"
  for editor in mousepad geany gedit; do has "$editor" && menu_item "Text editor" "$editor" && break; done
  printf '  <separator/>\n  <menu id="client-list-menu"/>\n</menu>\n</openbox_menu>\n'
}

write_settings() {
  mkdir -p "$settings/openbox"
  write_menu >"$settings/openbox/menu.xml"
  # The distribution's key and mouse bindings, with one workspace instead of four.
  sed 's|<number>4</number>|<number>1</number>|' /etc/xdg/openbox/rc.xml >"$settings/openbox/rc.xml"
}

# Programs start once the window manager works. A window that is there before it is adopted without the focus, and so is one that was clicked
# on before: what is then typed reaches nobody.
window_manager() {
  local working=$XDG_RUNTIME_DIR/window-manager
  mkfifo "$working"
  background manage_windows "$working"
  read -r -t 30 <>"$working"
  rm -f "$working"
}

# It says when it works; its end is as good a reason to wait no longer.
manage_windows() {
  local manager=(openbox --startup "sh -c 'echo >\"\$XDG_RUNTIME_DIR/window-manager\"'")
  has dbus-run-session && manager=(dbus-run-session -- "${manager[@]}")
  "${manager[@]}"
  [ ! -p "$1" ] || echo >"$1"
}

show_desktop() {
  write_settings
  xsetroot -solid '#22384f' -cursor_name left_ptr
  window_manager
  if has tint2; then
    local panel=$HOME/.config/tint2/tint2rc
    [ -e "$panel" ] || panel=$CWS_INSIDE/tint2rc
    background tint2 -c "$panel"
  fi
  background xterm -geometry 100x30
}

# The terminal comes back when it is closed: there is nothing else to start it with.
show_terminal() {
  write_settings
  xsetroot -solid '#18222e' -cursor_name left_ptr
  window_manager
  background keep_terminal
}

keep_terminal() {
  while :; do
    xterm -maximized
    sleep 0.5
  done
}
