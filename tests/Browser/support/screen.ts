import { expect, type BrowserContext, type Page } from "@playwright/test";
import { openPanel } from "./desktop.ts";
import { url } from "./people.ts";

/** Opens a desktop's page in a tab whose sockets can be cut. */
export async function openScreen(context: BrowserContext, desktop: string, base = url()): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(keepSockets);
  await page.addInitScript(holdTimers);
  await page.goto(`${base}/desktop/${desktop}/`);
  await connected(page);
  return page;
}

export async function connected(page: Page): Promise<void> {
  await expect(page.getByRole("status").filter({ hasText: /^Connected$/ })).toBeVisible();
}

/** As a person does it: by the panel that misses files. The panel stays open over the screen, so it is closed. */
export async function switchToGuacamole(page: Page): Promise<void> {
  await openPanel(page, "Files");
  await page.getByRole("button", { name: "Switch to Guacamole" }).click();
  await expect(page.getByRole("button", { name: "Upload files" })).toBeVisible();
  await connected(page);
  await page.getByRole("button", { name: "Files", exact: true }).click();
  await expect(page.getByRole("group", { name: "Files" })).toBeHidden();
}

interface Kept extends Window {
  screens: WebSocket[];
}

/** The page's connections, where a test finds them. */
export function keepSockets() {
  const kept = window as unknown as Kept;
  kept.screens = [];
  // Not a class of its own: noVNC looks at what a socket is made of.
  window.WebSocket = new Proxy(WebSocket, {
    construct(original, values: [string | URL, string | string[]]) {
      const socket = new original(...values);
      kept.screens.push(socket);
      return socket;
    },
  });
}

/** What the page's latest connection speaks. */
export const tunnel = (page: Page) => page.evaluate(() => (window as unknown as Kept).screens.at(-1)?.protocol);

/** How many connections the page has begun, and how many of them are open. */
export function sockets(page: Page): Promise<{ begun: number; open: number }> {
  return page.evaluate(() => {
    const { screens } = window as unknown as Kept;
    return { begun: screens.length, open: screens.filter((socket) => socket.readyState === WebSocket.OPEN).length };
  });
}

/** Cuts the connection under the page's feet; answers when the page has another one. */
export async function cut(page: Page): Promise<void> {
  const { begun } = await sockets(page);
  await page.evaluate(() => (window as unknown as Kept).screens.at(-1)?.close());
  await expect.poll(async () => (await sockets(page)).begun).toBeGreaterThan(begun);
  await expect.poll(async () => (await sockets(page)).open).toBe(1);
  await connected(page);
}

/** The size of the picture that the page has of the remote screen. */
export function pictureSize(page: Page): Promise<string> {
  return page.getByTestId("screen").locator("canvas").first().evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    return `${width} × ${height}`;
  });
}

/** The place on the page for the screen. */
export function placeSize(page: Page, ratio = 1): Promise<string> {
  return page.getByTestId("screen").evaluate((place, factor) => `${place.clientWidth * factor} × ${place.clientHeight * factor}`, ratio);
}

export const myClipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

/** As if the person had copied something elsewhere and come back. */
export async function copyElsewhere(page: Page, text: string): Promise<void> {
  await page.evaluate(async (copied) => {
    await navigator.clipboard.writeText(copied);
    window.dispatchEvent(new Event("focus"));
  }, text);
}

/** Whether the picture has this colour (#rrggbb) at one of many places: windows may cover any single one. */
export function shows(page: Page, colour: string): Promise<boolean> {
  return page.getByTestId("screen").locator("canvas").first().evaluate((element, wanted) => {
    const canvas = element as HTMLCanvasElement;
    const context = canvas.getContext("2d")!;
    const places = Array.from({ length: 100 }, (_, index) => [(index % 10) + 0.5, Math.floor(index / 10) + 0.5] as const);
    return places.some(([column, row]) => {
      const [red, green, blue] = context.getImageData(Math.floor((column * canvas.width) / 10), Math.floor((row * canvas.height) / 10), 1, 1).data;
      return `#${[red, green, blue].map((part) => part!.toString(16).padStart(2, "0")).join("")}` === wanted;
    });
  }, colour);
}

interface Asleep extends Window {
  asleep: boolean;
  held: (() => void)[];
}

/** As in a tab that has been in the background for long: nothing that waits for a time or a frame happens; what arrives still does. */
export function sleepTimers(page: Page): Promise<void> {
  return page.evaluate(() => {
    (window as unknown as Asleep).asleep = true;
    document.hasFocus = () => false;
    window.dispatchEvent(new Event("blur"));
  });
}

export function wakeTimers(page: Page): Promise<void> {
  return page.evaluate(() => {
    const own = window as unknown as Asleep;
    own.asleep = false;
    document.hasFocus = () => true;
    for (const late of own.held.splice(0)) late();
  });
}

/** As a person does it who wants another engine for its own sake. */
export async function chooseEngine(page: Page, name: RegExp): Promise<void> {
  await openPanel(page, "View");
  await page.getByRole("radio", { name }).click();
  await connected(page);
  // The panel stays open over the screen.
  await expect(async () => {
    if (await page.getByRole("group", { name: "View" }).isVisible()) await page.getByRole("button", { name: "View", exact: true }).click({ timeout: 2_000 });
    await expect(page.getByRole("group", { name: "View" })).toBeHidden({ timeout: 2_000 });
  }).toPass();
}

function holdTimers() {
  const own = window as unknown as Asleep;
  own.asleep = false;
  own.held = [];
  const held = (callback: unknown) => (...values: unknown[]) => {
    const run = () => (callback as (...all: unknown[]) => void)(...values);
    if (own.asleep) own.held.push(run);
    else run();
  };
  for (const name of ["setTimeout", "setInterval", "requestAnimationFrame"] as const) {
    const original = window[name] as (callback: unknown, ...rest: unknown[]) => number;
    (window as unknown as Record<string, unknown>)[name] = (callback: unknown, ...rest: unknown[]) => original.call(window, held(callback), ...rest);
  }
}
