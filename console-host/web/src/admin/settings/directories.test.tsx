import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryRouter, RouterProvider } from "react-router";
import DirectoriesSettings from "./DirectoriesSettings";
import { blankDirectory, type Directory, type DirectoryTestResult } from "./directories";

describe("the form of directories", () => {
  const corp: Directory = { ...blankDirectory(), name: "corp", title: "Corp", url: "ldaps://ldap.example.org", baseDn: "dc=example,dc=org", bindDn: "cn=search,dc=example,dc=org", bindPassword: { set: true } };
  let directory: Directory;
  let result: DirectoryTestResult;
  let sent: { url: string; body: { directory?: Directory; directories?: Directory[]; userName?: string | null } }[];

  beforeEach(() => {
    directory = corp;
    result = { succeeded: true, steps: [{ name: "connection", succeeded: true, detail: "answers" }], warnings: [] };
    sent = [];
    vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
      if (url.endsWith("/directories/health")) return Promise.resolve(Response.json({ items: [{ name: "corp", fault: "silent", faultAt: "2026-11-21T10:00:00Z", message: "it did not answer within 5 s" }] }));
      if ((init.method ?? "GET") === "GET") return Promise.resolve(Response.json({ value: { directories: [directory] }, version: 1, fixed: false }));
      sent.push({ url, body: JSON.parse(init.body as string) as (typeof sent)[number]["body"] });
      return Promise.resolve(url.endsWith("/test") ? Response.json(result) : Response.json({ value: sent.at(-1)?.body, version: 2, fixed: false }));
    });
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  async function show() {
    const router = createMemoryRouter([{ path: "/", element: <DirectoriesSettings /> }]);
    render(<QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}><RouterProvider router={router} /></QueryClientProvider>);
    await userEvent.click(await screen.findByRole("button", { name: /Corp/, expanded: false }));
  }

  it("tries what is in the form and shows each step", async () => {
    result = { succeeded: false, steps: [{ name: "connection", succeeded: true, detail: "answers" }, { name: "searchAccount", succeeded: false, detail: "was not let in" }], warnings: ["in clear"] };
    await show();
    await userEvent.click(screen.getByRole("textbox", { name: "Look for somebody" }));
    await userEvent.paste("alice");
    await userEvent.click(screen.getByRole("button", { name: "Test connection" }));

    expect(await screen.findByText("It does not work.")).toBeTruthy();
    expect(screen.getByText(/Account that searches: was not let in/)).toBeTruthy();
    expect(screen.getByText("in clear")).toBeTruthy();
    expect(sent[0]?.body).toMatchObject({ userName: "alice", directory: { name: "corp", bindPassword: { set: true } } });
  });

  it("shows which directory fails and why", async () => {
    await show();
    expect(await screen.findByText("Failing")).toBeTruthy();
    expect(screen.getByText(/it did not answer within 5 s/)).toBeTruthy();
  });

  it("is loud about a connection that is not encrypted", async () => {
    directory = { ...corp, url: "ldap://ldap.example.org", allowUnencrypted: true };
    await show();
    expect(screen.getByText("Not encrypted")).toBeTruthy();
    expect(screen.getByText(/travels in clear/)).toBeTruthy();

    const address = screen.getByRole("textbox", { name: "Address" });
    await userEvent.clear(address);
    await userEvent.paste("ldaps://ldap.example.org");
    expect(screen.queryByText("Not encrypted")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(sent.at(-1)?.body.directories?.[0]).toMatchObject({ url: "ldaps://ldap.example.org", allowUnencrypted: false });
  });

  it("asks for what a kind has and for nothing else", async () => {
    await show();
    const fields = within(document.querySelector("form") as HTMLElement);
    await userEvent.selectOptions(fields.getByRole("combobox", { name: "Groups" }), "search");
    expect(fields.queryByRole("checkbox", { name: "Groups within groups count too" })).toBeNull();
    await userEvent.selectOptions(fields.getByRole("combobox", { name: "Kind" }), "activeDirectory");
    expect(fields.getByRole("checkbox", { name: "Groups within groups count too" })).toBeTruthy();
  });
});
