import { expect, test, type Browser, type Page } from "@playwright/test";
import { cornerColour, createByApi, deleteByApi, Inside, openPanel } from "./support/desktop.ts";
import { look } from "./support/looks.ts";
import { admin, call, employee, signIn, signInFirstTime, url } from "./support/people.ts";
import { connected, sockets } from "./support/screen.ts";
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

test("guests are at their owner's own session where the owner works through Guacamole", async ({ page, browser }) => {
  test.setTimeout(600_000);
  const { owner, id, inside } = await ownDesktop(page, browser, "joined", "Joined by two");
  const onlooker = await somebody(page, browser, "joins-to-look");
  const helper = await somebody(page, browser, "joins-to-help");
  await chooseEngine(owner, /^Guacamole/);
  for (const person of [owner, onlooker, helper]) await person.addInitScript(keepSockets);
  await owner.reload();
  await connected(owner);
  expect(await tunnel(owner)).toBe("guacamole");
  const looking = await shareWith(owner, id, "view", "joins-to-look");
  const helping = await shareWith(owner, id, "control", "joins-to-help");
  paint(inside, "#34ab12");

  await test.step("who may look only sees the owner's screen by the owner's engine", async () => {
    await onlooker.goto(looking);
    await connected(onlooker);
    expect(await tunnel(onlooker)).toBe("guacamole");
    await expect.poll(() => cornerColour(onlooker)).toBe("#34ab12");
    await expect(owner.getByTestId("presence")).toContainText(`${named("joins-to-look")} is here`);
    await look(onlooker, "share-guest-guacamole");
  });

  await test.step("who may control works in it, and typing by the other does nothing", async () => {
    await helper.goto(helping);
    await connected(helper);
    expect(await tunnel(helper)).toBe("guacamole");
    inside.start("exec xterm -maximized");
    await expect.poll(() => cornerColour(onlooker)).not.toBe("#34ab12");
    await onlooker.getByTestId("screen").click();
    await onlooker.keyboard.type("touch ~/typed-by-the-onlooker\n", { delay: 10 });
    await expect(async () => {
      await helper.getByTestId("screen").click();
      await helper.waitForTimeout(300);
      await helper.keyboard.type("touch ~/typed-by-the-helper\n", { delay: 10 });
      await expect.poll(() => inside.hasFile("typed-by-the-helper"), { timeout: 5_000 }).toBe(true);
    }).toPass();
    expect(inside.hasFile("typed-by-the-onlooker")).toBe(false);
    await expect(onlooker.getByRole("status").filter({ hasText: /^Connected$/ })).toBeAttached();
  });

  await test.step("a guest's page picks its engine as the owner's does", async () => {
    await chooseEngine(helper, /^Direct/);
    await expect.poll(() => tunnel(helper)).toBe("binary");
    await connected(helper);
  });

  await test.step("the guest's page that lies is cut off", async () => {
    await onlooker.evaluate(() => (window as unknown as { screens: WebSocket[] }).screens.at(-1)!.send("3.key,2.97,1.1;"));
    await expect(onlooker.getByText("This page sent something that the rules of this desktop forbid, so the connection was ended.")).toBeVisible();
    await onlooker.getByRole("button", { name: "Connect again" }).click();
    await connected(onlooker);
  });

  await test.step("when the owner comes back the guest does, by itself", async () => {
    const { begun } = await sockets(onlooker);
    await owner.reload();
    await connected(owner);
    await expect.poll(async () => (await sockets(onlooker)).begun).toBeGreaterThan(begun);
    await connected(onlooker);
  });

  await test.step("an administrator sees who shares what with whom, and ends all of it", async () => {
    await page.goto(`${url()}/admin/shares?owner=${named("joined")}`);
    const links = page.getByRole("region", { name: "Links that work" });
    await expect(links.getByRole("row", { name: new RegExp(named("joins-to-help")) })).toContainText("look and control");
    await expect(page.getByRole("region", { name: "At somebody else’s screen now" })).toContainText(named("joins-to-look"));
    await look(page, "admin-shares-found");
    await page.getByRole("button", { name: `End the link of ${named("joined")} to Joined by two for ${named("joins-to-help")}` }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "End the link" }).click();
    await expect(helper.getByRole("heading", { name: "Not connected" })).toBeVisible();
    await page.getByRole("button", { name: `End all of ${named("joined")}` }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "End all" }).click();
    await expect(onlooker.getByRole("heading", { name: "Not connected" })).toBeVisible();
    await expect(onlooker.getByText("The desktop is no longer shared with you", { exact: false })).toBeVisible();
    await expect(page.getByText("Nothing fits.", { exact: false })).toBeVisible();
    await expect(owner.getByTestId("presence")).toHaveCount(0);
  });

  await finish(owner, id, onlooker, helper);
});

