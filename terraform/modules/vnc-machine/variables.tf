variable "desktop" {
  description = "Id of the desktop."
  type        = string
}

variable "owner" {
  description = "Whose desktop it is; the machine's user is named after them."
  type        = string
}

variable "region" {
  description = "Region of the parameter."
  type        = string
}

variable "parameter" {
  description = "Name of the parameter with the screen's password."
  type        = string
}

variable "screen" {
  description = "Width, height and depth, such as 1920x1080x24, where the machine's tag cannot be read."
  type        = string
}

variable "administrator" {
  description = "Whether the user may become root."
  type        = bool
}
