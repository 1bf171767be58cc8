output "instance_profile" {
  description = "Name of the instance profile, for the platform's facts."
  value       = aws_iam_instance_profile.desktop.name
}

output "role_arn" {
  description = "For iam:PassRole of the worker's role."
  value       = aws_iam_role.desktop.arn
}

output "policy" {
  description = "The role's policy, as JSON."
  value       = aws_iam_role_policy.password.policy
}
