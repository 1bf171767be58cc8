output "connection" {
  description = "Null while off: the machine goes on, the way to it is closed."
  value = var.power != "on" ? null : {
    host       = var.address
    port       = var.port
    username   = var.user == "" ? null : var.user
    parameters = { for name, value in var.parameters : name => value if value != null && value != "" }
  }
}

output "details" {
  value = [
    { label = "Machine", value = "${var.address}:${var.port}" },
    { label = "Account there", value = var.user == "" ? "asked for when it is opened" : var.user },
  ]
}
