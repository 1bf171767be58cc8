# The immutable versions of the templates. A desktop keeps the version it was built with for as long as it lives, whatever the present image
# brings, so they outlive tasks and are the same for the api and all workers.

resource "aws_efs_file_system" "this" {
  creation_token   = var.name
  encrypted        = true
  kms_key_id       = var.kms_key_arn
  throughput_mode  = "elastic"
  performance_mode = "generalPurpose"
  tags             = { Name = var.name }
}

resource "aws_efs_backup_policy" "this" {
  file_system_id = aws_efs_file_system.this.id
  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_efs_mount_target" "this" {
  count           = length(var.subnets)
  file_system_id  = aws_efs_file_system.this.id
  subnet_id       = var.subnets[count.index]
  security_groups = [var.security_group]
}

# Everything through it belongs to the user that the images run as.
resource "aws_efs_access_point" "templates" {
  file_system_id = aws_efs_file_system.this.id
  posix_user {
    uid = 1654
    gid = 1654
  }
  root_directory {
    path = "/templates"
    creation_info {
      owner_uid   = 1654
      owner_gid   = 1654
      permissions = "0700"
    }
  }
  tags = { Name = "${var.name}-templates" }
}

resource "aws_efs_file_system_policy" "this" {
  file_system_id = aws_efs_file_system.this.id
  policy         = data.aws_iam_policy_document.tls_and_role.json
}

# Mounting needs TLS and a role that is granted it, through the access point only.
data "aws_iam_policy_document" "tls_and_role" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["*"]
    resources = [aws_efs_file_system.this.arn]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}
