# shellcheck shell=bash
# Small helpers that every command uses.

VERBOSE=${VERBOSE:-}
export ARTIFACTS=$ROOT/artifacts
LAUNCHER=$ROOT/infra/local/CloudWorkstation.Launcher/bin/Release/net10.0/CloudWorkstation.Launcher.dll
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

say() { printf 'workstation: %s\n' "$*"; }

die() {
  printf 'workstation: %s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# take_flag NAME ARGUMENTS... : whether the flag is among the arguments.
take_flag() {
  local name=$1 argument
  shift
  for argument in "$@"; do [[ $argument == "$name" ]] && return 0; done
  return 1
}

# without_flags --a --b ARGUMENTS... : REMAINING = the arguments without those two flags.
without_flags() {
  local first=$1 second=$2 argument
  shift 2
  REMAINING=()
  for argument in "$@"; do [[ $argument == "$first" || $argument == "$second" ]] || REMAINING+=("$argument"); done
}

# quietly WHAT COMMAND... : shows the output only when the command fails (or with --verbose).
quietly() {
  local what=$1 log status=0
  shift
  if [[ -n $VERBOSE ]]; then
    say "$what"
    "$@" || status=$?
  else
    log=$(mktemp)
    "$@" >"$log" 2>&1 </dev/null || status=$?
    ((status == 0)) || tail -n 60 "$log" >&2
    rm -f "$log"
  fi
  ((status == 0)) || die "$what: failed (exit $status)"
}

# The launcher replaces this shell: one process less, and signals reach it directly.
launcher() { exec dotnet "$LAUNCHER" "$@"; }

launcher_if_built() {
  have dotnet || die "the .NET SDK 10 is not installed (no dotnet on PATH)."
  [[ -f $LAUNCHER ]] || die "nothing is built yet. ./workstation up builds and starts everything."
  launcher "$@"
}
