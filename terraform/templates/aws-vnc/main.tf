# A Linux desktop as an EC2 instance. Few resources per desktop: what can be shared (role, security groups, log group, cluster) comes from
# the platform, because each of them has a quota that would cap the number of desktops.

terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region = var.platform.region

  # The provider tries 25 times by default, also when EC2 has no room (it says so with status 500): minutes in which nothing is shown and no
  # other place is tried. The manager tries again by itself, with the next place where there was no room, later where we were throttled.
  max_retries = 4

  # Only these are said of the disk in the call that makes it. What a block device is tagged with besides comes a moment later, and a role that may make
  # only what carries the installation's mark (infra/aws) would be refused the whole machine.
  default_tags {
    tags = { "cws:environment" = var.desktop.environment, "cws:desktop" = var.desktop.id }
  }
}

locals {
  # What every AWS service takes as a tag's value.
  owner = substr(replace(var.desktop.owner, "/[^\\p{L}\\p{Z}\\p{N}_.:/=+@-]/", "_"), 0, 255)

  tags = merge(var.platform.tags, {
    Name              = "cws-${var.desktop.environment}-${var.desktop.id}"
    "cws:environment" = var.desktop.environment
    "cws:desktop"     = var.desktop.id
    "cws:owner"       = local.owner
    "cws:template"    = "aws-vnc"
  })

  on     = var.power == "on"
  screen = "${var.geometry}x${var.depth}"

  built = slice(sort(data.aws_instances.built.ids), 0, min(1, length(data.aws_instances.built.ids)))
}

resource "aws_instance" "desktop" {
  ami                  = local.ami
  instance_type        = local.instance_type
  subnet_id            = local.subnet
  iam_instance_profile = var.platform.instance_profile
  user_data_base64     = module.machine.user_data
  ebs_optimized        = true

  vpc_security_group_ids      = [var.platform.security_groups.desktop]
  associate_public_ip_address = false

  # Shutting down from inside the desktop stops it; it is never terminated by accident.
  instance_initiated_shutdown_behavior = "stop"

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "enabled"
  }

  root_block_device {
    volume_type = "gp3"
    volume_size = var.disk
    encrypted   = true
    kms_key_id  = var.platform.kms_key
    tags        = local.tags
  }

  dynamic "instance_market_options" {
    for_each = var.spot ? [1] : []

    content {
      market_type = "spot"

      # Only a persistent request can be stopped and started; an interruption then stops the machine and keeps its disk.
      spot_options {
        spot_instance_type             = "persistent"
        instance_interruption_behavior = "stop"
      }
    }
  }

  # The screen is read from the tag at each start, so that another size needs neither a new machine nor new user data.
  tags = merge(local.tags, { "cws:screen" = local.screen })

  lifecycle {
    # A desktop stays where and what it was built as: a newer image, another list of subnets or a later placement never replaces it.
    ignore_changes = [ami, associate_public_ip_address, instance_market_options, root_block_device[0].kms_key_id, subnet_id, user_data_base64]
  }
}

# The machine of this desktop, if there is one already.
data "aws_instances" "built" {
  instance_state_names = ["pending", "running", "stopping", "stopped"]

  filter {
    name   = "tag:cws:desktop"
    values = [var.desktop.id]
  }

  filter {
    name   = "tag:cws:environment"
    values = [var.desktop.environment]
  }
}

# A run that was killed after the machine was ordered and before its state was written: the next one adopts the machine.
import {
  for_each = toset(local.built)
  to       = aws_instance.desktop
  id       = each.value
}

# Creating this resource takes the provider ten seconds of waiting. A new machine runs anyway, so it is not created with it; from the next
# run on it is imported, which takes no time.
resource "aws_ec2_instance_state" "desktop" {
  count = length(local.built) > 0 || !local.on ? 1 : 0

  instance_id = aws_instance.desktop.id
  state       = local.on ? "running" : "stopped"

  lifecycle {
    # Changing the type starts the machine, also one that was stopped: afterwards the wanted state is said again.
    replace_triggered_by = [aws_instance.desktop.instance_type]
  }
}

import {
  for_each = toset(local.built)
  to       = aws_ec2_instance_state.desktop[0]
  id       = each.value
}

# The tag lets the shared role's policy hand the value to this one instance only; see modules/desktop-role.
resource "aws_ssm_parameter" "password" {
  name             = "${var.platform.secret_prefix}/${var.desktop.id}/vnc"
  description      = "Screen password of desktop ${var.desktop.id}"
  type             = "SecureString"
  key_id           = var.platform.kms_key
  value_wo         = var.vnc_password
  value_wo_version = 1

  # One that a killed run left behind is taken over.
  overwrite = true
  tags      = merge(local.tags, { "cws:instance" = aws_instance.desktop.arn })
}
