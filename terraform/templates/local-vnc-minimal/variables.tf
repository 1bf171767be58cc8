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

variable "vnc_password" {
  description = "Given by the manager. Ephemeral, so that it reaches no state."
  type        = string
  ephemeral   = true
}

variable "geometry" {
  type    = string
  default = "1280x720"
}
