import { expect, type Page } from "@playwright/test";
import type { Inside } from "./desktop.ts";

let opened = 0;

/** Opens a terminal on the desktop and clicks on the screen until that terminal has the keyboard: what is typed before reaches nobody. */
export async function openTerminal(page: Page, inside: Inside, how = "-maximized"): Promise<void> {
  const name = `terminal-${++opened}`;
  inside.start(`LANG=C.UTF-8 exec xterm -name ${name} ${how}`);
  await clickInto(page, inside, name);
}

/** Clicks on the middle of the screen until the window of this name has the keyboard; without a name, the terminal that a desktop starts with. */
export async function clickInto(page: Page, inside: Inside, name = "xterm"): Promise<void> {
  await expect(async () => {
    await page.getByTestId("screen").click();
    await untilFocused(inside, name, 2_000);
  }).toPass();
}

/** The window manager gives a window the keyboard a moment after it was opened or clicked on. */
export async function untilFocused(inside: Inside, name: string, timeout?: number): Promise<void> {
  await expect.poll(() => inside.run("xprop -id $(xdotool getwindowfocus) WM_CLASS WM_NAME 2>/dev/null || true"), { timeout }).toContain(`"${name}"`);
}
