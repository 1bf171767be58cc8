import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import { keys } from "../api/queries";
import type { Desktop, Operation } from "../api/types";
import { applyEvent } from "./reducer";

const owner = { id: "me", userName: "ada" };

function desktop(id: string, values: Partial<Desktop> = {}): Desktop {
  return {
    id, name: id, owner, template: { name: "t", title: "T", version: "1", outdated: false }, parameters: {}, status: "running", power: "on",
    connectable: true, details: [], createdAt: "", updatedAt: "", version: 1, ...values,
  };
}

function operation(id: string, values: Partial<Operation> = {}): Operation {
  return {
    id, desktop: "a", desktopName: "a", owner: "me", template: "t", kind: "create", state: "running", attempt: 1, requestedBy: "ada", queuedAt: "",
    cancelRequested: false, progress: { message: "", total: 0, done: 0, resources: [], timeline: [] }, logLength: 0, ...values,
  };
}

const pages = <T>(...items: T[]) => ({ pages: [{ items }], pageParams: [undefined] });

describe("an event", () => {
  let client: QueryClient;
  const ids = (key: readonly unknown[]) => client.getQueryData<ReturnType<typeof pages<{ id: string }>>>(key)?.pages.flatMap((page) => page.items.map((item) => item.id));

  beforeEach(() => {
    client = new QueryClient();
    client.setQueryData(keys.me, { id: "me" });
    client.setQueryData(keys.desktopList({}), pages(desktop("a"), desktop("b")));
  });

  it("replaces a desktop wherever it is shown", () => {
    applyEvent(client, { kind: "desktop", data: desktop("b", { status: "stopped", version: 2 }) });
    expect(client.getQueryData<Desktop>(keys.desktop("b"))?.status).toBe("stopped");
    expect(ids(keys.desktopList({}))).toEqual(["a", "b"]);
    expect(client.getQueryData<ReturnType<typeof pages<Desktop>>>(keys.desktopList({}))?.pages[0]?.items[1]?.status).toBe("stopped");
  });

  it("that is older than what is known changes nothing", () => {
    client.setQueryData(keys.desktop("b"), desktop("b", { version: 5, status: "running" }));
    applyEvent(client, { kind: "desktop", data: desktop("b", { version: 4, status: "starting" }) });
    expect(client.getQueryData<Desktop>(keys.desktop("b"))?.status).toBe("running");
  });

  it("puts my new desktop first, and nobody else's into my list", () => {
    applyEvent(client, { kind: "desktop", data: desktop("c") });
    applyEvent(client, { kind: "desktop", data: desktop("d", { owner: { id: "other", userName: "bob" } }) });
    expect(ids(keys.desktopList({}))).toEqual(["c", "a", "b"]);
  });

  it("reaches an administrator's list of everyone's, but not a filtered one that it may not fit", () => {
    client.setQueryData(keys.desktopList({ owner: "*" }), pages(desktop("a")));
    client.setQueryData(keys.desktopList({ owner: "*", status: "failed" }), pages(desktop("f")));
    applyEvent(client, { kind: "desktop", data: desktop("d", { owner: { id: "other", userName: "bob" } }) });
    expect(ids(keys.desktopList({ owner: "*" }))).toEqual(["d", "a"]);
    expect(ids(keys.desktopList({ owner: "*", status: "failed" }))).toEqual(["f"]);
  });

  it("takes a deleted desktop out of every list", () => {
    client.setQueryData(keys.desktop("a"), desktop("a"));
    applyEvent(client, { kind: "desktop-deleted", data: { id: "a" } });
    expect(ids(keys.desktopList({}))).toEqual(["b"]);
    expect(client.getQueryData(keys.desktop("a"))).toBeUndefined();
  });

  it("moves an operation between lists by its state", () => {
    client.setQueryData(keys.operationList({ state: "running" }), pages(operation("o")));
    client.setQueryData(keys.operationList({ desktop: "a" }), pages<Operation>());
    applyEvent(client, { kind: "operation", data: operation("o", { state: "succeeded" }) });
    expect(ids(keys.operationList({ state: "running" }))).toEqual([]);
    expect(ids(keys.operationList({ desktop: "a" }))).toEqual(["o"]);
  });

  it("never takes an operation back from its end, except for a new attempt", () => {
    applyEvent(client, { kind: "operation", data: operation("o", { state: "failed" }) });
    applyEvent(client, { kind: "operation", data: operation("o", { state: "running", logLength: 9 }) });
    expect(client.getQueryData<Operation>(keys.operation("o"))?.state).toBe("failed");
    applyEvent(client, { kind: "operation", data: operation("o", { state: "running", attempt: 2 }) });
    expect(client.getQueryData<Operation>(keys.operation("o"))?.state).toBe("running");
  });

  it("shows the wait for another try of an operation that was running", () => {
    applyEvent(client, { kind: "operation", data: operation("o") });
    applyEvent(client, { kind: "operation", data: operation("o", { state: "queued", nextAttemptAt: "2026-01-01T00:00:00Z" }) });
    expect(client.getQueryData<Operation>(keys.operation("o"))?.state).toBe("queued");
  });

  it("of kind reset makes every query old", () => {
    applyEvent(client, { kind: "reset", data: {} });
    expect(client.getQueryState(keys.desktopList({}))?.isInvalidated).toBe(true);
    expect(client.getQueryState(keys.me)?.isInvalidated).toBe(true);
  });
});
