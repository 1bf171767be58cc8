import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { MemoryRouter } from "react-router";
import type { Desktop, DesktopStatus } from "../api/types";
import { DesktopCard } from "./DesktopCard";

function desktop(status: DesktopStatus, values: Partial<Desktop> = {}): Desktop {
  return {
    id: "abcdefghijkl", name: "Mine", owner: { id: "me", userName: "ada" }, template: { name: "t", title: "Linux desktop", version: "1", outdated: false },
    parameters: {}, status, power: "on", connectable: status === "running", details: [], createdAt: "2026-01-01T00:00:00Z", updatedAt: "2026-01-01T00:00:00Z", version: 1, ...values,
  };
}

describe("the card of a desktop", () => {
  let sent: string[];
  let answer: () => Response;

  beforeEach(() => {
    sent = [];
    answer = () => Response.json({ desktop: desktop("stopping", { version: 2 }) }, { status: 202 });
    vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
      sent.push(`${init.method ?? "GET"} ${path} ${typeof init.body === "string" ? init.body : ""}`.trim());
      return Promise.resolve(answer());
    });
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  function show(card: Desktop) {
    const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    render(
      <QueryClientProvider client={client}>
        <MemoryRouter>
          <DesktopCard desktop={card} icon="desktop" />
        </MemoryRouter>
      </QueryClientProvider>,
    );
    return userEvent.setup();
  }
  const names = () => screen.getAllByRole("button").map((button) => button.textContent.trim()).filter(Boolean);

  it("is an article with the desktop's name", () => {
    show(desktop("running"));
    expect(screen.getByRole("article", { name: "Mine" })).toBeTruthy();
  });

  it.each([
    ["running", ["Stop", "Delete"], true],
    ["stopped", ["Start", "Delete"], false],
  ] as const)("that is %s offers what can be done", (status, buttons, opens) => {
    show(desktop(status));
    expect(names()).toEqual(buttons);
    expect(screen.queryByRole("link", { name: "Open Mine" }) !== null).toBe(opens);
  });

  it("whose machine was stopped elsewhere says so and offers to repair it", async () => {
    const observed = { state: "stopped", since: "2026-01-01T00:00:00Z", detail: "The machine was stopped outside CloudWorkstation." } as const;
    const user = show(desktop("running", { connectable: false, observed }));
    expect(screen.getByTestId("observed").textContent).toContain("The machine was stopped outside CloudWorkstation.");
    await user.click(screen.getByRole("button", { name: "Repair" }));
    expect(sent).toContain('PATCH /api/v1/desktops/abcdefghijkl {"state":"running"}');
  });

  it("whose machine is as it should be says nothing of it", () => {
    show(desktop("running", { observed: { state: "running", since: "2026-01-01T00:00:00Z" } }));
    expect(screen.queryByTestId("observed")).toBeNull();
  });

  it("with a machine can be restarted, after a word of warning", async () => {
    const user = show(desktop("running", { observed: { state: "running", since: "2026-01-01T00:00:00Z" } }));
    await user.click(screen.getByRole("button", { name: "More for Mine" }));
    await user.click(screen.getByRole("menuitem", { name: "Restart" }));
    await user.click(await screen.findByRole("button", { name: "Restart desktop" }));
    expect(sent).toContain("POST /api/v1/desktops/abcdefghijkl/restart");
  });

  it("that failed says why and what to do, and offers to try again", async () => {
    const failure = { kind: "capacity", message: "No memory is left.", fix: "Stop another desktop.", diagnostics: [], operation: "op1", at: "2026-01-01T00:00:00Z" };
    const user = show(desktop("failed", { failure }));
    expect(screen.getByTestId("failure").textContent).toMatch(/No memory is left\..*Stop another desktop\./);
    await user.click(screen.getByRole("button", { name: "Retry" }));
    expect(sent).toContain("POST /api/v1/operations/op1/retry");
  });

  it("is deleted only after a question that says what is lost", async () => {
    const user = show(desktop("running"));
    await user.click(screen.getByRole("button", { name: "Delete" }));
    const question = await screen.findByRole("alertdialog", { name: "Delete “Mine”?" });
    expect(question.textContent).toContain("home directory and disk are erased");
    expect(sent).toEqual([]);
    await user.click(within(question).getByRole("button", { name: "Delete desktop" }));
    expect(sent).toEqual(["DELETE /api/v1/desktops/abcdefghijkl"]);
  });

  it("keeps the question open and says why when it did not work", async () => {
    answer = () => Response.json({ status: 409, code: "operation_in_progress", detail: "It is being updated." }, { status: 409 });
    const user = show(desktop("running"));
    await user.click(screen.getByRole("button", { name: "Stop" }));
    await user.click(await screen.findByRole("button", { name: "Stop desktop" }));
    expect((await screen.findByRole("alert")).textContent).toContain("It is being updated.");
    expect(sent).toEqual(['PATCH /api/v1/desktops/abcdefghijkl {"state":"stopped"}']);
  });
});
