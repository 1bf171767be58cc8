import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { MemoryRouter } from "react-router";
import { SignInPage } from "./SignInPage";
import type { SignInOffers } from "./offers";

describe("signing in with a provider", () => {
  let offers: SignInOffers;

  beforeEach(() => {
    offers = { password: true, registration: false, passwordReset: false, passkeys: false, setup: false, providers: [{ name: "company", title: "Example Company", url: "/auth/oidc/company" }] };
    vi.stubGlobal("fetch", () => Promise.resolve(Response.json(offers)));
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
  });

  function show(address: string) {
    render(
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <MemoryRouter initialEntries={[address]}><SignInPage /></MemoryRouter>
      </QueryClientProvider>,
    );
  }

  it("leads to the provider and remembers the page", async () => {
    show("/sign-in?return=%2Fdesktops%3Fq%3Da");
    const link = await screen.findByRole("link", { name: "Sign in with Example Company" });
    expect(link.getAttribute("href")).toBe("/auth/oidc/company?return=%2Fdesktops%3Fq%3Da");
    expect(screen.getByLabelText("Password")).toBeTruthy();
  });

  it("never takes another site for a page", async () => {
    show("/sign-in?return=%2F%2Fevil.example");
    expect((await screen.findByRole("link", { name: /Example Company/ })).getAttribute("href")).toBe("/auth/oidc/company?return=%2F");
  });

  it("says in words why the way back led here again", async () => {
    show("/sign-in?error=not_admitted&provider=company");
    expect(await screen.findByText(/Your account at Example Company is not among those/)).toBeTruthy();
  });

  it("shows nothing of an address that somebody made up", async () => {
    show("/sign-in?error=%3Cb%3Ebuy%20now%3C%2Fb%3E&provider=evil");
    expect(await screen.findByText("The sign-in did not work. Begin again.")).toBeTruthy();
    expect(document.body.textContent).not.toMatch(/buy now|evil/);
  });

  it("keeps the form for a password away from all but administrators where passwords are switched off", async () => {
    offers.password = false;
    show("/sign-in");
    await screen.findByRole("link", { name: /Example Company/ });
    expect(screen.queryByLabelText("Password")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: /Administrators/ }));
    expect(screen.getByLabelText("Password")).toBeTruthy();
  });
});
