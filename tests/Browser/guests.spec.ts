import { expect, test } from "@playwright/test";
import { cornerColour } from "./support/desktop.ts";
import { look } from "./support/looks.ts";
import { url } from "./support/people.ts";
import { chooseEngine, connected, keepSockets, sockets, tunnel } from "./support/screen.ts";
import { finish, named, ownDesktop, paint, shareWith, somebody } from "./support/sharing.ts";
import { openTerminal } from "./support/terminal.ts";

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
    await openTerminal(helper, inside);
    await expect.poll(() => cornerColour(onlooker)).not.toBe("#34ab12");
    await onlooker.getByTestId("screen").click();
    await onlooker.keyboard.type("touch ~/typed-by-the-onlooker\n", { delay: 10 });
    await helper.keyboard.type("touch ~/typed-by-the-helper\n", { delay: 10 });
    await expect.poll(() => inside.hasFile("typed-by-the-helper")).toBe(true);
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
