# The screen of a machine that exists already. Nothing is built there, and no secret of it is known here.

terraform {
  required_version = ">= 1.10"
}

module "machine" {
  source = "./machine"

  power    = var.power
  platform = var.platform
  address  = var.address
  port     = var.port
  user     = var.user

  parameters = {
    "domain"        = var.domain
    "ignore-cert"   = var.any_certificate ? "true" : "false"
    "server-layout" = var.layout
  }
}
