# The screen's output is unknown while it is being created, so the port is read only after start.sh wrote it.
output "connection" {
  description = "Where the screen is served; null while power is off."
  value = try({
    host = "127.0.0.1"
    port = tonumber(trimspace(file(terraform_data.screen[0].output.port_file)))
  }, null)
}

output "details" {
  description = "What the console shows of the desktop."
  value = [
    { label = "Screen", value = "${replace(var.geometry, "x", " × ")}, ${var.depth} bit" },
    { label = "Runs on", value = "this machine" },
    { label = "Limits", value = "${var.memory} MB for each program, ${var.processes} processes" },
  ]
}
