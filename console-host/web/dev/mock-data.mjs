// Made-up people, templates and desktops: one in every state a card can show.
const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
const version = (letter) => letter.repeat(64);

export const me = {
  id: "acc1", userName: "ada", displayName: "Ada Lovelace", roles: ["user", "admin"], groups: [], permissions: ["desktops.use", "desktops.read", "desktops.stop", "desktops.manage", "desktops.connect", "templates.author", "accounts.read", "accounts.manage", "sessions.manage", "access.read", "access.manage", "audit.read", "statistics.read", "platform.manage"], mustChangePassword: false,
  session: { id: "s1", expiresAt: ago(-600) }, quota: [{ template: "local-vnc", used: 5, limit: 8 }], version: "0.1.0",
};

const session = { clipboard: "both", files: "both", sharing: "control", recording: "off", watermark: false, adminWatch: "consent", idleStopMinutes: 60 };

export const templates = [
  {
    name: "local-vnc", version: version("a"), title: "Linux desktop", icon: "desktop", protocol: "vnc", session, quota: { used: 5, limit: 8 },
    description: "A window manager with a panel, a terminal, a file manager and a browser.",
    parameters: [
      { name: "geometry", type: "string", title: "Screen", options: ["1920x1080", "1280x720"], default: "1920x1080", mutable: true, description: "How large the screen is." },
      { name: "size", type: "string", title: "Machine", options: ["small", "large"], default: "small", mutable: false, hourlyCost: { small: 0.0416, large: 0.1664 } },
      { name: "depth", type: "number", title: "Colour depth", options: [16, 24], default: 24, mutable: true },
      { name: "disk", type: "number", title: "Disk in GB", minimum: 8, maximum: 256, default: 20, mutable: false },
      { name: "browser", type: "boolean", title: "Install a browser", default: true, mutable: false },
      { name: "host", type: "string", title: "Host name", maximumLength: 20, pattern: "[a-z][a-z0-9-]*", default: "ada-desk", mutable: false, description: "Lower-case letters, digits and hyphens." },
    ],
  },
  {
    name: "local-vnc-minimal", version: version("b"), title: "Terminal only", icon: "terminal", protocol: "vnc", session: { ...session, clipboard: "in" },
    quota: { used: 3, limit: 3 }, description: "One terminal window, nothing else: up in a second.", parameters: [],
  },
];

export const broken = [{
  name: "gpu-desktop",
  problems: ["template.yaml line 4: 'protocol' is 'vcn'; use vnc, rdp or ssh.", "main.tf: there is no output 'connection'. Add one with host and port."],
}];

const failure = {
  kind: "capacity", message: "This machine has no memory left for another desktop.", fix: "Stop a desktop that you do not use, then retry.", operation: "op-failed", at: ago(12),
  diagnostics: [{ severity: "error", summary: "local-exec provisioner error", detail: "Error running command 'start-desktop': exit status 12\nXtigervnc: cannot allocate memory", address: "terraform_data.session", file: "main.tf", line: 41 }],
};

function desktop(id, name, status, more = {}) {
  const running = status === "running";
  return {
    id, name, status, owner: { id: "acc1", userName: "ada" }, power: running ? "on" : "off", connectable: running, version: 1,
    template: { name: "local-vnc", title: "Linux desktop", version: version("a"), outdated: false },
    parameters: { geometry: "1920x1080", size: "small", depth: 24, disk: 20, browser: true, host: "ada-desk" },
    details: [{ label: "Home", value: "Kept on this machine" }, { label: "Screen", value: "1920 × 1080, 24 bit" }],
    createdAt: ago(60 * 24 * 9), updatedAt: ago(30), lastConnectedAt: running ? ago(42) : null, ...more,
  };
}

export const desktops = [
  desktop("arunning0001", "Everyday work", "running"),
  desktop("abuilding001", "Data analysis for the spring report", "provisioning", { activeOperation: "op-running", details: [] }),
  desktop("astopped0001", "Old project", "stopped", { lastConnectedAt: ago(60 * 24 * 3), template: { name: "local-vnc", title: "Linux desktop", version: version("0"), outdated: true } }),
  desktop("afailed00001", "Experiment", "failed", { failure, details: [] }),
  desktop("adeleting001", "Scratch", "deleting", { activeOperation: "op-delete" }),
  desktop("bpending0001", "Terminal", "pending", { activeOperation: "op-queued", details: [], template: { name: "local-vnc-minimal", title: "Terminal only", version: version("b"), outdated: false } }),
];

const step = (name, from, to) => ({ name, startedAt: ago(from), ...(to === null ? {} : { finishedAt: ago(to) }) });

function operation(id, desktopId, name, kind, state, more = {}) {
  return {
    id, desktop: desktopId, desktopName: name, owner: "acc1", template: "local-vnc", kind, state, attempt: 1, requestedBy: "ada", queuedAt: ago(0.7),
    cancelRequested: false, logLength: 12, progress: { message: "Waiting for a free worker", total: 0, done: 0, resources: [], timeline: [step("queue", 0.7, null)] }, ...more,
  };
}

