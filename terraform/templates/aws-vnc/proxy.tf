# A desktop proxy of the desktop's own: one Fargate task with our proxy and guacd, counted down to none while the desktop is off.

locals {
  dedicated = var.proxy == "dedicated"
  service   = "cws-${var.desktop.id}"

  logs = {
    logDriver = "awslogs"
    options = {
      awslogs-group         = var.platform.log_group
      awslogs-region        = var.platform.region
      awslogs-stream-prefix = "desktop-${var.desktop.id}"
    }
  }
}

resource "aws_ecs_task_definition" "proxy" {
  count = local.dedicated ? 1 : 0

  family                   = "cws-${var.desktop.environment}-${var.desktop.id}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = var.platform.task_execution_role
  task_role_arn            = var.platform.task_role
  tags                     = local.tags

  container_definitions = jsonencode([
    {
      name                   = "desktop-proxy"
      image                  = var.platform.proxy_image
      essential              = true
      readonlyRootFilesystem = true
      portMappings           = [{ containerPort = 8083, hostPort = 8083, protocol = "tcp" }]
      logConfiguration       = local.logs
      environment = [
        { name = "ASPNETCORE_URLS", value = "http://0.0.0.0:8083" },
        { name = "CWS_API", value = var.platform.api_url },
        { name = "CWS_DESKTOP", value = var.desktop.id },
        { name = "CWS_GUACD", value = "127.0.0.1:4822" },
        { name = "CWS_PUBLICURL", value = var.platform.public_url },
        { name = "DOTNET_EnableDiagnostics", value = "0" },
      ]
      secrets = [
        { name = "CWS_DESKTOPPROXYSECRET", valueFrom = var.platform.proxy_key_secret },
        { name = "CWS_INTERNALKEY", valueFrom = var.platform.internal_key_secret },
      ]
    },
    {
      name             = "guacd"
      image            = var.platform.guacd_image
      essential        = true
      portMappings     = [{ containerPort = 4822, hostPort = 4822, protocol = "tcp" }]
      logConfiguration = local.logs
    },
  ])
}

resource "aws_ecs_service" "proxy" {
  count = local.dedicated ? 1 : 0

  name            = local.service
  cluster         = var.platform.cluster
  task_definition = aws_ecs_task_definition.proxy[0].arn
  desired_count   = local.on ? 1 : 0
  launch_type     = "FARGATE"
  propagate_tags  = "SERVICE"
  tags            = local.tags

  # The next task comes up before the one before it goes, so that a new image does not leave the desktop without a proxy.
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  # The manager waits for the screen itself, through the proxy.
  wait_for_steady_state = false
  force_delete          = true

  network_configuration {
    subnets          = var.platform.proxy_subnets
    security_groups  = [var.platform.security_groups.proxy]
    assign_public_ip = false
  }

  dynamic "service_registries" {
    for_each = aws_service_discovery_service.proxy

    content {
      registry_arn = service_registries.value.arn
    }
  }
}

# Only where the platform has a private DNS namespace: for people and tools that want a name. The product itself does not look here, it
# hears of the address from ECS and from the proxy.
resource "aws_service_discovery_service" "proxy" {
  count = local.dedicated && var.platform.service_namespace != null ? 1 : 0

  name          = local.service
  force_destroy = true
  tags          = local.tags

  dns_config {
    namespace_id   = var.platform.service_namespace
    routing_policy = "MULTIVALUE"

    dns_records {
      type = "A"
      ttl  = 10
    }
  }
}
