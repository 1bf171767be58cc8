module "machine" {
  source = "./machine"

  desktop   = var.desktop.id
  owner     = var.desktop.owner
  region    = var.platform.region
  parameter = "${var.platform.secret_prefix}/${var.desktop.id}/vnc"
  geometry  = var.geometry
  depth     = var.depth
  admin     = var.administrator
}
