variable "name" {
  description = "Name of the installation."
  type        = string
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "subnets" {
  description = "Public subnets in at least two zones."
  type        = list(string)
}

variable "internal" {
  description = "Whether the load balancer has private addresses only."
  type        = bool
}

variable "security_group" {
  description = "Group that admits browsers."
  type        = string
}

variable "hostname" {
  description = "Name that browsers open."
  type        = string
}

variable "certificate_arn" {
  description = "Certificate for the name; null to get one, validated through the zone."
  type        = string
}

variable "zone_id" {
  description = "Route 53 zone that gets the name's records; null when they are made elsewhere."
  type        = string
}

variable "access_logs_bucket" {
  description = "Bucket for access logs; null for none."
  type        = string
}

variable "deletion_protection" {
  description = "Whether the load balancer refuses to be deleted."
  type        = bool
}
