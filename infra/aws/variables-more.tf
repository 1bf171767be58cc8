# What an installation may decide.

variable "network" {
  description = "A VPC that is there already, with its public and private subnets (private ones with a way to the internet or to AWS's endpoints). Null builds one."
  type = object({
    vpc_id          = string
    public_subnets  = list(string)
    private_subnets = list(string)
  })
  default = null
  validation {
    condition     = var.network == null || try(length(var.network.public_subnets) >= 2 && length(var.network.private_subnets) >= 2, false)
    error_message = "network needs at least two public and two private subnets, in different availability zones."
  }
}

variable "cidr" {
  description = "Addresses of the VPC that is built. Half is for private subnets; each desktop takes one address, a dedicated proxy another."
  type        = string
  default     = "10.64.0.0/16"
  validation {
    condition     = can(cidrhost(var.cidr, 0)) && try(tonumber(split("/", var.cidr)[1]) >= 16 && tonumber(split("/", var.cidr)[1]) <= 20, false)
    error_message = "cidr must be an IPv4 network of /16 to /20."
  }
}

variable "zones" {
  description = "Availability zones of the VPC that is built."
  type        = number
  default     = 3
  validation {
    condition     = var.zones >= 2 && var.zones <= 6 && floor(var.zones) == var.zones
    error_message = "zones must be 2 to 6: the load balancer needs two."
  }
}

variable "nat" {
  description = "NAT gateways of the VPC that is built: single (one zone's failure cuts all off from the internet), per_zone, none (needs interface_endpoints and images in ECR)."
  type        = string
  default     = "per_zone"
  validation {
    condition     = contains(["single", "per_zone", "none"], var.nat)
    error_message = "nat must be single, per_zone or none."
  }
  validation {
    condition     = var.nat != "none" || var.network != null || length(setsubtract(["ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms", "sts", "ec2", "ecs", "ssm"], var.interface_endpoints)) == 0
    error_message = "Without NAT, interface_endpoints must have ecr.api, ecr.dkr, logs, secretsmanager, kms, sts, ec2, ecs and ssm: nothing could start or be built."
  }
}

variable "interface_endpoints" {
  description = "AWS services that get an interface endpoint in the VPC that is built (each costs per hour and zone). S3 and DynamoDB always have a gateway."
  type        = set(string)
  default     = []
}

variable "internal" {
  description = "Whether the load balancer has private addresses only, for people who come by VPN."
  type        = bool
  default     = false
}

variable "desktop_ports_out" {
  description = "TCP ports that desktops may reach anywhere. At least 443: a desktop fetches its packages and its password over it."
  type        = set(number)
  default     = [80, 443]
  validation {
    condition     = contains(var.desktop_ports_out, 443)
    error_message = "desktop_ports_out must contain 443: a desktop fetches its password over it."
  }
}

variable "sizes" {
  description = "CPU units, MB and number of tasks per service. infra/sizes.md has figures for 100, 1,000 and 10,000 desktops."
  type = object({
    router       = optional(object({ cpu = number, memory = number, count = number }), { cpu = 512, memory = 1024, count = 2 })
    api          = optional(object({ cpu = number, memory = number, count = number }), { cpu = 1024, memory = 4096, count = 2 })
    worker       = optional(object({ cpu = number, memory = number, count = number }), { cpu = 2048, memory = 8192, count = 2 })
    console_host = optional(object({ cpu = number, memory = number, count = number }), { cpu = 256, memory = 512, count = 2 })
    proxy        = optional(object({ cpu = number, memory = number, count = number }), { cpu = 512, memory = 1024, count = 2 })
  })
  default = {}
  validation {
    condition     = alltrue([for size in values(var.sizes) : contains([256, 512, 1024, 2048, 4096, 8192, 16384], size.cpu) && size.memory >= size.cpu * 2 && size.count >= 0 && size.count <= 50])
    error_message = "Each size needs a CPU of Fargate's (256 to 16384), at least twice as many MB as CPU units, and 0 to 50 tasks."
  }
  validation {
    condition     = alltrue([for size in [var.sizes.api, var.sizes.console_host, var.sizes.proxy] : size.count <= 8])
    error_message = "At most 8 tasks of api, console_host and proxy: a private DNS name answers with eight addresses. Give them more CPU and memory instead."
  }
}

variable "slots" {
  description = "Operations that one worker runs at once. Each takes about 1 GB while Terraform runs."
  type        = number
  default     = 4
  validation {
    condition     = var.slots >= 1 && var.slots <= 32 && var.slots * 1024 <= var.sizes.worker.memory
    error_message = "slots must be 1 to 32 and leave each operation 1 GB of the worker's memory."
  }
}

variable "architecture" {
  description = "Processor that the images are built for: X86_64 or ARM64."
  type        = string
  default     = "X86_64"
  validation {
    condition     = contains(["X86_64", "ARM64"], var.architecture)
    error_message = "architecture must be X86_64 or ARM64."
  }
}

