output "url" {
  description = "Where people open the console."
  value       = local.origin
}

output "platform" {
  description = "What templates are told about the platform (CWS_PLATFORM of api and workers)."
  value       = local.platform
}

output "load_balancer" {
  description = "Name of the load balancer, for a CNAME where DNS is not in Route 53."
  value       = module.edge.dns_name
}

output "first_admin_secret" {
  description = "Secret with the first admin's password; it must be changed at the first sign-in."
  value       = module.secrets.arns.first_admin
}

output "cluster" {
  description = "ECS cluster of the services."
  value       = aws_ecs_cluster.this.name
}

output "services" {
  description = "ECS services by role."
  value       = { for role, service in module.service : role => service.name }
}

output "table" {
  description = "DynamoDB table of the documents."
  value       = module.store.table_name
}

output "state_bucket" {
  description = "S3 bucket of the desktops' Terraform states."
  value       = module.store.bucket
}

output "recordings_bucket" {
  description = "S3 bucket of the recorded sessions."
  value       = module.store.recordings_bucket
}

output "database" {
  description = "RDS server of the jobs; null without one."
  value       = one(module.database[*].identifier)
}

output "kms_key" {
  description = "Key for everything at rest."
  value       = module.secrets.key_arn
}

output "log_groups" {
  description = "Log groups by role."
  value       = { for role, group in aws_cloudwatch_log_group.this : role => group.name }
}

output "alarm_topic" {
  description = "SNS topic of the alarms."
  value       = module.alarms.topic
}
