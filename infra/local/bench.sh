# shellcheck shell=bash
# ./workstation bench: everything is built in Release, then measured one benchmark at a time.

run_bench() {
  prepare_to_test
  use_terraform
  build_product
  quietly "building the benchmarks" dotnet build "$ROOT/tests/CloudWorkstation.Benchmarks" --configuration Release --nologo --verbosity quiet -nodeReuse:false
  exec dotnet "$ROOT/tests/CloudWorkstation.Benchmarks/bin/Release/net10.0/CloudWorkstation.Benchmarks.dll" "$@"
}
