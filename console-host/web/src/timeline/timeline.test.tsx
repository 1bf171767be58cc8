import { afterEach, describe, expect, it, vi } from "vitest";
import axe from "axe-core";
import { cleanup, render, screen, within } from "@testing-library/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import Estimate from "./Estimate";
import TimelineView from "./TimelineView";
import type { Operation } from "../api/types";
import type { StartEstimate, StartTimeline } from "./timelineApi";
import { estimateWords, summary, took } from "./words";

const timeline: StartTimeline = {
  operation: "op",
  desktop: "abcdefghijkl",
  kind: "create",
  state: "succeeded",
  template: "local-vnc",
  acceptedAt: "2026-11-21T08:00:00Z",
  elapsedMilliseconds: 65_000,
  phases: [
    { name: "queue", startMilliseconds: 0, milliseconds: 40, state: "done", resources: [] },
    {
      name: "apply", startMilliseconds: 40, milliseconds: 3_960, state: "done",
      resources: [
        { address: "terraform_data.home", action: "create", state: "done", startMilliseconds: 500, milliseconds: 1_000 },
        { address: "terraform_data.disk", action: "create", state: "done", startMilliseconds: 500, milliseconds: 2_000 },
        { address: "terraform_data.late", action: "create", state: "planned", milliseconds: 0 },
      ],
    },
    { name: "readiness", startMilliseconds: 4_000, milliseconds: 500, state: "done", resources: [] },
    { name: "unattended", startMilliseconds: 4_500, milliseconds: 60_000, state: "done", resources: [] },
    { name: "connect", startMilliseconds: 64_500, milliseconds: 200, state: "done", resources: [] },
    { name: "frame", startMilliseconds: 64_700, milliseconds: 300, state: "done", resources: [] },
  ],
  readyMilliseconds: 4_500,
  firstFrameMilliseconds: 65_000,
  unattendedMilliseconds: 60_000,
};

const operation = { id: "op", kind: "create", state: "running", attempt: 1, progress: { timeline: [{ name: "apply" }] } } as unknown as Operation;

function show(element: React.ReactNode, answer: StartTimeline) {
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(answer)));
  return render(<QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>{element}</QueryClientProvider>);
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("a timeline", () => {
  it("is a table that a screen reader can read, with everything the bars show", async () => {
    const { container } = show(<TimelineView of={{ operation: "op" }} />, timeline);
    const table = await screen.findByRole("table");
    const rows = within(table).getAllByRole("row").map((row) => within(row).queryAllByRole("cell").map((cell) => cell.textContent));
    expect(rows).toEqual([[], ["0 ms", "40 ms"], ["40 ms", "4.0 s"], ["0.5 s", "1.0 s"], ["0.5 s", "2.0 s"], ["", ""], ["4.0 s", "0.5 s"], ["4.5 s", "1 min 0 s"], ["1 min 5 s", "0.2 s"], ["1 min 5 s", "0.3 s"]]);
    expect(within(table).getByRole("rowheader", { name: /terraform_data\.late\s*, waiting/ })).toBeTruthy();
    expect((await axe.run(container, { rules: { "color-contrast": { enabled: false } } })).violations).toEqual([]);
  });

  it("says in a sentence what it came to, without the time in which nobody looked", () => {
    expect(summary(timeline)).toBe("Ready after 4.5 s; the picture was there after 5.0 s, not counting the time until somebody looked.");
    expect(summary({ ...timeline, firstFrameMilliseconds: null, unattendedMilliseconds: null })).toBe("Ready after 4.5 s. Nobody has looked at the screen yet.");
    expect(summary({ ...timeline, state: "running", elapsedMilliseconds: 900 })).toBe("Under way for 0.9 s.");
    expect(summary({ ...timeline, state: "failed", readyMilliseconds: null })).toBe("Ended without success after 1 min 5 s.");
  });
});

describe("an estimate", () => {
  const of = (estimate: Partial<StartEstimate>): StartEstimate => ({ typicalSeconds: 12, remainingSeconds: 7.2, overdue: false, basis: "version", starts: 5, ...estimate });

  it("counts down, and is honest where nobody knows", () => {
    expect(estimateWords(of({}), 0)).toBe("Usually takes 12 s; about 7 s left.");
    expect(estimateWords(of({}), 4)).toBe("Usually takes 12 s; about 3 s left.");
    expect(estimateWords(of({}), 40)).toBe("Usually takes 12 s; any moment now.");
    expect(estimateWords(of({ overdue: true, remainingSeconds: null }), 0)).toBe("Usually takes 12 s; this time it takes longer.");
    expect(estimateWords(of({ typicalSeconds: null, remainingSeconds: null, basis: "none", starts: 0 }), 0)).toBe("How long it takes is not known yet: nothing like it was done before.");
    expect(estimateWords(of({ typicalSeconds: 0.4, remainingSeconds: 0.1 }), 0)).toBe("Usually takes less than a second; any moment now.");
  });

  it("is shown to who waits", async () => {
    show(<Estimate operation={operation} />, { ...timeline, state: "running", estimate: of({ overdue: true, remainingSeconds: null }) });
    expect((await screen.findByTestId("estimate")).textContent).toBe("Usually takes 12 s; this time it takes longer.");
  });
});

it("tells times as exactly as it is of use", () => {
  expect([7, 99.6, 100, 12_340, 59_999, 61_000, 7_500_000].map(took)).toEqual(["7 ms", "100 ms", "0.1 s", "12.3 s", "60.0 s", "1 min 1 s", "2 h 5 min"]);
});
