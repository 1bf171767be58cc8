# What the manager itself asks and does without Terraform: the watcher, restarts, the sweep of orphans.

data "aws_iam_policy_document" "machines" {
  statement {
    sid       = "Watch"
    actions   = ["ec2:DescribeInstances", "ec2:DescribeInstanceStatus", "ec2:DescribeVolumes"]
    resources = ["*"]
  }
}
