// A made-up API for work on the pages: `npm run mock` serves dist/ with it on port 8090. With VNC=host:port the desktops' screen is a real
// VNC server without a password. MODE=empty, slow, broken or must-change shows those states.
import { createServer } from "node:http";
import { readFileSync, existsSync } from "node:fs";
import { connect } from "node:net";
import { extname, join } from "node:path";
import * as data from "./mock-data.mjs";
import { bridge } from "./vnc-bridge.mjs";

const root = new URL("../dist/", import.meta.url).pathname;
const port = Number(process.env.PORT ?? 8090);
const mode = process.env.MODE ?? "";
const [vncHost, vncPort] = (process.env.VNC ?? "127.0.0.1:5999").split(":");
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const listeners = new Set();

const find = (list, id) => list.find((item) => item.id === id);
const problem = (status, code, detail, more = {}) => ({ status, body: { type: "about:blank", title: code, status, code, detail, ...more } });
const ok = (body, status = 200) => ({ status, body });

function tell(kind, body) {
  for (const response of listeners) response.write(`event: ${kind}\ndata: ${JSON.stringify(body)}\n\n`);
}

function change(desktop, values) {
  Object.assign(desktop, values, { version: desktop.version + 1 });
  desktop.connectable = desktop.status === "running";
  tell("desktop", desktop);
  return desktop;
}

function begin(desktop, kind, status, end) {
  const operation = {
    id: `op-${Date.now()}`, desktop: desktop.id, desktopName: desktop.name, owner: "acc1", template: desktop.template.name, kind, state: "running", attempt: 1,
    requestedBy: "ada", queuedAt: new Date().toISOString(), cancelRequested: false, logLength: 3,
    progress: { message: "Building terraform_data.session", total: 2, done: 1, resources: [], timeline: [] },
  };
  data.operations.unshift(operation);
  change(desktop, { status, activeOperation: operation.id, failure: null });
  setTimeout(() => {
    Object.assign(operation, { state: "succeeded", finishedAt: new Date().toISOString() });
    tell("operation", operation);
    change(desktop, { status: end, activeOperation: null, power: end === "running" ? "on" : "off" });
    if (end === "deleted") {
      data.desktops.splice(data.desktops.indexOf(desktop), 1);
      tell("desktop-deleted", { id: desktop.id });
    }
  }, 3000);
  return ok({ desktop, operation }, 202);
}

