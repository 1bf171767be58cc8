# shellcheck shell=bash
# What the desktop's scripts share. CWS_ROOT stands before every path of the system, for the tests.

CWS_ETC=${CWS_ROOT:-}/etc
CWS_STATE=${CWS_ROOT:-}/var/lib/cloudworkstation
CWS_RUN=${CWS_ROOT:-}/run/cloudworkstation
export CWS_ETC CWS_STATE CWS_RUN

say() { printf 'cloudworkstation: %s\n' "$*"; }

have() { command -v "$1" >/dev/null 2>&1; }

# The distributions name TigerVNC's programs differently.
vnc_server() { command -v Xtigervnc || command -v Xvnc; }

vnc_password() { command -v tigervncpasswd || command -v vncpasswd; }
