import { expect, test, type Page } from "@playwright/test";
import { createByApi, deleteByApi } from "./support/desktop.ts";
import { screenshots, seriousFindings } from "./support/looks.ts";
import { admin, signIn, url } from "./support/people.ts";

// Every page of the console: readable for everybody, in both themes, and on a phone.
const pages: Record<string, (id: string) => string> = {
  "sign-in": () => "/sign-in",
  "sign-in-reset": () => "/sign-in/reset",
  desktops: () => "/",
  templates: () => "/new",
  create: () => "/new?template=local-vnc",
  desktop: (id) => `/desktops/${id}`,
  screen: (id) => `/desktop/${id}/`,
  account: () => "/account",
  "admin-desktops": () => "/admin/desktops",
  "admin-operations": () => "/admin/operations",
  "admin-shares": () => "/admin/shares",
  "admin-accounts": () => "/admin/accounts",
  "admin-sessions": () => "/admin/sessions",
  "admin-statistics": () => "/admin/statistics",
  "admin-access": () => "/admin/access",
  "admin-registrations": () => "/admin/registrations",
  "admin-mail": () => "/admin/mail",
  "settings-mail": () => "/admin/settings/mail",
  "settings-registration": () => "/admin/settings/registration",
  "admin-templates": () => "/admin/templates",
  "not-found": () => "/no/such/page",
};

for (const colorScheme of ["light", "dark"] as const) {
  test(`every page is accessible and fits a phone, ${colorScheme}`, async ({ browser }) => {
    test.setTimeout(300_000);
    const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await signIn(page, admin());
    const id = await createByApi(page, "Looked at");

    for (const [name, path] of Object.entries(pages)) {
      await test.step(name, async () => {
        await page.goto(url() + path(id));
        await settled(page);
        await page.screenshot({ path: `${screenshots}/${name}-${colorScheme}.png`, fullPage: name !== "screen" });
        expect.soft(await seriousFindings(page), `axe on ${name}`).toEqual([]);
        await page.setViewportSize({ width: 360, height: 740 });
        await page.screenshot({ path: `${screenshots}/${name}-${colorScheme}-phone.png`, fullPage: name !== "screen" });
        expect.soft(await overflow(page), `${name} is wider than a phone`).toBeLessThanOrEqual(0);
        await page.setViewportSize({ width: 1280, height: 800 });
      });
    }

    await page.goto(`${url()}/`);
    await deleteByApi(page, id);
    await context.close();
  });
}

async function settled(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 }).or(page.getByTestId("screen")).first()).toBeVisible();
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  await page.waitForTimeout(500);
}

function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
