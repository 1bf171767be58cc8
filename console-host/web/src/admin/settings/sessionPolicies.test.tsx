import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryRouter, RouterProvider } from "react-router";
import SessionPoliciesSettings from "./SessionPoliciesSettings";

describe("the form of the session policies", () => {
  let sent: unknown[];

  beforeEach(() => {
    sent = [];
    vi.stubGlobal("fetch", (_path: string, init: RequestInit) => {
      if (init.method !== "PUT") return Promise.resolve(Response.json({ value: { policies: [{ name: "Visitors", groups: ["visitors"], clipboard: "off" }] }, version: 3, fixed: false }));
      const value: unknown = JSON.parse(init.body as string);
      sent.push(value);
      return Promise.resolve(Response.json({ value, version: 4, fixed: false }));
    });
  });
  afterEach(cleanup);

  it("changes what a policy restricts, and leaves out what it does not", async () => {
    const router = createMemoryRouter([{ path: "/", element: <SessionPoliciesSettings /> }]);
    render(<QueryClientProvider client={new QueryClient()}><RouterProvider router={router} /></QueryClientProvider>);
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "Visitors" }));
    await user.type(screen.getByLabelText("Longest connection, minutes"), "480");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(sent).toEqual([{ policies: [{ name: "Visitors", groups: ["visitors"], clipboard: "off", maximumSessionMinutes: 480 }] }]));
  });
});
