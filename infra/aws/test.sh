#!/usr/bin/env bash
# Checks the platform: format, validity, Terraform's own tests with a mocked provider, and the whole planned, applied and destroyed by the
# real provider against moto. Needs terraform 1.11 and python3 with moto[server]; leaves nothing behind. README.md says what is mocked.
# CWS_PLATFORM_DATABASE=1 applies the database too, for which the provider waits three minutes.
set -u
cd "$(dirname "$0")" || exit 1
work=$(mktemp -d)
trap '[ -z "$moto" ] || kill "$moto" 2>/dev/null; rm -rf "$work"' EXIT
# shellcheck source=../../terraform/mirror.sh
. ../../terraform/mirror.sh
# shellcheck source=../../terraform/checks.sh
. ../../terraform/checks.sh
prepare_terraform

# A line for each run of Terraform's tests.
tested() {
  "$terraform" test -no-color "$@" >"$work/log" 2>&1
  local status=$?
  sed -n -E 's/^  run "(.*)"\.\.\. pass$/ok      \1/p; s/^  run "(.*)"\.\.\. (fail|skip)$/FAILED  \1/p' "$work/log"
  [ "$status" -eq 0 ] && return
  failed=$((failed + 1))
  grep -v -E '^  run .*pass$' "$work/log" | sed 's/^/        /'
}

# What a destroyed platform leaves in moto: nothing that costs.
left_over() {
  python3 - <<'PYTHON'
import boto3, os, sys

def client(service):
    return boto3.client(service, endpoint_url=os.environ["AWS_ENDPOINT_URL"], region_name="eu-central-1")

left = {
    "tables": client("dynamodb").list_tables()["TableNames"],
    "buckets": client("s3").list_buckets()["Buckets"],
    "load balancers": client("elbv2").describe_load_balancers()["LoadBalancers"],
    "clusters": [cluster for cluster in client("ecs").describe_clusters(clusters=client("ecs").list_clusters()["clusterArns"])["clusters"] if cluster["status"] != "INACTIVE"],
    "networks": [vpc for vpc in client("ec2").describe_vpcs()["Vpcs"] if not vpc["IsDefault"]],
    "gateways": [nat for nat in client("ec2").describe_nat_gateways()["NatGateways"] if nat["State"] != "deleted"],
    "addresses": client("ec2").describe_addresses()["Addresses"],
    "databases": client("rds").describe_db_instances()["DBInstances"],
    "secrets": client("secretsmanager").list_secrets()["SecretList"],
    "roles": client("iam").list_roles()["Roles"],
    "alarms": client("cloudwatch").describe_alarms()["MetricAlarms"],
}
left = {what: found for what, found in left.items() if found}
print(left)
sys.exit(bool(left))
PYTHON
}

# The checkout stays as it is: init writes beside the files it reads.
mkdir -p "$work/infra" "$work/terraform"
cp -R . "$work/infra/aws"
cp -R ../../terraform/modules "$work/terraform/modules"
check "format" "$terraform" fmt -check -recursive -diff .
if command -v shellcheck >/dev/null; then check "shell scripts" shellcheck -x -e SC2317 -P ../../terraform test.sh; fi
cd "$work/infra/aws" || exit 1
if [ -n "${CWS_PLATFORM_DATABASE:-}" ]; then
  sed -i '/^# RDS: begin/,/^# RDS: end/d' tests/moto.tftest.hcl
fi
check "init" "$terraform" init -no-color -backend=false
check "validate" "$terraform" validate -no-color
tested -filter=tests/mocked.tftest.hcl
if check "moto starts" start_moto && [ -n "${AWS_ENDPOINT_URL:-}" ]; then
  tested -filter=tests/refusals.tftest.hcl
  tested -filter=tests/moto.tftest.hcl
  check "nothing is left after destroy" left_over
fi

summary platform
