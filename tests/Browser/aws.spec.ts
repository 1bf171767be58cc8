import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { Cloud } from "./support/cloud.ts";
import { cornerColour } from "./support/desktop.ts";
import { admin, required, signIn } from "./support/people.ts";

const screenshots = process.env.CWS_SCREENSHOTS ?? "test-results/screenshots";
const cloud = new Cloud();

test("an admin creates a desktop in AWS, sees each resource being built, uses it, stops, starts and deletes it; nothing is left", async ({ page, context }) => {
  test.setTimeout(600_000);
  await signIn(page, admin());

  await test.step("create it from its template", async () => {
    await page.getByRole("link", { name: "Create your first desktop" }).click();
    await look(page, "aws-templates");
    await page.getByRole("link", { name: /Linux desktop in the cloud/ }).click();
    await look(page, "aws-create");
    await page.getByLabel("Name").fill("In the cloud");
    await page.getByRole("button", { name: "Create desktop" }).click();
  });

  await test.step("see each resource being built", async () => {
    const resources = page.getByRole("list", { name: "Resources" });
    const machine = resources.getByRole("listitem").filter({ hasText: "aws_instance.desktop" });
    await expect(machine).toHaveAttribute("data-state", "running");
    await look(page, "aws-building");
    await expect(machine).toHaveAttribute("data-state", "done", { timeout: 120_000 });
    await expect(resources.getByRole("listitem").filter({ hasText: "aws_ssm_parameter.password" })).toHaveAttribute("data-state", "done");
    await expect(page.locator(".page-head").getByText("Running", { exact: true })).toBeVisible({ timeout: 120_000 });
    await look(page, "aws-running");
  });
  const id = page.url().split("/").pop()!;
  const instance = (await cloud.instances(id))[0]!.id;

  const opened = context.waitForEvent("page");
  await page.getByRole("link", { name: "Open In the cloud" }).click();
  const screen = await opened;

  await test.step("its screen shows what is painted on the machine", async () => {
    await expect(screen.getByRole("status").first()).toHaveText("Connected");
    paint(instance, "#12ab34");
    await expect.poll(() => cornerColour(screen)).toBe("#12ab34");
    await look(screen, "aws-screen");
  });

  await test.step("stop it: the machine stands still, the disk stays", async () => {
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByRole("button", { name: "Stop desktop" }).click();
    await expect(page.locator(".page-head").getByText("Stopped", { exact: true })).toBeVisible({ timeout: 120_000 });
    await expect(screen.getByRole("button", { name: "Start" })).toBeVisible();
    expect(await cloud.instances(id)).toEqual([{ id: instance, state: "stopped" }]);
    await look(page, "aws-stopped");
  });

  await test.step("start it from its own page: the same machine comes back", async () => {
    await screen.getByRole("button", { name: "Start" }).click();
    await expect(screen.getByRole("status").filter({ hasText: "Connected" })).toBeAttached({ timeout: 120_000 });
    paint(instance, "#ab1234");
    await expect.poll(() => cornerColour(screen)).toBe("#ab1234");
    expect(await cloud.instances(id)).toEqual([{ id: instance, state: "running" }]);
  });

  await test.step("delete it: the account is empty", async () => {
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("button", { name: "Delete desktop" }).click();
    await expect(page.getByText(/is gone|have no desktops yet/).first()).toBeVisible({ timeout: 120_000 });
    expect(await cloud.left()).toEqual([]);
    expect(existsSync(join(required("CWS_TEST_DATA"), "machines", instance))).toBe(false);
  });
});

/** From inside the machine, which a test finds on this one. */
function paint(instance: string, colour: string): void {
  const run = join(required("CWS_TEST_DATA"), "machines", instance, "run");
  execFileSync("xsetroot", ["-solid", colour], {
    env: { ...process.env, DISPLAY: readFileSync(join(run, "display"), "utf8").trim(), XAUTHORITY: join(run, "Xauthority") },
    timeout: 30_000,
  });
}

async function look(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${screenshots}/${name}.png` });
}
