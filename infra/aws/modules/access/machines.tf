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
