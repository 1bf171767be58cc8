# What a fresh machine must be told to become a desktop, as user data. Nothing in it is secret: the password is fetched by the machine.

locals {
  # A name that every Linux takes: letters, digits, - and _, a letter first, at most 28 characters; none that a system has already.
  letters  = replace(split("@", lower(var.owner))[0], "/[^a-z0-9_]+/", "-")
  trimmed  = trim(substr(trim(local.letters, "-_"), 0, 28), "-_")
  reserved = ["root", "daemon", "bin", "sys", "mail", "news", "proxy", "backup", "list", "nobody", "admin", "ubuntu", "ec2-user", "systemd", "sshd", "www-data"]
  user     = can(regex("^[a-z]", local.trimmed)) && !contains(local.reserved, local.trimmed) ? local.trimmed : trim("u-${local.trimmed}", "-")

  settings = templatefile("${path.module}/files/desktop.env.tftpl", {
    desktop       = var.desktop
    region        = var.region
    parameter     = var.parameter
    user          = local.user
    administrator = var.administrator
    screen        = var.screen
  })

  files = concat(
    [{ path = "/etc/cloudworkstation/desktop.env", permissions = "0644", content = local.settings }],
    [for name in ["lib.sh", "setup.sh", "prepare.sh", "screen.sh", "session.sh"] : {
      path        = "/opt/cloudworkstation/${name}"
      permissions = "0755"
      content     = file("${path.module}/files/${name}")
    }],
    [for name in ["cws-desktop-setup.service", "cws-desktop.service"] : {
      path        = "/etc/systemd/system/${name}"
      permissions = "0644"
      content     = file("${path.module}/files/${name}")
    }],
    [{ path = "/etc/systemd/system/user-.slice.d/cloudworkstation.conf", permissions = "0644", content = file("${path.module}/files/no-metadata.conf") }],
  )

  config = "#cloud-config\n${yamlencode({
    ssh_pwauth  = false
    write_files = local.files
    # Not waited for: cloud-init would hold up the rest of the start for the minutes that the packages take.
    runcmd = [
      ["systemctl", "daemon-reload"],
      ["systemctl", "enable", "--now", "--no-block", "cws-desktop-setup.service", "cws-desktop.service"],
    ]
  })}"
}
