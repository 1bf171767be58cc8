# Who may speak to whom. Nothing is open that is not in one of these tables.

locals {
  groups = {
    edge     = "The load balancer"
    router   = "HAProxy and its route agent"
    api      = "The api"
    console  = "The web console"
    worker   = "Workers: they run Terraform"
    proxy    = "Desktop proxies, shared and dedicated"
    desktop  = "Desktops"
    database = "PostgreSQL with the jobs"
  }

  # The caller, the called, the port.
  flows = {
    edge-router    = { from = "edge", to = "router", port = 8080 }
    router-api     = { from = "router", to = "api", port = 8081 }
    router-console = { from = "router", to = "console", port = 8082 }
    router-proxy   = { from = "router", to = "proxy", port = 8083 }
    proxy-api      = { from = "proxy", to = "api", port = 8081 }
    # A desktop lets in its proxy and nobody else: api and workers ask the proxy whether a screen answers.
    proxy-desktop   = { from = "proxy", to = "desktop", port = 5901 }
    api-proxy       = { from = "api", to = "proxy", port = 8083 }
    worker-proxy    = { from = "worker", to = "proxy", port = 8083 }
    api-database    = { from = "api", to = "database", port = 5432 }
    worker-database = { from = "worker", to = "database", port = 5432 }
  }

  # Tasks fetch their image and speak to AWS over HTTPS, through endpoints or NAT. The load balancer and the database call
  # nobody.
  https_out = toset(["router", "api", "console", "worker", "proxy"])
}

resource "aws_security_group" "this" {
  for_each    = local.groups
  name        = "${var.name}-${each.key}"
  description = each.value
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-${each.key}" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "flow" {
  for_each                     = local.flows
  security_group_id            = aws_security_group.this[each.value.to].id
  referenced_security_group_id = aws_security_group.this[each.value.from].id
  description                  = "From ${each.value.from}"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "flow" {
  for_each                     = local.flows
  security_group_id            = aws_security_group.this[each.value.from].id
  referenced_security_group_id = aws_security_group.this[each.value.to].id
  description                  = "To ${each.value.to}"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "https" {
  for_each          = local.https_out
  security_group_id = aws_security_group.this[each.key].id
  description       = "AWS and image registries"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "desktop" {
  for_each          = toset([for port in var.desktop_ports_out : tostring(port)])
  security_group_id = aws_security_group.this["desktop"].id
  description       = "What people at a desktop may reach"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = tonumber(each.key)
  to_port           = tonumber(each.key)
}

# Port 80 only answers with a redirect.
resource "aws_vpc_security_group_ingress_rule" "public" {
  for_each = {
    for pair in setproduct(var.allowed_cidrs, [80, 443]) : "${pair[0]}-${pair[1]}" => { cidr = pair[0], port = pair[1] }
  }
  security_group_id = aws_security_group.this["edge"].id
  description       = "Browsers"
  cidr_ipv4         = strcontains(each.value.cidr, ":") ? null : each.value.cidr
  cidr_ipv6         = strcontains(each.value.cidr, ":") ? each.value.cidr : null
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
}
