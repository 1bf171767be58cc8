# The role that every desktop's machine has. What it may read is only its own password.

data "aws_iam_policy_document" "machine" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "desktop" {
  name               = "${var.name}-desktop"
  description        = "What a desktop's machine may do"
  assume_role_policy = data.aws_iam_policy_document.machine.json
}

resource "aws_iam_instance_profile" "desktop" {
  name = "${var.name}-desktop"
  role = aws_iam_role.desktop.name
}
