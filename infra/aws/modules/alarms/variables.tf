variable "name" {
  description = "Name of the installation; begins every alarm's name."
  type        = string
}

variable "kms_key_arn" {
  description = "Key for the topic."
  type        = string
}

variable "emails" {
  description = "Addresses that are told; each must confirm once."
  type        = set(string)
}

variable "load_balancer" {
  description = "Dimensions of the load balancer and its target group."
  type        = object({ LoadBalancer = string, TargetGroup = string })
}

variable "table" {
  description = "The documents' table."
  type        = string
}

variable "database" {
  description = "The database server; null without one."
  type        = string
}

variable "database_storage_gb" {
  description = "Its disk."
  type        = number
}

variable "cluster" {
  description = "The cluster."
  type        = string
}

variable "services" {
  description = "Services by role, to be watched for CPU and memory."
  type        = map(string)
}

variable "log_groups" {
  description = "Log groups of .NET processes by role, to be watched for errors."
  type        = map(string)
}
