import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { Bulk, BulkAction } from "../../api/administration";
import { BulkDialog } from "./BulkDialog";

const bulk: Bulk = { id: "b1", action: "delete", state: "running", total: 2, waiting: 2, accepted: 0, unchanged: 0, refused: 0 };
const done: Bulk = {
  ...bulk, state: "done", waiting: 0, accepted: 1, refused: 1,
  items: [{ desktop: "aaaaaaaaaaaa", name: "One", result: "accepted", operation: "op" }, { desktop: "bbbbbbbbbbbb", name: "Two", result: "refused", code: "operation_in_progress", detail: "Another operation is under way." }],
};

describe("a change of many desktops", () => {
  let sent: { body: unknown; key: string | null }[];
  let refusal: Response | null;

  beforeEach(() => {
    sent = [];
    refusal = null;
    vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
      if ((init.method ?? "GET") === "POST") {
        sent.push({ body: JSON.parse(init.body as string), key: new Headers(init.headers).get("idempotency-key") });
        return Promise.resolve(refusal ?? Response.json(bulk, { status: 202 }));
      }
      return Promise.resolve(Response.json(path.includes("/accounts") ? { items: [{ id: "g", userName: "grace", roles: [], groups: [] }] } : done));
    });
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  const show = (action: BulkAction) => render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <BulkDialog action={action} choice={{ ids: ["aaaaaaaaaaaa", "bbbbbbbbbbbb"], count: 2 }} onClose={vi.fn()} onAccepted={vi.fn()} />
    </QueryClientProvider>,
  );

  it("deletes only after the number was typed, and tells what became of each", async () => {
    show("delete");
    const button = screen.getByRole("button", { name: "Delete 2 desktops" });
    expect(button.hasAttribute("disabled")).toBe(true);
    await userEvent.type(screen.getByRole("textbox", { name: "How many are deleted" }), "3");
    expect(button.hasAttribute("disabled")).toBe(true);
    await userEvent.clear(screen.getByRole("textbox", { name: "How many are deleted" }));
    await userEvent.type(screen.getByRole("textbox", { name: "How many are deleted" }), "2");
    await userEvent.click(button);

    expect(await screen.findByText("Another operation is under way.", { exact: false })).toBeTruthy();
    expect(screen.getByRole("status").textContent).toBe("Being deleted: 1 desktop. Refused: 1 desktop.");
    expect(sent.map((one) => one.body)).toEqual([{ action: "delete", ids: ["aaaaaaaaaaaa", "bbbbbbbbbbbb"], expectedCount: 2, confirm: 2 }]);
  });

  it("sends the same key again when the answer was lost", async () => {
    refusal = Response.json({ code: "unavailable", detail: "Try again." }, { status: 503, headers: { "content-type": "application/problem+json" } });
    show("stop");
    await userEvent.click(screen.getByRole("button", { name: "Stop 2 desktops" }));
    await screen.findByText("Try again.");
    refusal = null;
    await userEvent.click(screen.getByRole("button", { name: "Stop 2 desktops" }));

    await waitFor(() => expect(sent).toHaveLength(2));
    expect(sent[0]?.key).toBe(sent[1]?.key);
  });

  it("asks for the new owner of a transfer", async () => {
    show("transfer");
    await userEvent.type(screen.getByRole("searchbox", { name: "New owner" }), "gra");
    await userEvent.click(await screen.findByRole("radio", { name: /^grace/ }));
    await userEvent.click(screen.getByRole("button", { name: "Give away 2 desktops" }));

    await waitFor(() => expect(sent.map((one) => one.body)).toEqual([{ action: "transfer", ids: ["aaaaaaaaaaaa", "bbbbbbbbbbbb"], expectedCount: 2, owner: "grace" }]));
  });
});
