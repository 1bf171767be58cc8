import { existsSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { cornerColour, Inside, openPanel } from "./support/desktop.ts";
import { admin, signIn } from "./support/people.ts";
import { openTerminal } from "./support/terminal.ts";

test("the first admin creates a desktop, uses its screen, stops, starts and deletes it", async ({ page, context }) => {
  test.setTimeout(300_000);
  await signIn(page, admin());

  await test.step("create it from a template", async () => {
    await page.getByRole("link", { name: /^(Create your first|New) desktop$/ }).first().click();
    await page.getByRole("link", { name: /Linux desktop/ }).click();
    await page.getByLabel("Name").fill("My first");
    await page.getByRole("button", { name: "Create desktop" }).click();
  });

  await test.step("see what Terraform does", async () => {
    await expect(page.getByRole("list", { name: "Resources" }).getByRole("listitem").first()).toBeVisible();
    await expect(page.locator(".page-head").getByText("Running", { exact: true })).toBeVisible();
  });
  const inside = new Inside(page.url().split("/").pop()!);

  const opened = context.waitForEvent("page");
  await page.getByRole("link", { name: "Open My first" }).click();
  const screen = await opened;

  await test.step("its screen shows what is painted on it", async () => {
    await expect(screen.getByRole("status").first()).toHaveText("Connected");
    inside.paint("#12ab34");
    await expect.poll(() => cornerColour(screen)).toBe("#12ab34");
  });

  await test.step("typed keys arrive in a terminal", async () => {
    await openTerminal(screen, inside);
    await expect.poll(() => cornerColour(screen)).not.toBe("#12ab34");
    await screen.keyboard.type("touch ~/typed-in-the-browser\n", { delay: 10 });
    await expect.poll(() => inside.hasFile("typed-in-the-browser")).toBe(true);
  });

  await test.step("the clipboard goes both ways", async () => {
    inside.copy("from the desktop");
    await openPanel(screen, "Clipboard");
    const box = screen.getByRole("group", { name: "Clipboard" }).getByRole("textbox");
    await expect(box).toHaveValue("from the desktop");
    await box.fill("from the browser");
    await screen.getByRole("button", { name: "Send to desktop" }).click();
    await expect.poll(() => inside.clipboard()).toBe("from the browser");
  });

  await test.step("stop it", async () => {
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByRole("button", { name: "Stop desktop" }).click();
    await expect(page.locator(".page-head").getByText("Stopped", { exact: true })).toBeVisible();
    await expect(screen.getByRole("button", { name: "Start" })).toBeVisible();
    expect(inside.processes()).toEqual([]);
  });

  await test.step("start it from its own page: the screen comes back, the home is still there", async () => {
    await screen.getByRole("button", { name: "Start" }).click();
    await expect(screen.getByRole("status").filter({ hasText: "Connected" })).toBeAttached();
    expect(inside.run("ls /home/desktop")).toContain("typed-in-the-browser");
  });

  await test.step("delete it", async () => {
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("button", { name: "Delete desktop" }).click();
    await expect(page.getByText(/is gone|have no desktops yet/).first()).toBeVisible();
    await expect.poll(() => existsSync(inside.directory)).toBe(false);
    expect(inside.processes()).toEqual([]);
  });
});
