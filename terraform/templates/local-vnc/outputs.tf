output "connection" {
  value = module.session.connection
}

output "details" {
  value = module.session.details
}
