variable "name" {
  description = "Name of the installation; begins every group's name."
  type        = string
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "allowed_cidrs" {
  description = "Addresses that may reach the load balancer."
  type        = set(string)
}

variable "desktop_ports_out" {
  description = "TCP ports that desktops may reach anywhere."
  type        = set(number)
}
