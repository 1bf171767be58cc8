# One role for all desktops. IAM's default quota is 1,000 roles, so a role per desktop would cap the fleet; what keeps desktops apart is the
# request itself: EC2 puts the ARN of the instance into every request made with the instance's credentials (`ec2:SourceInstanceARN`), and the
# password's parameter carries the ARN of its instance in a tag. The policy compares the two.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.87.0, < 6.0.0"
    }
  }
}

data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

locals {
  passwords = join(":", [
    "arn", data.aws_partition.current.partition, "ssm", data.aws_region.current.name, data.aws_caller_identity.current.account_id,
    "parameter${var.secret_prefix}/*",
  ])

  statements = [
    {
      Sid       = "ReadOwnPassword"
      Effect    = "Allow"
      Action    = ["ssm:GetParameter"]
      Resource  = [local.passwords]
      Condition = { StringEquals = { "aws:ResourceTag/cws:instance" = "$${ec2:SourceInstanceARN}" } }
    },
    # Also where somebody attaches a broad policy to the role, such as AmazonSSMManagedInstanceCore, which may read every parameter.
    {
      Sid       = "NoOtherPassword"
      Effect    = "Deny"
      Action    = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:GetParameterHistory"]
      Resource  = [local.passwords, trimsuffix(local.passwords, "/*")]
      Condition = { StringNotEquals = { "aws:ResourceTag/cws:instance" = "$${ec2:SourceInstanceARN}" } }
    },
    # Who could move the tag could read any password.
    {
      Sid       = "NoOtherTag"
      Effect    = "Deny"
      Action    = ["ssm:AddTagsToResource", "ssm:RemoveTagsFromResource", "ssm:PutParameter", "ssm:DeleteParameter", "ssm:DeleteParameters"]
      Resource  = [local.passwords]
      Condition = {}
    },
  ]

  decryption = {
    Sid      = "DecryptPasswordsInParameterStore"
    Effect   = "Allow"
    Action   = ["kms:Decrypt"]
    Resource = [var.kms_key]
    Condition = {
      StringEquals = { "kms:ViaService" = "ssm.${data.aws_region.current.name}.amazonaws.com" }
      StringLike   = { "kms:EncryptionContext:PARAMETER_ARN" = local.passwords }
    }
  }
}

resource "aws_iam_role" "desktop" {
  name = "${var.name}-desktop"
  path = var.path
  tags = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "password" {
  name = "own-password"
  role = aws_iam_role.desktop.id

  # An empty condition is no condition.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [for statement in local.statements : { for key, value in statement : key => value if key != "Condition" || length(keys(statement.Condition)) > 0 }],
      var.kms_key == null ? [] : [local.decryption],
    )
  })
}

resource "aws_iam_instance_profile" "desktop" {
  name = "${var.name}-desktop"
  path = var.path
  role = aws_iam_role.desktop.name
  tags = var.tags
}
