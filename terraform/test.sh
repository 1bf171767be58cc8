#!/usr/bin/env bash
# Checks everything under terraform/: format, shell scripts, and the validity and tests of each template and module. Needs terraform,
# Xtigervnc and bubblewrap; tests against moto where Python has it. Leaves nothing behind. Prints a summary and fails when anything failed.
set -u
cd "$(dirname "$0")" || exit 1
export TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1 TF_INPUT=0
unset TF_CLI_CONFIG_FILE
terraform=${CWS_TERRAFORM__BINARY:-terraform}
work=$(mktemp -d)
moto=
trap '[ -z "$moto" ] || kill "$moto"; rm -rf "$work"; rm -rf /tmp/cloudworkstation-tftest/.ports; rmdir /tmp/cloudworkstation-tftest 2>/dev/null || true' EXIT
failed=0

# shellcheck source=mirror.sh
. ./mirror.sh
mirror=$(provider_mirror)
if [ -n "$mirror" ]; then
  mirror_configuration "$mirror" >"$work/cli.tfrc"
  export TF_CLI_CONFIG_FILE=$work/cli.tfrc
fi

check() {
  local name=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    printf 'ok      %s\n' "$name"
  else
    printf 'FAILED  %s\n' "$name"
    sed 's/^/        /' "$work/log"
    failed=$((failed + 1))
  fi
}

tested() {
  (cd "$1" && "$terraform" init -no-color -backend=false && "$terraform" validate -no-color && "$terraform" test -no-color)
}

# Those in tests/moto apply for real, to an AWS that is played.
tested_on_moto() {
  (cd "$1" && "$terraform" init -no-color -backend=false -test-directory=tests/moto && "$terraform" test -no-color -test-directory=tests/moto)
}

start_moto() {
  local port
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  python3 -m moto.server -H 127.0.0.1 -p "$port" >"$work/moto.log" 2>&1 &
  moto=$!
  export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_REGION=eu-central-1 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_EC2_METADATA_DISABLED=true
  for _ in $(seq 300); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return
    sleep 0.2
  done
  return 1
}

# The checkout stays as it is: init writes beside the files it reads.
cp -R . "$work/terraform"
check "format" "$terraform" fmt -check -recursive -diff .
if command -v shellcheck >/dev/null; then
  check "shell scripts" shellcheck -x -e SC2317 -P .:modules/local-session/host:modules/local-session/inside:modules/vnc-machine/files test.sh mirror.sh modules/*/host/*.sh modules/*/inside/*.sh modules/*/files/*.sh
else
  printf 'skipped shell scripts: shellcheck is not installed\n'
fi
for directory in templates/*/ modules/*/; do
  name=${directory%/}
  if [ "${name%%/*}" = templates ] || [ -d "$name/tests" ]; then
    check "$name" tested "$work/terraform/$name"
  fi
done
for directory in templates/*/tests/moto; do
  name=${directory%/tests/moto}
  if ! python3 -c 'import moto.server' 2>/dev/null; then
    printf 'skipped %s on moto: Python has no moto (pip install "moto[server]")\n' "$name"
  elif [ -n "$moto" ] || start_moto; then
    check "$name on moto" tested_on_moto "$work/terraform/$name"
  else
    check "moto" cat "$work/moto.log" /nowhere
  fi
done

[ "$failed" -eq 0 ] && printf 'terraform: all checks passed\n' || printf 'terraform: %s failed\n' "$failed"
exit "$((failed > 0))"
