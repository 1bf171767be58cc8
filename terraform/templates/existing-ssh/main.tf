# A terminal on a machine that exists already. Nothing is built there, and no secret of it is known here.

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
    # guacd wants a line of known_hosts.
    "host-key"              = var.host_key == "" ? "" : "${var.address} ${var.host_key}"
    "enable-sftp"           = var.files ? "true" : "false"
    "command"               = var.keep ? "tmux new-session -A -s cws-${var.desktop.id}" : ""
    "server-alive-interval" = "30"
  }
}
