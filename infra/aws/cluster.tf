resource "aws_ecs_cluster" "this" {
  name = local.name

  setting {
    name  = "containerInsights"
    value = var.container_insights
  }
}

# Private names of the services: api, console and proxy, each with the addresses of its tasks.
resource "aws_service_discovery_private_dns_namespace" "this" {
  name = local.namespace
  vpc  = module.network.vpc_id
}

resource "aws_cloudwatch_log_group" "this" {
  for_each          = toset(["router", "api", "worker", "console", "proxy"])
  name              = "/${local.name}/${each.key}"
  retention_in_days = var.log_days
  kms_key_id        = module.secrets.key_arn
}
