# What guacd is told. Nothing is built, so plans tell everything; the addresses that are refused: modules/existing-machine/tests.

variables {
  desktop = {
    id          = "taaaaaaaaaaa"
    name        = "Test"
    owner       = "tester"
    environment = "test"
    directory   = "/tmp/cloudworkstation-tftest/taaaaaaaaaaa"
  }
  power    = "on"
  address  = "10.20.3.4"
  platform = { existing = { networks = ["10.20.0.0/16"] }, region = "of another template" }
}

run "usual" {
  command = plan

  assert {
    condition     = output.connection.port == 22 && output.connection.username == null && output.connection.parameters == { "enable-sftp" = "true", "server-alive-interval" = "30" }
    error_message = "Without choices: port 22, files, and whoever opens it signs in."
  }
}

run "everything_chosen" {
  command = plan

  variables {
    port     = 2222
    user     = "ada"
    host_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtleQ=="
    files    = false
    keep     = true
  }

  assert {
    condition = output.connection.port == 2222 && output.connection.username == "ada" && output.connection.parameters == {
      "command"               = "tmux new-session -A -s cws-taaaaaaaaaaa"
      "enable-sftp"           = "false"
      "host-key"              = "10.20.3.4 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtleQ=="
      "server-alive-interval" = "30"
    }
    error_message = "Each choice must reach guacd under its name."
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

run "no_host_key" {
  command = plan

  variables {
    host_key = "my key"
  }

  expect_failures = [var.host_key]
}
