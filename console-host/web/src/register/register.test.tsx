import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { MemoryRouter } from "react-router";
import { isSolution, solveInSlices } from "./proofOfWork";
import RegisterPage from "./RegisterPage";
import { sha256 } from "./sha256";
import VerifyPage from "./VerifyPage";

const hex = (words: Int32Array) => [...words].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");

describe("the proof of work", () => {
  it("hashes as everybody else does", () => {
    expect(hex(sha256(""))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(hex(sha256("abc"))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(hex(sha256("a".repeat(55)))).toBe("9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    expect(hex(sha256("AAAAAAAAAAAAAAAAAAAAAA.15.123456789"))).toBe("8ddf93dfe97846ff89df6fe0adf123156761a409400c7dc624c3c34ffafa3952");
    expect(() => sha256("a".repeat(56))).toThrow();
  });

  it("finds a number for every part", async () => {
    const challenge = { challenge: "signed", seed: "AAAAAAAAAAAAAAAAAAAAAA", parts: 4, bits: 8, expiresAt: "" };
    const proof = await solveInSlices(challenge);
    expect(proof.challenge).toBe("signed");
    expect(proof.solutions).toHaveLength(4);
    proof.solutions.forEach((number, part) => expect(isSolution(challenge.seed, part, number, 8)).toBe(true));
  });
});

describe("the pages of registration", () => {
  let sent: { path: string; body: Record<string, unknown> }[];
  let answers: Record<string, () => Response>;

  beforeEach(() => {
    sent = [];
    answers = {
      "/auth/registrations GET": () => Response.json({ enabled: true, domains: ["example.org"], approval: false, passwordReset: true, minimumPasswordLength: 12 }),
      "/auth/challenges POST": () => Response.json({ challenge: "signed", seed: "AAAAAAAAAAAAAAAAAAAAAA", parts: 2, bits: 2, expiresAt: "" }),
      "/auth/registrations POST": () => Response.json({ mailed: true }, { status: 202 }),
    };
    vi.stubGlobal("fetch", (path: string, init: RequestInit = {}) => {
      const method = init.method ?? "GET";
      if (method === "POST") sent.push({ path, body: init.body ? (JSON.parse(init.body as string) as Record<string, unknown>) : {} });
      return Promise.resolve((answers[`${path} ${method}`] ?? (() => new Response(null, { status: 404 })))());
    });
    window.sessionStorage.clear();
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
    window.history.replaceState(null, "", "/");
  });

  function show(page: React.ReactNode) {
    render(<QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}><MemoryRouter>{page}</MemoryRouter></QueryClientProvider>);
    return userEvent.setup();
  }

  it("does the work and sends the form without the field for programs", async () => {
    const user = show(<RegisterPage />);
    await user.type(await screen.findByLabelText("E-mail address"), "Alice.B@example.org");
    expect(screen.getByLabelText<HTMLInputElement>("User name").value).toBe("alice.b");
    await user.type(screen.getByLabelText("Password"), "four green bottles");
    await user.click(screen.getByRole("button", { name: "Register" }));
    expect(await screen.findByText("Look into your mail")).toBeTruthy();
    const form = sent.find(({ path }) => path === "/auth/registrations");
    expect(form?.body).toMatchObject({ userName: "alice.b", email: "Alice.B@example.org", password: "four green bottles", proof: { challenge: "signed" } });
    expect(form?.body).not.toHaveProperty("website");
  });

  it("shows what is wrong beside its field", async () => {
    answers["/auth/registrations POST"] = () => Response.json({ status: 422, code: "invalid", errors: [{ field: "userName", message: "This user name is reserved." }] }, { status: 422, headers: { "content-type": "application/problem+json" } });
    const user = show(<RegisterPage />);
    await user.type(await screen.findByLabelText("E-mail address"), "root@example.org");
    await user.type(screen.getByLabelText("Password"), "four green bottles");
    await user.click(screen.getByRole("button", { name: "Register" }));
    expect(await screen.findByText("This user name is reserved.")).toBeTruthy();
  });

  it("uses a link on a click and not before, lets another name be chosen, and follows the account", async () => {
    let tries = 0;
    answers["/auth/registrations/verify POST"] = () =>
      tries++ === 0
        ? Response.json({ status: 422, code: "invalid", errors: [{ field: "userName", message: "The user name 'alice' is taken." }] }, { status: 422, headers: { "content-type": "application/problem+json" } })
        : Response.json({ state: "creating", userName: "alice.b", attempts: 0, ticket: "ticket" });
    answers["/auth/registrations/progress POST"] = () => Response.json({ state: "created", userName: "alice.b", attempts: 1 });
    window.history.replaceState(null, "", "/sign-in/verify#id.secret");
    const user = show(<VerifyPage />);
    expect(sent).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Confirm my address" }));
    expect(sent[0]?.body).toEqual({ token: "id.secret" });
    await user.type(await screen.findByLabelText("User name"), "alice.b");
    await user.click(screen.getByRole("button", { name: "Confirm my address" }));
    expect(await screen.findByText("Your account is ready")).toBeTruthy();
    expect(sent[1]?.body).toEqual({ token: "id.secret", userName: "alice.b" });
    expect(window.location.hash).toBe("");
  });
});
