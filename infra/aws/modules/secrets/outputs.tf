output "key_arn" {
  description = "The key for everything at rest."
  value       = aws_kms_key.this.arn
}

output "arns" {
  description = "Secrets by name: internal_key, proxy_key, master_key, first_admin, database. Each has a value."
  value       = { for name, version in aws_secretsmanager_secret_version.this : name => version.arn }
}
