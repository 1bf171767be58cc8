#!/usr/bin/env bash
# Makes a fresh machine a desktop. Runs at every start and leaves alone what is as it should be, so that an interrupted run is completed
# by the next one. An image that already has the packages is set up in seconds.
set -euo pipefail
# shellcheck source=/dev/null
. "${CWS_SETTINGS:-/etc/cloudworkstation/desktop.env}"
PATH=$PATH:/snap/bin
here=$(dirname "$0")
# shellcheck source=lib.sh
. "$here/lib.sh"

install_on_ubuntu() {
  export DEBIAN_FRONTEND=noninteractive
  local apt=(apt-get -y -q -o DPkg::Lock::Timeout=600 -o Acquire::Retries=5)
  "${apt[@]}" update
  "${apt[@]}" install --no-install-recommends tigervnc-standalone-server tigervnc-tools xauth x11-xserver-utils dbus-x11 dbus-user-session \
    xfce4 xfce4-terminal xfce4-notifyd thunar-volman mousepad fonts-dejavu fonts-noto-core curl
  have aws || snap install aws-cli --classic || "${apt[@]}" install awscli
  have firefox || snap install firefox || say "Firefox could not be installed; everything else works."
}

install_on_amazon_linux() {
  dnf -y -q groupinstall Desktop
  dnf -y -q install tigervnc-server xorg-x11-xauth dbus-x11
}

installed() {
  have aws && have curl && have xauth && vnc_server >/dev/null && vnc_password >/dev/null && { have startxfce4 || have gnome-session; }
}

install_packages() {
  if installed; then
    return
  fi
  say "Installing the desktop's packages"
  if have apt-get; then
    install_on_ubuntu
  elif have dnf; then
    install_on_amazon_linux
  else
    say "This system has neither apt-get nor dnf"
    return 1
  fi
  installed || { say "The packages are installed and something is still missing"; return 1; }
}

# A name that belongs to the system is not taken over.
choose_user() {
  local kept
  kept=$(cat "$CWS_STATE/user" 2>/dev/null || true)
  if [ -n "$kept" ]; then
    CWS_USER=$kept
  elif id "$CWS_USER" >/dev/null 2>&1; then
    CWS_USER=u-$CWS_USER
  fi
}

make_user() {
  choose_user
  id "$CWS_USER" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$CWS_USER"
  printf '%s\n' "$CWS_USER" >"$CWS_STATE/user"
  mkdir -p "$CWS_ETC/systemd/system/cws-desktop.service.d"
  printf '[Service]\nUser=%s\n' "$CWS_USER" >"$CWS_ETC/systemd/system/cws-desktop.service.d/user.conf"
}

# The words are the whole rule: a rule that sudo cannot read would lock everybody out.
allow_root() {
  local rule=$CWS_ETC/sudoers.d/cloudworkstation
  if [ "$CWS_ADMINISTRATOR" != true ]; then
    rm -f "$rule"
    return
  fi
  printf '%s ALL=(ALL) NOPASSWD:ALL\n' "$CWS_USER" >"$rule.new"
  chmod 0440 "$rule.new"
  visudo -c -q -f "$rule.new" && mv "$rule.new" "$rule"
}

mkdir -p "$CWS_STATE"
install_packages
make_user
allow_root
systemctl daemon-reload
say "The machine is set up for $CWS_USER"
