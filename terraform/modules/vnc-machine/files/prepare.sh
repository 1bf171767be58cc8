#!/usr/bin/env bash
# Before each start of the screen, as root: fetches the password into a file in memory that the desktop's user alone can read, and finds
# out how large the screen should be. The password is in no argument, no variable of another process and no log.
set -euo pipefail
# shellcheck source=/dev/null
. "${CWS_SETTINGS:-/etc/cloudworkstation/desktop.env}"
PATH=$PATH:/snap/bin
here=$(dirname "$0")
# shellcheck source=lib.sh
. "$here/lib.sh"
wait=${CWS_RETRY_SECONDS:-5}

# The parameter is made after the machine, and a change of its tag or of the role takes a while to reach all of AWS.
fetch_password() {
  local problem=$CWS_RUN/problem last=
  until password=$(aws ssm get-parameter --region "$CWS_REGION" --name "$CWS_PASSWORD_PARAMETER" --with-decryption \
    --query Parameter.Value --output text 2>"$problem") && [ -n "$password" ]; do
    if [ "$(cat "$problem")" != "$last" ]; then
      last=$(cat "$problem")
      say "The screen's password cannot be read yet: $(tr '\n' ' ' <"$problem")"
    fi
    sleep "$wait"
  done
  rm -f "$problem"
}

keep_password() {
  local file=$CWS_RUN/passwd
  (umask 077 && printf '%s\n' "$password" | "$(vnc_password)" -f >"$file.new")
  chown "$1" "$file.new"
  mv "$file.new" "$file"
}

# The tag that Terraform keeps up to date; without it, what the machine was made with.
wanted_screen() {
  local imds=${CWS_IMDS:-http://169.254.169.254} token found
  token=$(curl -sf -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$imds/latest/api/token") || token=
  found=$(curl -sf -m 5 -H "X-aws-ec2-metadata-token: $token" "$imds/latest/meta-data/tags/instance/cws:screen") || found=
  if [[ $found =~ ^[1-9][0-9]{2,3}x[1-9][0-9]{2,3}x(16|24)$ ]]; then
    printf '%s\n' "$found"
  else
    printf '%s\n' "$CWS_SCREEN"
  fi
}

mkdir -p "$CWS_RUN"
user=$(cat "$CWS_STATE/user")
fetch_password
keep_password "$user"
wanted_screen >"$CWS_RUN/screen"
say "The screen's password is there; the screen will be $(cat "$CWS_RUN/screen")"
