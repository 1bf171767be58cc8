# A directory name of its own for one `terraform test` run, so that runs side by side never share a desktop.

resource "terraform_data" "name" {}

locals {
  id = "t${substr(sha1(terraform_data.name.id), 0, 11)}"
}

output "desktop" {
  value = {
    id          = local.id
    name        = "Test"
    owner       = "tester"
    environment = "test"
    directory   = "/tmp/cloudworkstation-tftest/${local.id}"
  }
}
