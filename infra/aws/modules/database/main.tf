# PostgreSQL for the jobs that a cluster of workers shares. It holds which operation runs where and nothing that cannot be made again from
# the store: without it desktops go on, and nothing new begins.

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnets
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-"
  family      = "postgres${split(".", var.settings.engine_version)[0]}"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  lifecycle {
    create_before_destroy = true
  }
}

# What the secret holds, so that both always agree: also when an earlier run ended between the two.
ephemeral "aws_secretsmanager_secret_version" "password" {
  secret_id = var.password_secret
}

resource "aws_db_instance" "this" {
  identifier                      = var.name
  engine                          = "postgres"
  engine_version                  = var.settings.engine_version
  instance_class                  = var.settings.instance_class
  allocated_storage               = var.settings.storage_gb
  max_allocated_storage           = var.settings.storage_gb * 5
  storage_type                    = "gp3"
  storage_encrypted               = true
  kms_key_id                      = var.kms_key_arn
  db_name                         = "cloudworkstation"
  username                        = "cloudworkstation"
  password_wo                     = ephemeral.aws_secretsmanager_secret_version.password.secret_string
  password_wo_version             = var.password_version
  db_subnet_group_name            = aws_db_subnet_group.this.name
  vpc_security_group_ids          = [var.security_group]
  publicly_accessible             = false
  multi_az                        = var.settings.multi_az
  parameter_group_name            = aws_db_parameter_group.this.name
  ca_cert_identifier              = "rds-ca-rsa2048-g1"
  backup_retention_period         = var.settings.backup_days
  copy_tags_to_snapshot           = true
  auto_minor_version_upgrade      = true
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
  deletion_protection             = var.deletion_protection
  skip_final_snapshot             = !var.deletion_protection
  final_snapshot_identifier       = "${var.name}-final"
}
