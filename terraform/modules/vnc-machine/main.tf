# What a fresh machine must be told to become a desktop, as user data. Nothing in it is secret: the password is fetched by the machine.

locals {
  letters = replace(lower(var.owner), "/[^a-z0-9_-]/", "-")
  trimmed = trim(substr(split("@", local.letters)[0], 0, 28), "-_")
  user    = can(regex("^[a-z]", local.trimmed)) ? local.trimmed : "u-${local.trimmed}"

  config = "#cloud-config\n${yamlencode({
    runcmd = [["true"]]
  })}"
}
