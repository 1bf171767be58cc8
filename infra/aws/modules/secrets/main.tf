# Secrets are made inside AWS, held for one run in memory (ephemeral) and written through write-only arguments: they are in no plan, no
# state and no log. Terraform remembers a version number only; raising it makes a new value.

locals {
  # What each is for, and its shape. The keys are 32 bytes in base64url: 43 characters, of which the last carries four bits and must be
  # one of sixteen; 42 random ones and an A are 250 random bits.
  secrets = {
    internal_key = { purpose = "Key of the api's internal endpoints", length = 42, suffix = "A" }
    proxy_key    = { purpose = "Protects the desktop proxies' private key on its way to them", length = 42, suffix = "A" }
    master_key   = { purpose = "Encrypts the product's keys in its store", length = 42, suffix = "A" }
    first_admin  = { purpose = "Password of the first admin, to be changed at the first sign-in", length = 24, suffix = "" }
    database     = { purpose = "Password of the jobs database", length = 40, suffix = "" }
  }
}

ephemeral "aws_secretsmanager_random_password" "value" {
  for_each            = local.secrets
  password_length     = each.value.length
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "this" {
  for_each                = local.secrets
  name                    = "${var.name}/${replace(each.key, "_", "-")}"
  description             = each.value.purpose
  kms_key_id              = aws_kms_key.this.arn
  recovery_window_in_days = var.recovery_days
}

resource "aws_secretsmanager_secret_version" "this" {
  for_each                 = local.secrets
  secret_id                = aws_secretsmanager_secret.this[each.key].id
  secret_string_wo         = "${ephemeral.aws_secretsmanager_random_password.value[each.key].random_password}${each.value.suffix}"
  secret_string_wo_version = var.versions[each.key]
}
