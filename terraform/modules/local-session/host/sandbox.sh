# shellcheck shell=bash
# Sets `sandbox` to the bubblewrap command in which the session runs, or to nothing where bubblewrap cannot work.
# The user sees the system's programs read-only, a home, a /tmp and processes of its own, and nothing else of this machine.
# Only named parts of /etc: started by root, the user's files belong to root outside, and so does what root alone may read.

inside=/opt/cloudworkstation
user_home=/home/desktop
visible_etc=(alternatives bash.bashrc ca-certificates chromium chromium.d dbus-1 firefox-esr fonts gai.conf gtk-2.0 gtk-3.0 host.conf hosts
  inputrc ld.so.cache ld.so.conf ld.so.conf.d localtime mailcap mime.types nsswitch.conf pcmanfm profile profile.d protocols resolv.conf
  services ssl/certs ssl/openssl.cnf terminfo timezone vim X11 xdg)

build_sandbox() {
  sandbox=(bwrap --unshare-user --uid 1000 --gid 1000 --unshare-pid --unshare-ipc --unshare-uts --hostname "$DESKTOP_ID"
    --cap-drop ALL --new-session --ro-bind /usr /usr --proc /proc --dev /dev --tmpfs /tmp --perms 1777 --dir /tmp/.X11-unix
    --perms 0700 --tmpfs /run/user/1000 --dir /var/tmp --bind "$DESKTOP_DIRECTORY/home" "$user_home"
    --ro-bind "$run/inside" "$inside" --ro-bind "$run/inside/passwd" /etc/passwd --ro-bind "$run/inside/group" /etc/group
    --ro-bind "$run/passwd" /run/vnc-password --ro-bind-try /var/cache/fontconfig /var/cache/fontconfig --chdir "$user_home")
  local name
  for name in bin sbin lib lib32 lib64; do
    if [ -L "/$name" ]; then sandbox+=(--symlink "usr/$name" "/$name"); elif [ -d "/$name" ]; then sandbox+=(--ro-bind "/$name" "/$name"); fi
  done
  for name in "${visible_etc[@]}"; do sandbox+=(--ro-bind-try "/etc/$name" "/etc/$name"); done
  # The same sandbox, with nothing in it, tells whether this machine allows it (user namespaces may be switched off).
  "${sandbox[@]}" true 2>"$run/sandbox.log" </dev/null || sandbox=()
}

# What the session finds in its environment; nothing of Terraform's, which holds secrets, is passed on.
build_environment() {
  local home=$DESKTOP_DIRECTORY/home runtime=$run/user password=$run/passwd parts=$run/inside
  if [ ${#sandbox[@]} -gt 0 ]; then
    home=$user_home runtime=/run/user/1000 password=/run/vnc-password parts=$inside
  else
    mkdir -p "$runtime"
    # Without a user namespace of its own its processes would be counted together with all others of this user, ours included.
    PROCESSES=
  fi
  # shellcheck disable=SC2034 # start.sh passes it on
  environment=("CWS_DESKTOP=$DESKTOP_ID" "CWS_DESKTOP_DIRECTORY=$DESKTOP_DIRECTORY" "CWS_INSIDE=$parts" "CWS_PASSWORD_FILE=$password"
    "HOME=$home" USER=desktop LOGNAME=desktop SHELL=/bin/bash LANG=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin:/usr/games
    "XDG_RUNTIME_DIR=$runtime" "XAUTHORITY=$runtime/Xauthority" "XDG_CONFIG_DIRS=$runtime/xdg:/etc/xdg" XDG_CURRENT_DESKTOP=openbox
    "GEOMETRY=$GEOMETRY" "DEPTH=$DEPTH" "KIND=$KIND" "MEMORY=$MEMORY" "PROCESSES=$PROCESSES" "DESKTOP_NAME=$DESKTOP_NAME")
}
