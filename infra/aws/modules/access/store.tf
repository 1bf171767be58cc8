# What the product's own code does with its store: api and workers alike.

data "aws_iam_policy_document" "documents" {
  statement {
    sid = "Documents"
    # A transaction needs the permissions of its parts. No Scan: every list has an index.
    actions = [
      "dynamodb:ConditionCheckItem",
      "dynamodb:DeleteItem",
      "dynamodb:DescribeTable",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
    ]
    resources = [var.table_arn, "${var.table_arn}/index/*"]
  }

  statement {
    sid       = "DocumentsKey"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]
    resources = [var.key_arn]
    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["dynamodb.${var.here.region}.amazonaws.com", "s3.${var.here.region}.amazonaws.com"]
    }
  }
}
