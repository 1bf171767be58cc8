output "table_name" {
  description = "The documents' table."
  value       = aws_dynamodb_table.documents.name
}

output "table_arn" {
  description = "The documents' table, for policies."
  value       = aws_dynamodb_table.documents.arn
}

output "bucket" {
  description = "The state bucket, closed and versioned."
  value       = aws_s3_bucket.states.id
  depends_on = [
    aws_s3_bucket_versioning.states,
    aws_s3_bucket_server_side_encryption_configuration.states,
    aws_s3_bucket_policy.states,
    aws_s3_bucket_ownership_controls.states,
  ]
}

output "bucket_arn" {
  description = "The state bucket, for policies."
  value       = aws_s3_bucket.states.arn
}

output "recordings_bucket" {
  description = "The bucket of recordings, closed."
  value       = aws_s3_bucket.recordings.id
  depends_on = [
    aws_s3_bucket_versioning.recordings,
    aws_s3_bucket_server_side_encryption_configuration.recordings,
    aws_s3_bucket_policy.recordings,
    aws_s3_bucket_ownership_controls.recordings,
    aws_s3_bucket_lifecycle_configuration.recordings,
  ]
}

output "recordings_bucket_arn" {
  description = "The bucket of recordings, for policies."
  value       = aws_s3_bucket.recordings.arn
}
