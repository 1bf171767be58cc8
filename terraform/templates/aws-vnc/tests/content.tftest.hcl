# What the template builds, without any cloud: the provider is mocked.

mock_provider "aws" {
  mock_data "aws_instances" {
    defaults = {
      ids = []
    }
  }

  mock_data "aws_ssm_parameter" {
    defaults = {
      insecure_value = "ami-looked-up"
    }
  }

  mock_resource "aws_instance" {
    defaults = {
      id                = "i-0123456789abcdef0"
      arn               = "arn:aws:ec2:eu-central-1:123456789012:instance/i-0123456789abcdef0"
      private_ip        = "10.0.1.7"
      availability_zone = "eu-central-1a"
    }
  }

  mock_resource "aws_ecs_task_definition" {
    defaults = {
      arn = "arn:aws:ecs:eu-central-1:123456789012:task-definition/cws:1"
    }
  }

  mock_resource "aws_service_discovery_service" {
    defaults = {
      arn = "arn:aws:servicediscovery:eu-central-1:123456789012:service/srv-1"
    }
  }
}

variables {
  desktop = {
    id          = "abcdefghijkl"
    name        = "Test"
    owner       = "jane.doe@example.com"
    environment = "test"
    directory   = "/nowhere"
  }
  power        = "on"
  vnc_password = "tftest00"
  platform = {
    region              = "eu-central-1"
    vpc                 = "vpc-1"
    subnets             = ["subnet-a", "subnet-b", "subnet-c"]
    security_groups     = { desktop = "sg-desktop", proxy = "sg-proxy" }
    instance_profile    = "cws-desktop"
    kms_key             = "arn:aws:kms:eu-central-1:123456789012:key/1"
    secret_prefix       = "/cws/test/desktops"
    cluster             = "cws-test"
    task_execution_role = "arn:aws:iam::123456789012:role/execution"
    task_role           = "arn:aws:iam::123456789012:role/task"
    log_group           = "/cws/test/proxies"
    proxy_image         = "registry.test/desktop-proxy:1"
    guacd_image         = "guacamole/guacd:1.6.0"
    proxy_subnets       = ["subnet-a", "subnet-b"]
    shared_proxy        = "proxy.test:8083"
    internal_key_secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:internal"
    proxy_key_secret    = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:proxy"
    api_url             = "http://api.test:8081"
    public_url          = "https://desktops.test"
    amis                = { ubuntu = "ami-given" }
    tags                = { cost-center = "42" }
    something_newer     = "is ignored"
  }
}

run "machine" {
  assert {
    condition = (
      aws_instance.desktop.metadata_options[0].http_tokens == "required"
      && aws_instance.desktop.metadata_options[0].http_put_response_hop_limit == 1
    )
    error_message = "The machine must take version 2 of the metadata service only, from itself only."
  }

  assert {
    condition = (
      aws_instance.desktop.root_block_device[0].encrypted
      && aws_instance.desktop.root_block_device[0].volume_type == "gp3"
      && aws_instance.desktop.root_block_device[0].volume_size == 40
      && aws_instance.desktop.root_block_device[0].kms_key_id == var.platform.kms_key
    )
    error_message = "The disk must be encrypted gp3 of the chosen size under the platform's key."
  }

  assert {
    condition     = aws_instance.desktop.associate_public_ip_address == false && aws_instance.desktop.vpc_security_group_ids == toset(["sg-desktop"])
    error_message = "The machine must have no public address and the shared group that admits the proxies only."
  }

  assert {
    condition     = aws_instance.desktop.iam_instance_profile == "cws-desktop" && aws_instance.desktop.ami == "ami-given" && length(data.aws_ssm_parameter.image) == 0
    error_message = "Profile and image must be the platform's."
  }

  assert {
    condition     = length(aws_instance.desktop.instance_market_options) == 0
    error_message = "Without spot the machine is on demand."
  }

  assert {
    condition     = length(aws_ec2_instance_state.desktop) == 0
    error_message = "A new machine runs by itself: waiting for it would take ten seconds more."
  }

  assert {
    condition     = length(aws_ecs_service.proxy) == 0 && length(aws_ecs_task_definition.proxy) == 0
    error_message = "With the shared proxies there is none of its own."
  }
}

run "tags" {
  assert {
    condition = alltrue([for tags in [aws_instance.desktop.tags, aws_instance.desktop.root_block_device[0].tags, aws_ssm_parameter.password.tags] : alltrue([
      tags["cws:environment"] == "test", tags["cws:desktop"] == "abcdefghijkl", tags["cws:owner"] == "jane.doe@example.com",
      tags["cws:template"] == "aws-vnc", tags["cost-center"] == "42",
    ])])
    error_message = "Everything must say whose it is."
  }

  assert {
    condition     = aws_instance.desktop.tags["cws:screen"] == "1920x1080x24"
    error_message = "The machine reads its screen from its tag."
  }
}

