output "user_data" {
  description = "For user_data_base64."
  value       = base64gzip(local.config)
}

output "user" {
  description = "Name of the machine's user."
  value       = local.user
}
