# What the manager itself asks without Terraform, in the api and in workers: the watcher, a machine's console, restarts, the search for what
# the store does not know.

data "aws_iam_policy_document" "machines" {
  # These know no resources.
  statement {
    sid       = "Watch"
    actions   = ["ec2:DescribeInstances", "ec2:DescribeVolumes", "ecs:ListTaskDefinitionFamilies", "ecs:ListTaskDefinitions", "ssm:DescribeParameters"]
    resources = ["*"]
  }

  statement {
    sid       = "ConsoleAndRestart"
    actions   = ["ec2:GetConsoleOutput", "ec2:RebootInstances"]
    resources = ["${local.arn.ec2}:instance/*"]
    condition {
      test     = "StringEquals"
      variable = local.belongs
      values   = [var.environment]
    }
    condition {
      test     = "Null"
      variable = "aws:ResourceTag/cws:desktop"
      values   = ["false"]
    }
  }
}

# Administrators remove in the api what the store does not know; workers may all of this anyway.
data "aws_iam_policy_document" "sweep" {
  statement {
    sid       = "Machines"
    actions   = ["ec2:DeleteVolume", "ec2:TerminateInstances"]
    resources = local.instances
    condition {
      test     = "StringEquals"
      variable = local.belongs
      values   = [var.environment]
    }
    condition {
      test     = "Null"
      variable = "aws:ResourceTag/cws:desktop"
      values   = ["false"]
    }
  }

  statement {
    sid       = "Proxies"
    actions   = ["ecs:DeleteService"]
    resources = [local.proxies]
    condition {
      test     = "StringEquals"
      variable = local.belongs
      values   = [var.environment]
    }
    condition {
      test     = "Null"
      variable = "aws:ResourceTag/cws:desktop"
      values   = ["false"]
    }
  }

  # Knows no resources.
  statement {
    sid       = "Definitions"
    actions   = ["ecs:DeregisterTaskDefinition"]
    resources = ["*"]
  }

  statement {
    sid       = "Passwords"
    actions   = ["ssm:DeleteParameter"]
    resources = [local.passwords]
  }

  statement {
    sid       = "States"
    actions   = ["s3:DeleteObject"]
    resources = ["${var.bucket_arn}/${var.state_prefix}*"]
  }
}
