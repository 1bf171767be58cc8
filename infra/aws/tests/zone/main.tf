# A zone to make the certificate and the address in.

resource "aws_route53_zone" "this" {
  name = "example.com"
}

output "id" {
  description = "For the variable zone_id."
  value       = aws_route53_zone.this.zone_id
}
