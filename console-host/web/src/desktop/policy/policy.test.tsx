import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { act, cleanup, render, screen } from "@testing-library/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { SessionPolicy } from "../../api/types";
import type { ScreenLink } from "../screenLink";
import { RulesPanel } from "./RulesPanel";
import { rulesOf, lengthOf } from "./rules";
import { SessionLimit } from "./SessionLimit";
import { keepWatermark, tileOf } from "./watermark";

const usual: SessionPolicy = { clipboard: "both", files: "both", sharing: "control", recording: "off", watermark: false, adminWatch: "consent" };
const restricting = (session: SessionPolicy) => rulesOf(session).filter((rule) => rule.restricts).map((rule) => rule.name);

afterEach(cleanup);

describe("the rules in words", () => {
  it("finds nothing off where nothing is", () => {
    expect(restricting(usual)).toEqual([]);
  });

  it("names everything that is off, limited or watched", () => {
    const strict: SessionPolicy = {
      clipboard: "in", files: "upload", uploadMaximumMegabytes: 5, downloadMaximumMegabytes: 7, sharing: "off", recording: "keys", recordingRetentionDays: 1,
      watermark: true, adminWatch: "tell", idleStopMinutes: 60, maximumSessionMinutes: 480,
    };
    expect(restricting(strict)).toEqual([
      "clipboard", "files", "uploadMaximumMegabytes", "sharing", "recording", "recordingRetentionDays", "watermark", "adminWatch", "idleStopMinutes", "maximumSessionMinutes",
    ]);
  });

  it("says who made a rule", () => {
    const members = [{ name: "clipboard", value: "off", from: [{ kind: "template", name: "Linux" }, { kind: "group", name: "Visitors" }] }];
    expect(rulesOf({ ...usual, clipboard: "off" }, members)[0]?.because).toBe("Because of the template “Linux” and the policy “Visitors” of the owner’s groups.");
  });

  it("says lengths as people do", () => {
    expect([1, 45, 60, 90, 480].map(lengthOf)).toEqual(["a minute", "45 minutes", "an hour", "90 minutes", "8 hours"]);
  });
});

describe("the panel of rules", () => {
  const show = (answer: () => Response) => {
    vi.stubGlobal("fetch", () => Promise.resolve(answer()));
    render(
      <QueryClientProvider client={new QueryClient()}>
        <RulesPanel desktop="abcdefghijkl" link={{ session: { ...usual, clipboard: "in" }, access: "control" } as ScreenLink} />
      </QueryClientProvider>,
    );
  };

  it("tells what is off and why", async () => {
    show(() => Response.json({ session: { ...usual, clipboard: "off" }, members: [{ name: "clipboard", value: "off", from: [{ kind: "group", name: "Visitors" }] }], viewer: "ada" }));
    expect((await screen.findByText(/The clipboard is off/)).textContent).toContain("Because of the policy “Visitors”");
  });

  it("tells a guest, who may not ask, what the connection itself knows", async () => {
    show(() => Response.json({ code: "not_found", title: "Not found", status: 404 }, { status: 404, headers: { "content-type": "application/problem+json" } }));
    expect(await screen.findByText(/Text can be put into the desktop, but not copied out/)).toBeTruthy();
  });
});

describe("the watermark", () => {
  const layerIn = (host: HTMLElement) => host.querySelector<HTMLElement>("[data-testid=watermark]");
  const settle = () => new Promise((resolve) => setTimeout(resolve));

  it("comes back when somebody takes it away, hides it or changes its text", async () => {
    const host = document.body.appendChild(document.createElement("div"));
    const mark = keepWatermark(host, "ada · 10.0.0.7");
    const changes: ((layer: HTMLElement) => void)[] = [
      (layer) => layer.remove(),
      (layer) => layer.style.setProperty("display", "none", "important"),
      (layer) => layer.style.setProperty("background-image", "none", "important"),
      (layer) => (layer.hidden = true),
      (layer) => document.body.append(layer),
      () => host.replaceChildren(),
    ];
    for (const change of changes) {
      const marked = layerIn(host);
      expect(marked).not.toBeNull();
      if (marked) change(marked);
      await settle();
      const layer = layerIn(host);
      expect(layer?.style.display).toBe("block");
      expect(layer?.dataset.text).toBe("ada · 10.0.0.7");
      expect(layer?.hidden).toBe(false);
      expect(document.querySelectorAll("[data-testid=watermark]")).toHaveLength(1);
    }
    mark.say("ada · later");
    expect(layerIn(host)?.dataset.text).toBe("ada · later");
    mark.stop();
    await settle();
    expect(layerIn(host)).toBeNull();
  });

  it("writes a name of any letters as a name", () => {
    expect(tileOf(`<a&"b'>`)).toContain("&lt;a&amp;&quot;b&#39;&gt;</text>");
  });
});

describe("the longest session", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("is warned of five minutes before its end, with the time and what to do", () => {
    render(<SessionLimit minutes={60} />);
    act(() => vi.advanceTimersByTime(54 * 60_000));
    expect(screen.queryByRole("timer")).toBeNull();
    act(() => vi.advanceTimersByTime(61_000));
    expect(screen.getByRole("timer").textContent).toBe("4:59");
    expect(screen.getByRole("alert").textContent).toMatch(/it has lasted an hour.*connect again/);
  });
});
