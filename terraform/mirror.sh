# shellcheck shell=bash
# Where providers are kept on this machine, so that Terraform need not ask a registry for them. To be sourced.

# Prints the directory of a filesystem mirror: the one that was named, else the first of the usual places that has one, else nothing.
provider_mirror() {
  local directory
  for directory in "${CWS_TERRAFORM__MIRROR:-}" "${TF_PLUGIN_MIRROR:-}" "$HOME/.terraform.d/plugins" /usr/share/terraform/plugins \
    /usr/local/share/terraform/plugins /opt/*/; do
    directory=${directory%/}
    if [[ -n $directory && -d $directory/registry.terraform.io ]]; then
      echo "$directory"
      return
    fi
  done
}

# Prints Terraform's CLI configuration for a mirror: what is there comes from there, everything else from its registry. A provider that
# the mirror has is not asked of the registry at all, since Terraform would ask both and fail when one cannot be reached.
mirror_configuration() {
  local mirror=$1 provider held=()
  for provider in "$mirror"/*/*/*/; do
    [[ -d $provider ]] || continue
    provider=${provider#"$mirror"/}
    held+=("\"${provider%/}\"")
  done
  local list
  list=$(IFS=,; echo "${held[*]}")
  printf 'provider_installation {\n  filesystem_mirror {\n    path    = "%s"\n    include = [%s]\n  }\n  direct {\n    exclude = [%s]\n  }\n}\n' "$mirror" "$list" "$list"
}
