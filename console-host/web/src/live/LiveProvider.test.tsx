import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { act, cleanup, render, screen } from "@testing-library/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ConnectionBanner, LiveProvider } from "./LiveProvider";
import type { LiveListener } from "./source";

let listener: LiveListener | undefined;
vi.mock("./shared", () => ({
  listenLive(own: LiveListener) {
    listener = own;
    return () => undefined;
  },
}));

beforeEach(() => {
  vi.useFakeTimers();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <LiveProvider>
        <ConnectionBanner />
      </LiveProvider>
    </QueryClientProvider>,
  );
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const say = (status: "open" | "lost" | "connecting", wait: number) =>
  act(() => {
    listener?.status(status);
    vi.advanceTimersByTime(wait);
  });

it("a short break is not worth a banner", () => {
  say("open", 0);
  say("lost", 2_000);
  say("open", 10_000);
  expect(screen.getByRole("status").textContent).toBe("");
});

it("a stream that stays away is told, however often it is tried again, and the banner goes when it is back", () => {
  say("open", 0);
  for (let turn = 0; turn < 3; turn++) {
    say("lost", 1_000);
    say("connecting", 1_000);
  }
  expect(screen.getByRole("status").textContent).toContain("Live updates are interrupted");
  say("open", 0);
  expect(screen.getByRole("status").textContent).toBe("");
});
