variable "name" {
  description = "Name of the installation."
  type        = string
}

variable "subnets" {
  description = "Private subnets; each gets a mount target."
  type        = list(string)
}

variable "security_group" {
  description = "Group that admits the api and the workers."
  type        = string
}

variable "kms_key_arn" {
  description = "Key for what is stored."
  type        = string
}
