import { useEffect, useState, type RefObject } from "react";
import { measure, type Statistics } from "./statistics";
import type { RfbLink } from "./rfbLink";

export function bits(bytesPerSecond: number): string {
  const value = bytesPerSecond * 8;
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} Mbit/s`;
  return value >= 1e3 ? `${(value / 1e3).toFixed(0)} kbit/s` : `${value.toFixed(0)} bit/s`;
}

export function StatisticsPanel({ link, target }: { link: RfbLink; target: RefObject<HTMLDivElement | null> }) {
  const [numbers, setNumbers] = useState<Statistics | null>(null);
  useEffect(() => {
    const canvas = target.current?.querySelector("canvas");
    return canvas ? measure(link.channel, canvas, setNumbers) : undefined;
  }, [link, target]);

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
