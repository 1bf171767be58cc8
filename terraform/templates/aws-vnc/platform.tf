# What the installation gives to all desktops. Everything is optional to the type, so that all that is missing is named in one sentence.

variable "platform" {
  description = "Given by the manager from CWS_PLATFORM; made by infra/aws."
  type = object({
    region              = optional(string)
    subnets             = optional(list(string), [])
    security_groups     = optional(object({ desktop = optional(string), proxy = optional(string) }), {})
    instance_profile    = optional(string)
    kms_key             = optional(string)
    secret_prefix       = optional(string)
    shared_proxy        = optional(string)
    amis                = optional(map(string), {})
    tags                = optional(map(string), {})
    cluster             = optional(string)
    proxy_subnets       = optional(list(string), [])
    task_execution_role = optional(string)
    task_role           = optional(string)
    log_group           = optional(string)
    proxy_image         = optional(string)
    guacd_image         = optional(string)
    internal_key_secret = optional(string)
    proxy_key_secret    = optional(string)
    api_url             = optional(string)
    public_url          = optional(string)
    service_namespace   = optional(string)
  })

  validation {
    condition = alltrue([for name, value in {
      region                    = var.platform.region
      instance_profile          = var.platform.instance_profile
      secret_prefix             = var.platform.secret_prefix
      "security_groups.desktop" = var.platform.security_groups.desktop
      subnets                   = join("", var.platform.subnets)
    } : coalesce(value, " ") != " "])
    error_message = "CWS_PLATFORM lacks: ${join(", ", [for name, value in {
      region                    = var.platform.region
      instance_profile          = var.platform.instance_profile
      secret_prefix             = var.platform.secret_prefix
      "security_groups.desktop" = var.platform.security_groups.desktop
      subnets                   = join("", var.platform.subnets)
    } : name if coalesce(value, " ") == " "])}. infra/aws has it in its output `platform`."
  }

  validation {
    condition     = var.platform.kms_key == null || can(regex("^arn:[a-z-]+:kms:", var.platform.kms_key))
    error_message = "platform.kms_key must be the key's ARN: EBS answers with the ARN, and any other form would replace the disk."
  }

  validation {
    condition     = var.platform.secret_prefix == null || can(regex("^(/[A-Za-z0-9_.-]+){1,12}$", var.platform.secret_prefix))
    error_message = "platform.secret_prefix must look like /cws/production/desktops, without a / at the end."
  }

  validation {
    condition     = alltrue([for key in keys(var.platform.tags) : can(regex("^[A-Za-z0-9+=.,_:@-]{1,128}$", key))])
    error_message = "platform.tags: a name may have letters, digits and + - = . , _ : @ only, else the machine cannot read its own tags."
  }
}

locals {
  needed_by_proxy = {
    cluster                 = var.platform.cluster
    task_execution_role     = var.platform.task_execution_role
    task_role               = var.platform.task_role
    log_group               = var.platform.log_group
    proxy_image             = var.platform.proxy_image
    guacd_image             = var.platform.guacd_image
    internal_key_secret     = var.platform.internal_key_secret
    proxy_key_secret        = var.platform.proxy_key_secret
    api_url                 = var.platform.api_url
    public_url              = var.platform.public_url
    proxy_subnets           = join("", var.platform.proxy_subnets)
    "security_groups.proxy" = var.platform.security_groups.proxy
  }
  missing_for_proxy = [for name, value in local.needed_by_proxy : name if coalesce(value, " ") == " "]
}
