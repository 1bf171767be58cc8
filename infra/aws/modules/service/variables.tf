variable "name" {
  description = "Name of the service and its task family."
  type        = string
}

variable "cluster" {
  description = "ARN of the cluster."
  type        = string
}

variable "region" {
  description = "Region of the log group."
  type        = string
}

variable "log_group" {
  description = "Log group; each container gets its own streams."
  type        = string
}

variable "size" {
  description = "CPU units, MB and number of tasks."
  type        = object({ cpu = number, memory = number, count = number })
}

variable "architecture" {
  description = "X86_64 or ARM64."
  type        = string
}

variable "subnets" {
  description = "Private subnets."
  type        = list(string)
}

variable "security_groups" {
  description = "Groups of every task."
  type        = list(string)
}

variable "execution_role" {
  description = "Role of the agent that starts tasks: image, log, secrets."
  type        = string
}

variable "task_role" {
  description = "Role of the process itself."
  type        = string
}

variable "namespace" {
  description = "Cloud Map namespace in which the tasks are found as the discovery name; null for none."
  type        = string
  default     = null
}

variable "discovery_name" {
  description = "The name there."
  type        = string
  default     = null
}

variable "load_balancer" {
  description = "Target group that gets the tasks; null for none."
  type        = object({ target_group = string, container = string, port = number })
  default     = null
}

variable "containers" {
  description = "Containers by name. Each runs without privileges on a read-only root."
  type = map(object({
    image        = string
    command      = optional(list(string))
    environment  = optional(map(string), {})
    secrets      = optional(map(string), {})
    port         = optional(number)
    health       = optional(list(string))
    essential    = optional(bool, true)
    restarts     = optional(bool, true)
    after        = optional(map(string), {})
    mounts       = optional(map(string), {})
    stop_timeout = optional(number, 30)
  }))
}

variable "scratch" {
  description = "Volumes that live as long as a task."
  type        = set(string)
  default     = []
}
