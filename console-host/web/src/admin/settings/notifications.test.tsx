import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { MemoryRouter } from "react-router";
import { MyNotifications } from "../../account/MyNotifications";
import FailingWebhooks from "./FailingWebhooks";
import NotificationsSettings from "./NotificationsSettings";
import type { Webhook } from "./webhooks";

const patience = { timeout: 20_000 };
const secret = { set: true };
const webhook = { name: "tickets", url: "https://example.org/in", secret, events: ["*"], enabled: true };
const delivery = {
  id: "d1", event: "evt_1", type: "desktop.ready", webhook: "tickets", state: "failed", attempts: 9, createdAt: "2026-01-01T00:00:00Z", payload: '{"a":1}',
  lastAnswer: { at: "2026-01-01T00:00:00Z", status: 500, problem: "It answered 500.", body: "<b>no</b>", milliseconds: 12 },
};
const choices = { email: "a@example.org", items: [{ event: "desktop.ready", title: "Ready", mail: false, always: false }, { event: "second-factor.reset", title: "Reset", mail: true, always: true }] };

describe("notifications", () => {
  let sent: { path: string; method: string; body: unknown }[];
  let stored: Webhook[];

  beforeEach(() => {
    sent = [];
    stored = [webhook];
    vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
      const method = init.method ?? "GET";
      if (method !== "GET") sent.push({ path, method, body: init.body ? JSON.parse(init.body as string) : undefined });
      return Promise.resolve(Response.json(answer(path, method, init.body as string | undefined)));
    });
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  function answer(path: string, method: string, body?: string): unknown {
    if (path.startsWith("/api/v1/settings/")) {
      if (method === "PUT") stored = (JSON.parse(body ?? "{}") as { webhooks: Webhook[] }).webhooks.map((one) => ({ ...one, secret }));
      return { value: { webhooks: stored }, version: 1, fixed: false };
    }
    if (path.endsWith("/events")) return { items: [{ name: "desktop.ready", title: "A desktop is ready" }, { name: "account.locked", title: "An account is locked" }] };
    if (path.endsWith("/webhooks")) return { items: [{ name: "tickets", state: "failing", failures: 9, failingSince: "2026-01-01T00:00:00Z", problem: "It answered 500." }] };
    if (path.includes("/deliveries?")) return { items: [delivery] };
    if (path.endsWith("/rotate")) return { secret: "whsec_new" };
    if (path === "/api/v1/me/notifications") return method === "PUT" ? { ...choices, items: [{ ...choices.items[0], mail: true }, choices.items[1]] } : choices;
    return delivery;
  }

  function show(what: React.ReactNode) {
    const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    render(<QueryClientProvider client={client}><MemoryRouter>{what}</MemoryRouter></QueryClientProvider>);
    return userEvent.setup();
  }

  it("adds a webhook with a secret of its own, shown before it is saved and kept out of sight afterwards", async () => {
    const user = show(<NotificationsSettings />);
    await user.click(await screen.findByRole("button", { name: "Add webhook" }));
    const item = screen.getAllByRole("listitem").at(-1) as HTMLElement;
    await user.type(within(item).getByLabelText("Name"), "chat");
    await user.type(within(item).getByLabelText("Address"), "chat.example.org/in");
    const shown = within(item).getByText(/^whsec_[A-Za-z0-9+/]{43}=$/).textContent;
    await user.click(screen.getByRole("button", { name: "Save" }));

    await vi.waitFor(() => expect(sent).toHaveLength(1), patience);
    const put = sent[0]?.body as { webhooks: Webhook[] };
    expect(put.webhooks[0]?.secret).toEqual(secret);
    expect(put.webhooks[1]).toEqual({ name: "chat", url: "https://chat.example.org/in", secret: shown, events: ["*"], enabled: true });
    await vi.waitFor(() => expect(screen.queryByText(shown as string)).toBeNull(), patience);
  });

  it("tests a webhook, and shows a new secret once", async () => {
    const user = show(<NotificationsSettings />);
    await user.click(await screen.findByRole("button", { name: "tickets" }));
    expect(screen.getByText("Failing")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Send a test event" }));
    await user.click(screen.getByRole("button", { name: "New secret" }));
    expect(await screen.findByText("whsec_new")).toBeTruthy();
    expect(sent.map(({ path }) => path)).toEqual(["/api/v1/notifications/webhooks/tickets/test", "/api/v1/notifications/webhooks/tickets/rotate"]);
  });

  it("lists deliveries with their last answer as text, and sends one again", async () => {
    const user = show(<NotificationsSettings />);
    const table = await screen.findByRole("region", { name: "Deliveries" }, patience);
    expect(await within(table).findByText("It answered 500.")).toBeTruthy();
    await user.click(within(table).getByRole("button", { name: "Show desktop.ready, evt_1" }));
    expect(within(await screen.findByRole("dialog")).getByText("<b>no</b>")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Close" }));
    await user.click(within(table).getByRole("button", { name: "Send again desktop.ready, evt_1" }));
    await vi.waitFor(() => expect(sent).toEqual([{ path: "/api/v1/notifications/deliveries/d1/send-again", method: "POST", body: undefined }]), patience);
  });

  it("says on the settings' list that a webhook is failing", async () => {
    show(<FailingWebhooks />);
    expect(await screen.findByText("tickets is failing")).toBeTruthy();
  });

  it("saves a choice of mail at once, and does not offer what is always sent", async () => {
    const user = show(<MyNotifications />);
    await user.click(await screen.findByRole("checkbox", { name: "Ready" }));
    await vi.waitFor(() => expect(sent).toEqual([{ path: "/api/v1/me/notifications", method: "PUT", body: { mail: { "desktop.ready": true } } }]), patience);
    expect(screen.getByRole<HTMLInputElement>("checkbox", { name: /Reset/ }).disabled).toBe(true);
  });
});
