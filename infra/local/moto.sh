# shellcheck shell=bash
# moto, the AWS of development and of the tests, from the Python on PATH when that has it, else in an environment of our own.

MOTO_OLDEST=5.2.1

# Afterwards `python3` on PATH has moto.
use_moto() {
  moto_is_new_enough "$(moto_version python3)" && return 0
  local kept=$ARTIFACTS/moto
  moto_is_new_enough "$(moto_version "$kept/bin/python3")" || install_moto "$kept"
  PATH=$kept/bin:$PATH
}

moto_version() { "$1" -c 'import moto, moto.server; print(moto.__version__)' 2>/dev/null || true; }

# Older ones answer 500 where S3 answers 412, which Terraform takes for a broken bucket instead of a held lock.
moto_is_new_enough() { [[ -n $1 && $(printf '%s\n%s\n' "$MOTO_OLDEST" "$1" | sort -V | head -n 1) == "$MOTO_OLDEST" ]]; }

install_moto() {
  python3 -c 'import venv, ensurepip' 2>/dev/null || install_missing "no-such-program python3-venv"
  rm -rf "$1"
  say "installing moto"
  quietly "python3 -m venv" python3 -m venv "$1"
  quietly "pip install moto" "$1/bin/python3" -m pip install --quiet "moto[server]>=$MOTO_OLDEST"
}

# Whether `up` with these arguments needs it.
up_starts_moto() {
  local argument before="" store="" endpoint=""
  for argument in "$@"; do
    case $before in
      --store) store=$argument ;;
      --aws-endpoint) endpoint=$argument ;;
    esac
    case $argument in
      --store=*) store=${argument#*=} ;;
      --aws-endpoint=*) endpoint=${argument#*=} ;;
    esac
    before=$argument
  done
  [[ $endpoint == moto || (-z $endpoint && $store == dynamodb) ]]
}
