# Where the desktop is built and of what. The manager counts `placement` up when the cloud has no room: the types of a size are tried in
# order in one subnet, then in the next. Neighbouring desktops begin in different subnets.

locals {
  types = {
    small  = ["t3.medium", "t3a.medium", "c6a.large"]
    medium = ["t3.large", "t3a.large", "m6a.large"]
    large  = ["t3.xlarge", "t3a.xlarge", "m6a.xlarge"]
    xlarge = ["t3.2xlarge", "t3a.2xlarge", "m6a.2xlarge"]
  }

  # EC2 changes no spot machine's type, so another type could not start it.
  choices       = var.spot ? slice(local.types[var.size], 0, 1) : local.types[var.size]
  instance_type = local.choices[var.placement % length(local.choices)]

  first  = parseint(substr(sha256(var.desktop.id), 0, 8), 16)
  subnet = var.platform.subnets[(local.first + floor(var.placement / length(local.choices))) % length(var.platform.subnets)]

  # Public parameters in which the publishers keep the newest image.
  images = {
    "ubuntu"       = "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id"
    "ubuntu-22.04" = "/aws/service/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id"
    "amazon-linux" = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
  }

  given = {
    "ubuntu"       = try(var.platform.amis.ubuntu, null)
    "ubuntu-22.04" = try(var.platform.amis.ubuntu_22_04, null)
    "amazon-linux" = try(var.platform.amis.amazon_linux, null)
  }

  ami = local.given[var.os] != null ? local.given[var.os] : data.aws_ssm_parameter.image[0].insecure_value
}

data "aws_ssm_parameter" "image" {
  count = local.given[var.os] == null ? 1 : 0
  name  = local.images[var.os]
}
