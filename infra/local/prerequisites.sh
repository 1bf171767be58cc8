# shellcheck shell=bash
# What must be on the machine. On Debian 12 missing packages are installed; elsewhere they are named.

# Each line: the program (or file, with * for what differs between machines) that shows that a package is there, and the package.
RUN_NEEDS="haproxy haproxy
Xtigervnc tigervnc-standalone-server
vncconfig tigervnc-common
vncpasswd tigervnc-tools
openbox openbox
tint2 tint2
xterm xterm
pcmanfm pcmanfm
xsetroot x11-xserver-utils
xdpyinfo x11-utils
xauth xauth
xclip xclip
/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf fonts-dejavu-core
bwrap bubblewrap
setpriv util-linux
pgrep procps
ip iproute2
libsqlite3.so.0 libsqlite3-0
curl curl
unzip unzip"

TEST_NEEDS="chromium chromium
xdotool xdotool
websockify websockify
sqlite3 sqlite3
import imagemagick
shellcheck shellcheck
/usr/lib/python3/dist-packages/aiosmtpd python3-aiosmtpd
/usr/lib/postgresql/15/bin/initdb postgresql
unshare util-linux
slapd slapd
samba samba
samba-tool samba-common-bin
/usr/share/samba/setup/ad-schema samba-ad-provision
/usr/lib/*/samba/ldb/samba_dsdb.so samba-dsdb-modules"

# Servers that only tests use, each started by a test with data of its own. Debian's packages would start them for everybody.
TEST_SERVERS="slapd samba-ad-dc smbd nmbd"

prepare_to_run() {
  need_toolchains
  install_missing "$RUN_NEEDS"
}

prepare_to_test() {
  need_toolchains
  install_missing "$RUN_NEEDS"$'\n'"$TEST_NEEDS"
}

# Commands of systemd, where it runs: what has just been installed for tests serves nobody else.
stop_test_servers() {
  local server
  [[ -d /run/systemd/system ]] || return 0
  for server in $TEST_SERVERS; do "$@" systemctl disable --quiet --now "$server" >/dev/null 2>&1 || true; done
}

need_toolchains() {
  have dotnet || die "the .NET SDK 10 is needed (no dotnet on PATH). Install it from Microsoft's packages for your system."
  (cd "$ROOT" && dotnet --version >/dev/null 2>&1) || die "the .NET SDK 10.0.100 or newer is needed; installed: $(cd / && dotnet --list-sdks | cut -d' ' -f1 | tr '\n' ' ')"
  { have node && have npm; } || die "Node.js 20 or newer with npm is needed; it builds the console."
  local major
  major=$(node --version)
  major=${major#v}
  ((${major%%.*} >= 20)) || die "Node.js 20 or newer is needed; installed: $(node --version)"
}

is_there() {
  case $1 in
    /*) compgen -G "$1" >/dev/null ;;
    *.so.*) [[ $(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null) == *"$1"* ]] ;;
    *) PATH=$PATH:/usr/sbin command -v "$1" >/dev/null 2>&1 ;;
  esac
}

install_missing() {
  local sign package missing=() as_root=()
  while read -r sign package; do
    is_there "$sign" || missing+=("$package")
  done <<<"$1"
  ((${#missing[@]})) || return 0
  is_debian_12 || die "these are needed (names of Debian 12's packages): ${missing[*]}"
  if ((EUID != 0)); then
    have sudo || die "these packages are needed: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  quietly "apt-get update" "${as_root[@]}" apt-get update
  quietly "apt-get install" "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"
  case " ${missing[*]} " in
    *" slapd "* | *" samba "*) stop_test_servers "${as_root[@]}" ;;
  esac
}

is_debian_12() {
  [[ -r /etc/os-release ]] || return 1
  # shellcheck source=/dev/null
  (source /etc/os-release && [[ ${ID:-} == debian && ${VERSION_ID:-} == 12 ]])
}
