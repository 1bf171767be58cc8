import { Backoff } from "../live/backoff";
import { ApiError, messageOf } from "../api/problem";
import type { Connection } from "../api/types";
import { endOf, type End, type Next } from "./ends";

/** A live connection as the connector sees it; `close` is idempotent. */
export interface Link {
  close: () => void;
}

export interface LinkEvents {
  connected: () => void;
  ended: (code: number, reason: string) => void;
}

/** The API's permission for one connection. */
export type Grant = Pick<Connection, "url" | "session" | "engine" | "access">;

export interface ConnectorParts<L extends Link> {
  grant: () => Promise<Grant>;
  open: (grant: Grant, events: LinkEvents) => Promise<L>;
  report: (phase: Phase<L>) => void;
  backoff?: Backoff;
}

export type Phase<L> =
  | { name: "connecting"; attempt: number }
  | { name: "connected"; link: L }
  | { name: "waiting"; sentence: string; attempt: number; until: number }
  | { name: "ended"; sentence: string; next: Exclude<Next, "reconnect" | "reconnect-now"> };

/**
 * Connects, and connects again after a break: at once when only the ticket was old, else after waits that double up to 15 s. What
 * cannot come back by itself ends with the sentence that says why.
 */
export class Connector<L extends Link> {
  private readonly parts: ConnectorParts<L>;
  private readonly backoff: Backoff;
  private generation = 0;
  private link: L | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private oldTickets = 0;
  private waiting = false;

  constructor(parts: ConnectorParts<L>) {
    this.parts = parts;
    this.backoff = parts.backoff ?? new Backoff(500, 15_000);
  }

  /** Connects now, whatever is going on. */
  start() {
    const generation = this.drop();
    this.parts.report({ name: "connecting", attempt: this.backoff.attempts });
    void this.connect(generation);
  }

  /** Cuts a wait short: the network is back, or somebody looks at the page again. */
  wake() {
    if (!this.waiting || document.visibilityState !== "visible") return;
    this.start();
  }

  /** Leaves for good, without a report. */
  stop() {
    this.drop();
  }

  private drop(): number {
    clearTimeout(this.timer);
    this.waiting = false;
    this.generation += 1;
    this.link?.close();
    this.link = null;
    return this.generation;
  }

  private async connect(generation: number) {
    const current = () => generation === this.generation;
    try {
      const grant = await this.parts.grant();
      if (!current()) return;
      const link = await this.parts.open(grant, {
        connected: () => {
          if (!current() || this.link === null) return;
          this.backoff.reset();
          this.oldTickets = 0;
          this.parts.report({ name: "connected", link: this.link });
        },
        ended: (code, reason) => current() && this.ended(endOf(code, reason)),
      });
      if (current()) this.link = link;
      else link.close();
    } catch (error) {
      if (current()) this.ended(endOfRefusal(error));
    }
  }

  private ended({ sentence, next }: End) {
    this.drop();
    // A ticket that is always too old means a wrong clock, not bad luck: then wait like for any other fault.
    if (next === "reconnect-now" && this.oldTickets++ < 2) return this.start();
    if (next === "reconnect" || next === "reconnect-now") return this.wait(sentence);
    this.parts.report({ name: "ended", sentence, next });
  }

  private wait(sentence: string) {
    const delay = this.backoff.next();
    this.parts.report({ name: "waiting", sentence, attempt: this.backoff.attempts, until: Date.now() + delay });
    this.waiting = true;
    this.timer = setTimeout(() => this.start(), delay);
  }
}

/** The API refused the connection, or could not be asked. */
export function endOfRefusal(error: unknown): End {
  if (!(error instanceof ApiError)) return { sentence: messageOf(error), next: "reconnect" };
  switch (error.code) {
    case "session_ended":
    case "unauthenticated":
      return { sentence: "You were signed out.", next: "sign-in" };
    case "not_found":
      return { sentence: "This desktop was deleted, or is not yours to use.", next: "gone" };
    case "forbidden":
    case "password_change_required":
      return { sentence: error.message, next: "gone" };
    case "desktop_not_running":
      return { sentence: "The desktop is not running.", next: "when-running" };
    default:
      return { sentence: error.message, next: "reconnect" };
  }
}
