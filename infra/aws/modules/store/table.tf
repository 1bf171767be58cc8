# The product's documents. The shape is the store's own (manager, Storage/DynamoDb); a test holds the two equal.

locals {
  indexes = ["index1", "index2", "index3", "index4"]
}

resource "aws_dynamodb_table" "documents" {
  name                        = var.table_name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "document"
  deletion_protection_enabled = var.deletion_protection

  attribute {
    name = "document"
    type = "S"
  }

  dynamic "attribute" {
    for_each = setproduct(local.indexes, ["partition", "sort"])
    content {
      name = "${attribute.value[0]}_${attribute.value[1]}"
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = local.indexes
    content {
      name            = global_secondary_index.value
      hash_key        = "${global_secondary_index.value}_partition"
      range_key       = "${global_secondary_index.value}_sort"
      projection_type = "ALL"
    }
  }

  ttl {
    attribute_name = "expires"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }
}
