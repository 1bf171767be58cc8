# What Terraform changes when a worker builds, stops, starts or deletes a desktop. Whatever is made must carry this installation's tag, and
# only what carries it, and belongs to a desktop, can be changed: other installations and the platform itself are out of reach.

locals {
  made_for  = "aws:RequestTag/cws:environment"
  belongs   = "aws:ResourceTag/cws:environment"
  instances = ["${local.arn.ec2}:instance/*", "${local.arn.ec2}:volume/*", "${local.arn.ec2}:spot-instances-request/*"]
  proxies   = "${local.arn.ecs}:service/${var.cluster}/cws-*"
  families  = "${local.arn.ecs}:task-definition/cws-${var.environment}-*"
  passwords = "${local.arn.ssm}:parameter${var.secret_prefix}/*"
}

data "aws_iam_policy_document" "apply" {
  source_policy_documents = [
    data.aws_iam_policy_document.machines_made.json,
    data.aws_iam_policy_document.proxies_made.json,
    data.aws_iam_policy_document.secrets_made.json,
  ]

  statement {
    sid       = "WriteState"
    actions   = ["s3:DeleteObject", "s3:PutObject"]
    resources = ["${var.bucket_arn}/${var.state_prefix}*"]
  }
}

data "aws_iam_policy_document" "machines_made" {
  statement {
    sid       = "Run"
    actions   = ["ec2:RunInstances"]
    resources = ["${local.arn.ec2}:instance/*", "${local.arn.ec2}:volume/*"]
    condition {
      test     = "StringEquals"
      variable = local.made_for
      values   = [var.environment]
    }
  }

  # Of what is there already: the subnets and the group of desktops, any image.
  statement {
    sid     = "RunWith"
    actions = ["ec2:RunInstances"]
    resources = concat(
      [for subnet in var.subnets : "${local.arn.ec2}:subnet/${subnet}"],
      ["${local.arn.ec2}:security-group/${var.desktop_group}"],
      ["${local.arn.ec2}:network-interface/*", "${local.arn.ec2}:spot-instances-request/*", "arn:${var.here.partition}:ec2:${var.here.region}::image/*"],
    )
  }

  statement {
    sid       = "TagWhatIsMade"
    actions   = ["ec2:CreateTags"]
    resources = local.instances
    condition {
      test     = "StringEquals"
      variable = "ec2:CreateAction"
      values   = ["RunInstances"]
    }
  }

  statement {
    sid = "ChangeMachines"
    actions = [
      "ec2:CreateTags",
      "ec2:DeleteTags",
      "ec2:DeleteVolume",
      "ec2:ModifyInstanceAttribute",
      "ec2:ModifyVolume",
      "ec2:StartInstances",
      "ec2:StopInstances",
      "ec2:TerminateInstances",
    ]
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

  # The request for spare capacity that comes with a machine carries no tag (the provider gives it none), so no tag can hold this. It ends
  # the asking only: whatever runs, runs on.
  statement {
    sid       = "EndSpotRequests"
    actions   = ["ec2:CancelSpotInstanceRequests"]
    resources = ["${local.arn.ec2}:spot-instances-request/*"]
  }

  # Another group on a machine's interface, where a platform got new groups. Only the group of desktops can be given.
  statement {
    sid       = "RegroupMachines"
    actions   = ["ec2:ModifyNetworkInterfaceAttribute"]
    resources = ["${local.arn.ec2}:security-group/${var.desktop_group}"]
  }

  statement {
    sid       = "RegroupInterfaces"
    actions   = ["ec2:ModifyNetworkInterfaceAttribute"]
    resources = ["${local.arn.ec2}:network-interface/*"]
    condition {
      test     = "ArnEquals"
      variable = "ec2:Subnet"
      values   = [for subnet in var.subnets : "${local.arn.ec2}:subnet/${subnet}"]
    }
  }

  statement {
    sid       = "HandRoleToMachines"
    actions   = ["iam:PassRole"]
    resources = [var.desktop_role]
    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ec2.amazonaws.com"]
    }
  }

  # The disk's key: EC2 uses it for as long as the disk is attached, by a grant.
  statement {
    sid       = "EncryptDisks"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
    resources = [var.key_arn]
    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["ec2.${var.here.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "GrantDisksTheirKey"
    actions   = ["kms:CreateGrant"]
    resources = [var.key_arn]
    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }
    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["ec2.${var.here.region}.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "proxies_made" {
  statement {
    sid       = "DefineProxies"
    actions   = ["ecs:RegisterTaskDefinition"]
    resources = ["${local.families}:*"]
    condition {
      test     = "StringEquals"
      variable = local.made_for
      values   = [var.environment]
    }
  }

  # Knows no resources.
  statement {
    sid       = "ForgetProxies"
    actions   = ["ecs:DeregisterTaskDefinition"]
    resources = ["*"]
  }

  statement {
    sid       = "RunProxies"
    actions   = ["ecs:CreateService"]
    resources = [local.proxies]
    condition {
      test     = "StringEquals"
      variable = local.made_for
      values   = [var.environment]
    }
  }

  statement {
    sid       = "ChangeProxies"
    actions   = ["ecs:DeleteService", "ecs:UpdateService"]
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

  statement {
    sid       = "TagProxies"
    actions   = ["ecs:TagResource", "ecs:UntagResource"]
    resources = [local.proxies, "${local.families}:*"]
  }

  statement {
    sid       = "HandRolesToProxies"
    actions   = ["iam:PassRole"]
    resources = [aws_iam_role.task["proxy"].arn, aws_iam_role.start["proxy"].arn]
    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "secrets_made" {
  statement {
    sid       = "Passwords"
    actions   = ["ssm:AddTagsToResource", "ssm:DeleteParameter", "ssm:PutParameter", "ssm:RemoveTagsFromResource"]
    resources = [local.passwords]
  }

  statement {
    sid       = "PasswordsKey"
    actions   = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
    resources = [var.key_arn]
    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["ssm.${var.here.region}.amazonaws.com"]
    }
  }
}
