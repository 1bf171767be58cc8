output "task_roles" {
  description = "Role ARNs of the processes: router, api, worker, console, proxy."
  value       = { for process, role in aws_iam_role.task : process => role.arn }
  depends_on  = [aws_iam_role_policy.api, aws_iam_role_policy.worker]
}

output "start_roles" {
  description = "Role ARNs for starting them."
  value       = { for process, role in aws_iam_role.start : process => role.arn }
  depends_on  = [aws_iam_role_policy.start]
}
