# What Terraform reads to plan a desktop, in the api (previews) and in workers. The states are read and locked; a lock is an object.

data "aws_iam_policy_document" "plan" {
  statement {
    sid       = "States"
    actions   = ["s3:ListBucket"]
    resources = [var.bucket_arn]
    # IfExists: of a state that is not there yet S3 says "not found" only to who may list, and that question names no prefix.
    condition {
      test     = "StringLikeIfExists"
      variable = "s3:prefix"
      values   = ["${var.state_prefix}*"]
    }
  }

  statement {
    sid       = "ReadState"
    actions   = ["s3:GetObject"]
    resources = ["${var.bucket_arn}/${var.state_prefix}*"]
  }

  statement {
    sid       = "Lock"
    actions   = ["s3:DeleteObject", "s3:PutObject"]
    resources = ["${var.bucket_arn}/${var.state_prefix}*.tflock"]
  }

  # EC2's and some of the others' reading actions know no resources.
  statement {
    sid = "Look"
    actions = [
      "ec2:DescribeImages",
      "ec2:DescribeInstanceAttribute",
      "ec2:DescribeInstanceCreditSpecifications",
      "ec2:DescribeInstances",
      "ec2:DescribeInstanceStatus",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeSpotInstanceRequests",
      "ec2:DescribeTags",
      "ec2:DescribeVolumes",
      "ec2:DescribeVpcs",
      "ecs:DescribeTaskDefinition",
      "sts:GetCallerIdentity",
    ]
    resources = ["*"]
  }

  statement {
    sid       = "LookAtProxies"
    actions   = ["ecs:DescribeServices", "ecs:DescribeTasks", "ecs:ListServices", "ecs:ListTasks"]
    resources = ["*"]
    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = ["${local.arn.ecs}:cluster/${var.cluster}"]
    }
  }

  statement {
    sid       = "PublicImages"
    actions   = ["ssm:GetParameter"]
    resources = ["arn:${var.here.partition}:ssm:${var.here.region}::parameter/aws/service/*"]
  }

  statement {
    sid       = "LookAtPasswords"
    actions   = ["ssm:GetParameter", "ssm:ListTagsForResource"]
    resources = ["${local.arn.ssm}:parameter${var.secret_prefix}/*"]
  }
}
