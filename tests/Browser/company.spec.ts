import { expect, test, type Page } from "@playwright/test";
import { deleteByApi } from "./support/desktop.ts";
import { look } from "./support/looks.ts";
import { admin, call, signIn, url } from "./support/people.ts";
import { Provider } from "./support/provider.ts";

const secret = "the company's secret";

test("an employee of a company with an OpenID provider comes in, gets what their group gives, and signs out at both", async ({ page, browser }) => {
  test.setTimeout(600_000);
  const provider = await Provider.start({
    algorithm: "ES256",
    groupsAs: "array",
    clients: [{
      clientId: "cloudworkstation",
      secret,
      redirectUris: [`${url()}/auth/oidc/company/callback`],
      signedOutUris: [`${url()}/sign-in`],
      backChannelLogoutUri: `${url()}/auth/oidc/company/back-channel-logout`,
    }],
  });
  await signIn(page, admin());

  await test.step("the administrator connects the provider", () => connect(page, provider.issuer));
  await test.step("engineers may have small desktops, others none", () => onlyEngineers(page));

  const context = await browser.newContext();
  const theirs = await context.newPage();
  await test.step("the employee signs in with the company", async () => {
    await theirs.goto(`${url()}/`);
    await expect(theirs.getByRole("link", { name: "Sign in with Example Company" })).toBeVisible();
    await look(theirs, "company-sign-in");
    await atCompany(theirs);
    await expect(theirs.getByRole("heading", { name: "My desktops" })).toBeVisible();
    await expect(theirs.getByRole("link", { name: "Alice Adams" })).toBeVisible();
    await look(theirs, "company-desktops");
  });

  const id = await test.step("creates the desktop that the group gives", async () => {
    await theirs.goto(`${url()}/new`);
    // One template is theirs, so there is nothing to choose.
    await expect(theirs.getByRole("heading", { name: "Terminal only" })).toBeVisible();
    await look(theirs, "company-templates");
    await theirs.getByLabel("Name").fill("Alice's");
    await theirs.getByRole("button", { name: "Create desktop" }).click();
    await expect(theirs.locator(".page-head").getByText("Running", { exact: true })).toBeVisible({ timeout: 120_000 });
    return theirs.url().split("/").pop()!;
  });

  const screen = await test.step("and uses it", async () => {
    const opened = context.waitForEvent("page");
    await theirs.getByRole("link", { name: "Open Alice's" }).click();
    const other = await opened;
    await expect(other.getByRole("status").first()).toHaveText("Connected");
    return other;
  });

  await test.step("signing out ends the session here and at the company", async () => {
    await theirs.goto(`${url()}/account`);
    await look(theirs, "company-account");
    await theirs.getByRole("button", { name: "Sign out", exact: true }).click();
    await theirs.getByRole("button", { name: "Yes, sign me out" }).click();
    await expect(theirs.getByRole("heading", { name: "Sign in" })).toBeVisible();
    await expect(screen.getByRole("heading", { name: "Signed out" })).toBeVisible();
  });

  await test.step("the company asks who it is again; cancelling there is said in words here", async () => {
    await theirs.getByRole("link", { name: "Sign in with Example Company" }).click();
    await expect(theirs.getByRole("heading", { name: "Example Company" })).toBeVisible();
    await theirs.getByRole("button", { name: "Cancel" }).click();
    await expect(theirs.getByText("The sign-in at Example Company was cancelled.")).toBeVisible();
    await look(theirs, "company-cancelled");
  });

  await test.step("a provider that is down is said in words, too", async () => {
    await call(page, "PUT", "/api/v1/settings/providers", { providers: [{ name: "company", title: "Example Company", issuer: "http://127.0.0.1:9", clientId: "cloudworkstation" }] });
    await expect(async () => {
      await theirs.goto(`${url()}/auth/oidc/company`);
      await expect(theirs.getByText("Example Company does not answer at the moment.")).toBeVisible({ timeout: 2_000 });
    }).toPass();
    await look(theirs, "company-down");
  });

  await context.close();
  await page.goto(`${url()}/`);
  await deleteByApi(page, id);
  await asBefore(page);
  provider.stop();
});

async function connect(page: Page, issuer: string): Promise<void> {
  await page.goto(`${url()}/admin/settings/providers`);
  await page.getByRole("button", { name: "Add provider" }).click();
  await page.getByLabel("Title").fill("Example Company");
  await page.getByLabel("Name", { exact: true }).fill("company");
  await expect(page.getByText(`${url()}/auth/oidc/company/callback`)).toBeVisible();
  await page.getByLabel("Issuer", { exact: true }).fill(issuer);
  await page.getByRole("button", { name: "Test discovery" }).click();
  await expect(page.getByText(/It answers, and has 1 key/)).toBeVisible();
  await page.getByLabel("Client ID").fill("cloudworkstation");
  await page.getByLabel("Client secret").fill(secret);
  await page.getByText("Scopes and claims").click();
  await page.getByLabel("Scopes").fill("openid, profile, email, groups");
  await look(page, "company-provider-form");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await expect(page.getByText(secret)).toHaveCount(0);
  await look(page, "company-provider-saved");
}

async function onlyEngineers(page: Page): Promise<void> {
  await call(page, "PUT", "/api/v1/entitlements/small-desktops", { template: "local-vnc-minimal", maximum: 1 });
  await call(page, "PUT", "/api/v1/roles/engineer", { permissions: ["desktops.use"], entitlements: ["small-desktops"] });
  await call(page, "PUT", "/api/v1/groups", { name: "engineering", roles: ["engineer"] });
  await putUserRole(page, []);
}

/** Other specs use the same product. */
async function asBefore(page: Page): Promise<void> {
  await putUserRole(page, ["every-template"]);
  await call(page, "DELETE", "/api/v1/groups?name=engineering");
  await call(page, "DELETE", "/api/v1/roles/engineer");
  await call(page, "DELETE", "/api/v1/entitlements/small-desktops");
  await call(page, "PUT", "/api/v1/settings/providers", { providers: [] });
}

async function putUserRole(page: Page, entitlements: string[]): Promise<void> {
  const { items } = await call<{ items: { name: string; permissions: string[] }[] }>(page, "GET", "/api/v1/roles?limit=200");
  await call(page, "PUT", "/api/v1/roles/user", { permissions: items.find((role) => role.name === "user")!.permissions, entitlements });
}

async function atCompany(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Sign in with Example Company" }).click();
  await page.getByLabel("Name").fill("alice.adams");
  await page.getByLabel("Password").fill("password of 0a-alice");
  await page.getByRole("button", { name: "Continue" }).click();
}
