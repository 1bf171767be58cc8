import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { createByApi, deleteByApi } from "./support/desktop.ts";
import { look } from "./support/looks.ts";
import { admin, call, employee, signIn, signInFirstTime, url } from "./support/people.ts";

test("an auditor finds who opened whose desktop and what a change of roles was, takes it away, and changes nothing", async ({ page, browser }) => {
  test.setTimeout(600_000);
  await signIn(page, admin());
  const id = await createByApi(page, "Under examination");
  await page.goto(`${url()}/desktop/${id}/`);
  await expect(page.getByRole("status").first()).toHaveText("Connected", { timeout: 60_000 });
  await page.goto(`${url()}/`);
  const person = await employee(page, "examined");
  const accounts = await call<{ items: { id: string }[] }>(page, "GET", "/api/v1/accounts?q=examined");
  await call(page, "PATCH", `/api/v1/accounts/${accounts.items[0]!.id}`, { roles: ["auditor"] });
  const context = await browser.newContext();
  const theirs = await context.newPage();
  await signInFirstTime(theirs, person);

  await test.step("who opened the desktop, and when", async () => {
    await theirs.getByRole("link", { name: "Audit trail" }).click();
    await expect(theirs.getByRole("heading", { name: "Audit trail" })).toBeVisible();
    await theirs.getByLabel("On what").fill(`desktop/${id}`);
    await theirs.getByLabel("What", { exact: true }).selectOption("connection.open");
    await theirs.getByRole("button", { name: "Search", exact: true }).click();
    const row = theirs.getByRole("row").filter({ hasText: "connection.open" });
    await expect(row).toHaveCount(1);
    await expect(row).toContainText(admin().userName);
    await expect(row).toContainText("Under examination");
    await look(theirs, "audit-found");
  });

  await test.step("what the roles were before", async () => {
    await theirs.getByRole("button", { name: "Clear" }).click();
    await expect(theirs.getByLabel("On what")).toHaveValue("");
    await theirs.getByLabel("What", { exact: true }).selectOption("account.change");
    await theirs.getByRole("button", { name: "Search", exact: true }).click();
    await theirs.getByRole("button", { name: /^Details of account.change/ }).first().click();
    const dialog = theirs.getByRole("dialog");
    const roles = dialog.getByRole("row").filter({ hasText: "roles" });
    await expect(roles).toContainText("user");
    await expect(roles).toContainText("auditor");
    await look(theirs, "audit-before-and-after");
    await dialog.getByRole("button", { name: "Close" }).click();
  });

  await test.step("takes it away as JSON lines", async () => {
    const download = theirs.waitForEvent("download");
    await theirs.getByRole("link", { name: "Export as JSON lines" }).click();
    const lines = (await readFile(await (await download).path(), "utf8")).trim().split("\n").map((line) => JSON.parse(line) as { action: string });
    expect(lines.length).toBeGreaterThan(0);
    expect(new Set(lines.map(({ action }) => action))).toEqual(new Set(["account.change"]));
  });

  await test.step("is refused every change", async () => {
    const changes: [string, string, unknown][] = [
      ["PATCH", `/api/v1/accounts/${accounts.items[0]!.id}`, { roles: ["admin"] }],
      ["PUT", "/api/v1/groups", { name: "mine", roles: ["admin"] }],
      ["POST", "/api/v1/keys/rotate", {}],
      ["POST", "/api/v1/bans", { account: admin().userName, reason: "x", minutes: 5 }],
      ["PUT", "/api/v1/settings/audit", { syslog: {}, otlp: {} }],
      ["POST", "/api/v1/templates/reload", {}],
    ];
    for (const [method, path, body] of changes) {
      await expect(call(theirs, method, path, body)).rejects.toThrow(/: 403 /);
    }
    for (const path of ["/admin/settings", "/admin/mail", "/admin/registrations"]) {
      await theirs.goto(url() + path);
      await expect(theirs.getByRole("heading", { name: "There is no such page" })).toBeVisible();
    }
  });

  await test.step("and every refusal is on record", async () => {
    await theirs.goto(`${url()}/admin/audit?actor=examined&result=refused`);
    await expect(theirs.getByRole("row").filter({ hasText: "request/POST /api/v1/keys/rotate" })).toHaveCount(1);
    await look(theirs, "audit-refusals");
    await theirs.goto(`${url()}/admin/audit?q=nothing-says-this`);
    await expect(theirs.getByText("Nothing found. Search a longer time, or leave a field empty.")).toBeVisible();
  });

  await test.step("the administrator sets up where it is sent to and keeps somebody out", async () => {
    await page.goto(`${url()}/admin/settings/audit`);
    await expect(page.getByLabel("Syslog server")).toBeVisible();
    await look(page, "audit-settings");
    await page.goto(`${url()}/admin/bans`);
    await page.getByLabel("User name").fill("examined");
    await page.getByLabel("Reason").fill("The test is over");
    await page.getByRole("button", { name: "Keep out" }).click();
    await expect(page.getByRole("row").filter({ hasText: "examined" })).toBeVisible();
    await look(page, "bans");
    await page.getByRole("button", { name: "Lift the ban of examined" }).click();
    await page.getByRole("button", { name: "Lift the ban", exact: true }).click();
    await expect(page.getByText("Nobody is kept out.")).toBeVisible();
  });

  await page.goto(`${url()}/`);
  await deleteByApi(page, id);
  await context.close();
});
