# shellcheck shell=bash
# What --help prints. A test of the launcher holds it against the options that exist.

help_for() {
  case $1 in
    up) help_up ;;
    test) help_test ;;
    bench) help_bench ;;
    doctor) help_doctor ;;
    down) help_down ;;
    config) help_config ;;
    *) help_all ;;
  esac
}

help_all() {
  cat <<'TEXT'
CloudWorkstation: cloud desktops in the browser, built by Terraform.

  ./workstation up       install what is missing, build, start everything, print the address
  ./workstation down     stop everything that up started, also when it was killed
  ./workstation doctor   check this machine and the running stack, with a fix for each problem
  ./workstation test     build with warnings as errors and run every test
  ./workstation config   export, check and import accounts, access rules and settings as one YAML file
  ./workstation bench    measure it beside what it is compared with

Each has --help.
TEXT
}

help_up() {
  cat <<'TEXT'
./workstation up [options]

Starts the api, the console, the router and the desktop proxy on this machine and keeps them running until Ctrl-C or ./workstation down.
On Debian 12 it installs the packages it needs. Nothing listens on any address but loopback unless --listen says so.

  --data DIR              everything of this installation: store, keys, homes, logs. Mode 0700; deleting it is a clean reset.
                          Default: $XDG_DATA_HOME/cloudworkstation, else ~/.local/share/cloudworkstation
  --port N                public port, 8080 by default. The services behind it take the next six at most.
  --listen ADDRESS        address of the public port, 127.0.0.1 by default. Another one than loopback needs --tls-certificate.
  --tls-certificate FILE  PEM file with certificate and private key: the public port speaks HTTPS.
  --public-url ORIGIN     the origin that browsers use when another proxy stands in front, e.g. https://desktops.example.com
  --templates DIR         desktop templates; default: terraform/templates of this checkout
  --store KIND            where documents are kept: sqlite (default) or dynamodb. dynamodb alone starts a moto of its own beside the product.
  --aws-endpoint WHERE    desktops can be built in an AWS (template aws-vnc), Terraform's state goes to S3, and the store is DynamoDB
                          unless --store sqlite says otherwise. WHERE is
                            moto               a moto that is started for it, with a VPC whose machines are played on this machine
                            http://127.0.0.1:N a moto that runs already, with the same
                            aws                the account of your credentials (AWS_REGION, CWS_STATE__BUCKET, CWS_PLATFORM; see infra/aws)
                            https://...        the same behind another address
                          moto keeps everything in memory: accounts and desktops are gone when it stops.
  --guacd HOST:PORT       guacd for desktops of RDP and SSH, and for VNC by choice; default: the one on 127.0.0.1:4822 if it answers. none: no guacd
  --setup                 on a new installation no administrator is made: the address of the set-up page and a one-time code are printed
  --postgres FILE         file with a PostgreSQL connection string (mode 0600): jobs are shared with CloudWorkstation.Worker processes elsewhere
  --no-build              start what was built last, without looking for changes or missing packages
  --verbose               show the output of installing and building

Every setting of a service can be set in the environment too (CWS_...); README.md lists them.
TEXT
}

help_test() {
  cat <<'TEXT'
./workstation test [--only NAME]... [--skip NAME]... [--list] [--verbose]

Installs what the tests need, builds everything with warnings as errors and runs all suites; the last line sums them up.

  --only NAME   only suites whose name contains NAME (may be repeated)
  --skip NAME   all but those
  --list        print the suites' names
  --verbose     show each suite's output, not only a failing one's
TEXT
}

help_bench() {
  cat <<'TEXT'
./workstation bench [NAME] [--quick]

Builds in Release and measures. Without a name: everything. --quick: fewer repetitions, for a first look.

  create   from the request to the first frame in the browser, beside plain terraform
  tunnel   the desktop proxy beside websockify and HAProxy
  list     GET /desktops at 1,000 and 100,000 desktops
  events   from the commit to 1,000 listeners
  routes   from a route change to the first request that follows it
  store    the document store
  idle     memory and CPU of the whole stack at rest
TEXT
}

help_doctor() {
  cat <<'TEXT'
./workstation doctor [--data DIR] [--port N] [--guacd HOST:PORT]

Checks tools and versions, the build, the data directory, the ports and the running services. Each line has a code, a verdict and, where needed, the fix.
Exit code 1 when anything failed.
TEXT
}

help_down() {
  cat <<'TEXT'
./workstation down [--data DIR]

Stops the services and desktops of that data directory. Homes and settings stay; the next up brings the desktops back.
TEXT
}

help_config() {
  cat <<'TEXT'
./workstation config export [FILE] [options]
./workstation config validate FILE
./workstation config import FILE [--dry-run] [--prune] [--yes] [options]

Accounts, groups, roles, entitlements and run-time settings as one YAML file; docs/configuration.md describes it.

  export     writes what the running product has, to FILE or to the terminal. Secrets are never part of it.
  validate   lists everything that is wrong with a file, with line numbers. Nothing has to run.
  import     shows what would change, asks, and makes the running product as the file says. A second import changes nothing.

  --dry-run   only show what would change
  --prune     remove groups, roles and entitlements, and disable local accounts, that the file's lists do not name
  --yes       do not ask
  --data DIR  the installation on this machine; its first administrator is who asks, until that password is changed
  --url URL   another installation

Who asks: the token in CWS_TOKEN, else the first administrator's file, else a prompt for user name and password.
TEXT
}
