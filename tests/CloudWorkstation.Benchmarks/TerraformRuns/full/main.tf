# A desktop as it is often written first: everything of its own, role and firewall and log group too. What the benchmark compares with; not
# a template of the product.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

provider "aws" {
  region = var.platform.region
}

variable "desktop" {
  type = object({ id = string, name = string, owner = string, environment = string })
}

variable "power" {
  type    = string
  default = "on"
}

variable "platform" {
  type = any
}

variable "vnc_password" {
  type      = string
  ephemeral = true
}

locals {
  name = "full-${var.desktop.id}"
  tags = { Name = local.name }
}

data "aws_iam_policy_document" "instance" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "task" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "instance" {
  name               = "${local.name}-instance"
  assume_role_policy = data.aws_iam_policy_document.instance.json
  tags               = local.tags
}

resource "aws_iam_role_policy" "instance" {
  name = "secret"
  role = aws_iam_role.instance.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = aws_secretsmanager_secret.password.arn }]
  })
}

resource "aws_iam_role_policy" "session" {
  name = "session"
  role = aws_iam_role.instance.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["ssm:UpdateInstanceInformation", "ssmmessages:*"], Resource = "*" }]
  })
}

resource "aws_iam_instance_profile" "instance" {
  name = "${local.name}-instance"
  role = aws_iam_role.instance.name
}

resource "aws_iam_role" "task" {
  name               = "${local.name}-task"
  assume_role_policy = data.aws_iam_policy_document.task.json
  tags               = local.tags
}

resource "aws_iam_role_policy" "task" {
  name = "logs"
  role = aws_iam_role.task.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "${aws_cloudwatch_log_group.proxy.arn}:*" }]
  })
}

resource "aws_secretsmanager_secret" "password" {
  name = local.name
  tags = local.tags
}

resource "aws_secretsmanager_secret_version" "password" {
  secret_id                = aws_secretsmanager_secret.password.id
  secret_string_wo         = var.vnc_password
  secret_string_wo_version = 1
}

resource "aws_security_group" "proxy" {
  name   = "${local.name}-proxy"
  vpc_id = var.platform.vpc
  tags   = local.tags
}

resource "aws_security_group" "desktop" {
  name   = "${local.name}-desktop"
  vpc_id = var.platform.vpc
  tags   = local.tags
}

resource "aws_vpc_security_group_ingress_rule" "desktop" {
  security_group_id            = aws_security_group.desktop.id
  referenced_security_group_id = aws_security_group.proxy.id
  ip_protocol                  = "tcp"
  from_port                    = 5901
  to_port                      = 5901
}

resource "aws_vpc_security_group_egress_rule" "desktop" {
  security_group_id = aws_security_group.desktop.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_cloudwatch_log_group" "proxy" {
  name              = "/${local.name}"
  retention_in_days = 7
  tags              = local.tags
}

resource "aws_instance" "desktop" {
  ami                    = var.platform.amis.ubuntu
  instance_type          = "t3.large"
  subnet_id              = var.platform.subnets[0]
  iam_instance_profile   = aws_iam_instance_profile.instance.name
  vpc_security_group_ids = [aws_security_group.desktop.id]
  tags                   = local.tags

  root_block_device {
    volume_type = "gp3"
    volume_size = 40
    encrypted   = true
  }
}

resource "aws_ec2_instance_state" "desktop" {
  instance_id = aws_instance.desktop.id
  state       = var.power == "on" ? "running" : "stopped"
}

resource "aws_ecs_task_definition" "proxy" {
  family                   = local.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.task.arn
  tags                     = local.tags
  container_definitions = jsonencode([{
    name         = "guacd"
    image        = "guacamole/guacd:1.6.0"
    essential    = true
    portMappings = [{ containerPort = 4822 }]
    environment  = [{ name = "DESKTOP", value = aws_instance.desktop.private_ip }]
    logConfiguration = {
      logDriver = "awslogs"
      options   = { awslogs-group = aws_cloudwatch_log_group.proxy.name, awslogs-region = var.platform.region, awslogs-stream-prefix = "guacd" }
    }
  }])
}

resource "aws_ecs_service" "proxy" {
  name            = local.name
  cluster         = var.platform.cluster
  task_definition = aws_ecs_task_definition.proxy.arn
  desired_count   = var.power == "on" ? 1 : 0
  launch_type     = "FARGATE"
  tags            = local.tags

  network_configuration {
    subnets         = var.platform.proxy_subnets
    security_groups = [aws_security_group.proxy.id]
  }
}

output "connection" {
  value = { host = aws_instance.desktop.private_ip, port = 5901 }
}
