# Nothing is built: the machine is there.

terraform {
  required_version = ">= 1.10"
}
