#!/usr/bin/env bash
# Checks everything under terraform/: format, shell scripts, and each template's validity and tests. Needs terraform, Xtigervnc and
# bubblewrap; leaves nothing behind. Prints a summary and fails when anything failed.
set -u
cd "$(dirname "$0")" || exit 1
export TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1 TF_INPUT=0
unset TF_CLI_CONFIG_FILE
terraform=${CWS_TERRAFORM__BINARY:-terraform}
work=$(mktemp -d)
trap 'rm -rf "$work"; rm -rf /tmp/cloudworkstation-tftest/.ports; rmdir /tmp/cloudworkstation-tftest 2>/dev/null || true' EXIT
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

# The checkout stays as it is: init writes beside the files it reads.
cp -R . "$work/terraform"
check "format" "$terraform" fmt -check -recursive -diff .
if command -v shellcheck >/dev/null; then
  check "shell scripts" shellcheck -x -e SC2317 -P .:modules/local-session/host:modules/local-session/inside:modules/vnc-machine/files test.sh mirror.sh modules/*/host/*.sh modules/*/inside/*.sh modules/*/files/*.sh
else
  printf 'skipped shell scripts: shellcheck is not installed\n'
fi
for template in templates/*/; do
  check "template $(basename "$template")" tested "$work/terraform/${template%/}"
done

[ "$failed" -eq 0 ] && printf 'terraform: all checks passed\n' || printf 'terraform: %s failed\n' "$failed"
exit "$((failed > 0))"
