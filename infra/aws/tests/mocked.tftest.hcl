# Properties that must hold whatever the installation decides, module by module, with a provider that calls nobody.

mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-central-1a", "eu-central-1b", "eu-central-1c"] }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

run "documents_and_states_are_encrypted_versioned_and_closed" {
  command = plan
  module {
    source = "./modules/store"
  }
  variables {
    table_name          = "cws-test"
    bucket_prefix       = "cws-test-states-"
    recordings_prefix   = "cws-test-recordings-"
    kms_key_arn         = "arn:aws:kms:eu-central-1:123456789012:key/1"
    deletion_protection = true
    old_state_days      = 90
    recording_days      = 365
  }
  assert {
    condition     = aws_dynamodb_table.documents.point_in_time_recovery[0].enabled && aws_dynamodb_table.documents.server_side_encryption[0].kms_key_arn == var.kms_key_arn && aws_dynamodb_table.documents.deletion_protection_enabled
    error_message = "The table must have point-in-time recovery, our key and deletion protection."
  }
  assert {
    condition     = aws_s3_bucket_versioning.states.versioning_configuration[0].status == "Enabled"
    error_message = "States must be versioned."
  }
  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.states.rule).apply_server_side_encryption_by_default[0].kms_master_key_id == var.kms_key_arn
    error_message = "States must be encrypted with our key."
  }
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.states.block_public_acls, aws_s3_bucket_public_access_block.states.block_public_policy,
      aws_s3_bucket_public_access_block.states.ignore_public_acls, aws_s3_bucket_public_access_block.states.restrict_public_buckets,
    ])
    error_message = "Nothing of the bucket may be public."
  }
  assert {
    condition     = one(aws_s3_bucket_ownership_controls.states.rule).object_ownership == "BucketOwnerEnforced"
    error_message = "Access lists must be off."
  }
  assert {
    condition     = aws_s3_bucket.states.force_destroy == false
    error_message = "A protected bucket must not be emptied by Terraform."
  }
}

run "recordings_are_encrypted_closed_and_gone_when_they_are_deleted" {
  command = plan
  module {
    source = "./modules/store"
  }
  variables {
    table_name          = "cws-test"
    bucket_prefix       = "cws-test-states-"
    recordings_prefix   = "cws-test-recordings-"
    kms_key_arn         = "arn:aws:kms:eu-central-1:123456789012:key/1"
    deletion_protection = true
    old_state_days      = 90
    recording_days      = 365
  }
  assert {
    condition     = aws_s3_bucket_versioning.recordings.versioning_configuration[0].status == "Disabled"
    error_message = "A deleted recording must not live on as a version."
  }
  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.recordings.rule).apply_server_side_encryption_by_default[0].kms_master_key_id == var.kms_key_arn && one(aws_s3_bucket_server_side_encryption_configuration.recordings.rule).bucket_key_enabled
    error_message = "Recordings must be encrypted with our key, by a bucket key: thousands of pieces an hour would each ask KMS."
  }
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.recordings.block_public_acls, aws_s3_bucket_public_access_block.recordings.block_public_policy,
      aws_s3_bucket_public_access_block.recordings.ignore_public_acls, aws_s3_bucket_public_access_block.recordings.restrict_public_buckets,
    ])
    error_message = "Nothing of the bucket may be public."
  }
  assert {
    condition     = one(aws_s3_bucket_ownership_controls.recordings.rule).object_ownership == "BucketOwnerEnforced"
    error_message = "Access lists must be off."
  }
  assert {
    condition     = aws_s3_bucket.recordings.force_destroy == false
    error_message = "A protected bucket must not be emptied by Terraform."
  }
  assert {
    condition = alltrue([for rule in aws_s3_bucket_lifecycle_configuration.recordings.rule :
    rule.status == "Enabled" && rule.expiration[0].days > var.recording_days + 30 && rule.abort_incomplete_multipart_upload[0].days_after_initiation == 1])
    error_message = "What nobody knows any more must go, and nothing that is still kept."
  }
}

run "the_edge_speaks_tls_and_redirects" {
  command = plan
  module {
    source = "./modules/edge"
  }
  variables {
    name                = "cws-test"
    vpc_id              = "vpc-1"
    subnets             = ["subnet-1", "subnet-2"]
    internal            = false
    security_group      = "sg-1"
    hostname            = "desktops.example.com"
    certificate_arn     = "arn:aws:acm:eu-central-1:123456789012:certificate/1"
    zone_id             = null
    access_logs_bucket  = null
    deletion_protection = true
  }
  assert {
    condition     = aws_lb_listener.http.default_action[0].type == "redirect" && aws_lb_listener.http.default_action[0].redirect[0].protocol == "HTTPS"
    error_message = "Plain HTTP must only redirect."
  }
  assert {
    condition     = startswith(aws_lb_listener.https.ssl_policy, "ELBSecurityPolicy-TLS13-1-2") && aws_lb_listener.https.certificate_arn == var.certificate_arn
    error_message = "TLS 1.2 is the oldest that is spoken."
  }
  assert {
    condition     = aws_lb.this.drop_invalid_header_fields && aws_lb.this.desync_mitigation_mode == "strictest" && aws_lb.this.enable_deletion_protection
    error_message = "Malformed headers must be dropped, ambiguous requests refused."
  }
  assert {
    condition     = aws_lb.this.idle_timeout > 15 && aws_lb.this.idle_timeout < 150
    error_message = "Longer than the pause between two comments of an event stream, shorter than HAProxy keeps connections."
  }
  assert {
    condition     = aws_lb_target_group.router.health_check[0].path == "/health"
    error_message = "Routers are asked at /health."
  }
  assert {
    condition     = length(aws_acm_certificate.this) == 0 && length(aws_route53_record.name) == 0
    error_message = "With a certificate and without a zone nothing is made in DNS."
  }
}

