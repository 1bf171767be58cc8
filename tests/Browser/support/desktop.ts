import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { call, required } from "./people.ts";

/** A desktop from the inside: what only a test may do. */
export class Inside {
  readonly directory: string;

  constructor(readonly id: string) {
    this.directory = join(required("CWS_TEST_DATA"), "desktops", id);
  }

  get home(): string {
    return join(this.directory, "home");
  }

  run(command: string): string {
    return execFileSync("bash", [this.enter, this.directory, "sh", "-c", command], { encoding: "utf8", timeout: 30_000 });
  }

  /** For what stays: a window, the owner of a clipboard. It ends with the desktop. */
  start(command: string): void {
    spawn("bash", [this.enter, this.directory, "sh", "-c", command], { stdio: "ignore", detached: true }).unref();
  }

  /** The background of the desktop: a colour (#rrggbb) that the screen shows where no window is. */
  paint(colour: string): void {
    this.run(`xsetroot -solid '${colour}'`);
  }

  /** The text in the desktop's clipboard. */
  clipboard(): string {
    return this.run("timeout 5 xclip -o -selection clipboard 2>/dev/null || true");
  }

  copy(text: string): void {
    this.start(`printf '${text}' | xclip -selection clipboard -quiet`);
  }

  hasFile(name: string): boolean {
    return existsSync(join(this.home, name));
  }

  processes(): string[] {
    return readdirSync("/proc").filter((entry) => /^\d+$/.test(entry) && environment(entry).includes(`CWS_DESKTOP=${this.id}\0`));
  }

  private get enter(): string {
    return join(required("CWS_ROOT"), "terraform/modules/local-session/host/enter.sh");
  }
}

function environment(process: string): string {
  try {
    return readFileSync(`/proc/${process}/environ`, "utf8");
  } catch {
    return "";
  }
}

export async function createByApi(page: Page, name: string, template = "local-vnc-minimal"): Promise<string> {
  const { desktop } = await call<{ desktop: { id: string } }>(page, "POST", "/api/v1/desktops", { template, name, parameters: {} });
  await expect.poll(async () => (await call<{ status: string }>(page, "GET", `/api/v1/desktops/${desktop.id}`)).status).toBe("running");
  return desktop.id;
}

export async function deleteByApi(page: Page, id: string): Promise<void> {
  await call(page, "DELETE", `/api/v1/desktops/${id}`);
  await expect.poll(async () => (await call<{ items: { id: string }[] }>(page, "GET", "/api/v1/desktops")).items.map((item) => item.id)).not.toContain(id);
}

/** The colour in the lower right corner of the screen that the browser shows, as #rrggbb. */
export function cornerColour(page: Page): Promise<string> {
  return page.getByTestId("screen").locator("canvas").first().evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const [red, green, blue] = canvas.getContext("2d")!.getImageData(canvas.width - 20, Math.floor(canvas.height / 2), 1, 1).data;
    return `#${[red, green, blue].map((part) => part!.toString(16).padStart(2, "0")).join("")}`;
  });
}

/** The toolbar folds itself away; a panel is opened through it. */
export async function openPanel(page: Page, name: string): Promise<void> {
  const show = page.getByRole("button", { name: "Show the toolbar" });
  const tool = page.getByRole("button", { name, exact: true });
  await expect(async () => {
    if (await show.isVisible()) await show.click();
    await tool.click({ timeout: 2_000 });
    await expect(page.getByRole("group", { name })).toBeVisible({ timeout: 2_000 });
  }).toPass();
}
