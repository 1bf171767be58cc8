variable "desktop" {
  description = "Given by the manager: which desktop this is."
  type = object({
    id          = string
    name        = string
    owner       = string
    environment = string
    directory   = optional(string)
  })

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{11}$", var.desktop.id))
    error_message = "desktop.id must be 12 characters of a-z and 0-9, the first a letter."
  }

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$", var.desktop.environment))
    error_message = "desktop.environment must have 1 to 63 letters, digits, - or _: it is part of AWS names."
  }
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

variable "placement" {
  description = "Given by the manager: 0, and more each time the cloud had no room."
  type        = number
  default     = 0

  validation {
    condition     = var.placement >= 0 && var.placement == floor(var.placement)
    error_message = "placement must be 0, 1, 2 and so on."
  }
}

variable "size" {
  description = "How much machine."
  type        = string
  default     = "medium"

  validation {
    condition     = contains(keys(local.types), var.size)
    error_message = "size must be one of ${join(", ", keys(local.types))}."
  }
}

variable "os" {
  description = "Operating system, at creation only."
  type        = string
  default     = "ubuntu"

  validation {
    condition     = contains(keys(local.images), var.os)
    error_message = "os must be one of ${join(", ", keys(local.images))}."
  }
}

variable "disk" {
  description = "Size of the disk in GB. It can grow, not shrink."
  type        = number
  default     = 40

  validation {
    condition     = var.disk >= 20 && var.disk <= 1000 && var.disk == floor(var.disk)
    error_message = "disk must be a whole number of GB from 20 to 1000."
  }
}

variable "geometry" {
  description = "Size of the screen in pixels, from the next start on."
  type        = string
  default     = "1920x1080"

  validation {
    condition     = can(regex("^[1-9][0-9]{2,3}x[1-9][0-9]{2,3}$", var.geometry))
    error_message = "geometry must look like 1920x1080."
  }
}

variable "depth" {
  description = "Bits per pixel, from the next start on."
  type        = number
  default     = 24

  validation {
    condition     = contains([16, 24], var.depth)
    error_message = "depth must be 16 or 24."
  }
}

variable "spot" {
  description = "Whether the machine is spare capacity, at creation only."
  type        = bool
  default     = false
}

variable "administrator" {
  description = "Whether the desktop's user may become root, at creation only."
  type        = bool
  default     = false
}

variable "proxy" {
  description = "Whether the desktop's screen goes through the shared desktop proxies or one of its own."
  type        = string
  default     = "shared"

  validation {
    condition     = contains(["shared", "dedicated"], var.proxy)
    error_message = "proxy must be shared or dedicated."
  }

  validation {
    condition     = var.proxy == "shared" || length(local.missing_for_proxy) == 0
    error_message = "A dedicated proxy needs more of the platform; CWS_PLATFORM lacks: ${join(", ", local.missing_for_proxy)}."
  }
}