run "the_firewall_opens_what_is_listed_and_nothing_else" {
  command = plan
  module {
    source = "./modules/firewall"
  }
  variables {
    name              = "cws-test"
    vpc_id            = "vpc-1"
    allowed_cidrs     = ["203.0.113.0/24", "2001:db8::/32"]
    desktop_ports_out = [443]
  }
  assert {
    condition     = alltrue([for rule in aws_vpc_security_group_ingress_rule.flow : rule.cidr_ipv4 == null && rule.cidr_ipv6 == null && rule.ip_protocol == "tcp" && rule.from_port == rule.to_port])
    error_message = "Inside, only groups are let in, each to one port."
  }
  assert {
    condition     = toset([for name, flow in local.flows : flow.from if flow.to == "desktop"]) == toset(["proxy"])
    error_message = "A desktop lets in its proxy and nobody else."
  }
  assert {
    condition     = toset([for name, flow in local.flows : flow.from if flow.to == "api"]) == toset(["router", "proxy"]) && toset([for name, flow in local.flows : flow.from if flow.to == "router"]) == toset(["edge"])
    error_message = "The api is reached by routers and proxies, a router by the load balancer."
  }
  assert {
    condition     = toset([for name, flow in local.flows : name if flow.from == "desktop"]) == toset([])
    error_message = "A desktop reaches nothing of the platform."
  }
  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.public) == 4 && alltrue([for rule in aws_vpc_security_group_ingress_rule.public : contains([80, 443], rule.from_port)])
    error_message = "Browsers reach 80 and 443 of the load balancer, from the given networks."
  }
}

run "a_network_of_its_own_gives_nothing_a_public_address" {
  command = plan
  module {
    source = "./modules/network"
  }
  variables {
    name                = "cws-test"
    region              = "eu-central-1"
    existing            = null
    cidr                = "10.64.0.0/16"
    zones               = 3
    nat                 = "per_zone"
    interface_endpoints = ["ssm"]
  }
  assert {
    condition     = alltrue([for subnet in concat(values(aws_subnet.public), values(aws_subnet.private)) : !subnet.map_public_ip_on_launch])
    error_message = "No subnet gives public addresses by itself."
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 3 && length(aws_vpc_endpoint.gateway) == 2 && length(aws_vpc_endpoint.interface) == 1
    error_message = "One NAT per zone, gateways for S3 and DynamoDB, the interface endpoint that was asked for."
  }
  assert {
    condition     = length(toset([for subnet in concat(values(aws_subnet.public), values(aws_subnet.private)) : subnet.cidr_block])) == 6
    error_message = "Subnets must not overlap."
  }
}

run "one_nat_serves_all_zones_when_asked" {
  command = plan
  module {
    source = "./modules/network"
  }
  variables {
    name                = "cws-test"
    region              = "eu-central-1"
    existing            = null
    cidr                = "10.64.0.0/20"
    zones               = 6
    nat                 = "single"
    interface_endpoints = []
  }
  override_data {
    target = data.aws_availability_zones.here
    values = { names = ["a", "b", "c", "d", "e", "f"] }
  }
  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(aws_route.nat) == 6
    error_message = "Every private subnet must have a way out through the one gateway."
  }
}

run "tasks_have_no_privileges_and_a_read_only_root" {
  command = plan
  module {
    source = "./modules/service"
  }
  variables {
    name            = "cws-test-x"
    cluster         = "arn:aws:ecs:eu-central-1:123456789012:cluster/cws-test"
    region          = "eu-central-1"
    log_group       = "/cws-test/x"
    size            = { cpu = 256, memory = 512, count = 2 }
    architecture    = "X86_64"
    subnets         = ["subnet-1"]
    security_groups = ["sg-1"]
    execution_role  = "arn:aws:iam::123456789012:role/start"
    task_role       = "arn:aws:iam::123456789012:role/task"
    containers      = { x = { image = "x:1", environment = { B = "2", A = "1" }, secrets = { S = "arn" } } }
  }
  assert {
    condition = alltrue([for container in jsondecode(aws_ecs_task_definition.this.container_definitions) :
    container.readonlyRootFilesystem && container.linuxParameters.capabilities.drop == ["ALL"] && !try(container.privileged, false)])
    error_message = "Containers run without capabilities on a read-only root."
  }
  assert {
    condition     = aws_ecs_service.this.network_configuration[0].assign_public_ip == false && aws_ecs_service.this.enable_execute_command == false
    error_message = "Tasks have no public address and no door for shells."
  }
  assert {
    condition     = aws_ecs_service.this.deployment_circuit_breaker[0].rollback
    error_message = "A deployment that fails must go back."
  }
}
