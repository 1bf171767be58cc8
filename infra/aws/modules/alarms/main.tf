# What wakes somebody up. The operator's guide says for each what it means and what to do.

resource "aws_sns_topic" "alarms" {
  name              = "${var.name}-alarms"
  kms_master_key_id = var.kms_key_arn
}

resource "aws_sns_topic_subscription" "email" {
  for_each  = var.emails
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

locals {
  edge = { LoadBalancer = var.load_balancer.LoadBalancer }

  fixed = {
    edge-5xx = {
      says       = "The load balancer itself answers 5xx: no healthy router"
      namespace  = "AWS/ApplicationELB", metric = "HTTPCode_ELB_5XX_Count", statistic = "Sum"
      dimensions = local.edge, threshold = 10, above = true, minutes = 5
    }
    router-5xx = {
      says       = "The product answers 5xx"
      namespace  = "AWS/ApplicationELB", metric = "HTTPCode_Target_5XX_Count", statistic = "Sum"
      dimensions = local.edge, threshold = 20, above = true, minutes = 5
    }
    unhealthy-routers = {
      says       = "A router does not answer its health check"
      namespace  = "AWS/ApplicationELB", metric = "UnHealthyHostCount", statistic = "Maximum"
      dimensions = var.load_balancer, threshold = 0, above = true, minutes = 5
    }
    table-throttled = {
      says       = "DynamoDB refuses requests for their rate"
      namespace  = "AWS/DynamoDB", metric = "ThrottledRequests", statistic = "Sum"
      dimensions = { TableName = var.table }, threshold = 10, above = true, minutes = 5
    }
    table-errors = {
      says       = "DynamoDB fails"
      namespace  = "AWS/DynamoDB", metric = "SystemErrors", statistic = "Sum"
      dimensions = { TableName = var.table }, threshold = 5, above = true, minutes = 5
    }
    recordings = {
      says       = "Sessions that must be recorded cannot be opened: the bucket of recordings refuses"
      namespace  = "CloudWorkstation/${var.name}", metric = aws_cloudwatch_log_metric_filter.recordings.name, statistic = "Sum"
      dimensions = {}, threshold = 0, above = true, minutes = 5
    }
  }

  database = var.database == null ? {} : {
    database-storage = {
      says       = "Less than a fifth of the database's disk is free"
      namespace  = "AWS/RDS", metric = "FreeStorageSpace", statistic = "Minimum"
      dimensions = { DBInstanceIdentifier = var.database }, threshold = var.database_storage_gb * 1073741824 / 5, above = false, minutes = 5
    }
    database-cpu = {
      says       = "The database's CPU is busy: jobs wait"
      namespace  = "AWS/RDS", metric = "CPUUtilization", statistic = "Average"
      dimensions = { DBInstanceIdentifier = var.database }, threshold = 80, above = true, minutes = 15
    }
  }

  services = merge([for metric in ["CPUUtilization", "MemoryUtilization"] : {
    for role, service in var.services : "${role}-${lower(trimsuffix(metric, "Utilization"))}" => {
      says       = "${role} needs more or larger tasks"
      namespace  = "AWS/ECS", metric = metric, statistic = "Average"
      dimensions = { ClusterName = var.cluster, ServiceName = service }, threshold = 85, above = true, minutes = 15
    }
  }]...)

  logs = { for role, group in var.log_groups : "${role}-errors" => {
    says       = "${role} logs errors"
    namespace  = "CloudWorkstation/${var.name}", metric = "${role}-errors", statistic = "Sum"
    dimensions = {}, threshold = 10, above = true, minutes = 5
  } }
}

resource "aws_cloudwatch_log_metric_filter" "errors" {
  for_each       = var.log_groups
  name           = "${var.name}-${each.key}-errors"
  log_group_name = each.value
  pattern        = "{ ($.LogLevel = \"Error\") || ($.LogLevel = \"Critical\") }"

  metric_transformation {
    namespace     = "CloudWorkstation/${var.name}"
    name          = "${each.key}-errors"
    value         = "1"
    default_value = "0"
  }
}

# The api tries the bucket from its start on, and says every minute that it cannot be used.
resource "aws_cloudwatch_log_metric_filter" "recordings" {
  name           = "${var.name}-recordings"
  log_group_name = var.log_groups.api
  pattern        = "{ ($.LogLevel = \"Error\") && ($.Category = \"CloudWorkstation.Manager.Recordings.RecordingWatch\") }"

  metric_transformation {
    namespace     = "CloudWorkstation/${var.name}"
    name          = "${var.name}-recordings"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each            = merge(local.fixed, local.database, local.services, local.logs)
  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.says
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = 60
  evaluation_periods  = each.value.minutes
  datapoints_to_alarm = max(1, floor(each.value.minutes * 3 / 5))
  threshold           = each.value.threshold
  comparison_operator = each.value.above ? "GreaterThanThreshold" : "LessThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
