# The smallest platform that aws-vnc can be applied on, for tests against moto. Not for an account: infra/aws is.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

variable "name" {
  description = "Part of every name, so that tests can share one moto."
  type        = string
  default     = "test"
}

data "aws_region" "current" {}

resource "aws_vpc" "this" {
  cidr_block = "127.20.0.0/16"
}

resource "aws_subnet" "this" {
  count = 2

  vpc_id            = aws_vpc.this.id
  cidr_block        = cidrsubnet(aws_vpc.this.cidr_block, 8, count.index + 1)
  availability_zone = "${data.aws_region.current.name}${["a", "b"][count.index]}"
}

resource "aws_security_group" "proxy" {
  name   = "${var.name}-proxy"
  vpc_id = aws_vpc.this.id
}

resource "aws_security_group" "desktop" {
  name   = "${var.name}-desktop"
  vpc_id = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "screen" {
  security_group_id            = aws_security_group.desktop.id
  referenced_security_group_id = aws_security_group.proxy.id
  ip_protocol                  = "tcp"
  from_port                    = 5901
  to_port                      = 5901
}

resource "aws_kms_key" "this" {
  deletion_window_in_days = 7
}

resource "aws_ecs_cluster" "this" {
  name = var.name
}

resource "aws_cloudwatch_log_group" "this" {
  name = "/cws/${var.name}"
}

resource "aws_iam_role" "task" {
  for_each = toset(["task", "execution"])

  name               = "${var.name}-${each.key}"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }] })
}

module "role" {
  source = "../desktop-role"

  name          = var.name
  secret_prefix = "/cws/${var.name}/desktops"
  kms_key       = aws_kms_key.this.arn
}

output "platform" {
  description = "For the variable platform of aws-vnc."
  value = {
    region              = data.aws_region.current.name
    vpc                 = aws_vpc.this.id
    subnets             = aws_subnet.this[*].id
    security_groups     = { desktop = aws_security_group.desktop.id, proxy = aws_security_group.proxy.id }
    instance_profile    = module.role.instance_profile
    kms_key             = aws_kms_key.this.arn
    secret_prefix       = "/cws/${var.name}/desktops"
    cluster             = aws_ecs_cluster.this.name
    task_execution_role = aws_iam_role.task["execution"].arn
    task_role           = aws_iam_role.task["task"].arn
    log_group           = aws_cloudwatch_log_group.this.name
    proxy_image         = "cloudworkstation/desktop-proxy:test"
    guacd_image         = "guacamole/guacd:1.6.0"
    proxy_subnets       = aws_subnet.this[*].id
    shared_proxy        = "127.0.0.1:8083"
    internal_key_secret = "arn:aws:secretsmanager:${data.aws_region.current.name}:123456789012:secret:internal"
    proxy_key_secret    = "arn:aws:secretsmanager:${data.aws_region.current.name}:123456789012:secret:proxy"
    api_url             = "http://api.test:8081"
    public_url          = "https://desktops.test"
    service_namespace   = null
    amis                = { ubuntu = "ami-1e749f67", ubuntu_22_04 = "ami-785db401" }
    tags                = { "cws:test" = var.name }
  }
}
