# What a machine is told, as far as it can be seen without a machine.

variables {
  desktop       = "abcdefghijkl"
  owner         = "jane.doe@example.com"
  region        = "eu-central-1"
  parameter     = "/cws/test/desktops/abcdefghijkl/vnc"
  screen        = "1920x1080x24"
  administrator = false
}

run "files" {
  command = plan

  assert {
    condition     = startswith(output.config, "#cloud-config\n") && length(output.user_data) < 16384
    error_message = "User data must be cloud-init's and fit into EC2's 16 KB."
  }

  assert {
    condition     = length([for file in yamldecode(output.config).write_files : file if startswith(file.path, "/opt/cloudworkstation/") && file.permissions == "0755"]) == 5
    error_message = "The scripts must be there and executable."
  }

  assert {
    condition     = strcontains(yamldecode(output.config).write_files[0].content, "CWS_PASSWORD_PARAMETER=/cws/test/desktops/abcdefghijkl/vnc\n")
    error_message = "The machine must know where its password is, not the password."
  }
}

run "mail_address" {
  command = plan

  assert {
    condition     = output.user == "jane-doe"
    error_message = "The domain and the dot must go."
  }
}

run "name_of_the_system" {
  command = plan

  variables {
    owner = "root"
  }

  assert {
    condition     = output.user == "u-root"
    error_message = "Nobody becomes root by being called so."
  }
}

run "number" {
  command = plan

  variables {
    owner = "4711"
  }

  assert {
    condition     = output.user == "u-4711"
    error_message = "A name begins with a letter."
  }
}

run "nothing_usable" {
  command = plan

  variables {
    owner = "\u6797\u5fd7\u73b2"
  }

  assert {
    condition     = output.user == "u"
    error_message = "Somebody whose name has no Latin letter still gets an account."
  }
}

run "injection" {
  command = plan

  variables {
    owner = "x\nCWS_ADMINISTRATOR=true; $(reboot)"
  }

  assert {
    condition     = output.user == "x-cws_administrator-true-reb" && strcontains(yamldecode(output.config).write_files[0].content, "\nCWS_ADMINISTRATOR=false\n")
    error_message = "A name must not reach beyond its own line."
  }
}
