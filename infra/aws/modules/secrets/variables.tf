variable "name" {
  description = "Name of the installation; begins every secret's name."
  type        = string
}

variable "region" {
  description = "Region, for the key's policy."
  type        = string
}

variable "account" {
  description = "Account id, for the key's policy."
  type        = string
}

variable "partition" {
  description = "aws, aws-cn or aws-us-gov."
  type        = string
}

variable "versions" {
  description = "Raise a number to make a new value of that secret."
  type = object({
    internal_key = number
    proxy_key    = number
    master_key   = number
    first_admin  = number
    database     = number
  })
}

variable "recovery_days" {
  description = "Days in which a deleted secret or key can be brought back; 0 deletes secrets at once."
  type        = number
}
