import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { MemoryRouter } from "react-router";
import OrphansPage from "./OrphansPage";

const orphan = (id: string) => ({ id, kind: "instance", desktop: "abcdefghijkl", createdAt: "2026-01-01T00:00:00Z", detail: "Instance, running" });

describe("the page of orphans", () => {
  let sent: string[];
  let found: unknown[];

  beforeEach(() => {
    sent = [];
    found = [orphan("instance/i-1"), orphan("instance/i-2")];
    vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
      const method = init.method ?? "GET";
      if (method === "POST") {
        sent.push(`${path} ${init.body as string}`);
        found = [orphan("instance/i-2")];
        return Promise.resolve(Response.json({ items: [{ id: "instance/i-1", removed: true }] }));
      }
      return Promise.resolve(Response.json({ items: found }));
    });
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  function show() {
    render(
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <MemoryRouter><OrphansPage /></MemoryRouter>
      </QueryClientProvider>,
    );
    return userEvent.setup();
  }

  it("removes only what was named, after a confirmation, and looks again", async () => {
    const user = show();
    await user.click(await screen.findByRole("checkbox", { name: "Remove i-1" }));
    await user.click(screen.getByRole("button", { name: "Remove 1" }));
    expect(sent).toEqual([]);
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Remove 1" }));
    expect(sent).toEqual(['/api/v1/orphans {"ids":["instance/i-1"],"confirm":1}']);
    expect(await screen.findByText("1 of 1 were removed.")).toBeTruthy();
    await vi.waitFor(() => expect(screen.queryByRole("checkbox", { name: "Remove i-1" })).toBeNull());
  });

  it("says when there are none", async () => {
    found = [];
    show();
    expect(await screen.findByText("There are none.")).toBeTruthy();
  });
});