const routes = [
  ["POST", /^\/auth\/sign-in$/, (_, body) => {
    if (body.userName === "locked") return { ...problem(429, "locked_out", "Too many wrong passwords."), headers: { "retry-after": "240" } };
    return body.password === "wrong" ? problem(401, "invalid_credentials", "No.") : ok({ account: data.me, sessionExpiresAt: new Date(Date.now() + 300_000).toISOString() });
  }],
  ["POST", /^\/auth\/refresh$/, () => ok({ sessionExpiresAt: new Date(Date.now() + 300_000).toISOString() })],
  ["POST", /^\/auth\/sign-out$/, () => ok(undefined, 204)],
  ["GET", /^\/api\/v1\/me$/, () => ok({ ...data.me, mustChangePassword: mode === "must-change" })],
  ["POST", /^\/api\/v1\/me\/password$/, (_, body) => body.currentPassword === "wrong"
    ? problem(422, "invalid", "1 field", { errors: [{ field: "currentPassword", message: "This is not your current password." }] }) : ok(undefined, 204)],
  ["GET", /^\/api\/v1\/templates$/, (url) => ok({ items: data.templates, ...(url.searchParams.has("all") ? { broken: data.broken } : {}) })],
  ["POST", /^\/api\/v1\/templates\/reload$/, () => ok(undefined, 204)],
  ["GET", /^\/api\/v1\/desktops$/, () => mode === "broken" ? problem(500, "internal", "The store did not answer.") : ok({ items: mode === "empty" ? [] : data.desktops })],
  ["POST", /^\/api\/v1\/desktops$/, (_, body) => {
    if (body.name === "taken") return problem(422, "invalid", "2 fields", { errors: [{ field: "name", message: "You have a desktop of this name." }, { field: "parameters.host", message: "This host name is reserved." }] });
    const desktop = { ...structuredClone(data.desktops[0]), id: `n${String(Date.now()).slice(-11)}`, name: body.name, parameters: body.parameters, lastConnectedAt: null };
    data.desktops.unshift(desktop);
    return begin(desktop, "create", "provisioning", "running");
  }],
  ["GET", /^\/api\/v1\/desktops\/(\w+)$/, (_, __, id) => find(data.desktops, id) ? ok(find(data.desktops, id)) : problem(404, "not_found", "There is no such desktop.")],
  ["PATCH", /^\/api\/v1\/desktops\/(\w+)$/, (_, body, id) => {
    const desktop = find(data.desktops, id);
    if (body.name) return ok({ desktop: change(desktop, { name: body.name }) });
    if (body.state === "stopped") return begin(desktop, "stop", "stopping", "stopped");
    return begin(desktop, body.state ? "start" : "update", body.state ? "starting" : "updating", "running");
  }],
  ["POST", /^\/api\/v1\/desktops\/(\w+)\/plan$/, () => ok(data.plan)],
  ["POST", /^\/api\/v1\/desktops\/(\w+)\/connections$/, (_, __, id) => ok({ id: "c1", url: `/desktop/${id}/vnc`, expiresAt: "", session: data.templates[0].session }, 201)],
  ["DELETE", /^\/api\/v1\/desktops\/(\w+)$/, (_, __, id) => begin(find(data.desktops, id), "delete", "deleting", "deleted")],
  ["GET", /^\/api\/v1\/operations$/, (url) => {
    const { desktop, state } = Object.fromEntries(url.searchParams);
    return ok({ items: data.operations.filter((operation) => (!desktop || operation.desktop === desktop) && (!state || operation.state === state)) });
  }],
  ["GET", /^\/api\/v1\/operations\/([\w-]+)$/, (_, __, id) => ok(find(data.operations, id))],
  ["POST", /^\/api\/v1\/operations\/([\w-]+)\/cancel$/, (_, __, id) => ok(Object.assign(find(data.operations, id), { cancelRequested: true }), 202)],
  ["POST", /^\/api\/v1\/operations\/([\w-]+)\/retry$/, (_, __, id) => begin(find(data.desktops, find(data.operations, id).desktop), "create", "provisioning", "running")],
  ["GET", /^\/api\/v1\/shares$/, (url) => ok({ items: data.sharedScreens.filter(({ desktop }) => ["*", desktop.owner.userName].includes(url.searchParams.get("owner"))) })],
  ["POST", /^\/api\/v1\/shares\/end$/, () => ok({ ended: 2 })],
  ["DELETE", /^\/api\/v1\/desktops\/(\w+)\/shares\/(\w+)$/, () => ok(undefined, 204)],
  ["GET", /^\/api\/v1\/sessions$/, () => ok({ items: data.sessions })],
  ["DELETE", /^\/api\/v1\/sessions\/(\w+)$/, (_, __, id) => (data.sessions.splice(data.sessions.findIndex((session) => session.id === id), 1), ok(undefined, 204))],
  ["GET", /^\/api\/v1\/accounts$/, () => ok({ items: data.accounts })],
  ["POST", /^\/api\/v1\/accounts$/, (_, body) => {
    const account = { ...data.accounts[1], ...body, id: `acc${Date.now()}` };
    data.accounts.push(account);
    return ok({ account, generatedPassword: "corn-lamp-river-42" }, 201);
  }],
  ["PATCH", /^\/api\/v1\/accounts\/(\w+)$/, (_, body, id) => {
    const { resetPassword, ...values } = body;
    return ok({ account: Object.assign(find(data.accounts, id), values), ...(resetPassword ? { generatedPassword: "corn-lamp-river-42" } : {}) });
  }],
];

function stream(response) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write("retry: 2000\n\n");
}

function log(response) {
  stream(response);
  const texts = ["terraform init: skipped, the workspace is ready", "Plan: 3 to add, 0 to change, 0 to destroy.", "terraform_data.home: Creating...", "terraform_data.home: Creation complete after 0s", "terraform_data.session: Still creating... [10s elapsed]"];
  const levels = ["info", "info", "info", "info", "warn"];
  texts.forEach((text, index) => response.write(`id: ${index + 1}\nevent: line\ndata: ${JSON.stringify({ sequence: index + 1, at: new Date().toISOString(), level: levels[index], text })}\n\n`));
  response.end("event: end\ndata: {}\n\n");
}

function serveFile(url, response) {
  const page = /^\/desktop\/\w+\/$/.test(url.pathname) ? "desktop.html" : "index.html";
  const name = existsSync(join(root, url.pathname)) && extname(url.pathname) ? url.pathname : page;
  response.writeHead(200, { "content-type": types[extname(name)] ?? "text/plain", "content-security-policy": policy, "cache-control": "no-store" });
  response.end(readFileSync(join(root, name)));
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://mock");
  if (url.pathname === "/api/v1/events") {
    if (mode === "lost") return response.writeHead(503).end();
    stream(response);
    listeners.add(response);
    return request.on("close", () => listeners.delete(response));
  }
  if (/\/log$/.test(url.pathname)) return log(response);
  if (!/^\/(api|auth)\//.test(url.pathname)) return serveFile(url, response);
  if (mode === "slow") return;
  let text = "";
  for await (const chunk of request) text += chunk;
  for (const [method, pattern, handler] of routes) {
    const match = request.method === method && pattern.exec(url.pathname);
    if (!match) continue;
    const { status, body, headers } = handler(url, text ? JSON.parse(text) : {}, match[1]);
    response.writeHead(status, { "content-type": status >= 400 ? "application/problem+json" : "application/json", ...headers });
    return response.end(body === undefined ? undefined : JSON.stringify(body));
  }
  response.writeHead(404, { "content-type": "application/problem+json" }).end(JSON.stringify(problem(404, "not_found", "No such route in the mock.").body));
});
server.on("upgrade", (request, socket) => bridge(request, socket, () => connect(Number(vncPort), vncHost)));
server.listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
