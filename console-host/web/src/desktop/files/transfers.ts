export type TransferState = "running" | "done" | "failed" | "cancelled";

export interface Transfer {
  readonly id: number;
  readonly name: string;
  readonly direction: "up" | "down";
  readonly done: number;
  /** Null where the other side does not tell. */
  readonly total: number | null;
  readonly state: TransferState;
  readonly problem?: string;
}

/** One transfer as who carries it out sees it. After its end nothing changes any more. */
export interface Progress {
  readonly ended: boolean;
  advance(done: number): void;
  finish(): void;
  fail(problem: string): void;
}

/** All transfers of a connection, newest first, as a list that is replaced with every change. */
export class Transfers {
  private list: readonly Transfer[] = [];
  private next = 1;
  private readonly listeners = new Set<() => void>();
  private readonly cancels = new Map<number, () => void>();

  readonly items = () => this.list;

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  begin(name: string, direction: Transfer["direction"], total: number | null, cancel: () => void): Progress {
    const id = this.next++;
    this.cancels.set(id, cancel);
    this.replace([{ id, name, direction, done: 0, total, state: "running" }, ...this.list]);
    const running = () => this.cancels.has(id);
    return {
      get ended() {
        return !running();
      },
      advance: (done) => running() && this.change(id, { done }),
      finish: () => this.end(id, { state: "done" }),
      fail: (problem) => this.end(id, { state: "failed", problem }),
    };
  }

  /** What never began is listed too: whoever dropped ten files wants to know why nine arrived. */
  refuse(name: string, direction: Transfer["direction"], problem: string) {
    this.begin(name, direction, null, () => undefined).fail(problem);
  }

  cancel(id: number) {
    const cancel = this.cancels.get(id);
    this.end(id, { state: "cancelled" });
    cancel?.();
  }

  /** The connection is gone, and all that ran on it. */
  endAll(problem: string) {
    for (const id of [...this.cancels.keys()]) this.end(id, { state: "failed", problem });
  }

  clearEnded() {
    this.replace(this.list.filter(({ id }) => this.cancels.has(id)));
  }

  private end(id: number, change: Partial<Transfer>) {
    if (this.cancels.delete(id)) this.change(id, change);
  }

  private change(id: number, change: Partial<Transfer>) {
    this.replace(this.list.map((transfer) => (transfer.id === id ? { ...transfer, ...change } : transfer)));
  }

  private replace(list: readonly Transfer[]) {
    this.list = list;
    for (const listener of this.listeners) listener();
  }
}
