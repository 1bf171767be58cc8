import { expect, test, type Browser, type BrowserContext, type Page } from "@playwright/test";
import { createByApi, deleteByApi, Inside, openPanel } from "./support/desktop.ts";
import { chooseFile, dropFile } from "./support/files.ts";
import { order, realGuacd } from "./support/guacd.ts";
import { look } from "./support/looks.ts";
import { admin, call, employee, signIn, signInFirstTime, url } from "./support/people.ts";
import { chooseEngine, connected, copyElsewhere, myClipboard, openScreen, shows, sockets, tunnel } from "./support/screen.ts";
import { openShareDialog } from "./support/sharing.ts";

test.describe.configure({ mode: "serial" });

interface Policy {
  clipboard?: string;
  files?: string;
  uploadMaximumMegabytes?: number;
  sharing?: string;
  watermark?: boolean;
  maximumSessionMinutes?: number;
}

/** What a session may carry, kept by the connection service. One desktop of a visitor for all; each test has a tab of its own. */
test.describe("the rules of a session", () => {
  let administrator: Page;
  let visitor: BrowserContext;
  let inside: Inside;
  let name: string;

  test.beforeAll(async ({ browser }) => {
    test.setTimeout(300_000);
    administrator = await (await browser.newContext()).newPage();
    await signIn(administrator, admin());
    // Of this try alone: a second one must not find the first one's.
    name = `visitor-${Date.now().toString(36)}`;
    visitor = await newVisitor(browser);
    await setPolicy(null);
  });
  test.afterAll(async () => {
    await setPolicy(null);
    const page = await visitor.newPage();
    await page.goto(url());
    await deleteByApi(page, inside.id);
    await visitor.close();
    await administrator.context().close();
  });

  async function newVisitor(browser: Browser): Promise<BrowserContext> {
    const person = await employee(administrator, name);
    const { items } = await call<{ items: { id: string; userName: string }[] }>(administrator, "GET", "/api/v1/accounts");
    const account = items.find(({ userName }) => userName === name)!;
    await call(administrator, "PATCH", `/api/v1/accounts/${account.id}`, { groups: ["visitors"] });
    const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"], viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await signInFirstTime(page, person);
    inside = new Inside(await createByApi(page, "Ruled", "local-vnc"));
    await page.close();
    return context;
  }

  async function setPolicy(policy: Policy | null) {
    const policies = policy ? [{ name: "Nothing leaves", groups: ["visitors"], ...policy }] : [];
    await call(administrator, "PUT", "/api/v1/settings/session-policies", { policies });
    // In force within a second everywhere; a page that is opened now must have it.
    await administrator.waitForTimeout(1_500);
  }

  /** Who owns a clipboard has to be there to be asked; one that went away is started again. */
  async function copyInside(text: string) {
    await expect(async () => {
      inside.copy(text);
      await expect.poll(() => inside.clipboard(), { timeout: 5_000 }).toBe(text);
    }).toPass();
  }

  async function paint(page: Page, colour: string) {
    inside.paint(colour);
    await expect.poll(() => shows(page, colour)).toBe(true);
  }

  test("a group's policy takes from a template's: no text goes in or out, and the page says why", async () => {
    await setPolicy({ clipboard: "off", files: "off" });
    const screen = await openScreen(visitor, inside.id);

    await openPanel(screen, "Rules");
    const rules = screen.getByRole("group", { name: "Rules" });
    await expect(rules.getByText("The clipboard is off: no text goes in or out. Because of the policy “Nothing leaves” of the owner’s groups.")).toBeVisible();
    await expect(rules.getByText(/Files can be neither uploaded nor downloaded/)).toBeVisible();
    await look(screen, "desktop-rules");
    await openPanel(screen, "Clipboard");
    await expect(screen.getByText("The rules of this desktop do not allow the clipboard.")).toBeVisible();

    await copyElsewhere(screen, "stays here");
    await copyInside("stays there");
    await paint(screen, "#aa3311");
    expect(await myClipboard(screen)).toBe("stays here");
    expect(inside.clipboard()).toBe("stays there");
    await screen.close();
  });

  test("a page that lies is cut off, and the desktop gets nothing of it", async () => {
    await setPolicy({ clipboard: "out" });
    const screen = await openScreen(visitor, inside.id);
    await copyInside("as before");
    await expect.poll(() => myClipboard(screen)).toBe("as before");

    await screen.evaluate(() => {
      const { screens } = window as unknown as { screens: WebSocket[] };
      const text = new TextEncoder().encode("smuggled");
      screens.at(-1)!.send(new Uint8Array([6, 0, 0, 0, 0, 0, 0, text.length, ...text]));
    });

    await expect(screen.getByText("This page sent something that the rules of this desktop forbid, so the connection was ended.")).toBeVisible();
    expect(inside.clipboard()).toBe("as before");
    await screen.getByRole("button", { name: "Connect again" }).click();
    await connected(screen);
    await screen.close();
  });

  async function openGuacamole(): Promise<Page> {
    const screen = await openScreen(visitor, inside.id);
    if (await tunnel(screen) !== "guacamole") await chooseEngine(screen, /^Guacamole/);
    await expect.poll(() => tunnel(screen)).toBe("guacamole");
    return screen;
  }

  test("through Guacamole nothing passes either, and the page says so where somebody tries", async () => {
    await setPolicy({ clipboard: "off", files: "off", sharing: "off" });
    const screen = await openGuacamole();

    await openPanel(screen, "Files");
    await expect(screen.getByRole("group", { name: "Files" })).toHaveText("The rules of this desktop let no files in or out.");
    await look(screen, "desktop-files-off");
    await dropFile(screen, "dropped.txt", "The rules of this desktop let no files in or out.");
    await expect(screen.getByRole("region", { name: "Transfers" })).toHaveCount(0);
    const dialog = await openShareDialog(screen);
    await expect(dialog).toContainText("The rules of this desktop do not allow sharing it.");
    await dialog.getByRole("button", { name: "Close" }).click();

    await copyElsewhere(screen, "stays here");
    await copyInside("stays there");
    await paint(screen, "#33aa11");
    expect(await myClipboard(screen)).toBe("stays here");
    expect(inside.clipboard()).toBe("stays there");
    if (!realGuacd) {
      order("file secret.txt 2000");
      await expect(screen.getByRole("region", { name: "Transfers" })).toContainText("Kept back: a rule of this desktop allows no downloads.");
    }

    await screen.evaluate(() => {
      const { screens } = window as unknown as { screens: WebSocket[] };
      screens.at(-1)!.send("9.clipboard,1.7,10.text/plain;4.blob,1.7,12.c211Z2dsZWQ=;3.end,1.7;");
    });
    await expect(screen.getByText("This page sent something that the rules of this desktop forbid, so the connection was ended.")).toBeVisible();
    expect(inside.clipboard()).toBe("stays there");
    await screen.close();
  });

  test("files that may go one way go that way only, and not larger than they may be", async () => {
    test.skip(Boolean(realGuacd), "over VNC a real guacd has files only by SFTP");
    await setPolicy({ files: "download" });
    const out = await openGuacamole();
    await openPanel(out, "Files");
    const panel = (screen: Page) => screen.getByRole("group", { name: "Files" });
    await expect(panel(out)).toContainText("The rules of this desktop let files out, but not in.");
    await expect(out.getByRole("button", { name: "Upload files" })).toHaveCount(0);
    const download = out.waitForEvent("download");
    await out.getByRole("button", { name: "Download hello.txt" }).click();
    expect((await download).suggestedFilename()).toBe("hello.txt");
    await dropFile(out, "dropped.txt", "The rules of this desktop let files out, but not in.");
    await out.close({ runBeforeUnload: false });

    await setPolicy({ files: "upload", uploadMaximumMegabytes: 1 });
    const into = await openGuacamole();
    await openPanel(into, "Files");
    await expect(panel(into)).toContainText("The rules of this desktop let files in, but not out.");
    await expect(into.getByText("hello.txt", { exact: true })).toBeVisible();
    await expect(into.getByRole("button", { name: "Download hello.txt" })).toHaveCount(0);
    const transfers = into.getByRole("region", { name: "Transfers" }).getByRole("listitem");
    for (const [name, bytes, says] of [["small.bin", 1_000, "Uploaded"], ["large.bin", 2_000_000, "Too large: at most 1 MB may be uploaded at once."]] as const) {
      await chooseFile(into, name, bytes);
      await expect(transfers.filter({ hasText: name })).toContainText(says);
    }
    await into.close({ runBeforeUnload: false });
  });

  test("a rule that becomes stricter counts for who is connected: the name of who looks, which nobody takes away", async () => {
    await setPolicy(null);
    const screen = await openScreen(visitor, inside.id);
    await paint(screen, "#2255aa");
    const watermark = screen.getByTestId("watermark");
    await expect(watermark).toHaveCount(0);
    const { begun } = await sockets(screen);

    await setPolicy({ watermark: true });

    await expect.poll(async () => (await sockets(screen)).begun).toBeGreaterThan(begun);
    await connected(screen);
    await expect(watermark).toBeVisible();
    await expect(watermark).toHaveAttribute("data-text", new RegExp(`^${name} · 127\\.0\\.0\\.1`));
    await expect.poll(() => shows(screen, "#2255aa")).toBe(true);
    await screen.screenshot({ path: `${process.env.CWS_SCREENSHOTS ?? "test-results/screenshots"}/desktop-watermark.png` });
    for (const attack of ["remove", "hide", "empty"]) {
      await watermark.evaluate((layer, how) => {
        const element = layer as HTMLElement;
        if (how === "remove") element.remove();
        else if (how === "hide") element.style.setProperty("display", "none", "important");
        else element.style.setProperty("background-image", "none", "important");
      }, attack);
      await expect(watermark, attack).toBeVisible();
      expect(await watermark.evaluate((layer) => getComputedStyle(layer).backgroundImage), attack).toContain(name);
    }
    await screen.close();
  });

  test("a connection that has lasted as long as it may ends after a warning, and another one may follow", async () => {
    test.setTimeout(300_000);
    await setPolicy({ maximumSessionMinutes: 1 });
    const screen = await openScreen(visitor, inside.id);

    await expect(screen.getByText(/^At .* it has lasted a minute, as long as the rules of this desktop let it/)).toBeVisible({ timeout: 90_000 });
    await look(screen, "desktop-session-ends");
    await expect(screen.getByText(/The connection has lasted as long as the rules of this desktop let it/)).toBeVisible({ timeout: 90_000 });
    await screen.getByRole("button", { name: "Connect again" }).click();
    await connected(screen);
    await screen.close();
  });

  test("an administrator makes a policy in the console", async () => {
    await setPolicy(null);
    await administrator.goto(`${url()}/admin/settings/session-policies`);
    await administrator.getByRole("button", { name: "Add policy" }).click();
    await administrator.getByLabel("Name", { exact: true }).fill("Short visits");
    await administrator.getByLabel("Groups").fill("visitors");
    await administrator.getByLabel("Longest connection, minutes").fill("90");
    await administrator.getByRole("button", { name: "Save" }).click();
    await expect(administrator.getByText("Saved.")).toBeVisible();
    await look(administrator, "settings-session-policies");

    const { value } = await call<{ value: unknown }>(administrator, "GET", "/api/v1/settings/session-policies");
    expect(value).toMatchObject({ policies: [{ name: "Short visits", groups: ["visitors"], maximumSessionMinutes: 90 }] });
  });
});
