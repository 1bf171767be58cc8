# The whole platform, planned, applied and destroyed by the real provider against moto (test.sh starts it). Overridden is what moto cannot do,
# or can only do slowly; README.md has the list.

provider "aws" {
  region = var.region
}

variables {
  environment         = "test"
  region              = "eu-central-1"
  hostname            = "desktops.example.com"
  allowed_cidrs       = ["203.0.113.0/24", "2001:db8::/32"]
  alarm_emails        = ["ops@example.com"]
  deletion_protection = false
  recovery_days       = 0
  images = {
    router        = "registry.example.com/cws/router:1.0.0"
    api           = "registry.example.com/cws/api:1.0.0"
    worker        = "registry.example.com/cws/worker:1.0.0"
    console_host  = "registry.example.com/cws/console-host:1.0.0"
    desktop_proxy = "registry.example.com/cws/desktop-proxy:1.0.0"
  }
}

# RDS: begin
# moto has RDS, and the provider waits three minutes for it: test.sh leaves these lines out when it is told to.
override_resource {
  target = module.database[0].aws_db_instance.this
  values = { identifier = "cws-test", address = "cws-test.example.com", port = 5432 }
}
# RDS: end

run "secrets_are_written_and_not_kept" {
  module {
    source = "./modules/secrets"
  }
  variables {
    name          = "cws-secrets"
    region        = "eu-central-1"
    account       = "123456789012"
    partition     = "aws"
    versions      = { internal_key = 1, proxy_key = 1, master_key = 1, first_admin = 1, database = 3 }
    recovery_days = 0
  }
  assert {
    condition     = alltrue([for secret in aws_secretsmanager_secret_version.this : try(length(secret.secret_string), 0) == 0 && secret.secret_string_wo == null])
    error_message = "No secret may be in the state."
  }
  assert {
    condition     = aws_secretsmanager_secret_version.this["database"].secret_string_wo_version == 3
    error_message = "A raised number must reach its secret."
  }
  assert {
    condition     = aws_kms_key.this.enable_key_rotation
    error_message = "The key must rotate."
  }
}

run "the_database_is_private_encrypted_and_protected" {
  command = plan
  module {
    source = "./modules/database"
  }
  override_resource {
    target          = aws_db_instance.this
    override_during = plan
    values          = { address = "cws-test.example.com", port = 5432 }
  }
  variables {
    name                = "cws-test"
    subnets             = ["subnet-1", "subnet-2"]
    security_group      = "sg-1"
    kms_key_arn         = "arn:aws:kms:eu-central-1:123456789012:key/1"
    password_secret     = run.secrets_are_written_and_not_kept.arns.database
    password_version    = 1
    deletion_protection = true
    settings            = { instance_class = "db.t4g.small", storage_gb = 20, multi_az = true, engine_version = "16", backup_days = 7 }
  }
  assert {
    condition     = !aws_db_instance.this.publicly_accessible && aws_db_instance.this.storage_encrypted && aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot
    error_message = "The database must be private, encrypted, protected, and leave a snapshot."
  }
  assert {
    condition     = aws_db_instance.this.password == null && aws_db_instance.this.backup_retention_period == 7
    error_message = "The password must not be in the state; there must be backups."
  }
  assert {
    condition     = one(aws_db_parameter_group.this.parameter).name == "rds.force_ssl" && one(aws_db_parameter_group.this.parameter).value == "1"
    error_message = "Connections without TLS must be refused."
  }
  assert {
    condition     = strcontains(output.connection_string, "SSL Mode=VerifyFull") && !strcontains(lower(output.connection_string), "password")
    error_message = "Processes must check the database's certificate, and get the password elsewhere."
  }
}

run "zone" {
  module {
    source = "./tests/zone"
  }
}

run "applies_as_a_whole" {
  variables {
    zone_id = run.zone.id
  }
  assert {
    condition     = output.url == "https://desktops.example.com"
    error_message = "People open the hostname over HTTPS."
  }
  assert {
    condition = toset(keys(output.platform)) == toset([
      "region", "vpc", "subnets", "security_groups", "instance_profile", "kms_key", "secret_prefix", "cluster", "task_execution_role", "task_role",
      "log_group", "proxy_image", "guacd_image", "proxy_subnets", "shared_proxy", "internal_key_secret", "proxy_key_secret", "api_url", "public_url",
      "service_namespace", "amis", "tags",
    ])
    error_message = "The platform's facts are what templates know."
  }
  assert {
    condition     = alltrue([for name, value in output.platform : value != null && value != "" if name != "service_namespace"])
    error_message = "Every fact must have a value."
  }
  assert {
    condition     = length(output.platform.subnets) == 3 && output.platform.secret_prefix == "/cws/test/desktops" && output.platform.api_url == "http://api.cws-test.internal:8081"
    error_message = "Desktops are built in three private subnets and find the api by its private name."
  }
  assert {
    condition     = toset(keys(output.services)) == toset(["api", "worker", "router", "console", "proxy"])
    error_message = "Five services make the product."
  }
  assert {
    condition     = startswith(output.recordings_bucket, "cws-test-recordings-") && output.recordings_bucket != output.state_bucket
    error_message = "Recordings have a bucket of their own."
  }
}
