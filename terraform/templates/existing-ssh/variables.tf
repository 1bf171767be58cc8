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
  description = "TCP port of the SSH server."
  type        = number
  default     = 22
}

variable "user" {
  description = "Account there; empty: asked for in the terminal."
  type        = string
  default     = ""
}

variable "host_key" {
  description = "The machine's public host key, as in /etc/ssh/ssh_host_ed25519_key.pub without the comment; empty: any is taken."
  type        = string
  default     = ""

  validation {
    condition     = var.host_key == "" || can(regex("^(ssh|ecdsa)-[a-z0-9-]+ [A-Za-z0-9+/]+=*$", var.host_key))
    error_message = "host_key must look like: ssh-ed25519 AAAAC3Nza…"
  }
}

variable "files" {
  description = "Files go up and down over SFTP."
  type        = bool
  default     = true
}

variable "keep" {
  description = "The shell runs in tmux, which keeps it while nobody is connected."
  type        = bool
  default     = false
}
