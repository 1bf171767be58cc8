import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { createByApi } from "./support/desktop.ts";
import { look } from "./support/looks.ts";
import { call, required, signIn, type Person } from "./support/people.ts";
import { finished, freePorts, ready } from "./support/product.ts";
import { openScreen, sleepTimers, switchToGuacamole, wakeTimers } from "./support/screen.ts";

const MINUTES = 2;

// An installation of its own, whose template stops what nobody uses after two minutes: the shortest in which a warning leaves a busy machine
// time to react to it.
test.describe("a desktop that nobody uses", () => {
  let above: string;
  let base: string;
  let data: string;
  let admin: Person;
  let up: Awaited<ReturnType<typeof ready>>;

  test.beforeAll(async () => {
    test.setTimeout(240_000);
    above = await mkdtemp(join(tmpdir(), "cws-idle-"));
    data = join(above, "data");
    const port = await freePorts();
    base = `http://127.0.0.1:${port}`;
    up = await ready(["up", "--data", data, "--port", String(port), "--guacd", required("CWS_TEST_GUACD_ADDRESS"), "--templates", await impatient(join(above, "templates"))]);
    admin = JSON.parse(await readFile(join(data, "first-admin.json"), "utf8")) as Person;
  });

  test.afterAll(async () => {
    test.setTimeout(120_000);
    await finished(["down", "--data", data]);
    if (up.exitCode === null) up.kill("SIGKILL");
    await rm(above, { recursive: true, force: true });
  });

  test("warns, is kept by a key press, and stops when it is left alone, unless its owner keeps it awake", async ({ page }) => {
    test.setTimeout(900_000);
    await signIn(page, admin, base);
    const kept = await createByApi(page, "Kept awake");

    await test.step("its owner keeps one awake", async () => {
      await page.goto(`${base}/desktops/${kept}`);
      await expect(page.getByText(`after ${MINUTES} minutes without input`)).toBeVisible();
      await page.getByRole("button", { name: "Keep awake for 1 hour" }).click();
      await expect(page.getByText("Kept awake until")).toBeVisible();
    });

    const [alone, far] = await Promise.all([createByApi(page, "Left alone"), createByApi(page, "Through Guacamole")]);
    const direct = await openScreen(page.context(), alone, base);
    const relayed = await openScreen(page.context(), far, base);
    await switchToGuacamole(relayed);
    const notice = (screen: Page) => screen.getByRole("region", { name: /This desktop stops in/ });

    await test.step("the pages of the others warn before they stop", async () => {
      for (const screen of [direct, relayed]) await expect(notice(screen)).toBeVisible({ timeout: 180_000 });
      await look(direct, "idle-warning");
    });

    await test.step("a key press dismisses the warning, and the desktop runs on", async () => {
      for (const [screen, id] of [[direct, alone], [relayed, far]] as const) {
        await screen.getByLabel("Keys go to the desktop").focus();
        await screen.keyboard.press("a");
        await expect(notice(screen)).toBeHidden();
        expect(await statusOf(page, id)).toBe("running");
      }
    });

    await test.step("left alone they warn again and stop, and a tab that sleeps in the background keeps nothing awake", async () => {
      await sleepTimers(relayed);
      await expect(notice(direct)).toBeVisible({ timeout: 180_000 });
      await expect(direct.getByRole("button", { name: "Start", exact: true })).toBeVisible({ timeout: 240_000 });
      for (const id of [alone, far]) await expect.poll(() => statusOf(page, id), { timeout: 180_000 }).toBe("stopped");
      await look(direct, "idle-stopped");
      await wakeTimers(relayed);
      await expect(relayed.getByRole("button", { name: "Start", exact: true })).toBeVisible();
    });

    await test.step("the one that is kept awake was idle for longer and runs on, until its owner lets it stop", async () => {
      expect(await statusOf(page, kept)).toBe("running");
      await call(page, "PUT", `/api/v1/desktops/${kept}/idle`, {});
      await expect.poll(() => statusOf(page, kept), { timeout: 180_000 }).toBe("stopped");
    });

    await test.step("the start is told from the click to the first picture", async () => {
      await page.goto(`${base}/desktops/${alone}`);
      await page.getByText("How its last start went").click();
      await expect(page.getByRole("rowheader", { name: /Until the first picture/ })).toBeVisible();
      await expect(page.getByRole("rowheader", { name: /module\.session/ }).first()).toBeVisible();
      await look(page, "timeline");
      await page.setViewportSize({ width: 360, height: 740 });
      await look(page, "timeline-phone");
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
      await page.setViewportSize({ width: 1280, height: 800 });
    });

    await test.step("and who looks after templates sees how long starts take", async () => {
      await expect.poll(async () => (await call<{ items: unknown[] }>(page, "GET", "/api/v1/templates/local-vnc-minimal/timings")).items.length).toBeGreaterThan(0);
      await page.goto(`${base}/admin/templates`);
      await page.getByText("How long a start takes").first().click();
      await expect(page.getByTestId("timings")).toBeVisible();
      await look(page, "timings");
    });
  });
});

const statusOf = async (page: Page, id: string) => (await call<{ status: string }>(page, "GET", `/api/v1/desktops/${id}`)).status;

/** The product's own template with a limit, as somebody who runs the product would set it. */
async function impatient(directory: string): Promise<string> {
  const template = join(directory, "local-vnc-minimal");
  await cp(join(required("CWS_ROOT"), "terraform/templates/local-vnc-minimal"), template, { recursive: true, dereference: true });
  const manifest = join(template, "template.yaml");
  const before = await readFile(manifest, "utf8");
  const after = before.replace("session:\n", `session:\n  idle_stop_minutes: ${MINUTES}\n`);
  if (after === before) throw new Error("The template has no session rules to add the limit to.");
  await writeFile(manifest, after);
  return directory;
}
