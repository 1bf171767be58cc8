# What an operator may type wrongly is refused before anything is planned, in a sentence.

# Runs against moto: modules with ephemeral resources cannot be mocked.

variables {
  environment     = "test"
  region          = "eu-central-1"
  hostname        = "desktops.example.com"
  certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
  allowed_cidrs   = ["203.0.113.0/24"]
  images = {
    router        = "registry.example.com/cws/router:1.0.0"
    api           = "registry.example.com/cws/api:1.0.0"
    worker        = "registry.example.com/cws/worker:1.0.0"
    console_host  = "registry.example.com/cws/console-host:1.0.0"
    desktop_proxy = "registry.example.com/cws/desktop-proxy:1.0.0"
  }
}

run "refuses_names_and_addresses_that_are_none" {
  command = plan
  variables {
    environment        = "Production!"
    region             = "Frankfurt"
    hostname           = "https://desktops.example.com/"
    allowed_cidrs      = ["everybody"]
    cidr               = "10.0.0.0/24"
    zones              = 1
    nat                = "some"
    first_admin        = "The Admin"
    architecture       = "PPC"
    log_days           = 2
    recovery_days      = 3
    amis               = { windows = "ami-1" }
    tags               = { "cws:environment" = "other" }
    desktop_ports_out  = [80]
    old_state_days     = 1
    recording_days     = 3651
    slots              = 0
    container_insights = "yes"
  }
  expect_failures = [
    var.environment, var.region, var.hostname, var.allowed_cidrs, var.cidr, var.zones, var.nat, var.first_admin, var.architecture, var.log_days,
    var.recovery_days, var.amis, var.tags, var.desktop_ports_out, var.old_state_days, var.recording_days, var.slots, var.container_insights,
  ]
}

run "refuses_to_serve_without_tls" {
  command = plan
  variables {
    certificate_arn = null
  }
  expect_failures = [var.certificate_arn]
}

run "refuses_an_image_that_may_change_under_the_same_name" {
  command = plan
  variables {
    images = {
      router        = "registry.example.com/cws/router:latest"
      api           = "registry.example.com/cws/api"
      worker        = "registry.example.com/cws/worker:1.0.0"
      console_host  = "registry.example.com/cws/console-host:1.0.0"
      desktop_proxy = "registry.example.com/cws/desktop-proxy:1.0.0"
    }
  }
  expect_failures = [var.images]
}

run "refuses_a_secret_among_the_settings" {
  command = plan
  variables {
    settings = { CWS_KEYS__MASTER = "AAAA" }
  }
  expect_failures = [var.settings]
}

run "refuses_more_slots_than_the_worker_has_memory_for" {
  command = plan
  variables {
    sizes = { worker = { cpu = 1024, memory = 2048, count = 1 } }
  }
  expect_failures = [var.slots]
}

run "refuses_more_tasks_than_a_name_has_addresses" {
  command = plan
  variables {
    sizes = { proxy = { cpu = 512, memory = 1024, count = 9 } }
  }
  expect_failures = [var.sizes]
}

run "refuses_several_workers_without_their_database" {
  command = plan
  variables {
    database = null
  }
  expect_failures = [var.database]
}

run "refuses_a_network_that_nothing_could_start_in" {
  command = plan
  variables {
    nat = "none"
  }
  expect_failures = [var.nat]
}

run "refuses_a_single_subnet_of_an_existing_network" {
  command = plan
  variables {
    network = { vpc_id = "vpc-1", public_subnets = ["subnet-1"], private_subnets = ["subnet-2", "subnet-3"] }
  }
  expect_failures = [var.network]
}

run "plans_into_a_network_that_is_there" {
  command = plan
  variables {
    network = { vpc_id = "vpc-1", public_subnets = ["subnet-1", "subnet-2"], private_subnets = ["subnet-3", "subnet-4"] }
  }
  override_data {
    target = module.network.data.aws_vpc.existing[0]
    values = { id = "vpc-1", cidr_block = "10.1.0.0/16", enable_dns_hostnames = true, enable_dns_support = true }
  }
  assert {
    condition     = output.platform.vpc == "vpc-1" && output.platform.subnets == tolist(["subnet-3", "subnet-4"])
    error_message = "Desktops must be built in the given private subnets."
  }
}
