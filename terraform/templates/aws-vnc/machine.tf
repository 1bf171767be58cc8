module "machine" {
  source = "./machine"

  desktop       = var.desktop.id
  owner         = var.desktop.owner
  region        = var.platform.region
  parameter     = "${var.platform.secret_prefix}/${var.desktop.id}/vnc"
  screen        = local.screen
  administrator = var.administrator
}
