output "vpc_id" {
  description = "The network."
  value       = local.create ? aws_vpc.this[0].id : data.aws_vpc.existing[0].id
}

output "cidr" {
  description = "Its addresses."
  value       = local.create ? aws_vpc.this[0].cidr_block : data.aws_vpc.existing[0].cidr_block
}

output "public_subnets" {
  description = "Subnets of the load balancer, one per zone."
  value       = local.create ? [for zone in local.zones : aws_subnet.public[zone].id] : var.existing.public_subnets
}

output "private_subnets" {
  description = "Subnets of everything else, one per zone."
  value       = local.create ? [for zone in local.zones : aws_subnet.private[zone].id] : var.existing.private_subnets
  # Who is in them wants to reach the internet, so its way must be there first (and go last).
  depends_on = [aws_route.nat, aws_route_table_association.private, aws_vpc_endpoint.gateway]
}
