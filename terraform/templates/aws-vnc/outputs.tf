output "connection" {
  description = "Where the screen is served; null while the desktop is off."
  value       = local.on ? { host = aws_instance.desktop.private_ip, port = 5901 } : null
}

output "proxy" {
  description = "The shared desktop proxy. Null where the manager knows better: its own setting, or the task of the desktop's own service."
  value       = local.on && !local.dedicated ? var.platform.shared_proxy : null
}

output "machine" {
  description = "What the manager's own calls to EC2 and ECS are about."
  value = {
    provider = "aws"
    region   = var.platform.region
    instance = aws_instance.desktop.id
    cluster  = local.dedicated ? var.platform.cluster : null
    service  = local.dedicated ? local.service : null
  }
}

output "details" {
  description = "For the console: what was built."
  value = [
    { label = "Machine", value = "${aws_instance.desktop.instance_type}${var.spot ? " (spot)" : ""}" },
    { label = "System", value = var.os },
    { label = "Disk", value = "${var.disk} GB, encrypted" },
    { label = "Screen", value = "${replace(var.geometry, "x", " × ")}, ${var.depth} bits" },
    { label = "User", value = module.machine.user },
    { label = "Address", value = aws_instance.desktop.private_ip },
    { label = "Instance", value = aws_instance.desktop.id },
    { label = "Zone", value = aws_instance.desktop.availability_zone },
    { label = "Proxy", value = var.proxy },
  ]
}
