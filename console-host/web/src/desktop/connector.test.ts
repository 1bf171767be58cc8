import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../api/problem";
import { Backoff } from "../live/backoff";
import { Connector, type Link, type LinkEvents, type Phase } from "./connector";
import { endOf } from "./ends";

const session = { clipboard: "both", files: "both", sharing: "control", recording: "off", watermark: false, adminWatch: "consent" } as const;

class Stage {
  phases: Phase<Link>[] = [];
  opened: LinkEvents[] = [];
  closed = 0;
  granted = 0;
  alive = Promise.resolve(true);
  grant: () => Promise<{ url: string; session: typeof session }> = () => Promise.resolve({ url: "/desktop/a/vnc", session });
  connector = new Connector<Link>({
    grant: () => {
      this.granted += 1;
      return this.grant();
    },
    open: (_grant, events) => {
      this.opened.push(events);
      return Promise.resolve({ close: () => (this.closed += 1), alive: () => this.alive });
    },
    report: (phase) => this.phases.push(phase),
    backoff: new Backoff(1000, 8000, () => 0.5),
  });

  get last() {
    return this.phases.at(-1);
  }

  get link() {
    const events = this.opened.at(-1);
    if (!events) throw new Error("nothing was opened");
    return events;
  }
}

const settle = () => vi.advanceTimersByTimeAsync(0);

