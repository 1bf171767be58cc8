import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

export const screenshots = process.env.CWS_SCREENSHOTS ?? "test-results/screenshots";

/** A picture to look at, and nothing serious for axe to say. */
export async function look(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${screenshots}/${name}.png`, fullPage: true });
  expect.soft(await seriousFindings(page), `axe on ${name}`).toEqual([]);
}

/** What the component library says for a moment to screen readers about a button that is gone by then is left out. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).exclude("[data-live-announcer]").analyze();
  return violations
    .filter((finding) => finding.impact === "serious" || finding.impact === "critical")
    .flatMap((finding) => finding.nodes.map((node) => `${finding.id}: ${node.html.slice(0, 160)} ${node.failureSummary?.split("\n")[1] ?? ""}`));
}
