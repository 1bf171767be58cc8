variable "name" {
  description = "Names the role and the profile: NAME-desktop."
  type        = string
}

variable "path" {
  description = "IAM path of both."
  type        = string
  default     = "/"
}

variable "secret_prefix" {
  description = "Path under which the desktops' passwords are kept, as in the platform's facts: /cws/production/desktops."
  type        = string

  validation {
    condition     = can(regex("^(/[A-Za-z0-9_.-]+){2,12}$", var.secret_prefix))
    error_message = "secret_prefix must look like /cws/production/desktops: at least two levels, no / at the end."
  }
}

variable "kms_key" {
  description = "ARN of the key that encrypts the passwords; null where it is the account's aws/ssm key."
  type        = string
  default     = null
}

variable "tags" {
  description = "On role and profile."
  type        = map(string)
  default     = {}
}
