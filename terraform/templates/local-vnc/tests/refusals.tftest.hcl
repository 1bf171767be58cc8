# Values that must not get as far as a process. Plans only.

variables {
  desktop = {
    id          = "taaaaaaaaaaa"
    name        = "Test"
    owner       = "tester"
    environment = "test"
    directory   = "/tmp/cloudworkstation-tftest/taaaaaaaaaaa"
  }
  power        = "on"
  vnc_password = "tftest00"
}

run "power" {
  command = plan

  variables {
    power = "maybe"
  }

  expect_failures = [var.power]
}

run "geometry" {
  command = plan

  variables {
    geometry = "huge"
  }

  expect_failures = [var.geometry]
}

run "memory" {
  command = plan

  variables {
    memory = 16
  }

  expect_failures = [var.memory]
}

run "processes" {
  command = plan

  variables {
    processes = 1000000
  }

  expect_failures = [var.processes]
}
