output "file_system" {
  description = "The file system, mountable in every private subnet."
  value       = aws_efs_file_system.this.id
  depends_on  = [aws_efs_mount_target.this, aws_efs_file_system_policy.this]
}

output "file_system_arn" {
  description = "The file system, for policies."
  value       = aws_efs_file_system.this.arn
}

output "access_point" {
  description = "Where the template versions are."
  value       = aws_efs_access_point.templates.id
}

output "access_point_arn" {
  description = "Where the template versions are, for policies."
  value       = aws_efs_access_point.templates.arn
}
