variable "desktop" {
  description = "Which desktop this is; directory holds its home and run-time files on this machine."
  type = object({
    id          = string
    name        = string
    owner       = string
    environment = string
    directory   = string
  })

  validation {
    condition     = startswith(var.desktop.directory, "/") && length(var.desktop.directory) > 4
    error_message = "desktop.directory must be an absolute path of the desktop's own."
  }
}

variable "power" {
  description = "on: the session runs. off: it does not, and the home stays."
  type        = string

  validation {
    condition     = contains(["on", "off"], var.power)
    error_message = "power must be on or off."
  }
}

variable "vnc_password" {
  description = "Password of the screen. Ephemeral, so that it reaches no state and no plan."
  type        = string
  ephemeral   = true
}

variable "geometry" {
  description = "Size of the screen in pixels, WIDTHxHEIGHT."
  type        = string

  validation {
    condition     = can(regex("^[1-9][0-9]{2,3}x[1-9][0-9]{2,3}$", var.geometry))
    error_message = "geometry must look like 1920x1080."
  }
}

variable "depth" {
  description = "Bits per pixel: 16 or 24."
  type        = number

  validation {
    condition     = contains([16, 24], var.depth)
    error_message = "depth must be 16 or 24."
  }
}

variable "kind" {
  description = "desktop: window manager, panel and menu. terminal: one terminal that fills the screen."
  type        = string

  validation {
    condition     = contains(["desktop", "terminal"], var.kind)
    error_message = "kind must be desktop or terminal."
  }
}

variable "memory" {
  description = "MB of memory that one program may take."
  type        = number
  default     = 4096

  validation {
    condition     = var.memory >= 512 && var.memory <= 1048576 && floor(var.memory) == var.memory
    error_message = "memory must be a whole number of MB from 512 to 1048576."
  }
}

variable "processes" {
  description = "Processes and threads that all programs together may have."
  type        = number
  default     = 2048

  validation {
    condition     = var.processes >= 128 && var.processes <= 65536 && floor(var.processes) == var.processes
    error_message = "processes must be a whole number from 128 to 65536."
  }
}
