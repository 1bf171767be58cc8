# One role per process, one more per process for the agent that starts it. Names are fixed: other policies point at them.

locals {
  processes = toset(["router", "api", "worker", "console", "proxy"])
  arn       = { for service in ["ec2", "ecs", "ssm", "logs"] : service => "arn:${var.here.partition}:${service}:${var.here.region}:${var.here.account}" }
}

data "aws_iam_policy_document" "tasks" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.here.account]
    }
  }
}

resource "aws_iam_role" "task" {
  for_each           = local.processes
  name               = "${var.name}-${each.key}"
  description        = "What the process ${each.key} may do"
  assume_role_policy = data.aws_iam_policy_document.tasks.json
}

resource "aws_iam_role" "start" {
  for_each           = local.processes
  name               = "${var.name}-${each.key}-start"
  description        = "What it takes to start ${each.key}: image, log, secrets"
  assume_role_policy = data.aws_iam_policy_document.tasks.json
}

# Router, console and proxies call no AWS service: their roles have no policy at all.
resource "aws_iam_role_policy" "api" {
  for_each = {
    documents  = data.aws_iam_policy_document.documents.json
    plan       = data.aws_iam_policy_document.plan.json
    machines   = data.aws_iam_policy_document.machines.json
    sweep      = data.aws_iam_policy_document.sweep.json
    recordings = data.aws_iam_policy_document.recordings.json
  }
  role   = aws_iam_role.task["api"].name
  name   = each.key
  policy = each.value
}

resource "aws_iam_role_policy" "worker" {
  for_each = {
    documents = data.aws_iam_policy_document.documents.json
    plan      = data.aws_iam_policy_document.plan.json
    apply     = data.aws_iam_policy_document.apply.json
    machines  = data.aws_iam_policy_document.machines.json
  }
  role   = aws_iam_role.task["worker"].name
  name   = each.key
  policy = each.value
}
