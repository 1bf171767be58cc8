output "dns_name" {
  description = "The load balancer's own name, for a record made elsewhere."
  value       = aws_lb.this.dns_name
}

output "target_group" {
  description = "Where the routers register; it has its listener."
  value       = aws_lb_target_group.router.arn
  depends_on  = [aws_lb_listener.https]
}

output "alarm_dimensions" {
  description = "The load balancer and its targets, as CloudWatch names them."
  value = {
    LoadBalancer = aws_lb.this.arn_suffix
    TargetGroup  = aws_lb_target_group.router.arn_suffix
  }
}
