import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { createByApi, deleteByApi, Inside } from "./support/desktop.ts";
import { look } from "./support/looks.ts";
import { admin, call, signIn, signInFirstTime, url, type Person } from "./support/people.ts";
import { finished, freePorts, ready } from "./support/product.ts";
import { connected, switchToGuacamole } from "./support/screen.ts";
import { clickInto } from "./support/terminal.ts";

const group = "recorded-people";
const typed = "echo seen-by-the-auditor";

async function person(adminPage: Page, userName: string, roles: string[], groups: string[] = []): Promise<Person> {
  // A walk that is run again meets the people of the time before.
  const name = `${userName}${test.info().retry || ""}`;
  const { generatedPassword } = await call<{ generatedPassword: string }>(adminPage, "POST", "/api/v1/accounts", { userName: name, displayName: name, roles, groups });
  return { userName: name, password: generatedPassword };
}

async function policies(adminPage: Page, list: unknown[]): Promise<void> {
  await call(adminPage, "PUT", "/api/v1/settings/session-policies", { policies: list });
}

interface Recording { id: string; state: string; keys: boolean; durationMilliseconds?: number }

const recordingsOf = async (page: Page, desktop: string) => (await call<{ items: Recording[] }>(page, "GET", `/api/v1/recordings?owner=*&desktop=${desktop}`)).items;

/** The brightest and the darkest of many points of what is played: a black screen has no difference. */
function contrast(page: Page): Promise<number> {
  return page.getByTestId("playback").locator("canvas").first().evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    if (canvas.width < 200) return 0;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    let [dark, bright] = [255 * 3, 0];
    for (let i = 0; i < data.length; i += 4) {
      const light = data[i]! + data[i + 1]! + data[i + 2]!;
      [dark, bright] = [Math.min(dark, light), Math.max(bright, light)];
    }
    return bright - dark;
  });
}

