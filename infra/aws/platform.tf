# What templates are told about the platform: the variable `platform` of a template's module, and the output of the same name.

locals {
  platform = {
    region              = var.region
    vpc                 = module.network.vpc_id
    subnets             = module.network.private_subnets
    security_groups     = { desktop = module.firewall.groups.desktop, proxy = module.firewall.groups.proxy }
    instance_profile    = module.desktop_role.instance_profile
    kms_key             = module.secrets.key_arn
    secret_prefix       = local.secret_prefix
    cluster             = aws_ecs_cluster.this.name
    task_execution_role = module.access.start_roles.proxy
    task_role           = module.access.task_roles.proxy
    log_group           = aws_cloudwatch_log_group.this["proxy"].name
    proxy_image         = var.images.desktop_proxy
    guacd_image         = var.images.guacd
    proxy_subnets       = module.network.private_subnets
    shared_proxy        = "proxy.${local.namespace}:8083"
    internal_key_secret = module.secrets.arns.internal_key
    proxy_key_secret    = module.secrets.arns.proxy_key
    api_url             = "http://api.${local.namespace}:8081"
    public_url          = local.origin
    # A name of its own for every dedicated proxy: a service more per desktop, and nothing of ours asks for it.
    service_namespace = null
    amis              = var.amis
    tags              = var.tags
  }
}
