variable "name" {
  description = "Name of the installation; begins every role's name."
  type        = string
}

variable "environment" {
  description = "Value of the tag cws:environment: what another installation in the account owns is out of reach."
  type        = string
}

variable "here" {
  description = "Partition, region and account, for names of resources."
  type        = object({ partition = string, region = string, account = string })
}

variable "table_arn" {
  description = "The documents' table."
  type        = string
}

variable "bucket_arn" {
  description = "The state bucket."
  type        = string
}

variable "state_prefix" {
  description = "Where this installation's states are in it, ending in a slash."
  type        = string
}

variable "recordings" {
  description = "The bucket of recordings, and what its keys begin with, ending in a slash."
  type        = object({ bucket_arn = string, prefix = string })
}

variable "key_arn" {
  description = "Key for everything at rest."
  type        = string
}

variable "secrets" {
  description = "Secrets by name."
  type        = map(string)
}

variable "cluster" {
  description = "Name of the cluster."
  type        = string
}

variable "secret_prefix" {
  description = "SSM path below which each desktop has its password."
  type        = string
}

variable "subnets" {
  description = "Subnets in which desktops are built."
  type        = list(string)
}

variable "has_database" {
  description = "Whether there is a database password to hand to the api and the workers."
  type        = bool
}

variable "desktop_role" {
  description = "Role of the desktops' machines, which workers hand to them."
  type        = string
}

variable "desktop_group" {
  description = "Security group of desktops: the only one that workers may give them."
  type        = string
}
