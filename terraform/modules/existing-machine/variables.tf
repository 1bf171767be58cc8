variable "power" {
  description = "Given by the manager: on or off."
  type        = string

  validation {
    condition     = contains(["on", "off"], var.power)
    error_message = "power must be on or off."
  }
}

variable "platform" {
  description = "Given by the manager from CWS_PLATFORM: what may be reached."
  type = object({
    existing = optional(object({
      networks = optional(list(string), [])
      domains  = optional(list(string), [])
    }), {})
  })

  validation {
    condition     = alltrue([for network in var.platform.existing.networks : can(cidrhost(network, 0)) && can(regex("^[0-9.]+/[0-9]+$", network))])
    error_message = "CWS_PLATFORM: existing.networks must be IPv4 networks such as 10.20.0.0/16."
  }

  validation {
    condition     = alltrue([for domain in var.platform.existing.domains : can(regex("^[a-z0-9-]+([.][a-z0-9-]+)*$", domain))])
    error_message = "CWS_PLATFORM: existing.domains must be names in small letters such as lab.example.com."
  }
}

variable "address" {
  description = "IPv4 address or name of the machine."
  type        = string

  # Numbers with a leading zero mean one thing here and another to who dials, and so do names made of numbers only.
  validation {
    condition     = can(regex("^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])[.]){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])$", var.address)) || (can(regex("^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$", var.address)) && can(regex("[A-Za-z][A-Za-z0-9-]*$", var.address)))
    error_message = "address must be an IPv4 address such as 10.20.0.7, or a name such as build.lab.example.com."
  }

  validation {
    condition = can(regex("^[0-9.]+$", var.address)) ? anytrue([
      for network in var.platform.existing.networks : try(cidrhost("${var.address}/${split("/", network)[1]}", 0) == cidrhost(network, 0), false)
      ]) : anytrue([
      for domain in var.platform.existing.domains : lower(var.address) == domain || endswith(lower(var.address), ".${domain}")
    ])
    error_message = "${var.address} may not be reached from here. ${length(concat(var.platform.existing.networks, var.platform.existing.domains)) == 0 ? "An administrator names networks or domains in CWS_PLATFORM (existing)." : "Allowed are: ${join(", ", concat(var.platform.existing.networks, var.platform.existing.domains))}."}"
  }
}

variable "port" {
  description = "TCP port."
  type        = number

  validation {
    condition     = var.port >= 1 && var.port <= 65535 && floor(var.port) == var.port
    error_message = "port must be a whole number from 1 to 65535."
  }
}

variable "user" {
  description = "Who signs in there; empty: whoever opens the desktop is asked."
  type        = string
  default     = ""

  validation {
    condition     = length(var.user) <= 104 && !can(regex("[[:cntrl:]]", var.user))
    error_message = "user may have 104 characters and no control characters."
  }
}

variable "parameters" {
  description = "More for guacd, by its names; those without a value are left out."
  type        = map(string)
  default     = {}
}
