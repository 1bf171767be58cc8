import { renameSync, rmSync, writeFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import { createByApi, deleteByApi, Inside } from "./support/desktop.ts";
import { look } from "./support/looks.ts";
import { admin, call, employee, signIn, signInFirstTime, url, type Person } from "./support/people.ts";

/** Its home becomes something that no session can start in. */
class Broken {
  constructor(private readonly inside: Inside) {
    renameSync(inside.home, `${inside.home}.kept`);
    writeFileSync(inside.home, "");
  }

  mend(): void {
    rmSync(this.inside.home);
    renameSync(`${this.inside.home}.kept`, this.inside.home);
  }
}

test("a help-desk agent finds out why a desktop failed, helps, and never sees what is on it", async ({ page, browser }) => {
  test.setTimeout(300_000);
  await signIn(page, admin());
  const theirs = await (await browser.newContext()).newPage();
  const person = await signInFirstTime(theirs, await employee(page, "stuck"));
  const agents = await (await browser.newContext()).newPage();
  await signInFirstTime(agents, await agent(page, "helper"));
  const id = await createByApi(theirs, "Will not start");
  const broken = await breakDesktop(theirs, id);

  await test.step("finds the person's desktop with the keyboard", async () => {
    await followByKeyboard(agents, "All desktops");
    await agents.getByLabel("Owner", { exact: true }).focus();
    await agents.keyboard.type(person.userName);
    const row = agents.getByRole("row", { name: /Will not start/ });
    await expect(row).toHaveCount(1);
    await expect(row.getByTestId("desktop-status")).toHaveText("Failed");
    await expect(agents.getByRole("button", { name: /^Delete/ })).toHaveCount(0);
    await look(agents, "help-desk-desktops");
    await row.getByRole("link", { name: "Will not start" }).focus();
    await agents.keyboard.press("Enter");
  });

  await test.step("reads why it failed, and is offered neither screen nor deletion", async () => {
    await expect(agents.getByTestId("failure")).toBeVisible();
    await agents.getByRole("button", { name: "Show the log" }).click();
    await expect(agents.locator("[data-complete=true]")).toContainText("home");
    for (const name of [/^Open/, /^Delete/, /^Rename/, /^Give to/, /^Retry/]) {
      await expect(agents.getByRole("button", { name }).or(agents.getByRole("link", { name })), String(name)).toHaveCount(0);
    }
    await look(agents, "help-desk-failed");
    expect(await status(agents, "POST", `/api/v1/desktops/${id}/connections`)).toBe(403);
    expect(await status(agents, "DELETE", `/api/v1/desktops/${id}`)).toBe(403);
    expect((await agents.request.get(`${url()}/desktop/${id}/`)).status()).toBe(403);
  });

  await test.step("starts it once it is mended, and stops it", async () => {
    broken.mend();
    const started = await call<{ operation: { id: string } }>(agents, "PATCH", `/api/v1/desktops/${id}`, { state: "running" });
    expect(started.operation.id).toHaveLength(26);
    await expect(agents.getByTestId("desktop-status")).toHaveText("Running");
    await expect(agents.getByRole("link", { name: /^Open/ })).toHaveCount(0);
    await agents.getByRole("button", { name: "Stop", exact: true }).click();
    await agents.getByRole("button", { name: "Stop desktop" }).click();
    await expect(agents.getByTestId("desktop-status")).toHaveText("Stopped");
  });

  await test.step("stops several at once and is offered no deletion of them", async () => {
    await agents.goto(`${url()}/admin/desktops`);
    await agents.getByRole("checkbox", { name: "Choose Will not start" }).check();
    await expect(agents.getByRole("button", { name: "Delete chosen" })).toHaveCount(0);
    await agents.getByRole("button", { name: "Start chosen" }).click();
    await look(agents, "help-desk-bulk-question");
    await agents.getByRole("button", { name: "Start 1 desktop" }).click();
    await expect(agents.getByText("Being started: 1 desktop.")).toBeVisible();
    await look(agents, "help-desk-bulk-done");
    await agents.getByRole("button", { name: "Close" }).click();
    await expect(agents.getByRole("row").filter({ hasText: "Will not start" }).getByTestId("desktop-status")).toHaveText("Running");
  });

  await test.step("ends the person's session", async () => {
    await agents.goto(`${url()}/admin/sessions`);
    await agents.getByLabel("User name or address").fill(person.userName);
    await expect(agents.getByRole("rowheader", { name: person.userName })).toHaveCount(1);
    await look(agents, "help-desk-sessions");
    await agents.getByRole("button", { name: `End session of ${person.userName}` }).click();
    await agents.getByRole("button", { name: "End session", exact: true }).click();
    await expect(agents.getByText("No session fits.")).toBeVisible();
    // Not from within the page: that is on its way to the sign-in page.
    await expect.poll(async () => (await theirs.request.get(`${url()}/api/v1/me`)).status()).toBe(401);
  });

  await test.step("unlocks the person who then typed a wrong password too often", async () => {
    await lockOut(theirs, person);
    await agents.goto(`${url()}/admin/accounts`);
    await agents.getByLabel("Name or e-mail").fill(person.userName);
    await agents.getByRole("rowheader", { name: person.userName }).getByRole("link").click();
    await expect(agents.getByRole("button", { name: "Disable" })).toHaveCount(0);
    await look(agents, "help-desk-account");
    await agents.getByRole("button", { name: "Unlock" }).click();
    await expect(agents.getByText("Active", { exact: true })).toBeVisible();
    await signIn(theirs, person);
  });

  await deleteByApi(theirs, id);
  await theirs.context().close();
  await agents.context().close();
});

test("an administrator disables somebody who leaves and hands on what they had", async ({ page, browser }) => {
  await signIn(page, admin());
  const leaving = await (await browser.newContext()).newPage();
  const leaver = await signInFirstTime(leaving, await employee(page, "leaver"));
  const staying = await (await browser.newContext()).newPage();
  const heir = await signInFirstTime(staying, await employee(page, "heir"));
  const id = await createByApi(leaving, "Left behind");
  const screen = await leaving.context().newPage();
  await screen.goto(`${url()}/desktop/${id}/`);
  await expect(screen.getByRole("status").first()).toHaveText("Connected");

  await page.goto(`${url()}/admin/accounts`);
  await page.getByLabel("Name or e-mail").fill(leaver.userName);
  await page.getByRole("rowheader", { name: leaver.userName }).getByRole("link").click();
  await page.getByRole("button", { name: "Disable", exact: true }).click();
  await page.getByRole("button", { name: "Disable account" }).click();

  await expect(page.getByText("This account is disabled", { exact: false })).toBeVisible();
  await expect(screen.getByRole("heading", { name: "Signed out" })).toBeVisible();
  await look(page, "offboarding-account");
  await page.getByRole("button", { name: "Give all to…" }).click();
  await page.getByLabel("New owner").fill(heir.userName);
  await page.getByRole("radio", { name: heir.userName }).check();
  await look(page, "offboarding-transfer");
  await page.getByRole("button", { name: "Give away 1 desktop" }).click();
  await expect(page.getByText("Given away: 1 desktop.")).toBeVisible();
  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByText("None.", { exact: true })).toBeVisible();

  await staying.goto(`${url()}/desktops/${id}`);
  await expect(staying.getByRole("heading", { name: "Left behind" })).toBeVisible();
  await expect(staying.getByTestId("desktop-status")).toHaveText("Running");
  await deleteByApi(staying, id);
  await staying.context().close();
  await leaving.context().close();
});