test("a link survives signing in first", async ({ page, browser }) => {
  test.setTimeout(600_000);
  const { owner, id } = await ownDesktop(page, browser, "inviter", "Behind a sign-in");
  const person = await employee(page, named("invited"));
  const guest = await (await browser.newContext()).newPage();
  const own = await signInFirstTime(guest, person);
  await guest.context().clearCookies();
  const { token } = await call<{ token: string }>(owner, "POST", `/api/v1/desktops/${id}/shares`, { access: "view", people: [named("invited")] });

  await guest.goto(`${url()}/shared#${token}`);
  await guest.getByLabel("User name").fill(own.userName);
  await guest.getByLabel("Password").fill(own.password);
  await guest.getByRole("button", { name: "Sign in" }).click();

  await expect(guest.getByRole("status").filter({ hasText: "Connected" })).toBeAttached();
  expect(new URL(guest.url()).search).toBe("");
  await finish(owner, id, guest);
});

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

/** Over the terminal that is there already. */
function paint(inside: Inside, colour: string): void {
  inside.start(`exec xterm -maximized -bg '${colour}' -fg '${colour}' -e sleep 3600`);
}

/** A link for one person, made without the dialog that another test walks. */
async function shareWith(owner: Page, id: string, access: string, userName: string): Promise<string> {
  const { token } = await call<{ token: string }>(owner, "POST", `/api/v1/desktops/${id}/shares`, { access, people: [named(userName)] });
  return `${url()}/shared#${token}`;
}

async function chooseEngine(page: Page, name: RegExp): Promise<void> {
  await openPanel(page, "View");
  await page.getByRole("radio", { name }).click();
  await connected(page);
  // The panel stays open over the screen.
  await expect(async () => {
    if (await page.getByRole("group", { name: "View" }).isVisible()) await page.getByRole("button", { name: "View", exact: true }).click({ timeout: 2_000 });
    await expect(page.getByRole("group", { name: "View" })).toBeHidden({ timeout: 2_000 });
  }).toPass();
}

/** The page's connections, where a test finds them. Not a class of its own: noVNC looks at what a socket is made of. */
function keepSockets() {
  const kept = window as unknown as { screens: WebSocket[] };
  kept.screens = [];
  window.WebSocket = new Proxy(WebSocket, {
    construct(original, values: [string | URL, string | string[]]) {
      const socket = new original(...values);
      kept.screens.push(socket);
      return socket;
    },
  });
}

/** What the page's latest connection speaks. */
const tunnel = (page: Page) => page.evaluate(() => (window as unknown as { screens: WebSocket[] }).screens.at(-1)?.protocol);

/** A name of this try alone: what a failed one has left behind must not stand in the way of the next. */
const named = (name: string) => (test.info().retry === 0 ? name : `${name}-${test.info().retry}`);

/** Somebody with a running desktop, whose screen is open. */
async function ownDesktop(adminPage: Page, browser: Browser, userName: string, name: string) {
  await signIn(adminPage, admin());
  const owner = await (await browser.newContext()).newPage();
  await signInFirstTime(owner, await employee(adminPage, named(userName)));
  const id = await createByApi(owner, name);
  await owner.goto(`${url()}/desktop/${id}/`);
  await expect(owner.getByRole("status").filter({ hasText: "Connected" })).toBeAttached();
  return { owner, id, inside: new Inside(id) };
}

async function somebody(adminPage: Page, browser: Browser, userName: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signInFirstTime(page, await employee(adminPage, named(userName)));
  return page;
}

async function openShareDialog(owner: Page) {
  const show = owner.getByRole("button", { name: "Show the toolbar" });
  const dialog = owner.getByRole("dialog", { name: /^Share / });
  await expect(async () => {
    if (await show.isVisible()) await show.click();
    await owner.getByRole("button", { name: "Share", exact: true }).click({ timeout: 2_000 });
    await expect(dialog).toBeVisible({ timeout: 5_000 });
  }).toPass();
  return dialog;
}

async function finish(owner: Page, id: string, ...guests: Page[]): Promise<void> {
  for (const guest of guests) await guest.context().close();
  await owner.goto(`${url()}/`);
  await deleteByApi(owner, id);
  await owner.context().close();
}
