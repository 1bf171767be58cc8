# shellcheck shell=bash
# Builds what up runs, and only when something it is made of has changed.

STAMPS=$ARTIFACTS/stamps
WEB=$ROOT/console-host/web

build_product() {
  mkdir -p "$STAMPS"
  # One build at a time in a checkout: two terminals must not write the same output.
  exec 9>"$ARTIFACTS/build.lock"
  flock 9
  when_changed web "$(web_inputs)" "$WEB/dist/index.html" "building the console" build_web
  when_changed services "$(service_inputs)" "$LAUNCHER" "building the services" build_services
  flock -u 9
  exec 9>&-
}

# when_changed NAME HASH RESULT WHAT COMMAND : runs the command unless it was run for these inputs and its result is still there.
when_changed() {
  local stamp=$STAMPS/$1 hash=$2 result=$3 what=$4 begun=$SECONDS
  [[ -f $stamp && -e $result && $(<"$stamp") == "$hash" ]] && return 0
  say "$what ..."
  quietly "$what" "$5"
  printf '%s' "$hash" >"$stamp"
  say "$what: $((SECONDS - begun)) s"
}

service_inputs() {
  hash_of "$ROOT"/Directory.*.props "$ROOT/global.json" "$ROOT/.editorconfig" "$ROOT"/{api,manager,router,console-host,infra/local} \
    -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.slnf' -o -name 'packages.lock.json' -o -name '*.json' -o -name '.editorconfig' -o -name '*.html' -o -name '*.sql' -o -name '*.sh'
}

web_inputs() { hash_of "$WEB" -name '*'; }

# hash_of PATH... -name PATTERN...: one hash over names and contents; results of builds are left out.
hash_of() {
  local paths=()
  while [[ $1 != -name ]]; do
    [[ -e $1 ]] && paths+=("$1")
    shift
  done
  find "${paths[@]}" \( -name bin -o -name obj -o -name node_modules -o -name dist -o -name '*.tsbuildinfo' -o -name test-results -o -name playwright-report \) -prune \
    -o -type f \( "$@" \) -print0 | sort -z | xargs -0 --no-run-if-empty sha256sum | sha256sum | cut -d' ' -f1
}

build_services() { dotnet build "$ROOT/infra/local/product.slnf" --configuration Release --nologo --verbosity quiet -nodeReuse:false; }

build_web() {
  [[ -f $WEB/package.json ]] || return 0
  (cd "$WEB" && install_npm_packages && npm run build)
}

# npm ci only when the lock file is another one than at the last installation here.
install_npm_packages() {
  local mark=node_modules/.installed-for hash
  hash=$(sha256sum package-lock.json | cut -d' ' -f1)
  [[ -f $mark && $(<"$mark") == "$hash" ]] && return 0
  npm ci --no-audit --no-fund --loglevel=error
  printf '%s' "$hash" >"$mark"
}
