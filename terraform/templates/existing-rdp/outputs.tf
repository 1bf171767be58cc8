output "connection" {
  value = module.machine.connection
}

output "details" {
  value = module.machine.details
}
