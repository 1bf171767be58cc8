output "name" {
  description = "The service, for alarms."
  value       = aws_ecs_service.this.name
}
