import { expect, test, type Page } from "@playwright/test";
import { cornerColour, createByApi, deleteByApi, Inside } from "./support/desktop.ts";
import { look } from "./support/looks.ts";
import { admin, call, employee, signIn, signInFirstTime, url } from "./support/people.ts";
import { named, paint } from "./support/sharing.ts";

test("an administrator sees somebody's screen only when they allow it", async ({ page, browser }) => {
  test.setTimeout(600_000);
  await signIn(page, admin());
  const owner = await (await browser.newContext()).newPage();
  await signInFirstTime(owner, await employee(page, named("asked")));
  const id = await createByApi(owner, "Asked for");
  const inside = new Inside(id);

  await test.step("nobody can be asked while the owner is not there", async () => {
    await page.goto(`${url()}/desktop/${id}/`);
    await expect(page.getByText(`${named("asked")} is not connected to this desktop`, { exact: false })).toBeVisible();
    await look(page, "watch-owner-absent");
  });

  await owner.goto(`${url()}/desktop/${id}/`);
  await expect(owner.getByRole("status").filter({ hasText: "Connected" })).toBeAttached();
  paint(inside, "#ab1234");

  await test.step("refused", async () => {
    await expect(async () => {
      await question(page, owner);
      await expect(page.getByText(`${named("asked")} is being asked whether you may see this desktop`, { exact: false })).toBeVisible();
      await look(owner, "watch-question");
      await owner.getByRole("alertdialog").getByRole("button", { name: "Refuse" }).click({ timeout: 5_000 });
      await expect(page.getByText("The owner does not want you to see this desktop now.")).toBeVisible();
    }).toPass();
    await expect(owner.getByRole("alertdialog")).toHaveCount(0);
    await look(page, "watch-refused");
  });

  await test.step("and asking again at once is no way to wear somebody down", async () => {
    await page.getByRole("button", { name: "Connect again" }).click();
    await expect(page.getByText("Talk to them before you ask again", { exact: false })).toBeVisible();
    await expect(owner.getByRole("alertdialog")).toHaveCount(0);
  });

  const other = await (await browser.newContext()).newPage();
  await signInFirstTime(other, await secondAdmin(page, named("other-admin")));
  await test.step("allowed: the screen appears by itself, to look at", async () => {
    await other.goto(`${url()}/desktop/${id}/`);
    await expect(async () => {
      await question(other, owner);
      await owner.getByRole("alertdialog").getByRole("button", { name: "Allow once" }).click({ timeout: 5_000 });
      await expect(other.getByRole("status").filter({ hasText: "Connected" })).toBeAttached();
    }).toPass();
    await expect.poll(() => cornerColour(other)).toBe("#ab1234");
    await expect(owner.getByTestId("presence")).toContainText(`${named("other-admin")} is here`);
    await look(owner, "watch-presence");
  });

  await test.step("and the owner ends it", async () => {
    const presence = owner.getByTestId("presence");
    await presence.getByRole("button").first().click();
    await presence.getByRole("button", { name: `Remove ${named("other-admin")}` }).click();
    await expect(other.getByRole("heading", { name: "Not connected" })).toBeVisible();
  });

  await other.context().close();
  await owner.goto(`${url()}/`);
  await deleteByApi(owner, id);
  await owner.context().close();
});

/** The owner's page shows the question; a question that nobody answered within a minute is put again. */
async function question(asking: Page, owner: Page): Promise<void> {
  await expect(async () => {
    const again = asking.getByRole("button", { name: "Connect again" });
    if (await again.isVisible()) await again.click();
    await expect(owner.getByRole("alertdialog")).toBeVisible({ timeout: 20_000 });
  }).toPass();
}

async function secondAdmin(adminPage: Page, userName: string) {
  const { generatedPassword } = await call<{ generatedPassword: string }>(adminPage, "POST", "/api/v1/accounts", { userName, displayName: "Second administrator", roles: ["user", "admin"] });
  return { userName, password: generatedPassword };
}
