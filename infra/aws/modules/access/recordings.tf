# The api alone keeps, plays and deletes recordings; proxies send them to it. The key is the documents' (DocumentsKey, by way of S3).

data "aws_iam_policy_document" "recordings" {
  statement {
    sid       = "Recordings"
    actions   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = ["${var.recordings.bucket_arn}/${var.recordings.prefix}*"]
  }

  # IfExists: who reads an object that is not there is told so only with this action, and that question names no prefix.
  statement {
    sid       = "ListRecordings"
    actions   = ["s3:ListBucket"]
    resources = [var.recordings.bucket_arn]
    condition {
      test     = "StringLikeIfExists"
      variable = "s3:prefix"
      values   = ["${var.recordings.prefix}*"]
    }
  }
}
