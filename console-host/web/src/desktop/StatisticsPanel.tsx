import { useEffect, useState } from "react";
import type { ScreenLink } from "./screenLink";
import type { Statistics } from "./statistics";

export function bits(bytesPerSecond: number): string {
  const value = bytesPerSecond * 8;
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} Mbit/s`;
  return value >= 1e3 ? `${(value / 1e3).toFixed(0)} kbit/s` : `${value.toFixed(0)} bit/s`;
}

export function StatisticsPanel({ link }: { link: ScreenLink }) {
  const [numbers, setNumbers] = useState<Statistics | null>(null);
  useEffect(() => link.measure(setNumbers), [link]);

  return (
    <dl className="statistics" aria-label="Statistics" data-testid="statistics">
      <div><dt>Frame rate</dt><dd>{numbers ? `${numbers.framesPerSecond.toFixed(0)} a second` : "…"}</dd></div>
      <div><dt>Latency</dt><dd>{numbers?.latency === null || !numbers ? "…" : `${numbers.latency.toFixed(0)} ms`}</dd></div>
      <div><dt>From desktop</dt><dd>{numbers ? bits(numbers.receivedPerSecond) : "…"}</dd></div>
      <div><dt>To desktop</dt><dd>{numbers ? bits(numbers.sentPerSecond) : "…"}</dd></div>
      <div><dt>Screen</dt><dd>{numbers?.size ?? "…"}</dd></div>
    </dl>
  );
}
