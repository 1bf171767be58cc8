terraform {
  # 1.11: write-only arguments, so that no secret is ever in the state.
  required_version = ">= 1.11.0"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = merge(var.tags, { "cws:environment" = var.environment })
  }
}
