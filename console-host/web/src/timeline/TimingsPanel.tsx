import { useState } from "react";
import { useQuery } from "@tanstack/react-query";
import { BarChart } from "../admin/statistics/BarChart";
import { Table } from "../admin/Table";
import { kindWords } from "../desktops/words";
import { SelectField } from "../ui/Field";
import { LoadFailed, Skeleton } from "../ui/Notes";
import { Time } from "../ui/Time";
import { timingsQuery, type TemplateTimings, type TimingGroup } from "./timelineApi";
import { phaseWords, took } from "./words";
import "../admin/statistics/statistics.css";
import "./timeline.css";

/** How long the latest starts of a template's desktops took, step by step: what half of them stayed within, and nine of ten. */
export default function TimingsPanel({ template }: { template: string }) {
  const timings = useQuery(timingsQuery(template));
  if (timings.isPending) return <Skeleton lines={4} label="Loading how long starts take" />;
  if (timings.isError) return <LoadFailed what="How long starts take" error={timings.error} onRetry={() => void timings.refetch()} />;
  if (timings.data.items.length === 0) return <p className="muted">Nothing was started from it yet.</p>;
  return <Shown timings={timings.data} />;
}

const keyOf = (group: TimingGroup) => `${group.kind} ${group.version ?? ""}`;
const labelOf = (group: TimingGroup) => `${kindWords[group.kind]}, ${group.version ? `version ${group.version}` : "all versions"}`;

function Shown({ timings }: { timings: TemplateTimings }) {
  const [choice, setChoice] = useState("");
  const group = timings.items.find((item) => keyOf(item) === choice) ?? timings.items[0];
  if (!group) return null;
  const seconds = (milliseconds: number) => Math.round(milliseconds / 10) / 100;
  return (
    <div className="timings" data-testid="timings">
      <SelectField label="Starts" value={keyOf(group)} onChange={setChoice} options={timings.items.map((item) => ({ value: keyOf(item), label: labelOf(item) }))} />
      <p>
        Of the latest {group.starts}, half were ready within <strong>{took(group.total.p50Milliseconds)}</strong> and nine of ten within <strong>{took(group.total.p90Milliseconds)}</strong>;
        the newest was <Time at={group.to} />. Up to {timings.kept} of a kind are kept.
      </p>
      <BarChart
        title={`Seconds by step: ${labelOf(group)}`}
        unit="s"
        series={["half of them", "nine of ten"]}
        bars={group.phases.map((phase) => ({ label: phase.name, values: [seconds(phase.p50Milliseconds), seconds(phase.p90Milliseconds)] }))}
      />
      <Table label={`Steps of ${labelOf(group)}`} head={["Step", "Half within", "Nine of ten within", "Starts"]}>
        {group.phases.map((phase) => (
          <tr key={phase.name}>
            <th scope="row">{phaseWords(phase.name)} <span className="muted">({phase.name})</span></th>
            <td>{took(phase.p50Milliseconds)}</td>
            <td>{took(phase.p90Milliseconds)}</td>
            <td>{phase.count}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}