run "password" {
  assert {
    condition     = aws_ssm_parameter.password.type == "SecureString" && aws_ssm_parameter.password.name == "/cws/test/desktops/abcdefghijkl/vnc"
    error_message = "The password is a secure parameter at the place that the platform's policy names."
  }

  assert {
    condition     = aws_ssm_parameter.password.tags["cws:instance"] == aws_instance.desktop.arn
    error_message = "The parameter must name the one machine that may read it."
  }

  assert {
    condition     = !strcontains(module.machine.config, "tftest00")
    error_message = "The password must not be in the user data."
  }
}

run "outputs" {
  assert {
    condition     = output.connection == { host = "10.0.1.7", port = 5901 } && output.proxy == "proxy.test:8083"
    error_message = "The screen is on the machine's private address, behind the shared proxy."
  }

  assert {
    condition     = jsonencode(output.machine) == jsonencode({ provider = "aws", region = "eu-central-1", instance = aws_instance.desktop.id, cluster = null, service = null })
    error_message = "The manager must be able to ask EC2 about the machine."
  }

  assert {
    condition     = length([for detail in output.details : detail if detail.label == "User" && detail.value == "jane-doe"]) == 1
    error_message = "The details must name the machine's user."
  }
}

run "off" {
  variables {
    power = "off"
    proxy = "dedicated"
  }

  assert {
    condition     = output.connection == null && output.proxy == null && aws_ec2_instance_state.desktop[0].state == "stopped"
    error_message = "A desktop that is off has no screen and a stopped machine."
  }

  assert {
    condition     = aws_ecs_service.proxy[0].desired_count == 0
    error_message = "A desktop that is off pays for no proxy."
  }
}

run "dedicated" {
  variables {
    proxy = "dedicated"
  }

  assert {
    condition     = aws_ecs_service.proxy[0].name == "cws-abcdefghijkl" && aws_ecs_service.proxy[0].desired_count == 1 && aws_ecs_service.proxy[0].launch_type == "FARGATE"
    error_message = "The proxy's service must be named after the desktop and run one task."
  }

  assert {
    condition     = aws_ecs_service.proxy[0].network_configuration[0].assign_public_ip == false && aws_ecs_service.proxy[0].network_configuration[0].security_groups == toset(["sg-proxy"])
    error_message = "The proxy must have no public address and the group that desktops admit."
  }

  assert {
    condition     = [for container in jsondecode(aws_ecs_task_definition.proxy[0].container_definitions) : container.name] == ["desktop-proxy", "guacd"]
    error_message = "The task runs our proxy and guacd."
  }

  assert {
    condition = alltrue([for secret in jsondecode(aws_ecs_task_definition.proxy[0].container_definitions)[0].secrets : startswith(secret.valueFrom, "arn:")]) && alltrue([
      for variable in jsondecode(aws_ecs_task_definition.proxy[0].container_definitions)[0].environment : !strcontains(lower(variable.name), "key") && !strcontains(lower(variable.name), "secret")
    ])
    error_message = "Secrets reach the task by reference, never in its definition."
  }

  assert {
    condition     = output.machine.service == "cws-abcdefghijkl" && output.machine.cluster == "cws-test" && output.proxy == null
    error_message = "The manager finds the proxy by its service."
  }

  assert {
    condition     = length(aws_service_discovery_service.proxy) == 0
    error_message = "Without a namespace there is no name."
  }
}

run "named" {
  variables {
    proxy    = "dedicated"
    platform = merge(var.platform, { service_namespace = "ns-1" })
  }

  assert {
    condition     = aws_service_discovery_service.proxy[0].dns_config[0].namespace_id == "ns-1" && length(aws_ecs_service.proxy[0].service_registries) == 1
    error_message = "With a namespace the proxy has a name in it."
  }
}

run "spot" {
  state_key = "spot"

  variables {
    spot = true
  }

  assert {
    condition = (
      aws_instance.desktop.instance_market_options[0].spot_options[0].spot_instance_type == "persistent"
      && aws_instance.desktop.instance_market_options[0].spot_options[0].instance_interruption_behavior == "stop"
    )
    error_message = "Only a persistent request that stops can be stopped and started."
  }

  assert {
    condition     = length(local.choices) == 1
    error_message = "EC2 changes no spot machine's type, so there must be no other."
  }
}

run "image" {
  # A machine of its own: the image of one that stands never changes.
  state_key = "image"

  variables {
    os = "amazon-linux"
  }

  assert {
    condition     = aws_instance.desktop.ami == "ami-looked-up" && strcontains(data.aws_ssm_parameter.image[0].name, "al2023")
    error_message = "An image that the platform does not give is the publisher's newest."
  }
}

run "owner" {
  variables {
    desktop = merge(var.desktop, { owner = "Ren\u00e9;$(id) <root>" })
  }

  assert {
    condition     = aws_instance.desktop.tags["cws:owner"] == "Ren\u00e9___id_ _root_"
    error_message = "A tag holds only what AWS takes."
  }

  assert {
    condition     = module.machine.user == "ren-id-root"
    error_message = "A user's name holds only what Linux takes."
  }
}