variable "database" {
  description = "The jobs' PostgreSQL. Null for a small installation with one worker, which then finds operations by itself within five seconds."
  type = object({
    instance_class = optional(string, "db.t4g.small")
    storage_gb     = optional(number, 20)
    multi_az       = optional(bool, true)
    engine_version = optional(string, "16")
    backup_days    = optional(number, 7)
  })
  default = {}
  validation {
    condition     = var.database == null || try(var.database.storage_gb >= 20 && var.database.backup_days >= 1 && var.database.backup_days <= 35, false)
    error_message = "database needs at least 20 GB and 1 to 35 days of backups."
  }
  validation {
    condition     = var.database != null || var.sizes.worker.count <= 1
    error_message = "Several workers share their jobs through the database: without one, sizes.worker.count must be 1."
  }
}

variable "settings" {
  description = "Further settings of api and workers (docs/settings.md), such as { CWS_QUOTA__PERUSER = \"10\" }."
  type        = map(string)
  default     = {}
  validation {
    condition     = alltrue([for name in keys(var.settings) : startswith(name, "CWS_")])
    error_message = "settings are those of docs/settings.md; their names begin with CWS_."
  }
  validation {
    condition     = alltrue([for name in keys(var.settings) : !can(regex("MASTER|PASSWORD|SECRET|INTERNALKEY", name))])
    error_message = "A secret does not belong into settings: it would be in the state. Secrets are made by secret_versions."
  }
}

variable "first_admin" {
  description = "User name of the first admin. The password is in the secret that the output first_admin_secret names."
  type        = string
  default     = "admin"
  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9._-]{0,62}$", var.first_admin))
    error_message = "first_admin must be a user name of a-z, 0-9, dots, - and _."
  }
}

variable "secret_versions" {
  description = "Raise a number to make a new value of that secret; the operator's guide says what follows for each."
  type = object({
    internal_key = optional(number, 1)
    proxy_key    = optional(number, 1)
    master_key   = optional(number, 1)
    first_admin  = optional(number, 1)
    database     = optional(number, 1)
  })
  default = {}
}

variable "amis" {
  description = "Images of desktops by system: { ubuntu = ami-…, ubuntu_22_04 = ami-…, amazon_linux = ami-… }. What is not given is looked up when a desktop is built, as its publisher's newest."
  type        = map(string)
  default     = {}
  validation {
    condition     = alltrue([for system, image in var.amis : contains(["ubuntu", "ubuntu_22_04", "amazon_linux"], system) && startswith(image, "ami-")])
    error_message = "amis knows ubuntu, ubuntu_22_04 and amazon_linux, each an id that begins with ami-."
  }
}

variable "log_days" {
  description = "Days for which logs are kept."
  type        = number
  default     = 30
  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_days)
    error_message = "log_days must be one of the numbers that CloudWatch knows, such as 7, 30, 90 or 365."
  }
}

variable "access_logs_bucket" {
  description = "Bucket for the load balancer's access logs, whose policy lets it write. Null for none."
  type        = string
  default     = null
}

variable "alarm_emails" {
  description = "Addresses that alarms are sent to."
  type        = set(string)
  default     = []
}

variable "container_insights" {
  description = "ECS metrics per task: disabled, enabled or enhanced (both cost per metric)."
  type        = string
  default     = "disabled"
  validation {
    condition     = contains(["disabled", "enabled", "enhanced"], var.container_insights)
    error_message = "container_insights must be disabled, enabled or enhanced."
  }
}

variable "table_name" {
  description = "Name of the documents' table, where it is not cws-ENVIRONMENT: after a restore it is another."
  type        = string
  default     = null
  validation {
    condition     = var.table_name == null || can(regex("^[A-Za-z0-9_.-]{3,255}$", var.table_name))
    error_message = "table_name must have 3 to 255 letters, digits, dots, - and _."
  }
}

variable "old_state_days" {
  description = "Days for which earlier versions of a desktop's Terraform state are kept."
  type        = number
  default     = 90
  validation {
    condition     = var.old_state_days >= 7
    error_message = "old_state_days must be at least 7: a state is brought back from them."
  }
}

variable "recording_days" {
  description = "Days after which no recording of a session is kept, whatever a template or a policy says. S3 removes a month later what was left over."
  type        = number
  default     = 3650
  validation {
    condition     = var.recording_days >= 1 && var.recording_days <= 3650 && floor(var.recording_days) == var.recording_days
    error_message = "recording_days must be 1 to 3650."
  }
}

variable "deletion_protection" {
  description = "Whether table, database, buckets and load balancer refuse to be deleted. Off is the first step of removing an installation."
  type        = bool
  default     = true
}

variable "recovery_days" {
  description = "Days in which deleted secrets can be brought back: 7 to 30, or 0 to delete them at once."
  type        = number
  default     = 7
  validation {
    condition     = var.recovery_days == 0 || (var.recovery_days >= 7 && var.recovery_days <= 30)
    error_message = "recovery_days must be 0 or 7 to 30."
  }
}

variable "tags" {
  description = "Tags on everything, desktops included."
  type        = map(string)
  default     = {}
  validation {
    condition     = alltrue([for name in keys(var.tags) : !startswith(name, "cws:") && !startswith(name, "aws:")])
    error_message = "Tags that begin with cws: or aws: are the product's and AWS's own."
  }
}
