import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { MemoryRouter } from "react-router";
import { SessionGate } from "../../session/SessionGate";
import AccessPage from "./AccessPage";

const answers: Record<string, unknown> = {
  "/api/v1/permissions": { items: [{ name: "audit.read", description: "Read the audit trail.", roles: ["auditor"] }] },
  "/api/v1/groups": { items: [{ name: "engineers", roles: ["user"], version: 3 }] },
  "/api/v1/roles": { items: [{ name: "user", permissions: ["desktops.use"], entitlements: ["every-template"], builtIn: true, version: 0 }, { name: "mine", permissions: [], entitlements: [], builtIn: false, version: 1 }] },
  "/api/v1/entitlements": { items: [{ id: "every-template", template: "*", version: 1 }] },
  "/api/v1/templates": { items: [{ name: "local-vnc", title: "Linux desktop" }] },
  "/api/v1/access/templates/local-vnc": { items: [{ entitlement: "every-template", roles: [{ role: "user", groups: ["engineers"] }] }] },
};

interface Sent {
  path: string;
  method: string;
  ifMatch: string | null;
  body: unknown;
}

describe("the access rules", () => {
  let sent: Sent[];
  let answer: () => Response;
  let permissions: string[];

  beforeEach(() => {
    sent = [];
    permissions = ["access.read", "access.manage"];
    answer = () => Response.json({ name: "engineers", roles: [], version: 4 });
    vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
      const known = path.split("?")[0] ?? "";
      if (known === "/api/v1/me") return Promise.resolve(Response.json({ id: "me", userName: "ada", roles: [], groups: [], permissions, mustChangePassword: false, quota: [], version: "1" }));
      if (known.startsWith("/auth/")) return Promise.resolve(Response.json({ sessionExpiresAt: new Date(Date.now() + 300_000).toISOString() }));
      if ((init.method ?? "GET") === "GET") return Promise.resolve(Response.json(answers[known] ?? { items: [] }));
      sent.push({ path, method: init.method ?? "", ifMatch: new Headers(init.headers).get("if-match"), body: init.body ? JSON.parse(init.body as string) : null });
      return Promise.resolve(answer());
    });
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  async function show() {
    render(
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <MemoryRouter><SessionGate><AccessPage /></SessionGate></MemoryRouter>
      </QueryClientProvider>,
    );
    await screen.findByRole("rowheader", { name: "engineers" });
  }

  it("sends a changed group with the version that was read", async () => {
    await show();
    await userEvent.click(screen.getByRole("button", { name: "Change group engineers" }));
    await userEvent.click(await screen.findByRole("checkbox", { name: /^mine/ }));
    await userEvent.click(screen.getByRole("button", { name: "Save" }));

    expect(sent).toEqual([{ path: "/api/v1/groups", method: "PUT", ifMatch: '"3"', body: { name: "engineers", description: null, roles: ["user", "mine"] } }]);
  });

  it("asks for a new entitlement that must not exist yet", async () => {
    await show();
    await userEvent.click(screen.getByRole("button", { name: "New entitlement" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Id" }), "two");
    await userEvent.type(screen.getByRole("spinbutton", { name: "Desktops per person" }), "2");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));

    expect(sent).toEqual([{ path: "/api/v1/entitlements/two", method: "PUT", ifMatch: '"0"', body: { description: null, template: "*", maximum: 2 } }]);
  });

  it("shows what is wrong beside its field and keeps the dialog open", async () => {
    answer = () => Response.json({ code: "invalid", title: "", status: 422, detail: "", errors: [{ field: "id", message: "Only small letters." }] }, { status: 422, headers: { "content-type": "application/problem+json" } });
    await show();
    await userEvent.click(screen.getByRole("button", { name: "New entitlement" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Id" }), "Two");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));

    expect(await screen.findByText("Only small letters.")).toBeTruthy();
    expect(screen.getByRole("textbox", { name: "Id" }).getAttribute("aria-invalid")).toBe("true");
  });

  it("says what is lost before a group is deleted", async () => {
    answer = () => new Response(null, { status: 204 });
    await show();
    await userEvent.click(screen.getByRole("button", { name: "Delete group engineers" }));
    const dialog = await screen.findByRole("alertdialog");
    expect(dialog.textContent).toContain("lose what only this group gave them: user");
    await userEvent.click(within(dialog).getByRole("button", { name: "Delete group" }));

    expect(sent).toEqual([{ path: "/api/v1/groups?name=engineers", method: "DELETE", ifMatch: null, body: null }]);
  });

  it("offers no change of a built-in role's permissions and no deletion", async () => {
    await show();
    expect(screen.queryByRole("button", { name: "Delete role user" })).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Change role user" }));

    expect(await screen.findByRole("checkbox", { name: /^every-template/ })).toBeTruthy();
    expect(screen.queryByRole("checkbox", { name: /^audit.read/ })).toBeNull();
  });

  it("says who can use a template and why", async () => {
    await show();
    const ways = await screen.findByRole("region", { name: "Ways to the template" });

    expect(within(ways).getByRole("rowheader", { name: "user" }).closest("tr")?.textContent).toBe("userengineersevery-templateAs the template allows");
  });

  it("shows an auditor the rules without a button to change them", async () => {
    permissions = ["access.read"];
    await show();

    expect(screen.queryByRole("button", { name: /^(New|Change|Delete)/ })).toBeNull();
  });
});
