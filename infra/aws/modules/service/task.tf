locals {
  containers = [for name, container in var.containers : {
    name                   = name
    image                  = container.image
    command                = container.command
    essential              = container.essential
    readonlyRootFilesystem = true
    stopTimeout            = container.stop_timeout
    linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["ALL"], add = [] } }
    ulimits                = [{ name = "nofile", softLimit = 65536, hardLimit = 65536 }]
    # Sorted by name, as ECS gives them back: no change where there is none.
    environment  = [for key in sort(keys(container.environment)) : { name = key, value = container.environment[key] }]
    secrets      = [for key in sort(keys(container.secrets)) : { name = key, valueFrom = container.secrets[key] }]
    portMappings = container.port == null ? [] : [{ containerPort = container.port, hostPort = container.port, protocol = "tcp" }]
    mountPoints  = [for volume in sort(keys(container.mounts)) : { sourceVolume = volume, containerPath = container.mounts[volume], readOnly = false }]
    volumesFrom  = []
    dependsOn    = [for other in sort(keys(container.after)) : { containerName = other, condition = container.after[other] }]
    # In place, without the task; one that ends again within a minute takes its task with it.
    restartPolicy = container.restarts ? { enabled = true, restartAttemptPeriod = 60 } : null
    healthCheck = container.health == null ? null : {
      command     = concat(["CMD"], container.health)
      interval    = 10
      timeout     = 5
      retries     = 3
      startPeriod = 60
    }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = var.log_group
        awslogs-region        = var.region
        awslogs-stream-prefix = name
        mode                  = "non-blocking"
        max-buffer-size       = "4m"
      }
    }
  }]
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.size.cpu
  memory                   = var.size.memory
  execution_role_arn       = var.execution_role
  task_role_arn            = var.task_role
  container_definitions    = jsonencode([for container in local.containers : { for key, value in container : key => value if value != null }])

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture
  }

  dynamic "volume" {
    for_each = var.scratch
    content {
      name = volume.value
    }
  }
}
