# A Linux desktop on the machine that runs CloudWorkstation. No provider, nothing to download.

terraform {
  required_version = ">= 1.10"
}

module "session" {
  source = "./session"

  desktop      = var.desktop
  power        = var.power
  vnc_password = var.vnc_password
  geometry     = var.geometry
  depth        = var.depth
  kind         = "desktop"
  memory       = var.memory
  processes    = var.processes
}
