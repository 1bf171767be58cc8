import { expect, test, type Browser, type Page } from "@playwright/test";
import { createByApi, deleteByApi, Inside } from "./desktop.ts";
import { admin, call, employee, signIn, signInFirstTime, url } from "./people.ts";

/** A name of this try alone: what a failed one has left behind must not stand in the way of the next. */
export const named = (name: string) => (test.info().retry === 0 ? name : `${name}-${test.info().retry}`);

/** Somebody with a running desktop, whose screen is open. */
export async function ownDesktop(adminPage: Page, browser: Browser, userName: string, name: string) {
  await signIn(adminPage, admin());
  const owner = await (await browser.newContext()).newPage();
  await signInFirstTime(owner, await employee(adminPage, named(userName)));
  const id = await createByApi(owner, name);
  await owner.goto(`${url()}/desktop/${id}/`);
  await expect(owner.getByRole("status").filter({ hasText: "Connected" })).toBeAttached();
  return { owner, id, inside: new Inside(id) };
}

export async function somebody(adminPage: Page, browser: Browser, userName: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signInFirstTime(page, await employee(adminPage, named(userName)));
  return page;
}

/** Over the terminal that is there already. */
export function paint(inside: Inside, colour: string): void {
  inside.start(`exec xterm -maximized -bg '${colour}' -fg '${colour}' -e sleep 3600`);
}

/** A link for one person, made without the dialog that another test walks. */
export async function shareWith(owner: Page, id: string, access: string, userName: string): Promise<string> {
  const { token } = await call<{ token: string }>(owner, "POST", `/api/v1/desktops/${id}/shares`, { access, people: [named(userName)] });
  return `${url()}/shared#${token}`;
}

export async function openShareDialog(owner: Page) {
  const show = owner.getByRole("button", { name: "Show the toolbar" });
  const dialog = owner.getByRole("dialog", { name: /^Share / });
  await expect(async () => {
    if (await show.isVisible()) await show.click();
    await owner.getByRole("button", { name: "Share", exact: true }).click({ timeout: 2_000 });
    await expect(dialog).toBeVisible({ timeout: 5_000 });
  }).toPass();
  return dialog;
}

export async function finish(owner: Page, id: string, ...guests: Page[]): Promise<void> {
  for (const guest of guests) await guest.context().close();
  await owner.goto(`${url()}/`);
  await deleteByApi(owner, id);
  await owner.context().close();
}
