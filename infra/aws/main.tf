# The platform. Read it from top to bottom: network, who may speak to whom, secrets, data, the edge, roles; then services.tf.

data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}

locals {
  name          = "cws-${var.environment}"
  account       = data.aws_caller_identity.this.account_id
  here          = { partition = data.aws_partition.this.partition, region = var.region, account = local.account }
  origin        = "https://${var.hostname}"
  namespace     = "${local.name}.internal"
  state_prefix  = "states/"
  recordings    = "recordings"
  secret_prefix = "/cws/${var.environment}/desktops"
}

module "network" {
  source              = "./modules/network"
  name                = local.name
  region              = var.region
  existing            = var.network
  cidr                = var.cidr
  zones               = var.zones
  nat                 = var.nat
  interface_endpoints = var.interface_endpoints
}

module "firewall" {
  source            = "./modules/firewall"
  name              = local.name
  vpc_id            = module.network.vpc_id
  allowed_cidrs     = var.allowed_cidrs
  desktop_ports_out = var.desktop_ports_out
}

module "secrets" {
  source        = "./modules/secrets"
  name          = local.name
  region        = var.region
  account       = local.account
  partition     = local.here.partition
  versions      = var.secret_versions
  recovery_days = var.recovery_days
}

module "store" {
  source              = "./modules/store"
  table_name          = coalesce(var.table_name, local.name)
  bucket_prefix       = "${local.name}-states-"
  recordings_prefix   = "${local.name}-recordings-"
  kms_key_arn         = module.secrets.key_arn
  deletion_protection = var.deletion_protection
  old_state_days      = var.old_state_days
  recording_days      = var.recording_days
}

module "database" {
  count               = var.database == null ? 0 : 1
  source              = "./modules/database"
  name                = local.name
  subnets             = module.network.private_subnets
  security_group      = module.firewall.groups.database
  kms_key_arn         = module.secrets.key_arn
  password_secret     = module.secrets.arns.database
  password_version    = var.secret_versions.database
  deletion_protection = var.deletion_protection
  settings            = var.database
}

module "edge" {
  source              = "./modules/edge"
  name                = local.name
  vpc_id              = module.network.vpc_id
  subnets             = var.internal ? module.network.private_subnets : module.network.public_subnets
  internal            = var.internal
  security_group      = module.firewall.groups.edge
  hostname            = var.hostname
  certificate_arn     = var.certificate_arn
  zone_id             = var.zone_id
  access_logs_bucket  = var.access_logs_bucket
  deletion_protection = var.deletion_protection
}

module "access" {
  source        = "./modules/access"
  name          = local.name
  environment   = var.environment
  here          = local.here
  table_arn     = module.store.table_arn
  bucket_arn    = module.store.bucket_arn
  state_prefix  = "${local.state_prefix}${var.environment}/"
  recordings    = { bucket_arn = module.store.recordings_bucket_arn, prefix = "${local.recordings}/" }
  key_arn       = module.secrets.key_arn
  secrets       = module.secrets.arns
  cluster       = local.name
  secret_prefix = local.secret_prefix
  subnets       = module.network.private_subnets
  has_database  = var.database != null
  desktop_role  = module.desktop_role.role_arn
  desktop_group = module.firewall.groups.desktop
}

# The role of the desktops' machines belongs to the template: it says which password a machine may read.
module "desktop_role" {
  source        = "../../terraform/modules/desktop-role"
  name          = local.name
  secret_prefix = local.secret_prefix
  kms_key       = module.secrets.key_arn
}

module "alarms" {
  source              = "./modules/alarms"
  name                = local.name
  kms_key_arn         = module.secrets.key_arn
  emails              = var.alarm_emails
  load_balancer       = module.edge.alarm_dimensions
  table               = module.store.table_name
  database            = one(module.database[*].identifier)
  database_storage_gb = var.database == null ? 0 : var.database.storage_gb
  cluster             = aws_ecs_cluster.this.name
  services            = { for role, service in module.service : role => service.name }
  log_groups          = { for role in ["api", "worker", "proxy", "console"] : role => aws_cloudwatch_log_group.this[role].name }
}
