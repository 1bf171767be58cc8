import { Backoff } from "../live/backoff";
import { ApiError, messageOf } from "../api/problem";
import type { Connection } from "../api/types";
import { endOf, ownerAway, type End, type Next } from "./ends";

/** A live connection as the connector sees it; `close` is idempotent. */
export interface Link {
  close: () => void;
  /** Whether the other end still answers; asked after a change of the network, when a dead connection may look alive for minutes. */
  alive: () => Promise<boolean>;
}

/** What the desktop wants to be told before it lets anybody in, by guacd's names. */
export interface Question {
  readonly names: readonly string[];
  answer(values: Readonly<Record<string, string>>): void;
}

export interface LinkEvents {
  connected: () => void;
  asked: (question: Question) => void;
  ended: (code: number, reason: string) => void;
}

/** The API's permission for one connection. */
export type Grant = Pick<Connection, "url" | "session" | "engine" | "engines" | "access">;

export interface ConnectorParts<L extends Link> {
  grant: () => Promise<Grant>;
  open: (grant: Grant, events: LinkEvents) => Promise<L>;
  report: (phase: Phase<L>) => void;
  backoff?: Backoff;
}

export type Phase<L> =
  | { name: "connecting"; attempt: number }
  | { name: "asked"; question: Question }
  | { name: "connected"; link: L }
  | { name: "waiting"; sentence: string; title?: string; attempt: number; until: number }
  | { name: "ended"; sentence: string; next: Exclude<Next, "reconnect" | "reconnect-now"> };

/** A connection that lasted longer than this was a good one. */
const steady = 2_000;

/**
 * Connects, and connects again after a break: at once when it had worked or only the ticket was old, else after waits that double up to 15 s. What
 * cannot come back by itself ends with the sentence that says why.
 */
export class Connector<L extends Link> {
  private readonly parts: ConnectorParts<L>;
  private readonly backoff: Backoff;
  private generation = 0;
  private link: L | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private oldTickets = 0;
  private state: "idle" | "connecting" | "connected" | "waiting" = "idle";
  private connectedAt = 0;

  constructor(parts: ConnectorParts<L>) {
    this.parts = parts;
    this.backoff = parts.backoff ?? new Backoff(500, 15_000);
  }

  /** Connects now, whatever is going on. */
  start() {
    const generation = this.drop();
    this.state = "connecting";
    this.parts.report({ name: "connecting", attempt: this.backoff.attempts });
    void this.connect(generation);
  }

  /** Somebody looks at the page again: a wait is cut short, and a connection that slept must show that it lives. */
  wake() {
    if (document.visibilityState !== "visible") return;
    if (this.state === "waiting") this.start();
    else void this.check();
  }

  /** The network is another one: what was begun on the old one is begun again. */
  networkChanged() {
    if (this.state === "waiting" || this.state === "connecting") this.start();
    else void this.check();
  }

  private async check() {
    const { link, generation } = this;
    if (this.state !== "connected" || !link) return;
    if (!(await link.alive()) && generation === this.generation) this.start();
  }

  /** Leaves for good, without a report. */
  stop() {
    this.drop();
  }

  private drop(): number {
    clearTimeout(this.timer);
    this.state = "idle";
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
          this.state = "connected";
          this.connectedAt = Date.now();
          this.parts.report({ name: "connected", link: this.link });
        },
        asked: ({ names, answer }) => {
          if (current()) this.parts.report({ name: "asked", question: { names, answer: (values) => current() && this.answered(() => answer(values)) } });
        },
        ended: (code, reason) => current() && this.ended(endOf(code, reason)),
      });
      if (current()) this.link = link;
      else link.close();
    } catch (error) {
      if (current()) this.ended(endOfRefusal(error));
    }
  }

  private answered(answer: () => void) {
    answer();
    // Mostly it asks before it shows anything.
    this.parts.report(this.state === "connected" && this.link ? { name: "connected", link: this.link } : { name: "connecting", attempt: this.backoff.attempts });
  }

  private ended({ sentence, next, title }: End) {
    const worked = this.state === "connected" && Date.now() - this.connectedAt > steady;
    this.drop();
    // A ticket that is always too old means a wrong clock, not bad luck: then wait like for any other fault.
    if (next === "reconnect-now" && this.oldTickets++ < 2) return this.start();
    // A connection that has worked is most likely to work again at once.
    if (next === "reconnect" && worked) return this.start();
    if (next === "reconnect" || next === "reconnect-now") return this.wait(sentence, title);
    this.parts.report({ name: "ended", sentence, next });
  }

  private wait(sentence: string, title?: string) {
    const delay = this.backoff.next();
    this.parts.report({ name: "waiting", sentence, title, attempt: this.backoff.attempts, until: Date.now() + delay });
    this.state = "waiting";
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
    case "owner_away":
      return ownerAway(error.message);
    case "owner_absent":
    case "watch_refused":
      return { sentence: error.message, next: "ask" };
    case "forbidden":
    case "share_unavailable":
    case "sharing_off":
    case "watch_off":
    case "password_change_required":
      return { sentence: error.message, next: "gone" };
    case "desktop_not_running":
      return { sentence: "The desktop is not running.", next: "when-running" };
    default:
      return { sentence: error.message, next: "reconnect" };
  }
}
