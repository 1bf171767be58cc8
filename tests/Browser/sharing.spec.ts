import { expect, test } from "@playwright/test";
import { cornerColour } from "./support/desktop.ts";
import { look } from "./support/looks.ts";
import { call, employee, forget, signInFirstTime, url } from "./support/people.ts";
import { finish, named, openShareDialog, ownDesktop, paint, somebody } from "./support/sharing.ts";
import { openTerminal } from "./support/terminal.ts";

test("a shared screen is seen by who is named, who may only look does nothing, and ending it cuts them off", async ({ page, browser }) => {
  test.setTimeout(600_000);
  const { owner, id, inside } = await ownDesktop(page, browser, "sharer", "Seen by two");
  const guest = await somebody(page, browser, "onlooker");
  const stranger = await somebody(page, browser, "passer-by");
  paint(inside, "#12ab34");

  const link = await test.step("the owner makes a link for one person", async () => {
    const dialog = await openShareDialog(owner);
    await dialog.getByLabel("User names").fill(named("onlooker"));
    await look(owner, "share-dialog");
    await dialog.getByRole("button", { name: "Make a link" }).click();
    await expect(dialog.getByRole("list", { name: "Links that work" })).toContainText(`Look only, for ${named("onlooker")}`);
    await look(owner, "share-made");
    const made = await dialog.getByTestId("share-link").innerText();
    await dialog.getByRole("button", { name: "Close" }).click();
    return made;
  });

  await test.step("somebody else is told no more than that it does not work", async () => {
    await stranger.goto(link);
    await expect(stranger.getByRole("heading", { name: "This link does not work" })).toBeVisible();
    await look(stranger, "share-not-for-you");
  });

  await test.step("the guest sees the same real screen, and whose it is", async () => {
    await guest.goto(link);
    await expect(guest.getByRole("status").filter({ hasText: "Connected" })).toBeAttached();
    await expect.poll(() => cornerColour(guest)).toBe("#12ab34");
    await expect(guest.getByTestId("guest-facts")).toContainText(`${named("sharer")}’s desktop. You may look only`);
    await look(guest, "share-guest-looks");
  });

  await test.step("typing does nothing, and cuts nobody off", async () => {
    inside.start("exec xterm -maximized");
    await expect.poll(() => cornerColour(guest)).not.toBe("#12ab34");
    await guest.getByTestId("screen").click();
    await guest.keyboard.type("touch ~/typed-by-a-guest\n", { delay: 10 });
    // What the owner types afterwards arrives: had the guest's keys been on their way, they would have come first.
    await expect(async () => {
      await owner.getByTestId("screen").click();
      await owner.keyboard.type("touch ~/typed-by-the-owner\n", { delay: 10 });
      await expect.poll(() => inside.hasFile("typed-by-the-owner"), { timeout: 5_000 }).toBe(true);
    }).toPass();
    expect(inside.hasFile("typed-by-a-guest")).toBe(false);
    await expect(guest.getByRole("status").filter({ hasText: "Connected" })).toBeAttached();
  });

  await test.step("the owner sees who watches, and ends it at once", async () => {
    await expect(owner.getByTestId("presence")).toContainText(`${named("onlooker")} is here`);
    const dialog = await openShareDialog(owner);
    await dialog.getByRole("button", { name: `End the link for ${named("onlooker")}` }).click();
    await expect(guest.getByRole("heading", { name: "Not connected" })).toBeVisible();
    await expect(guest.getByText("The desktop is no longer shared with you", { exact: false })).toBeVisible();
    await look(guest, "share-ended");
    await expect(owner.getByTestId("presence")).toHaveCount(0);
    await dialog.getByRole("button", { name: "Close" }).click();
    await guest.reload();
    await expect(guest.getByRole("heading", { name: "This link does not work" })).toBeVisible();
  });

  await finish(owner, id, guest, stranger);
});

test("control types into the real desktop, a link for one is for the first, and the owner removes somebody", async ({ page, browser }) => {
  test.setTimeout(600_000);
  const { owner, id, inside } = await ownDesktop(page, browser, "lender", "Lent to one");
  const first = await somebody(page, browser, "first-come");
  const second = await somebody(page, browser, "second-come");

  const dialog = await openShareDialog(owner);
  await dialog.getByLabel("They may").selectOption("control");
  await dialog.getByLabel("For", { exact: true }).selectOption("anyone");
  await dialog.getByLabel("Only for the first person who uses it").check();
  await dialog.getByRole("button", { name: "Make a link" }).click();
  const link = await dialog.getByTestId("share-link").innerText();
  await dialog.getByRole("button", { name: "Close" }).click();

  await test.step("the first person works in it", async () => {
    await first.goto(link);
    await expect(first.getByRole("status").filter({ hasText: "Connected" })).toBeAttached();
    await openTerminal(first, inside);
    await first.keyboard.type("touch ~/typed-by-a-guest\n", { delay: 10 });
    await expect.poll(() => inside.hasFile("typed-by-a-guest")).toBe(true);
  });

  await test.step("the second person is too late", async () => {
    await second.goto(link);
    await expect(second.getByRole("heading", { name: "This link does not work" })).toBeVisible();
  });

  await test.step("the owner sees who has control, and sends them away for good", async () => {
    const presence = owner.getByTestId("presence");
    await expect(presence).toContainText(`${named("first-come")} has control`);
    await presence.getByRole("button").first().click();
    await look(owner, "share-presence");
    await presence.getByRole("button", { name: `Remove ${named("first-come")}` }).click();
    await expect(first.getByRole("heading", { name: "Not connected" })).toBeVisible();
    await first.reload();
    await expect(first.getByRole("heading", { name: "This link does not work" })).toBeVisible();
  });

  await finish(owner, id, first, second);
});

test("a link survives signing in first", async ({ page, browser }) => {
  test.setTimeout(600_000);
  const { owner, id } = await ownDesktop(page, browser, "inviter", "Behind a sign-in");
  const person = await employee(page, named("invited"));
  const guest = await (await browser.newContext()).newPage();
  const own = await signInFirstTime(guest, person);
  await forget(guest);
  const { token } = await call<{ token: string }>(owner, "POST", `/api/v1/desktops/${id}/shares`, { access: "view", people: [named("invited")] });

  await guest.goto(`${url()}/shared#${token}`);
  await guest.getByLabel("User name").fill(own.userName);
  await guest.getByLabel("Password").fill(own.password);
  await guest.getByRole("button", { name: "Sign in" }).click();

  await expect(guest.getByRole("status").filter({ hasText: "Connected" })).toBeAttached();
  expect(new URL(guest.url()).search).toBe("");
  await finish(owner, id, guest);
});
