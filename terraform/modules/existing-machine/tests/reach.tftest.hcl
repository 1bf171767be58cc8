# What may be reached, and what may not. Plans only.

variables {
  power    = "on"
  port     = 22
  address  = "10.20.3.4"
  platform = { existing = { networks = ["10.20.0.0/16", "192.0.2.8/32"], domains = ["lab.example.com"] } }
}

run "address_in_a_network" {
  command = plan

  assert {
    condition     = output.connection.host == "10.20.3.4" && output.connection.port == 22 && output.connection.username == null
    error_message = "An address in a named network must be reachable."
  }
}

run "single_address" {
  command = plan

  variables {
    address = "192.0.2.8"
  }

  assert {
    condition     = output.connection.host == "192.0.2.8"
    error_message = "A network may be one address."
  }
}

run "name_below_a_domain" {
  command = plan

  variables {
    address = "Build.lab.example.com"
  }

  assert {
    condition     = output.connection.host == "Build.lab.example.com"
    error_message = "A name below a named domain must be reachable, however it is written."
  }
}

run "off" {
  command = plan

  variables {
    power = "off"
  }

  assert {
    condition     = output.connection == null
    error_message = "Off, there is no way to the machine."
  }
}

run "parameters_without_a_value" {
  command = plan

  variables {
    user       = "ada"
    parameters = { "enable-sftp" = "true", "host-key" = "" }
  }

  assert {
    condition     = output.connection.username == "ada" && length(output.connection.parameters) == 1
    error_message = "What has no value must not be said."
  }
}

run "address_outside" {
  command = plan
  variables {
    address = "10.21.0.1"
  }
  expect_failures = [var.address]
}

run "the_machine_itself" {
  command = plan
  variables {
    address = "127.0.0.1"
  }
  expect_failures = [var.address]
}

run "instance_metadata" {
  command = plan
  variables {
    address = "169.254.169.254"
  }
  expect_failures = [var.address]
}

run "leading_zero" {
  command = plan
  variables {
    address = "010.20.3.4"
  }
  expect_failures = [var.address]
}

run "address_of_one_number" {
  command = plan
  variables {
    address = "169084676"
  }
  expect_failures = [var.address]
}

run "hexadecimal_address" {
  command = plan
  variables {
    address = "0x0a140304"
  }
  expect_failures = [var.address]
}

run "name_outside" {
  command = plan
  variables {
    address = "lab.example.com.evil.example"
  }
  expect_failures = [var.address]
}

run "name_that_only_ends_alike" {
  command = plan
  variables {
    address = "evil-lab.example.com"
  }
  expect_failures = [var.address]
}

run "nothing_is_named" {
  command = plan
  variables {
    platform = {}
  }
  expect_failures = [var.address]
}

run "no_port" {
  command = plan
  variables {
    port = 0
  }
  expect_failures = [var.port]
}

run "no_network" {
  command = plan
  variables {
    platform = { existing = { networks = ["10.20.3.4"] } }
  }
  expect_failures = [var.platform]
}
