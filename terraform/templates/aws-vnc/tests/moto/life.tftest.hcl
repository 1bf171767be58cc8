# The whole life of a desktop with the real provider, against moto. `terraform test` destroys what is left at the end, the desktop before
# its platform.

variables {
  desktop = {
    id          = "tfmotoabcdef"
    name        = "Test"
    owner       = "tester"
    environment = "tftest"
  }
  power        = "on"
  vnc_password = "tftest00"
  proxy        = "dedicated"
}

run "platform" {
  module {
    source = "../../modules/test-platform"
  }

  variables {
    name = "tftest"
  }
}

run "create" {
  variables {
    platform = run.platform.platform
  }

  assert {
    condition     = startswith(output.connection.host, "127.20.") && output.connection.port == 5901
    error_message = "A created desktop must say where its screen is."
  }

  assert {
    condition     = aws_instance.desktop.instance_state == "running" && aws_instance.desktop.metadata_options[0].http_tokens == "required"
    error_message = "A created desktop must run, with version 2 of the metadata service."
  }

  assert {
    condition     = aws_ecs_service.proxy[0].desired_count == 1
    error_message = "A proxy of its own must run."
  }
}

run "again" {
  command = plan

  variables {
    platform = run.platform.platform
  }

  assert {
    condition     = aws_instance.desktop.id == run.create.machine.instance
    error_message = "Applying again must not replace the machine."
  }
}

run "stop" {
  variables {
    platform = run.platform.platform
    power    = "off"
  }

  assert {
    condition     = output.connection == null && aws_ec2_instance_state.desktop[0].state == "stopped" && aws_ecs_service.proxy[0].desired_count == 0
    error_message = "A stopped desktop has a stopped machine and no proxy."
  }

  assert {
    condition     = output.machine.instance == run.create.machine.instance
    error_message = "A stopped desktop keeps its machine."
  }
}

run "start" {
  variables {
    platform = run.platform.platform
  }

  assert {
    condition     = output.machine.instance == run.create.machine.instance && aws_ec2_instance_state.desktop[0].state == "running"
    error_message = "A started desktop is the machine that was stopped."
  }
}
