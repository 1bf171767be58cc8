# Terraform's states of the desktops: versioned, so that a state can be brought back, and closed to everybody but the roles that name it.

resource "aws_s3_bucket" "states" {
  bucket_prefix = var.bucket_prefix
  force_destroy = !var.deletion_protection
}

resource "aws_s3_bucket_versioning" "states" {
  bucket = aws_s3_bucket.states.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "states" {
  bucket = aws_s3_bucket.states.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "states" {
  bucket                  = aws_s3_bucket.states.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "states" {
  bucket = aws_s3_bucket.states.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_policy" "states" {
  bucket     = aws_s3_bucket.states.id
  policy     = data.aws_iam_policy_document.tls_only["states"].json
  depends_on = [aws_s3_bucket_public_access_block.states]
}

data "aws_iam_policy_document" "tls_only" {
  for_each = { states = aws_s3_bucket.states.arn, recordings = aws_s3_bucket.recordings.arn }

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [each.value, "${each.value}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "states" {
  bucket = aws_s3_bucket.states.id

  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration {
      noncurrent_days = var.old_state_days
    }
    # A lock is an object too: each leaves a delete marker with nothing below it.
    expiration {
      expired_object_delete_marker = true
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.states]
}
