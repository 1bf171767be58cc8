output "identifier" {
  description = "The server, for alarms."
  value       = aws_db_instance.this.identifier
}

output "connection_string" {
  description = "Everything but the password, which processes get as PGPASSWORD."
  value = join(";", [
    "Host=${aws_db_instance.this.address}",
    "Port=${aws_db_instance.this.port}",
    "Database=${aws_db_instance.this.db_name}",
    "Username=${aws_db_instance.this.username}",
    "SSL Mode=VerifyFull",
    "Root Certificate=/etc/cloudworkstation/rds.pem",
  ])
}