test("a session that a group's policy records is signed as such, and an auditor plays it, seeks in it and finds what was typed", async ({ page, browser }) => {
  test.setTimeout(600_000);
  await signIn(page, admin());
  const recorded = await person(page, "recorded", ["user"], [group]);
  const auditor = await person(page, "film-auditor", ["auditor"]);
  await policies(page, [{ name: "Recorded", groups: [group], recording: "keys", recordingRetentionDays: 3 }]);
  const theirs = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await signInFirstTime(theirs, recorded);
  const desktop = await createByApi(theirs, "On record");
  const inside = new Inside(desktop);

  await test.step("the sign is there for as long as the session is", async () => {
    await theirs.goto(`${url()}/desktop/${desktop}/`);
    await connected(theirs);
    await expect(theirs.getByText("This session is recorded, with what is typed")).toBeVisible();
    await clickInto(theirs, inside);
    await theirs.keyboard.type(`${typed} > shown`, { delay: 30 });
    await theirs.keyboard.press("Enter");
    await expect.poll(() => inside.hasFile("shown")).toBe(true);
    await look(theirs, "recording-sign");
    await theirs.goto(`${url()}/`);
  });

  await test.step("its owner sees that it was recorded, and cannot play it", async () => {
    await expect.poll(async () => (await recordingsOf(page, desktop)).map(({ state }) => state)).toEqual(["complete"]);
    await theirs.goto(`${url()}/desktops/${desktop}`);
    const section = theirs.getByRole("region", { name: "Recordings" }).first();
    await expect(section.getByRole("row")).toHaveCount(2);
    await expect(section.getByRole("link", { name: /^Play/ })).toHaveCount(0);
    const { id } = (await recordingsOf(page, desktop))[0]!;
    await expect(call(theirs, "GET", `/api/v1/recordings/${id}/content`)).rejects.toThrow(/: 403 /);
    await theirs.goto(`${url()}/admin/recordings/${id}`);
    await expect(theirs.getByRole("heading", { name: "There is no such page" })).toBeVisible();
  });

  const watching = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await signInFirstTime(watching, auditor);
  await test.step("an auditor plays it", async () => {
    await watching.getByRole("link", { name: "All recordings" }).click();
    await expect(watching.getByRole("heading", { name: "Recordings" })).toBeVisible();
    const row = watching.getByRole("row").filter({ hasText: "On record" });
    await expect(row).toContainText("Screen and keys");
    await look(watching, "recordings");
    await row.getByRole("link", { name: /^Play the recording of On record/ }).click();
    await watching.getByRole("button", { name: "Play", exact: true }).click();
    await expect.poll(() => contrast(watching)).toBeGreaterThan(100);
    await watching.getByRole("button", { name: "Pause" }).click();
  });

  await test.step("seeks forward, back and by what was typed", async () => {
    const slider = watching.getByRole("slider", { name: "Position in the recording" });
    await slider.press("End");
    await expect.poll(() => contrast(watching)).toBeGreaterThan(100);
    const end = await slider.inputValue();
    await slider.press("Home");
    await expect(slider).toHaveValue("0");
    await watching.getByLabel("Find typed text").fill("SEEN-BY");
    await expect(watching.getByText("Found once.")).toBeVisible();
    await watching.getByRole("button", { name: /^Go to .* where seen-by was typed/ }).click();
    await expect.poll(async () => Number(await slider.inputValue())).toBeGreaterThan(0);
    expect(Number(await slider.inputValue())).toBeLessThan(Number(end));
    await expect.poll(() => contrast(watching)).toBeGreaterThan(100);
    await watching.getByLabel("Speed").selectOption("8");
    await watching.getByRole("checkbox", { name: "Skip idle time" }).check();
    await watching.getByRole("button", { name: "Play", exact: true }).click();
    await expect(slider).toHaveValue(end);
    await expect(watching.getByRole("button", { name: "Play", exact: true })).toBeVisible();
    await look(watching, "recording-played");
  });

  await test.step("which is on record, and so is what an auditor may not", async () => {
    const { id } = (await recordingsOf(page, desktop))[0]!;
    const trail = await call<{ items: { action: string; actorName: string }[] }>(page, "GET", `/api/v1/audit?target=recording/${id}`);
    expect(trail.items.filter(({ action }) => action === "recording.view").map(({ actorName }) => actorName)).toEqual([auditor.userName]);
    await expect(call(watching, "DELETE", `/api/v1/recordings/${id}`)).rejects.toThrow(/: 403 /);
    const lines = await watching.evaluate(async (path) => (await fetch(path)).text(), `/api/v1/recordings/${id}/timeline`);
    expect(lines.trim().split("\n").map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual(expect.arrayContaining(["begin", "activity", "key", "end"]));
  });

  await test.step("without the policy there is no sign and no recording", async () => {
    await policies(page, []);
    await theirs.goto(`${url()}/desktop/${desktop}/`);
    await connected(theirs);
    await expect(theirs.getByText(/This session is recorded/)).toHaveCount(0);
    await theirs.goto(`${url()}/`);
    expect(await recordingsOf(page, desktop)).toHaveLength(1);
  });

  await test.step("an administrator deletes it before its time", async () => {
    const { id } = (await recordingsOf(page, desktop))[0]!;
    await page.goto(`${url()}/admin/recordings/${id}`);
    await page.getByRole("button", { name: "Delete…" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete the recording" }).click();
    await expect(page.getByText("There are no such recordings.")).toBeVisible();
    expect(await recordingsOf(page, desktop)).toEqual([]);
  });
  await deleteByApi(theirs, desktop);
});

test("a session over Guacamole is recorded too, and played by the other engine's player", async ({ page, browser }) => {
  test.setTimeout(400_000);
  await signIn(page, admin());
  const recorded = await person(page, "recorded-guac", ["user"], [group]);
  await policies(page, [{ name: "Recorded", groups: [group], recording: "keys" }]);
  const theirs = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await signInFirstTime(theirs, recorded);
  const desktop = await createByApi(theirs, "On record over Guacamole");
  const inside = new Inside(desktop);

  await theirs.goto(`${url()}/desktop/${desktop}/`);
  await connected(theirs);
  await switchToGuacamole(theirs);
  await expect.poll(async () => (await recordingsOf(page, desktop)).length).toBe(2);
  await expect(theirs.getByText("This session is recorded, with what is typed")).toBeVisible();
  await clickInto(theirs, inside);
  await theirs.keyboard.type(`${typed} > shown`, { delay: 30 });
  await theirs.keyboard.press("Enter");
  await expect.poll(() => inside.hasFile("shown")).toBe(true);
  await theirs.goto(`${url()}/`);
  await expect.poll(async () => (await recordingsOf(page, desktop)).map(({ state }) => state)).toEqual(["complete", "complete"]);

  const newest = (await recordingsOf(page, desktop)).sort((one, other) => one.id.localeCompare(other.id)).at(-1)!;
  await page.goto(`${url()}/admin/recordings/${newest.id}`);
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect.poll(() => contrast(page)).toBeGreaterThan(100);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByLabel("Find typed text").fill("SEEN-BY");
  await expect(page.getByText("Found once.")).toBeVisible();
  await page.getByRole("slider", { name: "Position in the recording" }).press("End");
  await expect.poll(() => contrast(page)).toBeGreaterThan(100);
  await look(page, "recording-played-guacamole");

  await policies(page, []);
  await deleteByApi(theirs, desktop);
});

/** A number that stands for every point of what is played. */
function picture(page: Page): Promise<string> {
  return page.getByTestId("playback").locator("canvas").first().evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    let sum = 2166136261;
    for (const value of data) sum = Math.imul(sum ^ value, 16777619);
    return `${canvas.width}x${canvas.height} ${sum >>> 0}`;
  });
}

/** Goes to a moment and gives the picture there, once nothing is under way any more. */
async function pictureAt(page: Page, moment: number): Promise<string> {
  await page.getByRole("slider", { name: "Position in the recording" }).fill(String(moment));
  await page.waitForTimeout(500);
  await expect(page.getByText("Going there…")).toHaveCount(0, { timeout: 120_000 });
  let [before, now] = ["", await picture(page)];
  while (now !== before) {
    await page.waitForTimeout(500);
    [before, now] = [now, await picture(page)];
  }
  return now;
}

// An installation of its own, whose chunks are small: what is hours long elsewhere has as many of them in a minute.
test.describe("a recording of many chunks", () => {
  const pages = 16;
  let above: string;
  let base: string;
  let data: string;
  let owner: Person;
  let up: Awaited<ReturnType<typeof ready>>;

  test.beforeAll(async () => {
    test.setTimeout(240_000);
    above = await mkdtemp(join(tmpdir(), "cws-films-"));
    data = join(above, "data");
    const port = await freePorts();
    base = `http://127.0.0.1:${port}`;
    process.env.CWS_RECORDINGS__CHUNKKILOBYTES = "16";
    up = await ready(["up", "--data", data, "--port", String(port)]).finally(() => delete process.env.CWS_RECORDINGS__CHUNKKILOBYTES);
    owner = JSON.parse(await readFile(join(data, "first-admin.json"), "utf8")) as Person;
  });

  test.afterAll(async () => {
    test.setTimeout(120_000);
    await finished(["down", "--data", data]);
    if (up.exitCode === null) up.kill("SIGKILL");
    await rm(above, { recursive: true, force: true });
  });

  test("begins with its first pages, goes far ahead, and shows the same picture whichever way it came there", async ({ page }) => {
    test.setTimeout(600_000);
    await signIn(page, owner, base);
    const { id: account } = await call<{ id: string }>(page, "GET", "/api/v1/me");
    await call(page, "PATCH", `/api/v1/accounts/${account}`, { groups: [group] });
    await policies(page, [{ name: "Recorded", groups: [group], recording: "screen" }]);
    const desktop = await createByApi(page, "Much to see");
    await page.goto(`${base}/desktop/${desktop}/`);
    await connected(page);
    await page.getByTestId("screen").click();
    await page.waitForTimeout(500);
    await page.keyboard.type("while :; do head -c 3000 /dev/urandom | base64; done", { delay: 30 });
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await recordingsOf(page, desktop))[0]?.state).toBe("recording");
    const { id } = (await recordingsOf(page, desktop))[0]!;
    const size = async () => call<{ bytes: number; chunks: number }>(page, "GET", `/api/v1/recordings/${id}`);
    await expect.poll(async () => (await size()).bytes, { timeout: 180_000 }).toBeGreaterThan(10_000_000);
    await page.keyboard.press("Control+c");
    await page.goto(`${base}/`);
    await expect.poll(async () => (await recordingsOf(page, desktop)).map(({ state }) => state)).toEqual(["complete"]);
    const { chunks } = await size();
    expect(chunks).toBeGreaterThan(20 * pages);

    const asked: number[] = [];
    page.on("request", (request) => {
      const first = /content\?first=(\d+)/.exec(request.url())?.[1];
      if (first !== undefined) asked.push(Number(first));
    });
    await page.goto(`${base}/admin/recordings/${id}`);
    const slider = page.getByRole("slider", { name: "Position in the recording" });
    await expect(slider).toBeVisible();
    expect(Math.max(...asked), "only the first pages are fetched to begin").toBeLessThan(4 * pages);

    const end = Number(await slider.getAttribute("max"));
    const [middle, late] = [end / 2, end * 0.9];
    const far = await pictureAt(page, late);
    expect(new Set(asked).size, "nothing is fetched twice on the way").toBe(asked.length);
    const half = await pictureAt(page, middle);
    expect(half).not.toBe(far);
    expect(await pictureAt(page, late), "ahead again").toBe(far);
    await slider.press("Home");
    expect(await pictureAt(page, middle), "from the beginning").toBe(half);

    // Without any snapshot: another page that has been nowhere.
    await page.reload();
    await expect(slider).toBeVisible();
    expect(await pictureAt(page, middle)).toBe(half);
    await look(page, "recording-far");
    await deleteByApi(page, desktop);
  });
});
