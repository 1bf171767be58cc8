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
}

variable "platform" {
  description = "Given by the manager from CWS_PLATFORM; its member existing names what may be reached. No default: without it this template is not offered."
  type        = any
}

variable "address" {
  description = "IPv4 address or name of the machine."
  type        = string
}

variable "port" {
  description = "TCP port of the RDP server."
  type        = number
  default     = 3389
}

variable "user" {
  description = "Account there; empty: asked for."
  type        = string
  default     = ""
}

variable "domain" {
  description = "The account's Windows domain; empty: none, or asked for with the user name."
  type        = string
  default     = ""
}

variable "any_certificate" {
  description = "Take a certificate that nobody vouches for, as Windows and xrdp make their own."
  type        = bool
  default     = false
}

variable "layout" {
  description = "Keyboard layout of the server, by guacd's names."
  type        = string
  default     = "en-us-qwerty"
}
