variable "table_name" {
  description = "Name of the documents' table."
  type        = string
}

variable "bucket_prefix" {
  description = "Beginning of the state bucket's name; AWS makes the rest unique."
  type        = string
}

variable "recordings_prefix" {
  description = "Beginning of the name of the recordings' bucket; AWS makes the rest unique."
  type        = string
}

variable "kms_key_arn" {
  description = "Key for all of it at rest."
  type        = string
}

variable "deletion_protection" {
  description = "Whether table and buckets refuse to be deleted with content."
  type        = bool
}

variable "old_state_days" {
  description = "Days for which earlier versions of a desktop's state are kept."
  type        = number
}

variable "recording_days" {
  description = "Days after which no recording is kept, whatever a policy says."
  type        = number
}
