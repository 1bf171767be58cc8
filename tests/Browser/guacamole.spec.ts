import { statSync } from "node:fs";
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { createByApi, deleteByApi, Inside, openPanel } from "./support/desktop.ts";
import { chooseFile, dropFile } from "./support/files.ts";
import { order, realGuacd } from "./support/guacd.ts";
import { compose } from "./support/hands.ts";
import { look } from "./support/looks.ts";
import { admin, signIn, url } from "./support/people.ts";
import { connected, copyElsewhere, cut, myClipboard, openScreen, pictureSize, placeSize, shows, sleepTimers, sockets, tunnel, wakeTimers } from "./support/screen.ts";
import { openTerminal } from "./support/terminal.ts";

test.describe.configure({ mode: "serial" });

/** What a session can do with the Guacamole engine: the product's own tunnel, a scripted guacd behind it, a real desktop behind that. */
test.describe("a session over Guacamole", () => {
  let context: BrowserContext;
  let screen: Page;
  let inside: Inside;

  test.beforeAll(async ({ browser }) => {
    test.setTimeout(180_000);
    context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"], viewport: { width: 1280, height: 800 }, acceptDownloads: true });
    const page = await context.newPage();
    await signIn(page, admin());
    inside = new Inside(await createByApi(page, "Through Guacamole", "local-vnc"));
    await page.close();
  });
  test.beforeEach(async () => {
    screen = await openScreen(context, inside.id);
  });
  test.afterEach(async () => {
    await screen.close({ runBeforeUnload: false });
  });
  test.afterAll(async () => {
    const page = await context.newPage();
    await page.goto(url());
    await deleteByApi(page, inside.id);
    await context.close();
  });

  const transfers = () => screen.getByRole("region", { name: "Transfers" }).getByRole("listitem");

  async function upload(name: string, bytes: number) {
    await openPanel(screen, "Files");
    await chooseFile(screen, name, bytes);
  }

  test("where the direct engine has no way for files, the other one is offered and shows the same desktop", async () => {
    await openPanel(screen, "Files");
    await expect(screen.getByRole("group", { name: "Files" })).toContainText("has no way for files");
    await screen.getByRole("button", { name: "Switch to Guacamole" }).click();
    await expect.poll(() => tunnel(screen)).toBe("guacamole");
    await connected(screen);
    inside.paint("#205030");
    await expect.poll(() => shows(screen, "#205030")).toBe(true);
  });

  test("keys, composed characters and dead keys reach a terminal", async () => {
    // It closes when a line was typed.
    await openTerminal(screen, inside, "-u8 -maximized -e sh -c 'read -r line; echo \"$line\" > ~/typed'");
    await screen.keyboard.type("Guac ", { delay: 20 });
    const composed = await compose(screen);
    await screen.keyboard.press("Enter");
    await expect.poll(() => inside.run("cat ~/typed 2>/dev/null || true")).toBe(`Guac ${composed}\n`);
  });

  test("text goes both ways between the clipboards without a dialog", async () => {
    await copyElsewhere(screen, "grüße von hier");
    await expect.poll(() => inside.clipboard()).toBe("grüße von hier");
    inside.copy("und von dort");
    await expect.poll(() => myClipboard(screen)).toBe("und von dort");
    await openPanel(screen, "Clipboard");
    await expect(screen.getByRole("group", { name: "Clipboard" }).getByRole("textbox")).toHaveValue("und von dort");
  });

  test("the remote screen takes the size of the window", async () => {
    test.skip(Boolean(realGuacd), "over VNC guacd resizes the screen from 1.6 on");
    await openPanel(screen, "View");
    await screen.getByLabel("Resize the desktop to the window").check();
    await screen.setViewportSize({ width: 1000, height: 700 });
    await expect.poll(() => inside.run("xdpyinfo | grep dimensions")).toContain("1000x700 pixels");
    await screen.setViewportSize({ width: 1280, height: 800 });
    await expect.poll(() => inside.run("xdpyinfo | grep dimensions")).toContain("1280x800 pixels");
    await openPanel(screen, "View");
    await screen.getByLabel("Fit to window").check();
  });

  test("files are uploaded with their progress, by button and by dropping them, and can be called back", async () => {
    test.skip(Boolean(realGuacd), "over VNC a real guacd has files only by SFTP");
    await upload("long.bin", 40_000_000);
    await expect(screen.getByRole("progressbar", { name: "Progress of long.bin" })).toBeVisible();
    await expect(transfers()).toContainText([/Uploading: .* of 38\.1 MB/]);
    await screen.getByRole("button", { name: "Cancel long.bin" }).click();
    await expect(transfers()).toContainText(["Cancelled"]);

    await upload("short.bin", 300_000);
    await expect(transfers().filter({ hasText: "short.bin" })).toContainText("Uploaded");
    await expect(screen.getByRole("button", { name: "Download short.bin" })).toBeVisible();

    await dropFile(screen, "dropped.txt", "Drop the files to upload them");
    await expect(transfers().filter({ hasText: "dropped.txt" })).toContainText("Uploaded");
  });

  test("files of the desktop are downloaded from its folders, and when it sends them by itself", async () => {
    test.skip(Boolean(realGuacd), "over VNC a real guacd has files only by SFTP");
    await openPanel(screen, "Files");
    await screen.getByRole("button", { name: "Open Documents" }).click();
    const chosen = screen.waitForEvent("download");
    await screen.getByRole("button", { name: "Download notes.txt" }).click();
    expect((await chosen).suggestedFilename()).toBe("notes.txt");
    await screen.getByRole("button", { name: "Up", exact: true }).click();
    await expect(screen.getByRole("button", { name: "Download hello.txt" })).toBeVisible();

    const sent = screen.waitForEvent("download");
    order("file report.bin 200000");
    const download = await sent;
    expect(download.suggestedFilename()).toBe("report.bin");
    expect(statSync(await download.path()).size).toBe(200_000);
  });

  test("what the desktop plays is heard, and can be muted", async () => {
    test.skip(Boolean(realGuacd), "a real guacd takes no orders");
    await screen.getByTestId("screen").click();
    await expect(async () => {
      order("tone 300");
      const show = screen.getByRole("button", { name: "Show the toolbar" });
      if (await show.isVisible()) await show.click();
      await expect(screen.getByRole("button", { name: "Mute" })).toBeVisible({ timeout: 3_000 });
      await screen.getByRole("button", { name: "Mute" }).click({ timeout: 2_000 });
      await expect(screen.getByRole("button", { name: "Mute" })).toHaveAttribute("aria-pressed", "true", { timeout: 2_000 });
    }).toPass();
  });

  test("an overlay tells how the connection does", async () => {
    await openPanel(screen, "View");
    await screen.getByRole("button", { name: "Statistics", exact: true }).click();
    await expect(screen.getByTestId("statistics")).toContainText(/Latency\s*\d+ ms/);
    // The desktop's own size, where it was not resized before.
    await expect(screen.getByTestId("statistics")).toContainText(realGuacd ? "1920 × 1080" : "1280 × 800");
  });

  test("a cut connection comes back by itself", async () => {
    await cut(screen);
    inside.paint("#703050");
    await expect.poll(() => shows(screen, "#703050")).toBe(true);
  });

  test("a tab in the background, whose timers rest, keeps its connection longer than guacd waits", async () => {
    test.setTimeout(240_000);
    await sleepTimers(screen);
    // guacd drops who is silent for 15 s: this wait is what is being tried.
    await screen.waitForTimeout(20_000);
    await wakeTimers(screen);
    inside.paint("#305070");
    await expect.poll(() => shows(screen, "#305070")).toBe(true);
    expect(await sockets(screen)).toEqual({ begun: 1, open: 1 });
  });

  test("another quality connects again with other pictures on offer", async () => {
    await openPanel(screen, "View");
    await screen.getByRole("radio", { name: "Sharp" }).check();
    await expect.poll(() => screen.evaluate(() => (window as unknown as { screens: WebSocket[] }).screens.at(-1)?.url)).not.toContain("jpeg");
    await connected(screen);
    await openPanel(screen, "View");
    await screen.getByRole("radio", { name: "Automatic" }).check();
    await expect.poll(() => screen.evaluate(() => (window as unknown as { screens: WebSocket[] }).screens.at(-1)?.url)).toContain("jpeg");
    await connected(screen);
  });

  test("a desktop that has accounts of its own asks who comes, and gets the answer", async () => {
    test.skip(Boolean(realGuacd), "a real guacd takes no orders");
    order("require username password");
    await screen.getByLabel("User name").fill("ada");
    await screen.getByLabel("Password").fill("of the desktop's own");
    await screen.getByRole("button", { name: "Sign in" }).click();
    await expect(screen.getByLabel("Password")).toBeHidden();
    await connected(screen);
    inside.paint("#604020");
    await expect.poll(() => shows(screen, "#604020")).toBe(true);
  });

  test("guacd's refusals are told in a sentence, with a way on", async () => {
    test.skip(Boolean(realGuacd), "a real guacd takes no orders");
    order("error 521");
    await expect(screen.getByText("opened in another place")).toBeVisible();
    await screen.getByRole("button", { name: "Connect again" }).click();
    await connected(screen);
  });

  for (const theme of ["light", "dark"] as const) {
    for (const width of [1280, 360]) {
      test(`its page can be read and used, ${theme}, ${width} px wide`, async () => {
        test.skip(Boolean(realGuacd), "over VNC a real guacd has files only by SFTP");
        await screen.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
        await screen.setViewportSize({ width, height: 800 });
        await upload("looked-at.bin", 1000);
        await expect(transfers()).toContainText(["Uploaded"]);
        for (const panel of ["Files", "View", "Clipboard", "Keys"]) {
          await openPanel(screen, panel);
          await look(screen, `guacamole-${panel.toLowerCase()}-${theme}-${width}`);
        }
        await expect.poll(() => pictureSize(screen)).toBeTruthy();
        expect(await placeSize(screen)).toBe(`${width} × 800`);
      });
    }
  }
});
