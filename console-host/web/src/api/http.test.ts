import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { renewal } from "../session/renewal";
import { onSessionEnd } from "../session/navigation";
import { call } from "./http";
import { ApiError, readProblem } from "./problem";

const problem = (status: number, body: object, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/problem+json", ...headers } });

describe("a call of the API", () => {
  let answers: (() => Response)[];
  let asked: string[];
  let ended: number;
  let forget: () => void;

  beforeEach(() => {
    answers = [];
    asked = [];
    ended = 0;
    renewal.forget();
    forget = onSessionEnd(() => (ended += 1));
    vi.stubGlobal("fetch", (path: string) => {
      asked.push(path);
      const next = answers.shift();
      return next ? Promise.resolve(next()) : Promise.reject(new TypeError("offline"));
    });
  });
  afterEach(() => {
    forget();
    vi.unstubAllGlobals();
  });
  const refused = () => problem(401, { code: "unauthenticated" });
  const renewed = () => Response.json({ sessionExpiresAt: new Date(Date.now() + 300_000).toISOString() });

  it("renews the session after a 401 and asks again", async () => {
    answers = [refused, renewed, () => Response.json({ fine: true })];
    await expect(call("/api/v1/me")).resolves.toEqual({ fine: true });
    expect(asked).toEqual(["/api/v1/me", "/auth/refresh", "/api/v1/me"]);
  });

  it("renews only once", async () => {
    answers = [refused, renewed, refused];
    await expect(call("/api/v1/me")).rejects.toMatchObject({ status: 401 });
    expect(asked).toHaveLength(3);
    expect(ended).toBe(0);
  });

  it("says that the session has ended when it cannot be renewed", async () => {
    answers = [refused, () => problem(401, { code: "session_ended" })];
    await expect(call("/api/v1/me")).rejects.toMatchObject({ code: "session_ended" });
    expect(ended).toBe(1);
  });

  it("does not sign anybody out because the server cannot be reached", async () => {
    answers = [refused];
    await expect(call("/api/v1/me")).rejects.toMatchObject({ code: "network" });
    expect(ended).toBe(0);
  });
});

describe("a problem", () => {
  it("keeps every message of a field", async () => {
    const error = await readProblem(
      problem(422, { code: "invalid", errors: [{ field: "newPassword", message: "Too short." }, { field: "newPassword", message: "Too plain." }] }),
    );
    expect(error.fieldErrors).toEqual({ newPassword: "Too short. Too plain." });
  });

  it("says when to come back", async () => {
    const error = await readProblem(problem(429, { code: "locked_out", detail: "Locked." }, { "retry-after": "60" }));
    expect([error.code, error.retryAfterSeconds, error.message]).toEqual(["locked_out", 60, "Locked."]);
  });

  it("is a sentence even when a proxy answers with its own page", async () => {
    const error = await readProblem(new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "content-type": "text/html" } }));
    expect(error).toBeInstanceOf(ApiError);
    expect(error.message).toMatch(/^Something went wrong on the server/);
  });
});
