import { expect, test, type Browser, type BrowserContext, type Page } from "@playwright/test";
import { createByApi, deleteByApi, Inside } from "./support/desktop.ts";
import { order, realGuacd } from "./support/guacd.ts";
import { Fingers, onDesktop, Witness } from "./support/hands.ts";
import { Network } from "./support/network.ts";
import { admin, signIn, url } from "./support/people.ts";
import { connected, openScreen, shows, sockets, switchToGuacamole } from "./support/screen.ts";
import { clickInto } from "./support/terminal.ts";

/** What a person's hands and network do is the same to both engines; each has a desktop of its own. */
for (const engine of ["RFB", "Guacamole"] as const) {
  test.describe(`a session over ${engine}`, () => {
    test.describe.configure({ mode: "serial" });
    let signedIn: Awaited<ReturnType<BrowserContext["storageState"]>>;
    let inside: Inside;

    test.beforeAll(async ({ browser }) => {
      test.setTimeout(180_000);
      const context = await browser.newContext();
      const page = await context.newPage();
      await signIn(page, admin());
      inside = new Inside(await createByApi(page, `Hands on ${engine}`, "local-vnc"));
      signedIn = await context.storageState();
      await context.close();
    });
    test.afterAll(async ({ browser }) => {
      const context = await browser.newContext({ storageState: signedIn });
      const page = await context.newPage();
      await page.goto(url());
      await deleteByApi(page, inside.id);
      await context.close();
    });

    async function open(browser: Browser, options: Parameters<Browser["newContext"]>[0] = {}): Promise<Page> {
      const context = await browser.newContext({ storageState: signedIn, viewport: { width: 1280, height: 800 }, ...options });
      const screen = await openScreen(context, inside.id);
      if (engine === "Guacamole") await switchToGuacamole(screen);
      return screen;
    }

    const witness = (screen: Page) => Witness.open(inside, () => clickInto(screen, inside, "witness"));

    test("fingers click, drag, scroll, zoom and ask for the menu", async ({ browser }) => {
      const screen = await open(browser, { hasTouch: true });
      const seen = await witness(screen);
      const fingers = await Fingers.of(screen);
      const before = seen.presses().length;
      const own = () => seen.presses().slice(before);

      await test.step("a tap", async () => {
        await fingers.tap({ x: 300, y: 500 });
        await expect.poll(own).toEqual([{ button: 1, ...(await onDesktop(screen, { x: 300, y: 500 })) }]);
      });
      await test.step("a drag", async () => {
        await fingers.drag({ x: 400, y: 300 }, { x: 700, y: 600 });
        await expect.poll(() => seen.releases().at(-1)).toEqual(await onDesktop(screen, { x: 700, y: 600 }));
        expect(own().map(({ button }) => button)).toEqual([1, 1]);
      });
      await test.step("a long press", async () => {
        await fingers.down({ x: 500, y: 400 });
        await expect.poll(() => own().at(-1)).toEqual({ button: 3, ...(await onDesktop(screen, { x: 500, y: 400 })) });
        await fingers.up();
      });
      await test.step("two fingers scroll", async () => {
        await fingers.slide([{ x: 500, y: 300 }, { x: 560, y: 300 }], { x: 0, y: 260 });
        await expect.poll(() => own().slice(3).map(({ button }) => button)).toContain(4);
        await fingers.slide([{ x: 500, y: 500 }, { x: 560, y: 500 }], { x: 0, y: -260 });
        await expect.poll(() => own().at(-1)?.button).toBe(5);
      });
      await test.step("two fingers that tap ask for the menu too, three press the middle button", async () => {
        await fingers.tap({ x: 500, y: 300 }, { x: 560, y: 300 });
        await expect.poll(() => own().at(-1)?.button).toBe(3);
        await fingers.tap({ x: 500, y: 300 }, { x: 560, y: 300 }, { x: 620, y: 300 });
        await expect.poll(() => own().at(-1)?.button).toBe(2);
      });
      await test.step("two fingers that part zoom", async () => {
        await fingers.pinch({ x: 600, y: 400 }, 60, 400);
        await expect.poll(() => own().at(-1)?.button).toBe(4);
        expect(seen.keys()).toContain("Control_L");
      });
      seen.close();
      await screen.context().close();
    });

    test("full screen takes the keys that the system keeps, and gives them back", async ({ browser }) => {
      const screen = await open(browser);
      const seen = await witness(screen);
      await screen.evaluate(watchKeyboardLock);
      await screen.getByTestId("screen").hover();
      await screen.keyboard.press("Control+Alt+Shift+F");
      await screen.getByRole("button", { name: "Full screen" }).click();
      await expect.poll(() => screen.evaluate(() => (window as unknown as Watched).keyboardLock)).toBe("locked");
      await clickInto(screen, inside, "witness");
      await screen.keyboard.press("Escape");
      await expect.poll(() => seen.keys()).toContain("Escape");
      expect(await screen.evaluate(() => document.fullscreenElement !== null)).toBe(true);

      await screen.evaluate(() => document.exitFullscreen());
      await expect.poll(() => screen.evaluate(() => (window as unknown as Watched).keyboardLock)).toBe("unlocked");
      seen.close();
      await screen.context().close();
    });

    test("on another network the page finds out that its connection is dead, and comes back", async ({ browser }) => {
      const network = await Network.start();
      const screen = await open(browser, { proxy: network.proxy });
      const { begun } = await sockets(screen);
      network.change();
      const at = Date.now();
      await screen.evaluate(() => window.dispatchEvent(new Event("online")));
      await expect.poll(async () => (await sockets(screen)).begun, { intervals: [50] }).toBe(begun + 1);
      await connected(screen);
      test.info().annotations.push({ type: "back after", description: `${Date.now() - at} ms` });
      inside.paint("#407020");
      await expect.poll(() => shows(screen, "#407020")).toBe(true);
      await screen.context().close();
      network.stop();
    });

    if (engine === "Guacamole") {
      test("fingers reach a desktop that takes touches as what they are", async ({ browser }) => {
        test.skip(Boolean(realGuacd), "a real guacd takes no orders");
        const screen = await open(browser, { hasTouch: true });
        const sent: string[] = [];
        const browserOf = await screen.context().newCDPSession(screen);
        await browserOf.send("Network.enable");
        browserOf.on("Network.webSocketFrameSent", ({ response }) => sent.push(response.payloadData));
        order("raw 3.set,1.0,11.multi-touch,2.10;");
        const fingers = await Fingers.of(screen);
        await expect(async () => {
          await fingers.down({ x: 300, y: 300 }, { x: 500, y: 400 });
          await fingers.move({ x: 250, y: 300 }, { x: 550, y: 400 });
          await fingers.up();
          for (const place of [{ x: 250, y: 300 }, { x: 550, y: 400 }]) {
            const { x, y } = await onDesktop(screen, place);
            expect(sent.some((text) => new RegExp(`5\\.touch,1\\.[01],\\d\\.${x},\\d\\.${y},`).test(text))).toBe(true);
          }
        }).toPass();
        await connected(screen);
        await screen.context().close();
      });
    }
  });
}

interface Watched extends Window {
  keyboardLock: "locked" | "unlocked";
}

/** What the browser answers to being asked for the system's keys. */
function watchKeyboardLock() {
  const { keyboard } = navigator as Navigator & { keyboard: { lock(): Promise<void>; unlock(): void } };
  const { lock, unlock } = keyboard;
  const own = window as unknown as Watched;
  keyboard.lock = () => lock.call(keyboard).then(() => void (own.keyboardLock = "locked"));
  keyboard.unlock = () => {
    unlock.call(keyboard);
    own.keyboardLock = "unlocked";
  };
}
