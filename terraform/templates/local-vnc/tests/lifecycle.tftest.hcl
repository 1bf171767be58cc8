# The whole life of a desktop with real processes. What is left at the end is destroyed by `terraform test` itself.

variables {
  power        = "on"
  vnc_password = "tftest00"
  geometry     = "1280x720"
}

run "name" {
  module {
    source = "../../modules/test-directory"
  }
}

run "create" {
  variables {
    desktop = run.name.desktop
  }

  assert {
    condition     = output.connection.host == "127.0.0.1" && output.connection.port >= 5901 && output.connection.port <= 6900
    error_message = "A created desktop must say where its screen is served."
  }

  assert {
    condition     = fileexists("${var.desktop.directory}/run/session.json")
    error_message = "A created desktop must have a session."
  }
}

run "again" {
  command = plan

  variables {
    desktop = run.name.desktop
  }

  assert {
    condition     = output.connection == run.create.connection
    error_message = "Nothing may change when nothing was changed."
  }
}

run "resize" {
  variables {
    desktop   = run.name.desktop
    geometry  = "1600x900"
    memory    = 1024
    processes = 512
  }

  assert {
    condition     = strcontains(output.details[0].value, "1600 × 900")
    error_message = "The details must name the new size."
  }

  assert {
    condition     = output.details[2].value == "1024 MB for each program, 512 processes"
    error_message = "The details must name the new limits."
  }
}

run "stop" {
  variables {
    desktop = run.name.desktop
    power   = "off"
  }

  assert {
    condition     = output.connection == null
    error_message = "A stopped desktop has no screen."
  }
}

run "start" {
  variables {
    desktop = run.name.desktop
  }

  assert {
    condition     = output.connection.port >= 5901
    error_message = "A started desktop must say where its screen is served."
  }
}
