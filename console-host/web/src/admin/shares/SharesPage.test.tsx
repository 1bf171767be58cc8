import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { MemoryRouter } from "react-router";
import SharesPage from "./SharesPage";

const share = (id: string, more: object = {}) => ({ id, madeBy: "ada", access: "view", people: ["ben"], anyone: false, singleUse: false, createdAt: "2026-01-01T00:00:00Z", expiresAt: "2026-01-01T01:00:00Z", usedBy: [], ...more });
const screenOf = (shares: object[], watchers: object[] = []) => ({ desktop: { id: "abcdefghijkl", name: "Studio", owner: { id: "a1", userName: "ada" } }, shares, watchers });

describe("the page of all shares", () => {
  let sent: string[];
  let answer: (path: string) => Response;

  beforeEach(() => {
    sent = [];
    answer = () => Response.json({ items: [screenOf([share("s1"), share("s2", { people: [], anyone: true, access: "control", singleUse: true })], [
      { id: "c0", userName: "ada", role: "owner", access: "control", since: "2026-01-01T00:00:00Z" },
      { id: "c1", userName: "cleo", role: "guest", access: "control", since: "2026-01-01T00:00:00Z" },
    ])] });
    vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
      const method = init.method ?? "GET";
      sent.push(`${method} ${path}${typeof init.body === "string" ? ` ${init.body}` : ""}`);
      return Promise.resolve(method === "DELETE" ? new Response(null, { status: 204 }) : method === "POST" ? Response.json({ ended: 2 }) : answer(path));
    });
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  function show(at = "/admin/shares") {
    render(
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <MemoryRouter initialEntries={[at]}><SharesPage /></MemoryRouter>
      </QueryClientProvider>,
    );
    return userEvent.setup();
  }

  it("says who shares what with whom, and who is at a screen", async () => {
    show();
    const links = within(await screen.findByRole("region", { name: "Links that work" }));
    expect(links.getAllByRole("row").slice(1).map((row) => row.textContent)).toEqual([
      expect.stringMatching(/^adaStudiobenlook only.*nobody yetEnd$/),
      expect.stringMatching(/^adaStudioanyone who is signed inthe first person onlylook and control/),
    ]);
    const there = within(screen.getByRole("region", { name: "At somebody else’s screen now" }));
    expect(there.getAllByRole("row")).toHaveLength(2);
    expect(there.getByText("guest, looks and controls")).toBeTruthy();
    expect(sent[0]).toBe("GET /api/v1/shares?owner=*&limit=50");
  });

  it("ends one after a question", async () => {
    const user = show();
    await user.click(await screen.findByRole("button", { name: "End the link of ada to Studio for ben" }));
    expect(sent.some((line) => line.startsWith("DELETE"))).toBe(false);
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "End the link" }));
    await vi.waitFor(() => expect(sent).toContain("DELETE /api/v1/desktops/abcdefghijkl/shares/s1"));
  });

  it("searches by keyboard, and ends all of the person who was searched for", async () => {
    const user = show();
    await screen.findByRole("region", { name: "Links that work" });
    expect(screen.queryByRole("button", { name: /End all/ })).toBeNull();
    await user.type(screen.getByLabelText("Shared by"), "ada{Enter}");
    await user.click(await screen.findByRole("button", { name: "End all of ada" }));
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "End all" }));
    expect(await screen.findByText("2 links were ended.")).toBeTruthy();
    expect(sent).toContain("GET /api/v1/shares?owner=ada&limit=50");
    expect(sent).toContain('POST /api/v1/shares/end {"owner":"ada"}');
  });

  it("says when there is nothing, and when nothing fits", async () => {
    answer = () => Response.json({ items: [] });
    show();
    expect(await screen.findByText("Nobody shares a desktop now.")).toBeTruthy();
    cleanup();
    show("/admin/shares?guest=ben");
    expect(await screen.findByText(/Nothing fits/)).toBeTruthy();
    expect(sent.at(-1)).toBe("GET /api/v1/shares?owner=*&limit=50&guest=ben");
  });

  it("says what is wrong, and tries again", async () => {
    answer = () => Response.json({ status: 500, code: "internal", detail: "Broken." }, { status: 500, headers: { "Content-Type": "application/problem+json" } });
    const user = show();
    const again = await screen.findByRole("button", { name: /Try again/ });
    answer = () => Response.json({ items: [] });
    await user.click(again);
    expect(await screen.findByText("Nobody shares a desktop now.")).toBeTruthy();
  });
});
