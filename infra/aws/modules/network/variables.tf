variable "name" {
  description = "Name of the installation; begins every name tag."
  type        = string
}

variable "region" {
  description = "Region of the endpoints' service names."
  type        = string
}

variable "existing" {
  description = "A network that is there already; null to build one."
  type = object({
    vpc_id          = string
    public_subnets  = list(string)
    private_subnets = list(string)
  })
}

variable "cidr" {
  description = "Addresses of a network that is built: a /16 to /20."
  type        = string
}

variable "zones" {
  description = "Availability zones of a network that is built."
  type        = number
}

variable "nat" {
  description = "How private subnets reach the internet: single, per_zone or none."
  type        = string
}

variable "interface_endpoints" {
  description = "AWS services that get an interface endpoint in the private subnets."
  type        = set(string)
}
