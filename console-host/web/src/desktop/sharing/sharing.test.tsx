import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../../api/problem";
import { askingOwner } from "./askOwner";
import { linkToken } from "./linkToken";
import Presence from "./Presence";
import { sharing, watchersQuery, type Watcher } from "./sharingApi";

beforeEach(() => {
  sessionStorage.clear();
  window.history.replaceState(null, "", "/shared");
});

afterEach(cleanup);

const pending = () => new ApiError({ status: 409, code: "consent_pending", detail: "ada is being asked.", request: "r1" });
const request = (state: "pending" | "allowed" | "refused" | "unanswered") => ({ items: [{ id: "r1", desktop: "d", userName: "root", askedAt: "", until: "", state }] });

test("who is allowed in connects once the owner has said so", async () => {
  vi.spyOn(sharing, "requests").mockResolvedValue(request("allowed"));
  const said: (string | null)[] = [];
  const connect = vi.fn<() => Promise<string>>().mockRejectedValueOnce(pending()).mockResolvedValueOnce("in");

  await expect(askingOwner("d", connect, (sentence) => said.push(sentence))).resolves.toBe("in");
  expect(said).toEqual(["ada is being asked.", null]);
});

test.each(["refused", "unanswered"] as const)("%s ends the wait in words", async (state) => {
  vi.spyOn(sharing, "requests").mockResolvedValue(request(state));

  await expect(askingOwner("d", () => Promise.reject(pending()), () => undefined)).rejects.toMatchObject({ code: "watch_refused" });
});

test("what stands behind the # outlives signing in and is nowhere in the address of a request", () => {
  window.history.replaceState(null, "", "/shared#one.two");
  expect(linkToken()).toBe("one.two");

  window.history.replaceState(null, "", "/shared");
  expect(linkToken()).toBe("one.two");
});

const at = (userName: string, role: Watcher["role"], access: Watcher["access"]): Watcher => ({ id: `c-${userName}`, userName, role, access, since: "2026-11-21T09:00:00Z" });

function show(watchers: Watcher[], isOwner: boolean) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(watchersQuery("d").queryKey, watchers);
  render(<QueryClientProvider client={client}><Presence desktop="d" me="ada" isOwner={isOwner} /></QueryClientProvider>);
}

test("an owner alone sees nothing of it", () => {
  show([at("ada", "owner", "control")], true);
  expect(screen.queryByTestId("presence")).toBeNull();
});

test("somebody who has control is named as such, and the owner removes them", async () => {
  const remove = vi.spyOn(sharing, "remove").mockResolvedValue(undefined);
  show([at("ada", "owner", "control"), at("bob", "guest", "control"), at("root", "admin", "view")], true);
  expect(screen.getByRole("status").textContent).toBe("bob has control; also here: root");

  await userEvent.click(screen.getByRole("button", { name: /has control/ }));
  await userEvent.click(screen.getByRole("button", { name: "Remove bob" }));
  expect(remove).toHaveBeenCalledWith("d", "c-bob");
});

test("a guest sees who is there and removes nobody", async () => {
  show([at("grace", "owner", "control"), at("ada", "guest", "view")], false);
  await userEvent.click(screen.getByRole("button", { name: /grace is here/ }));
  expect(screen.queryByRole("button", { name: /^Remove/ })).toBeNull();
});
