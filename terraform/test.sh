#!/usr/bin/env bash
# Checks everything under terraform/: format, shell scripts, and the validity and tests of each template and module. Needs terraform,
# Xtigervnc and bubblewrap; tests against moto where Python has it. Leaves nothing behind. Prints a summary and fails when anything failed.
set -u
cd "$(dirname "$0")" || exit 1
work=$(mktemp -d)
trap '[ -z "$moto" ] || kill "$moto"; rm -rf "$work"; rm -rf /tmp/cloudworkstation-tftest/.ports; rmdir /tmp/cloudworkstation-tftest 2>/dev/null || true' EXIT
# shellcheck source=mirror.sh
. ./mirror.sh
# shellcheck source=checks.sh
. ./checks.sh
prepare_terraform

tested() {
  (cd "$1" && "$terraform" init -no-color -backend=false && "$terraform" validate -no-color && "$terraform" test -no-color)
}

# Those in tests/moto apply for real, to an AWS that is played.
tested_on_moto() {
  (cd "$1" && "$terraform" init -no-color -backend=false -test-directory=tests/moto && "$terraform" test -no-color -test-directory=tests/moto)
}

# The checkout stays as it is: init writes beside the files it reads.
cp -R . "$work/terraform"
check "format" "$terraform" fmt -check -recursive -diff .
if command -v shellcheck >/dev/null; then
  check "shell scripts" shellcheck -x -e SC2317 -P .:modules/local-session/host:modules/local-session/inside:modules/vnc-machine/files test.sh mirror.sh checks.sh modules/*/host/*.sh modules/*/inside/*.sh modules/*/files/*.sh
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

summary terraform
