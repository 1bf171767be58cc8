output "user_data" {
  description = "For user_data_base64: compressed, because EC2 takes 16 KB at most."
  value       = base64gzip(local.config)
}

output "config" {
  description = "The same, readable."
  value       = local.config
}

output "user" {
  description = "Name of the machine's user."
  value       = local.user
}
