// Screenshots of every page in both themes and two widths, and axe on each, against `npm run mock` (BASE names another address).
// Fails when axe finds something serious, when the console logs an error, or when a page is wider than the window.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const base = process.env.BASE ?? "http://127.0.0.1:8090";
const out = process.env.OUT ?? "test-results/look";
const only = process.argv[2];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const press = (name, role = "button") => (page) => page.getByRole(role, { name }).first().click();

const pages = [
  ["sign-in", "/sign-in"],
  ["sign-in-wrong", "/sign-in", async (page) => {
    await page.getByLabel("User name").fill("locked");
    await page.getByLabel("Password").fill("wrong");
    await press("Sign in")(page);
    await page.getByRole("alert").waitFor();
  }],
  ["desktops", "/"],
  ["menu", "/", press("More for Everyday work")],
  ["stop", "/", press("Stop")],
  ["delete", "/", press("Delete")],
  ["gallery", "/new"],
  ["create", "/new?template=local-vnc"],
  ["create-errors", "/new?template=local-vnc", async (page) => {
    await page.getByLabel("Disk in GB").fill("3");
    await page.getByLabel("Host name").fill("Bad Name");
    await press("Create desktop")(page);
  }],
  ["progress", "/desktops/abuilding001", async (page) => {
    await press("Show the log")(page);
    await page.locator("[data-complete=true]").waitFor();
  }],
  ["failed", "/desktops/afailed00001"],
  ["details", "/desktops/astopped0001"],
  ["plan", "/desktops/astopped0001", async (page) => {
    await press("Update to the new version")(page);
    await page.getByTestId("plan").waitFor();
  }],
  ["gone", "/desktops/zzzzzzzzzzzz"],
  ["account", "/account"],
  ["admin-desktops", "/admin/desktops"],
  ["admin-operations", "/admin/operations"],
  ["admin-shares", "/admin/shares"],
  ["admin-shares-one", "/admin/shares?owner=ada"],
  ["admin-shares-none", "/admin/shares?owner=nobody"],
  ["admin-shares-end", "/admin/shares?owner=ada", press("End all of ada")],
  ["admin-accounts", "/admin/accounts"],
  ["admin-new-account", "/admin/accounts", press("New account")],
  ["admin-templates", "/admin/templates"],
  ["not-found", "/nowhere"],
  ["screen-stopped", "/desktop/astopped0001/"],
  ["screen-building", "/desktop/abuilding001/"],
  ["screen", "/desktop/arunning0001/", (page) => page.waitForTimeout(1500)],
].filter(([name]) => !only || name.startsWith(only));

const expected = /status of (401|404|422|429|503)|WebSocket|net::ERR_/;

async function look(browser, theme, width) {
  const found = [];
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: theme, hasTouch: width < 500, reducedMotion: "reduce" });
  for (const [name, path, act] of pages) {
    const page = await context.newPage();
    page.on("console", (message) => message.type() === "error" && !expected.test(message.text()) && found.push(`${name}: ${message.text()}`));
    page.on("pageerror", (error) => found.push(`${name}: ${error.message}`));
    await page.goto(base + path);
    await page.locator("h1").first().waitFor({ timeout: 15_000 }).catch(() => undefined);
    await page.waitForTimeout(250);
    await act?.(page);
    await page.waitForTimeout(250);
    await page.screenshot({ path: `${out}/${name}-${theme}-${width}.png`, fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) found.push(`${name}: ${wide} px wider than the window`);
    await page.evaluate(axe.includes("module.exports") ? `(() => { const module = undefined; ${axe} })()` : axe);
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    for (const { id, impact, nodes } of violations) {
      const line = `${name}: ${impact} ${id}: ${nodes.map((node) => node.html.slice(0, 140)).slice(0, 3).join(" | ")}`;
      if (impact === "serious" || impact === "critical") found.push(line);
      else console.log(`  (${theme} ${width}) ${line}`);
    }
    await page.close();
  }
  await context.close();
  return found.map((line) => `${theme} ${width}: ${line}`);
}

mkdirSync(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const findings = [];
for (const theme of ["light", "dark"]) for (const width of [1280, 360]) findings.push(...(await look(browser, theme, width)));
await browser.close();
for (const line of findings) console.error(line);
console.log(findings.length === 0 ? `${pages.length} pages look right to axe and to the window` : `${findings.length} findings`);
process.exit(findings.length === 0 ? 0 : 1);
