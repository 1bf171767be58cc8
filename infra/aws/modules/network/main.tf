# A network of its own, or one that is there already. Everything that runs is in the private subnets; only the load balancer and the
# NAT gateways are in the public ones.

locals {
  create = var.existing == null
  zones  = local.create ? slice(data.aws_availability_zones.here[0].names, 0, var.zones) : []
  # Four bits: public halves first, private ones after them, room for eight zones each.
  public  = { for i, zone in local.zones : zone => cidrsubnet(var.cidr, 4, i) }
  private = { for i, zone in local.zones : zone => cidrsubnet(var.cidr, 4, i + 8) }
  nat     = { none = [], single = slice(local.zones, 0, min(1, length(local.zones))), per_zone = local.zones }[var.nat]
}

data "aws_availability_zones" "here" {
  count = local.create ? 1 : 0
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

data "aws_vpc" "existing" {
  count = local.create ? 0 : 1
  id    = var.existing.vpc_id

  lifecycle {
    postcondition {
      condition     = self.enable_dns_hostnames && self.enable_dns_support
      error_message = "The VPC ${self.id} must have DNS support and DNS hostnames on: services find each other by private names."
    }
  }
}

resource "aws_vpc" "this" {
  count                = local.create ? 1 : 0
  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

# Whoever forgets to name a security group gets this one, which lets nothing in or out.
resource "aws_default_security_group" "closed" {
  count  = local.create ? 1 : 0
  vpc_id = aws_vpc.this[0].id
  tags   = { Name = "${var.name}-closed" }
}

resource "aws_subnet" "public" {
  for_each                = local.public
  vpc_id                  = aws_vpc.this[0].id
  availability_zone       = each.key
  cidr_block              = each.value
  map_public_ip_on_launch = false
  tags                    = { Name = "${var.name}-public-${each.key}" }
}

resource "aws_subnet" "private" {
  for_each                = local.private
  vpc_id                  = aws_vpc.this[0].id
  availability_zone       = each.key
  cidr_block              = each.value
  map_public_ip_on_launch = false
  tags                    = { Name = "${var.name}-private-${each.key}" }
}