test("statistics show what ran, as pictures and as a table", async ({ page }) => {
  await signIn(page, admin());
  const id = await createByApi(page, "Counted");
  await page.goto(`${url()}/admin/statistics`);
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("region", { name: "The period in figures" })).toBeVisible({ timeout: 5_000 });
  }).toPass();

  await page.getByText("The same as a table").click();
  await expect(page.getByRole("region", { name: "Statistics over time" }).getByRole("row")).not.toHaveCount(1);
  await look(page, "statistics");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export as CSV" }).click();
  expect((await download).suggestedFilename()).toMatch(/^statistics-\d{8}-\d{8}\.csv$/);

  await page.goto(`${url()}/`);
  await deleteByApi(page, id);
});

async function agent(adminPage: Page, userName: string): Promise<Person> {
  const { generatedPassword } = await call<{ generatedPassword: string }>(adminPage, "POST", "/api/v1/accounts", { userName, displayName: "Help desk", roles: ["user", "support"] });
  return { userName, password: generatedPassword };
}

async function breakDesktop(page: Page, id: string): Promise<Broken> {
  await power(page, id, "stopped", "stopped");
  const broken = new Broken(new Inside(id));
  await power(page, id, "running", "failed");
  return broken;
}

async function power(page: Page, id: string, state: "running" | "stopped", until: string): Promise<void> {
  await call(page, "PATCH", `/api/v1/desktops/${id}`, { state });
  await expect.poll(async () => (await call<{ status: string }>(page, "GET", `/api/v1/desktops/${id}`)).status, { timeout: 120_000 }).toBe(until);
}

/** Tab by tab to a link of the navigation, as somebody without a mouse would. */
async function followByKeyboard(page: Page, name: string): Promise<void> {
  const link = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name });
  for (let step = 0; step < 40 && !(await link.evaluate((element) => element === document.activeElement)); step++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

function status(page: Page, method: string, path: string): Promise<number> {
  return page.evaluate(async ([verb, where]) => (await fetch(where!, { method: verb })).status, [method, path]);
}

async function lockOut(page: Page, person: Person): Promise<void> {
  await expect.poll(async () => (await page.request.post(`${url()}/auth/token`, { data: { userName: person.userName, password: "wrong" } })).status()).toBe(429);
}
