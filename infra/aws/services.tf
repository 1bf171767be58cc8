# The processes. Ports, settings and secrets of each; how they run is in modules/service.

locals {
  api_url = local.platform.api_url

  # Beside each desktop proxy, in its task.
  guacd = "127.0.0.1:4822"

  # Another number starts the tasks anew, so that they read the new secret.
  secret_version = { for name, version in var.secret_versions : name => tostring(version) }

  manager = merge(
    {
      CWS_DATA          = "/var/lib/cloudworkstation"
      CWS_PUBLICURL     = local.origin
      CWS_ENVIRONMENT   = var.environment
      CWS_DESKTOPPROXY  = local.platform.shared_proxy
      CWS_GUACD         = local.guacd
      CWS_STORE__KIND   = "dynamodb"
      CWS_STORE__TABLE  = module.store.table_name
      CWS_STATE__KIND   = "s3"
      CWS_STATE__BUCKET = module.store.bucket
      CWS_STATE__PREFIX = local.state_prefix
      CWS_STATE__KMSKEY = module.secrets.key_arn
      CWS_KEYS__KIND    = "store"
      CWS_PLATFORM      = jsonencode(local.platform)
      CWS_JOBS__SLOTS   = tostring(var.slots)
      SECRET_VERSIONS   = jsonencode(local.secret_version)
      AWS_REGION        = var.region
      TMPDIR            = "/tmp"
      DOTNET_gcServer   = "0"
      DOTNET_TieredPGO  = "0"
    },
    var.database == null ? {} : { CWS_JOBS__POSTGRES = module.database[0].connection_string },
    var.settings,
  )
  # Before the others: what settings says of recordings counts.
  recording = {
    CWS_RECORDINGS__BUCKET      = module.store.recordings_bucket
    CWS_RECORDINGS__PREFIX      = local.recordings
    CWS_RECORDINGS__KMSKEY      = module.secrets.key_arn
    CWS_RECORDINGS__LONGESTDAYS = tostring(var.recording_days)
  }
  manager_secrets = merge(
    { CWS_INTERNALKEY = module.secrets.arns.internal_key, CWS_KEYS__MASTER = module.secrets.arns.master_key },
    # What the last key encrypted is still opened, and encrypted under the new one.
    var.secret_versions.master_key == 1 ? {} : { CWS_KEYS__PREVIOUSMASTER = "${module.secrets.arns.master_key}::AWSPREVIOUS:" },
    var.database == null ? {} : { PGPASSWORD = module.secrets.arns.database },
  )

  services = {
    api = {
      port    = 8081
      scratch = ["data", "tmp"]
      containers = { api = {
        image  = var.images.api
        port   = 8081
        health = ["healthy", "8081", "/health/ready"]
        environment = merge(local.recording, local.manager, {
          ASPNETCORE_URLS          = "http://0.0.0.0:8081"
          CWS_JOBS__HOST           = "false"
          CWS_INTERNAL__REMOTE     = "true"
          CWS_TRUSTEDPROXIES       = module.network.cidr
          CWS_FIRSTADMIN__USERNAME = var.first_admin
        })
        secrets = merge(local.manager_secrets, {
          CWS_DESKTOPPROXYSECRET   = module.secrets.arns.proxy_key
          CWS_FIRSTADMIN__PASSWORD = module.secrets.arns.first_admin
        })
        mounts = { data = "/var/lib/cloudworkstation", tmp = "/tmp" }
      } }
    }

    worker = {
      port    = null
      scratch = ["data", "tmp"]
      containers = { worker = {
        image       = var.images.worker
        health      = ["healthy", "8085", "/health/ready"]
        environment = merge(local.manager, { ASPNETCORE_URLS = "http://127.0.0.1:8085" })
        secrets     = local.manager_secrets
        mounts      = { data = "/var/lib/cloudworkstation", tmp = "/tmp" }
        # Terraform gets its time to write the state.
        stop_timeout = 120
      } }
    }

    console = {
      port    = 8082
      scratch = ["tmp"]
      containers = { console = {
        image       = var.images.console_host
        port        = 8082
        health      = ["healthy", "8082", "/health/ready"]
        environment = { ASPNETCORE_URLS = "http://0.0.0.0:8082", CWS_PUBLICURL = local.origin }
        mounts      = { tmp = "/tmp" }
      } }
    }

    proxy = {
      port    = 8083
      scratch = ["tmp"]
      containers = {
        desktop-proxy = {
          image  = var.images.desktop_proxy
          port   = 8083
          health = ["healthy", "8083", "/health/ready"]
          environment = {
            ASPNETCORE_URLS = "http://0.0.0.0:8083"
            CWS_API         = local.api_url
            CWS_GUACD       = local.guacd
            CWS_PUBLICURL   = local.origin
            SECRET_VERSIONS = jsonencode(local.secret_version)
          }
          secrets      = { CWS_INTERNALKEY = module.secrets.arns.internal_key, CWS_DESKTOPPROXYSECRET = module.secrets.arns.proxy_key }
          mounts       = { tmp = "/tmp" }
          stop_timeout = 60
        }
        guacd = {
          image  = var.images.guacd
          health = ["nc", "-z", "127.0.0.1", "4822"]
        }
      }
    }

    router = {
      port    = null
      scratch = ["router", "tmp"]
      containers = {
        prepare = {
          image       = var.images.router
          command     = ["prepare"]
          essential   = false
          restarts    = false
          environment = { CWS_ROUTER__DIRECTORY = "/run/cloudworkstation" }
          mounts      = { router = "/run/cloudworkstation", tmp = "/tmp" }
        }
        haproxy = {
          image   = var.images.router
          command = ["haproxy"]
          port    = 8080
          after   = { prepare = "SUCCESS" }
          health  = ["healthy", "8080", "/health"]
          environment = {
            CWS_ROUTER_DIR                    = "/run/cloudworkstation"
            CWS_ROUTER_BIND                   = "0.0.0.0:8080"
            CWS_API_ADDR                      = "api.${local.namespace}:8081"
            CWS_CONSOLE_ADDR                  = "console.${local.namespace}:8082"
            CWS_PROXY_ADDR                    = local.platform.shared_proxy
            CWS_PUBLIC_ORIGIN                 = local.origin
            CWS_ROUTER_RESOLVER               = "169.254.169.253:53"
            CWS_ROUTER_FRONT                  = module.network.cidr
            CWS_ROUTER_KEEPALIVE              = "150s"
            CWS_ROUTER_CONNECTIONS_PER_SOURCE = "30000"
            CWS_ROUTER_MAXCONN                = "30000"
          }
          mounts       = { router = "/run/cloudworkstation", tmp = "/tmp" }
          stop_timeout = 120
        }
        route-agent = {
          image   = var.images.router
          command = ["agent"]
          after   = { prepare = "SUCCESS" }
          health  = ["healthy", "8084", "/health/ready"]
          environment = {
            ASPNETCORE_URLS       = "http://127.0.0.1:8084"
            CWS_PROXY_ADDR        = local.platform.shared_proxy
            CWS_API               = local.api_url
            CWS_ROUTER__DIRECTORY = "/run/cloudworkstation"
            SECRET_VERSIONS       = jsonencode(local.secret_version)
          }
          secrets = { CWS_INTERNALKEY = module.secrets.arns.internal_key }
          mounts  = { router = "/run/cloudworkstation", tmp = "/tmp" }
        }
      }
    }
  }

  sizes = merge(var.sizes, { console = var.sizes.console_host })
}

module "service" {
  for_each        = local.services
  source          = "./modules/service"
  name            = "${local.name}-${each.key}"
  cluster         = aws_ecs_cluster.this.arn
  region          = var.region
  log_group       = aws_cloudwatch_log_group.this[each.key].name
  size            = local.sizes[each.key]
  architecture    = var.architecture
  subnets         = module.network.private_subnets
  security_groups = [module.firewall.groups[each.key]]
  execution_role  = module.access.start_roles[each.key]
  task_role       = module.access.task_roles[each.key]
  namespace       = aws_service_discovery_private_dns_namespace.this.id
  discovery_name  = each.value.port == null ? null : each.key
  load_balancer   = each.key == "router" ? { target_group = module.edge.target_group, container = "haproxy", port = 8080 } : null
  containers      = each.value.containers
  scratch         = each.value.scratch
}
