# Recordings of sessions: closed to everybody but the api, and never longer there than they may be.

resource "aws_s3_bucket" "recordings" {
  bucket_prefix = var.recordings_prefix
  force_destroy = !var.deletion_protection
}

# Not versioned: what is deleted, because its days are over or because an administrator says so, must be gone, not hidden below a marker. No
# object is ever written twice (If-None-Match), so there is nothing that versions would bring back but what was meant to go.
resource "aws_s3_bucket_versioning" "recordings" {
  bucket = aws_s3_bucket.recordings.id
  versioning_configuration {
    status = "Disabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "recordings" {
  bucket = aws_s3_bucket.recordings.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "recordings" {
  bucket                  = aws_s3_bucket.recordings.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "recordings" {
  bucket = aws_s3_bucket.recordings.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_policy" "recordings" {
  bucket     = aws_s3_bucket.recordings.id
  policy     = data.aws_iam_policy_document.tls_only["recordings"].json
  depends_on = [aws_s3_bucket_public_access_block.recordings]
}

# The product deletes recordings itself, to the day. This is for what no document knows any more: the remains of a table that was restored to
# an earlier moment, or of a process that was killed. A month more than any recording is kept, since it counts from a piece's writing.
resource "aws_s3_bucket_lifecycle_configuration" "recordings" {
  bucket = aws_s3_bucket.recordings.id

  rule {
    id     = "forgotten"
    status = "Enabled"
    filter {}
    expiration {
      days = var.recording_days + 31
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.recordings]
}
