# Values that must not get as far as the cloud. Plans only, the provider is mocked.

mock_provider "aws" {
  mock_data "aws_instances" {
    defaults = {
      ids = []
    }
  }
}

variables {
  desktop = {
    id          = "abcdefghijkl"
    name        = "Test"
    owner       = "tester"
    environment = "test"
  }
  power        = "on"
  vnc_password = "tftest00"
  platform = {
    region           = "eu-central-1"
    subnets          = ["subnet-a"]
    security_groups  = { desktop = "sg-desktop" }
    instance_profile = "cws-desktop"
    secret_prefix    = "/cws/test/desktops"
    amis             = { ubuntu = "ami-given" }
  }
}

run "power" {
  command = plan

  variables {
    power = "maybe"
  }

  expect_failures = [var.power]
}

run "size" {
  command = plan

  variables {
    size = "gigantic"
  }

  expect_failures = [var.size]
}

run "os" {
  command = plan

  variables {
    os = "windows"
  }

  expect_failures = [var.os]
}

run "small_disk" {
  command = plan

  variables {
    disk = 5
  }

  expect_failures = [var.disk]
}

run "half_a_gigabyte" {
  command = plan

  variables {
    disk = 40.5
  }

  expect_failures = [var.disk]
}

run "geometry" {
  command = plan

  variables {
    geometry = "1920x1080; reboot"
  }

  expect_failures = [var.geometry]
}

run "depth" {
  command = plan

  variables {
    depth = 8
  }

  expect_failures = [var.depth]
}

run "placement" {
  command = plan

  variables {
    placement = -1
  }

  expect_failures = [var.placement]
}

run "id" {
  command = plan

  variables {
    desktop = merge(var.desktop, { id = "../other" })
  }

  expect_failures = [var.desktop]
}

run "environment" {
  command = plan

  variables {
    desktop = merge(var.desktop, { environment = "a b" })
  }

  expect_failures = [var.desktop]
}

run "empty_platform" {
  command = plan

  variables {
    platform = {}
  }

  expect_failures = [var.platform]
}

run "no_profile" {
  command = plan

  variables {
    platform = merge(var.platform, { instance_profile = null })
  }

  expect_failures = [var.platform]
}

run "key_that_would_replace_the_disk" {
  command = plan

  variables {
    platform = merge(var.platform, { kms_key = "alias/desktops" })
  }

  expect_failures = [var.platform]
}

run "prefix" {
  command = plan

  variables {
    platform = merge(var.platform, { secret_prefix = "/cws/test/" })
  }

  expect_failures = [var.platform]
}

run "tag_that_metadata_cannot_hold" {
  command = plan

  variables {
    platform = merge(var.platform, { tags = { "cost center" = "42" } })
  }

  expect_failures = [var.platform]
}

run "proxy" {
  command = plan

  variables {
    proxy = "none"
  }

  expect_failures = [var.proxy]
}

run "proxy_without_a_cluster" {
  command = plan

  variables {
    proxy = "dedicated"
  }

  expect_failures = [var.proxy]
}
