output "topic" {
  description = "Topic that every alarm speaks to."
  value       = aws_sns_topic.alarms.arn
}
