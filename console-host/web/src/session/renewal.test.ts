import { beforeEach, describe, expect, it } from "vitest";
import { SessionRenewal, type RenewalPlatform } from "./renewal";

const minute = 60_000;
const start = Date.parse("2026-01-01T12:00:00Z");

/** Two tabs of one browser: shared storage and lock, one server. */
class Browser {
  now = start;
  stored: number | null = null;
  asked = 0;
  answer: () => Response = () => Response.json({ sessionExpiresAt: new Date(this.now + 5 * minute).toISOString() });
  private queue: Promise<unknown> = Promise.resolve();

  tab(): SessionRenewal {
    const platform: RenewalPlatform = {
      fetch: () => {
        this.asked += 1;
        return Promise.resolve().then(() => this.answer());
      },
      now: () => this.now,
      read: () => this.stored,
      write: (value) => (this.stored = value),
      lock: (work) => {
        const run = this.queue.then(work);
        this.queue = run.catch(() => undefined);
        return run;
      },
    };
    return new SessionRenewal(platform);
  }
}

describe("renewing the session", () => {
  let browser: Browser;
  beforeEach(() => {
    browser = new Browser();
  });

  it("is due when nothing is known and shortly before the end, not before", () => {
    const tab = browser.tab();
    expect(tab.isDue()).toBe(true);
    tab.remember(new Date(start + 5 * minute).toISOString(), null);
    expect(tab.isDue()).toBe(false);
    browser.now += 4 * minute;
    expect(tab.isDue()).toBe(true);
    expect(tab.delay()).toBe(0);
  });

  it("happens once for all tabs that need it at the same time", async () => {
    const results = await Promise.all([browser.tab().renew(), browser.tab().renew(), browser.tab().renew()]);
    expect(results).toEqual(["renewed", "renewed", "renewed"]);
    expect(browser.asked).toBe(1);
  });

  it("happens again after a 401 although the token was thought to be good", async () => {
    const tab = browser.tab();
    tab.remember(new Date(start + 5 * minute).toISOString(), null);
    browser.now += 1000;
    expect(await tab.renew(tab.expiresAt)).toBe("renewed");
    expect(browser.asked).toBe(1);
  });

  it("is not repeated after a 401 to a request that was sent before another tab renewed", async () => {
    const before = browser.stored;
    await browser.tab().renew();
    expect(await browser.tab().renew(before)).toBe("renewed");
    expect(browser.asked).toBe(1);
  });

  it("says that the session has ended, and forgets it", async () => {
    browser.answer = () => Response.json({ code: "session_ended" }, { status: 401 });
    browser.stored = start + 1;
    expect(await browser.tab().renew()).toBe("ended");
    expect(browser.stored).toBeNull();
  });

  it("keeps the session when the server cannot be reached or is being restarted", async () => {
    browser.stored = start + minute;
    browser.answer = () => {
      throw new TypeError("offline");
    };
    expect(await browser.tab().renew()).toBe("unreachable");
    browser.answer = () => new Response("", { status: 503 });
    expect(await browser.tab().renew()).toBe("unreachable");
    expect(browser.stored).toBe(start + minute);
  });

  it("is not led astray by a wrong local clock", () => {
    const tab = browser.tab();
    const serverNow = start - 60 * minute;
    tab.remember(new Date(serverNow + 5 * minute).toISOString(), new Date(serverNow).toUTCString());
    expect(browser.stored).toBe(start + 5 * minute);
  });
});
