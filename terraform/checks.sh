# shellcheck shell=bash
# What the test scripts of terraform/ and infra/ have in common. To be sourced by a script that has made a directory `$work`.
# shellcheck disable=SC2154 # that one

failed=0
moto=

# Runs a command and prints how it went, with its output when it failed.
check() {
  local name=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    printf 'ok      %s\n' "$name"
  else
    printf 'FAILED  %s\n' "$name"
    sed 's/^/        /' "$work/log"
    failed=$((failed + 1))
    return 1
  fi
}

# The last line, and the script's exit code.
summary() {
  if ((failed)); then printf '%s: %s failed\n' "$1" "$failed"; else printf '%s: all checks passed\n' "$1"; fi
  return "$((failed > 0))"
}

# Terraform without questions, with the machine's providers where it has some. Call mirror.sh's functions before.
prepare_terraform() {
  export TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1 TF_INPUT=0
  unset TF_CLI_CONFIG_FILE
  # shellcheck disable=SC2034 # for the script
  terraform=${CWS_TERRAFORM__BINARY:-terraform}
  local mirror
  mirror=$(provider_mirror)
  if [[ -n $mirror ]]; then
    mirror_configuration "$mirror" >"$work/cli.tfrc"
    export TF_CLI_CONFIG_FILE=$work/cli.tfrc
  fi
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# Starts moto (its pid is $moto, for the script to stop) and points Terraform and the SDKs at it.
start_moto() {
  local port attempt
  port=$(free_port)
  # Certificates are validated at once.
  MOTO_ACM_VALIDATION_WAIT=0 python3 -m moto.server -H 127.0.0.1 -p "$port" >"$work/moto.log" 2>&1 &
  moto=$!
  for attempt in $(seq 1 300); do
    if curl --silent --max-time 2 --output /dev/null "http://127.0.0.1:$port/moto-api/"; then
      export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=eu-central-1 AWS_EC2_METADATA_DISABLED=true
      return
    fi
    kill -0 "$moto" 2>/dev/null || break
    sleep 0.2
  done
  echo "moto did not start (attempt $attempt). pip install 'moto[server]' installs it." >&2
  cat "$work/moto.log" >&2
  return 1
}
