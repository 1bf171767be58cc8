# One process of the product as a service on Fargate. A deployment that does not become healthy goes back by itself.

resource "aws_ecs_service" "this" {
  name                              = var.name
  cluster                           = var.cluster
  task_definition                   = aws_ecs_task_definition.this.arn
  desired_count                     = var.size.count
  launch_type                       = "FARGATE"
  platform_version                  = "1.4.0"
  propagate_tags                    = "SERVICE"
  enable_ecs_managed_tags           = true
  enable_execute_command            = false
  health_check_grace_period_seconds = var.load_balancer == null ? null : 60
  # None is stopped before its successor is there.
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.subnets
    security_groups  = var.security_groups
    assign_public_ip = false
  }

  dynamic "load_balancer" {
    for_each = var.load_balancer == null ? [] : [var.load_balancer]
    content {
      target_group_arn = load_balancer.value.target_group
      container_name   = load_balancer.value.container
      container_port   = load_balancer.value.port
    }
  }

  dynamic "service_registries" {
    for_each = aws_service_discovery_service.this
    content {
      registry_arn = service_registries.value.arn
    }
  }
}

# Addresses of the healthy tasks, as private DNS. Five seconds: HAProxy asks again that often.
resource "aws_service_discovery_service" "this" {
  count        = var.discovery_name == null ? 0 : 1
  name         = var.discovery_name
  namespace_id = var.namespace

  dns_config {
    namespace_id   = var.namespace
    routing_policy = "MULTIVALUE"
    dns_records {
      type = "A"
      ttl  = 5
    }
  }

  health_check_custom_config {
    failure_threshold = 1
  }
}
