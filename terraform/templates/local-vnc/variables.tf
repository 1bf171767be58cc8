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

variable "memory" {
  description = "MB of memory that one program of the desktop may take."
  type        = number
  default     = 4096

  validation {
    condition     = var.memory >= 512 && var.memory <= 1048576 && floor(var.memory) == var.memory
    error_message = "memory must be a whole number of MB from 512 to 1048576."
  }
}

variable "processes" {
  description = "Processes and threads that all programs of the desktop together may have."
  type        = number
  default     = 2048

  validation {
    condition     = var.processes >= 128 && var.processes <= 65536 && floor(var.processes) == var.processes
    error_message = "processes must be a whole number from 128 to 65536."
  }
}