describe("a connection", () => {
  let stage: Stage;
  beforeEach(() => {
    vi.useFakeTimers();
    stage = new Stage();
  });
  afterEach(() => vi.useRealTimers());

  async function connect() {
    stage.connector.start();
    await settle();
    stage.link.connected();
  }

  it("waits for an owner who is away, and says so instead of speaking of a loss", async () => {
    stage.grant = () => Promise.reject(new ApiError({ status: 409, code: "owner_away", detail: "Ada is not connected." }));
    stage.connector.start();
    await settle();
    expect(stage.last).toMatchObject({ name: "waiting", title: "Waiting for the owner", sentence: "Ada is not connected." });
    expect(endOf(4008, "516 owner-away")).toMatchObject({ next: "reconnect", title: "Waiting for the owner" });
  });

  it("asks for a ticket, opens and says so", async () => {
    await connect();
    expect(stage.phases.map((phase) => phase.name)).toEqual(["connecting", "connected"]);
  });

  it("comes back by itself after a break, with a new ticket and longer waits each time", async () => {
    await connect();
    stage.link.ended(1006, "");
    const waits: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      const phase = stage.last;
      if (phase?.name !== "waiting") throw new Error(`not waiting but ${phase?.name}`);
      waits.push(phase.until - Date.now());
      await vi.advanceTimersByTimeAsync(phase.until - Date.now());
      stage.link.ended(4004, "unreachable");
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 8000]);
    expect(stage.granted).toBe(6);
  });

  it("that had worked is taken up again at once", async () => {
    await connect();
    await vi.advanceTimersByTimeAsync(5_000);
    stage.link.ended(1006, "");
    expect(stage.phases.map((phase) => phase.name)).toEqual(["connecting", "connected", "connecting"]);
    await settle();
    stage.link.ended(1006, "");
    expect(stage.last?.name).toBe("waiting");
  });

  it("is begun again when the network changes and it does not answer any more", async () => {
    await connect();
    stage.connector.networkChanged();
    await settle();
    expect(stage.granted).toBe(1);
    stage.alive = Promise.resolve(false);
    stage.connector.networkChanged();
    await settle();
    expect([stage.granted, stage.closed]).toEqual([2, 1]);
  });

  it("that was being opened is begun again on the new network", async () => {
    stage.connector.start();
    await settle();
    stage.connector.networkChanged();
    await settle();
    expect(stage.granted).toBe(2);
  });

  it("starts with short waits again once it was connected", async () => {
    await connect();
    stage.link.ended(1006, "");
    await vi.advanceTimersByTimeAsync(1000);
    stage.link.connected();
    stage.link.ended(1006, "");
    expect(stage.last).toMatchObject({ name: "waiting", until: Date.now() + 1000 });
  });

  it("does not wait when the person does not want to", async () => {
    await connect();
    stage.link.ended(1001, "");
    stage.connector.start();
    await settle();
    stage.link.connected();
    expect(stage.last?.name).toBe("connected");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stage.granted).toBe(2);
  });

  it("cuts a wait short when the network is back, and does nothing to a live one", async () => {
    await connect();
    stage.connector.wake();
    expect(stage.granted).toBe(1);
    stage.link.ended(1006, "");
    stage.connector.wake();
    await settle();
    expect(stage.granted).toBe(2);
  });

  it("gets a new ticket at once for one that was too old, but not for ever", async () => {
    await connect();
    stage.link.ended(4003, "token");
    await settle();
    stage.link.ended(4003, "token");
    await settle();
    expect(stage.granted).toBe(3);
    stage.link.ended(4003, "token");
    expect(stage.last?.name).toBe("waiting");
  });

  it.each([
    [4000, "signed-out", "sign-in"],
    [4001, "stopped", "when-running"],
    [4002, "deleted", "gone"],
    [4006, "replaced", "ask"],
    [4006, "policy", "ask"],
  ])("does not come back by itself after %i %s", async (code, reason, next) => {
    await connect();
    stage.link.ended(code, reason);
    expect(stage.last).toMatchObject({ name: "ended", next });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(stage.granted).toBe(1);
  });

  it.each([
    ["desktop_not_running", 409, "when-running"],
    ["not_found", 404, "gone"],
    ["session_ended", 401, "sign-in"],
  ])("stops when the API says %s", async (code, status, next) => {
    stage.grant = () => Promise.reject(new ApiError({ status, code }));
    stage.connector.start();
    await settle();
    expect(stage.last).toMatchObject({ name: "ended", next });
  });

  it("hands on what the desktop asks, waits for as long as that takes, and goes on with the answer", async () => {
    const answers: unknown[] = [];
    stage.connector.start();
    await settle();
    stage.link.asked({ names: ["username", "password"], answer: (values) => answers.push(values) });
    await vi.advanceTimersByTimeAsync(120_000);
    const asked = stage.last;
    if (asked?.name !== "asked") throw new Error(`not asked but ${asked?.name}`);
    expect(asked.question.names).toEqual(["username", "password"]);
    asked.question.answer({ username: "ada" });
    expect(answers).toEqual([{ username: "ada" }]);
    expect(stage.last?.name).toBe("connecting");
    stage.link.connected();
    expect(stage.last?.name).toBe("connected");
  });

  it("shows the screen again that asked in the middle of the work", async () => {
    await connect();
    stage.link.asked({ names: ["password"], answer: () => undefined });
    const asked = stage.last;
    if (asked?.name === "asked") asked.question.answer({ password: "again" });
    expect(stage.phases.map((phase) => phase.name)).toEqual(["connecting", "connected", "asked", "connected"]);
  });

  it("gives no answer to a connection that is gone", async () => {
    const answers: unknown[] = [];
    stage.connector.start();
    await settle();
    stage.link.asked({ names: ["password"], answer: (values) => answers.push(values) });
    const asked = stage.last;
    stage.connector.start();
    if (asked?.name === "asked") asked.question.answer({ password: "late" });
    expect(answers).toEqual([]);
  });

  it("tries again when the API cannot be reached", async () => {
    stage.grant = () => Promise.reject(new ApiError({ status: 0, code: "network" }));
    stage.connector.start();
    await settle();
    expect(stage.last?.name).toBe("waiting");
  });

  it("that was left is closed and reports nothing more", async () => {
    await connect();
    const events = stage.link;
    stage.connector.stop();
    events.ended(1006, "");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stage.closed).toBe(1);
    expect(stage.last?.name).toBe("connected");
  });
});

describe("the end of a connection", () => {
  it.each([1000, 1001, 1006, 1011, 4000, 4001, 4002, 4003, 4004, 4005, 4006, 4999])("has a sentence for code %i", (code) => {
    expect(endOf(code, "").sentence).toMatch(/^[A-Z].*\.$/);
  });

  it("believes the word where it says more than the code", () => {
    expect(endOf(4006, "replaced").sentence).toContain("another place");
    expect(endOf(4006, "policy").sentence).toContain("rule");
  });
});
