import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { MemoryRouter, Route, Routes } from "react-router";
import type { Template } from "../api/types";
import { CreateForm } from "./CreateForm";

const template: Template = {
  name: "local-vnc", version: "1", title: "Linux desktop", description: "", icon: "desktop", protocol: "vnc",
  session: { clipboard: "both", files: "both", sharing: "control", recording: "off", watermark: false, adminWatch: "consent" }, quota: { used: 0, limit: 5 },
  parameters: [
    { name: "geometry", type: "string", title: "Screen", options: ["1920x1080", "1280x720"], default: "1920x1080", mutable: true },
    { name: "disk", type: "number", title: "Disk in GB", minimum: 8, maximum: 256, default: 20, mutable: false },
    { name: "browser", type: "boolean", title: "Install a browser", default: false, mutable: false },
  ],
};
const desktop = { id: "abcdefghijkl", name: "Mine", owner: { id: "me", userName: "ada" }, version: 1 };

interface Sent {
  body: unknown;
  key: string | null;
}

describe("the form of a template", () => {
  let sent: Sent[];
  let answer: () => Response;

  beforeEach(() => {
    sent = [];
    answer = () => Response.json({ desktop, operation: null }, { status: 202 });
    vi.stubGlobal("fetch", (_path: string, init: RequestInit) => {
      if (init.method !== "POST") return Promise.resolve(Response.json({ items: [] }));
      sent.push({ body: JSON.parse(init.body as string), key: new Headers(init.headers).get("idempotency-key") });
      try {
        return Promise.resolve(answer());
      } catch (error) {
        return Promise.reject(error as Error);
      }
    });
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  function show(values: Partial<Template> = {}) {
    render(
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter initialEntries={["/new"]}>
          <Routes>
            <Route path="/new" element={<CreateForm template={{ ...template, ...values }} suggestedName="Mine" />} />
            <Route path="/desktops/:id" element={<p>Details</p>} />
          </Routes>
        </MemoryRouter>
      </QueryClientProvider>,
    );
    return userEvent.setup();
  }
  const create = () => screen.getByRole("button", { name: "Create desktop" });

  it("sends what was chosen, typed, and opens the new desktop", async () => {
    const user = show();
    await user.click(screen.getByRole("radio", { name: "1280x720" }));
    await user.clear(screen.getByLabelText("Disk in GB"));
    await user.type(screen.getByLabelText("Disk in GB"), "40");
    await user.click(screen.getByRole("switch", { name: "Install a browser" }));
    await user.click(create());
    await screen.findByText("Details");
    expect(sent[0]?.body).toEqual({ template: "local-vnc", name: "Mine", parameters: { geometry: "1280x720", disk: 40, browser: true } });
  });

  it("sends nothing while a field is wrong, and says which", async () => {
    const user = show();
    await user.clear(screen.getByLabelText("Disk in GB"));
    await user.type(screen.getByLabelText("Disk in GB"), "4");
    await user.click(create());
    expect(await screen.findByText("4 is below the minimum 8.")).toBeTruthy();
    expect(screen.getByLabelText("Disk in GB").getAttribute("aria-invalid")).toBe("true");
    expect(sent).toHaveLength(0);
  });

  it("shows the server's errors at their fields", async () => {
    answer = () =>
      Response.json(
        { status: 422, code: "invalid", detail: "2 fields need attention.", errors: [{ field: "name", message: "Too bold." }, { field: "parameters.disk", message: "Too large." }] },
        { status: 422 },
      );
    const user = show();
    await user.click(create());
    expect(await screen.findByText("Too bold.")).toBeTruthy();
    expect(screen.getByText("Too large.")).toBeTruthy();
    expect(screen.queryByText("2 fields need attention.")).toBeNull();
  });

  it("repeats a request whose answer was lost under the same key, and a changed one under another", async () => {
    const good = answer;
    answer = () => {
      throw new TypeError("network");
    };
    const user = show();
    await user.click(create());
    await screen.findByRole("alert");
    await user.click(create());
    await waitFor(() => expect(sent).toHaveLength(2));
    await screen.findByRole("alert");
    await user.type(screen.getByLabelText("Name"), "!");
    answer = good;
    await user.click(create());
    await screen.findByText("Details");
    expect(sent[1]?.key).toBe(sent[0]?.key);
    expect(sent[2]?.key).not.toBe(sent[0]?.key);
  });

  it("does not offer what cannot be shown here, and says why", () => {
    show({ unavailable: "There is no guacd, which SSH needs." });
    expect(create().hasAttribute("disabled")).toBe(true);
    expect(screen.getByRole("alert").textContent).toContain("no guacd");
  });

  it("does not offer what the quota refuses", () => {
    show({ quota: { used: 5, limit: 5 } });
    expect(create().hasAttribute("disabled")).toBe(true);
    expect(screen.getByRole("alert").textContent).toContain("all 5 desktops");
  });
});
