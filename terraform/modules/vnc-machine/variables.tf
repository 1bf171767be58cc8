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

variable "geometry" {
  description = "Size of the screen in pixels, where the machine's tag cannot be read."
  type        = string
}

variable "depth" {
  description = "Bits per pixel, likewise."
  type        = number
}

variable "admin" {
  description = "Whether the user may become root."
  type        = bool
}
