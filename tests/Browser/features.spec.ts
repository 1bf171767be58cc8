import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { createByApi, deleteByApi, Inside, openPanel } from "./support/desktop.ts";
import { compose } from "./support/hands.ts";
import { look } from "./support/looks.ts";
import { admin, signIn, url } from "./support/people.ts";
import { connected, copyElsewhere, cut, myClipboard, openScreen, pictureSize, placeSize, shows, sockets } from "./support/screen.ts";
import { openTerminal } from "./support/terminal.ts";

test.describe.configure({ mode: "serial" });

/** What a session can do with the direct engine. One desktop for all; each test has a tab of its own. */
test.describe("a session over RFB", () => {
  let context: BrowserContext;
  let screen: Page;
  let inside: Inside;

  test.beforeAll(async ({ browser }) => {
    test.setTimeout(180_000);
    context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"], viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await signIn(page, admin());
    inside = new Inside(await createByApi(page, "Features", "local-vnc"));
    await page.close();
  });
  test.beforeEach(async () => {
    screen = await openScreen(context, inside.id);
  });
  test.afterEach(async () => {
    await screen.close();
  });
  test.afterAll(async () => {
    const page = await context.newPage();
    await page.goto(url());
    await deleteByApi(page, inside.id);
    await context.close();
  });

  async function paint(colour: string, ...pages: Page[]) {
    inside.paint(colour);
    for (const page of pages) await expect.poll(() => shows(page, colour)).toBe(true);
  }

  test("text goes both ways between the clipboards without a dialog", async () => {
    await copyElsewhere(screen, "grüße von hier");
    await expect.poll(() => inside.clipboard()).toBe("grüße von hier");
    inside.copy("und von dort: 日本");
    await expect.poll(() => myClipboard(screen)).toBe("und von dort: 日本");
  });

  test("the keys that paste bring the text along where the browser asks for reading a clipboard", async () => {
    await context.clearPermissions();
    await context.grantPermissions(["clipboard-write"]);
    await screen.evaluate(() => navigator.clipboard.writeText("along with the keys"));
    await screen.getByTestId("screen").click();
    await screen.keyboard.press("Control+v");
    await expect.poll(() => inside.clipboard()).toBe("along with the keys");
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  });

  test("composed characters and dead keys arrive as what they mean", async () => {
    // It closes when a line was typed.
    await openTerminal(screen, inside, "-u8 -maximized -e sh -c 'read -r line; echo \"$line\" > ~/typed'");
    // Xtigervnc loses a character that its keyboard lacks where that is the first key of all.
    await screen.keyboard.press("Shift");
    const composed = await compose(screen);
    await screen.keyboard.press("Enter");
    await expect.poll(() => inside.run("cat ~/typed 2>/dev/null || true")).toBe(`${composed}\n`);
  });

  test("the remote screen takes the size of the window", async () => {
    await openPanel(screen, "View");
    await screen.getByLabel("Resize the desktop to the window").check();
    await expect.poll(() => pictureSize(screen)).toBe(await placeSize(screen));
    await screen.setViewportSize({ width: 1000, height: 700 });
    await expect.poll(() => pictureSize(screen)).toBe("1000 × 700");
  });

  test("the remote screen gets every pixel of a dense display, unless that is too small to read", async ({ browser }) => {
    const state = await context.storageState();
    const dense = await browser.newContext({ storageState: state, viewport: { width: 700, height: 500 }, deviceScaleFactor: 2 });
    const sharp = await openScreen(dense, inside.id);
    await openPanel(sharp, "View");
    await sharp.getByLabel("Resize the desktop to the window").check();
    await expect.poll(() => pictureSize(sharp)).toBe("1400 × 1000");
    await openPanel(sharp, "View");
    await sharp.getByLabel("Use every pixel").uncheck();
    await expect.poll(() => pictureSize(sharp)).toBe("700 × 500");
    await dense.close();
    // The other tab's choice is the first one's too; it gives the screen its size back.
    await expect.poll(() => pictureSize(screen)).toBe("700 × 500");
    await openPanel(screen, "View");
    await screen.getByLabel("Fit to window").check();
    await screen.getByLabel("Resize the desktop to the window").check();
    await expect.poll(() => pictureSize(screen)).toBe("1280 × 800");
    await screen.getByLabel("Fit to window").check();
  });

  test("another quality is asked of the desktop at once", async () => {
    const asked: number[][] = [];
    const page = await context.newPage();
    page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => {
      const list = typeof payload === "string" ? [] : encodings(payload);
      if (list.length > 0) asked.push(list);
    }));
    await page.goto(`${url()}/desktop/${inside.id}/`);
    await connected(page);
    for (const [name, level] of [["Fast", 2], ["Sharp", 9], ["Balanced", 6]] as const) {
      await openPanel(page, "View");
      await page.getByRole("radio", { name }).check();
      await expect.poll(() => asked.at(-1)).toContain(level - 32);
    }
    await openPanel(page, "View");
    await page.getByRole("radio", { name: "Automatic" }).check();
    await page.close();
  });

  test("an overlay tells how the connection does", async () => {
    await openPanel(screen, "View");
    await screen.getByRole("button", { name: "Statistics", exact: true }).click();
    const overlay = screen.getByTestId("statistics");
    await expect(overlay).toContainText(/Latency\s*\d+ ms/);
    await expect(overlay).toContainText(await pictureSize(screen));
    await screen.getByRole("button", { name: "Statistics", exact: true }).click();
    await expect(overlay).toBeHidden();
  });

  test("a cut connection comes back by itself, with what was painted meanwhile", async () => {
    await paint("#204060", screen);
    await cut(screen);
    await paint("#602040", screen);
    await cut(screen);
  });

  test("two tabs show the same desktop, and neither loses it to the other or to the background", async () => {
    const second = await openScreen(context, inside.id);
    await paint("#30a050", screen, second);
    await screen.bringToFront();
    await paint("#5030a0", screen, second);
    for (const page of [screen, second]) expect(await sockets(page)).toEqual({ begun: 1, open: 1 });
    await second.close();
    await paint("#a05030", screen);
  });

  for (const [theme, width] of [["light", 1280], ["light", 360], ["dark", 1280], ["dark", 360]] as const) {
    test(`its page can be read and used, ${theme}, ${width} px wide`, async () => {
      await screen.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await screen.setViewportSize({ width, height: 800 });
      for (const panel of ["Files", "View"]) {
        await openPanel(screen, panel);
        await look(screen, `rfb-${panel.toLowerCase()}-${theme}-${width}`);
      }
    });
  }

  test("keys of the keyboard reach the toolbar and come back to the screen", async () => {
    await screen.getByTestId("screen").click();
    await screen.keyboard.down("Control");
    await screen.keyboard.down("Alt");
    await screen.keyboard.down("Shift");
    for (const key of ["Shift", "Alt", "Control"]) await screen.keyboard.up(key);
    await expect(screen.getByRole("button", { name: "Full screen" })).toBeFocused();
    await openPanel(screen, "Keys");
    await screen.getByRole("button", { name: "Esc", exact: true }).click();
    await expect(screen.getByLabel("Keys go to the desktop")).toBeFocused();
  });
});

/** The encodings that a SetEncodings message (type 2) lists; of any other message nothing. */
function encodings(message: Buffer): number[] {
  if (message[0] !== 2 || message.length < 4) return [];
  const count = message.readUInt16BE(2);
  return message.length < 4 + count * 4 ? [] : Array.from({ length: count }, (_, index) => message.readInt32BE(4 + index * 4));
}
