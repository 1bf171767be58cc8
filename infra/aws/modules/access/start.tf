# What ECS does before a process runs. A process gets the secrets that are named here and no others.

locals {
  database = var.has_database ? ["database"] : []
  hands_out = {
    router  = ["internal_key"]
    api     = concat(["internal_key", "proxy_key", "master_key", "first_admin"], local.database)
    worker  = concat(["internal_key", "master_key"], local.database)
    console = []
    proxy   = ["internal_key", "proxy_key"]
  }
}

data "aws_iam_policy_document" "start" {
  for_each = local.processes

  statement {
    sid       = "RegistryLogin"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid       = "Image"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = ["arn:${var.here.partition}:ecr:*:${var.here.account}:repository/*"]
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local.arn.logs}:log-group:/${var.name}/${each.key}:log-stream:*"]
  }

  dynamic "statement" {
    for_each = length(local.hands_out[each.key]) == 0 ? [] : [1]
    content {
      sid       = "Secrets"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = [for secret in local.hands_out[each.key] : var.secrets[secret]]
    }
  }

  dynamic "statement" {
    for_each = length(local.hands_out[each.key]) == 0 ? [] : [1]
    content {
      sid       = "SecretsKey"
      actions   = ["kms:Decrypt"]
      resources = [var.key_arn]
      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["secretsmanager.${var.here.region}.amazonaws.com"]
      }
    }
  }
}

resource "aws_iam_role_policy" "start" {
  for_each = local.processes
  role     = aws_iam_role.start[each.key].name
  name     = "start"
  policy   = data.aws_iam_policy_document.start[each.key].json
}
