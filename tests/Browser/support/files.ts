import { expect, type Page } from "@playwright/test";

/** By the button of the panel that is open. */
export async function chooseFile(page: Page, name: string, bytes: number): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Upload files" }).click();
  await (await chooser).setFiles({ name, mimeType: "application/octet-stream", buffer: Buffer.alloc(bytes, 7) });
}

/** Drags a file over the screen, which says what would become of it, and lets it go. */
export async function dropFile(page: Page, name: string, says: string): Promise<void> {
  const dropped = await page.evaluateHandle((file) => {
    const data = new DataTransfer();
    data.items.add(new File(["dropped"], file, { type: "text/plain" }));
    return data;
  }, name);
  await page.getByTestId("screen").dispatchEvent("dragover", { dataTransfer: dropped });
  await expect(page.locator(".drop-zone")).toBeVisible();
  await expect(page.locator(".drop-zone")).toHaveText(says);
  await page.getByTestId("screen").dispatchEvent("drop", { dataTransfer: dropped });
  await expect(page.locator(".drop-zone")).toHaveCount(0);
}
