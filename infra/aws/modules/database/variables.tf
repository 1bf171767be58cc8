variable "name" {
  description = "Name of the installation and of the server."
  type        = string
}

variable "subnets" {
  description = "Private subnets in at least two zones."
  type        = list(string)
}

variable "security_group" {
  description = "Group that admits the api and the workers."
  type        = string
}

variable "kms_key_arn" {
  description = "Key for the disk, its backups and the performance figures."
  type        = string
}

variable "password_secret" {
  description = "Secret that holds the password."
  type        = string
}

variable "password_version" {
  description = "Number of the password; another number sets the secret's present value."
  type        = number
}

variable "deletion_protection" {
  description = "Whether the server refuses to be deleted, and leaves a snapshot when it is."
  type        = bool
}

variable "settings" {
  description = "Size and care of the server. The version is a major one: AWS raises the minor by itself."
  type = object({
    instance_class = string
    storage_gb     = number
    multi_az       = bool
    engine_version = string
    backup_days    = number
  })
}