const built = [
  { address: "terraform_data.home", action: "create", state: "done", elapsedSeconds: 0.4 },
  { address: "terraform_data.session", action: "create", state: "running", elapsedSeconds: 11 },
  { address: "module.panel.terraform_data.menu[\"applications\"]", action: "create", state: "planned", elapsedSeconds: 0 },
];

export const operations = [
  operation("op-running", "abuilding001", "Data analysis for the spring report", "create", "running", {
    startedAt: ago(0.6),
    progress: { message: "Building terraform_data.session", total: 3, done: 1, resources: built, timeline: [step("queue", 0.7, 0.6), step("workspace", 0.6, 0.59), step("init", 0.59, 0.4), step("apply", 0.4, null)] },
  }),
  operation("op-queued", "bpending0001", "Terminal", "create", "queued"),
  operation("op-delete", "adeleting001", "Scratch", "delete", "running", { progress: { message: "Removing terraform_data.home", total: 2, done: 1, resources: [], timeline: [step("queue", 0.2, 0.1), step("destroy", 0.1, null)] } }),
  operation("op-failed", "afailed00001", "Experiment", "create", "failed", {
    queuedAt: ago(13), startedAt: ago(13), finishedAt: ago(12), failure, attempt: 2,
    progress: { message: "Failed", total: 2, done: 1, resources: [{ ...built[0] }, { ...built[1], state: "failed" }], timeline: [step("queue", 13, 12.9), step("apply", 12.9, 12)] },
  }),
  operation("op-done", "arunning0001", "Everyday work", "create", "succeeded", {
    queuedAt: ago(60 * 24 * 9), finishedAt: ago(60 * 24 * 9 - 0.3),
    progress: { message: "Ready", total: 3, done: 3, resources: built.map((resource) => ({ ...resource, state: "done" })), timeline: [step("queue", 12960, 12959.9), step("apply", 12959.9, 12959.8), step("readiness", 12959.8, 12959.7)] },
  }),
];

export const accounts = [
  { id: "acc1", userName: "ada", displayName: "Ada Lovelace", email: "ada@example.org", roles: ["user", "admin"], groups: [], disabled: false, mustChangePassword: false, createdAt: ago(60 * 24 * 30), lastSignInAt: ago(10), version: 1 },
  { id: "acc2", userName: "grace", displayName: "Grace Hopper", email: null, roles: ["user"], groups: [], disabled: false, mustChangePassword: true, createdAt: ago(600), version: 1 },
  { id: "acc3", userName: "charles", displayName: "Charles Babbage", email: null, roles: ["user"], groups: [], disabled: true, mustChangePassword: false, createdAt: ago(9000), lastSignInAt: ago(8000), version: 1 },
  { id: "acc4", userName: "alan", displayName: "Alan Turing", email: null, roles: ["user"], groups: [], disabled: false, mustChangePassword: false, createdAt: ago(9000), lastSignInAt: ago(900), lockedUntil: ago(-8), version: 1 },
];

export const sessions = [
  { id: "s1", createdAt: ago(30), lastRefreshAt: ago(0), expiresAt: ago(-600), current: true, address: "127.0.0.1", userAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36" },
  { id: "s2", createdAt: ago(4000), lastRefreshAt: ago(200), expiresAt: ago(-600), current: false, address: "192.0.2.7", userAgent: "Mozilla/5.0 (iPhone) Safari/605.1" },
];

const share = (id, more) => ({ id, madeBy: "ada", access: "view", people: ["grace"], anyone: false, singleUse: false, createdAt: ago(30), expiresAt: ago(-30), usedBy: [], ...more });

export const sharedScreens = [
  {
    desktop: { id: "arunning0001", name: "Everyday work", owner: { id: "acc1", userName: "ada" } },
    shares: [share("sh1", { access: "control", usedBy: [{ userName: "grace", at: ago(20) }] }), share("sh2", { people: [], anyone: true, singleUse: true })],
    watchers: [
      { id: "w1", userName: "ada", role: "owner", access: "control", since: ago(40) },
      { id: "w2", userName: "grace", role: "guest", access: "control", since: ago(20) },
    ],
  },
  { desktop: { id: "astopped0001", name: "Measurements of the second quarter", owner: { id: "acc4", userName: "alan" } }, shares: [share("sh3", { people: ["grace", "charles", "someone-with-a-long-user-name"] })], watchers: [] },
];

export const plan = {
  destroys: true,
  losesData: false,
  changes: [
    { address: "terraform_data.session", actions: ["delete", "create"], replacedBecauseOf: ["input.geometry"], losesData: false },
    { address: "terraform_data.home", actions: ["update"], replacedBecauseOf: [], losesData: false },
  ],
};
