import { expect, test } from "@playwright/test";
import { createByApi, deleteByApi } from "./support/desktop.ts";
import { admin, employee, signIn, signInFirstTime, url } from "./support/people.ts";

test("signing out ends the open screen", async ({ page, browser }) => {
  await signIn(page, admin());
  const id = await createByApi(page, "Left open");
  const elsewhere = await (await browser.newContext()).newPage();
  await signIn(elsewhere, admin());
  const screen = await elsewhere.context().newPage();
  await screen.goto(`${url()}/desktop/${id}/`);
  await expect(screen.getByRole("status").first()).toHaveText("Connected");

  await elsewhere.goto(`${url()}/account`);
  await elsewhere.getByRole("button", { name: "Sign out" }).click();

  await expect(elsewhere.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expect(screen.getByRole("heading", { name: "Signed out" })).toBeVisible();
  await deleteByApi(page, id);
  await elsewhere.context().close();
});

test("a new employee chooses a password and sees nothing of the administration", async ({ page, browser }) => {
  await signIn(page, admin());
  const person = await employee(page, "newcomer");
  const theirs = await (await browser.newContext()).newPage();

  await signInFirstTime(theirs, person);

  const navigation = theirs.getByRole("navigation", { name: "Main" });
  await expect(navigation.getByRole("link")).toHaveText(["My desktops"]);
  for (const path of ["/admin/desktops", "/admin/operations", "/admin/accounts", "/admin/access", "/admin/templates"]) {
    await theirs.goto(url() + path);
    await expect(theirs.getByRole("heading", { name: "There is no such page" })).toBeVisible();
  }
  await theirs.context().close();
});

test("somebody else's desktop answers with a page that says so", async ({ page, browser }) => {
  await signIn(page, admin());
  const id = await createByApi(page, "Private");
  const person = await employee(page, "curious");
  const theirs = await (await browser.newContext()).newPage();
  await signInFirstTime(theirs, person);

  const answer = await theirs.goto(`${url()}/desktop/${id}/`);
  expect(answer?.status()).toBe(403);
  await expect(theirs.getByRole("heading", { level: 1 })).toBeVisible();

  await deleteByApi(page, id);
  await theirs.context().close();
});

test("after signing in, the person is where they wanted to go", async ({ page }) => {
  await page.goto(`${url()}/admin/templates`);
  await page.getByLabel("User name").fill(admin().userName);
  await page.getByLabel("Password").fill(admin().password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${url()}/admin/templates`);
});

test("a wrong password is told in words", async ({ page }) => {
  await page.goto(`${url()}/sign-in`);
  await page.getByLabel("User name").fill("nobody");
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("The user name or the password is not right.")).toBeVisible();
});
