output "groups" {
  description = "Security group ids by role: edge, router, api, console, worker, proxy, desktop, database."
  value       = { for role, group in aws_security_group.this : role => group.id }
  # A group without its rules is closed: whoever uses it should find it open where it is to be.
  depends_on = [
    aws_vpc_security_group_ingress_rule.flow,
    aws_vpc_security_group_egress_rule.flow,
    aws_vpc_security_group_egress_rule.https,
  ]
}
