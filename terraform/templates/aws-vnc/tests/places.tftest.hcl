# Where a desktop is built when the cloud has no room, without any cloud.

mock_provider "aws" {
  mock_data "aws_instances" {
    defaults = {
      ids = []
    }
  }

  mock_resource "aws_instance" {
    defaults = {
      arn        = "arn:aws:ec2:eu-central-1:123456789012:instance/i-0123456789abcdef0"
      private_ip = "10.0.1.7"
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
    subnets          = ["subnet-a", "subnet-b"]
    security_groups  = { desktop = "sg-desktop" }
    instance_profile = "cws-desktop"
    secret_prefix    = "/cws/test/desktops"
    amis             = { ubuntu = "ami-given" }
  }
}

run "first" {
  command = plan

  assert {
    condition     = aws_instance.desktop.instance_type == "t3.large"
    error_message = "The first place has the size's own type."
  }
}

run "second" {
  command = plan

  variables {
    placement = 1
  }

  assert {
    condition     = aws_instance.desktop.instance_type == "t3a.large" && aws_instance.desktop.subnet_id == "subnet-a"
    error_message = "The second place has the next type in the same subnet."
  }
}

run "fourth" {
  command = plan

  variables {
    placement = 3
  }

  assert {
    condition     = aws_instance.desktop.instance_type == "t3.large" && aws_instance.desktop.subnet_id == "subnet-b"
    error_message = "After all types the next subnet has its turn."
  }
}

run "beyond" {
  command = plan

  variables {
    placement = 6
  }

  assert {
    condition     = aws_instance.desktop.instance_type == "t3.large" && aws_instance.desktop.subnet_id == "subnet-a"
    error_message = "After the last place comes the first again."
  }
}

run "built" {
  variables {
    placement = 1
  }
}

run "stays" {
  command = plan

  variables {
    placement = 4
  }

  assert {
    condition     = aws_instance.desktop.subnet_id == "subnet-a" && aws_instance.desktop.id == run.built.machine.instance
    error_message = "What is built is moved by no later place."
  }
}

run "moved" {
  command = plan

  variables {
    placement = 1
    platform  = merge(var.platform, { subnets = ["subnet-x"], amis = { ubuntu = "ami-newer" } })
  }

  assert {
    condition     = aws_instance.desktop.id == run.built.machine.instance
    error_message = "Other subnets and a newer image replace no desktop."
  }
}
