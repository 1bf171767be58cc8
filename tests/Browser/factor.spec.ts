import { expect, test, type Page } from "@playwright/test";
import { AuthenticatorApp } from "./support/authenticator.ts";
import { look } from "./support/looks.ts";
import { admin, call, employee, forget, type Person, signIn, signInFirstTime, url } from "./support/people.ts";

async function enterPassword(page: Page, person: Person): Promise<void> {
  await page.goto(`${url()}/account`);
  await page.getByLabel("User name").fill(person.userName);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function readApp(page: Page): Promise<AuthenticatorApp> {
  await expect(page.getByRole("img", { name: "QR code for the authenticator app" })).toBeVisible();
  await page.getByText("The camera does not work").click();
  return new AuthenticatorApp((await page.getByTestId("factor-secret").textContent()) ?? "");
}

async function recoveryCodes(page: Page): Promise<string[]> {
  const codes = page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(10);
  return codes.allTextContents();
}

test("somebody sets up a second factor, signs in with a code and with a recovery code, and an administrator resets it", async ({ page, browser }) => {
  await signIn(page, admin());
  const hired = await employee(page, "careful");
  const theirs = await (await browser.newContext()).newPage();
  const person = await signInFirstTime(theirs, hired);

  await theirs.goto(`${url()}/account`);
  const section = theirs.getByRole("region", { name: "Second factor" });
  await section.getByRole("button", { name: "Set up" }).click();
  const app = await readApp(theirs);
  await look(theirs, "factor-enrol");
  await theirs.getByLabel("Code of the authenticator app").fill(await app.code());
  await theirs.getByRole("button", { name: "Confirm" }).click();
  const codes = await recoveryCodes(theirs);
  await look(theirs, "factor-recovery-codes");
  await theirs.getByRole("button", { name: "I have stored them" }).click();
  await expect(section.getByText("10 of 10 recovery codes are left.")).toBeVisible();
  await look(theirs, "factor-account");
  await theirs.getByRole("button", { name: "Sign out" }).click();
  await expect(theirs.getByRole("heading", { name: "Sign in" })).toBeVisible();

  await enterPassword(theirs, person);
  await expect(theirs.getByRole("heading", { name: "Enter your code" })).toBeVisible();
  await look(theirs, "factor-code");
  await theirs.getByLabel("Code of the authenticator app").fill("000000");
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expect(theirs.getByText("This code is not right.")).toBeVisible();
  await theirs.getByLabel("Code of the authenticator app").fill(await app.code());
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expect(theirs.getByRole("heading", { name: "Second factor" })).toBeVisible();
  await theirs.getByRole("button", { name: "Sign out" }).click();
  await expect(theirs.getByRole("heading", { name: "Sign in" })).toBeVisible();

  await enterPassword(theirs, person);
  await theirs.getByRole("button", { name: "Use a recovery code" }).click();
  await theirs.getByLabel("One of your recovery codes").fill(codes[0] ?? "");
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await expect(theirs.getByText("9 of 10 recovery codes are left.")).toBeVisible();

  await page.goto(`${url()}/admin/accounts`);
  await page.getByRole("button", { name: "Reset second factor: careful" }).click();
  await look(page, "factor-reset");
  await page.getByRole("button", { name: "Reset second factor", exact: true }).click();
  await expect(page.getByRole("button", { name: "Reset second factor: careful" })).toHaveCount(0);
  await forget(theirs);
  await enterPassword(theirs, person);
  await expect(theirs.getByRole("region", { name: "Second factor" }).getByRole("button", { name: "Set up" })).toBeVisible();
  await theirs.context().close();
});

test("who must have a second factor sets it up at the next sign-in, before anything else", async ({ page, browser }) => {
  await signIn(page, admin());
  const hired = await employee(page, "guarded");
  const accounts = await call<{ items: { id: string }[] }>(page, "GET", "/api/v1/accounts?q=guarded");
  await call(page, "PATCH", `/api/v1/accounts/${accounts.items[0]?.id}`, { groups: ["finance"] });
  await page.goto(`${url()}/admin/settings/sign-in`);
  await page.getByLabel("Groups that need a second factor").fill("finance");
  await look(page, "factor-settings");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Who has none sets it up at the next sign-in.")).toBeVisible();

  const theirs = await (await browser.newContext()).newPage();
  await enterPassword(theirs, hired);
  await expect(theirs.getByRole("heading", { name: "Set up a second factor" })).toBeVisible();
  const app = await readApp(theirs);
  await look(theirs, "factor-must-enrol");
  await theirs.getByLabel("Code of the authenticator app").fill(await app.code());
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await recoveryCodes(theirs);
  await theirs.getByRole("button", { name: "I have stored them" }).click();
  await expect(theirs.getByText("Choose a password of your own first.")).toBeVisible();

  await call(page, "PUT", "/api/v1/settings/sign-in", { localPasswords: true, requireSecondFactorRoles: [], requireSecondFactorGroups: [] });
  await theirs.context().close();
});

test("a token is shown once, calls the API for as long as it is not revoked, and opens no page", async ({ page, playwright }) => {
  await signIn(page, admin());
  await page.goto(`${url()}/account`);
  await page.getByRole("button", { name: "New token" }).click();
  await page.getByLabel("Name").fill("nightly");
  await look(page, "factor-new-token");
  await page.getByRole("button", { name: "Make token" }).click();
  const text = (await page.getByTestId("api-token").textContent()) ?? "";
  await look(page, "factor-token");
  await page.getByRole("button", { name: "Done" }).click();

  const script = await playwright.request.newContext({ extraHTTPHeaders: { authorization: `Bearer ${text}` } });
  expect((await script.get(`${url()}/api/v1/desktops`)).status()).toBe(200);
  expect((await script.post(`${url()}/api/v1/desktops`, { data: { template: "local-vnc", name: "No" } })).status()).toBe(403);
  expect((await script.get(`${url()}/`, { headers: { accept: "text/html" }, maxRedirects: 0 })).status()).toBe(302);

  await page.getByRole("button", { name: "Revoke: nightly" }).click();
  await page.getByRole("button", { name: "Revoke token" }).click();
  await expect(page.getByRole("button", { name: "Revoke: nightly" })).toHaveCount(0);
  expect((await script.get(`${url()}/api/v1/desktops`)).status()).toBe(401);
  await script.dispose();
});
