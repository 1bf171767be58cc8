#!/usr/bin/env bash
# Checks the images as far as that goes without a Docker engine: the Dockerfiles' rules, and that what they build and start runs as the user they
# name, on a root that nobody can write to. Needs bubblewrap, haproxy and a Release build of the product (./workstation test builds first).
# Where there is an engine, infra/images/build is the test of the Dockerfiles themselves.
set -u
cd "$(dirname "$0")/../.." || exit 1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
work=$(mktemp -d)
chmod 711 "$work"
running=()
trap clean EXIT

# shellcheck source=terraform/checks.sh
. terraform/checks.sh

clean() {
  ((${#running[@]} == 0)) || kill "${running[@]}" 2>/dev/null
  wait 2>/dev/null
  rm -rf "$work"
}

# --- Rules of a Dockerfile ---------------------------------------------------------------------------------------------------------------

# The last stage, with continued lines joined.
last_stage() { sed -e ':a' -e '/\\$/N; s/\\\n//; ta' "$1" | awk '/^FROM /{stage=""} {stage=stage $0 "\n"} END{printf "%s", stage}'; }

pinned() { ! grep -E '^FROM ' "$1" | grep -vE '^FROM [^ ]+(:[0-9]+\.[0-9]+[0-9a-z.-]*|:\$\{TERRAFORM\}|@sha256:[0-9a-f]{64})( AS [a-z]+)?$'; }

unprivileged() { [[ $(last_stage "$1" | grep -E '^USER ' | tail -n 1) == "USER 1654:1654" ]] && ! last_stage "$1" | sed '1,/^USER /d' | grep -E '^(RUN|ADD|COPY|USER) '; }

multi_stage() { (($(grep -cE '^FROM ' "$1") > 1)) && ! last_stage "$1" | grep -E 'dotnet (publish|build|restore)|npm '; }

asked_for_health() { last_stage "$1" | grep -E '^HEALTHCHECK .*CMD \["healthy", "[0-9]+", "/health' && last_stage "$1" | grep -E '^ENTRYPOINT \["'; }

# Whatever a stage takes from the checkout is there, and .dockerignore lets it through.
sources_exist() {
  local line source sources
  while read -r line; do
    read -r -a sources < <(sed -E 's/^COPY (--[^ ]+ )*//; s/ [^ ]+$//' <<<"$line")
    for source in "${sources[@]}"; do
      [[ $1 == */console-host/* && ! -e $source ]] && source=console-host/web
      [[ -e $source ]] || { echo "there is no $source" && return 1; }
      [[ $source == */* ]] && grep -qxF "!${source%%/*}" .dockerignore && continue
      grep -qE "^!(${source//./\\.}|infra/images|Directory\.\*\.props)$" .dockerignore || [[ $source == infra/images/* ]] || { echo ".dockerignore keeps $source out" && return 1; }
    done
  done < <(grep -E '^COPY ' "$1" | grep -v -e '--from=')
}

# A project and all that it refers to, however far.
references() {
  local project=$1 other
  echo "${project%/*}"
  while read -r other; do references "$(realpath --relative-to=. "${project%/*}/$other")"; done < <(sed -n 's/.*<ProjectReference Include="\([^"]*\)".*/\1/p' "$project")
}

project_of() { sed -n 's/^RUN dotnet publish \([^ ]*\) .*/\1/p' "$1"; }

copies_its_project() {
  local needed copied
  for needed in $(references "$(project_of "$1")"); do
    copied=$(sed -n -E 's/^COPY ([a-z][A-Za-z.\/-]*) [^ ]+$/\1/p' "$1" | while read -r source; do [[ $needed/ == "$source"/* ]] && echo yes; done)
    [[ -n $copied ]] || { echo "$needed is not copied" && return 1; }
  done
}

# --- What is published, as the container runs it -----------------------------------------------------------------------------------------

published() {
  local options
  options=$(sed -n 's/^RUN dotnet publish [^ ]* \(.*\)/\1/p' "infra/images/$1/Dockerfile")
  # shellcheck disable=SC2086 # words of a command line
  dotnet publish "$(project_of "infra/images/$1/Dockerfile")" ${options/--output \/out/--output "$work/$1"} --no-build -nodeReuse:false && chmod -R a+rX "$work/$1"
}

# contained DATA INSIDE COMMAND…: nothing can be written but DATA, at the path INSIDE that it has in the image, and /tmp. Who runs this is user
# 1654 in there, without capabilities. The checkout may itself lie below /tmp.
contained() {
  local data=$1 inside=$2
  shift 2
  mkdir -p "$data"
  bwrap --ro-bind / / --dev /dev --proc /proc --tmpfs /var/lib --tmpfs /run --tmpfs /tmp --dir "$inside" --bind "$data" "$inside" --ro-bind "$work" "$work" --ro-bind "$PWD" "$PWD" \
    --unshare-user --uid 1654 --gid 1654 --cap-drop ALL --die-with-parent env -i PATH="$PATH" DOTNET_EnableDiagnostics=0 "$@"
}

healthy_soon() {
  local attempt
  for attempt in $(seq 1 120); do
    infra/images/healthy "$1" "$2" 2>/dev/null && return
    sleep 0.5
  done
  echo "no 200 at $2 after $attempt tries"
  return 1
}

# starts NAME HEALTH DATA COMMAND…, with PORT in the command replaced by a free one.
starts() {
  local name=$1 health=$2 inside=$3 port
  shift 3
  port=$(free_port)
  contained "$work/data-$name" "$inside" "${@//PORT/$port}" >"$work/$name.log" 2>&1 &
  running+=($!)
  healthy_soon "$port" "$health" || { cat "$work/$name.log" && return 1; }
}

for file in infra/images/*/Dockerfile; do
  image=$(basename "$(dirname "$file")")
  check "$image: base images have versions" pinned "$file"
  check "$image: several stages, tools stay behind" multi_stage "$file"
  check "$image: runs as a user without rights" unprivileged "$file"
  check "$image: is asked for its health" asked_for_health "$file"
  check "$image: what it copies is there" sources_exist "$file"
  check "$image: copies all projects that it builds" copies_its_project "$file"
  check "$image: publishes" published "$image"
done

data=/var/lib/cloudworkstation
key=$(head -c 32 /dev/urandom | base64 | tr -d '=\n' | tr '+/' '-_')
check "api starts on a read-only root" starts api /health/ready $data CWS_DATA=$data CWS_TEMPLATES="$PWD/terraform/templates" ASPNETCORE_URLS=http://127.0.0.1:PORT \
  CWS_INTERNALKEY="$key" CWS_DESKTOPPROXYSECRET="$key" dotnet "$work/api/CloudWorkstation.Api.dll"
check "worker starts on a read-only root" starts worker /health/ready $data CWS_DATA=$data CWS_TEMPLATES="$PWD/terraform/templates" ASPNETCORE_URLS=http://127.0.0.1:PORT \
  CWS_INTERNALKEY="$key" dotnet "$work/worker/CloudWorkstation.Worker.dll"
check "console-host starts on a read-only root" starts console-host /health/live /var/lib/none ASPNETCORE_URLS=http://127.0.0.1:PORT CWS_PUBLICURL=https://desktops.example.com \
  dotnet "$work/console-host/CloudWorkstation.ConsoleHost.dll"
check "desktop-proxy starts on a read-only root" starts desktop-proxy /health/live /var/lib/none ASPNETCORE_URLS=http://127.0.0.1:PORT CWS_PUBLICURL=https://desktops.example.com \
  CWS_API=http://127.0.0.1:9 CWS_INTERNALKEY="$key" CWS_DESKTOPPROXYSECRET="$key" dotnet "$work/desktop-proxy/CloudWorkstation.DesktopProxy.dll"

router=(CWS_ROUTER_DIR=/run/cws CWS_ROUTER__DIRECTORY=/run/cws CWS_ROUTER_APPLICATION="$work/router")
check "router prepares on a read-only root" contained "$work/data-router" /run/cws "${router[@]}" infra/images/router/run prepare
check "haproxy starts on a read-only root" starts router /health /run/cws "${router[@]}" CWS_ROUTER_BIND=127.0.0.1:PORT CWS_API_ADDR=127.0.0.1:9 CWS_CONSOLE_ADDR=127.0.0.1:9 \
  CWS_PUBLIC_ORIGIN=https://desktops.example.com infra/images/router/run haproxy

if command -v docker-compose >/dev/null || docker compose version >/dev/null 2>&1; then
  touch "$work/certificate.pem"
  printf '%s\n' CWS_IMAGES=registry.example.com/cws CWS_VERSION=1.0.0 CWS_URL=https://desktops.example.com CWS_INTERNALKEY=x CWS_DESKTOPPROXYSECRET=x \
    CWS_FIRSTADMIN_PASSWORD=x CWS_CERTIFICATE="$work/certificate.pem" >"$work/compose.env"
  # Compose 1.29 (Debian 12) knows everything in the file but its name.
  sed '/^name:/d' infra/compose/compose.yaml >"$work/compose.yaml"
  if docker compose version >/dev/null 2>&1; then compose=(docker compose); else compose=(docker-compose); fi
  check "compose file is valid" "${compose[@]}" --env-file "$work/compose.env" --file "$work/compose.yaml" config
else
  printf 'skipped compose file: docker compose is not installed\n'
fi

summary images
