# shellcheck shell=bash
# Terraform from PATH when it is new enough, else the pinned release, checked against its known checksum.

TERRAFORM_VERSION=1.11.4
TERRAFORM_OLDEST=1.10

# shellcheck source=../../terraform/mirror.sh
. "$ROOT/terraform/mirror.sh"

# Afterwards `terraform` is on PATH, or CWS_TERRAFORM__BINARY names one; CWS_TERRAFORM__MIRROR names the providers of this machine, if any.
use_terraform() {
  local mirror
  if [[ -z ${CWS_TERRAFORM__MIRROR:-}${CWS_TERRAFORM__CLICONFIG:-} ]]; then
    mirror=$(provider_mirror)
    [[ -z $mirror ]] || export CWS_TERRAFORM__MIRROR=$mirror
  fi
  [[ -n ${CWS_TERRAFORM__BINARY:-} ]] && return 0
  if have terraform && terraform_is_new_enough "$(terraform_version terraform)"; then return 0; fi
  local kept=$ARTIFACTS/terraform/$TERRAFORM_VERSION
  [[ -x $kept/terraform ]] || download_terraform "$kept"
  PATH=$kept:$PATH
}

terraform_version() { "$1" version 2>/dev/null | sed -n 's/^[A-Za-z]* v\([0-9.]*\).*/\1/p' | head -n 1; }

terraform_is_new_enough() { [[ -n $1 && $(printf '%s\n%s\n' "$TERRAFORM_OLDEST" "$1" | sort -V | head -n 1) == "$TERRAFORM_OLDEST" ]]; }

terraform_checksum() {
  case $1 in
    amd64) echo 1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc ;;
    arm64) echo a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633 ;;
  esac
}

download_terraform() {
  local directory=$1 machine archive checksum
  case $(uname -m) in
    x86_64) machine=amd64 ;;
    aarch64) machine=arm64 ;;
    *) die "Terraform $TERRAFORM_OLDEST or newer is needed on PATH; there is no pinned release for $(uname -m)." ;;
  esac
  checksum=$(terraform_checksum "$machine")
  archive=$(mktemp)
  say "downloading Terraform $TERRAFORM_VERSION"
  if ! curl --fail --silent --show-error --location --max-time 300 --output "$archive" \
    "https://releases.hashicorp.com/terraform/$TERRAFORM_VERSION/terraform_${TERRAFORM_VERSION}_linux_$machine.zip"; then
    rm -f "$archive"
    die "Terraform could not be downloaded. Install Terraform $TERRAFORM_OLDEST or newer so that it is on PATH, or set CWS_TERRAFORM__BINARY."
  fi
  if [[ $(sha256sum "$archive" | cut -d' ' -f1) != "$checksum" ]]; then
    rm -f "$archive"
    die "the downloaded Terraform does not have the expected checksum; it was thrown away. Install Terraform $TERRAFORM_OLDEST or newer so that it is on PATH."
  fi
  mkdir -p "$directory"
  unzip -q -o "$archive" terraform -d "$directory"
  rm -f "$archive"
}
