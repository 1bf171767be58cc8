# The policy that keeps desktops apart, read as IAM reads it. moto does not judge conditions, so the words themselves are held.

mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = {
      partition = "aws"
    }
  }

  mock_data "aws_caller_identity" {
    defaults = {
      account_id = "123456789012"
    }
  }

  mock_data "aws_region" {
    defaults = {
      name = "eu-central-1"
    }
  }
}

variables {
  name          = "cws-test"
  secret_prefix = "/cws/test/desktops"
  kms_key       = "arn:aws:kms:eu-central-1:123456789012:key/1"
}

run "own_password" {
  assert {
    condition = [for statement in jsondecode(output.policy).Statement : statement if statement.Effect == "Allow" && contains(statement.Action, "ssm:GetParameter")] == [{
      Sid       = "ReadOwnPassword"
      Effect    = "Allow"
      Action    = ["ssm:GetParameter"]
      Resource  = ["arn:aws:ssm:eu-central-1:123456789012:parameter/cws/test/desktops/*"]
      Condition = { StringEquals = { "aws:ResourceTag/cws:instance" = "$${ec2:SourceInstanceARN}" } }
    }]
    error_message = "An instance may read the parameter that names it and no other."
  }

  assert {
    condition     = toset(flatten([for statement in jsondecode(output.policy).Statement : statement.Action if statement.Effect == "Allow"])) == toset(["ssm:GetParameter", "kms:Decrypt"])
    error_message = "A desktop's role may do these two things and nothing else."
  }

  assert {
    condition     = alltrue([for statement in jsondecode(output.policy).Statement : !contains(statement.Resource, "*")])
    error_message = "Nothing is allowed on everything."
  }
}

run "decryption" {
  assert {
    condition = one([for statement in jsondecode(output.policy).Statement : jsonencode(statement.Condition) if contains(statement.Action, "kms:Decrypt")]) == jsonencode({
      StringEquals = { "kms:ViaService" = "ssm.eu-central-1.amazonaws.com" }
      StringLike   = { "kms:EncryptionContext:PARAMETER_ARN" = "arn:aws:ssm:eu-central-1:123456789012:parameter/cws/test/desktops/*" }
    })
    error_message = "The key opens passwords in Parameter Store and nothing else."
  }
}

run "no_way_round" {
  assert {
    condition = alltrue([for action in ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:GetParameterHistory"] : contains(
      flatten([for statement in jsondecode(output.policy).Statement : statement.Action if statement.Effect == "Deny"]), action
    )])
    error_message = "A broad policy attached beside this one must not open other desktops' passwords."
  }

  assert {
    condition = alltrue([for action in ["ssm:AddTagsToResource", "ssm:PutParameter"] : contains(
      flatten([for statement in jsondecode(output.policy).Statement : statement.Action if statement.Effect == "Deny" && !can(statement.Condition)]), action
    )])
    error_message = "Who could move the tag could read any password."
  }
}

run "account_key" {
  variables {
    kms_key = null
  }

  assert {
    condition     = !strcontains(output.policy, "kms:Decrypt")
    error_message = "The account's own key for Parameter Store needs no permission."
  }
}

run "prefix" {
  command = plan

  variables {
    secret_prefix = "/"
  }

  expect_failures = [var.secret_prefix]
}
