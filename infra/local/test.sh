# shellcheck shell=bash
# ./workstation test: two rows of suites, then one line of totals. What computes runs one after the other (two cores would only make them
# starve each other); beside it run those that mostly wait, for the fixed waits of Terraform's AWS provider.

RESULTS=$ARTIFACTS/test-results
PASSED=0 FAILED=0 SKIPPED=0
BESIDE=""
SUITE_LIMIT=${SUITE_LIMIT:-2400}
MOST_AGAIN=5

# Prints the suites in the order in which they run: cheap ones first, the whole product last. Whatever writes to the checkout comes before
# the first that uses what is built.
suites() {
  local project
  echo format
  echo shell
  echo build
  [[ -f $WEB/package.json ]] && echo console
  for project in "$ROOT"/tests/*.Tests/*.csproj; do echo "dotnet:$(basename "$project" .csproj)"; done
  echo dynamodb:CloudWorkstation.Api.Tests
  echo lagging:CloudWorkstation.Api.Tests
  echo lagging:CloudWorkstation.Manager.Tests
  echo terraform
  echo platform
  echo images
  echo dotnet:CloudWorkstation.EndToEnd
  echo dynamodb:CloudWorkstation.EndToEnd
  echo dotnet:CloudWorkstation.Aws.EndToEnd
  echo browser
  echo browser-aws
  return 0
}

waits() { [[ " terraform platform dotnet:CloudWorkstation.Platform.Tests dotnet:CloudWorkstation.Aws.EndToEnd " == *" $1 "* ]]; }

run_tests() {
  local only=() skip=() suite
  while (($#)); do
    case $1 in
      --only | --skip)
        [[ -n ${2:-} ]] || die "$1 needs a name. ./workstation test --list prints them."
        if [[ $1 == --only ]]; then only+=("$2"); else skip+=("$2"); fi
        shift
        ;;
      --verbose) VERBOSE=1 ;;
      --list)
        suites
        return
        ;;
      *) die "test has no option '$1'. ./workstation test --help lists them." ;;
    esac
    shift
  done
  prepare_to_test
  use_terraform
  use_moto
  begin_run
  run_suites
  end_run
}

run_suites() {
  local suite now=() beside=() row
  for suite in $(suites); do
    wanted "$suite" || continue
    if waits "$suite" && [[ -z $VERBOSE ]]; then beside+=("$suite"); else now+=("$suite"); fi
  done
  row=$TMPDIR/beside
  for suite in "${now[@]}"; do
    # The other row needs what build and console write.
    if [[ ! " format shell build console " == *" $suite "* ]]; then begin_beside "$row" "${beside[@]}"; fi
    run_suite "$suite"
  done
  begin_beside "$row" "${beside[@]}"
  wait
  if [[ -n $BESIDE ]]; then
    cat "$row.lines"
    add_totals <"$row.totals"
  fi
}

begin_beside() {
  if [[ -n $BESIDE || $# -lt 2 ]]; then return 0; fi
  run_beside "$@" &
  BESIDE=$!
}

# The lines are kept until the other row has ended: two rows of failures at once would be read by nobody.
run_beside() {
  local row=$1 suite
  shift
  PASSED=0 FAILED=0 SKIPPED=0
  for suite in "$@"; do run_suite "$suite"; done >"$row.lines"
  echo "$PASSED $FAILED $SKIPPED" >"$row.totals"
}

add_totals() {
  local passed failed skipped
  read -r passed failed skipped
  ((PASSED += passed, FAILED += failed, SKIPPED += skipped)) || true
}

# Everything that the run starts carries its mark and writes below one directory: both are gone afterwards.
begin_run() {
  export CWS_TEST_RUN=run-$$-$RANDOM
  TMPDIR=$(mktemp -d)
  # PostgreSQL runs as a user of its own and keeps its files in here; what is private has a directory that is.
  chmod 711 "$TMPDIR"
  export TMPDIR
  rm -rf "$RESULTS"
  mkdir -p "$RESULTS"
  trap clean_run EXIT
}

clean_run() {
  local process
  while IFS=/ read -r _ _ process _; do
    [[ $process == "$$" || $process == "$BASHPID" ]] || kill -KILL "$process" 2>/dev/null || true
  done < <(grep -lzsx "CWS_TEST_RUN=$CWS_TEST_RUN" /proc/[0-9]*/environ 2>/dev/null)
  rm -rf "$TMPDIR"
}

