import type { CDPSession, Page } from "@playwright/test";
import type { Inside } from "./desktop.ts";

export interface Place {
  x: number;
  y: number;
}

/** The place on the desktop's screen that is shown at a place of the page. */
export function onDesktop(page: Page, place: Place): Promise<Place> {
  return page.getByTestId("screen").locator("canvas").first().evaluate((element, { x, y }) => {
    const canvas = element as HTMLCanvasElement;
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return { x: Math.round(((x - left) * canvas.width) / width), y: Math.round(((y - top) * canvas.height) / height) };
  }, place);
}

/** Fingers on the glass, as the browser itself sees them. */
export class Fingers {
  private constructor(private readonly browser: CDPSession) {}

  static async of(page: Page): Promise<Fingers> {
    return new Fingers(await page.context().newCDPSession(page));
  }

  async tap(...places: Place[]): Promise<void> {
    await this.down(...places);
    await this.up();
  }

  drag(from: Place, to: Place): Promise<void> {
    return this.along((part) => [{ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }]);
  }

  /** All of them the same way. */
  slide(places: Place[], way: Place): Promise<void> {
    return this.along((part) => places.map(({ x, y }) => ({ x: x + way.x * part, y: y + way.y * part })));
  }

  /** Two of them, from so far apart to so far apart. */
  pinch(middle: Place, from: number, to: number): Promise<void> {
    return this.along((part) => [-1, 1].map((side) => ({ x: middle.x + (side * (from + (to - from) * part)) / 2, y: middle.y })));
  }

  down(...places: Place[]): Promise<unknown> {
    return this.browser.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: places.map((place, id) => ({ ...place, id })) });
  }

  move(...places: Place[]): Promise<unknown> {
    return this.browser.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: places.map((place, id) => ({ ...place, id })) });
  }

  up(): Promise<unknown> {
    return this.browser.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  }

  private async along(places: (part: number) => Place[]): Promise<void> {
    const steps = 20;
    await this.down(...places(0));
    for (let step = 1; step <= steps; step++) await this.move(...places(step / steps));
    await this.up();
  }
}

/** What an input method and a keyboard with dead keys do: a word is composed and chosen, then an accent and a letter become one. */
export async function compose(page: Page): Promise<string> {
  const browser = await page.context().newCDPSession(page);
  await browser.send("Input.imeSetComposition", { text: "にほ", selectionStart: 2, selectionEnd: 2 });
  await browser.send("Input.insertText", { text: "日本" });
  await browser.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Dead", code: "Equal", windowsVirtualKeyCode: 187 });
  await browser.send("Input.dispatchKeyEvent", { type: "keyUp", key: "Dead", code: "Equal", windowsVirtualKeyCode: 187 });
  await browser.send("Input.dispatchKeyEvent", { type: "keyDown", key: "é", code: "KeyE", text: "é", windowsVirtualKeyCode: 69 });
  await browser.send("Input.dispatchKeyEvent", { type: "keyUp", key: "é", code: "KeyE", windowsVirtualKeyCode: 69 });
  return "日本é";
}

/** A window over the whole desktop that writes down what is pressed on it. */
export class Witness {
  private constructor(private readonly inside: Inside) {}

  static async open(inside: Inside, untilShown: () => Promise<void>): Promise<Witness> {
    inside.run("rm -f ~/seen");
    inside.start("exec stdbuf -oL xev -name witness -geometry 1920x1080+0+0 -event button -event keyboard -event mouse > ~/seen");
    await untilShown();
    return new Witness(inside);
  }

  /** Each press of a button: which, and where on the desktop. */
  presses(): { button: number; x: number; y: number }[] {
    return [...this.seen().matchAll(/^ButtonPress event[^\n]*\n[^\n]*root:\((-?\d+),(-?\d+)\)[^\n]*\n[^\n]*button (\d+)/gm)].map(([, x, y, button]) => ({ button: Number(button), x: Number(x), y: Number(y) }));
  }

  /** Where a button was let go. */
  releases(): Place[] {
    return [...this.seen().matchAll(/^ButtonRelease event[^\n]*\n[^\n]*root:\((-?\d+),(-?\d+)\)/gm)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
  }

  /** The names of the keys that were pressed. */
  keys(): string[] {
    return [...this.seen().matchAll(/^KeyPress event[^\n]*\n[^\n]*\n[^\n]*keysym 0x[0-9a-f]+, ([^)]+)\)/gm)].map(([, name]) => name!);
  }

  close(): void {
    this.inside.run("pkill -x xev || true");
  }

  private seen(): string {
    return this.inside.run("cat ~/seen 2>/dev/null || true");
  }
}
