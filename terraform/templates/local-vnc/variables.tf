variable "desktop" {
  description = "Given by the manager: which desktop this is."
  type = object({
    id          = string
    name        = string
    owner       = string
    environment = string
    directory   = string
  })
}

variable "power" {
  description = "Given by the manager: on or off."
  type        = string

  validation {
    condition     = contains(["on", "off"], var.power)
    error_message = "power must be on or off."
  }
}

variable "vnc_password" {
  description = "Given by the manager. Ephemeral, so that it reaches no state."
  type        = string
  ephemeral   = true
}

variable "geometry" {
  description = "Size of the screen in pixels."
  type        = string
  default     = "1920x1080"

  validation {
    condition     = can(regex("^[1-9][0-9]{2,3}x[1-9][0-9]{2,3}$", var.geometry))
    error_message = "geometry must look like 1920x1080."
  }
}

variable "depth" {
  description = "Bits per pixel."
  type        = number
  default     = 24

  validation {
    condition     = contains([16, 24], var.depth)
    error_message = "depth must be 16 or 24."
  }
}
