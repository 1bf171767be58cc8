import { expect, test, type Browser, type BrowserContext, type Page } from "@playwright/test";
import { createByApi, deleteByApi, Inside } from "./support/desktop.ts";
import { admin, signIn, url } from "./support/people.ts";
import { copyElsewhere, cut, myClipboard, openScreen, shows, sockets, switchToGuacamole } from "./support/screen.ts";
import { untilFocused } from "./support/terminal.ts";

/** How long; a quarter of an hour is what nobody should notice the tunnel in. Without it the configuration leaves this file out. */
const minutes = Number(process.env.CWS_TEST_MINUTES ?? "1");
const turn = 3_000;

test.describe.configure({ mode: "parallel" });
test.setTimeout((minutes + 5) * 60_000);

/** Somebody at work: types lines, copies both ways, sees what changes, loses the network once. */
class Work {
  readonly lines: string[] = [];
  readonly seen: number[] = [];
  private constructor(readonly engine: string, readonly context: BrowserContext, readonly page: Page, readonly inside: Inside) {}

  static async begin(browser: Browser, engine: "RFB" | "Guacamole"): Promise<Work> {
    const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"], viewport: { width: 1280, height: 800 } });
    const start = await context.newPage();
    await signIn(start, admin());
    const inside = new Inside(await createByApi(start, `At work over ${engine}`, "local-vnc"));
    await start.close();
    const page = await openScreen(context, inside.id);
    const work = new Work(engine, context, page, inside);
    if (engine === "Guacamole") await switchToGuacamole(work.page);
    await work.openTerminal();
    return work;
  }

  private async openTerminal() {
    // On a busy machine a key may be held for longer than somebody would: X repeats it then, and that is nobody's fault here.
    this.inside.run("xset r off");
    this.inside.start("exec xterm -name lines -geometry 60x10+40+300 -e sh -c 'while read -r line; do echo \"$line\" >> ~/lines; done'");
    await untilFocused(this.inside, "lines");
    // Into its window, as fitted into the page: after a panel was closed its button has the focus, and would take the keys.
    await this.page.getByTestId("screen").click({ position: { x: 200, y: 330 } });
    await untilFocused(this.inside, "lines");
  }

  async type(number: number) {
    const line = `line ${number} of a person at work`;
    await this.page.keyboard.type(line, { delay: 15 });
    await this.page.keyboard.press("Enter");
    this.lines.push(line);
    await expect.poll(() => this.written().at(-1)).toBe(line);
  }

  async paint(number: number) {
    const colour = `#${(0x204000 + number * 0x3).toString(16).padStart(6, "0")}`;
    const before = performance.now();
    this.inside.paint(colour);
    await expect.poll(() => shows(this.page, colour), { intervals: [20] }).toBe(true);
    this.seen.push(performance.now() - before);
  }

  async copyBothWays(number: number) {
    await copyElsewhere(this.page, `in ${number}`);
    await expect.poll(() => this.inside.clipboard()).toBe(`in ${number}`);
    this.inside.copy(`out ${number}`);
    await expect.poll(() => myClipboard(this.page)).toBe(`out ${number}`);
  }

  written(): string[] {
    return this.inside.run("cat ~/lines 2>/dev/null || true").split("\n").filter((line) => line !== "");
  }

  async heap(): Promise<number> {
    const browser = await this.context.newCDPSession(this.page);
    await browser.send("HeapProfiler.collectGarbage");
    const { usedSize } = await browser.send("Runtime.getHeapUsage");
    return Math.round(usedSize / 1e6);
  }

  async end() {
    const page = await this.context.newPage();
    await page.goto(url());
    await deleteByApi(page, this.inside.id);
    await this.context.close();
  }
}

for (const engine of ["RFB", "Guacamole"] as const) {
  test(`a person works over ${engine} and loses no key, no picture and no copied text`, async ({ browser }) => {
    const work = await Work.begin(browser, engine);
    const { begun } = await sockets(work.page);
    const heap = await work.heap();
    const until = Date.now() + minutes * 60_000;
    const half = Date.now() + minutes * 30_000;
    let wasCut = false;
    for (let number = 1; Date.now() < until; number++) {
      await work.type(number);
      await work.paint(number);
      if (number % 10 === 0) await work.copyBothWays(number);
      if (!wasCut && Date.now() > half) {
        await cut(work.page);
        wasCut = true;
      }
      await work.page.waitForTimeout(turn);
    }
    expect(work.written()).toEqual(work.lines);
    // The one that was cut on purpose, and no other.
    expect((await sockets(work.page)).begun).toBe(begun + 1);
    const middle = work.seen.sort((one, other) => one - other)[Math.floor(work.seen.length / 2)]!;
    console.log(`${engine}: ${work.lines.length} lines, a change seen after ${middle.toFixed(0)} ms (median, with the command that made it), heap ${heap} MB at first, ${await work.heap()} MB at last`);
    await work.end();
  });
}
