# A VNC session on this machine, from Terraform's built-in resources alone.
#
# home    the desktop's directory: made once, removed with the desktop. The only thing whose loss would hurt.
# screen  the processes: X server, window manager, programs. Exists while power is on; replaced when its size
#         changes or when it was found dead.

terraform {
  required_version = ">= 1.10"
}

locals {
  directory = var.desktop.directory
  run       = "${local.directory}/run"

  # What start.sh left about the session that should be running: pid, start time of that pid, boot.
  record = try(jsondecode(file("${local.run}/session.json")), null)

  # From the third field of /proc/PID/stat on: the state first, the start time as the 20th.
  stat = try(split(" ", regex("\\) (.*)", file("/proc/${local.record.pid}/stat"))[0]), [])
  boot = try(trimspace(file("/proc/sys/kernel/random/boot_id")), "")

  alive = try(local.stat[0] != "Z" && local.stat[19] == local.record.started && local.boot == local.record.boot, false)

  # An incarnation is a name that start.sh stores beside the session. A session found dead gets the next name,
  # so the screen is replaced; once rebuilt, the stored name equals the planned one and nothing changes again.
  # This is read at plan and again at apply, after the stop script has run: stop.sh takes a living session's
  # record away and leaves a dead one's, so that both readings agree.
  incarnation = try(trimspace(file("${local.run}/incarnation")), "first")
  wanted      = local.record != null && !local.alive ? sha1(local.incarnation) : local.incarnation

  scripts = sha1(join("", [for name in sort(fileset(path.module, "{host,inside}/**")) : filesha1("${path.module}/${name}")]))
}

resource "terraform_data" "home" {
  input = {
    id        = var.desktop.id
    directory = local.directory
  }

  provisioner "local-exec" {
    command     = "./host/prepare.sh"
    working_dir = path.module
    quiet       = true
    environment = {
      DESKTOP_ID        = self.input.id
      DESKTOP_DIRECTORY = self.input.directory
    }
  }

  provisioner "local-exec" {
    when        = destroy
    command     = "./host/remove.sh"
    working_dir = path.module
    quiet       = true
    environment = {
      DESKTOP_ID        = self.input.id
      DESKTOP_DIRECTORY = self.input.directory
    }
  }
}

resource "terraform_data" "screen" {
  count = var.power == "on" ? 1 : 0

  input = {
    id        = terraform_data.home.output.id
    directory = terraform_data.home.output.directory
    port_file = "${local.run}/port"
  }

  triggers_replace = {
    geometry    = var.geometry
    depth       = var.depth
    kind        = var.kind
    memory      = var.memory
    processes   = var.processes
    scripts     = local.scripts
    incarnation = local.wanted
  }

  # The secret has a provisioner of its own: Terraform hides all output of one that uses an ephemeral value,
  # and what start.sh has to say when it fails must be seen.
  provisioner "local-exec" {
    command     = "./host/password.sh"
    working_dir = path.module
    quiet       = true
    environment = {
      DESKTOP_ID        = self.input.id
      DESKTOP_DIRECTORY = self.input.directory
      VNC_PASSWORD      = var.vnc_password
    }
  }

  provisioner "local-exec" {
    command     = "./host/start.sh"
    working_dir = path.module
    quiet       = true
    environment = {
      DESKTOP_ID        = self.input.id
      DESKTOP_DIRECTORY = self.input.directory
      DESKTOP_NAME      = var.desktop.name
      GEOMETRY          = self.triggers_replace.geometry
      DEPTH             = self.triggers_replace.depth
      KIND              = self.triggers_replace.kind
      MEMORY            = self.triggers_replace.memory
      PROCESSES         = self.triggers_replace.processes
      INCARNATION       = self.triggers_replace.incarnation
    }
  }

  provisioner "local-exec" {
    when        = destroy
    command     = "./host/stop.sh"
    working_dir = path.module
    quiet       = true
    environment = {
      DESKTOP_ID        = self.input.id
      DESKTOP_DIRECTORY = self.input.directory
    }
  }
}
