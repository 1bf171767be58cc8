# What Terraform changes when a worker builds, stops, starts or deletes a desktop. Whatever is made must carry this installation's tag, and
# only what carries it can be changed.

locals {
  tagged_here = { test = "StringEquals", variable = "aws:ResourceTag/cws:environment", values = [var.environment] }
  tags_here   = { test = "StringEquals", variable = "aws:RequestTag/cws:environment", values = [var.environment] }
}

data "aws_iam_policy_document" "apply" {
  statement {
    sid       = "WriteState"
    actions   = ["s3:DeleteObject", "s3:PutObject"]
    resources = ["${var.bucket_arn}/${var.state_prefix}*"]
  }

  statement {
    sid       = "Run"
    actions   = ["ec2:RunInstances"]
    resources = ["${local.arn.ec2}:instance/*", "${local.arn.ec2}:volume/*"]
    condition {
      test     = local.tags_here.test
      variable = local.tags_here.variable
      values   = local.tags_here.values
    }
  }

  # Of what is there already, only the subnets of desktops; images and groups are not told apart by tags.
  statement {
    sid     = "RunWith"
    actions = ["ec2:RunInstances"]
    resources = concat(
      [for subnet in var.subnets : "${local.arn.ec2}:subnet/${subnet}"],
      ["${local.arn.ec2}:security-group/*", "${local.arn.ec2}:network-interface/*", "arn:${var.here.partition}:ec2:${var.here.region}::image/*"],
    )
  }

  statement {
    sid       = "TagWhatIsMade"
    actions   = ["ec2:CreateTags"]
    resources = ["${local.arn.ec2}:instance/*", "${local.arn.ec2}:volume/*", "${local.arn.ec2}:network-interface/*"]
    condition {
      test     = "StringEquals"
      variable = "ec2:CreateAction"
      values   = ["RunInstances"]
    }
  }

  statement {
    sid = "Change"
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
    resources = ["${local.arn.ec2}:instance/*", "${local.arn.ec2}:volume/*"]
    condition {
      test     = local.tagged_here.test
      variable = local.tagged_here.variable
      values   = local.tagged_here.values
    }
  }
}
