variable "table_name" {
  description = "Name of the documents' table."
  type        = string
}

variable "bucket_prefix" {
  description = "Beginning of the state bucket's name; AWS makes the rest unique."
  type        = string
}

variable "kms_key_arn" {
  description = "Key for both at rest."
  type        = string
}

variable "deletion_protection" {
  description = "Whether table and bucket refuse to be deleted with content."
  type        = bool
}

variable "old_state_days" {
  description = "Days for which earlier versions of a desktop's state are kept."
  type        = number
}
