import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, type Browser, type Page } from "@playwright/test";
import { look } from "./support/looks.ts";
import { admin, call, employee, forget, type Person, signIn, signInFirstTime, url } from "./support/people.ts";
import { finished, freePorts, ready } from "./support/product.ts";

/** Chromium's own authenticator: a key store with a PIN that its owner always knows. */
async function authenticator(page: Page): Promise<() => Promise<number>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return async () => (await devtools.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length;
}

/** The form's own list of passkeys is filled by the virtual authenticator at once; a person would have to choose. */
async function withoutAutofill(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false);
  });
}

async function enterPassword(page: Page, person: Person): Promise<void> {
  await page.getByLabel("User name").fill(person.userName);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
}

// An installation whose address is a name: browsers make no passkeys for an IP address.
test.describe("at an address with a name", () => {
  let above: string;
  let base: string;
  let data: string;
  let boss: Person;
  let up: Awaited<ReturnType<typeof ready>>;

  test.beforeAll(async () => {
    test.setTimeout(240_000);
    above = await mkdtemp(join(tmpdir(), "cws-passkey-"));
    data = join(above, "data");
    const port = await freePorts();
    base = `http://localhost:${port}`;
    up = await ready(["up", "--data", data, "--port", String(port), "--public-url", base]);
    boss = JSON.parse(await readFile(join(data, "first-admin.json"), "utf8")) as Person;
  });

  test.afterAll(async () => {
    test.setTimeout(120_000);
    await finished(["down", "--data", data]);
    if (up.exitCode === null) up.kill("SIGKILL");
    await rm(above, { recursive: true, force: true });
  });

  /** Somebody who has just added a passkey, on the page of their account. */
  async function withPasskey(browser: Browser, adminPage: Page, userName: string, autofill = false): Promise<{ page: Page; person: Person; keys: () => Promise<number> }> {
    await signIn(adminPage, boss, base);
    const hired = await employee(adminPage, userName);
    const page = await (await browser.newContext()).newPage();
    if (!autofill) await withoutAutofill(page);
    const keys = await authenticator(page);
    const person = await signInFirstTime(page, hired, base);
    await page.goto(`${base}/account`);
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Laptop");
    if (userName === "keeper") await look(page, "passkey-add");
    await page.getByRole("button", { name: "Go on" }).click();
    await expect(page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem")).toHaveCount(10);
    await page.getByRole("button", { name: "I have stored them" }).click();
    await expect(page.getByRole("list", { name: "Passkeys" }).getByText("Laptop")).toBeVisible();
    expect(await keys()).toBe(1);
    return { page, person, keys };
  }

  test("a passkey is added, signs in without a password and after one, and is refused once removed", async ({ page: adminPage, browser }) => {
    test.setTimeout(240_000);
    const { page, person } = await withPasskey(browser, adminPage, "keeper");
    await expect(page.getByText("10 of 10 recovery codes are left.")).toBeVisible();
    await look(page, "passkey-account");

    await test.step("without a password", async () => {
      await signOut(page);
      await expect(page.getByRole("button", { name: "Sign in with a passkey" })).toBeVisible();
      await look(page, "passkey-sign-in");
      await page.getByRole("button", { name: "Sign in with a passkey" }).click();
      await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
      const { userName } = await call<{ userName: string }>(page, "GET", "/api/v1/me");
      expect(userName).toBe("keeper");
    });

    await test.step("after the password", async () => {
      await page.goto(`${base}/account`);
      await expect(page.getByRole("list", { name: "Passkeys" }).getByText("last used")).toBeVisible();
      await signOut(page);
      await enterPassword(page, person);
      await expect(page.getByRole("heading", { name: "Use your passkey" })).toBeVisible();
      await look(page, "passkey-second-factor");
      await page.getByRole("button", { name: "Use a passkey" }).click();
      await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
    });

    await test.step("renamed", async () => {
      await page.goto(`${base}/account`);
      await page.getByRole("button", { name: "Rename: Laptop" }).click();
      await page.getByRole("textbox", { name: "Name" }).fill("Old laptop");
      await page.getByRole("button", { name: "Rename", exact: true }).click();
      await expect(page.getByRole("list", { name: "Passkeys" }).getByText("Old laptop")).toBeVisible();
    });

    await test.step("removed, and refused from then on although the device has it still", async () => {
      await page.getByRole("button", { name: "Remove: Old laptop" }).click();
      await page.getByRole("button", { name: "Remove passkey" }).click();
      await expect(page.getByRole("button", { name: "Remove: Old laptop" })).toHaveCount(0);
      await signOut(page);
      await page.getByRole("button", { name: "Sign in with a passkey" }).click();
      await expect(page.getByText("This passkey was not accepted.")).toBeVisible();
      await look(page, "passkey-refused");
      await enterPassword(page, person);
      await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
    });
    await page.context().close();
  });

  test("a passkey that is chosen among the saved names of the form signs in", async ({ page: adminPage, browser }) => {
    const { page } = await withPasskey(browser, adminPage, "autofiller", true);
    // The virtual authenticator answers at once, as if its owner had chosen; nobody presses a button here.
    const answered = page.waitForResponse((response) => new URL(response.url()).pathname === "/auth/passkey");
    await page.getByRole("button", { name: "Sign out" }).click();
    expect((await answered).status()).toBe(200);
    await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
    await page.context().close();
  });

  test("who must have a second factor and has a passkey is asked for it, and an administrator's reset takes it away", async ({ page: adminPage, browser }) => {
    const { page, person } = await withPasskey(browser, adminPage, "guarded");
    await call(adminPage, "PUT", "/api/v1/settings/sign-in", { localPasswords: true, requireSecondFactorRoles: ["user"], requireSecondFactorGroups: [] });
    await signOut(page);
    await enterPassword(page, person);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();

    await adminPage.goto(`${base}/admin/accounts`);
    await adminPage.getByRole("button", { name: "Reset second factor: guarded" }).click();
    await adminPage.getByRole("button", { name: "Reset second factor", exact: true }).click();
    await expect(adminPage.getByRole("button", { name: "Reset second factor: guarded" })).toHaveCount(0);
    await forget(page);
    await page.goto(`${base}/sign-in`);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await expect(page.getByText("This passkey was not accepted.")).toBeVisible();
    await enterPassword(page, person);
    await expect(page.getByRole("heading", { name: "Set up a second factor" })).toBeVisible();
    await call(adminPage, "PUT", "/api/v1/settings/sign-in", { localPasswords: true, requireSecondFactorRoles: [], requireSecondFactorGroups: [] });
    await page.context().close();
  });
});

test("at an IP address no passkeys are offered, and the account page says why", async ({ page }) => {
  await page.goto(`${url()}/sign-in`);
  await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign in with a passkey" })).toHaveCount(0);
  await signIn(page, admin());
  await page.goto(`${url()}/account`);
  const section = page.getByRole("region", { name: "Passkeys" });
  await expect(section.getByText("Passkeys belong to a domain name")).toBeVisible();
  await expect(section.getByRole("button", { name: "Add a passkey" })).toHaveCount(0);
});
