import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { look } from "./support/looks.ts";
import { forget } from "./support/people.ts";
import { finished, freePorts, ready } from "./support/product.ts";

// An installation of its own that nobody has set up: what the person who installs the product goes through.
test.describe("a new installation", () => {
  let above: string;
  let base: string;
  let data: string;
  let up: Awaited<ReturnType<typeof ready>>;

  test.beforeAll(async () => {
    test.setTimeout(240_000);
    above = await mkdtemp(join(tmpdir(), "cws-setup-"));
    data = join(above, "data");
    const port = await freePorts();
    base = `http://127.0.0.1:${port}`;
    up = await ready(["up", "--setup", "--data", data, "--port", String(port)]);
  });

  test.afterAll(async () => {
    test.setTimeout(120_000);
    await finished(["down", "--data", data]);
    if (up.exitCode === null) up.kill("SIGKILL");
    await rm(above, { recursive: true, force: true });
  });

  test("is set up by whoever has the code, step by step, and remembers what was skipped", async ({ page }) => {
    test.setTimeout(300_000);
    const code = (await readFile(join(data, "setup-code"), "utf8")).trim();

    await test.step("a visitor is led to the set-up page and gets nowhere without the code", async () => {
      await page.goto(`${base}/`);
      await expect(page.getByRole("heading", { name: "Set up CloudWorkstation" })).toBeVisible();
      await looked(page, "setup-code");
      await claim(page, "wrong-wrong-wrong-wrong");
      await expect(page.getByText("This is not the set-up code")).toBeVisible();
      await looked(page, "setup-code-wrong");
    });

    await test.step("the code makes the first administrator, and the wizard begins", async () => {
      await claim(page, code);
      await expect(page.getByRole("heading", { name: "Sign-in with your identity provider" })).toBeVisible();
      await looked(page, "setup-provider");
      await page.setViewportSize({ width: 360, height: 740 });
      await looked(page, "setup-provider-phone");
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
      await page.setViewportSize({ width: 1280, height: 800 });
    });

    await test.step("provider and directory are skipped", async () => {
      await page.getByRole("button", { name: "Skip this step" }).click();
      await expect(page.getByRole("heading", { name: "Sign-in with your directory" })).toBeVisible();
      await looked(page, "setup-directory");
      await page.getByRole("button", { name: "Skip this step" }).click();
    });

    await test.step("the mail server is set with the form of the settings", async () => {
      await expect(page.getByRole("heading", { name: "Mail", exact: true })).toBeVisible();
      await looked(page, "setup-mail");
      await page.getByRole("button", { name: "Skip this step" }).click();
    });

    await test.step("everybody gets two desktops of each template", async () => {
      await expect(page.getByRole("heading", { name: "Who may have which desktops" })).toBeVisible();
      await looked(page, "setup-entitlement");
      await page.getByRole("button", { name: "Save and go on" }).click();
    });

    await test.step("the home page reminds of what is open, until it is done", async () => {
      await expect(page.getByRole("heading", { name: "Try it: your first desktop" })).toBeVisible();
      await looked(page, "setup-desktop");
      await page.goto(`${base}/`);
      await expect(page.getByRole("heading", { name: "Set up CloudWorkstation" })).toBeVisible();
      await expect(page.getByText("5 of 6 steps")).toBeVisible();
      await looked(page, "setup-card");
      await page.getByRole("link", { name: "Go on setting up" }).click();
      await expect(page.getByRole("heading", { name: "Try it: your first desktop" })).toBeVisible();
      await page.getByRole("button", { name: "Skip this step" }).click();
      await expect(page.getByRole("heading", { name: "That is all" })).toBeVisible();
      await looked(page, "setup-finished");
      await page.goto(`${base}/`);
      await expect(page.getByRole("heading", { name: "My desktops" })).toBeVisible();
      await expect(page.getByRole("heading", { name: "You have no desktops yet" })).toBeVisible();
      await expect(page.getByRole("heading", { name: "Set up CloudWorkstation" })).toHaveCount(0);
    });

    await test.step("the settings say how each section stands", async () => {
      await page.goto(`${base}/admin/settings`);
      await expect(page.getByRole("link", { name: /Mail server/ })).toContainText("Default");
      await looked(page, "settings");
      await page.getByRole("link", { name: /Mail server/ }).click();
      await expect(page.getByRole("heading", { level: 1, name: "Mail server" })).toBeVisible();
      await looked(page, "settings-mail");
    });

    await test.step("the page is closed for everybody after", async () => {
      await forget(page);
      await page.goto(`${base}/sign-in/setup`);
      await expect(page.getByRole("heading", { name: "CloudWorkstation is set up" })).toBeVisible();
    });
  });
});

async function claim(page: Page, code: string): Promise<void> {
  await page.getByLabel("Set-up code").fill(code);
  await page.getByLabel("Password", { exact: true }).fill("four green bottles hang");
  await page.getByLabel("Password again").fill("four green bottles hang");
  await page.getByRole("button", { name: "Make the administrator and go on" }).click();
}

/** A picture of the page and not of its loading. */
async function looked(page: Page, name: string): Promise<void> {
  await expect(page.locator(".skeleton")).toHaveCount(0);
  await look(page, name);
}
