/**
 * Keeps the short-lived session token fresh. All tabs of a browser share the cookie, and a refresh token may be used once: so one tab
 * renews while the others wait for the lock and then see that it is done.
 */
export interface RenewalPlatform {
  fetch: (path: string, init: RequestInit) => Promise<Response>;
  now: () => number;
  read: () => number | null;
  write: (expiresAt: number | null) => void;
  lock: <T>(work: () => Promise<T>) => Promise<T>;
}

export type RenewalResult = "renewed" | "ended" | "unreachable";

/** Renew when less than this is left; tokens live five minutes. */
const margin = 75_000;

export class SessionRenewal {
  private readonly platform: RenewalPlatform;
  private inFlight: Promise<RenewalResult> | null = null;

  constructor(platform: RenewalPlatform) {
    this.platform = platform;
  }

  /** When the token ends by this machine's clock; null when unknown. */
  get expiresAt() {
    return this.platform.read();
  }

  /** Notes what a sign-in or renewal said. The Date header takes a wrong local clock out of the sum. */
  remember(sessionExpiresAt: string, serverDate: string | null) {
    const now = this.platform.now();
    const server = serverDate === null ? Number.NaN : Date.parse(serverDate);
    const left = Date.parse(sessionExpiresAt) - (Number.isNaN(server) ? now : server);
    this.platform.write(now + left);
  }

  forget() {
    this.platform.write(null);
  }

  isDue() {
    const expiresAt = this.platform.read();
    return expiresAt === null || expiresAt - this.platform.now() < margin;
  }

  /** Milliseconds until the next renewal should run. */
  delay() {
    const expiresAt = this.platform.read();
    return expiresAt === null ? 0 : Math.max(0, expiresAt - this.platform.now() - margin);
  }

  /**
   * Renews unless another tab did so since `seen`.
   * @param seen the expiry that was known when the need arose (for a 401: when the refused request was sent).
   */
  renew(seen: number | null = this.platform.read()): Promise<RenewalResult> {
    this.inFlight ??= this.platform
      .lock(() => this.renewLocked(seen))
      .finally(() => {
        this.inFlight = null;
      });
    return this.inFlight;
  }

  private async renewLocked(seen: number | null): Promise<RenewalResult> {
    const current = this.platform.read();
    if (current !== null && current !== seen && current - this.platform.now() >= margin) return "renewed";
    let response: Response;
    try {
      response = await this.platform.fetch("/auth/refresh", { method: "POST", credentials: "same-origin" });
    } catch {
      return "unreachable";
    }
    if (response.status === 401 || response.status === 403) {
      this.forget();
      return "ended";
    }
    if (!response.ok) return "unreachable";
    const body = (await response.json()) as { sessionExpiresAt: string };
    this.remember(body.sessionExpiresAt, response.headers.get("date"));
    return "renewed";
  }
}

const storageKey = "cws.sessionExpiresAt";
let memory: number | null = null;

/** Falls back to memory where storage is switched off. */
export const browserPlatform: RenewalPlatform = {
  fetch: (path, init) => fetch(path, init),
  now: () => Date.now(),
  read() {
    try {
      const value = Number(localStorage.getItem(storageKey));
      return value > 0 ? value : null;
    } catch {
      return memory;
    }
  },
  write(expiresAt) {
    memory = expiresAt;
    try {
      if (expiresAt === null) localStorage.removeItem(storageKey);
      else localStorage.setItem(storageKey, String(expiresAt));
    } catch {
      // kept in memory
    }
  },
  lock: (work) => ("locks" in navigator ? navigator.locks.request("cws-session", work) : work()) as ReturnType<typeof work>,
};

export const renewal = new SessionRenewal(browserPlatform);
