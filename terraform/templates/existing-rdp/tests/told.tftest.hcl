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
    condition     = output.connection.port == 3389 && output.connection.username == null && output.connection.parameters == { "ignore-cert" = "false", "server-layout" = "en-us-qwerty" }
    error_message = "Without choices: port 3389, a certificate that somebody vouches for, and whoever opens it signs in."
  }
}

run "everything_chosen" {
  command = plan

  variables {
    port            = 3390
    user            = "ada"
    domain          = "ANALYTICAL"
    any_certificate = true
    layout          = "de-de-qwertz"
  }

  assert {
    condition = output.connection.port == 3390 && output.connection.username == "ada" && output.connection.parameters == {
      "domain"        = "ANALYTICAL"
      "ignore-cert"   = "true"
      "server-layout" = "de-de-qwertz"
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
