# What every installation must decide. Everything else has a default in variables-more.tf.

variable "environment" {
  description = "Name of the installation; several may live in one account and region. Part of most names and the tag cws:environment."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,14}[a-z0-9]$", var.environment))
    error_message = "environment must have 2 to 16 characters of a-z, 0-9 and -, beginning with a letter and not ending with -: it is part of names."
  }
}

variable "region" {
  description = "AWS region."
  type        = string
  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region must be the code of an AWS region, such as eu-central-1."
  }
}

variable "hostname" {
  description = "Name that people open in their browser, such as desktops.example.com."
  type        = string
  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$", var.hostname))
    error_message = "hostname must be a full domain name in lower case, without https:// and without a path."
  }
}

variable "zone_id" {
  description = "Route 53 zone of the hostname: gets the address and, without certificate_arn, the certificate's validation. Null where DNS is elsewhere."
  type        = string
  default     = null
  validation {
    condition     = var.zone_id == null || can(regex("^[A-Z0-9]{8,32}$", var.zone_id))
    error_message = "zone_id must be the id of a Route 53 hosted zone, such as Z0123456789ABCDEFGHIJ."
  }
}

variable "certificate_arn" {
  description = "ACM certificate of the hostname in this region. Null to get one, which needs zone_id."
  type        = string
  default     = null
  validation {
    condition     = var.certificate_arn != null || var.zone_id != null
    error_message = "Give certificate_arn, or zone_id so that a certificate can be made: nothing is served without TLS."
  }
  validation {
    condition     = var.certificate_arn == null || can(regex("^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/.+$", var.certificate_arn))
    error_message = "certificate_arn must be the ARN of an ACM certificate."
  }
}

variable "allowed_cidrs" {
  description = "Addresses that may reach the load balancer. [\"0.0.0.0/0\"] is everybody."
  type        = set(string)
  validation {
    condition     = length(var.allowed_cidrs) > 0 && alltrue([for cidr in var.allowed_cidrs : can(cidrhost(cidr, 0))])
    error_message = "allowed_cidrs must name at least one network in CIDR notation, such as 203.0.113.0/24."
  }
}

variable "images" {
  description = "Images of the product, built by infra/images/build: by tag of a release, better by digest."
  type = object({
    router        = string
    api           = string
    worker        = string
    console_host  = string
    desktop_proxy = string
    guacd         = optional(string, "docker.io/guacamole/guacd:1.6.0")
  })
  validation {
    condition     = alltrue([for image in values(var.images) : can(regex("(@sha256:[0-9a-f]{64}|:[A-Za-z0-9_.-]+)$", image)) && !endswith(image, ":latest")])
    error_message = "Every image must name a tag other than latest, or a digest: else a restart could bring another version."
  }
}