end_run() {
  if [[ -s $TMPDIR/unsteady ]]; then
    printf '\nPassed only when run again (look into these):\n'
    sed 's/^/  /' "$TMPDIR/unsteady"
  fi
  printf '\nResults: %s\n' "${RESULTS#"$ROOT"/}"
  printf '%d passed, %d failed, %d skipped\n' "$PASSED" "$FAILED" "$SKIPPED"
  ((FAILED == 0 && PASSED > 0))
}

wanted() {
  local name
  if ((${#only[@]})); then
    for name in "${only[@]}" build; do [[ ${1,,} == *"${name,,}"* ]] && return 0; done
    return 1
  fi
  for name in "${skip[@]}"; do [[ ${1,,} == *"${name,,}"* ]] && return 1; done
  return 0
}

run_suite() {
  local suite=$1 name log status=0 begun=$SECONDS passed=0 failed=0 skipped=0
  name=${suite#dotnet:}
  name=${name/:/.}
  log=$RESULTS/$name.log
  if [[ -n $VERBOSE ]]; then
    (suite_"${suite%%:*}" "${suite#*:}") </dev/null 2>&1 | tee "$log" || status=$?
  else
    (suite_"${suite%%:*}" "${suite#*:}") >"$log" 2>&1 </dev/null || status=$?
  fi
  read -r passed failed skipped < <(totals_of "$log" "$name" "$status")
  if ((failed > 0)) && [[ -z $VERBOSE ]]; then
    failure_of "$log"
    if look_again "$suite" "$name"; then ((passed += failed, failed = 0)) || true; fi
  fi
  unsteady_scripts "$name"
  add_totals <<<"$passed $failed $skipped"
  printf '%-42s %5d passed %3d failed %3d skipped  %4d s\n' "$suite" "$passed" "$failed" "$skipped" "$((SECONDS - begun))"
}

# A few failed tests are run once more by themselves: on a machine shared with strangers a time-out can be theirs. What passes then is
# counted, and named at the end: it is a defect that somebody has to find, of the test or of the product, and not one that is forgotten.
look_again() {
  local suite=$1 name=$2 filter log
  # What ended with its process cannot be said to have failed in a few tests.
  [[ -f $RESULTS/$name.trx ]] && ! grep -q 'Test Run Aborted' "$RESULTS/$name.log" || return 1
  filter=$(node "$ROOT/infra/local/failed.mjs" "$RESULTS/$name.trx" "$MOST_AGAIN")
  [[ -n $filter ]] || return 1
  log=$RESULTS/$name.again.log
  (suite_"${suite%%:*}" "${suite#*:}" "$filter") >"$log" 2>&1 </dev/null || return 1
  tr '|' '\n' <<<"${filter//FullyQualifiedName=/}" | sed "s/^/$suite: /" >>"$TMPDIR/unsteady"
}

# Playwright and Vitest run what failed again by themselves.
unsteady_scripts() {
  [[ -f $RESULTS/$1.json ]] || return 0
  node "$ROOT/infra/local/unsteady.mjs" "$RESULTS/$1.json" | sed "s/^/$1: /" >>"$TMPDIR/unsteady"
}

# The totals of a suite: from its result file, else from its lines, else it was one check that passed or not.
totals_of() {
  local log=$1 name=$2 status=$3 totals=""
  if [[ -f $RESULTS/$name.trx ]]; then
    totals=$(trx_totals "$RESULTS/$name.trx")
  elif [[ -f $RESULTS/$name.json ]]; then
    totals=$(node "$ROOT/infra/local/totals.mjs" "$RESULTS/$name.json")
  else
    # "ok NAME" and "FAILED NAME" are terraform/test.sh's lines.
    totals="$(grep -cE '^ok ' "$log" || true) $(grep -cE '^FAILED ' "$log" || true) 0"
  fi
  read -r passed failed skipped <<<"$totals"
  : "${passed:=0}" "${failed:=0}" "${skipped:=0}"
  # A suite that broke without a failing test (a crash, a time-out) has failed all the same.
  if ((status != 0 && failed == 0)); then failed=1; fi
  if ((status == 0 && passed + failed + skipped == 0)); then passed=1; fi
  echo "$passed $failed $skipped"
}

trx_totals() {
  local counters total passed failed
  counters=$(grep -o '<Counters [^>]*' "$1" | head -n 1)
  total=$(sed -E 's/.* total="([0-9]+)".*/\1/' <<<"$counters")
  passed=$(sed -E 's/.* passed="([0-9]+)".*/\1/' <<<"$counters")
  failed=$(sed -E 's/.* failed="([0-9]+)".*/\1/' <<<"$counters")
  echo "$passed $failed $((total - passed - failed))"
}

failure_of() {
  echo "---- ${1#"$ROOT"/}"
  if grep -qE '^ +Failed ' "$1"; then grep -E -A 25 '^ +Failed ' "$1" | head -n 150; else tail -n 60 "$1"; fi
  echo "----"
}

suite_format() { timeout "$SUITE_LIMIT" dotnet format whitespace "$ROOT" --folder --verify-no-changes --exclude node_modules artifacts; }

suite_shell() {
  # SC2317: scripts that call their functions by name look unreachable to it.
  cd "$ROOT" && git ls-files -z '*.sh' workstation '.ci/run' infra/images/build infra/images/healthy infra/images/mirror infra/images/router/run infra/compose/make-secrets | xargs -0 shellcheck --external-sources --exclude=SC2317 --source-path=SCRIPTDIR --source-path="$ROOT"
}

# The last is the OpenID provider of several suites.
suite_build() {
  cd "$ROOT" && dotnet build CloudWorkstation.sln --configuration Release --nologo --verbosity quiet -nodeReuse:false && build_web \
    && cd "$ROOT/tests/OidcProvider" && install_npm_packages
}

# The three suites of .NET tests take the project and, when some are run once more, which.
suite_dotnet() { dotnet_test "$1" "$1${2:+.again}" "${2:-}"; }

# The same tests, with DynamoDB (moto) for the store.
suite_dynamodb() { CWS_TEST_STORE=dynamodb dotnet_test "$1" "dynamodb.$1${2:+.again}" "${2:-${DYNAMODB_SUBSET[$1]:-}}"; }

# Of the end-to-end suite what depends on the store: what people do, what nobody else may do, and the two crashes of the api.
# The rest is about processes, disks and Terraform, is the same with either store, and takes five minutes.
declare -A DYNAMODB_SUBSET=([CloudWorkstation.EndToEnd]="FullyQualifiedName~WholeWayTests|FullyQualifiedName~StrangerTests|FullyQualifiedName~The_api_killed")

# The same tests, with indexes that show a write some time later, as DynamoDB's do. Of the manager those that read indexes.
LAGGING_SUBSET="FullyQualifiedName~Api.Tests|FullyQualifiedName~Operations|FullyQualifiedName~Desktops|FullyQualifiedName~Events|FullyQualifiedName~Routing|FullyQualifiedName~Jobs|FullyQualifiedName~Sessions"
suite_lagging() { CWS_TEST_STORE=lagging dotnet_test "$1" "lagging.$1${2:+.again}" "${2:-$LAGGING_SUBSET}"; }

# The project, the name of its results, and which tests; by default all.
dotnet_test() {
  timeout --kill-after=30 "$SUITE_LIMIT" dotnet test "$ROOT/tests/$1" --no-build --configuration Release --nologo \
    ${3:+--filter "$3"} --results-directory "$RESULTS" --logger "trx;LogFileName=$2.trx" --logger "console;verbosity=normal"
}

suite_terraform() { timeout "$SUITE_LIMIT" "$ROOT/terraform/test.sh"; }

suite_images() { timeout "$SUITE_LIMIT" "$ROOT/infra/images/test.sh"; }

suite_platform() { timeout "$SUITE_LIMIT" "$ROOT/infra/aws/test.sh"; }

suite_console() {
  cd "$WEB" && install_npm_packages && npm run lint && npm test -- --reporter=default --reporter=json --outputFile="$RESULTS/console.json" && npm run build
}

suite_browser() { browser_test browser; }

# What an admin does with a desktop on AWS, with moto for the account.
suite_browser-aws() { CWS_TEST_UP="--aws-endpoint moto" browser_test browser-aws; }

browser_test() {
  cd "$ROOT/tests/Browser" && install_npm_packages \
    && CWS_SCREENSHOTS=$RESULTS/screenshots PLAYWRIGHT_JSON_OUTPUT_FILE=$RESULTS/$1.json timeout --kill-after=30 "$SUITE_LIMIT" npx playwright test --reporter=list,json --output "$RESULTS/$1"
}
